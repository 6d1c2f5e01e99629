"""A registry, a sale contract and two people who agree on terms; for tests of sales."""

from dataclasses import replace

from brownie import HostileToken, VehicleSale, accounts, web3
from eth_account import Account
from eth_utils.crypto import keccak

from dongne.signing import Domain, sign
from dongne.suite import Role
from dongne.vehicle import Entry, Evidence, Gauge, Kind, Record, mask
from dongne.vehicle.kinds import RESERVED_KINDS
from dongne.vehicle.messages import SaleTerms
from tests.contracts.vehicle.conftest import DOCUMENT, FOREVER, event, reading
from tests.contracts.wiring import wire

PRICE, DEPOSIT, FEE = 21_500_000, 2_150_000, 30_000
DAY = 86_400
CONTRACT = keccak(b"contract of sale")
TODAY = 1_000
"""Days after T0 at which the vehicles of these tests are registered."""


def key(purpose):
    return Account.from_key(keccak(text=f"sale test: {purpose}"))


def now():
    return web3.eth.get_block("latest")["timestamp"]


def travel(timestamp):
    """The next transaction is mined at this very second."""
    web3.provider.make_request("evm_setNextBlockTimestamp", [int(timestamp)])


def happened(transaction, name):
    """The values of a transaction's events of one name, in order."""
    return [dict(event) for event in transaction.events[name]] if name in transaction.events else []


class Saleroom:
    """Keeps the vehicle's evidence, so that reviews can be handed in."""

    def __init__(self, registry, people, accounts, access):
        self.registry, self.people = registry, people
        self.officer, self.supervisor, self.arbiter, self.treasury = accounts[10:14]
        self.money, self.currency = (HostileToken.deploy({"from": people.admin}) for _ in range(2))
        self.sales = VehicleSale.deploy(registry, self.currency, access, {"from": people.admin})
        holders = {
            Role.SALE_OFFICER: self.officer,
            Role.SALE_SUPERVISOR: self.supervisor,
            Role.ARBITER: self.arbiter,
            Role.TITLE_OFFICER: self.sales,
        }
        wire(access, self.sales, holders, people.admin)
        self.sales.allowToken(self.money, True, {"from": self.supervisor})
        self.sales.setFee(FEE, self.treasury, {"from": self.supervisor})
        self.kinds = mask(frozenset(Kind) - RESERVED_KINDS, gauge_changes=True)
        for recorder in (people.garage, people.inspector):
            registry.accredit(recorder, self.kinds, 1, FOREVER, {"from": people.accreditor})
        _fields, name, version, chain_id, contract, _salt, _extensions = self.sales.eip712Domain()
        self.domain = Domain(name, version, chain_id, contract)
        self.seller, self.buyer = key("seller"), key("buyer")
        self.written = {}

    def register(self, vehicle, owner=None):
        """A vehicle with a reading of 50,000 km."""
        owner = owner or self.seller.address
        self.note(
            vehicle,
            self.registry.register(
                vehicle, owner, event(1, Kind.REGISTRATION), DOCUMENT, {"from": self.people.registrar}
            ),
        )
        self.record(vehicle, reading(50_000, TODAY))
        return vehicle

    def note(self, vehicle, transaction):
        for each in happened(transaction, "Recorded"):
            evidence = Evidence(Record.unpack(each["record"]), bytes.fromhex(str(each["document"])[2:]))
            self.written.setdefault(vehicle, []).append(evidence)
        return transaction

    def record(self, vehicle, entry, by=None):
        return self.note(vehicle, self.registry.record(vehicle, entry, DOCUMENT, {"from": by or self.people.garage}))

    def inspect(self, vehicle, km=50_100, by=None):
        """A performance inspection."""
        entry = Entry(Kind.PERFORMANCE_INSPECTION, now(), km, Gauge.READ).word()
        return self.record(vehicle, entry, by or self.people.inspector)

    def terms(self, vehicle, **changed):
        state, start = self.registry.stateOf(vehicle), now()
        return replace(
            SaleTerms(
                vehicle=vehicle,
                records=state["records"],
                head=bytes.fromhex(str(state["head"])[2:]),
                seller=self.seller.address,
                buyer=self.buyer.address,
                token=self.money.address,
                price=PRICE,
                deposit=DEPOSIT,
                fee=FEE,
                fund_by=start + 3 * DAY,
                inspect_by=start + 10 * DAY,
                settle_by=start + 20 * DAY,
                document=CONTRACT,
            ),
            **changed,
        )

    def open(self, terms, by_seller=None, by_buyer=None):
        digest = terms.digest(self.domain)
        signatures = sign(digest, by_seller or self.seller), sign(digest, by_buyer or self.buyer)
        return self.sales.open(terms.argument(), *signatures, {"from": self.people.stranger})

    def approve(self, terms, price=None):
        """The buyer has the money and lets the sale take it."""
        for token, amount in ((self.money, terms.price if price is None else price), (self.currency, terms.fee)):
            token.mint(terms.buyer, amount, {"from": self.people.admin})
            token.approve(self.sales, amount, {"from": self.account(terms.buyer)})

    def account(self, address):
        by_address = {each.address: each for each in (self.seller, self.buyer)}
        return accounts.add(by_address[address].key) if address in by_address else accounts.at(address, force=True)

    def fund(self, terms):
        self.approve(terms)
        return self.sales.fund(terms.argument(), {"from": self.people.stranger})

    def review(self, terms, evidence=None):
        """Show what was recorded since the sale last looked."""
        seen = self.progress(terms)["reviewed"]
        evidence = self.written[terms.vehicle][seen:] if evidence is None else evidence
        shown = [(each.record.pack(), each.document) for each in evidence]
        return self.sales.review(terms.argument(), shown, {"from": self.people.stranger})

    def confirm(self, terms):
        return self.sales.confirm(terms.argument(), {"from": self.officer})

    def release(self, terms, by=None):
        sender = self.account(terms.buyer) if by is None else by
        return self.note(terms.vehicle, self.sales.release(terms.argument(), {"from": sender}))

    def at(self, stage, vehicle, **changed):
        """A sale that has come to a stage."""
        terms = self.terms(vehicle, **changed)
        steps = {
            "offered": lambda: self.open(terms),
            "funded": lambda: self.fund(terms),
            "inspected": lambda: (self.inspect(vehicle), self.review(terms)),
            "confirmed": lambda: self.confirm(terms),
            "released": lambda: self.release(terms),
        }
        for name, step in steps.items():
            step()
            if name == stage:
                break
        return terms

    def progress(self, terms):
        return self.sales.progressOf(self.sales.saleOf(terms.argument()))

    def owed(self, who, token=None):
        return self.sales.owed(token or self.money, getattr(who, "address", who))

    def owner(self, vehicle):
        return self.registry.ownerOf(int.from_bytes(vehicle, "big"))
