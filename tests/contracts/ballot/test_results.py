"""What anyone reads: turnout, tally and, after the end, the outcome."""

from fractions import Fraction

import pytest
from brownie import chain, web3
from brownie.test import given, strategy
from hypothesis import settings

from dongne.ballot import (
    MAJORITY,
    NO_MAJORITY,
    NO_QUORUM,
    TALLY_ONLY,
    Aim,
    Measure,
    Outcome,
    OutcomeTerms,
    Threshold,
    decision,
    outcome_of,
)
from tests.contracts.ballot.conftest import KEYS, labels
from tests.reverting import reverts

YES, NO, BLANK = 0b0001, 0b0010, 0b0100


@pytest.fixture
def end(box, relayer, sign, pack):
    """Casts choices by voter from 0 on, lets the poll end and gives its outcome."""

    def ended(poll, choices):
        if choices:
            votes = [sign(poll, index, mask) for index, mask in enumerate(choices)]
            box.castBatch(poll, pack(poll, votes), {"from": relayer})
        chain.mine(timestamp=box.pollOf(poll)[2])
        return Outcome(*box.result(poll))

    return ended


@pytest.fixture
def rule(outcomes):
    """Asks the contract and the same rule in Python; they must agree."""

    def asked(terms, tally, ballots=None, eligible=10_000):
        ballots = sum(tally) if ballots is None else ballots
        outcomes.check(terms.as_tuple(), len(tally), 1)
        found = Outcome(*outcomes.outcome(terms.as_tuple(), tally, ballots, eligible))
        assert found == outcome_of(terms, tally, ballots, eligible)
        return found

    return asked


def test_the_option_with_the_most_votes_wins_where_nothing_more_is_asked(poll, end):
    found = end(poll, [1, 2, 2, 4])

    assert found == Outcome(4, KEYS + 1, 4, True, 0b0010, 2, 2, 0b0010, 0, True)


def test_a_tie_is_stated_and_nobody_wins(poll, end):
    found = end(poll, [1, 2, 2, 8, 8])

    assert (found.leaders, found.votes, found.won, found.tied, found.passed) == (0b1010, 2, 0, 0b1010, False)


def test_without_votes_nobody_wins(poll, end):
    found = end(poll, [])

    assert (found.leaders, found.won, found.tied, found.passed) == (0, 0, 0, False)


def test_a_proposal_is_lost_while_blank_leads(open_poll, end):
    poll = open_poll(outcome=decision(YES, blank=BLANK))

    found = end(poll, [YES, NO, NO, BLANK, BLANK, BLANK, BLANK])

    assert (found.passed, found.won, found.support, found.valid) == (False, 0, 1, 3)
    assert (found.leaders, found.votes) == (NO, 2)


def test_a_proposal_passes_by_valid_votes_while_blank_leads(open_poll, end):
    poll = open_poll(outcome=decision(YES, blank=BLANK))

    assert end(poll, [YES, YES, NO, BLANK, BLANK, BLANK, BLANK]).passed


def test_5_yes_and_15_no_is_no(rule):
    found = rule(decision(YES), [5, 15])

    assert (found.passed, found.leaders, found.support) == (False, NO, 5)


def test_a_proposal_without_a_vote_never_passes(rule):
    everything = Threshold(Measure.SUPPORT, Measure.VALID, 1, 2)

    assert not rule(decision(YES, blank=BLANK, majority=everything), [0, 0, 9]).passed
    assert not rule(decision(YES, majority=everything), [0, 0]).passed


@pytest.mark.parametrize(
    ("votes", "of", "numerator", "denominator", "more_than", "met"),
    [
        (3_333, 10_000, 1, 3, False, False),
        (3_334, 10_000, 1, 3, False, True),
        (3_333, 9_999, 1, 3, False, True),
        (3_333, 9_999, 1, 3, True, False),
        (2, 3, 2, 3, False, True),
        (2, 3, 2, 3, True, False),
        (6_666, 10_000, 2, 3, False, False),
        (6_667, 10_000, 2, 3, False, True),
        (10, 20, 1, 2, True, False),
        (11, 20, 1, 2, True, True),
        (20, 20, 1, 1, False, True),
        (19, 20, 1, 1, False, False),
        (1, 20, 0, 1, True, True),
    ],
)
def test_shares_are_exact(rule, votes, of, numerator, denominator, more_than, met):
    share = Threshold(Measure.SUPPORT, Measure.VALID, numerator, denominator, more_than)

    assert rule(decision(YES, majority=share), [votes, of - votes]).passed == met


@pytest.mark.parametrize(
    ("part", "whole", "met"),
    [
        (Measure.BALLOTS, Measure.ELIGIBLE, True),
        (Measure.VALID, Measure.ELIGIBLE, False),
        (Measure.SUPPORT, Measure.ELIGIBLE, False),
        (Measure.VALID, Measure.BALLOTS, True),
        (Measure.SUPPORT, Measure.BALLOTS, False),
        (Measure.SUPPORT, Measure.VALID, True),
    ],
)
def test_a_quorum_compares_what_it_says(rule, part, whole, met):
    terms = decision(YES, blank=BLANK, quorum=Threshold(part, whole, 1, 2))

    found = rule(terms, [35, 15, 30], eligible=160)

    assert (found.quorum_met, found.passed) == (met, met)


def test_without_quorum_leaders_are_stated_and_nobody_wins(rule):
    quorum = Threshold(Measure.BALLOTS, Measure.ELIGIBLE, 1, 4)

    for terms in (OutcomeTerms(quorum=quorum), decision(YES, quorum=quorum), OutcomeTerms(Aim.TALLY, 0, quorum=quorum)):
        missed, met = rule(terms, [3, 1], eligible=17), rule(terms, [3, 1], eligible=16)
        assert (missed.quorum_met, missed.leaders, missed.won, missed.passed) == (False, 1, 0, False)
        assert (met.quorum_met, met.passed) == (True, True)


def test_seats_go_to_the_options_with_the_most_votes(rule):
    found = rule(OutcomeTerms(seats=3, blank=0b0001), [90, 5, 7, 1, 6, 0])

    assert (found.won, found.tied, found.passed) == (0b010110, 0, True)


def test_a_tie_for_the_last_seats_is_stated_and_the_others_are_won(rule):
    found = rule(OutcomeTerms(seats=3), [9, 5, 5, 5, 1])

    assert (found.won, found.tied, found.passed) == (0b00001, 0b01110, False)


def test_equal_votes_are_no_tie_where_there_are_seats_for_all(rule):
    found = rule(OutcomeTerms(seats=3), [9, 5, 5, 1])

    assert (found.won, found.tied, found.passed) == (0b0111, 0, True)


def test_a_seat_stays_free_without_votes_or_majority(rule):
    assert not rule(OutcomeTerms(seats=2), [4, 0, 0]).passed
    found = rule(OutcomeTerms(seats=2, majority=MAJORITY), [6, 4, 1])
    assert (found.won, found.passed) == (0b001, False)


def test_a_tally_is_its_own_result(rule):
    found = rule(TALLY_ONLY, [4, 4, 1])

    assert (found.leaders, found.won, found.tied, found.passed) == (0b011, 0, 0, True)


def test_several_options_can_be_votes_for_the_proposal(rule):
    found = rule(decision(0b0011), [4, 3, 6])

    assert (found.support, found.won, found.leaders, found.passed) == (7, 0b0011, 0b0100, True)


def test_leaders_are_found_among_256_options(box, open_poll, end):
    poll = open_poll(labels=labels(256), least=2, most=2)

    found = end(poll, [1 | 1 << 255, 1 << 64 | 1 << 255])

    assert (found.leaders, found.votes) == (1 << 255, 2)


@given(
    aim=strategy("uint8", max_value=2),
    tally=strategy("uint16[]", min_length=3, max_length=6, max_value=12),
    marks=strategy("uint8", min_value=1, max_value=62),
    seats=strategy("uint8", min_value=1, max_value=5),
    shares=strategy("uint8[4]", min_value=1, max_value=7),
    parts=strategy("uint8[2]", max_value=2),
    more_than=strategy("bool"),
    absent=strategy("uint8", max_value=30),
)
@settings(max_examples=60)
def test_contract_and_python_agree_on_any_figures(outcomes, aim, tally, marks, seats, shares, parts, more_than, absent):
    options = len(tally)
    everything = (1 << options) - 1
    blank = marks & everything if marks & everything != everything else 0
    open_options = everything & ~blank
    proposal = open_options & -open_options
    quorum = Threshold(Measure.SUPPORT, Measure(parts[0]), *share(shares[0], shares[1]), more_than)
    majority = Threshold(Measure.SUPPORT, Measure(parts[1]), *share(shares[2], shares[3]), not more_than)
    terms = {
        Aim.ELECTION: OutcomeTerms(Aim.ELECTION, min(seats, open_options.bit_count()), 0, blank, quorum, majority),
        Aim.DECISION: decision(proposal, blank=blank, quorum=quorum, majority=majority),
        Aim.TALLY: OutcomeTerms(Aim.TALLY, 0, 0, blank, quorum, NO_MAJORITY),
    }[Aim(aim)]
    outcomes.check(terms.as_tuple(), options, 1)
    ballots = sum(tally)

    found = Outcome(*outcomes.outcome(terms.as_tuple(), tally, ballots, ballots + absent))

    assert found == outcome_of(terms, tally, ballots, ballots + absent)


def share(one, other):
    """A share below 1, exact."""
    found = Fraction(min(one, other), max(one, other) + 1)
    return found.numerator, found.denominator


def test_the_result_waits_for_the_end(box, poll):
    end = box.pollOf(poll)[2]

    chain.mine(timestamp=end - 1)
    with reverts("PollNotEnded", poll, end, end - 1):
        box.result(poll)

    chain.mine(timestamp=end)
    assert box.result(poll)[0] == 0


def test_turnout_of_a_district_counts_its_voters_only(box, poll, sign, relayer, pack):
    box.castBatch(poll, pack(poll, [sign(poll, index, 1) for index in (0, 1, 5, 11)]), {"from": relayer})

    parts = {
        (0, 2): 2,
        (2, 3): 0,
        (5, 1): 1,
        (6, 7): 1,
        (0, 13): 4,
        (0, 0): 0,
        (0, 1_000): 4,
        (2**24 - 256, 512): 0,
        (2**256 - 1, 2**256 - 1): 0,
    }
    assert {part: box.turnoutOf(poll, *part) for part in parts} == parts


def test_eligibility_follows_the_ranges(box, open_poll):
    poll = open_poll(ranges=((1, 2), (12, 1)))

    assert [index for index in range(14) if box.isEligible(poll, index)] == [1, 2, 12]


def test_the_domain_is_published(box):
    fields, name, version, chain_id, contract, salt, extensions = box.eip712Domain()

    assert (name, version, chain_id, contract) == ("Dongne BallotBox", "1", web3.eth.chain_id, box.address)
    assert int(str(fields), 16) == 0x0F
    assert not extensions
    assert int(str(salt), 16) == 0


def test_no_quorum_is_met_by_nothing(rule):
    assert rule(OutcomeTerms(quorum=NO_QUORUM), [0, 0]).quorum_met
