"""What a district's money must be, kept in plain Python beside the chain."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from eth_typing import ChecksumAddress

from dongne.currency import Kind, Payment, Refusal, SignedPayment

KOREA = timezone(timedelta(hours=9))
"""The currency counts purchases by calendar month in this zone."""

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
        purchases: what a resident paid merchants or a merchant was paid, less refunds, by Korean calendar month.
    """

    kinds: dict[ChecksumAddress, Kind] = field(default_factory=dict)
    balances: Counter[ChecksumAddress] = field(default_factory=Counter)
    nonces: Counter[ChecksumAddress] = field(default_factory=Counter)
    purchases: Counter[tuple[ChecksumAddress, str]] = field(default_factory=Counter)

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
        if pair == _REFUND and payment.amount > self._refundable(payment, now):
            return Refusal.REFUND_EXCEEDS_PURCHASES
        return Refusal.NONE

    def book(self, payment: Payment, now: int) -> None:
        """Carry a payment out."""
        pair = (self.kinds[payment.payer], self.kinds[payment.payee])
        self.balances[payment.payer] -= payment.amount
        self.balances[payment.payee] += payment.amount
        self.nonces[payment.payer] += 1
        sign = {_PURCHASE: 1, _REFUND: -1}.get(pair, 0)
        for account in (payment.payer, payment.payee):
            self.purchases[account, _month_of(now)] += sign * payment.amount

    def _refundable(self, payment: Payment, now: int) -> int:
        """All is within one month: nothing is closed."""
        return min(self.purchases[account, _month_of(now)] for account in (payment.payer, payment.payee))


def _month_of(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, KOREA).strftime("%Y-%m")
