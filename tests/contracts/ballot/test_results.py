"""What anyone reads: turnout, tally and, after the end, the result."""

import pytest
from brownie import chain, web3

from dongne.ballot import Rule, pack_votes
from tests.contracts.ballot.conftest import KEYS
from tests.reverting import reverts


@pytest.fixture
def end(box, relayer, sign):
    """Casts choices by voter from 0 on, lets the poll end and gives its result as a tuple."""

    def ended(poll, choices):
        if choices:
            box.castBatch(
                poll,
                pack_votes([sign(poll, index, mask) for index, mask in enumerate(choices)]),
                {"from": relayer},
            )
        chain.mine(timestamp=box.specOf(poll)[5])
        return box.result(poll)

    return ended


def test_a_plurality_passes_where_nothing_more_is_asked(poll, end):
    assert end(poll, [1, 2, 2, 4]) == (4, KEYS + 1, True, 2, 2, True)


def test_a_tie_is_stated_and_nothing_passes(poll, end):
    assert end(poll, [1, 2, 2, 8, 8]) == (5, KEYS + 1, True, 0b1010, 2, False)


def test_without_votes_nobody_leads(poll, end):
    assert end(poll, []) == (0, KEYS + 1, True, 0, 0, False)


@pytest.mark.parametrize(("ballots", "met"), [(2, False), (3, True), (4, True)])
def test_the_quorum_is_met_from_its_share_on(open_poll, end, ballots, met):
    poll = open_poll(quorum_bps=3_000, ranges=((0, 10),))

    assert end(poll, [1] * ballots) == (ballots, 10, met, 1, ballots, met)


@pytest.mark.parametrize(("choices", "passed"), [([1, 1, 2, 2, 1, 4], False), ([1, 1, 1, 2], True)])
def test_an_absolute_majority_is_more_than_half(open_poll, end, choices, passed):
    poll = open_poll(pass_bps=5_000)

    result = end(poll, choices)

    assert (result[3], result[5]) == (1, passed)


def test_a_share_of_the_whole_can_never_be_exceeded(open_poll, end):
    assert end(open_poll(pass_bps=10_000), [1, 1])[5] is False


def test_leaders_are_found_among_128_options(open_poll, end):
    poll = open_poll(rule=Rule.EXACTLY, options=128, picks=2)

    result = end(poll, [1 | 1 << 127, 1 << 64 | 1 << 127])

    assert result[3:5] == (1 << 127, 2)


def test_the_result_waits_for_the_end(box, poll):
    end = box.specOf(poll)[5]

    chain.mine(timestamp=end - 1)
    with reverts("PollNotEnded", poll, end, end - 1):
        box.result(poll)

    chain.mine(timestamp=end)
    assert box.result(poll)[0] == 0


def test_turnout_of_a_district_counts_its_voters_only(box, poll, sign, relayer):
    box.castBatch(poll, pack_votes([sign(poll, index, 1) for index in (0, 1, 5, 11)]), {"from": relayer})

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
