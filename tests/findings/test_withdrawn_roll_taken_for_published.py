"""Whoever had the roll officer's key for a moment withdrew an honest roll, and the list could never be published again.

`register` found a frozen roll of exactly these voters and said that nothing was to be done; no poll can use that roll.
"""

import pytest

from dongne.ballot import ElectoralRoll, VoterList, begun, districts_of, publish
from dongne.suite import Role
from scripts.localchain.suite import local_suite, person


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


def test_a_list_whose_roll_was_withdrawn_is_published_anew(city):
    rolls, voter = city.client(ElectoralRoll), bytes.fromhex(person("twice").address[2:])
    deliver = lambda call: call.transact(city.officers[Role.ROLL_OFFICER])  # noqa: E731
    voters = VoterList((voter, b"\xff" * 20, voter), districts_of([(1, 2), (2, 1)]))
    first = publish(rolls, voters, deliver)
    assert publish(rolls, voters, deliver) == first
    deliver(rolls.prove_duplicate(first, 0, 2))

    assert begun(rolls, voters).roll is None
    second = publish(rolls, voters, deliver)

    assert second != first
    assert not rolls.state(second).withdrawn
    assert publish(rolls, voters, deliver) == second
