"""The demo's used-car sales: one goes through, one is refunded over an accident, one goes to the arbiter."""

from dataclasses import dataclass
from typing import Any

from eth_account.signers.local import LocalAccount
from web3 import Web3

from dongne.chain import Call
from dongne.currency import Issue, Kind, LocalCurrency
from dongne.language import _
from dongne.suite import Role
from dongne.vehicle import (
    Entry,
    Gauge,
    OpenLien,
    RecordItem,
    RegistrationItem,
    ReleaseLien,
    SaleTerms,
    Stage,
    VehicleId,
    VehicleLiens,
    VehicleRegistry,
    VehicleSale,
)
from dongne.vehicle import Kind as RecordKind
from scripts.demo.output import Output
from scripts.localchain.suite import LocalSuite, person

PRICE, DEPOSIT, FEE = 21_500_000, 2_150_000, 30_000
TO_SELLER = 650_000
"""What the arbiter gives the seller of the deposit."""

DAY = 86_400
KM = 48_200


def run(suite: LocalSuite, output: Output) -> dict[str, Any]:
    """Play three sales; gives what goes into the report."""
    market = _Market(suite)
    market.settle_in()
    completed, refunded, disputed = (market.offer(name) for name in ("completed", "refunded", "disputed"))
    market.complete(completed)
    market.refund(refunded)
    market.dispute(disputed)
    figures = market.figures(completed, refunded, disputed)
    _show(output, figures)
    return figures


@dataclass(frozen=True, slots=True)
class _Deal:
    """One sale and its parties."""

    terms: SaleTerms
    seller: LocalAccount
    buyer: LocalAccount


class _Market:
    def __init__(self, suite: LocalSuite) -> None:
        self.suite, self.officers = suite, suite.officers
        self.registry, self.currency = suite.client(VehicleRegistry), suite.client(LocalCurrency)
        self.sales, self.liens = suite.client(VehicleSale), suite.client(VehicleLiens)
        self.inspector, self.insurer, self.city, self.bank = map(person, ("inspector", "insurer", "city hall", "bank"))
        self.paid_out = 0

    def settle_in(self) -> None:
        """Accredit an inspector and an insurer, allow the city's currency for sales, set the fee."""
        accreditor, now = self.officers[Role.ACCREDITOR], self.suite.chain.timestamp()
        for recorder, kind in (
            (self.inspector, RecordKind.PERFORMANCE_INSPECTION),
            (self.insurer, RecordKind.ACCIDENT),
        ):
            self.registry.accredit(recorder.address, frozenset({kind}), now, now + 365 * DAY).transact(accreditor)
        supervisor, members = self.officers[Role.SALE_SUPERVISOR], self.officers[Role.MEMBERSHIP_OFFICER]
        self.currency.register(Kind.INSTITUTION, [self.city.address]).transact(members)
        self.sales.allow_token(self.currency.address, allowed=True).transact(supervisor)
        self.sales.set_fee(FEE, self.city.address).transact(supervisor)

    def offer(self, name: str) -> _Deal:
        """A registered car, a lien on it that is paid off, and a sale that is opened and paid."""
        seller, buyer = person(f"seller, {name}"), person(f"buyer, {name}")
        members, now = self.officers[Role.MEMBERSHIP_OFFICER], self.suite.chain.timestamp()
        self.currency.register(Kind.RESIDENT, [seller.address, buyer.address]).transact(members)
        self.suite.issue([Issue(buyer.address, PRICE + FEE)], _code(f"savings, {name}"))
        vehicle = VehicleId(_code(f"car, {name}"))
        entry = Entry(RecordKind.REGISTRATION, now, KM, Gauge.READ)
        item = RegistrationItem(vehicle, seller.address, entry)
        self.registry.register(item).transact(self.officers[Role.VEHICLE_REGISTRAR])
        self._charge_and_pay_off(vehicle, seller)
        deal = _Deal(self._terms(vehicle, seller, buyer), seller, buyer)
        domain = self.sales.domain()
        signatures = deal.terms.sign(seller, domain), deal.terms.sign(buyer, domain)
        self._send(self.sales.open(deal.terms, *signatures))
        self.currency.approve(self.sales.address, PRICE + FEE).transact(buyer)
        self._send(self.sales.fund(deal.terms))
        return deal

    def complete(self, deal: _Deal) -> None:
        """Inspected, confirmed, released: title and price at once."""
        self._inspect(deal)
        self.sales.confirm(deal.terms).transact(self.officers[Role.SALE_OFFICER])
        self.sales.release(deal.terms).transact(deal.buyer)
        self._withdraw(deal.seller, self.city)

    def refund(self, deal: _Deal) -> None:
        """An accident is recorded after the agreement: the buyer leaves, and a week later has everything back."""
        accident = Entry(RecordKind.ACCIDENT, self.suite.chain.timestamp())
        self.registry.record(RecordItem(deal.terms.vehicle, accident, _code("accident"))).transact(self.insurer)
        self._review(deal)
        self.sales.exit(deal.terms, 0).transact(deal.buyer)
        self.suite.pass_time(7 * DAY)
        self._send(self.sales.time_out(deal.terms))
        self._withdraw(deal.buyer)

    def dispute(self, deal: _Deal) -> None:
        """Both quarrel; the arbiter divides the deposit, and the rest goes back to the buyer."""
        self.sales.dispute(deal.terms).transact(deal.seller)
        self.sales.decide(deal.terms, TO_SELLER).transact(self.officers[Role.ARBITER])
        self._withdraw(deal.seller, deal.buyer)

    def figures(self, *deals: _Deal) -> dict[str, Any]:
        """What became of the sales, as the chain has it."""
        stages = [self.sales.progress(self.sales.sale_of(deal.terms)).stage for deal in deals]
        titles = [self.registry.owner_of(deal.terms.vehicle) for deal in deals]
        expected = [deals[0].buyer.address, *(deal.seller.address for deal in deals[1:])]
        return {
            "completed": stages.count(Stage.RELEASED),
            "refunded": stages.count(Stage.TIMED_OUT),
            "disputed": stages.count(Stage.DECIDED),
            "paid_out": self.paid_out,
            "titles_follow_prices": titles == expected,
            "adds_up": self.paid_out == len(deals) * (PRICE + FEE),
        }

    def _terms(self, vehicle: VehicleId, seller: LocalAccount, buyer: LocalAccount) -> SaleTerms:
        state, now = self.registry.state(vehicle), self.suite.chain.timestamp()
        return SaleTerms(
            vehicle=vehicle,
            records=state.records,
            head=state.head,
            seller=seller.address,
            buyer=buyer.address,
            token=self.currency.address,
            price=PRICE,
            deposit=DEPOSIT,
            fee=FEE,
            fund_by=now + 3 * DAY,
            inspect_by=now + 10 * DAY,
            settle_by=now + 20 * DAY,
            document=_code("contract of sale"),
        )

    def _charge_and_pay_off(self, vehicle: VehicleId, owner: LocalAccount) -> None:
        domain, loan = self.liens.domain(), _code("loan")
        rank = self.liens.next_rank(vehicle)
        lien = OpenLien(vehicle, owner.address, self.bank.address, 5_000_000, rank, loan)
        call = self.liens.open_lien(lien, lien.sign(owner, domain), lien.sign(self.bank, domain))
        number = self.liens.opened_in(call.transact(self.officers[Role.LIEN_OFFICER]))
        release = ReleaseLien(number, vehicle, self.bank.address, loan)
        self._send(self.liens.release_lien(number, loan, release.sign(self.bank, domain)))

    def _inspect(self, deal: _Deal) -> None:
        entry = Entry(RecordKind.PERFORMANCE_INSPECTION, self.suite.chain.timestamp(), KM + 90, Gauge.READ)
        self.registry.record(RecordItem(deal.terms.vehicle, entry, _code("inspection"))).transact(self.inspector)
        self._review(deal)

    def _review(self, deal: _Deal) -> None:
        seen = self.sales.progress(self.sales.sale_of(deal.terms)).reviewed
        evidence = self.registry.verified_history(deal.terms.vehicle).evidence[seen:]
        self._send(self.sales.review(deal.terms, evidence))

    def _withdraw(self, *accounts: LocalAccount) -> None:
        token = self.currency.address
        for account in accounts:
            self.paid_out += self.sales.owed(token, account.address)
            self._send(self.sales.withdraw(token, account.address))

    def _send(self, call: Call) -> None:
        call.transact(self.suite.relayer)


def _show(output: Output, figures: dict[str, Any]) -> None:
    names = {
        "completed": _("sales completed: title and price at once"),
        "refunded": _("sales refunded over adverse evidence"),
        "disputed": _("sales decided by the arbiter"),
        "paid_out": _("paid out"),
    }
    output.facts("", [(output.text(label), f"{figures[name]:,}") for name, label in names.items()])
    output.check(figures["titles_follow_prices"], _("a title moved where its price did, and nowhere else"))
    output.check(figures["adds_up"], _("what was paid out is what was paid in"))


def _code(text: str) -> bytes:
    return bytes(Web3.keccak(text=text))
