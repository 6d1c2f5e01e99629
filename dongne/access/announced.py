"""What an announced call would do, decoded, so that a guardian can judge it before it is carried out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_typing import ChecksumAddress
from eth_utils.abi import function_abi_to_4byte_selector, get_abi_input_names, get_abi_input_types
from eth_utils.address import is_hex_address, to_checksum_address

from dongne import abi
from dongne.access.city_access import Operation
from dongne.suite import Role


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

    def takes_role(self, role: Role) -> ChecksumAddress | None:
        """The account that would lose a role by this call; None where it does something else."""
        if self.function not in {"revokeRole", "renounceRole"} or self.arguments["roleId"] != role:
            return None
        return to_checksum_address(self.arguments.get("account") or self.arguments["callerConfirmation"])

    def __str__(self) -> str:
        told = ", ".join(f"{name}={_told(name, value)}" for name, value in self.arguments.items())
        return f"{self.contract}.{self.function}({told})"


def calls_of(operation: Operation, names: Mapping[str, str]) -> list[DecodedCall]:
    """The calls that an announced operation consists of: those within a `multicall` one by one.

    Args:
        operation: what was announced.
        names: of the suite's contracts, by address.
    """
    return list(_calls(names.get(operation.target, operation.target), operation.data))


def _calls(contract: str, data: bytes) -> Iterator[DecodedCall]:
    call = _decoded(contract, data)
    if call.function != "multicall":
        yield call
        return
    for each in call.arguments["data"]:
        yield from _calls(contract, each)


def _decoded(contract: str, data: bytes) -> DecodedCall:
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
    if name in {"roleId", "admin", "guardian"} and value in set(Role):
        return Role(value).name.lower().replace("_", "-")
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_told(name, each) for each in value) + "]"
    return to_checksum_address(value) if is_hex_address(value) else str(value)
