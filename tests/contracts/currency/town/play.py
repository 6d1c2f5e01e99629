"""Chooses what happens in the town, says beforehand how it ends, and does it."""

from collections import Counter
from random import Random
from typing import ClassVar

from brownie import ZERO_ADDRESS, chain, history
from brownie.exceptions import VirtualMachineError

from dongne.currency import DEFAULT_TABLE, RESIDENTS_MAY_GIVE, Kind
from dongne.suite import Role
from tests.contracts.currency.conftest import MOST
from tests.contracts.currency.town.model import Case, Programme, TownModel
from tests.contracts.currency.town.town import (
    ACTORS,
    DAY,
    EVIDENCE,
    INSTITUTIONS,
    MERCHANTS,
    OTHER_TRADE,
    RESIDENTS,
    RULING,
    TRADE,
    at,
)

MEMBERS = (Kind.RESIDENT, Kind.MERCHANT, Kind.INSTITUTION)
TABLES = (DEFAULT_TABLE, DEFAULT_TABLE | RESIDENTS_MAY_GIVE, 0)
BANK_CODE = b"account closed".ljust(32, b"\0")


class Play:
    """A town and its model, side by side.

    Attributes:
        outcomes: how often each act ended how.
    """

    def __init__(self, town, seed):
        self.town, self.model, self.random = town, TownModel.of_the_town(), Random(seed)
        self.outcomes, self.announced, self.former = Counter(), {}, {}
        self.now = chain[-1].timestamp
        self.attest()
        self._terms(1_000, 5_000, 50_000)
        self.more_budget()

    def step(self):
        """One act; most of them could succeed."""
        (name,) = self.random.choices(list(self.ACTS), weights=list(self.ACTS.values()))
        if not self.model.table and self.random.random() < 0.2:
            name = "publish"  # or nothing else would happen for long
        self.act = name
        getattr(self, name)()
        history.clear()  # brownie keeps every transaction, and the trace of each that was refused

    ACTS: ClassVar[dict[str, int]] = {
        "attest": 3,
        "more_budget": 1,
        "new_terms": 1,
        "issue": 8,
        "top_up": 7,
        "pay": 18,
        "refund": 5,
        "cash_out": 8,
        "settle": 5,
        "return_cash_out": 2,
        "reclaim": 1,
        "flag": 4,
        "place": 5,
        "confirm": 2,
        "appeal": 2,
        "lift": 1,
        "release": 3,
        "carry_out": 2,
        "freeze": 2,
        "confirm_freeze": 1,
        "unfreeze": 3,
        "announce": 2,
        "complete": 3,
        "reclassify": 2,
        "register": 2,
        "claim": 1,
        "pause": 1,
        "publish": 1,
        "open_programme": 3,
        "fund": 3,
        "grant": 5,
        "spend": 7,
        "refund_voucher": 2,
        "rest": 2,
        "sweep": 2,
        "follow": 1,
        "time_passes": 6,
    }

    # Money comes in

    def attest(self):
        reserve = self.random.randrange(50_000, 400_000)
        self._does(None, lambda: self.town.attest(reserve, now=self.now))
        self.model.attest(reserve, self.now)

    def more_budget(self):
        amount = self.random.randrange(3_000)
        self._does(
            None, lambda: self.town.as_(Role.CURRENCY_SUPERVISOR, self.town.treasury.increaseBonusBudget, amount)
        )
        self.model.budget += amount
        self.model.budgets_given += amount

    def new_terms(self):
        self._terms(self.random.choice((0, 500, 1_000, 3_000)), self.random.randrange(20_000), 60_000)

    def _terms(self, *terms):
        self._does(None, lambda: self.town.as_(Role.CURRENCY_SUPERVISOR, self.town.treasury.setTopUpTerms, terms))
        self.model.terms = terms

    def issue(self):
        pairs = [
            (self._one(*RESIDENTS, *INSTITUTIONS), self._amount(20_000)) for _ in range(self.random.randrange(1, 4))
        ]
        error = self.model.issue(pairs, self.now + 1)
        self._does(error, lambda: self.town.issue(*self._addressed(pairs)))
        assert error or self.model.supply <= self.model.left()

    def top_up(self):
        some = self.random.sample(RESIDENTS, self.random.randrange(1, 3))
        pairs = [(actor, self._amount(6_000)) for actor in some]
        error = self.model.top_up(pairs, self.now + 1)
        self._does(error, lambda: self.town.top_up(*self._addressed(pairs)))
        assert error or self.model.supply <= self.model.left()

    # Payments

    def pay(self):
        payer = self._one(*RESIDENTS, *INSTITUTIONS) if self.random.random() < 0.8 else self._one()
        payee = self._one(*MERCHANTS) if self.random.random() < 0.8 else self._one()
        self._pay(payer, payee, self._amount(4_000))

    def refund(self):
        merchant, payee = self._one(*MERCHANTS), self._one(*RESIDENTS)
        most = self.model.refundable(merchant, payee, self.now + 1)
        self._pay(merchant, payee, self.random.choice((most, most // 2, most + 1)))

    def _pay(self, payer, payee, amount):
        error = self.model.pay(payer, payee, amount, self.now + 1)
        self._does(error, lambda: self.town.pay(payer, self.town.address(payee), amount))

    # The desk

    def cash_out(self):
        merchant = self._one(*MERCHANTS) if self.random.random() < 0.9 else self._one()
        has = self.model.accounts[merchant].balance
        amount = self.random.choice((has, has // 2, has + 1, self._amount(2_000)))
        error = self.model.request(merchant, amount, self.now + 1)
        self._does(error, lambda: self.town.cash_out(merchant, amount))

    def settle(self):
        due = [number for number, found in self.model.cash_outs.items() if found.due <= self.now + 1]
        ids = due if due and self.random.random() < 0.7 else [self._cash_out() for _ in range(2)]
        error = self.model.settle(ids, self.now + 1)
        self._does(error, lambda: self.town.settle_cash_outs(*ids))

    def return_cash_out(self):
        number = self._cash_out()
        error = self.model.give_back(number, self.now + 1)
        act = self.town.desk.returnCashOut
        self._does(error, lambda: self.town.as_(Role.SETTLEMENT_OFFICER, act, number, BANK_CODE))

    def reclaim(self):
        number = self._cash_out()
        error = self.model.give_back(number, self.now + 1, possible_from=14 * DAY)
        self._does(error, lambda: self.town.desk.reclaim(number, self._anyone()))

    # Holds and freezes

    def flag(self):
        actor, amount = self._one(*RESIDENTS, *MERCHANTS), self._amount(5_000)
        act = self.town.holds.flag
        self._does(None, lambda: self.town.as_(Role.DETECTOR, act, self.town.address(actor), amount, EVIDENCE))
        self.model.cases[len(self.model.cases)] = Case(actor, amount, self.now + 3 * DAY)

    def place(self):
        number = self._case("flagged")
        case = self.model.cases.get(number)
        amount = self.random.choice((case.amount, case.amount // 2 + 1, case.amount + 1)) if case else 1
        address = self.town.address(case.account) if case else None
        error = self.model.place(number, address, amount, self.now + 1)
        self._does(error, lambda: self.town.as_(Role.HOLDS_OFFICER, self.town.holds.place, number, amount))

    def confirm(self):
        number, beneficiary = self._case("held"), self._one()
        error = self.model.confirm(number, beneficiary, self.now + 1)
        receiver = self.town.address(beneficiary)
        act = self.town.holds.confirm
        self._does(error, lambda: self.town.as_(Role.HOLDS_REVIEWER, act, number, receiver, RULING))

    def appeal(self):
        number = self._case(self.random.choice(("held", "confirmed")))
        case = self.model.cases.get(number)
        owner = self.town.wallet(case.account) if case else self.town.relayer
        error = self.model.appeal(number, self.now + 1)
        self._does(error, lambda: self.town.holds.appeal(number, EVIDENCE, {"from": owner}))

    def lift(self):
        number = self._case("confirmed")
        error = self.model.end_case(number, self.now + 1, by_reviewer=True)
        self._does(error, lambda: self.town.as_(Role.HOLDS_REVIEWER, self.town.holds.lift, number))

    def release(self):
        number = self._case("held")
        error = self.model.end_case(number, self.now + 1, by_reviewer=False)
        self._does(error, lambda: self.town.holds.release(number, self._anyone()))

    def carry_out(self):
        number = self._case("confirmed")
        error = self.model.carry_out(number, self.now + 1)
        self._does(error, lambda: self.town.holds.carryOut(number, self._anyone()))

    def freeze(self):
        actor = self._one()
        address = self.town.address(actor)
        error = self.model.freeze(address, actor, self.now + 1)
        self._does(error, lambda: self.town.as_(Role.HOLDS_OFFICER, self.town.holds.freeze, address, EVIDENCE))

    def confirm_freeze(self):
        address = self._frozen()
        error = self.model.confirm_freeze(address, self.now + 1)
        self._does(error, lambda: self.town.as_(Role.HOLDS_REVIEWER, self.town.holds.confirmFreeze, address, RULING))

    def unfreeze(self):
        address, by = self._frozen(), self.random.choice(("officer", "reviewer", "anyone", "anyone"))
        error = self.model.unfreeze(address, self.now + 1, by)
        holds = self.town.holds
        acts = {
            "officer": lambda: self.town.as_(Role.HOLDS_OFFICER, holds.unfreeze, address),
            "reviewer": lambda: self.town.as_(Role.HOLDS_REVIEWER, holds.liftFreeze, address),
            "anyone": lambda: holds.endFreeze(address, self._anyone()),
        }
        self._does(error, acts[by])

    # Who is who

    def announce(self):
        actor, new = self._one(*RESIDENTS, *MERCHANTS, *INSTITUTIONS), self.town.new_key()
        address = self.town.address(actor)
        running = self.announced.get(address)
        error = "RecoveryRuns" if running and self.now + 1 < running[1] + 30 * DAY else None
        self._does(error, lambda: self.town.announce(address, new))
        if not error:
            self.announced[address] = (new, self.now + 7 * DAY, actor)

    def complete(self):
        if not self.announced:
            return
        address = self.random.choice(list(self.announced))
        new, ready, actor = self.announced[address]
        error = self._recovery_error(ready, actor)
        self._does(error, lambda: self.town.recovery.complete(address, self._anyone()))
        if error in (None, "NoRecovery"):
            del self.announced[address]
        if error is None:
            self.town.keys[actor] = new
            self.model.weeks[new.address] = self.model.weeks.get(address, 0)
            self.former[address] = actor

    def _recovery_error(self, ready, actor):
        if self.now + 1 >= ready + 30 * DAY:
            return "NoRecovery"
        if self.now + 1 < ready:
            return "RecoveryNotReady"
        return None if self.model.kind(actor) in (*MEMBERS, Kind.FROZEN) else "CannotRecover"

    def reclassify(self):
        actor, kind = self._one(), self.random.choice((Kind.NONE, *MEMBERS))
        address = self.town.address(actor)
        error = self.model.reclassify(actor, address, kind, TRADE)
        act = self.town.currency.reclassify
        self._does(error, lambda: self.town.as_(Role.MEMBERSHIP_OFFICER, act, address, kind, TRADE))

    def register(self):
        out = [actor for actor in ACTORS if self.model.kind(actor) == Kind.NONE]
        actor, kind = self.random.choice(out or list(ACTORS)), self.random.choice(MEMBERS)
        error = None if self.model.kind(actor) == Kind.NONE else "AlreadyRegistered"
        self._does(error, lambda: self.town.register(kind, self.town.address(actor), trade=TRADE))
        if not error:
            self.model.change(actor, kind=kind, category=TRADE)

    def claim(self):
        kept = [address for address, amount in self.model.kept.items() if amount]
        if not kept:
            return
        address = self.random.choice(kept)
        actor = self._owner(address)
        error = self.model.claim(address, actor, self.now + 1)
        to, sender = self.town.address(actor), {"from": self.town.wallet(actor)}
        self._does(error, lambda: self.town.unclaimed.claim(address, to, sender))

    def pause(self):
        duration = self.random.choice((30, 60, 600, DAY))
        longer = self.now + 1 + duration > self.model.paused_until
        error = "PausedRecently" if longer and self.now + 1 < self.model.paused_until + 3 * DAY else None
        self._does(error, lambda: self.town.as_(Role.GUARDIAN, self.town.currency.pause, duration))
        if not error:
            self.model.paused_until = self.now + duration

    def publish(self):
        table = self.random.choice(TABLES if self.model.table else TABLES[:2])
        self._does(None, lambda: self.town.as_(Role.CURRENCY_SUPERVISOR, self.town.currency.setTransferTable, table))
        self.model.table = table

    # Vouchers

    def open_programme(self):
        funder, start = self._one(*INSTITUTIONS), self.now + self.random.randrange(2) * DAY // 4
        if self.model.kind(funder) != Kind.INSTITUTION:
            return
        trade, cap = self.random.choice((TRADE, OTHER_TRADE)), 2_000
        expiry = start + self.random.randrange(2, 400) * DAY
        terms = (self.town.address(funder), start, expiry, 6_000, cap, [trade], EVIDENCE, "")
        self._does(None, lambda: self.town.as_(Role.CURRENCY_SUPERVISOR, self.town.vouchers.open, terms))
        number = len(self.model.programmes) + 1
        self.model.programmes[number] = Programme(funder, trade, start, expiry, cap)

    def fund(self):
        if (number := self._programme()) is None:
            return
        funder, amount = self.model.programmes[number].funder, self._amount(5_000)
        self._approve(funder)
        error = self.model.fund(number, amount, self.now + 1)
        self._does(error, lambda: self.town.vouchers.fund(number, amount, {"from": self.town.wallet(funder)}))

    def grant(self):
        if (number := self._programme()) is None:
            return
        holder, amount = self.town.address(self._one(*RESIDENTS)), self._amount(1_500)
        error = self.model.grant(number, holder, amount, self.now + 1)
        self._does(error, lambda: self.town.grant(number, holder, amount))

    def spend(self):
        if (number := self._programme()) is None:
            return
        p = self.model.programmes[number]
        actor = self._rather(RESIDENTS, lambda each: p.balance[self.town.address(each)])
        merchant = self._rather(MERCHANTS, lambda each: self.model.accounts[each].category == p.trade)
        holder, shop = self.town.address(actor), self.town.address(merchant)
        has = p.balance[holder]
        amount = self.random.choice((has, has // 2, has + 1, self._amount(500)))
        error = self.model.spend(number, holder, actor, shop, merchant, amount, self.now + 1)
        sender = {"from": self.town.wallet(actor)}
        self._does(error, lambda: self.town.vouchers.spend(number, shop, amount, EVIDENCE, sender))

    def refund_voucher(self):
        if (number := self._programme()) is None:
            return
        spent = [pair for pair, amount in self.model.programmes[number].spent.items() if amount]
        merchant = self._one(*MERCHANTS)
        shop = self.town.address(merchant)
        holder = self.random.choice([pair[0] for pair in spent] or [self.town.address(0)])
        most = self.model.programmes[number].spent[holder, shop]
        amount = self.random.choice((most, most // 2, most + 1))
        self._approve(merchant)
        error = self.model.refund_voucher(number, holder, shop, merchant, amount, self.now + 1)
        sender = {"from": self.town.wallet(merchant)}
        self._does(error, lambda: self.town.vouchers.refund(number, holder, amount, EVIDENCE, sender))

    def rest(self):
        if (number := self._programme()) is None:
            return
        p = self.model.programmes[number]
        actor = self._rather(
            RESIDENTS, lambda each: 0 < 5 * p.balance[self.town.address(each)] <= p.face[self.town.address(each)] * 2
        )
        error = self.model.rest(number, self.town.address(actor), actor, self.now + 1)
        self._does(error, lambda: self.town.vouchers.redeemRest(number, {"from": self.town.wallet(actor)}))

    def sweep(self):
        if (number := self._programme()) is None:
            return
        programme = self.model.programmes[number]
        before, held = self.model.total(programme.funder), programme.held
        error = self.model.sweep(number, self.now + 1)
        self._does(error, lambda: self.town.vouchers.sweep(number, self._anyone()))
        assert error or self.model.total(programme.funder) == before + held

    def follow(self):
        if (number := self._programme()) is None or not self.former:
            return
        p = self.model.programmes[number]
        old = self._rather(list(self.former), lambda each: p.balance[each])
        new = self.town.address(self.former[old])
        error = self.model.follow(number, old, new)
        self._does(error, lambda: self.town.vouchers.follow(number, old, self._anyone()))

    def time_passes(self):
        self.now += self.random.choice((60, 3_600, DAY, DAY, 3 * DAY, 3 * DAY, 8 * DAY, 20 * DAY))

    # What must hold

    def check(self):
        """Every balance, and the invariants of the whole."""
        town, model = self.town, self.model
        contracts = {"desk": town.desk, "vouchers": town.vouchers, "unclaimed": town.unclaimed}
        people = [town.address(actor) for actor in ACTORS]
        poor = [ZERO_ADDRESS, *self.former, *self._struck_off(), town.relayer.address]
        poor += [each.address for each in (town.currency, town.treasury, town.holds, town.recovery)]
        answers = iter(town.balances([*people, *(each.address for each in contracts.values()), *poor]))
        stated = {actor: next(answers) for actor in ACTORS}
        held = {name: next(answers) for name in contracts}
        assert set(answers) == {0}
        assert stated == {actor: model.total(actor) for actor in ACTORS}
        assert town.currency.totalSupply() == model.supply == sum(stated.values()) + sum(held.values())
        assert held["desk"] == sum(found.amount for found in model.cash_outs.values())
        assert held["vouchers"] == sum(programme.held for programme in model.programmes.values())
        assert held["unclaimed"] == sum(model.kept.values())
        for actor in MERCHANTS:
            assert model.cashed[actor] <= model.received[actor]
        assert model.bonuses + model.budget == model.budgets_given
        assert model.budget == town.treasury.bonusBudget() >= 0
        for programme in model.programmes.values():
            assert 0 <= programme.committed <= programme.held or programme.held == 0

    def check_words(self):
        """What is held of each account, and what kind it is; more calls than after every step."""
        for actor in ACTORS:
            balance, _nonce, kind, held_kind, _category, _month, _counted, _closed, held = self.town.currency.accountOf(
                self.town.address(actor)
            )
            found = self.model.accounts[actor]
            assert (balance, kind, held_kind, held) == (
                found.balance,
                found.kind,
                found.held_kind,
                self.model.held[actor],
            )
        assert self.town.treasury.attestation()[0] == self.model.reserve
        assert self.town.desk.settledTotal() == self.model.settled
        assert self.town.treasury.reserve()[0] == self.model.left()

    def _struck_off(self):
        return [self.town.address(actor) for actor in ACTORS if self.model.kind(actor) == Kind.NONE]

    # Steps

    def _does(self, error, act):
        """One transaction in the next second; refused with `error`, or carried out where there is none."""
        self.now += 1
        at(self.now)
        name = getattr(self, "act", "set-up")
        self.outcomes[name, error] += 1
        try:
            act()
        except VirtualMachineError as refused:
            assert error is not None, f"{name}: refused with {refused.revert_msg}"
            assert refused.revert_msg.startswith(f"{error}: "), f"{name}: expected {error}, got {refused.revert_msg}"
            return
        assert error is None, f"{name}: expected {error}"

    def _approve(self, actor):
        sender = {"from": self.town.wallet(actor)}
        self.act, meant = "approve", self.act
        self._does(None, lambda: self.town.currency.approve(self.town.vouchers, MOST, sender))
        self.act = meant

    def _one(self, *among):
        return self.random.choice(among or ACTORS)

    def _rather(self, among, fitting):
        """Mostly one of those that fit, if there are any."""
        some = [each for each in among if fitting(each)]
        return self.random.choice(some if some and self.random.random() < 0.8 else among)

    def _anyone(self):
        return {"from": self.town.relayer}

    def _amount(self, most):
        return self.random.randrange(1, most)

    def _addressed(self, pairs):
        return [(self.town.address(actor), amount) for actor, amount in pairs]

    def _cash_out(self):
        numbers = list(self.model.cash_outs)
        return self.random.choice(numbers) if numbers and self.random.random() < 0.8 else self.model.requested

    def _case(self, stage):
        fitting = [number for number, case in self.model.cases.items() if case.stage == stage]
        if fitting and self.random.random() < 0.9:
            return fitting[-1] if self.random.random() < 0.6 else self.random.choice(fitting)
        return self.random.randrange(len(self.model.cases) + 1)

    def _frozen(self):
        return self.random.choice(list(self.model.freezes) or [self.town.address(0)])

    def _programme(self):
        numbers = list(self.model.programmes)[-6:]
        running = [each for each in numbers if self.now + 1 < self.model.programmes[each].expiry]
        return self._rather(numbers, lambda each: each in running) if numbers else None

    def _owner(self, address):
        """The actor whose account this is, or was before its key was lost."""
        by_address = {self.town.address(actor): actor for actor in ACTORS}
        return by_address[address] if address in by_address else self.former[address]
