"""Opening a poll: everything is decided then, checked then, and never changes; before its start it can be cancelled."""

from dataclasses import replace

import pytest
from brownie import BallotBox, ElectoralRoll, PollTerms, chain, web3
from eth_utils import keccak

from dongne.ballot import (
    MAJORITY,
    NO_MAJORITY,
    NO_QUORUM,
    TALLY_ONLY,
    Aim,
    Measure,
    OutcomeTerms,
    PollSpec,
    Threshold,
    decision,
)
from dongne.suite import Role
from tests.contracts.ballot.conftest import labels
from tests.contracts.wiring import wire
from tests.reverting import reverts

NO_DOCUMENT = bytes(32)
REASON = b"\x07" * 32


@pytest.fixture
def open_spec(box, officer):
    """Opens a poll and gives its event."""
    return lambda spec: box.open(spec.as_tuple(), {"from": officer}).events["PollOpened"]


def test_a_poll_is_kept_as_it_was_opened(box, rolls, roll, open_spec, spec):
    quorum = Threshold(Measure.SUPPORT, Measure.ELIGIBLE, 2**32 - 2, 2**32 - 1, more_than=True)
    majority = Threshold(Measure.SUPPORT, Measure.BALLOTS, 1, 1)
    decided = replace(
        spec,
        question="물음" * 166 + "ab.c",
        labels=tuple(f"{number:03}" + "가" * 132 + "x" for number in range(256)),
        least=1,
        most=1,
        cap=2**64 - 1,
        costs=tuple(2**64 - 1 - number for number in range(256)),
        ranges=((0, 1), (2, 3), (12, 1)),
        outcome=decision(1 | 1 << 255, blank=1 << 254, quorum=quorum, majority=majority),
    )

    event = open_spec(decided)

    poll = event["poll"]
    assert PollSpec.from_tuple(event["spec"]) == decided
    assert bytes(event["terms"]) == bytes(box.termsOf(poll)) == decided.terms(bytes(rolls.commitment(roll)))
    assert box.pollOf(poll) == (roll, decided.start, decided.end, 256, 1, 1, 5, 0, False, roll)
    assert OutcomeTerms.from_tuple(box.outcomeTermsOf(poll)) == decided.outcome
    assert box.tally(poll) == [0] * 256


def test_polls_are_numbered_one_after_another(open_spec, spec):
    assert open_spec(spec)["poll"] + 1 == open_spec(spec)["poll"]


@pytest.mark.parametrize(
    "change",
    [
        {"question": "Where shall the benches stand?"},
        {"labels": labels(5)},
        {"labels": tuple(reversed(labels(4)))},
        {"most": 2},
        {"cap": 1, "costs": (0, 0, 0, 1)},
        {"document": bytes(32)},
        {"document_uri": ""},
        {"ranges": ((0, 12),)},
        {"outcome": TALLY_ONLY},
    ],
)
def test_whatever_is_decided_is_part_of_the_terms(open_spec, spec, change):
    assert open_spec(replace(spec, **change))["terms"] != open_spec(spec)["terms"]


def test_only_the_election_officer_opens_polls(box, registrar, spec):
    with reverts("AccessManagedUnauthorized", registrar):
        box.open(spec.as_tuple(), {"from": registrar})


def test_a_poll_needs_a_frozen_roll(rolls, registrar, open_spec, spec):
    draft = rolls.open({"from": registrar}).events["RollOpened"]["roll"]

    with reverts("RollNotFrozen", draft):
        open_spec(replace(spec, roll=draft))


def test_a_poll_needs_a_roll_that_exists(open_spec, spec):
    with reverts("UnknownRoll", 999):
        open_spec(replace(spec, roll=999))


@pytest.mark.parametrize("options", [0, 1, 257])
def test_options_are_2_to_256(box, officer, spec, options):
    too_many_or_few = replace(spec, labels=labels(options))
    with reverts("BadOptions", options):  # not sent: the trace of a refusal of so many words fills gigabytes
        box.open.call(too_many_or_few.as_tuple(), {"from": officer})


@pytest.mark.parametrize("question", ["", "x" * 1_001])
def test_the_question_has_1_to_1000_bytes(open_spec, spec, question):
    with reverts("BadQuestion", len(question), 1_000):
        open_spec(replace(spec, question=question))


@pytest.mark.parametrize("label", ["", "가" * 134])
def test_labels_have_1_to_400_bytes(open_spec, spec, label):
    with reverts("BadLabel", 2, len(label.encode()), 400):
        open_spec(replace(spec, labels=("a", "b", label)))


@pytest.mark.parametrize(("same", "count"), [((0, 1), 2), ((1, 63), 64), ((3, 5), 9)])
def test_no_two_options_have_one_label(open_spec, spec, same, count):
    twice = list(labels(count))
    twice[same[1]] = twice[same[0]]

    with reverts("LabelTwice", *same):
        open_spec(replace(spec, labels=tuple(twice)))


@pytest.mark.parametrize(("least", "most"), [(0, 1), (0, 0), (2, 1), (1, 5), (5, 5)])
def test_picks_are_1_to_all_options(open_spec, spec, least, most):
    with reverts("BadPicks", least, most, 4):
        open_spec(replace(spec, least=least, most=most))


@pytest.mark.parametrize(("cap", "costs"), [(0, (1, 2, 3, 4)), (5, ()), (5, (1, 2, 3)), (5, (1,) * 5)])
def test_costs_come_with_a_cap_and_a_cap_with_costs(open_spec, spec, cap, costs):
    with reverts("BadCosts", len(costs), 4, cap):
        open_spec(replace(spec, cap=cap, costs=costs))


def next_block_at(time):
    web3.provider.make_request("evm_setNextBlockTimestamp", [time])


def test_without_a_minimum_notice_a_poll_may_start_now(box, open_spec, spec):
    next_block_at(spec.start)

    assert box.pollOf(open_spec(spec)["poll"])[1] == spec.start == chain[-1].timestamp


def test_a_poll_does_not_start_in_the_past(open_spec, spec):
    next_block_at(spec.start + 1)

    with reverts("StartsTooSoon", spec.start, spec.start + 1):
        open_spec(spec)


@pytest.mark.parametrize("lasting", [0, -1])
def test_a_poll_ends_after_it_starts(open_spec, spec, lasting):
    with reverts("EndsTooSoon", spec.start + lasting, spec.start + 1):
        open_spec(replace(spec, end=spec.start + lasting))


NOTICE, DURATION, OBJECTIONS = 3_000, 5_000, 700


@pytest.fixture
def careful(access, administrator, officer, registrar, outcomes, voters):
    """A box that promises notice and duration, on rolls with an objection period, and a roll that was just frozen."""
    rolls = administrator.deploy(ElectoralRoll, OBJECTIONS, access)
    wire(access, rolls, {Role.ROLL_OFFICER: registrar}, administrator)
    terms = administrator.deploy(PollTerms, rolls, outcomes)
    box = administrator.deploy(BallotBox, rolls, outcomes, terms, administrator, NOTICE, DURATION, access)
    wire(access, box, {Role.ELECTION_OFFICER: officer}, administrator)
    rolls.open({"from": registrar})
    rolls.append(1, voters[0].address, {"from": registrar})
    rolls.freeze(1, [(1, 1)], {"from": registrar})
    return box, rolls


@pytest.fixture
def careful_spec(careful, spec):
    """The earliest and shortest poll that can be opened in the block at the end of the objection period."""
    start = careful[1].usableFrom(1) + NOTICE
    return replace(spec, roll=1, start=start, end=start + DURATION, ranges=((0, 1),))


def test_a_poll_is_opened_after_the_objections_with_notice_for_a_while(careful, careful_spec, officer):
    box, rolls = careful
    next_block_at(rolls.usableFrom(1))

    assert box.open(careful_spec.as_tuple(), {"from": officer}).events["PollOpened"]["poll"] == 1
    assert (box.minimumNotice(), box.minimumDuration()) == (NOTICE, DURATION)


def test_no_poll_is_opened_while_objections_can_be_made(careful, careful_spec, officer):
    box, rolls = careful
    usable = rolls.usableFrom(1)
    next_block_at(usable - 1)

    with reverts("RollOpenToObjections", 1, usable, usable - 1):
        box.open(careful_spec.as_tuple(), {"from": officer})


def test_no_poll_starts_without_notice(careful, careful_spec, officer):
    box, _rolls = careful
    next_block_at(careful_spec.start - NOTICE + 1)

    with reverts("StartsTooSoon", careful_spec.start, careful_spec.start + 1):
        box.open(careful_spec.as_tuple(), {"from": officer})


def test_no_poll_is_shorter_than_promised(careful, careful_spec, officer):
    box, rolls = careful
    next_block_at(rolls.usableFrom(1))

    with reverts("EndsTooSoon", careful_spec.end - 1, careful_spec.end):
        box.open(replace(careful_spec, end=careful_spec.end - 1).as_tuple(), {"from": officer})


def test_a_withdrawn_roll_has_no_polls(careful, careful_spec, officer, registrar):
    box, rolls = careful
    rolls.withdraw(1, REASON, "", {"from": registrar})

    with reverts("RollWasWithdrawn", 1):
        box.open(careful_spec.as_tuple(), {"from": officer})


@pytest.mark.parametrize("count", [0, 17])
def test_a_poll_has_1_to_16_ranges(open_spec, spec, count):
    with reverts("BadRangeCount", count):
        open_spec(replace(spec, ranges=((0, 1),) * count))


@pytest.mark.parametrize(
    ("ranges", "bad"),
    [
        (((0, 0),), 0),
        (((0, 14),), 0),
        (((13, 1),), 0),
        (((2**24 - 1, 2**24 - 1),), 0),
        (((0, 3), (2, 1)), 1),
        (((5, 2), (0, 2)), 1),
    ],
)
def test_ranges_ascend_without_overlap_within_the_roll(open_spec, spec, ranges, bad):
    with reverts("BadRange", bad, *ranges[bad]):
        open_spec(replace(spec, ranges=ranges))


def test_ranges_may_touch_and_number_16(box, publish, open_spec, spec):
    roll = publish([f"0x{number:040x}" for number in range(1, 33)])
    ranges = tuple((2 * place, 2) for place in range(16))

    poll = open_spec(replace(spec, roll=roll, ranges=ranges))["poll"]

    assert box.turnout(poll) == (0, 32)
    assert all(box.isEligible(poll, index) for index in range(32))


BAD_THRESHOLDS = [
    Threshold(Measure.BALLOTS, Measure.ELIGIBLE, 0, 0),
    Threshold(Measure.BALLOTS, Measure.ELIGIBLE, 2, 1),
    Threshold(Measure.BALLOTS, Measure.ELIGIBLE, 1, 1, more_than=True),
    Threshold(Measure.BALLOTS, Measure.BALLOTS, 1, 2),
    Threshold(Measure.BALLOTS, Measure.VALID, 1, 2),
    Threshold(Measure.ELIGIBLE, Measure.ELIGIBLE, 1, 2),
]


@pytest.mark.parametrize("quorum", BAD_THRESHOLDS)
def test_a_threshold_is_a_share_that_can_be_reached(open_spec, spec, quorum):
    with reverts("BadThreshold", quorum.as_tuple()):
        open_spec(replace(spec, outcome=decision(1, quorum=quorum)))


@pytest.mark.parametrize(
    "terms",
    [
        decision(1, majority=NO_MAJORITY),
        decision(1, majority=Threshold(Measure.BALLOTS, Measure.ELIGIBLE, 1, 2)),
        OutcomeTerms(Aim.TALLY, 0, majority=MAJORITY),
    ],
)
def test_a_decision_needs_a_majority_and_a_tally_has_none(open_spec, spec, terms):
    with reverts("BadThreshold", terms.majority.as_tuple()):
        open_spec(replace(spec, outcome=terms))


@pytest.mark.parametrize(
    ("terms", "most"),
    [
        (decision(0), 1),
        (decision(0b1_0000), 1),
        (decision(0b0011, blank=0b0010), 1),
        (decision(0b0011), 2),
        (OutcomeTerms(proposal=1), 1),
        (OutcomeTerms(Aim.TALLY, 0, proposal=1), 1),
    ],
)
def test_only_a_decision_has_a_proposal_among_its_options(open_spec, spec, terms, most):
    with reverts("BadProposal", terms.proposal, 4):
        open_spec(replace(spec, most=most, outcome=terms))


@pytest.mark.parametrize("blank", [0b1_0000, 0b1111])
def test_blank_options_are_some_of_the_options(open_spec, spec, blank):
    with reverts("BadBlankOptions", blank, 4):
        open_spec(replace(spec, outcome=OutcomeTerms(blank=blank)))


@pytest.mark.parametrize(
    "terms",
    [
        OutcomeTerms(seats=0),
        OutcomeTerms(seats=4, blank=0b1000),
        replace(decision(1), seats=1),
        replace(TALLY_ONLY, seats=1),
    ],
)
def test_an_election_has_as_many_seats_as_can_be_won(open_spec, spec, terms):
    with reverts("BadSeats", terms.seats, 4):
        open_spec(replace(spec, outcome=terms))


def test_sound_terms_are_taken(open_spec, spec):
    for terms in (
        OutcomeTerms(seats=3, blank=0b1000, majority=MAJORITY),
        decision(0b0011, majority=Threshold(Measure.SUPPORT, Measure.ELIGIBLE, 0, 1, more_than=True)),
        OutcomeTerms(Aim.TALLY, 0, blank=1, quorum=NO_QUORUM),
    ):
        assert open_spec(replace(spec, outcome=terms))["poll"]


@pytest.mark.parametrize(("late", "refused"), [(-1, False), (0, True)])
def test_a_poll_is_cancelled_before_its_start_only(box, announce, officer, late, refused):
    poll = announce()
    start = box.pollOf(poll)[1]
    next_block_at(start + late)

    if refused:
        with reverts("PollHasStarted", poll, start, start):
            box.cancel(poll, REASON, "", {"from": officer})
    else:
        event = box.cancel(poll, REASON, "https://x", {"from": officer}).events["PollCancelled"]
        assert (event["poll"], bytes(event["document"]), event["uri"]) == (poll, REASON, "https://x")
        assert box.pollOf(poll)[8]


def test_a_cancelled_poll_takes_no_votes_has_no_result_and_stays_cancelled(
    box, announce, officer, relayer, sign, sign_for_account, pack, voters
):
    poll = announce()
    box.cancel(poll, REASON, "", {"from": officer})
    batch = pack(poll, [sign(poll, 0, 1)])
    alone = sign_for_account(poll, voters[0].address, 1, voters[0])
    with reverts("PollWasCancelled", poll):
        box.cancel(poll, REASON, "", {"from": officer})
    chain.mine(timestamp=box.pollOf(poll)[1])

    for call in (
        lambda: box.castBatch(poll, batch, {"from": relayer}),
        lambda: box.vote(poll, 0, 1, {"from": relayer}),
        lambda: box.voteBySignature(poll, 0, 1, alone, {"from": relayer}),
        lambda: box.result(poll),
    ):
        with reverts("PollWasCancelled", poll):
            call()


def test_cancelling_takes_a_reason_and_the_election_officer(box, announce, officer, registrar):
    poll = announce()

    with reverts("ReasonMissing", poll):
        box.cancel(poll, NO_DOCUMENT, "", {"from": officer})
    with reverts("AccessManagedUnauthorized", registrar):
        box.cancel(poll, REASON, "", {"from": registrar})


def test_unknown_polls_are_named(box, relayer, officer):
    for unknown in (0, 10_000, 2**256 - 1):
        for call in (
            lambda number=unknown: box.pollOf(number),
            lambda number=unknown: box.termsOf(number),
            lambda number=unknown: box.outcomeTermsOf(number),
            lambda number=unknown: box.turnout(number),
            lambda number=unknown: box.turnoutOf(number, 0, 1),
            lambda number=unknown: box.tally(number),
            lambda number=unknown: box.isEligible(number, 0),
            lambda number=unknown: box.hasVoted(number, 0),
            lambda number=unknown: box.result(number),
            lambda number=unknown: box.cancel(number, keccak(b""), "", {"from": officer}),
            lambda number=unknown: box.castBatch(number, b"", {"from": relayer}),
            lambda number=unknown: box.vote(number, 0, 1, {"from": relayer}),
            lambda number=unknown: box.voteBySignature(number, 0, 1, b"", {"from": relayer}),
        ):
            with reverts("UnknownPoll", unknown):
                call()
