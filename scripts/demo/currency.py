"""The demo's third chapter: a month in a district, relayed payment by payment and reconciled to the won."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from web3 import Web3

from dongne.currency import Issue, Kind, LocalCurrency, Payment, PaymentOutcome, Refusal, SignedPayment
from dongne.suite import Role
from scripts.localchain.suite import LocalSuite, person

RESIDENTS, MERCHANTS, PAYMENTS = 1_000, 100, 5_000
DAYS = 30
BATCH = 100
TOP_UP = 300_000
_TOP_UP_PURPOSE = Web3.keccak(text="monthly top-up")
_DAY = 86_400
_KOREA = timezone(timedelta(hours=9))
_SEED = 20_261_122


@dataclass(slots=True)
class Ledger:
    """What the district's money must be, kept in plain Python beside the chain.

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

    def judge(self, order: "Order", now: int) -> Refusal:
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


class District:
    """Residents and merchants with keys of their own, and the orders they sign in a month."""

    def __init__(self, stage: LocalSuite, scale: float) -> None:
        self.stage = stage
        self.random = random.Random(_SEED)
        self.currency = LocalCurrency(stage.chain, stage.book.address("LocalCurrency"))
        self.domain = self.currency.domain()
        self.residents = [person(f"resident {n}") for n in range(max(20, round(RESIDENTS * scale)))]
        self.merchants = [person(f"merchant {n}") for n in range(max(5, round(MERCHANTS * scale)))]
        self.payments = max(100, round(PAYMENTS * scale))
        self.stranger, self.frozen = person("stranger"), self.residents[0]
        self.keys = {key.address: key for key in (*self.residents, *self.merchants)}
        self.ledger = Ledger()
        self.paid: list[Payment] = []

    def found(self) -> None:
        """Register everyone, issue the top-up and freeze one account."""
        officers = self.stage.officers
        issuer, members = officers[Role.CURRENCY_OFFICER], officers[Role.MEMBERSHIP_OFFICER]
        for kind, people in ((Kind.RESIDENT, self.residents), (Kind.MERCHANT, self.merchants)):
            for part in _parts([account.address for account in people], 500):
                self.currency.register(members, kind, part)
                self.ledger.kinds.update(dict.fromkeys(part, kind))
        self.currency.set_issuance_allowance(issuer, issuer.address, TOP_UP * len(self.residents))
        for part in _parts([account.address for account in self.residents], 500):
            self.currency.issue_batch(issuer, [Issue(account, TOP_UP) for account in part], _TOP_UP_PURPOSE)
            self.ledger.balances.update(dict.fromkeys(part, TOP_UP))
        self.currency.freeze(officers[Role.HOLDS_OFFICER], self.frozen.address)
        self.ledger.kinds[self.frozen.address] = Kind.FROZEN

    def orders(self, how_many: int, now: int) -> list[Order]:
        """A day's orders, most of them good, signed with the nonces that follow if all good ones are carried out."""
        ahead: Counter[ChecksumAddress] = Counter()
        return [self._order(ahead, now) for _ in range(how_many)]

    def relay(self, orders: list[Order]) -> list[tuple[PaymentOutcome, Refusal]]:
        """Relay a batch; gives each outcome beside the one that the ledger expects."""
        outcomes = self.currency.pay_many(self.stage.relayer, [order.signed for order in orders])
        return [(outcome, self._booked(order)) for outcome, order in zip(outcomes, orders, strict=True)]

    def cash_out(self) -> Iterator[int]:
        """Every merchant gives four fifths of its money back to the city; gives the amounts."""
        for number, merchant in enumerate(self.merchants):
            amount = self.ledger.balances[merchant.address] * 4 // 5
            self.currency.redeem(merchant, amount, Web3.keccak(text=f"payout {number}"))
            self.ledger.balances[merchant.address] -= amount
            yield amount

    def _booked(self, order: Order) -> Refusal:
        now = self.stage.chain.timestamp()
        refusal = self.ledger.judge(order, now)
        if refusal is Refusal.NONE:
            self.ledger.book(order.signed.payment, now)
            self.paid.append(order.signed.payment)
        return refusal

    def _order(self, ahead: Counter[ChecksumAddress], now: int) -> Order:
        draw = self.random.random()
        payer, shop = self.random.choice(self.residents[1:]), self.random.choice(self.merchants).address
        amount = self.random.randrange(1_000, 40_000, 100)
        if draw < 0.90:
            return self._signed(payer, shop, amount, ahead, now)
        if draw < 0.94:
            return self._signed(payer, self.random.choice(self.residents[1:]).address, amount, ahead, now)
        if draw < 0.97 and self.paid:
            return self._refund(ahead, now)
        return self._bad(payer, shop, amount, ahead, now)

    def _refund(self, ahead: Counter[ChecksumAddress], now: int) -> Order:
        purchases = [payment for payment in self.paid[-500:] if self.ledger.kinds[payment.payee] is Kind.MERCHANT]
        bought = self.random.choice(purchases)
        return self._signed(self.keys[bought.payee], bought.payer, bought.amount // 2, ahead, now)

    def _bad(
        self,
        payer: LocalAccount,
        shop: ChecksumAddress,
        amount: int,
        ahead: Counter[ChecksumAddress],
        now: int,
    ) -> Order:
        kind = self.random.choice(("unregistered", "frozen", "over balance", "replayed", "forged", "expired"))
        nonce = self.ledger.nonces[payer.address] + ahead[payer.address]
        if kind == "unregistered":
            return Order(
                self._payment(payer, self.stranger.address, amount, nonce, now + _DAY).sign(payer, self.domain)
            )
        if kind == "frozen":
            return Order(self._payment(self.frozen, shop, amount, 0, now + _DAY).sign(self.frozen, self.domain))
        if kind == "over balance":
            return Order(self._payment(payer, shop, 10**9, nonce, now + _DAY).sign(payer, self.domain))
        if kind == "expired":
            return Order(self._payment(payer, shop, amount, nonce, now - 1).sign(payer, self.domain))
        if kind == "replayed" and self.paid:
            old = self.random.choice(self.paid)
            key = self.keys[old.payer]
            fresh = Payment(old.payer, old.payee, old.amount, old.nonce, now + _DAY, old.order)
            return Order(fresh.sign(key, self.domain))
        forged = self._payment(self.stranger, shop, amount, nonce, now + _DAY).sign(self.stranger, self.domain)
        stolen = Payment(payer.address, shop, amount, nonce, now + _DAY, forged.payment.order)
        return Order(SignedPayment(stolen, forged.signature), forged=True)

    def _signed(
        self,
        payer: LocalAccount,
        payee: ChecksumAddress,
        amount: int,
        ahead: Counter[ChecksumAddress],
        now: int,
    ) -> Order:
        nonce = self.ledger.nonces[payer.address] + ahead[payer.address]
        ahead[payer.address] += 1
        return Order(self._payment(payer, payee, amount, nonce, now + _DAY).sign(payer, self.domain))

    def _payment(self, payer: LocalAccount, payee: ChecksumAddress, amount: int, nonce: int, deadline: int) -> Payment:
        order = self.random.randbytes(32)
        return Payment(payer.address, payee, amount, nonce, deadline, order)


def play(stage: LocalSuite, source: Path | None, scale: float, screen: Console) -> dict[str, Any]:
    """Play the month; `source` is not used: the district's people are made up, their signatures are real."""
    district = District(stage, scale)
    district.found()
    outcomes = _month(district, screen)
    redeemed = list(district.cash_out())
    figures = _figures(district, outcomes, redeemed)
    screen.print(_table(figures))
    return figures


def _month(district: District, screen: Console) -> list[tuple[PaymentOutcome, Refusal]]:
    outcomes: list[tuple[PaymentOutcome, Refusal]] = []
    with Progress(console=screen) as progress:
        task = progress.add_task("Signing and relaying payments", total=district.payments)
        for day in range(DAYS):
            share = district.payments * (day + 1) // DAYS - district.payments * day // DAYS
            for part in _parts(list(range(share)), BATCH):
                outcomes += district.relay(district.orders(len(part), district.stage.chain.timestamp()))
                progress.advance(task, len(part))
            district.stage.pass_time(_DAY)
    return outcomes


def _figures(district: District, outcomes: list[tuple[PaymentOutcome, Refusal]], redeemed: list[int]) -> dict[str, Any]:
    ledger, currency = district.ledger, district.currency
    supply = currency.supply_from_logs(district.stage.book.first_block)
    issued = TOP_UP * len(district.residents)
    expected = {account: won for account, won in ledger.balances.items() if won}
    checks = {
        "every_outcome_as_expected": all(outcome.refusal is refusal for outcome, refusal in outcomes),
        "balances_match": supply.balances == expected,
        "supply_matches": currency.total_supply()
        == supply.circulating
        == issued - sum(redeemed)
        == sum(expected.values()),
        "chain_agrees": all(currency.balance_of(account) == won for account, won in list(expected.items())[:50]),
    }
    refused = Counter(refusal.name for _, refusal in outcomes if refusal is not Refusal.NONE)
    refunds = sum(ledger.kinds[payment.payer] is Kind.MERCHANT for payment in district.paid)
    return {
        "residents": len(district.residents),
        "merchants": len(district.merchants),
        "relayed": len(outcomes),
        "paid": len(district.paid),
        "refunds": refunds,
        "rejected": dict(sorted(refused.items())),
        "issued": issued,
        "redeemed": sum(redeemed),
        "cash_outs": len(redeemed),
        "circulating": supply.circulating,
        **checks,
        "reconciled": all(checks.values()),
    }


def _table(figures: dict[str, Any]) -> Table:
    table = Table(title="A month in a district (won)", show_header=False, title_justify="left")
    labels = ("residents", "merchants", "relayed", "paid", "refunds", "issued", "redeemed", "circulating")
    for label in labels:
        table.add_row(label, f"{figures[label]:,}")
    for reason, number in figures["rejected"].items():
        table.add_row(f"rejected: {reason.lower().replace('_', ' ')}", f"{number:,}")
    verdict = "[green]to the won" if figures["reconciled"] else "[red bold]NO"
    table.add_row("chain, logs and ledger agree", verdict)
    return table


def _month_of(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, _KOREA).strftime("%Y-%m")


def _parts(items: list[Any], size: int) -> Iterator[list[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))
