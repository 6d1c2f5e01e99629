"""Random months of vouchers against a plain Python model, and what must hold after every step."""

import random
from dataclasses import dataclass, field

import pytest
from brownie import chain
from brownie.exceptions import VirtualMachineError
from eth_utils.crypto import keccak

from dongne.currency import Kind
from tests.contracts.currency.conftest import ORDER, TRADE, key, travel, wallet
from tests.contracts.currency.vouchers.conftest import DAY, plan_of

PEOPLE, SHOPS, STEPS, CAP = 5, 3, 110, 900
TRADES = (TRADE, 5_812, TRADE)
LIVES = (4 * DAY, 9 * DAY)


@dataclass
class Programme:
    """What a programme must be."""

    start: int
    expiry: int
    bps: int
    held: int = 0
    free: int = 0
    swept: int = 0
    closed: bool = False
    balances: dict[str, int] = field(default_factory=dict)
    faces: dict[str, int] = field(default_factory=dict)
    nonces: dict[str, int] = field(default_factory=dict)
    redeemed: set[str] = field(default_factory=set)
    spent: dict[tuple[str, str], int] = field(default_factory=dict)
    lists: list = field(default_factory=list)
    unclaimed: int = 0

    def runs(self, now):
        return self.start <= now < self.expiry


class Month:
    """Carries out random acts on the chain and in the model at once."""

    def __init__(self, seed, office, currency, city, institution):
        self.dice, self.office, self.vouchers, self.currency = random.Random(seed), office, office.vouchers, currency
        self.keys = [key(f"holder {number}") for number in range(PEOPLE)]
        self.people = [wallet(each) for each in self.keys]
        self.shops = [wallet(key(f"shop {number}")) for number in range(SHOPS)]
        city.register(Kind.RESIDENT, *self.people)
        for shop, trade in zip(self.shops, TRADES, strict=True):
            city.register(Kind.MERCHANT, shop, category=trade)
            currency.approve(office.vouchers, 2**256 - 1, {"from": shop})
        self.institution, self.now, self.served, self.programmes = institution, chain[-1].timestamp, 0, {}
        self.cash = dict.fromkeys((str(each) for each in (*self.people, *self.shops)), 0)
        self.paid_in, self.returned = 0, 0
        for life, bps in zip(LIVES, (6_000, 8_000), strict=True):
            number = office.open(cap=CAP, expiry=self.now + life, refundBps=bps)
            self.programmes[number] = Programme(office.vouchers.programmeOf(number)[1], self.now + life, bps)

    def step(self):
        number = self.dice.choice(list(self.programmes))
        acts = [self.fund, self.grant, self.grant, self.spend, self.spend, self.spend, self.spend, self.refund]
        acts += [self.rest, self.rest, self.sweep, self.withdraw, self.publish, self.claim, self.claim]
        if self.dice.random() < 0.05:
            acts = [self.close]
        self.now += self.dice.choice((1, 60, DAY // 8))
        self.dice.choice(acts)(number, self.programmes[number])
        self.check()

    def does(self, allowed, act):
        """One transaction in the next second; whether it is refused is for the model to say."""
        travel(self.now)
        try:
            act()
        except VirtualMachineError as refused:
            assert not allowed, refused.revert_msg
        else:
            assert allowed

    def fund(self, number, model):
        amount, allowed = self.dice.randrange(1, 1_500), self.now < model.expiry
        self.does(allowed, lambda: self.office.fund(number, amount))
        if allowed:
            model.held, model.free, self.paid_in = model.held + amount, model.free + amount, self.paid_in + amount

    def withdraw(self, number, model):
        amount = self.dice.randrange(1, 400)
        allowed = amount <= model.free
        self.does(allowed, lambda: self.vouchers.withdraw(number, amount, {"from": self.institution}))
        if allowed:
            model.held, model.free, self.returned = model.held - amount, model.free - amount, self.returned + amount

    def close(self, number, model):
        allowed = not model.closed
        self.does(allowed, lambda: self.vouchers.close(number, {"from": self.office.officers.guardian}))
        model.closed = True

    def grant(self, number, model):
        people = self.dice.sample(self.people, self.dice.randrange(1, 3))
        grants = [(person, self.dice.randrange(1, 500)) for person in people]
        total = sum(amount for _who, amount in grants)
        fits = all(model.faces.get(str(who), 0) + amount <= CAP for who, amount in grants)
        allowed = fits and total <= model.free and self.now < model.expiry and not model.closed
        self.served += 1
        self.does(allowed, lambda: self.office.grant(number, *grants, list_id=keccak(text=f"list {self.served}")))
        if allowed:
            model.free -= total
            for who, amount in grants:
                self._granted(model, str(who), amount)

    def publish(self, number, model):
        grants = [(person, self.dice.randrange(1, 300)) for person in self.dice.sample(self.people, 3)]
        self.served += 1
        plan = plan_of(number, *grants, purpose=keccak(text=f"purpose {self.served}"))
        allowed = plan.total <= model.free and self.now < model.expiry and not model.closed
        self.does(allowed, lambda: self.office.publish(plan))
        if allowed:
            model.free, model.unclaimed = model.free - plan.total, model.unclaimed + plan.total
            model.lists.append((plan, set()))

    def claim(self, number, model):
        if not model.lists:
            return
        plan, claimed = self.dice.choice(model.lists)
        place = self.dice.randrange(len(plan.grants))
        grant = plan.grants[place]
        fits = model.faces.get(grant.account, 0) + grant.amount <= CAP
        allowed = place not in claimed and fits and self.now < model.expiry
        self.does(allowed, lambda: self.office.claim(plan, place))
        if allowed:
            claimed.add(place)
            model.unclaimed -= grant.amount
            self._granted(model, grant.account, grant.amount)

    def spend(self, number, model):
        at, shop = self.dice.randrange(PEOPLE), self.dice.randrange(SHOPS)
        who, payee, signer = str(self.people[at]), str(self.shops[shop]), self.keys[at]
        amount, slip = self.dice.randrange(1, 400), self.dice.random() < 0.1
        by_key = self.dice.random() < 0.5
        nonce = model.nonces.get(who, 0) + slip
        allowed = model.runs(self.now) and amount <= model.balances.get(who, 0) and TRADES[shop] == TRADE
        allowed = allowed and not (by_key and slip)
        if by_key:
            payment = self.office.payment(number, who, payee, amount, nonce=nonce)
            signature = payment.sign(signer, self.office.domain)
            self.does(allowed, lambda: self.office.spend_signed(payment, signature))
        else:
            self.does(allowed, lambda: self.vouchers.spend(number, payee, amount, ORDER, {"from": self.people[at]}))
        if allowed:
            model.balances[who] -= amount
            model.held -= amount
            model.nonces[who] = model.nonces.get(who, 0) + by_key
            model.spent[who, payee] = model.spent.get((who, payee), 0) + amount
            self.cash[payee] += amount

    def refund(self, number, model):
        pairs = [pair for pair, amount in model.spent.items() if amount] or [(str(self.people[0]), str(self.shops[0]))]
        who, shop = self.dice.choice(pairs)
        amount = self.dice.randrange(1, 200)
        allowed = amount <= model.spent.get((who, shop), 0)
        self.does(allowed, lambda: self.vouchers.refund(number, who, amount, ORDER, {"from": shop}))
        if allowed:
            model.spent[who, shop] -= amount
            model.balances[who] += amount
            model.held += amount
            self.cash[shop] -= amount

    def rest(self, number, model):
        who = str(self.dice.choice([each for each in self.people if str(each) in model.faces] or self.people))
        balance, face = model.balances.get(who, 0), model.faces.get(who, 0)
        enough = (face - balance) * 10_000 >= face * model.bps
        allowed = model.runs(self.now) and balance > 0 and who not in model.redeemed and enough
        self.does(allowed, lambda: self.vouchers.redeemRest(number, {"from": who}))
        if allowed:
            model.redeemed.add(who)
            model.balances[who], model.held = 0, model.held - balance
            self.cash[who] += balance

    def sweep(self, number, model):
        allowed = self.now >= model.expiry and model.held > 0
        self.does(allowed, lambda: self.vouchers.sweep(number, {"from": self.people[0]}))
        if allowed:
            self.returned += model.held
            model.held, model.free, model.unclaimed = 0, 0, 0
            model.swept += 1

    def _granted(self, model, who, amount):
        model.balances[who] = model.balances.get(who, 0) + amount
        model.faces[who] = model.faces.get(who, 0) + amount

    def check(self):
        """The chain is as the model; money held is what vouchers, lists and funders may still take."""
        for number, model in self.programmes.items():
            held, committed, _cap, closed = self.vouchers.fundOf(number)
            assert (held, held - committed, closed) == (model.held, model.free, model.closed)
            if not model.swept:
                assert committed == sum(model.balances.values()) + model.unclaimed
            for who in map(str, self.people):
                word = (model.balances, model.faces, model.nonces)
                expected = (*(each.get(who, 0) for each in word), who in model.redeemed)
                assert self.vouchers.voucherOf(number, who) == expected
        held = sum(model.held for model in self.programmes.values())
        assert self.currency.balanceOf(self.vouchers) == held
        assert {who: self.currency.balanceOf(who) for who in self.cash} == self.cash
        assert self.paid_in == held + self.returned + sum(self.cash.values())


@pytest.mark.parametrize("seed", range(3))
def test_random_months_agree_with_the_model(office, currency, city, institution, seed):
    month = Month(seed, office, currency, city, institution)

    for _ in range(STEPS):
        month.step()

    assert any(month.cash.values())
