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
class AccountFrozen(CurrencyEvent):
    """An account can neither pay nor be paid."""

    account: ChecksumAddress


@dataclass(frozen=True, slots=True)
class AccountUnfrozen(CurrencyEvent):
    """An account is again what it was before it was frozen, a number of `Kind`."""

    account: ChecksumAddress
    kind: int


@dataclass(frozen=True, slots=True)
class Frozen(CurrencyEvent):
    """`amount` base units of an account are kept from being spent now (ERC-7943)."""

    account: ChecksumAddress
    amount: int


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
    """One of the city's contracts destroyed money that was paid out in won; `amount` in base units."""

    holder: ChecksumAddress
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


@dataclass(frozen=True, slots=True)
class ForcedTransfer(CurrencyEvent):
    """Held money went where a decision said; its `Transfer` comes just before. `amount` in base units."""

    from_: ChecksumAddress
    to: ChecksumAddress
    amount: int


class CashOutDeskEvent(Event):
    """Base of the events of `CashOutDesk`."""

    CONTRACT = "CashOutDesk"


@dataclass(frozen=True, slots=True)
class CashOutRequested(CashOutDeskEvent):
    """A merchant handed in `amount` base units; the bank is to pay from `due` on, Unix seconds."""

    id: int
    merchant: ChecksumAddress
    amount: int
    due: int
    merchant_reference: bytes


@dataclass(frozen=True, slots=True)
class CashOutsSettled(CashOutDeskEvent):
    """The bank paid these cash-outs, 4 bytes each; `total` in base units."""

    bank_reference: bytes
    ids: bytes
    total: int


@dataclass(frozen=True, slots=True)
class CashOutReturned(CashOutDeskEvent):
    """The money of a cash-out went back to its merchant; `amount` in base units."""

    id: int
    merchant: ChecksumAddress
    amount: int
    reason: bytes


@dataclass(frozen=True, slots=True)
class AccountRecovered(CurrencyEvent):
    """What `from_` was and had belongs to `to` now."""

    from_: ChecksumAddress
    to: ChecksumAddress


class TreasuryEvent(Event):
    """Base of the events of `Treasury`."""

    CONTRACT = "Treasury"


@dataclass(frozen=True, slots=True)
class ReserveAttested(TreasuryEvent):
    """`reserve` base units were in the reserve account at `as_of`; good until `expires`, Unix seconds."""

    attester: ChecksumAddress
    reserve: int
    as_of: int
    expires: int
    document: bytes


@dataclass(frozen=True, slots=True)
class ToppedUp(TreasuryEvent):
    """Deposits and bonuses of `count` places of a list from `first` on, base units."""

    purpose: bytes
    first: int
    count: int
    deposits: int
    bonuses: int


@dataclass(frozen=True, slots=True)
class BonusBudgetSet(TreasuryEvent):
    """Bonuses can cost `budget` base units from then on."""

    budget: int


class HoldsEvent(Event):
    """Base of the events of `Holds`."""

    CONTRACT = "Holds"


@dataclass(frozen=True, slots=True)
class Flagged(HoldsEvent):
    """`amount` base units of an account are disputed."""

    id: int
    account: ChecksumAddress
    amount: int
    evidence: bytes


@dataclass(frozen=True, slots=True)
class HoldPlaced(HoldsEvent):
    """`amount` base units are held until `ends`, Unix seconds."""

    id: int
    account: ChecksumAddress
    amount: int
    ends: int


@dataclass(frozen=True, slots=True)
class HoldConfirmed(HoldsEvent):
    """It was decided who gets the money from `ends` on, Unix seconds; the owner can appeal until then."""

    id: int
    beneficiary: ChecksumAddress
    ends: int
    decision: bytes


@dataclass(frozen=True, slots=True)
class Appealed(HoldsEvent):
    """The owner appealed; the case ends at `ends` now, Unix seconds."""

    id: int
    ends: int
    statement: bytes


@dataclass(frozen=True, slots=True)
class HoldCarriedOut(HoldsEvent):
    """The beneficiary got the money, or its present address."""

    id: int
    beneficiary: ChecksumAddress
    amount: int


@dataclass(frozen=True, slots=True)
class HoldReleased(HoldsEvent):
    """The money is free again."""

    id: int
    account: ChecksumAddress
    amount: int


class RecoveryEvent(Event):
    """Base of the events of `Recovery`."""

    CONTRACT = "Recovery"


@dataclass(frozen=True, slots=True)
class RecoveryAnnounced(RecoveryEvent):
    """An account is to have the address `to` from `ready` on, Unix seconds."""

    from_: ChecksumAddress
    to: ChecksumAddress
    ready: int
    document: bytes
