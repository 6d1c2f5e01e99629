"""The interfaces in the package are the compiled contracts'."""

import json
from pathlib import Path

import pytest

from dongne import bytecode
from dongne.abi import abi
from dongne.deployment.deployment import CONTRACTS
from dongne.explanations import EXPLANATIONS
from scripts import error_tables, export
from scripts.bytecode import compiled
from scripts.deployment.artifacts import artifact, standard_json, standard_json_hash
from scripts.export import FOLDER, exported


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_packages_abi_is_the_compilers(name):
    committed = FOLDER / f"{name}.json"

    assert committed.exists(), "run `make abi` and commit what it writes"
    assert committed.read_text(encoding="utf-8") == exported(name), "run `make abi` and commit what it writes"


def test_the_abi_of_a_contract_that_left_the_suite_is_removed(monkeypatch, tmp_path):
    (tmp_path / "Gone.json").write_text("[]")
    monkeypatch.setattr(export, "FOLDER", tmp_path)

    export.main()

    assert {file.stem for file in tmp_path.iterdir()} == set(CONTRACTS)


def test_a_contract_whose_abi_is_missing_is_answered_with_the_command_that_writes_it():
    with pytest.raises(FileNotFoundError, match=r"Nonesuch.* run `make abi`"):
        abi("Nonesuch")


def test_an_error_without_a_sentence_is_named_when_the_tables_are_written(monkeypatch, tmp_path, capsys):
    (tmp_path / "contracts.md").write_text("<!-- errors:begin --><!-- errors:end -->")
    monkeypatch.setattr(error_tables, "PAGE", tmp_path / "contracts.md")
    monkeypatch.delitem(EXPLANATIONS, "BadPause")

    assert error_tables.main() == 1
    assert "LocalCurrency.BadPause" in capsys.readouterr().err


def test_a_page_without_the_marks_is_refused():
    with pytest.raises(ValueError, match="errors:begin"):
        error_tables.page("# Contracts")


def test_the_standard_json_holds_every_source_and_no_mock():
    sources = standard_json(CONTRACTS)["sources"]

    assert "contracts/currency/LocalCurrency.sol" in sources
    assert "node_modules/@openzeppelin/contracts/access/manager/AccessManager.sol" in sources
    assert not [path for path in sources if "mocks" in path]


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_standard_json_of_a_contract_holds_whatever_its_sources_import(name):
    sources = standard_json((name,))["sources"]
    imported = {
        Path(line.split('"')[1]).name
        for source in sources.values()
        for line in source["content"].splitlines()
        if line.startswith(("import ", "} from ")) and '"' in line
    }

    assert imported <= {Path(path).name for path in sources}


def test_the_standard_json_compiles_to_the_same_bytecode():
    import solcx

    compiled = solcx.compile_standard(standard_json(("ElectoralRoll",)), solc_version="0.8.30")
    bytecode = compiled["contracts"]["contracts/ballot/ElectoralRoll.sol"]["ElectoralRoll"]["evm"]["bytecode"]["object"]

    assert bytes.fromhex(bytecode) == artifact("ElectoralRoll").creation_code


def test_the_hash_is_that_of_these_sources_only():
    assert standard_json_hash(("ElectoralRoll",)) != standard_json_hash(CONTRACTS)
    assert standard_json_hash(CONTRACTS) == standard_json_hash(CONTRACTS)


def test_the_packages_bytecode_is_the_compilers():
    made = bytecode.build()

    assert set(made.contracts) == set(CONTRACTS)
    for name, each in made.contracts.items():
        assert (each.creation, each.runtime) == (artifact(name).creation_code, artifact(name).runtime_code)
    assert made.standard_json_hash == standard_json_hash(CONTRACTS)
    assert made.compiler == artifact("CityAccess").compiler


def test_code_is_the_contracts_whatever_its_immutables_hold():
    box = bytecode.build().contracts["BallotBox"]
    deployed = box.runtime.replace(b"\x7f" + bytes(32), b"\x7f" + bytes(12) + b"\x11" * 20)

    assert deployed != box.runtime
    assert box.is_code(deployed)
    assert not box.is_code(deployed[:-1])
    assert not box.is_code(deployed[:100] + bytes((deployed[100] ^ 1,)) + deployed[101:])


def test_bytecode_of_sources_that_no_commit_holds_names_none(monkeypatch):
    monkeypatch.setattr("scripts.bytecode._git", lambda command, *_words: " M x" if command == "status" else "c0ffee")

    assert json.loads(compiled())["commit"] == ""


def test_a_package_without_bytecode_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(bytecode, "FILE", "nowhere.json")
    bytecode.build.cache_clear()

    with pytest.raises(bytecode.NotCompiled, match="make compile"):
        bytecode.build()
