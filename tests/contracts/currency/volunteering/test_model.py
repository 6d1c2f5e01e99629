"""Random years of volunteering against a plain Python model, and what must hold after every step.

DONGNE_REWARD_STEPS says how many steps: some dozens by default, 2,000 in the long profile.
"""

import os
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import pytest
from brownie import chain, history
from brownie.exceptions import VirtualMachineError

from dongne.currency import Kind
from dongne.months import begin_of, month_of
from dongne.words import ShiftRefusal
from tests.contracts.currency.conftest import happened, key, travel, wallet
from tests.contracts.currency.volunteering.conftest import CAP, CLAIM_DAYS, DAY, FUNDED, HOUR, RATE, shift

PEOPLE, STEPS = 12, int(os.environ.get("DONGNE_REWARD_STEPS", "40"))
LONG = 500
"""Steps of which everything happens that can."""
CHECKED_EVERY = 10 if STEPS >= LONG else 1
"""Steps after which the whole state is compared; what each act answers always is."""
MONTHS = 3
"""Calendar months of a programme."""


@dataclass
class Person:
    """One person, whatever key it has."""

    key: object
    balance: int = 0
    frozen: bool = False
    hours: set = field(default_factory=set)
    """Half hours that were paid."""
    earned: defaultdict = field(default_factory=lambda: defaultdict(int))
    """By programme and month."""

    @property
    def wallet(self):
        return wallet(self.key)


@dataclass
class Programme:
    """What a programme must be."""

    start: int
    end: int
    held: int = 0

    @property
    def over(self):
        return self.end + DAY + CLAIM_DAYS * DAY


@dataclass
class Activity:
    """What an activity must be."""

    programme: int
    rate: int
    closed: bool = False


class Life:
    """Carries out random acts on the chain and in the model at once."""

    def __init__(self, seed, office, currency, city, recover, institution, officers):
        self.dice, self.office, self.currency, self.city = random.Random(seed), office, currency, city
        self.rewards, self.recover, self.institution = office.rewards, recover, institution
        self.officers, self.keys = officers, 0
        self.people = [Person(self._new_key()) for _ in range(PEOPLE)]
        city.register(Kind.RESIDENT, *(each.wallet for each in self.people))
        self.now, self.outcomes, self.lists, self.steps = chain[-1].timestamp, Counter(), [], 0
        self.paid_in = self.paid = self.returned = 0
        self.attests = {"one": True, "other": True}
        """Whether the institution's and the city's attester are named."""
        self.programmes, self.activities = {}, {}
        self._renew()

    def step(self):
        self.now = max(self.now, chain[-1].timestamp) + self.dice.choice((1, HOUR, 8 * HOUR, 2 * DAY))
        if self.now >= self._latest().end:
            self._renew()
        often = [self.settle] * 14 + [self.again] * 4 + [self.fund] * 4
        missing = [] if all(self.attests.values()) else [self.name_or_dismiss] * 8
        self.dice.choice(
            [*often, *missing, self.freeze, self.recovered, self.close, self.name_or_dismiss, self.sweep]
        )()
        self.steps += 1
        if self.steps % CHECKED_EVERY == 0:
            self.check()
        history.clear()  # brownie keeps every transaction, and the trace of each that was refused

    def settle(self):
        number = self.dice.choice(list(self.activities)[-4:])
        keen = [PEOPLE] + [1] * (PEOPLE - 1)  # the first one helps so often that the cap is reached
        volunteers = self.dice.choices(self.people, keen, k=self.dice.randrange(1, 5))
        listed = [(person, self._shift(person)) for person in volunteers]
        self.lists = [*self.lists[-5:], (number, listed)]
        self._settle(number, listed)

    def again(self):
        """Once more, from whichever activity: what was paid is not paid again."""
        if self.lists:
            number, listed = self.dice.choice(self.lists)
            self._settle(self.dice.choice((number, number, *self.activities)), listed)

    def fund(self):
        number, amount = self.dice.choice(list(self.programmes)[-3:]), self.dice.choice((300, 20_000, 20_000))
        programme = self.programmes[number]
        if self.does(self.now < programme.over, lambda: self.office.fund(number, amount)):
            programme.held += amount
            self.paid_in += amount

    def freeze(self):
        frozen = [each for each in self.people if each.frozen]
        person = self.dice.choice(frozen if len(frozen) > PEOPLE // 4 else self.people)
        act = self.city.unfreeze if person.frozen else self.city.freeze
        self.does(True, lambda: act(person.wallet))
        person.frozen = not person.frozen

    def recovered(self):
        person, new = self.dice.choice(self.people), self._new_key()
        if not person.frozen:
            self.recover(person.wallet.address, new)
            person.key = new

    def close(self):
        """The guardian ends an activity, now and then; a new one takes its place."""
        number = self.dice.choice(list(self.activities))
        activity = self.activities[number]
        if self.does(not activity.closed, lambda: self.rewards.closeActivity(number, {"from": self.officers.guardian})):
            activity.closed = True
            self._certify(activity.programme, activity.rate)

    def name_or_dismiss(self):
        """An attester who is missing is named again soon."""
        side = next((each for each, named in self.attests.items() if not named), None)
        side, named = (side, True) if side else (self.dice.choice(("one", "other")), False)
        self.does(True, lambda: self._set_attester(side, named))
        self.attests[side] = named

    def sweep(self):
        number = self.dice.choice(list(self.programmes))
        programme = self.programmes[number]
        allowed = self.now >= programme.over and programme.held > 0
        if self.does(allowed, lambda: self.rewards.sweep(number, {"from": self.office.relayer})):
            self.returned += programme.held
            programme.held = 0

    def does(self, allowed, act):
        """Carries out an act in the second `now`; whether it passes is known before."""
        travel(self.now)
        try:
            act()
        except VirtualMachineError as refused:
            assert not allowed, refused.revert_msg
            return False
        assert allowed
        return True

    def check(self):
        for person in self.people:
            assert self.currency.accountOf(person.wallet)[0] == person.balance
            assert all(amount <= CAP for amount in person.earned.values())
        for number, programme in self.programmes.items():
            assert self.rewards.programmeOf(number)[4] == programme.held
        held = sum(each.held for each in self.programmes.values())
        assert self.currency.balanceOf(self.rewards) == held == self.paid_in - self.paid - self.returned
        assert self.paid == sum(person.balance for person in self.people)

    def _settle(self, number, listed):
        if self.activities[number].closed or not all(self.attests.values()):
            self.does(False, lambda: self._hand_in(number, listed))
            return
        reasons = [self._judge(number, person, each) for person, each in listed]
        if self.does(ShiftRefusal.NONE in reasons, lambda: self._hand_in(number, listed)):
            assert self.skipped == [int(reason) for reason in reasons if reason is not ShiftRefusal.NONE]
            self.outcomes.update(reasons)

    def _hand_in(self, number, listed):
        tx = self.office.settle(*(each for _person, each in listed), activity=number)
        self.skipped = [each["reason"] for each in happened(tx, "ShiftSkipped")]

    def _judge(self, number, person, listed):
        """The rules again, in plain words; carried out at once in the model."""
        activity, halves = self.activities[number], range(listed.begins // 1_800, listed.ends // 1_800)
        programme, month = self.programmes[activity.programme], (activity.programme, month_of(listed.begins))
        left = CAP - person.earned[month]
        amount = min(activity.rate * len(halves) // 2, left)
        refusals = {
            ShiftRefusal.OUTSIDE_PROGRAMME: not programme.start <= listed.begins < programme.end,
            ShiftRefusal.NOT_OVER: self.now < listed.ends,
            ShiftRefusal.CLAIM_EXPIRED: self.now >= listed.ends + CLAIM_DAYS * DAY,
            ShiftRefusal.NOT_RESIDENT: person.frozen,
            ShiftRefusal.PAID_BEFORE: person.hours & set(halves),
            ShiftRefusal.CAP_REACHED: not left,
            ShiftRefusal.FUND_TOO_SMALL: amount > programme.held,
        }
        refusal = next((reason for reason, found in refusals.items() if found), ShiftRefusal.NONE)
        if refusal is ShiftRefusal.NONE:
            person.hours |= set(halves)
            person.earned[month] += amount
            person.balance += amount
            programme.held -= amount
            self.paid += amount
        return refusal

    def _shift(self, person):
        """Some hours that end about now, or lie back; in part of the lists under a key that was lost since."""
        begins = (self.now - self.dice.choice((0, 5, 20, 60, 300, 800)) * HOUR) // 1_800 * 1_800
        return shift(person.wallet, begins, self.dice.choice((0.5, 1, 3, 6, 12)))

    def _renew(self):
        """Two programmes of some months from the present one on, with an activity of each rate; the former run out."""
        start = begin_of(month_of(self.now))
        for funded in (FUNDED // 4, 0):
            number = self.office.open(start=start, end=begin_of(month_of(self.now) + MONTHS))
            self.programmes[number] = Programme(start, begin_of(month_of(self.now) + MONTHS))
            for rate in (RATE, 500):
                self._certify(number, rate)
            if funded:
                self.city.issue(self.office.foundation, 10 * funded)
                self.office.fund(number, funded)
                self.programmes[number].held += funded
                self.paid_in += funded
        self.now = max(self.now, chain[-1].timestamp + 1)

    def _certify(self, programme, rate):
        number = self.office.certify(self.institution, programme, rate)
        self.activities[number] = Activity(programme, rate)

    def _set_attester(self, side, named):
        if side == "one":
            self.rewards.setAttester(self.office.coordinator.address, named, {"from": self.institution})
        elif named:
            self.rewards.appointCityAttester(self.office.inspector.address, {"from": self.officers.rewards})
        else:
            self.rewards.dismissCityAttester(self.office.inspector.address, {"from": self.officers.guardian})

    def _latest(self):
        return list(self.programmes.values())[-1]

    def _new_key(self):
        self.keys += 1
        return key(f"volunteer {self.keys}")


@pytest.mark.parametrize("seed", range(2))
def test_random_years_agree_with_the_model(office, currency, city, recover, institution, officers, rewards, seed):
    rewards.setAttester(office.coordinator.address, True, {"from": institution})
    rewards.appointCityAttester(office.inspector.address, {"from": officers.rewards})
    life = Life(seed, office, currency, city, recover, institution, officers)

    for _ in range(STEPS):
        life.step()
    life.check()

    everything = set(ShiftRefusal) - {ShiftRefusal.MALFORMED_SHIFT, ShiftRefusal.ATTESTED_BY_VOLUNTEER}
    assert life.outcomes[ShiftRefusal.NONE] >= STEPS // 6, life.outcomes
    assert STEPS < LONG or set(life.outcomes) == everything, life.outcomes
    assert STEPS < LONG or life.returned > 0
