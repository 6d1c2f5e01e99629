"""Gas of titles, liens and used-car sales."""

from collections.abc import Iterator
from typing import Any

from web3 import Web3

from dongne.chain import Call
from dongne.currency import Issue, Kind, LocalCurrency
from dongne.suite import Role
from dongne.vehicle import (
    Entry,
    Gauge,
    OpenLien,
    RecordItem,
    RegistrationItem,
    ReleaseLien,
    SaleTerms,
    VehicleId,
    VehicleLiens,
    VehicleRegistry,
    VehicleSale,
)
from dongne.vehicle import Kind as RecordKind
from scripts.gas.clock import even_clock
from scripts.gas.measurement import Measurement
from scripts.localchain.suite import LocalSuite, person

_DAY = 86_400
_SEEDS = 9
_BATCH = 100
_PRICE, _DEPOSIT, _FEE = 21_500_000, 2_150_000, 30_000


def measure(suite: LocalSuite) -> Iterator[Measurement]:
    """A seller and a buyer who have dealt before; the first sale is not counted."""
    with even_clock(suite):
        yield from _measured(_Market(suite))


def _measured(market: "_Market") -> Iterator[Measurement]:
    steps = [market.sell(number) for number in range(_SEEDS + 1)][1:]
    floors_and_budgets = {
        "register_title": (109_400, 138_000),
        "lien_open": (117_300, 165_000),
        "lien_payoff": (36_000, 68_000),
        "sale_open": (110_500, 144_000),
        "sale_fund": (60_000, 78_000),
        "sale_review": (40_000, 58_000),
        "sale_confirm": (29_500, 50_000),
        "sale_release": (58_950, 115_000),
    }
    for name, (floor, budget) in floors_and_budgets.items():
        yield Measurement(name, [each[name] for each in steps], floor, budget)
    batches = [market.register_batch(number) for number in range(_SEEDS)]
    yield Measurement("register_title_batch_100_each", batches, 70_000, 80_000)


class _Market:
    def __init__(self, suite: LocalSuite) -> None:
        self.suite, self.officers = suite, suite.officers
        self.registry, self.liens = suite.client(VehicleRegistry), suite.client(VehicleLiens)
        self.sales, self.currency = suite.client(VehicleSale), suite.client(LocalCurrency)
        self.seller, self.buyer, self.bank, self.city = map(
            person, ("measured seller", "measured buyer", "measured bank", "measured city hall")
        )
        self.inspector = person("measured inspector")
        self._settle_in()

    def sell(self, number: int) -> dict[str, float]:
        """One car from its registration to its new owner; gives the gas of each step."""
        vehicle = VehicleId(Web3.keccak(text=f"measured car {number}"))
        gas = {"register_title": self._register(vehicle)}
        gas |= self._charge(vehicle)
        terms, domain = self._terms(vehicle), self.sales.domain()
        gas["sale_open"] = self._gas(
            self.sales.open(terms, terms.sign(self.seller, domain), terms.sign(self.buyer, domain))
        )
        gas["sale_fund"] = self._gas(self.sales.fund(terms))
        entry = Entry(RecordKind.PERFORMANCE_INSPECTION, self.suite.chain.timestamp(), 48_290, Gauge.READ)
        self.registry.record(RecordItem(vehicle, entry, _code("inspection"))).transact(self.inspector)
        evidence = self.registry.history(vehicle).evidence[terms.records :]
        gas["sale_review"] = self._gas(self.sales.review(terms, evidence))
        gas["sale_confirm"] = self._gas(self.sales.confirm(terms), self.officers[Role.SALE_OFFICER])
        gas["sale_release"] = self._gas(self.sales.release(terms), self.buyer)
        return gas

    def register_batch(self, number: int) -> float:
        """A hundred cars of one owner in one transaction."""
        entry = Entry(RecordKind.REGISTRATION, self.suite.chain.timestamp(), 12, Gauge.READ)
        cars = [VehicleId(Web3.keccak(text=f"measured car {number} of batch {place}")) for place in range(_BATCH)]
        items = [RegistrationItem(car, self.seller.address, entry, _code("registration")) for car in cars]
        return self._gas(self.registry.register_batch(items), self.officers[Role.VEHICLE_REGISTRAR]) / _BATCH

    def _settle_in(self) -> None:
        members, now = self.officers[Role.MEMBERSHIP_OFFICER], self.suite.chain.timestamp()
        self.currency.register(Kind.RESIDENT, [self.seller.address, self.buyer.address]).transact(members)
        self.currency.register(Kind.INSTITUTION, [self.city.address]).transact(members)
        money = (_SEEDS + 2) * (_PRICE + _FEE)
        self.suite.issue([Issue(self.buyer.address, money)], _code("savings"))
        self.currency.approve(self.sales.address, money).transact(self.buyer)
        kinds = frozenset({RecordKind.PERFORMANCE_INSPECTION})
        accredit = self.registry.accredit(self.inspector.address, kinds, now, now + 365 * _DAY)
        accredit.transact(self.officers[Role.ACCREDITOR])
        supervisor = self.officers[Role.SALE_SUPERVISOR]
        self.sales.allow_token(self.currency.address, allowed=True).transact(supervisor)
        self.sales.set_fee(_FEE, self.city.address).transact(supervisor)

    def _register(self, vehicle: VehicleId) -> float:
        entry = Entry(RecordKind.REGISTRATION, self.suite.chain.timestamp(), 48_200, Gauge.READ)
        item = RegistrationItem(vehicle, self.seller.address, entry, _code("registration"))
        return self._gas(self.registry.register(item), self.officers[Role.VEHICLE_REGISTRAR])

    def _charge(self, vehicle: VehicleId) -> dict[str, float]:
        domain, loan = self.liens.domain(), _code("loan")
        rank = self.liens.next_rank(vehicle)
        lien = OpenLien(vehicle, self.seller.address, self.bank.address, 5_000_000, rank, loan)
        call = self.liens.open_lien(lien, lien.sign(self.seller, domain), lien.sign(self.bank, domain))
        receipt = call.transact(self.officers[Role.LIEN_OFFICER])
        number = self.liens.opened_in(receipt)
        signature = ReleaseLien(number, vehicle, self.bank.address, loan).sign(self.bank, domain)
        payoff = self._gas(self.liens.release_lien(number, loan, signature))
        return {"lien_open": float(receipt["gasUsed"]), "lien_payoff": payoff}

    def _terms(self, vehicle: VehicleId) -> SaleTerms:
        state, now = self.registry.state(vehicle), self.suite.chain.timestamp()
        return SaleTerms(
            vehicle=vehicle,
            records=state.records,
            head=state.head,
            seller=self.seller.address,
            buyer=self.buyer.address,
            token=self.currency.address,
            price=_PRICE,
            deposit=_DEPOSIT,
            fee=_FEE,
            fund_by=now + 3 * _DAY,
            inspect_by=now + 10 * _DAY,
            settle_by=now + 20 * _DAY,
            document=_code("contract of sale"),
        )

    def _gas(self, call: Call, sender: Any = None) -> float:
        return float(call.transact(sender or self.suite.relayer)["gasUsed"])


def _code(text: str) -> bytes:
    return bytes(Web3.keccak(text=text))
