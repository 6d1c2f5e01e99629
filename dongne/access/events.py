"""Events of the `CityAccess` contract."""

from dataclasses import dataclass

from eth_typing import ChecksumAddress

from dongne.events import Event


@dataclass(frozen=True, slots=True)
class RoleGranted(Event):
    """An account holds a role, or its delay was changed.

    Attributes:
        role_id: number of the role.
        account: its holder.
        delay: seconds that the holder must announce a call ahead.
        since: Unix seconds from which this counts.
        new_member: False where the account held the role already.
    """

    CONTRACT = "CityAccess"
    role_id: int
    account: ChecksumAddress
    delay: int
    since: int
    new_member: bool


@dataclass(frozen=True, slots=True)
class RoleRevoked(Event):
    """An account holds a role no more."""

    CONTRACT = "CityAccess"
    role_id: int
    account: ChecksumAddress


@dataclass(frozen=True, slots=True)
class OperationScheduled(Event):
    """A call was announced.

    Attributes:
        operation_id: hash over caller, target and data.
        nonce: how often the same call was announced so far.
        schedule: Unix seconds from which it can be carried out.
        caller: who announced it and will carry it out.
        target: contract that will be called.
        data: selector and arguments.
    """

    CONTRACT = "CityAccess"
    operation_id: bytes
    nonce: int
    schedule: int
    caller: ChecksumAddress
    target: ChecksumAddress
    data: bytes


@dataclass(frozen=True, slots=True)
class OperationExecuted(Event):
    """An announced call was carried out."""

    CONTRACT = "CityAccess"
    operation_id: bytes
    nonce: int


@dataclass(frozen=True, slots=True)
class OperationCanceled(Event):
    """An announced call was taken back."""

    CONTRACT = "CityAccess"
    operation_id: bytes
    nonce: int


@dataclass(frozen=True, slots=True)
class TargetFunctionRoleUpdated(Event):
    """A function was opened to a role."""

    CONTRACT = "CityAccess"
    target: ChecksumAddress
    selector: bytes
    role_id: int
