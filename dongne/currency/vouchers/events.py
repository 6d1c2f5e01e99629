"""What the vouchers' logs say, typed."""

from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress

from dongne.events import Event


class VoucherEvent(Event):
    """Base of the events of `Vouchers`."""

    CONTRACT = "Vouchers"


@dataclass(frozen=True, slots=True)
class ProgrammeOpened(VoucherEvent):
    """A programme was opened; `terms` as the contract's struct has them."""

    programme: int
    funder: ChecksumAddress
    terms: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeClosed(VoucherEvent):
    """Nothing more is granted from a programme."""

    programme: int


@dataclass(frozen=True, slots=True)
class ProgrammeFunded(VoucherEvent):
    """The funder paid in `amount` base units."""

    programme: int
    amount: int


@dataclass(frozen=True, slots=True)
class FundWithdrawn(VoucherEvent):
    """The funder took back `amount` base units that were not granted."""

    programme: int
    amount: int


@dataclass(frozen=True, slots=True)
class ListPublished(VoucherEvent):
    """The people of a list may claim `total` base units one by one."""

    programme: int
    list: bytes
    purpose: bytes
    root: bytes
    total: int


@dataclass(frozen=True, slots=True)
class VoucherSpent(VoucherEvent):
    """A voucher paid a merchant `amount` base units."""

    programme: int
    holder: ChecksumAddress
    merchant: ChecksumAddress
    amount: int
    order: bytes


@dataclass(frozen=True, slots=True)
class VoucherRefunded(VoucherEvent):
    """A merchant returned `amount` base units to the voucher that had paid it."""

    programme: int
    holder: ChecksumAddress
    merchant: ChecksumAddress
    amount: int
    order: bytes


@dataclass(frozen=True, slots=True)
class VoucherMoved(VoucherEvent):
    """A voucher of `amount` base units followed its holder's account, which was recovered."""

    programme: int
    from_: ChecksumAddress
    to: ChecksumAddress
    amount: int


@dataclass(frozen=True, slots=True)
class TransferSingle(VoucherEvent):
    """A voucher grew (from the zero address) or shrank (to it); `value` in base units."""

    operator: ChecksumAddress
    from_: ChecksumAddress
    to: ChecksumAddress
    id: int
    value: int


@dataclass(frozen=True, slots=True)
class Swept(VoucherEvent):
    """What was left of an expired programme returned to its funder; `amount` in base units."""

    programme: int
    funder: ChecksumAddress
    amount: int


@dataclass(frozen=True, slots=True)
class RestRedeemed(VoucherEvent):
    """The rest of a voucher was paid out; `amount` in base units."""

    programme: int
    holder: ChecksumAddress
    amount: int
