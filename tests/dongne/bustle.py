"""A city where a lot happens at random, on an Anvil chain that mines when it is told to.

Officers and inhabitants are impersonated: nothing is signed but what a contract wants signed. What a contract refuses
leaves no log, as on a real chain.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import sleep
from typing import Any

from eth_utils.crypto import keccak
from hexbytes import HexBytes
from web3.types import RPCEndpoint

from dongne.chain import Call
from dongne.currency import (
    CashOutDesk,
    Holds,
    Issue,
    Kind,
    LocalCurrency,
    Payment,
    ReceiveAuthorization,
    SignedPayment,
    Treasury,
)
from dongne.currency.vouchers import Grant, Terms, Vouchers
from dongne.suite import Role
from dongne.vehicle import (
    Entry,
    Gauge,
    RecordItem,
    RegistrationItem,
    SaleTerms,
    VehicleId,
    VehicleLiens,
    VehicleRegistry,
    VehicleSale,
)
from dongne.vehicle import Kind as RecordKind
from dongne.vehicle.records import LATEST
from scripts.localchain.suite import LocalSuite, local_suite, person
from tests.dongne.bustling_election import BustlingElection

PEOPLE, SHOPS = 12, 4
FAR, DAY = 4_000_000_000, 86_400
GAS = 3_000_000
MOST = 500
"""Base units of one payment."""

Sent = tuple[str, Call]
"""Who sends, and what."""


class Bustle:
    """Random transactions of a city.

    Args:
        suite: a deployed suite.
        seed: of the randomness.

    Attributes:
        ordered: signed payments by their reference, whatever became of them.
        sold: terms of sales, whatever became of them.
        election: what happens of elections.
    """

    def __init__(self, suite: LocalSuite, seed: int) -> None:
        self.suite, self.random = suite, random.Random(seed)
        self.people = [person(f"resident {number}") for number in range(PEOPLE)]
        self.shops = [person(f"shop {number}") for number in range(SHOPS)]
        self.funder = person("funder")
        self.currency, self.desk = suite.client(LocalCurrency), suite.client(CashOutDesk)
        self.holds, self.treasury, self.vouchers = suite.client(Holds), suite.client(Treasury), suite.client(Vouchers)
        self.domain = self.currency.domain()
        self.ordered: dict[bytes, Payment] = {}
        self.sold: list[SaleTerms] = []
        self.registry, self.liens, self.sales = (
            suite.client(each) for each in (VehicleRegistry, VehicleLiens, VehicleSale)
        )
        self.garage = person("garage")
        self.vehicles = [VehicleId(keccak(text=f"vehicle {number}")) for number in range(8)]
        self._lists = 0
        self.election = BustlingElection(suite, self.random, self._send)
        self._settle_in()

    def happen(self, transactions: int, actions: Sequence[Callable[[], Sent]] = ()) -> None:
        """Send random transactions, of all kinds or of some, to the node, which mines none of them yet."""
        sent = [
            self.random.choice(actions or (*self.everyday(), *self.election.actions()))() for _ in range(transactions)
        ]
        requests = [
            ("eth_sendTransaction", [{"from": who, "to": call.to, "data": "0x" + call.calldata.hex(), "gas": hex(GAS)}])
            for who, call in sent
        ]
        self.suite.chain.batch(requests)

    def mine(self, blocks: int = 1) -> None:
        """Mine blocks, the waiting transactions in the first of them."""
        for _ in range(blocks):
            self.ask("anvil_mine", "0x1")

    def reorganize(self, depth: int) -> None:
        """Replace the last blocks by as many empty ones."""
        self.ask("anvil_reorg", depth, [])

    def roll_back(self, depth: int) -> None:
        """Drop the last blocks."""
        self.ask("anvil_rollback", depth)

    def ask(self, method: str, *params: Any) -> Any:
        """One request to the node."""
        return self.suite.chain.web3.manager.request_blocking(RPCEndpoint(method), list(params))

    def _settle_in(self) -> None:
        senders = [each.address for each in (*self.people, *self.shops, self.funder, self.garage, *self.election.keys)]
        for address in (*senders, *self.election.offices):
            self.ask("anvil_setBalance", address, hex(10**24))
        members, supervisor = self._officer(Role.MEMBERSHIP_OFFICER), self._officer(Role.CURRENCY_SUPERVISOR)
        self._send(members, self.currency.register(Kind.RESIDENT, [each.address for each in self.people]))
        self._send(members, self.currency.register(Kind.MERCHANT, [each.address for each in self.shops], 5_411))
        self._send(members, self.currency.register(Kind.INSTITUTION, [self.funder.address]))
        self.suite.back(10**9)
        self._send(self._officer(Role.CURRENCY_OFFICER), self._issue())
        self._send(self._officer(Role.CURRENCY_OFFICER), self._issued([Issue(self.funder.address, 10**6)]))
        self._send(supervisor, self.desk.set_waiting_days([0, 0, 0, 0]))
        self._send(supervisor, self.vouchers.open(self._terms()))
        self._send(self.funder.address, self.currency.approve(self.vouchers.address, 10**9))
        self._send(self.funder.address, self.vouchers.fund(1, 10**5))
        for shop in self.shops:
            self._send(shop.address, self.currency.approve(self.vouchers.address, 10**9))
        kinds = frozenset({RecordKind.ODOMETER, RecordKind.PERIODIC_INSPECTION, RecordKind.ACCIDENT})
        accredited = self.registry.accredit(self.garage.address, kinds, 1, LATEST, gauge_changes=True)
        self._send(self._officer(Role.ACCREDITOR), accredited)
        self._send(self._officer(Role.SALE_SUPERVISOR), self.sales.allow_token(self.currency.address, allowed=True))
        for vehicle in self.vehicles[:5]:
            self._send(self._officer(Role.VEHICLE_REGISTRAR), self._registered(vehicle))
        self.election.settle_in()
        self.ask("evm_setAutomine", False)

    def everyday(self) -> list[Callable[[], Sent]]:
        """What happens of money and vehicles."""
        return [
            *(self._transfer, self._transfer, self._refund, self._pay, self._pay_many, self._pay_many),
            *(self._issue_more, self._register, self._reclassify, self._freeze, self._unfreeze),
            *(self._flag, self._place, self._confirm, self._lift, self._appeal),
            *(self._cash_out, self._cash_out, self._settle, self._return),
            *(self._register_vehicle, self._record, self._record, self._correct, self._transfer_title),
            *(
                self._seize,
                self._report_theft,
                self._release,
                self._sell,
                self._sell,
                self._cancel_sale,
                self._accredit,
            ),
            *(self._open_programme, self._fund, self._grant, self._spend, self._spend, self._refund_voucher),
        ]

    # Money

    def _transfer(self) -> Sent:
        return self._person().address, self.currency.transfer(self._shop().address, self._amount())

    def _refund(self) -> Sent:
        return self._shop().address, self.currency.transfer(self._person().address, self._amount() // 4)

    def _pay(self) -> Sent:
        return self.suite.relayer.address, self.currency.pay(self._payment(self._person()))

    def _pay_many(self) -> Sent:
        payers = self.random.sample(self.people, self.random.randint(1, 5))
        return self.suite.relayer.address, self.currency.pay_many([self._payment(payer) for payer in payers])

    def _payment(self, payer: Any) -> SignedPayment:
        nonce = self.currency.account(payer.address).nonce + self.random.choice((0, 0, 0, 1))
        order = self.random.randbytes(32)
        self.ordered[order] = Payment(payer.address, self._shop().address, self._amount(), nonce, FAR, order)
        return self.ordered[order].sign(payer, self.domain)

    def _issue(self) -> Call:
        return self._issued([Issue(each.address, 10_000) for each in self.people])

    def _issued(self, issues: list[Issue]) -> Call:
        self._lists += 1
        return self.treasury.issue_batch(issues, self._lists.to_bytes(32, "big"))

    def _issue_more(self) -> Sent:
        return self._officer(Role.CURRENCY_OFFICER), self._issue()

    def _register(self) -> Sent:
        newcomer = person(f"newcomer {self.random.randrange(50)}").address
        kind = self.random.choice((Kind.RESIDENT, Kind.MERCHANT))
        return self._officer(Role.MEMBERSHIP_OFFICER), self.currency.register(kind, [newcomer], 7)

    def _reclassify(self) -> Sent:
        call = self.currency.reclassify(self._shop().address, Kind.MERCHANT, self.random.randrange(9_999))
        return self._officer(Role.MEMBERSHIP_OFFICER), call

    def _freeze(self) -> Sent:
        return self._officer(Role.HOLDS_OFFICER), self.holds.freeze(self._person().address, bytes(32))

    def _unfreeze(self) -> Sent:
        return self._officer(Role.HOLDS_OFFICER), self.holds.unfreeze(self._person().address)

    # Disputed money

    def _flag(self) -> Sent:
        call = self.holds.flag(self._person().address, self._amount(), self.random.randbytes(32))
        return self._officer(Role.DETECTOR), call

    def _place(self) -> Sent:
        return self._officer(Role.HOLDS_OFFICER), self.holds.place(self._number(), self._amount())

    def _confirm(self) -> Sent:
        call = self.holds.confirm(self._number(), self._shop().address, self.random.randbytes(32))
        return self._officer(Role.HOLDS_REVIEWER), call

    def _lift(self) -> Sent:
        return self._officer(Role.HOLDS_REVIEWER), self.holds.lift(self._number())

    def _appeal(self) -> Sent:
        return self._person().address, self.holds.appeal(self._number(), self.random.randbytes(32))

    # Cash-outs

    def _cash_out(self) -> Sent:
        shop = self._shop()
        nonce = self.random.randbytes(32)
        terms = ReceiveAuthorization(shop.address, self.desk.address, self._amount(), 0, FAR, nonce)
        return self.suite.relayer.address, self.desk.request(terms.sign(shop, self.domain))

    def _settle(self) -> Sent:
        ids = sorted(self.random.sample(range(12), self.random.randint(1, 2)))
        return self._officer(Role.SETTLEMENT_OFFICER), self.desk.settle(ids, self.random.randbytes(32))

    def _return(self) -> Sent:
        call = self.desk.return_cash_out(self._number(), self.random.randbytes(32))
        return self._officer(Role.SETTLEMENT_OFFICER), call

    # Vouchers

    def _open_programme(self) -> Sent:
        return self._officer(Role.CURRENCY_SUPERVISOR), self.vouchers.open(self._terms())

    def _terms(self) -> Terms:
        return Terms(self.funder.address, 1, FAR, 6_000, 10**6, (5_411, 7))

    def _fund(self) -> Sent:
        programme = self.random.randint(1, 3)
        change = self.random.choice((self.vouchers.fund, self.vouchers.fund, self.vouchers.withdraw))
        return self.funder.address, change(programme, self._amount())

    def _grant(self) -> Sent:
        self._lists += 1
        grants = [Grant(each.address, self._amount()) for each in self.random.sample(self.people, 3)]
        call = self.vouchers.grant_batch(1, self._lists.to_bytes(32, "big"), 0, grants)
        return self._officer(Role.VOUCHER_OFFICER), call

    def _spend(self) -> Sent:
        call = self.vouchers.spend(1, self._shop().address, self._amount() // 4, self.random.randbytes(32))
        return self._person().address, call

    def _refund_voucher(self) -> Sent:
        call = self.vouchers.refund(1, self._person().address, self._amount() // 8, self.random.randbytes(32))
        return self._shop().address, call

    # Vehicles

    def _register_vehicle(self) -> Sent:
        return self._officer(Role.VEHICLE_REGISTRAR), self._registered(self._vehicle())

    def _registered(self, vehicle: VehicleId) -> Call:
        entry = Entry(RecordKind.REGISTRATION, 1_500_000_000, 10, Gauge.READ)
        return self.registry.register(RegistrationItem(vehicle, self._person().address, entry))

    def _record(self) -> Sent:
        items = [RecordItem(self.vehicles[number], self._entry()) for number in self.random.sample(range(5), 2)]
        return self.garage.address, self.registry.record_batch(items)

    def _entry(self) -> Entry:
        kind = self.random.choice((RecordKind.ODOMETER, RecordKind.ACCIDENT))
        when = 1_500_000_000 + self.random.randrange(10**8)
        return Entry(kind, when, self.random.randrange(200_000), Gauge.READ, self.random.randrange(5))

    def _correct(self) -> Sent:
        vehicle = self.random.choice(self.vehicles[:5])
        history = self.registry.history(vehicle)
        if not history.evidence:  # a reorganization has dropped its registration
            return self._register_vehicle()
        witness = history.witness(self.random.randint(1, len(history.evidence)))
        call = self.registry.correct(RecordItem(vehicle, self._entry()), witness, as_officer=True)
        return self._officer(Role.HISTORY_OFFICER), call

    def _transfer_title(self) -> Sent:
        entry = Entry(RecordKind.OWNERSHIP_CHANGE, 1_600_000_000)
        call = self.registry.transfer_title(self._vehicle(), self._person().address, entry)
        return self._officer(Role.TITLE_OFFICER), call

    def _accredit(self) -> Sent:
        someone = person(f"recorder {self.random.randrange(5)}").address
        if self.random.random() < 0.3:
            return self._officer(Role.ACCREDITOR), self.registry.revoke(someone, self.random.randint(1, 10**9))
        call = self.registry.accredit(someone, frozenset({RecordKind.ODOMETER}), 5, self._amount() + 6)
        return self._officer(Role.ACCREDITOR), call

    def _seize(self) -> Sent:
        call = self.liens.seize(self.vehicles[self._number()], RecordKind.SEIZURE, self.random.randbytes(32))
        return self._officer(Role.SEIZING_AUTHORITY), call

    def _report_theft(self) -> Sent:
        call = self.liens.report_theft(self._vehicle(), 1_500_000_000, self.random.randbytes(32))
        return self._officer(Role.POLICE), call

    def _release(self) -> Sent:
        number, document = self.random.randint(1, 8), self.random.randbytes(32)
        if self.random.random() < 0.5:
            return self._officer(Role.SEIZING_AUTHORITY), self.liens.release_seizure(number, document)
        return self._officer(Role.POLICE), self.liens.report_found(number, document)

    def _sell(self) -> Sent:
        vehicle = self._vehicle()
        state, domain = self.registry.state(vehicle), self.sales.domain()
        owner = self.registry.owner_of(vehicle) if state.records else ""
        seller = next((each for each in self.people if each.address == owner), self.people[0])
        buyer = next(each for each in self.people if each is not seller)
        parties = (seller.address, buyer.address, self.currency.address)
        money = (self._amount() + 100, self.random.randint(0, 100), 0)
        now = self.suite.chain.timestamp()
        until = (now + 5 * DAY, now + 10 * DAY, now + 20 * DAY)
        terms = SaleTerms(vehicle, state.records, state.head, *parties, *money, *until, bytes(32))
        self.sold.append(terms)
        return self.suite.relayer.address, self.sales.open(
            terms, *(terms.sign(each, domain) for each in (seller, buyer))
        )

    def _cancel_sale(self) -> Sent:
        if not self.sold:
            return self._sell()
        terms = self.random.choice(self.sold)
        return terms.seller, self.sales.cancel(terms)

    def _vehicle(self) -> VehicleId:
        return self.random.choice(self.vehicles)

    # Who and how much

    def _person(self) -> Any:
        return self.random.choice(self.people)

    def _shop(self) -> Any:
        return self.random.choice(self.shops)

    def _officer(self, role: Role) -> str:
        return self.suite.officers[role].address

    def _amount(self) -> int:
        return self.random.randint(1, MOST)

    def _number(self) -> int:
        return self.random.randrange(8)

    def _send(self, who: str, call: Call) -> None:
        sent = self.ask("eth_sendTransaction", {"from": who, "to": call.to, "data": "0x" + call.calldata.hex()})
        while self.suite.chain.receipt(HexBytes(sent)) is None:
            sleep(0.01)


@contextmanager
def bustling_city(seed: int) -> Iterator[Bustle]:
    """A city on a fresh chain, where a lot is about to happen."""
    with local_suite() as suite:
        suite.chain.web3.provider.make_request(RPCEndpoint("anvil_autoImpersonateAccount"), [True])
        yield Bustle(suite, seed)
