"""Offices that cast votes for voters: accredited before the start, capped, apart, and nobody votes twice."""

import pytest
from brownie import accounts, chain, web3

from dongne.ballot import CountedGroup, Skip, SkippedVote, mask_of, unpack_counted, unpack_skipped
from dongne.ballot.batch import pack_groups
from tests.contracts.ballot.conftest import CEILING, KEYS, labels
from tests.reverting import reverts

DECISION, PAPERS = b"\x21" * 32, b"\x22" * 32
ELIGIBLE = KEYS + 1
MOST = ELIGIBLE * CEILING // 100


@pytest.fixture(scope="module")
def office():
    return accounts[7]


@pytest.fixture(scope="module")
def other_office():
    return accounts[8]


@pytest.fixture
def accredit(assistance, box, supervisor):
    def accredited(poll, office, cap=3, document=DECISION):
        return assistance.accredit(box, poll, office, cap, document, {"from": supervisor})

    return accredited


@pytest.fixture
def start(box):
    """Lets the start of a poll come, and gives its number."""

    def started(poll):
        chain.mine(timestamp=box.pollOf(poll)[1])
        return poll

    return started


@pytest.fixture
def poll(announce, accredit, start, office):
    """A poll that runs, with an office that may cast three votes."""
    number = announce()
    accredit(number, office)
    return start(number)


@pytest.fixture
def cast(assistance, box, office):
    """Casts votes for voters, choices by index, and gives counted groups and skipped votes."""

    def casting(poll, choices, sender=None):
        options = box.pollOf(poll)[3]
        batch = choices if isinstance(choices, bytes) else pack_groups(choices, options)
        events = assistance.castAssisted(box, poll, batch, PAPERS, {"from": sender or office}).events
        counted = events["AssistedVotesCounted"]["groups"] if "AssistedVotesCounted" in events else b""
        skipped = events["AssistedVotesSkipped"]["items"] if "AssistedVotesSkipped" in events else b""
        return unpack_counted(bytes(counted), options), unpack_skipped(bytes(skipped))

    return casting


def test_an_offices_votes_count_and_are_logged_under_its_name(assistance, box, poll, office):
    batch = pack_groups({0: 0b0010, 2: 0b0010, 5: 0b1000}, 4)

    event = assistance.castAssisted(box, poll, batch, PAPERS, {"from": office}).events["AssistedVotesCounted"]

    assert (event["box"], event["poll"], event["office"]) == (box, poll, office)
    assert event["record"] == "0x" + PAPERS.hex()
    assert unpack_counted(bytes(event["groups"]), 4) == [CountedGroup(0b0010, (0, 2)), CountedGroup(0b1000, (5,))]
    assert box.tally(poll) == [0, 2, 0, 1]
    assert box.turnout(poll)[0] == box.turnoutOf(poll, 0, ELIGIBLE) == 3
    assert assistance.officeOf(box, poll, office) == (3, 3, False)
    assert assistance.assistedIn(box, poll) == (3, 3)


def test_who_voted_by_key_cannot_be_voted_for(box, poll, cast, sign, pack, relayer):
    box.castBatch(poll, pack(poll, [sign(poll, 1, 0b1)]), {"from": relayer})

    counted, skipped = cast(poll, {0: 0b10, 1: 0b10})

    assert counted == [CountedGroup(0b10, (0,))]
    assert skipped == [SkippedVote(1, 1, Skip.ALREADY_VOTED)]
    assert box.tally(poll) == [1, 1, 0, 0]


def test_for_whom_an_office_voted_cannot_vote_by_key(box, poll, cast, sign, pack, relayer):
    cast(poll, {4: 0b100})

    events = box.castBatch(poll, pack(poll, [sign(poll, 4, 0b1)]), {"from": relayer}).events

    assert unpack_skipped(bytes(events["VotesSkipped"]["items"])) == [SkippedVote(0, 4, Skip.ALREADY_VOTED)]
    assert box.tally(poll) == [0, 0, 1, 0]


def test_two_offices_cast_one_vote_for_a_voter(assistance, box, announce, accredit, start, cast, office, other_office):
    poll = announce()
    accredit(poll, office, 2)
    accredit(poll, other_office, 2)
    start(poll)
    cast(poll, {3: 1})

    assert cast(poll, {3: 2}, sender=other_office) == ([], [SkippedVote(0, 3, Skip.ALREADY_VOTED)])
    assert assistance.officeOf(box, poll, other_office) == (2, 0, False)


def test_a_voter_in_two_groups_of_a_batch_counts_once(poll, cast):
    batch = pack_groups({6: 1}, 4) + pack_groups({6: 2}, 4)

    assert cast(poll, batch) == ([CountedGroup(1, (6,))], [SkippedVote(1, 6, Skip.ALREADY_VOTED)])


def test_what_a_thief_of_an_offices_key_can_do_is_its_cap(assistance, box, poll, cast, office):
    """Three votes of thirteen, whatever it tries, and everybody sees under whose key."""
    cast(poll, {0: 1, 1: 1})

    for choices in ({2: 1, 3: 1}, dict.fromkeys(range(2, ELIGIBLE), 2)):
        with reverts("OfficeCapExceeded", poll, office, 2 + len(choices), 3):
            cast(poll, choices)
    cast(poll, {2: 1})
    with reverts("OfficeCapExceeded", poll, office, 4, 3):
        cast(poll, {3: 1})

    assert box.turnout(poll)[0] == assistance.assistedIn(box, poll)[1] == 3


def test_what_all_offices_and_their_supervisor_can_do_together_is_the_ceiling(
    announce, accredit, office, other_office, stranger
):
    poll = announce()
    accredit(poll, office, MOST - 1)

    with reverts("CeilingExceeded", poll, MOST + 1, MOST):
        accredit(poll, other_office, 2)
    accredit(poll, other_office, 1)
    with reverts("CeilingExceeded", poll, MOST + 1, MOST):
        accredit(poll, stranger, 1)


def test_a_revoked_office_casts_no_more_and_what_it_cast_stands(assistance, box, poll, cast, guardian, office):
    cast(poll, {0: 1})
    assistance.revoke(box, poll, office, DECISION, {"from": guardian})

    with reverts("OfficeWasRevoked", poll, office):
        cast(poll, {1: 1})
    with reverts("OfficeWasRevoked", poll, office):
        assistance.revoke(box, poll, office, DECISION, {"from": guardian})
    assert box.tally(poll) == [1, 0, 0, 0]
    assert assistance.officeOf(box, poll, office) == (3, 1, True)


def test_a_revoked_offices_share_is_not_given_to_others(
    assistance, box, announce, accredit, guardian, office, other_office
):
    poll = announce()
    accredit(poll, office, MOST)
    assistance.revoke(box, poll, office, DECISION, {"from": guardian})

    with reverts("CeilingExceeded", poll, MOST + 1, MOST):
        accredit(poll, other_office, 1)


def test_offices_are_accredited_before_the_start_only(box, announce, accredit, start, office, other_office):
    poll = announce()
    begins = box.pollOf(poll)[1]
    web3.provider.make_request("evm_setNextBlockTimestamp", [begins - 1])
    accredit(poll, office)
    web3.provider.make_request("evm_setNextBlockTimestamp", [begins])

    with reverts("AccreditedTooLate", poll, begins, begins):
        accredit(poll, other_office)


def test_a_cancelled_poll_gets_no_office(box, announce, accredit, officer, office):
    poll = announce()
    box.cancel(poll, DECISION, "", {"from": officer})

    with reverts("PollWasCancelled", poll):
        accredit(poll, office)


def test_an_accreditation_says_what_it_rests_on_and_never_changes(announce, accredit, office):
    poll = announce()

    with reverts("RecordMissing", poll, office):
        accredit(poll, office, document=bytes(32))
    with reverts("BadOfficeCap", office, 0):
        accredit(poll, office, cap=0)
    accredit(poll, office, cap=1)
    with reverts("OfficeKnown", poll, office):
        accredit(poll, office, cap=2)


def test_only_the_supervisor_accredits_and_only_the_guardian_revokes(
    assistance, box, poll, officer, stranger, supervisor, office
):
    for sender in (officer, stranger, office):
        with reverts("AccessManagedUnauthorized", sender):
            assistance.accredit(box, poll, office, 1, DECISION, {"from": sender})
    for sender in (officer, stranger, office, supervisor):
        with reverts("AccessManagedUnauthorized", sender):
            assistance.revoke(box, poll, office, DECISION, {"from": sender})


def test_a_revocation_gives_a_reason_and_names_an_office(assistance, box, poll, guardian, office, stranger):
    with reverts("RecordMissing", poll, office):
        assistance.revoke(box, poll, office, bytes(32), {"from": guardian})
    with reverts("NotAnOffice", poll, stranger):
        assistance.revoke(box, poll, stranger, DECISION, {"from": guardian})


def test_an_accreditation_for_one_poll_is_none_for_another(poll, open_poll, cast, stranger, office):
    other = open_poll()

    with reverts("NotAnOffice", other, office):
        cast(other, {0: 1})
    with reverts("NotAnOffice", poll, stranger):
        cast(poll, {0: 1}, sender=stranger)


def test_votes_need_the_offices_papers(assistance, box, poll, office):
    with reverts("RecordMissing", poll, office):
        assistance.castAssisted(box, poll, pack_groups({0: 1}, 4), bytes(32), {"from": office})


def test_nobody_but_the_offices_contract_brings_votes_without_signatures(box, poll, assistance, officer, supervisor):
    for sender in (officer, supervisor, accounts[0]):
        with reverts("NotTheAssistance", sender, assistance):
            box.countAssisted(poll, 1, 0, 1, {"from": sender})


def test_a_contract_that_is_no_box_has_no_offices(assistance, rolls, poll, supervisor, office):
    with pytest.raises(Exception, match="revert"):
        assistance.accredit(rolls, poll, office, 1, DECISION, {"from": supervisor})


@pytest.mark.parametrize("late", [False, True])
def test_votes_are_taken_within_the_period_only(box, announce, accredit, cast, office, late):
    poll = announce()
    accredit(poll, office)
    begins, ends = box.pollOf(poll)[1:3]
    time = ends if late else begins - 1
    web3.provider.make_request("evm_setNextBlockTimestamp", [time])

    with reverts("PollNotOpen", poll, begins, ends, time):
        cast(poll, {0: 1})


def test_choices_keep_the_rule_and_voters_the_ranges(announce, accredit, start, cast, office):
    poll = announce(labels=labels(9), ranges=((1, 3), (6, 4)), most=2)
    accredit(poll, office, 2)
    start(poll)

    counted, skipped = cast(poll, {0: 1, 1: 0b111, 2: 1, 5: 1, 8: mask_of([0, 8]), 9: 1 << 9})

    assert counted == [CountedGroup(1, (2,)), CountedGroup(mask_of([0, 8]), (8,))]
    assert {(each.index, each.reason) for each in skipped} == {
        (0, Skip.NOT_ELIGIBLE),
        (5, Skip.NOT_ELIGIBLE),
        (1, Skip.BAD_CHOICES),
        (9, Skip.BAD_CHOICES),
    }


@pytest.mark.parametrize("indices", [(3, 3), (4, 2), (0, 5, 5)])
def test_voters_of_a_group_ascend(poll, cast, indices):
    batch = b"\x01" + len(indices).to_bytes(2, "big") + b"".join(index.to_bytes(3, "big") for index in indices)

    with reverts("VotersOfGroupNotAscending", 3 * len(indices), indices[-1]):
        cast(poll, batch)


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 5])
def test_a_batch_that_is_cut_off_is_refused_whole(poll, cast, cut):
    with reverts("MalformedBatch", 0):
        cast(poll, pack_groups({0: 1}, 4)[:cut])


def test_bytes_left_over_are_refused_whole(box, poll, cast):
    batch = pack_groups({0: 1}, 4)

    with reverts("MalformedBatch", len(batch)):
        cast(poll, batch + b"\x00")
    assert box.turnout(poll)[0] == 0


def test_voters_of_many_words_are_counted_in_one_batch(box, publish, announce, accredit, start, cast, office):
    roll = publish([f"0x{number:040x}" for number in range(1, 1_301)])
    poll = announce(roll=roll, ranges=((0, 1_300),))
    accredit(poll, office, 500)
    start(poll)
    indices = [0, 255, 256, 511, 512, 1_299]

    counted, skipped = cast(poll, dict.fromkeys(indices, 0b100))

    assert (counted, skipped) == ([CountedGroup(0b100, tuple(indices))], [])
    looked_at = sorted({*indices, *range(0, 1_300, 101)})
    assert [index for index in looked_at if box.hasVoted(poll, index)] == indices
    assert box.turnoutOf(poll, 256, 256) == 2
