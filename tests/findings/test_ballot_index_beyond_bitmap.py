"""Finding: an index beyond the largest roll ended in a panic, where the answer is that nobody voted there."""

import pytest
from brownie import BallotBox, CityAccess, ElectoralRoll, OutcomeRule, PollTerms, accounts, chain

from dongne.ballot import PollSpec


@pytest.fixture
def box():
    administrator = accounts[0]
    access = administrator.deploy(CityAccess, administrator)
    rolls = administrator.deploy(ElectoralRoll, 0, access)
    rolls.open({"from": administrator})
    rolls.append(1, b"\x01" * 20, {"from": administrator})
    rolls.freeze(1, [(1, 1)], {"from": administrator})
    outcomes = administrator.deploy(OutcomeRule)
    terms = administrator.deploy(PollTerms, rolls, outcomes)
    contract = administrator.deploy(BallotBox, rolls, outcomes, terms, administrator, 0, 0, access)
    start = chain[-1].timestamp + 60
    spec = PollSpec(1, start, start + 60, "Trees?", ("yes", "no"), ((0, 1),))
    contract.open(spec.as_tuple(), {"from": administrator})
    return contract


@pytest.mark.parametrize("index", [2**24, 2**255, 2**256 - 1])
def test_an_index_that_no_roll_can_have_has_not_voted(box, index):
    assert not box.hasVoted(1, index)
    assert not box.isEligible(1, index)
    assert box.turnoutOf(1, index, 2**256 - 1) == 0
