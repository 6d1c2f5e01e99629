"""The interfaces in the package are the compiled contracts'."""

import pytest

from scripts.deployment.artifacts import standard_json, standard_json_hash
from scripts.deployment.deployment import CONTRACTS
from scripts.export import FOLDER, exported


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_packages_abi_is_the_compilers(name):
    committed = (FOLDER / f"{name}.json").read_text(encoding="utf-8")

    assert committed == exported(name), "run `make abi` and commit what it writes"


def test_the_standard_json_holds_every_source_and_no_mock():
    sources = standard_json(CONTRACTS)["sources"]

    assert "contracts/currency/LocalCurrency.sol" in sources
    assert "node_modules/@openzeppelin/contracts/access/manager/AccessManager.sol" in sources
    assert not [path for path in sources if "mocks" in path]


def test_the_standard_json_compiles_to_the_same_bytecode():
    import solcx

    from scripts.deployment.artifacts import artifact

    compiled = solcx.compile_standard(standard_json(("ElectoralRoll",)), solc_version="0.8.30")
    bytecode = compiled["contracts"]["contracts/ballot/ElectoralRoll.sol"]["ElectoralRoll"]["evm"]["bytecode"]["object"]

    assert bytes.fromhex(bytecode) == artifact("ElectoralRoll").creation_code


def test_the_hash_is_that_of_these_sources_only():
    assert standard_json_hash(("ElectoralRoll",)) != standard_json_hash(CONTRACTS)
    assert standard_json_hash(CONTRACTS) == standard_json_hash(CONTRACTS)
