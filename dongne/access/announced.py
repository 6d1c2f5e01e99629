"""What an announced call would do, decoded, so that a guardian can judge it before it is carried out."""

from collections.abc import Mapping

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from dongne.access.city_access import Operation
from dongne.calldata import DecodedCall, calls_in
from dongne.suite import Role


def calls_of(operation: Operation, names: Mapping[str, str]) -> list[DecodedCall]:
    """The calls that an announced operation consists of: those within a `multicall` one by one.

    Args:
        operation: what was announced.
        names: of the suite's contracts, by address.
    """
    return list(calls_in(operation.target, operation.data, names))


def loser_of(call: DecodedCall, role: Role) -> ChecksumAddress | None:
    """The account that would lose a role by a call; None where it does something else."""
    if call.function not in {"revokeRole", "renounceRole"} or call.arguments["roleId"] != role:
        return None
    return to_checksum_address(call.arguments.get("account") or call.arguments["callerConfirmation"])
