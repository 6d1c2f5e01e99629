"""Random sales against a plain Python model: same refusals, same stages, and no won lost, made or stuck.

DONGNE_SALE_STEPS says how many steps: some hundred by default, 2,000 take about four minutes.
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import pytest
from brownie import CityAccess
from brownie.exceptions import VirtualMachineError
from eth_utils.crypto import keccak

from dongne.vehicle import Kind
from dongne.words import SaleStage as Stage
from tests.contracts.vehicle.conftest import FOREVER, event
from tests.contracts.vehicle.saleroom import DAY, DEPOSIT, FEE, PRICE, TODAY, Saleroom, now, travel

STEPS = int(os.environ.get("DONGNE_SALE_STEPS", "300"))
CARS = 3
PAID = (Stage.FUNDED, Stage.INSPECTED, Stage.CONFIRMED)
RUNNING = (Stage.OFFERED, *PAID, Stage.DISPUTED)


@dataclass
class Sale:
    """One sale as its rules tell it."""

    terms: object
    stage: Stage = Stage.OFFERED
    exited: bool = False
    seen: int = 0
    by_buyer: bool = False
    until: int = 0
    caught_up: bool = False
    evidence: list[int] = field(default_factory=list)
    dismissed: set[int] = field(default_factory=set)

    @property
    def adverse(self):
        return len(self.evidence) - len(self.dismissed)


@dataclass
class Model:
    """All sales, and what is owed to whom."""

    room: Saleroom
    sales: dict[bytes, Sale] = field(default_factory=dict)
    owed: Counter = field(default_factory=Counter)
    fees: Counter = field(default_factory=Counter)
    paid_in: int = 0
    paid_out: int = 0
    sold: set[bytes] = field(default_factory=set)

    def records(self, car):
        return self.room.written[car]

    def held(self):
        running = self.sales.values()
        whole = sum(PRICE for sale in running if sale.stage in (*PAID, Stage.DISPUTED) and not sale.exited)
        return whole + sum(DEPOSIT for sale in running if sale.stage is Stage.DISPUTED and sale.exited)

    def end(self, sale, stage, to_seller=0):
        if sale.stage is not Stage.OFFERED:
            self.owed["seller"] += to_seller
            self.owed["buyer"] += (DEPOSIT if sale.exited else PRICE) - to_seller
            if not sale.exited:
                self.fees["buyer"] += FEE
        sale.stage = stage


class Play:
    """Chooses steps, says what must become of each, and takes it."""

    def __init__(self, room, seed):
        self.room, self.random = room, Random(seed)
        self.model = Model(room)
        self.people = {"seller": room.account(room.seller.address), "buyer": room.account(room.buyer.address)}
        self.taken = Counter()

    def step(self):
        unsold = [car for car in self.room.written if car not in self.model.sold]
        while len(unsold) < CARS:
            unsold.append(self.room.register(keccak(b"car %d" % len(self.room.written))))
        car = self.random.choice([*unsold, *self.model.sold][: CARS + 1])
        moves = (
            *(self.open, *3 * [self.fund], *2 * [self.inspect], *4 * [self.review], *4 * [self.confirm]),
            *(*4 * [self.release], self.cancel, self.exit, self.dispute),
            *(self.decide, self.time_out, self.wait, self.accident, self.oil_change, self.withdraw, self.dismiss),
        )
        self.random.choice(moves)(car)
        self.check()

    def expect(self, name, allowed, send):
        """The contract does what the model allows, and nothing else; a second later than all before."""
        travel(now() + 1)
        try:
            transaction = send()
        except VirtualMachineError as error:
            assert not allowed, f"{name} was refused: {error.revert_msg}"
            return None
        assert allowed, f"{name} was possible"
        self.taken[name] += 1
        return transaction

    def sale(self, car):
        return self.model.sales.get(car)

    def ends(self, sale):
        terms = sale.terms
        dates = {Stage.OFFERED: terms.fund_by, Stage.FUNDED: terms.inspect_by, Stage.DISPUTED: sale.until}
        return dates.get(sale.stage, terms.settle_by)

    def stage_is(self, car, *stages):
        sale = self.sale(car)
        return sale is not None and sale.stage in stages

    def is_held(self, sale):
        """The whole price is held, and the sale can still be looked at."""
        return sale.stage in PAID or (sale.stage is Stage.DISPUTED and not sale.exited)

    def running(self, car):
        sale = self.sale(car)
        return sale is not None and sale.stage in RUNNING and not sale.exited

    def open(self, car):
        terms = self.room.terms(car, document=keccak(self.random.randbytes(8)))
        allowed = not self.running(car) and car not in self.model.sold
        old = self.sale(car)
        if old is not None and old.stage is Stage.DISPUTED:
            return  # one sale a car is enough for the model
        if self.expect("open", allowed, lambda: self.room.open(terms)):
            self.model.sales[car] = Sale(terms, seen=terms.records)

    def fund(self, car):
        if (sale := self.sale(car)) is None:
            return
        self.room.approve(sale.terms)
        unchanged = len(self.model.records(car)) == sale.terms.records
        allowed = sale.stage is Stage.OFFERED and now() + 1 < sale.terms.fund_by and unchanged
        if self.expect("fund", allowed, lambda: self.room.sales.fund(self.args(sale), {"from": self.people["buyer"]})):
            sale.stage = Stage.FUNDED
            self.model.paid_in += PRICE

    def args(self, sale):
        return sale.terms.argument()

    def inspect(self, car):
        self.room.inspect(car)

    def accident(self, car):
        if self.random.random() < 0.4:
            self.room.record(car, event(TODAY, Kind.ACCIDENT))

    def oil_change(self, car):
        self.room.record(car, event(TODAY, Kind.MAINTENANCE))

    def dismiss(self, car):
        """The garage is revoked from one of its accidents on, by mistake: what is dismissed meanwhile stays so."""
        if (sale := self.sale(car)) is None or not sale.evidence:
            return
        since = self.random.choice(sale.evidence)
        people, registry = self.room.people, self.room.registry
        registry.revoke(people.garage, since, {"from": people.accreditor})
        open_ = set(range(len(sale.evidence))) - sale.dismissed
        indices = [index for index in sorted(open_) if self.random.random() < 0.8]
        allowed = self.is_held(sale) and all(sale.evidence[index] >= since for index in indices)
        args = self.args(sale), indices, {"from": people.stranger}
        if self.expect("dismiss", allowed, lambda: self.room.sales.dismiss(*args)):
            sale.dismissed |= set(indices)
        registry.liftRevocation(people.garage, {"from": people.admin})
        registry.accredit(people.garage, self.room.kinds, 1, FOREVER, {"from": people.accreditor})

    def review(self, car):
        if (sale := self.sale(car)) is None:
            return
        evidence = self.model.records(car)[sale.seen :]
        if sent := self.expect("review", self.is_held(sale), lambda: self.room.review(sale.terms, evidence)):
            sale.caught_up |= sale.stage is Stage.CONFIRMED and sent.timestamp > sale.until
            sale.seen += len(evidence)
            for each in evidence:
                inspected = each.record.kind is Kind.PERFORMANCE_INSPECTION
                in_time = each.record.recorded_at <= sale.terms.inspect_by
                if inspected and in_time and sale.stage is Stage.FUNDED:
                    sale.stage = Stage.INSPECTED
                if each.record.kind is Kind.ACCIDENT:
                    sale.evidence.append(each.record.recorded_at)

    def confirm(self, car):
        if (sale := self.sale(car)) is None:
            return
        allowed = sale.stage is Stage.INSPECTED and now() + 1 <= sale.terms.settle_by - 2 * DAY
        if sent := self.expect("confirm", allowed, lambda: self.room.confirm(sale.terms)):
            sale.stage, sale.until, sale.caught_up = Stage.CONFIRMED, sent.timestamp + DAY, False

    def release(self, car):
        if (sale := self.sale(car)) is None:
            return
        if self.random.random() < 0.5:
            self.review(car)
        by = self.random.choice(["buyer", "seller"])
        seen = sale.caught_up or sale.seen == len(self.model.records(car))
        ready = sale.stage is Stage.CONFIRMED and seen
        agreed = by == "buyer" or (not sale.adverse and now() + 1 >= sale.until)
        allowed = ready and agreed and now() + 1 < sale.terms.settle_by
        if self.expect("release", allowed, lambda: self.room.release(sale.terms, self.people[by])):
            sale.stage = Stage.RELEASED
            self.model.owed["seller"] += PRICE
            self.model.fees["city"] += FEE
            self.model.sold.add(car)

    def cancel(self, car):
        if (sale := self.sale(car)) is None or self.random.random() < 0.6:
            return
        by = self.random.choice(["buyer", "seller"])
        allowed = sale.stage in (Stage.OFFERED, *PAID)
        to_seller = DEPOSIT if by == "buyer" and sale.stage in PAID else 0
        if self.expect("cancel", allowed, lambda: self.room.sales.cancel(self.args(sale), {"from": self.people[by]})):
            self.model.end(sale, Stage.CANCELLED, to_seller)

    def exit(self, car):
        if (sale := self.sale(car)) is None:
            return
        allowed = self.is_held(sale) and len(sale.evidence) > 0
        sent = self.expect(
            "exit", allowed, lambda: self.room.sales.exit(self.args(sale), 0, {"from": self.people["buyer"]})
        )
        if sent:
            self.model.owed["buyer"] += PRICE - DEPOSIT
            self.model.fees["buyer"] += FEE
            sale.stage, sale.exited, sale.until = Stage.DISPUTED, True, sent.timestamp + 7 * DAY

    def dispute(self, car):
        if (sale := self.sale(car)) is None or self.random.random() < 0.6:
            return
        who = self.random.choice(["buyer", "seller"])
        by = {"from": self.people[who]}
        allowed = sale.stage in PAID
        if sent := self.expect("dispute", allowed, lambda: self.room.sales.dispute(self.args(sale), by)):
            sale.stage, sale.until, sale.by_buyer = Stage.DISPUTED, sent.timestamp + 30 * DAY, who == "buyer"

    def decide(self, car):
        if (sale := self.sale(car)) is None:
            return
        share = self.random.choice([0, 1, DEPOSIT, DEPOSIT + 1])
        allowed = sale.stage is Stage.DISPUTED and now() + 1 < sale.until and share <= DEPOSIT
        decided = lambda: self.room.sales.decide(self.args(sale), share, {"from": self.room.arbiter})  # noqa: E731
        if self.expect("decide", allowed, decided):
            self.model.end(sale, Stage.DECIDED, share)

    def time_out(self, car):
        if (sale := self.sale(car)) is None:
            return
        allowed = sale.stage in RUNNING and now() + 1 >= self.ends(sale)
        stranger = {"from": self.room.people.stranger}
        if self.expect("time out", allowed, lambda: self.room.sales.timeOut(self.args(sale), stranger)):
            silent = sale.stage is Stage.DISPUTED and sale.by_buyer and not sale.exited
            self.model.end(sale, Stage.TIMED_OUT, DEPOSIT if silent else 0)

    def wait(self, _car):
        travel(now() + self.random.choices([1, DAY, 2 * DAY, 8 * DAY], [6, 3, 1, 1])[0])
        self.room.money.setMode(0, {"from": self.room.people.admin})  # any transaction mines the block

    def withdraw(self, _car):
        who = self.random.choice(["seller", "buyer"])
        allowed = self.model.owed[who] > 0
        stranger = {"from": self.room.people.stranger}
        paid = lambda: self.room.sales.withdraw(self.room.money, self.people[who], stranger)  # noqa: E731
        if self.expect("withdraw", allowed, paid):
            self.model.paid_out += self.model.owed.pop(who)

    def check(self):
        """Payouts and debts are the deposits; stages agree; a title moved if its price did."""
        room, model = self.room, self.model
        assert room.money.balanceOf(room.sales) == model.held() + sum(model.owed.values())
        assert model.paid_in == model.paid_out + model.held() + sum(model.owed.values())
        for who in ("seller", "buyer"):
            assert room.owed(self.people[who]) == model.owed[who]
        assert room.owed(self.people["buyer"], room.currency) == model.fees["buyer"]
        assert room.owed(room.treasury, room.currency) == model.fees["city"]
        for car, sale in model.sales.items():
            progress = room.progress(sale.terms)
            assert Stage(progress["stage"]) is sale.stage
            assert (progress["adverse"], progress["caughtUp"]) == (sale.adverse, sale.caught_up)
            assert (room.owner(car) == room.buyer.address) == (sale.stage is Stage.RELEASED)
            assert (int(str(room.sales.runningSale(car)), 16) != 0) == self.running(car)


@pytest.fixture(scope="module")
def room(registry, people, accounts):
    return Saleroom(registry, people, accounts, CityAccess.at(registry.authority()))


def test_sales_behave_as_their_model(room):
    room.written.clear()
    play = Play(room, seed=STEPS)

    for _ in range(STEPS):
        play.step()

    assert {"open", "fund", "review", "confirm", "release", "cancel"} <= set(play.taken)
