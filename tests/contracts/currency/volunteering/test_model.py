"""Random months of volunteering against a plain Python model, and what must hold after every step.

DONGNE_REWARD_STEPS says how many steps: some dozens by default.
"""

import os
import random
from collections import Counter, defaultdict

import pytest
from brownie import chain, history
from brownie.exceptions import VirtualMachineError

from dongne.currency import Kind
from dongne.months import month_of
from dongne.words import ShiftRefusal
from tests.contracts.currency.conftest import happened, key, travel, wallet
from tests.contracts.currency.volunteering.conftest import CAP, CLAIM_DAYS, DAY, HOUR, RATE, shift

PEOPLE, STEPS = 4, int(os.environ.get("DONGNE_REWARD_STEPS", "40"))
LONG = 300
"""Steps of which everything happens that can."""


class Person:
    """One person, whatever key it has."""

    def __init__(self, signer):
        self.key, self.balance, self.frozen = signer, 0, False
        self.hours, self.earned = set(), defaultdict(int)

    @property
    def wallet(self):
        return wallet(self.key)


class Life:
    """Carries out random acts on the chain and in the model at once."""

    def __init__(self, seed, office, currency, city, recover, institution):
        self.dice, self.office, self.currency, self.city = random.Random(seed), office, currency, city
        self.rewards, self.recover, self.keys = office.rewards, recover, 0
        self.people = [Person(self._new_key()) for _ in range(PEOPLE)]
        city.register(Kind.RESIDENT, *(each.wallet for each in self.people))
        self.programmes = {1: self.rewards.programmeOf(1)[4], office.open(): 0}
        self.of = {1: 1, office.certify(institution, 1, 500): 1, office.certify(institution, 2): 2}
        self.rates = {number: self.rewards.activityOf(number)[2] for number in self.of}
        self.now, self.outcomes, self.lists, self.paid = chain[-1].timestamp, Counter(), [], 0
        self.start, self.end = self.rewards.programmeOf(1)[1:3]
        self.total = sum(self.programmes.values())

    def step(self):
        self.now = max(self.now, chain[-1].timestamp) + self.dice.choice((1, HOUR, 8 * HOUR, 3 * DAY))
        acts = [self.settle] * 10 + [self.again] * 3 + [self.fund] * 2 + [self.freeze, self.recovered]
        self.dice.choice(acts)()
        self.check()
        history.clear()  # brownie keeps every transaction, and the trace of each that was refused

    def settle(self):
        activity, shifts = self.dice.choice(list(self.of)), []
        for _ in range(self.dice.randrange(1, 4)):
            person = self.dice.choice(self.people)
            begins = (self.now - self.dice.choice((0, 5, 20, 60, 800)) * HOUR) // 1_800 * 1_800
            shifts.append((person, shift(person.wallet, begins, self.dice.choice((0.5, 1, 3, 6)))))
        self.lists = [*self.lists[-5:], (activity, shifts)]
        self._settle(activity, shifts)

    def again(self):
        if self.lists:
            self._settle(*self.dice.choice(self.lists))

    def fund(self):
        programme, amount = self.dice.choice(list(self.programmes)), self.dice.choice((300, 5_000))
        travel(self.now)
        self.office.fund(programme, amount)
        self.programmes[programme] += amount
        self.total += amount

    def freeze(self):
        person = self.dice.choice(self.people)
        travel(self.now)
        (self.city.unfreeze if person.frozen else self.city.freeze)(person.wallet)
        person.frozen = not person.frozen

    def recovered(self):
        person, new = self.dice.choice(self.people), self._new_key()
        self.recover(person.wallet.address, new)
        person.key = new

    def check(self):
        for person in self.people:
            assert self.currency.accountOf(person.wallet)[0] == person.balance
            assert all(amount <= CAP for amount in person.earned.values())
        assert {each: self.rewards.programmeOf(each)[4] for each in self.programmes} == self.programmes
        assert self.currency.balanceOf(self.rewards) == sum(self.programmes.values()) == self.total - self.paid

    def _settle(self, activity, shifts):
        reasons = [self._judge(activity, person, listed) for person, listed in shifts]
        travel(self.now)
        try:
            tx = self.office.settle(*(listed for _person, listed in shifts), activity=activity)
        except VirtualMachineError as refused:
            assert set(reasons).isdisjoint({ShiftRefusal.NONE}), refused.revert_msg
            return  # nothing of it could be paid, so nothing changed in the model either
        assert ShiftRefusal.NONE in reasons
        skipped = [each["reason"] for each in happened(tx, "ShiftSkipped")]
        assert skipped == [int(reason) for reason in reasons if reason is not ShiftRefusal.NONE]
        self.outcomes.update(reasons)

    def _judge(self, activity, person, listed):
        """The rules again, in plain words; carried out at once in the model."""
        programme, halves = self.of[activity], range(listed.begins // 1_800, listed.ends // 1_800)
        if not self.start <= listed.begins < self.end:
            return ShiftRefusal.OUTSIDE_PROGRAMME
        if self.now < listed.ends:
            return ShiftRefusal.NOT_OVER
        if self.now >= listed.ends + CLAIM_DAYS * DAY:
            return ShiftRefusal.CLAIM_EXPIRED
        if person.frozen:
            return ShiftRefusal.NOT_RESIDENT
        if person.hours & set(halves):
            return ShiftRefusal.PAID_BEFORE
        month = month_of(listed.begins)
        left = CAP - person.earned[programme, month]
        amount = min(self.rates[activity] * len(halves) // 2, left)
        if not left:
            return ShiftRefusal.CAP_REACHED
        if amount > self.programmes[programme]:
            return ShiftRefusal.FUND_TOO_SMALL
        person.hours |= set(halves)
        person.earned[programme, month] += amount
        person.balance += amount
        self.programmes[programme] -= amount
        self.paid += amount
        return ShiftRefusal.NONE

    def _new_key(self):
        self.keys += 1
        return key(f"volunteer {self.keys}")


@pytest.mark.parametrize("seed", range(2))
def test_random_months_agree_with_the_model(activity, office, currency, city, recover, institution, seed):
    life = Life(seed, office, currency, city, recover, institution)

    for _ in range(STEPS):
        life.step()

    assert life.outcomes[ShiftRefusal.NONE] >= STEPS // 4, life.outcomes
    assert life.rates[1] == RATE
    assert STEPS < LONG or len(life.outcomes) >= 6, life.outcomes
