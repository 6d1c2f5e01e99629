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
