"""Calldata of the suite's contracts, decoded: which function is called, with which arguments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import function_abi_to_4byte_selector, get_abi_input_names, get_abi_input_types
from eth_utils.address import is_hex_address, to_checksum_address

from dongne import abi
from dongne.suite import Role

ROLE_ARGUMENTS = frozenset({"roleId", "admin", "guardian"})
"""Arguments of `CityAccess` that are numbers of roles."""


@dataclass(frozen=True, slots=True)
class DecodedCall:
    """A call of a function of the suite.

    Attributes:
        contract: name of the contract that is called; its address where it is not of the suite.
        function: its name; the selector where the contract has no such function.
        arguments: by the names that the contract gives them.
    """

    contract: str
    function: str
    arguments: Mapping[str, Any]

    def __str__(self) -> str:
        told = ", ".join(f"{name}={_told(name, value)}" for name, value in self.arguments.items())
        return f"{self.contract}.{self.function}({told})"


def calls_in(target: str, data: bytes, names: Mapping[str, str]) -> Iterator[DecodedCall]:
    """The calls that a call consists of: those within a `multicall` one by one, and what an access manager passes on.

    Args:
        target: whom it calls.
        data: selector and arguments.
        names: of the suite's contracts, by address.
    """
    call = decoded(names.get(target, target), data)
    if call.function == "multicall":
        for each in call.arguments["data"]:
            yield from calls_in(target, each, names)
        return
    yield call
    if call.function in _PASSING_ON:
        yield from calls_in(to_checksum_address(call.arguments["target"]), call.arguments["data"], names)


_PASSING_ON = frozenset({"schedule", "execute"})
"""Functions of `CityAccess` with a call as their argument."""


def decoded(contract: str, data: bytes) -> DecodedCall:
    """A call of a contract of the suite; the bare selector and bytes where there is no such function."""
    try:
        entry = _function(contract, data[:4])
        values = decode(get_abi_input_types(entry), data[4:])
    except (FileNotFoundError, KeyError, DecodingError):
        return DecodedCall(contract, "0x" + data[:4].hex(), {"data": data[4:]})
    return DecodedCall(contract, entry["name"], dict(zip(map(str, get_abi_input_names(entry)), values, strict=True)))


def _function(contract: str, selector: bytes) -> Any:
    for entry in abi.abi(contract):
        if entry["type"] == "function" and function_abi_to_4byte_selector(entry) == selector:  # type: ignore[arg-type]
            return entry
    raise KeyError(selector)


def _told(name: str, value: Any) -> str:
    if name in ROLE_ARGUMENTS and value in set(Role):
        return Role(value).name.lower().replace("_", "-")
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_told(name, each) for each in value) + "]"
    return str(to_checksum_address(value) if is_hex_address(value) else value)
