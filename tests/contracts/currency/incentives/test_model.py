"""Random months of cash-back against a plain Python model, and what must hold after every step."""

import os
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import pytest
from brownie import chain, history
from brownie.exceptions import VirtualMachineError

from dongne.currency import Kind
from dongne.currency.incentives import CashbackList, Place, Rate, Skip
from dongne.months import begin_of, month_of
from tests.contracts.currency.conftest import TRADE, happened, key, travel, wallet
from tests.contracts.currency.incentives.conftest import CAP, DAY, PUB, RATE, due

PEOPLE, STEPS, START = 12, int(os.environ.get("DONGNE_INCENTIVE_STEPS", "40")), 1_000_000
LONG = 500
"""Steps of which everything happens that can."""
RATES = {TRADE: Rate(RATE, CAP), PUB: Rate(500, 400)}


@dataclass
class Programme:
    """What a programme must be."""

    trade: int
    first: int
    last: int
    held: int = 0
    listed: CashbackList | None = None
    granted: int = 0
    payable: int = 0
    paid: int = 0
    used: bool = False

    @property
    def rate(self):
        return RATES[self.trade]


@dataclass
class Person:
    """One person, whatever key it has."""

    key: object
    balance: int = START
    counted: defaultdict = field(default_factory=lambda: defaultdict(int))
    """Purchases by month, less refunds."""
    rewarded: defaultdict = field(default_factory=lambda: defaultdict(int))
    paid: set = field(default_factory=set)
    """(programme, month) of which it was paid."""
    frozen: bool = False
    addresses: frozenset = frozenset()

    @property
    def wallet(self):
        return wallet(self.key)


class Life:
    """Carries out random acts on the chain and in the model at once."""

    def __init__(self, seed, office, currency, city, recover, institution):
        self.dice, self.office, self.currency = random.Random(seed), office, currency
        self.city, self.recover, self.institution = city, recover, institution
        self.incentives, self.keys = office.incentives, 0
        self.people = [Person(each, addresses=frozenset({each.address})) for each in map(self._new_key, range(PEOPLE))]
        city.register(Kind.RESIDENT, *(each.wallet for each in self.people))
        city.issue_many(*((each.wallet, START) for each in self.people), (institution, 10**9))
        self.shops = {trade: wallet(key(f"shop {trade}")) for trade in RATES}
        self.receipts = {trade: defaultdict(int) for trade in RATES}
        for trade, shop in self.shops.items():
            city.register(Kind.MERCHANT, shop, category=trade)
        self.now = chain[-1].timestamp + 10
        self.programmes, self.paid_in, self.returned, self.rewards = {}, 0, 0, 0
        self.outcomes = Counter()
        for trade in RATES:
            self._open(trade)

    @property
    def month(self):
        return month_of(self.now)

    def step(self):
        acts = [self.buy] * 9 + [self.refund] * 4 + [self.publish, self.pay, self.fund, self.reject]
        acts += [self.freeze, self.recovered, self.sweep, self.open, self.open]
        if self.dice.random() < 0.15:
            acts = [self.close_month]
        self.pass_time(self.dice.choice((1, 60, DAY, 2 * DAY)))
        self.dice.choice(acts)()
        self.check()
        history.clear()  # brownie keeps every transaction, and the trace of each that was refused

    def pass_time(self, seconds):
        self.now = max(self.now, chain[-1].timestamp) + seconds

    def close_month(self):
        """Lists are published and paid, with things going on between, so that each programme pays now and then."""
        for act in (self.open, self.open, self.fund, self.fund, self.buy, self.buy):
            self.pass_time(1)
            act()
        self.now = max(self.now, due(self.month - 1 if self.now < due(self.month - 1) else self.month))
        for _ in range(4):
            self.pass_time(1)
            self.publish()
        self.pass_time(3 * DAY)
        for act in self.dice.choices((self.pay, self.pay, self.pay, self.reject, self.freeze, self.recovered), k=5):
            self.pass_time(1)
            act()

    def does(self, allowed, act):
        """One transaction in the next second; whether it is refused is for the model to say."""
        travel(self.now)
        try:
            return act()
        except VirtualMachineError as refused:
            assert not allowed, refused.revert_msg
            return None
        finally:
            assert chain[-1].timestamp == self.now

    def buy(self):
        person, trade = self.dice.choice(self.people), self.dice.choice(list(RATES))
        amount = self.dice.randrange(1, 40_000)
        allowed = not person.frozen and amount <= person.balance
        self.does(allowed, lambda: self.currency.transfer(self.shops[trade], amount, {"from": person.wallet}))
        if allowed:
            person.balance -= amount
            person.counted[self.month] += amount
            self.receipts[trade][self.month] += amount

    def refund(self):
        person, trade = self.dice.choice(self.people), self.dice.choice(list(RATES))
        shop, amount = self.receipts[trade], self.dice.randrange(1, 20_000)
        current = min(amount, person.counted[self.month], shop[self.month])
        closed = min(person.counted[self.month - 1], shop[self.month - 1]) if self.now < due(self.month - 1) else 0
        allowed = not person.frozen and amount - current <= closed
        self.does(allowed, lambda: self.currency.transfer(person.wallet, amount, {"from": self.shops[trade]}))
        if allowed:
            person.balance += amount
            for counter in (person.counted, shop):
                counter[self.month] -= current
                counter[self.month - 1] -= amount - current

    def open(self):
        trade = self.dice.choice(list(RATES))
        latest = max(each.last for each in self.programmes.values() if each.trade == trade)
        self._open(trade, allowed=latest < self.month)

    def fund(self):
        number, programme = self._programme()
        amount = self.dice.choice((150, 1_000, 9_000))
        allowed = self.month <= programme.last + 1
        self.does(allowed, lambda: self.office.fund(number, amount))
        if allowed:
            programme.held, self.paid_in = programme.held + amount, self.paid_in + amount

    def publish(self):
        number, programme = self._programme()
        month = self.month - 1
        bought = [(each, self._claimed(each, month)) for each in self.people]
        places = [Place(str(each.wallet), amount) for each, amount in bought if amount]
        listed = CashbackList.of(month, programme.rate, places)
        if not listed.places:
            return
        stands = programme.listed is not None and programme.listed.month == month and programme.used
        is_another = programme.listed is not None and programme.listed.month == month
        timely = due(month) <= self.now < begin_of(month + 2) - (3 if is_another else 7) * DAY
        allowed = programme.first <= month <= programme.last and timely and not stands and programme.held > 0
        self.does(allowed, lambda: self.office.publish(listed, number))
        if allowed:
            programme.listed, programme.granted = listed, min(listed.total, programme.held)
            programme.payable, programme.paid, programme.used = self.now + 3 * DAY, 0, True

    def reject(self):
        number, programme = self._programme()
        allowed = programme.used and programme.payable > 0
        self.does(allowed, lambda: self.office.reject(number))
        if allowed:
            programme.payable, programme.used = 0, False

    def pay(self):
        number, programme = self._programme()
        if programme.listed is None:
            return
        listed = programme.listed
        allowed = 0 < programme.payable <= self.now and self.month == listed.month + 1
        expected = [self._outcome(number, programme, place) for place in listed.places] if allowed else []
        tx = self.does(allowed, lambda: self.office.pay(listed, programme=number))
        if allowed:
            skipped = {each["account"]: each["reason"] for each in happened(tx, "CashbackSkipped")}
            assert [skipped.get(place.account, Skip.NONE) for place in listed.places] == expected
            self.outcomes.update(expected)

    def freeze(self):
        person = self.dice.choice(self.people)
        act = self.city.unfreeze if person.frozen else self.city.freeze
        self.does(True, lambda: act(person.wallet))
        person.frozen = not person.frozen

    def recovered(self):
        """A week passes; the person goes on with another key."""
        person = self.dice.choice(self.people)
        new = self._new_key()
        self.recover(person.wallet.address, new)
        person.key, person.addresses = new, person.addresses | {new.address}

    def sweep(self):
        number, programme = self._programme()
        allowed = self.month > programme.last + 1 and programme.held > 0
        self.does(allowed, lambda: self.incentives.sweep(number, {"from": self.office.relayer}))
        if allowed:
            self.returned, programme.held = self.returned + programme.held, 0

    def check(self):
        for number, programme in list(self.programmes.items())[-3:]:
            assert self.incentives.programmeOf(number)[5] == programme.held
            assert programme.paid <= programme.granted
        for person in self.people:
            assert self.currency.accountOf(person.wallet)[0] == person.balance
            for month, rewarded in person.rewarded.items():
                assert rewarded <= person.counted[month]
        held = sum(each.held for each in self.programmes.values())
        rewards = self.paid_in - self.returned - held
        assert self.currency.balanceOf(self.incentives) == held
        assert rewards == self.rewards

    def _outcome(self, number, programme, place):
        """Who is on a list may have another key now; what a list claims may be too much, or rewarded elsewhere."""
        person, month = self._owner(place.account), programme.listed.month
        if (number, month) in person.paid:
            return Skip.PAID_BEFORE
        if person.frozen:
            return Skip.NOT_RESIDENT
        if person.rewarded[month] + place.purchases > person.counted[month]:
            return Skip.EXCEEDS_PURCHASES
        amount = programme.listed.cashback(place) * programme.granted // programme.listed.total
        person.paid.add((number, month))
        person.rewarded[month] += place.purchases
        person.balance += amount
        programme.paid, programme.held = programme.paid + amount, programme.held - amount
        self.rewards += amount
        return Skip.NONE

    def _claimed(self, person, month):
        """What a list says of a person: honest, or beyond what was counted."""
        counted = person.counted[month]
        return self.dice.choice((counted, counted, counted // 2, counted // 2, counted // 3, counted + 1))

    def _owner(self, account):
        return next(each for each in self.people if account in each.addresses)

    def _new_key(self, _number=None):
        self.keys += 1
        return key(f"person {self.keys}")

    def _programme(self):
        """The latest of a trade, mostly."""
        number = self.dice.choice(list(self.programmes)[-2:] if self.dice.random() < 0.9 else list(self.programmes))
        return number, self.programmes[number]

    def _open(self, trade, allowed=True):
        last, rate = self.month + self.dice.randrange(0, 4), RATES[trade]
        terms = {"lastMonth": last, "rateBps": rate.bps, "cap": rate.cap, "categories": [trade]}
        month = self.month
        number = self.does(allowed, lambda: self.office.open(firstMonth=month, **terms))
        if allowed:
            self.programmes[number] = Programme(trade, month, last)


@pytest.mark.parametrize("seed", range(2))
def test_random_months_agree_with_the_model(office, currency, city, recover, institution, month, seed):
    life = Life(seed, office, currency, city, recover, institution)

    for _ in range(STEPS):
        life.step()

    assert life.outcomes[Skip.NONE] >= STEPS // 12, life.outcomes
    assert STEPS < LONG or set(life.outcomes) == set(Skip), life.outcomes
