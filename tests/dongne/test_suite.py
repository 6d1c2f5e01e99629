"""Each line of the table of the suite names what there is: client, constructor's arguments, functions of the roles."""

import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from dongne.abi import abi
from dongne.contract import ContractClient
from dongne.deployment.city import City
from dongne.suite import SUITE

ROOT = Path(__file__).parents[2]

each_contract = pytest.mark.parametrize("contract", SUITE.values(), ids=lambda contract: contract.name)


def source(name):
    """Of a contract, with the contracts of the suite that it inherits from."""
    (file,) = (ROOT / "contracts").glob(f"*/{name}.sol")
    text = file.read_text(encoding="utf-8")
    bases = re.search(rf"contract {name} is ([\w, ]+) {{", text)
    own = [base for base in bases[1].split(", ") if list((ROOT / "contracts").glob(f"*/{base}.sol"))] if bases else []
    return text + "".join(map(source, own))


@each_contract
def test_the_client_is_there_and_has_the_contracts_name(contract):
    module, _, name = contract.client.partition(":")
    client = getattr(import_module(module), name)

    assert issubclass(client, ContractClient)
    assert client.NAME == name == contract.name


@each_contract
def test_the_arguments_are_those_of_the_constructor_and_known_when_it_is_deployed(contract):
    before = list(SUITE)[: list(SUITE).index(contract.name)]
    settings = {each.name for each in fields(City)} | {name for name in vars(City) if not name.startswith("_")}
    inputs = [entry["inputs"] for entry in abi(contract.name) if entry["type"] == "constructor"]

    assert len(contract.arguments) == sum(map(len, inputs))
    unknown = set(contract.arguments) - {"deployer", *before} - settings
    assert unknown == set(), "neither contracts further up in SUITE nor settings of City"


@each_contract
def test_only_restricted_functions_are_opened_to_roles_and_each_to_one(contract):
    opened = [function for functions in contract.opens.values() for function in functions]
    restricted = set(re.findall(r"function (\w+)\([^{;]*\brestricted\b", source(contract.name)))

    assert set(opened) <= restricted
    assert len(opened) == len(set(opened))


def test_the_names_in_the_console_differ():
    assert len({contract.console for contract in SUITE.values()}) == len(SUITE)
