"""An edition listed an address again in the very district where it stood: the pages said that no chain can hold that.

Addresses ascend within a part of a roll, and an edition is a part of its own. So this, too, is found by the tools and
proven by anyone, as an address in two districts is.
"""

import pytest

from dongne.ballot import Amending, Changes, ElectoralRoll, VoterList, amend, publish
from dongne.errors import ExitCode
from dongne.suite import Role
from scripts.localchain.suite import local_suite, person
from tests.dongne.election_office import Office

VOTERS = sorted(bytes.fromhex(person(f"district {number}").address[2:]) for number in range(3))
FIRST_OF_THE_EDITION = 1_228


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def office(tmp_path_factory, city):
    return Office.on(city, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def edition(city):
    """What the stolen key of a roll officer publishes: the tool itself would refuse the file."""
    rolls, deliver = city.client(ElectoralRoll), lambda call: call.transact(city.officers[Role.ROLL_OFFICER])
    honest = VoterList.of({100: VOTERS})
    changes = Changes(frozenset(), VoterList.of({100: [VOTERS[1]]}))
    return amend(rolls, Amending(publish(rolls, honest, deliver), honest, changes), deliver)


def test_everybody_finds_it_and_anybody_proves_it(office, city, edition):
    code, _out, err = office.run("ballot", "roll", "audit", edition)
    opened = office.run("ballot", "open", office.poll_file("twice", edition), "--yes", key="officer")
    prove = ("ballot", "roll", "prove-duplicate", edition, 1, FIRST_OF_THE_EDITION)

    assert (code, opened[0]) == (ExitCode.DIFFERENT, ExitCode.DIFFERENT)
    assert "1 voter is listed more than once" in err
    assert office.json(*prove, key="relayer")["withdrawn"]
    assert city.client(ElectoralRoll).state(edition).withdrawn
