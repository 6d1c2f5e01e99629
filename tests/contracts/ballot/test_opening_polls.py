"""Opening a poll: everything is decided then, checked then, and never changes."""

from dataclasses import replace

import pytest
from brownie import chain, web3

from dongne.ballot import PollSpec, Rule
from tests.reverting import reverts


def test_a_poll_is_kept_as_it_was_opened(box, officer, spec):
    decided = replace(
        spec,
        rule=Rule.UP_TO,
        options=128,
        picks=128,
        quorum_bps=10_000,
        pass_bps=10_000,
        ranges=((0, 1), (2, 3), (12, 1)),
    )

    event = box.open(decided.as_tuple(), {"from": officer}).events["PollOpened"]

    assert PollSpec.from_tuple(box.specOf(event["poll"])) == decided
    assert box.turnout(event["poll"]) == (0, 5)
    assert box.tally(event["poll"]) == [0] * 128


def test_polls_are_numbered_one_after_another(box, officer, spec):
    first = box.open(spec.as_tuple(), {"from": officer}).events["PollOpened"]["poll"]
    second = box.open(spec.as_tuple(), {"from": officer}).events["PollOpened"]["poll"]

    assert second == first + 1


def test_only_the_election_officer_opens_polls(box, stranger, spec):
    with reverts("AccessManagedUnauthorized", stranger):
        box.open(spec.as_tuple(), {"from": stranger})


def test_a_poll_needs_a_frozen_roll(box, rolls, officer, spec):
    draft = rolls.open({"from": officer}).events["RollOpened"]["roll"]

    with reverts("RollNotFrozen", draft):
        box.open(replace(spec, roll=draft).as_tuple(), {"from": officer})


def test_a_poll_needs_a_roll_that_exists(box, officer, spec):
    with reverts("UnknownRoll", 999):
        box.open(replace(spec, roll=999).as_tuple(), {"from": officer})


@pytest.mark.parametrize("options", [0, 1, 129, 255])
def test_options_are_2_to_128(box, officer, spec, options):
    with reverts("BadOptions", options):
        box.open(replace(spec, options=options).as_tuple(), {"from": officer})


@pytest.mark.parametrize(
    ("rule", "picks"),
    [
        (Rule.EXACTLY_ONE, 0),
        (Rule.EXACTLY_ONE, 2),
        (Rule.UP_TO, 0),
        (Rule.UP_TO, 5),
        (Rule.EXACTLY, 0),
        (Rule.EXACTLY, 5),
    ],
)
def test_picks_fit_rule_and_options(box, officer, spec, rule, picks):
    with reverts("BadPicks", picks, 4):
        box.open(replace(spec, rule=rule, picks=picks).as_tuple(), {"from": officer})


def next_block_at(time):
    web3.provider.make_request("evm_setNextBlockTimestamp", [time])


def test_a_poll_may_start_now(box, officer, spec):
    next_block_at(spec.start)

    poll = box.open(spec.as_tuple(), {"from": officer}).events["PollOpened"]["poll"]

    assert box.specOf(poll)[4] == spec.start == chain[-1].timestamp


def test_a_poll_does_not_start_in_the_past(box, officer, spec):
    next_block_at(spec.start + 1)

    with reverts("BadPollPeriod", spec.start, spec.end, spec.start + 1):
        box.open(spec.as_tuple(), {"from": officer})


@pytest.mark.parametrize("lasting", [0, -1])
def test_a_poll_ends_after_it_starts(box, officer, spec, lasting):
    next_block_at(spec.start - 30)

    with reverts("BadPollPeriod", spec.start, spec.start + lasting, spec.start - 30):
        box.open(replace(spec, end=spec.start + lasting).as_tuple(), {"from": officer})


@pytest.mark.parametrize("share", ["quorum_bps", "pass_bps"])
def test_shares_are_at_most_the_whole(box, officer, spec, share):
    with reverts("BadShare", 10_001):
        box.open(replace(spec, **{share: 10_001}).as_tuple(), {"from": officer})


@pytest.mark.parametrize("count", [0, 17])
def test_a_poll_has_1_to_16_ranges(box, officer, spec, count):
    with reverts("BadRangeCount", count):
        box.open(replace(spec, ranges=((0, 1),) * count).as_tuple(), {"from": officer})


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
def test_ranges_ascend_without_overlap_within_the_roll(box, officer, spec, ranges, bad):
    with reverts("BadRange", bad, *ranges[bad]):
        box.open(replace(spec, ranges=ranges).as_tuple(), {"from": officer})


def test_ranges_may_touch_and_number_16(box, rolls, officer, spec):
    roll = rolls.open({"from": officer}).events["RollOpened"]["roll"]
    rolls.append(roll, b"\x01" * 20 * 32, {"from": officer})
    rolls.freeze(roll, [(1, 32)], {"from": officer})
    ranges = tuple((2 * place, 2) for place in range(16))

    poll = box.open(replace(spec, roll=roll, ranges=ranges).as_tuple(), {"from": officer}).events["PollOpened"]["poll"]

    assert box.turnout(poll) == (0, 32)


def test_unknown_polls_are_named(box, relayer):
    for unknown in (0, 10_000, 2**256 - 1):
        for call in (
            lambda number=unknown: box.specOf(number),
            lambda number=unknown: box.turnout(number),
            lambda number=unknown: box.turnoutOf(number, 0, 1),
            lambda number=unknown: box.tally(number),
            lambda number=unknown: box.isEligible(number, 0),
            lambda number=unknown: box.hasVoted(number, 0),
            lambda number=unknown: box.result(number),
            lambda number=unknown: box.castBatch(number, b"", {"from": relayer}),
            lambda number=unknown: box.vote(number, 0, 1, {"from": relayer}),
            lambda number=unknown: box.voteBySignature(number, 0, 1, b"", {"from": relayer}),
        ):
            with reverts("UnknownPoll", unknown):
                call()
