"""Interfaces of the contracts, written from brownie's build by `make abi`; nothing here is edited by hand."""

import json
from functools import cache
from importlib import resources
from typing import Any

from dongne.suite import SUITE

Abi = list[dict[str, Any]]


@cache
def abi(contract: str) -> Abi:
    """The ABI of a contract of the suite.

    Raises:
        FileNotFoundError: there is no contract of that name, or `make abi` has not written it yet.
    """
    file = resources.files(__name__).joinpath(f"{contract}.json")
    if not file.is_file():
        raise FileNotFoundError(f"there is no interface of {contract} in {file}: run `make abi`")
    loaded: Abi = json.loads(file.read_text(encoding="utf-8"))
    return loaded


@cache
def entry(contract: str, kind: str, name: str) -> dict[str, Any]:
    """The ABI's entry of a function, event or error; of several with one name, give name and types: `pay(uint256)`.

    Raises:
        KeyError: the contract has none of that name.
    """
    for found in abi(contract):
        if found["type"] == kind and name in (found.get("name"), signature(found)):
            return found
    raise KeyError(f"{contract} has no {kind} {name}")


def signature(found: dict[str, Any]) -> str:
    """Name and types of an entry, such as `pay(address,uint256)`."""
    from eth_utils.abi import collapse_if_tuple

    return f"{found.get('name')}({','.join(collapse_if_tuple(each) for each in found.get('inputs', ()))})"


@cache
def errors() -> dict[bytes, dict[str, Any]]:
    """Every custom error of the suite by its 4-byte selector."""
    from eth_utils.abi import function_abi_to_4byte_selector

    entries = (found for contract in SUITE for found in abi(contract) if found["type"] == "error")
    return {bytes(function_abi_to_4byte_selector(found)): found for found in entries}  # type: ignore[arg-type]
