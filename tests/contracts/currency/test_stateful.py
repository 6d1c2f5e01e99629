"""Random months of a city against a plain Python model: same refusals, same accounts, no won lost or made."""

import itertools
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import ClassVar

from brownie import chain
from brownie.exceptions import VirtualMachineError
from brownie.test import strategy

from dongne.currency import DEFAULT_TABLE, RESIDENTS_MAY_GIVE, Kind, Refusal, pack_accounts, pack_payments
from tests.contracts.currency.conftest import PAYOUT, City, Orders, happened, key, travel, wallet
from tests.contracts.currency.words import Word, stored

PEOPLE = 7
ACTS_A_WEEK = 25
DAY = 86_400
TABLES = (DEFAULT_TABLE, DEFAULT_TABLE | RESIDENTS_MAY_GIVE, RESIDENTS_MAY_GIVE, 0)
PURCHASES = ((Kind.RESIDENT, Kind.MERCHANT), (Kind.INSTITUTION, Kind.MERCHANT))
WAY_OUT = (Kind.MERCHANT, Kind.SYSTEM_CONTRACT)
"""What a pause leaves open."""

REFUNDS = ((Kind.MERCHANT, Kind.RESIDENT), (Kind.MERCHANT, Kind.INSTITUTION))
MEMBERS = (Kind.RESIDENT, Kind.MERCHANT, Kind.INSTITUTION)
ACTIVE = (*MEMBERS, Kind.SYSTEM_CONTRACT)
DUST = 1_000
EPOCH = 2**32


def month_of(timestamp):
    moment = datetime.fromtimestamp(timestamp, UTC) + timedelta(hours=9)
    return (moment.year - 1970) * 12 + moment.month - 1


@dataclass
class Model:
    """The currency as its interface tells it, without a packed bit."""

    accounts: dict[int, Word]
    table: int = DEFAULT_TABLE
    paused_until: int = 0
    issuable: int = 0
    issued: int = 0
    redeemed: int = 0
    unclaimed: int = 0
    allowances: Counter = field(default_factory=Counter)
    paid_to: Counter = field(default_factory=Counter)

    def change(self, who, **fields):
        self.accounts[who] = replace(self.accounts[who], **fields)

    def allows(self, payer, payee):
        return self.table >> (8 * self.accounts[payer].kind + self.accounts[payee].kind) & 1

    def refusal(self, payer, payee, amount, now):
        first, second = self.accounts[payer], self.accounts[payee]
        if now < self.paused_until and not (self.allows(payer, payee) and (first.kind, second.kind) == WAY_OUT):
            return Refusal.PAUSED
        if not self.allows(payer, payee):
            return Refusal.NOT_ALLOWED
        if amount > first.balance:
            return Refusal.INSUFFICIENT_BALANCE
        if (first.kind, second.kind) in REFUNDS and amount > self.refundable(payer, payee, now):
            return Refusal.REFUND_EXCEEDS_PURCHASES
        return Refusal.NONE

    def purchases(self, who, now):
        """Of this month and of the one before it."""
        account, month = self.accounts[who], month_of(now)
        by_month = {account.month: account.counted, account.month - 1: account.closed}
        return by_month.get(month, 0), by_month.get(month - 1, 0)

    def refundable(self, payer, payee, now):
        this_month, last_month = map(min, self.purchases(payer, now), self.purchases(payee, now))
        in_first_week = month_of(now - 7 * DAY) != month_of(now)
        return this_month + (last_month if in_first_week else 0)

    def purchase(self, who, now, this_month, last_month=0):
        counted, closed = self.purchases(who, now)
        self.change(who, counted=counted + this_month, closed=closed + last_month, month=month_of(now))

    def move(self, payer, payee, amount, now):
        refusal = self.refusal(payer, payee, amount, now)
        if refusal:
            return refusal
        kinds = (self.accounts[payer].kind, self.accounts[payee].kind)
        if kinds in PURCHASES:
            for who in (payer, payee):
                self.purchase(who, now, amount)
        if kinds in REFUNDS:
            this_month = min(amount, self.purchases(payer, now)[0], self.purchases(payee, now)[0])
            for who in (payer, payee):
                self.purchase(who, now, -this_month, this_month - amount)
        self.change(payer, balance=self.accounts[payer].balance - amount)
        self.change(payee, balance=self.accounts[payee].balance + amount)
        self.paid_to[payee] += amount
        return Refusal.NONE

    def pay(self, payer, payee, amount, nonce, deadline, now):
        if now > deadline:
            return Refusal.EXPIRED
        if not amount:
            return Refusal.NOTHING
        if nonce != self.accounts[payer].nonce:
            return Refusal.BAD_SIGNATURE
        refusal = self.move(payer, payee, amount, now)
        if not refusal:
            self.change(payer, nonce=nonce + 1)
        return refusal

    def end_kind(self, who, kind, category):
        """What it has is kept for its owner; what it approved and signed is void."""
        account = self.accounts[who]
        self.keep(account.balance)
        self.allowances[who] = 0
        self.accounts[who] = Word(nonce=(account.nonce // EPOCH + 1) * EPOCH, category=category, kind=kind)

    def keep(self, rest):
        """Where the last few won of an account go."""
        self.unclaimed += rest

    def receives_new_money(self, who):
        return self.accounts[who].kind in (Kind.RESIDENT, Kind.INSTITUTION)


ERRORS = {
    Refusal.PAUSED: "TransfersPaused",
    Refusal.NOT_ALLOWED: "TransferNotAllowed",
    Refusal.INSUFFICIENT_BALANCE: "ERC20InsufficientBalance",
    Refusal.REFUND_EXCEEDS_PURCHASES: "RefundExceedsPurchases",
    Refusal.EXPIRED: "PaymentExpired",
    Refusal.BAD_SIGNATURE: "PaymentSignatureInvalid",
    Refusal.NOTHING: "PaymentOfNothing",
}


class Machine:
    """What the city and its people do; the model says beforehand how it ends."""

    seed = strategy("uint256")

    def __init__(self, open_currency, officers, relayer):
        self.keys = [key(f"stateful {number}") for number in range(PEOPLE)]
        self.wallets = [wallet(each) for each in self.keys]
        self.relayer, self.officers = relayer, officers
        self.currency = open_currency()
        self.city, self.orders = City(self.currency, officers), Orders(self.currency, relayer)
        self.unclaimed = self.currency.appointed()[3]
        self.city.allow_issuing(10**6)
        kinds = [*itertools.repeat(Kind.RESIDENT, 2), *itertools.repeat(Kind.MERCHANT, 2), *ACTIVE[2:]]
        for signer, kind in zip(self.keys, kinds, strict=False):
            self.city.register(kind, signer)

    def setup(self):
        self.now = chain[-1].timestamp
        kinds = [Kind.RESIDENT, Kind.RESIDENT, Kind.MERCHANT, Kind.MERCHANT, *ACTIVE[2:], Kind.NONE]
        self.model = Model({who: Word(kind=kind) for who, kind in enumerate(kinds)}, issuable=10**6)
        for who in (0, 1, 4):
            self._does(None, lambda who=who: self.city.issue(self.keys[who].address, 5_000))
            self._model_issue(who, 5_000)
        self._transfer(4, 5, 2_500)

    def rule_a_week_passes(self, seed):
        """Hypothesis draws whole weeks: drawn one by one, most acts would be refused for one dull reason."""
        dice = Random(seed)
        for _ in range(ACTS_A_WEEK):
            (act,) = dice.choices(list(self.ACTS), weights=list(self.ACTS.values()))
            getattr(self, act)(dice)

    # What may happen in a week, and how often out of a hundred

    ACTS: ClassVar[dict[str, int]] = {
        "issue": 8,
        "transfer": 15,
        "refund_all": 8,
        "approve": 4,
        "transfer_from": 8,
        "permit": 3,
        "pay": 15,
        "pay_many": 8,
        "redeem": 8,
        "register": 4,
        "reclassify": 5,
        "register_contract": 2,
        "freeze_or_unfreeze": 5,
        "publish": 2,
        "pause": 2,
        "days_pass": 5,
    }

    def issue(self, dice):
        who, amount = self._anyone(dice), dice.randrange(2_000)
        error = None
        if self.now + 1 < self.model.paused_until:
            error = "TransfersPaused"
        elif amount > self.model.issuable:
            error = "IssuanceAllowanceExceeded"
        elif not self.model.receives_new_money(who):
            error = "IssueNotAllowed"
        self._does(error, lambda: self.city.issue(self.keys[who].address, amount))
        if not error:
            self._model_issue(who, amount)

    def transfer(self, dice):
        self._transfer(*self._pair(dice), dice.randrange(2_000))

    def _transfer(self, who, other, amount):
        refusal = self.model.move(who, other, amount, self.now + 1)
        payee = self.keys[other].address
        self._does(ERRORS.get(refusal), lambda: self.currency.transfer(payee, amount, {"from": self.wallets[who]}))

    def refund_all(self, dice):
        who, other = self._pair(dice)
        self._transfer(who, other, self.model.refundable(who, other, self.now + 1) + dice.choice((0, 0, 1)))

    def approve(self, dice):
        who, amount = self._anyone(dice), dice.randrange(5_000)
        self._does(None, lambda: self.currency.approve(self.relayer, amount, {"from": self.wallets[who]}))
        self.model.allowances[who] = amount

    def transfer_from(self, dice):
        (who, other), amount = self._pair(dice), dice.randrange(1_000)
        if amount > self.model.allowances[who]:
            error = "ERC20InsufficientAllowance"
        else:
            error = ERRORS.get(self.model.move(who, other, amount, self.now + 1))
        payer, payee = self.keys[who].address, self.keys[other].address
        self._does(error, lambda: self.currency.transferFrom(payer, payee, amount, {"from": self.relayer}))
        if not error:
            self.model.allowances[who] -= amount

    def permit(self, dice):
        who, amount = self._anyone(dice), dice.randrange(2_000)
        self._does(None, lambda: self.orders.permit(self.keys[who], self.relayer, amount))
        self.model.allowances[who] = amount

    def pay(self, dice):
        (who, other), amount = self._pair(dice), dice.choice((0, *[dice.randrange(2_000)] * 19))
        nonce, deadline = self._slipped(who, dice)
        refusal = self.model.pay(who, other, amount, nonce, deadline, self.now + 1)
        signed = self._signed(who, other, amount, nonce, deadline)
        self._does(ERRORS.get(refusal), lambda: self.orders.pay(signed))

    def pay_many(self, dice):
        orders, expected = [], []
        for _ in range(dice.randrange(1, 7)):
            (who, other), amount = self._pair(dice), dice.choice((0, *[dice.randrange(2_000)] * 19))
            nonce, deadline = self._slipped(who, dice)
            orders.append(self._signed(who, other, amount, nonce, deadline))
            expected.append(self.model.pay(who, other, amount, nonce, deadline, self.now + 1))
        tx = self._does(None, lambda: self.currency.payMany(pack_payments(orders), {"from": self.relayer}))
        skipped = {event["index"]: event["reason"] for event in happened(tx, "PaymentSkipped")}
        assert [skipped.get(index, 0) for index in range(len(expected))] == expected

    def redeem(self, dice):
        who, amount = self._anyone(dice, Kind.SYSTEM_CONTRACT), dice.randrange(1_000)
        account = self.model.accounts[who]
        error = None
        if account.kind != Kind.SYSTEM_CONTRACT:
            error = "RedeemNotAllowed"
        elif amount > account.balance:
            error = "ERC20InsufficientBalance"
        self._does(error, lambda: self.currency.redeem(amount, PAYOUT, {"from": self.wallets[who]}))
        if not error:
            self.model.change(who, balance=account.balance - amount)
            self.model.redeemed += amount

    def register(self, dice):
        who, kind = self._anyone(dice), Kind(dice.randrange(6))
        error = None
        if kind not in MEMBERS:
            error = "KindNotAssignable"
        elif self.model.accounts[who].kind != Kind.NONE:
            error = "AlreadyRegistered"
        packed = pack_accounts([self.keys[who].address])
        sender = {"from": self.officers.membership}
        self._does(error, lambda: self.currency.register(kind, kind, packed, sender))
        if not error:
            self.model.change(who, kind=kind, category=kind)

    def reclassify(self, dice):
        who, kind = self._anyone(dice), Kind(dice.randrange(6))
        account, error = self.model.accounts[who], None
        if account.kind not in MEMBERS:
            error = "CannotReclassify"
        elif kind not in (Kind.NONE, *MEMBERS):
            error = "KindNotAssignable"
        elif kind != account.kind and account.balance >= DUST:
            error = "AccountNotEmpty"
        self._does(error, lambda: self.city.reclassify(self.keys[who].address, kind, 7))
        if not error and kind == account.kind:
            self.model.change(who, category=7)
        elif not error:
            self.model.end_kind(who, kind, 7)

    def register_contract(self, dice):
        who, is_one = self._anyone(dice, Kind.SYSTEM_CONTRACT), dice.random() < 0.5
        account, error = self.model.accounts[who], None
        if is_one and account.kind != Kind.NONE:
            error = "AlreadyRegistered"
        elif not is_one and account.kind != Kind.SYSTEM_CONTRACT:
            error = "CannotReclassify"
        elif not is_one and account.balance:
            error = "AccountNotEmpty"
        self._does(error, lambda: self.city.register_contract(self.keys[who].address, is_one))
        if not error and is_one:
            self.model.change(who, kind=Kind.SYSTEM_CONTRACT, category=0)
        elif not error:
            self.model.end_kind(who, Kind.NONE, 0)

    def freeze_or_unfreeze(self, dice):
        who = self._anyone(dice, Kind.FROZEN)
        account = self.model.accounts[who]
        act = self.city.unfreeze if account.kind == Kind.FROZEN else self.city.freeze
        error = "CannotFreeze" if account.kind in (Kind.NONE, Kind.SYSTEM_CONTRACT) else None
        self._does(error, lambda: act(self.keys[who].address))
        if account.kind == Kind.FROZEN:
            self.model.change(who, kind=account.held_kind, held_kind=Kind.NONE)
        elif not error:
            self.model.change(who, kind=Kind.FROZEN, held_kind=account.kind)

    def publish(self, dice):
        table = dice.choice(TABLES)
        self._does(None, lambda: self.city.publish(table))
        self.model.table = table

    def pause(self, dice):
        duration = dice.randrange(4 * DAY)
        longer = self.now + 1 + duration > self.model.paused_until
        error = None if 0 < duration <= 3 * DAY else "BadPause"
        if not error and longer and self.now + 1 < self.model.paused_until + 3 * DAY:
            error = "PausedRecently"
        self._does(error, lambda: self.city.pause(duration))
        if not error:
            self.model.paused_until = self.now + duration

    def days_pass(self, dice):
        self.now += dice.randrange(1, 40 * DAY)

    # Invariants

    def invariant_every_account_is_the_models(self):
        for who, signer in enumerate(self.keys):
            assert stored(self.currency, signer) == self.model.accounts[who]

    def invariant_what_is_refundable_is_the_models(self):
        shops = [who for who, account in self.model.accounts.items() if account.kind == Kind.MERCHANT]
        now = chain[-1].timestamp
        for shop, who in itertools.product(shops, range(PEOPLE)):
            stated = self.currency.refundable(self.keys[shop].address, self.keys[who].address)
            assert stated == self.model.refundable(shop, who, now)

    def invariant_no_won_is_lost_or_made(self):
        supply = self.model.issued - self.model.redeemed
        assert self.currency.totalSupply() == supply
        held = sum(account.balance for account in self.model.accounts.values())
        assert held + self.model.unclaimed == supply
        assert stored(self.currency, self.unclaimed).balance == self.model.unclaimed

    def invariant_the_unregistered_hold_nothing(self):
        for who, account in self.model.accounts.items():
            assert account.kind != Kind.NONE or stored(self.currency, self.keys[who]).balance == 0

    def invariant_merchants_hold_at_most_what_they_were_paid(self):
        for who, account in self.model.accounts.items():
            assert account.kind != Kind.MERCHANT or account.balance <= self.model.paid_to[who]

    def invariant_allowances_are_the_models(self):
        for who, signer in enumerate(self.keys):
            assert self.currency.allowance(signer.address, self.relayer) == self.model.allowances[who]
        assert self.currency.issuanceAllowance(self.officers.currency) == self.model.issuable

    # Steps

    def _anyone(self, dice, kind=None):
        """Mostly someone of `kind`, where one is asked for and there is one."""
        fitting = [who for who, account in self.model.accounts.items() if account.kind == kind]
        return dice.choice(fitting) if fitting and dice.random() < 0.7 else dice.randrange(PEOPLE)

    def _pair(self, dice):
        """Mostly a payer and a payee between whom the table allows payments."""
        pairs = list(itertools.product(range(PEOPLE), repeat=2))
        allowed = [pair for pair in pairs if self.model.allows(*pair)]
        return dice.choice(allowed) if allowed and dice.random() < 0.8 else dice.choice(pairs)

    def _does(self, error, act):
        """One transaction in the next second; refused with `error`, or carried out where there is none."""
        self.now += 1
        travel(self.now)
        try:
            tx = act()
        except VirtualMachineError as refused:
            assert error is not None, f"refused: {refused.revert_msg}"
            assert refused.revert_msg.startswith(f"{error}: "), f"expected {error}, got {refused.revert_msg}"
            return None
        assert error is None, f"expected {error}"
        return tx

    def _signed(self, who, other, amount, nonce, deadline):
        payee = self.keys[other].address
        return self.orders.signed(self.keys[who], payee, amount, nonce=nonce, deadline=deadline)

    def _slipped(self, who, dice):
        """The payer's nonce and a good deadline, one of them wrong in two of ten cases."""
        nonce, deadline, slip = self.model.accounts[who].nonce, self.now + 1, dice.randrange(10)
        return (nonce + 1, deadline) if slip == 8 else (nonce, deadline - 1) if slip == 9 else (nonce, deadline)

    def _model_issue(self, who, amount):
        self.model.change(who, balance=self.model.accounts[who].balance + amount)
        self.model.issued += amount
        self.model.issuable -= amount


def test_random_months_agree_with_the_model(state_machine, open_currency, officers, relayer):
    settings = {"max_examples": 10, "stateful_step_count": 3, "deadline": None}
    state_machine(Machine, open_currency, officers, relayer, settings=settings)
