"""The town's money as plain Python: what every contract's interface tells, without a packed bit."""

from collections import Counter
from dataclasses import dataclass, field

from dongne.currency import DEFAULT_TABLE, Kind, Refusal
from tests.contracts.currency.test_stateful import ERRORS, Model, month_of
from tests.contracts.currency.town.town import DAY, KINDS
from tests.contracts.currency.words import Word

DESK, VOUCHERS, UNCLAIMED = "desk", "vouchers", "unclaimed"
WAITING = 3 * DAY
DUST = 1_000
MEMBERS = (Kind.RESIDENT, Kind.MERCHANT, Kind.INSTITUTION)


@dataclass
class CashOut:
    """Money of a merchant at the desk."""

    merchant: int
    amount: int
    due: int


@dataclass
class Case:
    """A case of disputed money."""

    account: int
    amount: int
    ends: int
    stage: str = "flagged"
    appealed: bool = False
    beneficiary: int | None = None


@dataclass
class Frozen:
    """A freeze, by the address at which it was placed."""

    actor: int
    until: int
    confirmed: bool = False


@dataclass
class Programme:
    """A voucher programme of one trade; holders and shops by the addresses that they had."""

    funder: int
    trade: int
    start: int
    expiry: int
    cap: int
    held: int = 0
    committed: int = 0
    closed: bool = False
    balance: Counter = field(default_factory=Counter)
    face: Counter = field(default_factory=Counter)
    spent: Counter = field(default_factory=Counter)
    redeemed: set = field(default_factory=set)


@dataclass
class TownModel(Model):
    """The ledger's model with the other contracts around it.

    `accounts` holds balances that can be spent; `held` what holds keep of each actor's money.
    """

    reserve: int = 0
    settled_before: int = 0
    expires: int = 0
    settled: int = 0
    terms: tuple = (0, 0, 0)
    budget: int = 0
    budgets_given: int = 0
    bonuses: int = 0
    deposited: Counter = field(default_factory=Counter)
    cash_outs: dict = field(default_factory=dict)
    requested: int = 0
    received: Counter = field(default_factory=Counter)
    cashed: Counter = field(default_factory=Counter)
    held: Counter = field(default_factory=Counter)
    cases: dict = field(default_factory=dict)
    weeks: dict = field(default_factory=dict)
    freezes: dict = field(default_factory=dict)
    programmes: dict = field(default_factory=dict)
    kept: Counter = field(default_factory=Counter)
    struck: set = field(default_factory=set)

    @classmethod
    def of_the_town(cls):
        """Everybody registered, no money yet."""
        contracts = dict.fromkeys((DESK, VOUCHERS, UNCLAIMED), Word(kind=Kind.SYSTEM_CONTRACT))
        people = {actor: Word(kind=kind) for actor, kind in KINDS.items()}
        return cls({**people, **contracts}, table=DEFAULT_TABLE, issuable=2**63 - 1)

    @property
    def supply(self):
        """Base units in circulation."""
        return self.issued - self.redeemed

    def kind(self, actor):
        return self.accounts[actor].kind

    def total(self, actor):
        """What an actor has, held or not."""
        return self.accounts[actor].balance + self.held[actor]

    def paused(self, now):
        return now < self.paused_until

    # Payments, with what merchants were paid

    def pay(self, payer, payee, amount, now):
        """The error of a transfer, or None once it is booked."""
        refusal = self.move(payer, payee, amount, now)
        if refusal is not Refusal.NONE:
            return ERRORS[refusal]
        if self.kind(payee) == Kind.MERCHANT and payer != DESK:
            self.received[payee] += amount
        if self.kind(payer) == Kind.MERCHANT and payee != DESK:
            self.received[payer] -= amount
        return None

    # Issues

    def left(self):
        """What is left of the attested reserve."""
        return max(0, self.reserve - (self.settled - self.settled_before))

    def attest(self, reserve, now):
        self.reserve, self.settled_before, self.expires = reserve, self.settled, now + 30 * DAY

    def issue(self, pairs, now):
        """The error of an issue, or None once it is booked."""
        if self.paused(now):
            return "TransfersPaused"
        if not all(self.receives_new_money(who) for who, _amount in pairs):
            return "IssueNotAllowed"
        total = sum(amount for _who, amount in pairs)
        if now >= self.expires:
            return "AttestationExpired"
        if self.supply + total > self.left():
            return "ReserveExceeded"
        for who, amount in pairs:
            self.change(who, balance=self.accounts[who].balance + amount)
        self.issued += total
        return None

    def top_up(self, pairs, now):
        """The error of a batch of deposits, or None once it is booked."""
        bps, monthly, holding = self.terms
        deposited, bonuses = Counter(self.deposited), 0
        for who, deposit in pairs:
            if self.kind(who) != Kind.RESIDENT:
                return "TopUpNotAllowed"
            if deposited[who, month_of(now)] + deposit > monthly:
                return "MonthlyCapExceeded"
            bonus = deposit * bps // 10_000
            if self.total(who) + deposit + bonus > holding:
                return "HoldingCapExceeded"
            deposited[who, month_of(now)] += deposit
            bonuses += bonus
        if bonuses > self.budget:
            return "BonusBudgetExceeded"
        error = self.issue([(who, deposit + deposit * bps // 10_000) for who, deposit in pairs], now)
        if error is None:
            self.deposited, self.budget = deposited, self.budget - bonuses
            self.bonuses += bonuses
        return error

    # The desk

    def request(self, merchant, amount, now):
        if amount == 0:
            return "CashOutOfNothing"
        if self.kind(merchant) != Kind.MERCHANT:
            return "CashOutNotAllowed"
        error = self.pay(merchant, DESK, amount, now)
        if error is None:
            self.cash_outs[self.requested] = CashOut(merchant, amount, now + WAITING)
            self.requested += 1
            self.cashed[merchant] += amount
        return error

    def settle(self, ids, now):
        seen = set()
        for number in ids:
            if number not in self.cash_outs or number in seen:
                return "CashOutNotOpen"
            if now < self.cash_outs[number].due:
                return "CashOutNotDue"
            seen.add(number)
        total = sum(self.cash_outs.pop(number).amount for number in ids)
        self.settled += total
        self._destroy(DESK, total)
        return None

    def give_back(self, number, now, possible_from=0):
        """Returned by the office, or taken back from `possible_from` seconds after it was due."""
        if number not in self.cash_outs:
            return "CashOutNotOpen"
        found = self.cash_outs[number]
        if possible_from and now < found.due + possible_from:
            return "ReclaimTooEarly"
        error = self.pay(DESK, found.merchant, found.amount, now)
        if error is None:
            del self.cash_outs[number]
            self.cashed[found.merchant] -= found.amount
        return error

    # Holds and freezes

    def week(self, address, now):
        """When the week of an address ends, or None while it rests; nothing is booked."""
        running = self.weeks.get(address, 0)
        if now < running:
            return running
        return None if running and now < running + 28 * DAY else now + 7 * DAY

    def place(self, number, address, amount, now):
        """`address` is the one that the account has now."""
        case = self.cases.get(number)
        if case is None or case.stage != "flagged":
            return "WrongStage"
        if now >= case.ends:
            return "TermOver"
        ends = self.week(address, now)
        if ends is None:
            return "AccountRests"
        if self.kind(case.account) not in (*MEMBERS, Kind.FROZEN):
            return "CannotFreeze"
        held = min(amount, self.accounts[case.account].balance)
        if amount > case.amount or held == 0:
            return "CannotHold"
        self.weeks[address] = ends
        self.change(case.account, balance=self.accounts[case.account].balance - held)
        self.held[case.account] += held
        case.amount, case.ends, case.stage = held, ends, "held"
        return None

    def confirm(self, number, beneficiary, now):
        case = self.cases.get(number)
        if case is None or case.stage != "held":
            return "WrongStage"
        if now >= case.ends:
            return "TermOver"
        term = 28 * DAY if case.appealed else 14 * DAY
        case.stage, case.ends, case.beneficiary = "confirmed", now + term, beneficiary
        return None

    def appeal(self, number, now):
        """By the owner."""
        case = self.cases.get(number)
        if case is None or case.stage not in ("held", "confirmed"):
            return "WrongStage"
        if case.appealed:
            return "CannotAppeal"
        if now >= case.ends:
            return "TermOver"
        case.appealed = True
        case.ends += 14 * DAY if case.stage == "confirmed" else 0
        return None

    def end_case(self, number, now, by_reviewer):
        """Lifted by the reviewer, or released by anyone."""
        case = self.cases.get(number)
        possible = ("held", "confirmed") if by_reviewer else ("held",)
        if case is None or case.stage not in possible:
            return "WrongStage"
        if not by_reviewer and now < case.ends:
            return "TermRuns"
        case.stage = "ended"
        self.held[case.account] -= case.amount
        self.change(case.account, balance=self.accounts[case.account].balance + case.amount)
        return None

    def carry_out(self, number, now):
        case = self.cases.get(number)
        if case is None or case.stage != "confirmed":
            return "WrongStage"
        if now < case.ends:
            return "TermRuns"
        if self.kind(case.beneficiary) not in (*MEMBERS, Kind.SYSTEM_CONTRACT):
            return "TransferNotAllowed"
        case.stage = "ended"
        self.held[case.account] -= case.amount
        self.change(case.beneficiary, balance=self.accounts[case.beneficiary].balance + case.amount)
        if self.kind(case.beneficiary) == Kind.MERCHANT:
            self.received[case.beneficiary] += case.amount
        return None

    def freeze(self, address, actor, now):
        ends = self.week(address, now)
        if ends is None:
            return "AccountRests"
        account = self.accounts[actor]
        if account.kind not in MEMBERS:
            return "CannotFreeze"
        self.weeks[address], self.freezes[address] = ends, Frozen(actor, ends)
        self.change(actor, kind=Kind.FROZEN, held_kind=account.kind)
        return None

    def confirm_freeze(self, address, now):
        found = self.freezes.get(address)
        if found is None:
            return "NoFreeze"
        if now >= found.until:
            return "FreezeOver"
        found.until, found.confirmed = now + 180 * DAY, True
        return None

    def unfreeze(self, address, now, by):
        found = self.freezes.get(address)
        if found is None:
            return "NoFreeze"
        if by == "officer" and found.confirmed:
            return "FreezeWasConfirmed"
        if by == "anyone" and now < found.until:
            return "FreezeRuns"
        del self.freezes[address]
        account = self.accounts[found.actor]
        self.change(found.actor, kind=account.held_kind, held_kind=Kind.NONE)
        return None

    # Who is who

    def reclassify(self, actor, address, kind, category):
        account = self.accounts[actor]
        if account.kind not in MEMBERS:
            return "CannotReclassify"
        if kind == account.kind:
            self.change(actor, category=category)
            return None
        if account.balance >= DUST or self.held[actor]:
            return "AccountNotEmpty"
        self.kept[address] += account.balance
        self.end_kind(actor, kind, category)
        return None

    def keep(self, rest):
        self.change(UNCLAIMED, balance=self.accounts[UNCLAIMED].balance + rest)

    def claim(self, address, actor, now):
        if not self.kept[address]:
            return "NothingKept"
        error = self.pay(UNCLAIMED, actor, self.kept[address], now)
        if error is None:
            self.kept[address] = 0
        return error

    # Vouchers

    def fund(self, programme, amount, now):
        p = self.programmes[programme]
        if now >= p.expiry:
            return "ProgrammeExpired"
        if amount == 0:
            return "VoucherAmountZero"
        error = self.pay(p.funder, VOUCHERS, amount, now)
        if error is None:
            p.held += amount
        return error

    def grant(self, programme, holder, amount, now):
        p = self.programmes[programme]
        if now >= p.expiry:
            return "ProgrammeExpired"
        if p.closed:
            return "ProgrammeIsClosed"
        if amount == 0:
            return "VoucherAmountZero"
        if amount > p.cap - p.face[holder]:
            return "PersonalCapExceeded"
        if amount > p.held - p.committed:
            return "FundTooSmall"
        p.committed += amount
        p.balance[holder] += amount
        p.face[holder] += amount
        return None

    def spend(self, programme, holder, actor, merchant_address, merchant, amount, now):
        p = self.programmes[programme]
        if not p.start <= now < p.expiry:
            return "ProgrammeNotRunning"
        if amount == 0:
            return "VoucherAmountZero"
        if amount > p.balance[holder]:
            return "ERC1155InsufficientBalance"
        if self.kind(actor) != Kind.RESIDENT:
            return "HolderMayNotSpend"
        if self.kind(merchant) != Kind.MERCHANT or self.accounts[merchant].category != p.trade:
            return "MerchantNotAccepted"
        error = self.pay(VOUCHERS, merchant, amount, now)
        if error is None:
            p.balance[holder] -= amount
            p.held, p.committed = p.held - amount, p.committed - amount
            p.spent[holder, merchant_address] += amount
        return error

    def refund_voucher(self, programme, holder, merchant_address, merchant, amount, now):
        p = self.programmes[programme]
        if amount == 0:
            return "VoucherAmountZero"
        if amount > p.spent[holder, merchant_address]:
            return "RefundExceedsSpending"
        error = self.pay(merchant, VOUCHERS, amount, now)
        if error is None:
            p.spent[holder, merchant_address] -= amount
            p.balance[holder] += amount
            p.held, p.committed = p.held + amount, p.committed + amount
        return error

    def rest(self, programme, holder, actor, now):
        p = self.programmes[programme]
        rest = p.balance[holder]
        if not p.start <= now < p.expiry:
            return "ProgrammeNotRunning"
        if holder in p.redeemed:
            return "RestAlreadyRedeemed"
        if rest == 0:
            return "VoucherAmountZero"
        if (p.face[holder] - rest) * 10_000 < p.face[holder] * 6_000:
            return "RestNotRedeemable"
        if self.kind(actor) != Kind.RESIDENT:
            return "HolderMayNotSpend"
        error = self.pay(VOUCHERS, actor, rest, now)
        if error is None:
            p.balance[holder] = 0
            p.held, p.committed = p.held - rest, p.committed - rest
            p.redeemed.add(holder)
        return error

    def sweep(self, programme, now):
        p = self.programmes[programme]
        if now < p.expiry:
            return "ProgrammeNotExpired"
        if p.held == 0:
            return "VoucherAmountZero"
        error = self.pay(VOUCHERS, p.funder, p.held, now)
        if error is None:
            p.held = p.committed = 0
        return error

    def follow(self, programme, old, new):
        p = self.programmes[programme]
        if old == new:
            return "HolderNotRecovered"
        if not p.face[old] and not p.balance[old]:
            return "VoucherAmountZero"
        for counter in (p.balance, p.face):
            counter[new] += counter.pop(old, 0)
        if old in p.redeemed:
            p.redeemed.add(new)
        return None

    def _destroy(self, who, amount):
        self.change(who, balance=self.accounts[who].balance - amount)
        self.redeemed += amount
