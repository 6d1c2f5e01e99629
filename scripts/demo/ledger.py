"""What a district's money must be, kept in plain Python beside the chain."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from eth_typing import ChecksumAddress

from dongne.currency import Kind, Payment, Refusal, SignedPayment

KOREA = timezone(timedelta(hours=9))
"""The currency counts a merchant's receipts by calendar month in this zone."""

_PURCHASE = (Kind.RESIDENT, Kind.MERCHANT)
_REFUND = (Kind.MERCHANT, Kind.RESIDENT)
_ALLOWED = {_PURCHASE, _REFUND, (Kind.RESIDENT, Kind.RESIDENT)}


@dataclass(frozen=True, slots=True)
class Order:
    """A signed payment as somebody hands it to the relayer.

    Attributes:
        signed: the payment.
        forged: whether another key than the payer's signed it.
    """

    signed: SignedPayment
    forged: bool = False


@dataclass(slots=True)
class Ledger:
    """Accounts, and the rules by which payments change them.

    Attributes:
        kinds: kind by account; accounts left out are unregistered.
        balances: won by account.
        nonces: next nonce by account.
        receipts: what each merchant may still refund, by Korean calendar month.
    """

    kinds: dict[ChecksumAddress, Kind] = field(default_factory=dict)
    balances: Counter[ChecksumAddress] = field(default_factory=Counter)
    nonces: Counter[ChecksumAddress] = field(default_factory=Counter)
    receipts: Counter[tuple[ChecksumAddress, str]] = field(default_factory=Counter)

    def judge(self, order: Order, now: int) -> Refusal:
        """Why the contract must refuse an order; NONE if it must carry it out."""
        payment = order.signed.payment
        pair = (self.kinds.get(payment.payer, Kind.NONE), self.kinds.get(payment.payee, Kind.NONE))
        if payment.deadline < now:
            return Refusal.EXPIRED
        if order.forged or payment.nonce != self.nonces[payment.payer]:
            return Refusal.BAD_SIGNATURE
        if pair not in _ALLOWED:
            return Refusal.NOT_ALLOWED
        if payment.amount > self.balances[payment.payer]:
            return Refusal.INSUFFICIENT_BALANCE
        if pair == _REFUND and payment.amount > self.receipts[payment.payer, _month_of(now)]:
            return Refusal.REFUND_EXCEEDS_RECEIPTS
        return Refusal.NONE

    def book(self, payment: Payment, now: int) -> None:
        """Carry a payment out."""
        pair = (self.kinds[payment.payer], self.kinds[payment.payee])
        self.balances[payment.payer] -= payment.amount
        self.balances[payment.payee] += payment.amount
        self.nonces[payment.payer] += 1
        if pair == _PURCHASE:
            self.receipts[payment.payee, _month_of(now)] += payment.amount
        if pair == _REFUND:
            self.receipts[payment.payer, _month_of(now)] -= payment.amount


def _month_of(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, KOREA).strftime("%Y-%m")
