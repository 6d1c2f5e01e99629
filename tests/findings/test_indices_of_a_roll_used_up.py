"""Whoever had the roll officer's key for a moment could keep every later death and lost key off the roll.

One `amend` that announces as many voters as there are indices left cost the thief a transaction. The next index is then
behind the last, and `amend` refused everything, editions too that append nobody and need no index.
"""

import pytest
from eth_account import Account
from eth_utils import keccak

from tests.contracts.ballot.conftest import (  # noqa: F401 fixtures
    KEYS,
    access,
    administrator,
    amend,
    publish,
    registrar,
    roll,
    rolls,
    smart_account,
    voters,
)
from tests.reverting import reverts

pytestmark = pytest.mark.usefixtures("fn_isolation")
LAST_BLOB, PER_BLOB, INDICES = 13_662, 1_228, 2**24 - 1


@pytest.fixture
def used_up(rolls, roll, registrar):  # noqa: F811
    """An edition opened with the stolen key: it announces as many voters as there are indices left."""
    opened = rolls.amend(roll, INDICES - PER_BLOB, {"from": registrar}).events["RollAmended"]
    assert opened["first"] == PER_BLOB
    return opened["roll"]


def test_nobody_can_be_appended_any_more(rolls, roll, registrar, used_up):  # noqa: F811
    for added in (1, PER_BLOB):
        with reverts("RollFull", roll, INDICES, added):
            rolls.amend(roll, added, {"from": registrar})


def test_voters_are_struck_all_the_same_and_who_remains_is_found(rolls, roll, amend, voters, used_up):  # noqa: F811
    deaths, first = amend(roll, [3])
    more, again = amend(deaths, [3, 5])

    assert first == again == INDICES
    assert (rolls.voters(deaths), rolls.voters(more)) == (KEYS, KEYS - 1)
    assert rolls.voterAt(more, 4) == voters[4].address
    assert rolls.votersIn(more, 0, KEYS + 1) == KEYS - 1
    for nobody in (3, 5, KEYS + 1, INDICES - 1, INDICES):
        with reverts("NoSuchVoter", more, nobody):
            rolls.voterAt(more, nobody)
        assert rolls.votersIn(more, nobody, 1) == 0


def test_another_roll_is_not_touched(publish, amend, used_up):  # noqa: F811
    newcomer = Account.from_key(keccak(text="newcomer")).address

    _edition, first = amend(publish([newcomer]), [], [newcomer])

    assert first == PER_BLOB
