"""A district's residents and merchants with keys of their own, and the orders that they sign in a month."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence

from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from web3 import Web3

from dongne.currency import (
    CashOutDesk,
    Holds,
    Issue,
    Kind,
    LocalCurrency,
    Payment,
    PaymentOutcome,
    ReceiveAuthorization,
    Refusal,
    RiskClass,
    SignedPayment,
    Treasury,
    issue,
)
from dongne.parts import parts
from dongne.suite import Role
from scripts.demo.ledger import Ledger, Order
from scripts.localchain.suite import LocalSuite, person

RESIDENTS, MERCHANTS, PAYMENTS = 1_000, 100, 5_000
ACCOUNTS = 500
"""Accounts of one transaction that registers or issues."""
GROCER, PUB = 5_411, 5_813
"""Trades of the shops: one in ten is a pub."""
TOP_UP = 300_000
DAY = 86_400
_PURPOSE = Web3.keccak(text="monthly top-up")
_SEED = 20_261_122


class District:
    """The people, their orders, and the ledger beside the chain.

    Args:
        suite: a city on a local chain.
        scale: factor on the numbers of people and payments.
    """

    def __init__(self, suite: LocalSuite, scale: float) -> None:
        self.suite = suite
        self.random = random.Random(_SEED)
        self.currency, self.desk = suite.client(LocalCurrency), suite.client(CashOutDesk)
        self.domain = self.currency.domain()
        self.residents = [person(f"resident {n}") for n in range(max(20, round(RESIDENTS * scale)))]
        self.merchants = [person(f"merchant {n}") for n in range(max(5, round(MERCHANTS * scale)))]
        self.payments = max(100, round(PAYMENTS * scale))
        self.stranger, self.frozen = person("stranger"), self.residents[0]
        self.keys = {key.address: key for key in (*self.residents, *self.merchants)}
        self.ledger = Ledger()
        self.paid: list[Payment] = []
        self.purchases: list[Payment] = []

    def settle_in(self) -> None:
        """Register everyone, issue the top-up and freeze one account."""
        self._register(Kind.RESIDENT, self.residents)
        self._register(Kind.MERCHANT, self.merchants[::10], PUB)
        self._register(Kind.MERCHANT, [shop for at, shop in enumerate(self.merchants) if at % 10], GROCER)
        self._top_up()
        holds, officers = self.suite.client(Holds), self.suite.officers
        holds.freeze(self.frozen.address, b"report".ljust(32, b"\0")).transact(officers[Role.HOLDS_OFFICER])
        holds.confirm_freeze(self.frozen.address, b"decision".ljust(32, b"\0")).transact(officers[Role.HOLDS_REVIEWER])
        self.ledger.kinds[self.frozen.address] = Kind.FROZEN

    def orders(self, how_many: int, now: int) -> list[Order]:
        """A day's orders, most of them good, signed with the nonces that follow if all good ones are carried out."""
        ahead: Counter[ChecksumAddress] = Counter()
        return [self._order(ahead, now) for _ in range(how_many)]

    def relay(self, orders: Sequence[Order]) -> list[tuple[PaymentOutcome, Refusal]]:
        """Relay a batch; gives each outcome beside the one that the ledger expects."""
        payments = [order.signed for order in orders]
        receipt = self.currency.pay_many(payments).transact(self.suite.relayer)
        now = self.suite.chain.timestamp()  # one block, one time for all of them
        outcomes = self.currency.outcomes(receipt, payments)
        return [(outcome, self._booked(order, now)) for outcome, order in zip(outcomes, orders, strict=True)]

    def cash_out(self) -> Iterator[int]:
        """Every merchant signs a cash-out of four fifths of its money; somebody hands it in. Gives their numbers."""
        for merchant in self.merchants:
            amount = self.ledger.balances[merchant.address] * 4 // 5
            until = self.suite.chain.timestamp() + DAY
            reference = self.random.randbytes(32)
            given = ReceiveAuthorization(merchant.address, self.desk.address, amount, 0, until, reference)
            receipt = self.desk.request(given.sign(merchant, self.domain)).transact(self.suite.relayer)
            self.ledger.balances[merchant.address] -= amount
            yield self.desk.requested_in(receipt)

    def settle(self, cash_outs: Sequence[int]) -> int:
        """The bank pays all but one merchant, whose account is closed: that money goes back. Gives what was paid."""
        officer, (closed, *paid) = self.suite.officers[Role.SETTLEMENT_OFFICER], cash_outs
        returned = self.desk.cash_out(closed)
        self.suite.pass_time(self.desk.waiting_days(RiskClass.STANDARD) * DAY)
        self.desk.return_cash_out(closed, b"account closed".ljust(32, b"\0")).transact(officer)
        self.ledger.balances[returned.merchant] += returned.amount
        for part in parts(paid, ACCOUNTS):
            self.desk.settle(part, Web3.keccak(text="bank's list")).transact(officer)
        return self.desk.settled_total()

    def _register(self, kind: Kind, people: Sequence[LocalAccount], category: int = 0) -> None:
        officer = self.suite.officers[Role.MEMBERSHIP_OFFICER]
        for part in parts([key.address for key in people], ACCOUNTS):
            self.currency.register(kind, part, category).transact(officer)
            self.ledger.kinds.update(dict.fromkeys(part, kind))

    def _top_up(self) -> None:
        issuer, treasury = self.suite.officers[Role.CURRENCY_OFFICER], self.suite.client(Treasury)
        self.suite.back(TOP_UP * len(self.residents))
        issues = [Issue(key.address, TOP_UP) for key in self.residents]
        issue(treasury, self.currency, issues, _PURPOSE, lambda call: call.transact(issuer))
        self.ledger.balances.update({item.account: item.amount for item in issues})

    def _booked(self, order: Order, now: int) -> Refusal:
        refusal = self.ledger.judge(order, now)
        if refusal is Refusal.NONE:
            payment = order.signed.payment
            self.ledger.book(payment, now)
            self.paid.append(payment)
            if self.ledger.kinds[payment.payee] is Kind.MERCHANT:
                self.purchases.append(payment)
        return refusal

    def _order(self, ahead: Counter[ChecksumAddress], now: int) -> Order:
        draw = self.random.random()
        payer, shop = self.random.choice(self.residents[1:]), self.random.choice(self.merchants).address
        amount = self.random.randrange(1_000, 40_000, 100)
        if draw < 0.90:
            return self._good(payer, shop, amount, ahead, now)
        if draw < 0.94:
            return self._good(payer, self.random.choice(self.residents[1:]).address, amount, ahead, now)
        if draw < 0.97 and self.purchases:
            bought = self.random.choice(self.purchases[-500:])
            return self._good(self.keys[bought.payee], bought.payer, bought.amount // 2, ahead, now)
        return self._bad(payer, shop, amount, self._nonce(payer, ahead), now)

    def _bad(self, payer: LocalAccount, shop: ChecksumAddress, amount: int, nonce: int, now: int) -> Order:
        kind = self.random.choice(("unregistered", "frozen", "over balance", "replayed", "forged", "expired"))
        if kind == "unregistered":
            return self._signed(payer, self.stranger.address, amount, nonce, now + DAY)
        if kind == "frozen":
            return self._signed(self.frozen, shop, amount, 0, now + DAY)
        if kind == "over balance":
            return self._signed(payer, shop, 10**9, nonce, now + DAY)
        if kind == "expired":
            return self._signed(payer, shop, amount, nonce, now - 1)
        if kind == "replayed" and self.paid:
            old = self.random.choice(self.paid)
            fresh = Payment(old.payer, old.payee, old.amount, old.nonce, now + DAY, old.order)
            return Order(fresh.sign(self.keys[old.payer], self.domain))
        forged = self._signed(self.stranger, shop, amount, nonce, now + DAY).signed
        stolen = Payment(payer.address, shop, amount, nonce, now + DAY, forged.payment.order)
        return Order(SignedPayment(stolen, forged.signature), forged=True)

    def _good(
        self, payer: LocalAccount, payee: ChecksumAddress, amount: int, ahead: Counter[ChecksumAddress], now: int
    ) -> Order:
        nonce = self._nonce(payer, ahead)
        ahead[payer.address] += 1
        return self._signed(payer, payee, amount, nonce, now + DAY)

    def _nonce(self, payer: LocalAccount, ahead: Counter[ChecksumAddress]) -> int:
        return self.ledger.nonces[payer.address] + ahead[payer.address]

    def _signed(self, payer: LocalAccount, payee: ChecksumAddress, amount: int, nonce: int, deadline: int) -> Order:
        payment = Payment(payer.address, payee, amount, nonce, deadline, self.random.randbytes(32))
        return Order(payment.sign(payer, self.domain))
