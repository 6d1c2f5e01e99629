"""Interfaces of the contracts, written from brownie's build by `make abi`; nothing here is edited by hand."""

import json
from functools import cache
from importlib import resources
from typing import Any

Abi = list[dict[str, Any]]

CONTRACTS = ("BallotBox", "CityAccess", "ElectoralRoll", "LocalCurrency", "VehicleRegistry")


@cache
def abi(contract: str) -> Abi:
    """The ABI of one of `CONTRACTS`.

    Raises:
        FileNotFoundError: there is no contract of that name.
    """
    text = resources.files(__name__).joinpath(f"{contract}.json").read_text(encoding="utf-8")
    loaded: Abi = json.loads(text)
    return loaded


def errors() -> dict[bytes, dict[str, Any]]:
    """Every custom error of the suite by its 4-byte selector."""
    from eth_utils.abi import function_abi_to_4byte_selector

    entries = (entry for contract in CONTRACTS for entry in abi(contract) if entry["type"] == "error")
    return {bytes(function_abi_to_4byte_selector(entry)): entry for entry in entries}  # type: ignore[arg-type]
