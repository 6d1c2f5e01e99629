"""What the currency's logs say, typed."""

from dataclasses import dataclass

from eth_typing import ChecksumAddress

from dongne.events import Event


class CurrencyEvent(Event):
    """Base of the events of `LocalCurrency`."""

    CONTRACT = "LocalCurrency"


@dataclass(frozen=True, slots=True)
class Transfer(CurrencyEvent):
    """Money moved; from the zero address it was issued, to it it was redeemed. `value` in base units."""

    from_: ChecksumAddress
    to: ChecksumAddress
    value: int


@dataclass(frozen=True, slots=True)
class AccountClassified(CurrencyEvent):
    """An account was registered, or its kind (a number of `Kind`) or trade code changed."""

    account: ChecksumAddress
    kind: int
    category: int


@dataclass(frozen=True, slots=True)
class Issued(CurrencyEvent):
    """An issuer gave `total` base units of new money to `count` accounts, the places from `first` on of a list.

    `list` is the id of the list that the purpose names (`batch.list_id`).
    """

    issuer: ChecksumAddress
    purpose: bytes
    list: bytes
    first: int
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class OrderPaid(CurrencyEvent):
    """A single signed payment was made; its `Transfer` comes just before."""

    order: bytes


@dataclass(frozen=True, slots=True)
class Redeemed(CurrencyEvent):
    """A merchant cashed out; `amount` in base units."""

    merchant: ChecksumAddress
    payout_reference: bytes
    amount: int


@dataclass(frozen=True, slots=True)
class PaymentSkipped(CurrencyEvent):
    """Item `index` of a batch was not carried out."""

    index: int
    payer: ChecksumAddress
    order: bytes
    reason: int


@dataclass(frozen=True, slots=True)
class OrdersPaid(CurrencyEvent):
    """References of the payments of a batch that were carried out, 32 bytes each."""

    orders: bytes


@dataclass(frozen=True, slots=True)
class PausedUntil(CurrencyEvent):
    """No transfer until `until`, Unix seconds."""

    until: int


@dataclass(frozen=True, slots=True)
class IssuanceAllowanceSet(CurrencyEvent):
    """An issuer may issue `allowance` base units from then on."""

    issuer: ChecksumAddress
    allowance: int
