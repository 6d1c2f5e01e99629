"""Typed client of the `CityAccess` contract: who holds which role, and what they have announced."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eth_typing import ChecksumAddress
from eth_utils.abi import function_abi_to_4byte_selector

from dongne import abi
from dongne.access.events import OperationScheduled, RoleGranted
from dongne.chain import Call
from dongne.contract import ContractClient
from dongne.suite import SUITE, Role


@dataclass(frozen=True, slots=True)
class Membership:
    """What a role is to one account.

    Attributes:
        held: whether the account holds the role now.
        delay: seconds that it must announce a call ahead.
    """

    held: bool
    delay: int


@dataclass(frozen=True, slots=True)
class Holder:
    """An account that holds a role, or will from a time on.

    Attributes:
        account: whose.
        since: Unix seconds from which it holds the role.
        delay: seconds that it must announce a call ahead.
        pending_delay: the delay that follows at `effect`.
        effect: Unix seconds; 0 where no change is coming.
    """

    account: ChecksumAddress
    since: int
    delay: int
    pending_delay: int
    effect: int


@dataclass(frozen=True, slots=True)
class Operation:
    """A call that was announced and is not carried out yet.

    Attributes:
        operation_id: hash over caller, target and data.
        ready: Unix seconds from which it can be carried out; after a week more it expires.
        caller: who announced it.
        target: contract that will be called.
        data: selector and arguments.
    """

    operation_id: bytes
    ready: int
    caller: ChecksumAddress
    target: ChecksumAddress
    data: bytes


class CityAccess(ContractClient):
    """The access manager of one city."""

    NAME = "CityAccess"

    # Roles

    def grant(self, role: Role, account: ChecksumAddress, delay: int = 0) -> Call:
        """Give a role; `delay` is how many seconds its holder must announce a call ahead."""
        return self._write("grantRole", role, account, delay)

    def revoke(self, role: Role, account: ChecksumAddress) -> Call:
        """Take a role away."""
        return self._write("revokeRole", role, account)

    def renounce(self, role: Role, account: ChecksumAddress) -> Call:
        """Give up one's own role; `account` is the sender's."""
        return self._write("renounceRole", role, account)

    def open_functions(self, contract: str, address: ChecksumAddress, functions: Sequence[str], role: Role) -> Call:
        """Let the holders of a role call functions of a contract of the suite."""
        selectors = [selector(contract, function) for function in functions]
        return self._write("setTargetFunctionRole", address, selectors, role)

    def all_of(self, calls: Iterable[Call]) -> Call:
        """Several calls of this contract in one transaction: all of them or none."""
        return self._write("multicall", [call.calldata for call in calls])

    def membership(self, role: Role, account: ChecksumAddress) -> Membership:
        """Whether an account holds a role now, and with which delay."""
        return Membership(*self._read("hasRole", role, account))

    def holders(self, role: Role) -> list[Holder]:
        """Everybody who holds a role, or will, as the contract says now; in order of the first grant."""
        granted = dict.fromkeys(event.account for event in self.events(RoleGranted, role_id=int(role)))
        found = self._read_many("getAccess", [(role, account) for account in granted])
        return [Holder(account, *access) for account, access in zip(granted, found, strict=True) if access[0]]

    def set_guardian(self, role: Role, guardian: Role) -> Call:
        """Let the holders of `guardian` cancel what holders of a role announce; not for the administrator's role."""
        return self._write("setRoleGuardian", role, guardian)

    def guardian(self, role: Role) -> int:
        """Number of the role whose holders may cancel what holders of this one announce."""
        return int(self._read("getRoleGuardian", role))

    def guardians(self) -> dict[Role, int]:
        """The guardian of each role."""
        found = self._read_many("getRoleGuardian", [(role,) for role in Role])
        return dict(zip(Role, (int(number) for number in found), strict=True))

    def manager(self, role: Role) -> Role:
        """The role whose holders grant and revoke this one."""
        return Role(self._read("getRoleAdmin", role))

    def opened_to(self, contract: str, address: ChecksumAddress, functions: Sequence[str]) -> list[int]:
        """Number of the role that may call each function."""
        asked = [(address, selector(contract, function)) for function in functions]
        return [int(role) for role in self._read_many("getTargetFunctionRole", asked)]

    # Announced calls

    def schedule(self, call: Call, when: int = 0) -> Call:
        """Announce a call; it can be carried out at `when` (Unix seconds), 0: as soon as the delay is over."""
        return self._write("schedule", call.to, call.calldata, when)

    def execute(self, call: Call) -> Call:
        """Carry out an announced call."""
        return self._write("execute", call.to, call.calldata)

    def cancel(self, operation: Operation) -> Call:
        """Take back an announced call: for its caller, the role's guardian or the administrator."""
        return self._write("cancel", operation.caller, operation.target, operation.data)

    def ready_at(self, caller: ChecksumAddress, call: Call) -> int:
        """Unix seconds from which `caller` can carry an announced call out; 0 where it is not announced, or expired."""
        operation = self._read("hashOperation", caller, call.to, call.calldata)
        return int(self._read("getSchedule", operation))

    def delay(self, caller: ChecksumAddress, call: Call) -> int:
        """Seconds that `caller` must announce a call ahead; 0 where it may make it at once, or not at all.

        Args:
            caller: who would make it.
            call: a grant or revocation of a role, or a call of a restricted function of another contract.
        """
        if call.to != self.address:
            at_once, delay = self._read("canCall", caller, call.to, call.calldata[:SELECTOR_BYTES])
            return 0 if at_once else int(delay)
        if call.calldata[:SELECTOR_BYTES] not in _MANAGING:
            return 0
        role = Role(int.from_bytes(call.calldata[SELECTOR_BYTES : SELECTOR_BYTES + 32], "big"))
        return self.membership(self.manager(role), caller).delay

    def operations(self) -> list[Operation]:
        """All calls that are announced, not carried out, cancelled or expired; the next one first."""
        announced = {event.operation_id: event for event in self.events(OperationScheduled)}
        ready = self._read_many("getSchedule", [(operation,) for operation in announced])
        found = [
            Operation(event.operation_id, int(time), event.caller, event.target, event.data)
            for event, time in zip(announced.values(), ready, strict=True)
            if time
        ]
        return sorted(found, key=lambda operation: operation.ready)

    def expiration(self) -> int:
        """Seconds in which an announced call must be carried out, once it can be."""
        return int(self._read("expiration"))

    def call_of(self, operation: Operation, title: str) -> Call:
        """An announced call, to be carried out."""
        return Call(self.chain, operation.target, operation.data, title)


def selector(contract: str, function: str) -> bytes:
    """Selector of a function of the suite."""
    return bytes(function_abi_to_4byte_selector(abi.entry(contract, "function", function)))  # type: ignore[arg-type]


def is_restricted(contract: str, calldata: bytes) -> bool:
    """Whether calldata changes a role, or calls a function of the suite that is open to one role only."""
    if contract == CityAccess.NAME:
        return calldata[:SELECTOR_BYTES] in _MANAGING
    opened = SUITE[contract].opens.values() if contract in SUITE else ()
    return calldata[:SELECTOR_BYTES] in {selector(contract, function) for some in opened for function in some}


SELECTOR_BYTES = 4

_MANAGING = {selector(CityAccess.NAME, function) for function in ("grantRole", "revokeRole")}
"""Functions of the access manager that the role of a role's managers restricts."""
