"""Finding: an index beyond the largest roll ended in a panic, where the answer is that nobody voted there."""

import pytest
from brownie import BallotBox, CityAccess, ElectoralRoll, accounts, chain

from dongne.ballot import PollSpec, Rule


@pytest.fixture
def box():
    administrator = accounts[0]
    access = administrator.deploy(CityAccess, administrator)
    rolls = administrator.deploy(ElectoralRoll, access)
    rolls.open({"from": administrator})
    rolls.append(1, b"\x01" * 20, {"from": administrator})
    rolls.freeze(1, [(1, 1)], {"from": administrator})
    contract = administrator.deploy(BallotBox, rolls, access)
    start = chain[-1].timestamp + 60
    spec = PollSpec(1, Rule.EXACTLY_ONE, 2, 1, start, start + 60, bytes(32), "", ((0, 1),))
    contract.open(spec.as_tuple(), {"from": administrator})
    return contract


@pytest.mark.parametrize("index", [2**24, 2**255, 2**256 - 1])
def test_an_index_that_no_roll_can_have_has_not_voted(box, index):
    assert not box.hasVoted(1, index)
    assert not box.isEligible(1, index)
    assert box.turnoutOf(1, index, 2**256 - 1) == 0
