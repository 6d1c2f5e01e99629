"""The Python of docs/operations.md, run on a fresh city; and the way of an administrator who must announce first."""

import json

import pytest

from dongne import book as books
from dongne.access import CityAccess
from dongne.chain import Chain
from dongne.deployment.city import City
from dongne.deployment.deployment import deploy
from dongne.errors import ContractRefused
from dongne.suite import OFFICES, Role
from scripts.localchain.anvil import anvil, funded, officer, pass_time
from scripts.localchain.suite import local_suite
from tests.docs.pages import Page

PASSWORD = "only for this test"
DELAY = 3_600


@pytest.fixture(scope="module")
def city():
    with local_suite() as suite:
        yield suite


def test_the_examples_of_everyday_work_run(city, tmp_path, monkeypatch):
    books.save(city.book, tmp_path / "deployments")
    (tmp_path / "password").write_text(PASSWORD)
    for role, key in city.officers.items():
        keystore = key.encrypt(PASSWORD, kdf="pbkdf2", iterations=1_000)
        (tmp_path / f"{role.name.lower()}.json").write_text(json.dumps(keystore))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DONGNE_RPC", city.chain.rpc)

    examples = Page("docs/operations.md").blocks("python")
    names: dict[str, object] = {}
    for example in examples:
        exec(compile(example, "docs/operations.md", "exec"), names)

    assert len(examples) == 2
    assert names["currency"].total_supply() == 300_000


def test_an_administrator_with_a_delay_announces_first_and_then_grants(tmp_path):
    officers = {role: officer(role) for role in OFFICES}
    administrator, newcomer = officers[Role.ADMINISTRATOR], funded(9)
    with anvil() as rpc:
        chain = Chain(rpc)
        holders = {role: key.address for role, key in officers.items()}
        city = City(officers=holders, delays={Role.ADMINISTRATOR: DELAY})
        book = deploy(funded(0), 1, city=city, chain=chain, folder=tmp_path)
        access = CityAccess(chain, book.entry("CityAccess"))
        grant = access.grant(Role.GUARDIAN, newcomer.address)

        with pytest.raises(ContractRefused) as refused:
            grant.transact(administrator)
        assert refused.value.name == "AccessManagerNotScheduled"

        access.schedule(grant).transact(administrator)
        pass_time(chain, DELAY)
        grant.transact(administrator)

        assert access.membership(Role.GUARDIAN, newcomer.address).held
