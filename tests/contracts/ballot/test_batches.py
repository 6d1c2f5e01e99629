"""Batches of signed votes: good ones count, bad ones are skipped with their reason, broken ones are refused whole."""

from dataclasses import replace

import pytest
from brownie import web3
from eth_account import Account
from eth_keys.constants import SECPK1_N

from dongne.ballot import (
    BLOB_VOTERS,
    MOST_VOTERS,
    CountedGroup,
    Skip,
    SkippedVote,
    decision,
    mask_of,
    unpack_counted,
    unpack_skipped,
)
from tests.contracts.ballot.conftest import KEYS, SMART, labels, packed, pretend_voters
from tests.reverting import reverts


@pytest.fixture
def cast(box, relayer, pack):
    """Relays a batch and gives what its logs say: counted groups and skipped votes."""

    def casting(poll, votes):
        batch = votes if isinstance(votes, bytes) else pack(poll, votes)
        events = box.castBatch(poll, batch, {"from": relayer}).events
        options, groups = box.pollOf(poll)[3], events["VotesCounted"]["groups"] if "VotesCounted" in events else b""
        counted = unpack_counted(bytes(groups), options)
        skipped = unpack_skipped(bytes(events["VotesSkipped"]["items"])) if "VotesSkipped" in events else []
        return counted, skipped

    return casting


def test_good_votes_are_counted_and_logged_in_groups(box, poll, sign, cast):
    counted, skipped = cast(poll, [sign(poll, 0, 0b0010), sign(poll, 1, 0b1000), sign(poll, 2, 0b0010)])

    assert counted == [CountedGroup(0b0010, (0, 2)), CountedGroup(0b1000, (1,))]
    assert skipped == []
    assert box.tally(poll) == [0, 2, 0, 1]
    assert box.turnout(poll) == (3, KEYS + 1)
    assert [box.hasVoted(poll, index) for index in range(4)] == [True, True, True, False]


def test_a_second_batch_adds_to_the_first(box, poll, sign, cast):
    cast(poll, [sign(poll, 0, 1), sign(poll, 1, 2)])
    cast(poll, [sign(poll, 2, 1), sign(poll, 3, 8)])

    assert box.tally(poll) == [2, 1, 0, 1]
    assert box.turnout(poll)[0] == 4


def test_anyone_may_relay(box, poll, sign, stranger, pack):
    assert box.castBatch(poll, pack(poll, [sign(poll, 0, 1)]), {"from": stranger}).return_value == 1


def test_a_vote_cast_twice_counts_once(box, poll, sign, cast):
    cast(poll, [sign(poll, 4, 1)])

    counted, skipped = cast(poll, [sign(poll, 4, 1)])

    assert (counted, skipped) == ([], [SkippedVote(0, 4, Skip.ALREADY_VOTED)])
    assert box.tally(poll) == [1, 0, 0, 0]


def test_of_two_votes_by_one_voter_in_a_batch_the_first_counts(box, poll, sign, cast):
    counted, skipped = cast(poll, [sign(poll, 4, 1), sign(poll, 4, 2)])

    assert (counted, skipped) == ([CountedGroup(1, (4,))], [SkippedVote(1, 4, Skip.ALREADY_VOTED)])
    assert box.tally(poll) == [1, 0, 0, 0]


def test_a_vote_by_another_key_is_skipped(poll, sign, cast, voters, outsider):
    wrong = [sign(poll, 0, 1, key=outsider), sign(poll, 1, 1, key=voters[2])]

    assert cast(poll, wrong) == (
        [],
        [SkippedVote(0, 0, Skip.BAD_SIGNATURE), SkippedVote(1, 1, Skip.BAD_SIGNATURE)],
    )


def test_a_vote_signed_for_another_poll_is_skipped(open_poll, poll, sign, cast):
    other = open_poll()

    assert cast(poll, [sign(other, 0, 1)]) == ([], [SkippedVote(0, 0, Skip.BAD_SIGNATURE)])


@pytest.mark.parametrize(
    "change",
    [{"chain_id": 1}, {"verifying_contract": "0x" + "11" * 20}, {"version": "2"}, {"name": "BallotBox"}],
)
def test_a_vote_signed_for_another_box_or_chain_is_skipped(poll, sign, cast, domain, change):
    elsewhere = sign(poll, 0, 1, domain=replace(domain, **change))

    assert cast(poll, [elsewhere]) == ([], [SkippedVote(0, 0, Skip.BAD_SIGNATURE)])


def test_changed_choices_void_the_signature(poll, sign, cast):
    altered = replace(sign(poll, 0, 0b0001), choices=0b0010)

    assert cast(poll, [altered]) == ([], [SkippedVote(0, 0, Skip.BAD_SIGNATURE)])


def test_the_malleated_twin_of_a_signature_never_counts(poll, sign, cast):
    vote = sign(poll, 0, 1)
    s = int.from_bytes(vote.signature[32:], "big")
    twin = SECPK1_N - (s & (2**255 - 1))

    twins = [vote.signature[:32] + (twin % 2**255 | parity << 255).to_bytes(32, "big") for parity in (0, 1)]

    for signature in twins:
        assert cast(poll, [replace(vote, signature=signature)])[1] == [SkippedVote(0, 0, Skip.BAD_SIGNATURE)]


@pytest.mark.parametrize("signature", [bytes(64), b"\xff" * 64, bytes(32) + b"\x01" * 32, b"\x01" * 32 + bytes(32)])
def test_a_signature_that_nobody_can_have_made_is_skipped(poll, sign, cast, signature):
    forged = replace(sign(poll, 0, 1), signature=signature)

    assert cast(poll, [forged]) == ([], [SkippedVote(0, 0, Skip.BAD_SIGNATURE)])


def test_a_smart_accounts_owner_cannot_vote_for_it_in_a_batch(poll, sign, cast, voters):
    vote = sign(poll, SMART, 1, key=voters[0])

    assert cast(poll, [vote]) == ([], [SkippedVote(0, SMART, Skip.BAD_SIGNATURE)])


@pytest.mark.parametrize("index", [KEYS + 1, 2**24 - 2])
def test_an_index_beyond_the_roll_is_skipped(poll, sign, cast, voters, index):
    assert cast(poll, [sign(poll, index, 1, key=voters[0])]) == (
        [],
        [SkippedVote(0, index, Skip.NOT_ELIGIBLE)],
    )


def test_only_voters_in_the_ranges_count(open_poll, sign, cast):
    poll = open_poll(ranges=((1, 2), (5, 1), (11, 1)))

    counted, skipped = cast(poll, [sign(poll, index, 1) for index in range(KEYS)])

    assert counted == [CountedGroup(1, (1, 2, 5, 11))]
    assert {vote.index: vote.reason for vote in skipped} == dict.fromkeys([0, 3, 4, 6, 7, 8, 9, 10], Skip.NOT_ELIGIBLE)


@pytest.mark.parametrize(
    ("terms", "good", "bad"),
    [
        ({}, [0b1, 0b1000], [0, 0b11, 0b1_0000, 0b1000_0000]),
        ({"most": 2}, [0b1, 0b1010], [0, 0b111, 0b1_0000, 0b1_0001]),
        ({"least": 3, "most": 3}, [0b111, 0b1101], [0, 0b11, 0b1111, 0b1_0011]),
        ({"least": 2, "most": 3}, [0b11, 0b1101], [0, 0b1, 0b1111]),
        ({"most": 4, "cap": 10, "costs": (4, 6, 7, 11)}, [0b1, 0b11], [0, 0b101, 0b111, 0b1000]),
    ],
)
def test_choices_that_break_the_rule_are_skipped_as_a_group(box, open_poll, sign, cast, terms, good, bad):
    poll = open_poll(**terms)
    choices = sorted(good + bad)

    counted, skipped = cast(poll, [sign(poll, index, mask) for index, mask in enumerate(choices)])

    assert [group.choices for group in counted] == good
    assert skipped == [SkippedVote(place, place, Skip.BAD_CHOICES) for place, mask in enumerate(choices) if mask in bad]
    assert box.tally(poll) == [sum(mask >> option & 1 for mask in good) for option in range(4)]


def test_a_blank_option_is_picked_alone_even_where_several_must_be_picked(open_poll, sign, cast):
    poll = open_poll(least=2, most=2, outcome=decision(0b0001, blank=0b1100))
    choices = [0b0100, 0b1000, 0b0011, 0b1100, 0b0101, 0b0010]

    counted, skipped = cast(poll, [sign(poll, index, mask) for index, mask in enumerate(choices)])

    assert {group.choices for group in counted} == {0b0100, 0b1000, 0b0011}
    assert {vote.index for vote in skipped} == {3, 4, 5}


def test_every_reason_is_told_with_the_votes_place_in_the_batch(open_poll, sign, cast, outsider):
    poll = open_poll(ranges=((0, 6),))
    cast(poll, [sign(poll, 0, 1)])
    votes = [
        sign(poll, 0, 1),
        sign(poll, 1, 1),
        sign(poll, 2, 1, key=outsider),
        sign(poll, 3, 2),
        sign(poll, 9, 2),
        sign(poll, 5, 3),
    ]

    counted, skipped = cast(poll, votes)

    assert counted == [CountedGroup(1, (1,)), CountedGroup(2, (3,))]
    assert skipped == [
        SkippedVote(0, 0, Skip.ALREADY_VOTED),
        SkippedVote(2, 2, Skip.BAD_SIGNATURE),
        SkippedVote(4, 9, Skip.NOT_ELIGIBLE),
        SkippedVote(5, 5, Skip.BAD_CHOICES),
    ]


@pytest.mark.parametrize("options", [2, 7, 8, 9, 128, 255, 256])
def test_every_option_has_a_lane_of_its_own(box, open_poll, sign, cast, options):
    poll = open_poll(labels=labels(options), most=options)
    last = options - 1
    masks = [2**options - 1, mask_of(range(0, options, 2)), 1 | 1 << last, 1 << options // 2, 1 << last]

    counted, skipped = cast(poll, [sign(poll, index, mask) for index, mask in enumerate(masks)])

    assert (sum(len(group.indices) for group in counted), skipped) == (5, [])
    assert box.tally(poll) == [sum(mask >> option & 1 for mask in masks) for option in range(options)]


@pytest.mark.parametrize(("moment", "taken"), [("start", True), ("end", False)])
@pytest.mark.parametrize("late", [0, -1])
def test_a_poll_takes_votes_from_its_start_until_before_its_end(
    box, announce, pack, sign, relayer, moment, taken, late
):
    poll = announce()
    start, end = box.pollOf(poll)[1:3]
    batch = pack(poll, [sign(poll, 0, 1)])
    time = (start if moment == "start" else end) + late
    web3.provider.make_request("evm_setNextBlockTimestamp", [time])

    if taken == (late == 0):
        assert box.castBatch(poll, batch, {"from": relayer}).return_value == 1
    else:
        with reverts("PollNotOpen", poll, start, end, time):
            box.castBatch(poll, batch, {"from": relayer})


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 3 + 66])
def test_a_batch_that_is_cut_off_is_refused(box, poll, sign, relayer, pack, cut):
    batch = pack(poll, [sign(poll, 0, 1)])[:cut]

    with reverts("MalformedBatch", 0):
        box.castBatch(poll, batch, {"from": relayer})


def test_a_batch_with_bytes_left_over_is_refused_whole(box, poll, sign, relayer, pack):
    batch = pack(poll, [sign(poll, 0, 1)])

    for rest in (b"\x00", b"\xff" * 2):
        with reverts("MalformedBatch", len(batch)):
            box.castBatch(poll, batch + rest, {"from": relayer})
    assert box.turnout(poll)[0] == 0


def test_a_group_without_votes_is_refused(box, poll, sign, relayer, pack):
    empty = (1).to_bytes(1, "big") + bytes(2)

    with reverts("MalformedBatch", 0):
        box.castBatch(poll, empty + pack(poll, [sign(poll, 0, 2)]), {"from": relayer})


def test_a_group_may_repeat_and_its_voters_come_in_any_order(box, poll, sign, cast, pack):
    batch = b"".join(pack(poll, [sign(poll, index, choices)]) for index, choices in ((7, 1), (3, 2), (5, 1)))

    counted, _skipped = cast(poll, batch)

    assert counted == [CountedGroup(1, (7,)), CountedGroup(2, (3,)), CountedGroup(1, (5,))]
    assert box.tally(poll) == [2, 1, 0, 0]


def test_votes_across_words_of_the_bitmap_and_blobs_are_kept_apart(box, publish, open_poll, sign, cast, pack):
    edges = [0, 255, 256, 1023, 1024, BLOB_VOTERS - 1, BLOB_VOTERS, 1279, 1280, 1300]
    people = sorted((Account.from_key((place + 1).to_bytes(32, "big")) for place in range(1301)), key=address_of)
    roll = publish([key.address for key in people])
    poll = open_poll(roll=roll, ranges=((0, 1301),))

    for order in (edges[::2], list(reversed(edges))):
        cast(poll, b"".join(pack(poll, [sign(poll, index, 1, key=people[index])]) for index in order))

    assert box.tally(poll) == [len(edges), 0, 0, 0]
    assert [index for index in range(1301) if index in edges or index % 97 == 0 if box.hasVoted(poll, index)] == edges
    assert box.turnoutOf(poll, 0, 1301) == len(edges)


def test_the_last_voter_of_the_largest_roll_votes_like_the_first(rolls, box, registrar, open_poll, sign, cast, voters):
    full = MOST_VOTERS // BLOB_VOTERS * BLOB_VOTERS
    roll = rolls.open({"from": registrar}).events["RollOpened"]["roll"]
    pretend_voters(rolls, roll, full)
    below = [f"0x{number:040x}" for number in range(1, MOST_VOTERS - full)]
    rolls.append(roll, packed([*below, voters[0].address]), {"from": registrar})
    rolls.freeze(roll, [(1, MOST_VOTERS)], {"from": registrar})
    poll = open_poll(roll=roll, ranges=((0, MOST_VOTERS),))
    last = MOST_VOTERS - 1

    counted, _skipped = cast(poll, [sign(poll, last, 1, key=voters[0])])

    assert counted == [CountedGroup(1, (last,))]
    assert box.hasVoted(poll, last)
    assert box.turnout(poll) == (1, MOST_VOTERS)
    assert box.turnoutOf(poll, last, 1) == 1


def test_an_index_whose_blob_was_never_written_has_no_signature(rolls, registrar, open_poll, sign, cast, voters):
    roll = rolls.open({"from": registrar}).events["RollOpened"]["roll"]
    pretend_voters(rolls, roll, BLOB_VOTERS)
    rolls.freeze(roll, [(1, BLOB_VOTERS)], {"from": registrar})
    poll = open_poll(roll=roll, ranges=((0, BLOB_VOTERS),))
    forged = replace(sign(poll, 0, 1), signature=bytes(64))

    assert cast(poll, [forged])[1] == [SkippedVote(0, 0, Skip.BAD_SIGNATURE)]


def address_of(key):
    return key.address.lower()
