"""The Python of docs/operations.md, run on a fresh city; and the way of an administrator who must announce first."""

import json

import pytest
from hexbytes import HexBytes

from dongne import book as books
from dongne.chain import Chain
from dongne.errors import ContractRefused
from dongne.suite import Role
from scripts.deployment.city import City
from scripts.deployment.deployment import deploy
from scripts.localchain.anvil import anvil, funded
from scripts.localchain.suite import local_suite
from tests.docs.pages import Page

PASSWORD = "only for this test"
DELAY = 3_600


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


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
    officers = {role: funded(1 + role) for role in Role}
    administrator, newcomer = officers[Role.ADMINISTRATOR], funded(9)
    with anvil() as rpc:
        chain = Chain(rpc)
        holders = {role: key.address for role, key in officers.items()}
        city = City(officers=holders, administrator_delay=DELAY)
        book = deploy(funded(0), 1, city=city, chain=chain, folder=tmp_path)
        access = chain.contract("CityAccess", book.address("CityAccess"))
        grant = HexBytes(access.encode_abi("grantRole", [Role.GUARDIAN, newcomer.address, 0]))

        with pytest.raises(ContractRefused) as refused:
            chain.send(administrator, access.address, grant)
        assert refused.value.name == "AccessManagerNotScheduled"

        announcement = HexBytes(access.encode_abi("schedule", [access.address, grant, 0]))
        chain.send(administrator, access.address, announcement)
        chain.web3.provider.make_request("evm_increaseTime", [DELAY])
        chain.web3.provider.make_request("evm_mine", [])
        chain.send(administrator, access.address, grant)

        assert access.functions.hasRole(Role.GUARDIAN, newcomer.address).call()[0] is True
