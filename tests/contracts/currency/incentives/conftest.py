"""A city's cash-back: an institution pays in, residents buy for a month, a list follows and is paid in parts."""

import pytest
from brownie import chain
from eth_utils.crypto import keccak

from dongne.currency import Kind, pack_issues
from dongne.currency.incentives import CashbackList, Place, Rate
from dongne.months import begin_of, month_of
from dongne.suite import Role
from tests.contracts.currency.conftest import TRADE, travel
from tests.contracts.wiring import wire

DAY = 86_400
RATE, CAP, FUNDED = 1_000, 3_000, 50_000
"""A tenth, at most 3,000 a month each; what the funder has paid in at the start of a test."""
PUB = 5_813
"""A trade at which nothing is rewarded."""


class Office:
    """What people do with incentives."""

    def __init__(self, incentives, officers, institution, relayer):
        self.incentives, self.officers = incentives, officers
        self.institution, self.relayer = institution, relayer

    def terms(self, **changes):
        """A programme's terms: a year from the present month on, for one trade."""
        month = month_of(chain[-1].timestamp)
        terms = {
            "funder": self.institution,
            "firstMonth": month,
            "lastMonth": month + 11,
            "rateBps": RATE,
            "cap": CAP,
            "categories": [TRADE],
            "document": keccak(b"decision"),
        }
        return tuple((terms | changes).values())

    def open(self, **changes):
        return self.incentives.open(self.terms(**changes), {"from": self.officers.supervisor}).return_value

    def fund(self, programme, amount):
        return self.incentives.fund(programme, amount, {"from": self.institution})

    def listed(self, *bought, month, programme=1):
        """A list of (account, purchases), with the programme's rate and cap."""
        terms = self.incentives.programmeOf(programme)
        places = [Place(str(getattr(who, "address", who)), purchases) for who, purchases in bought]
        return CashbackList.of(month, Rate(terms[3], terms[4]), places)

    def publish(self, listed, programme=1, month=None, root=None, total=None):
        values = (listed.tree.root if root is None else root, listed.total if total is None else total)
        month = listed.month if month is None else month
        return self.incentives.publish(programme, month, *values, {"from": self.officers.incentive})

    def pay(self, listed, part=0, programme=1, items=None, proof=None, number=None):
        items = pack_issues(place.as_item() for place in listed.parts[part]) if items is None else items
        proof = listed.proof(part) if proof is None else proof
        return self.incentives.pay(programme, part if number is None else number, items, proof, {"from": self.relayer})

    def reject(self, programme=1):
        return self.incentives.rejectList(programme, {"from": self.officers.guardian})

    def publish_and_wait(self, listed, programme=1):
        """Publish when the month's refunds are over, and let the three days pass."""
        travel(due(listed.month))
        travel(self.publish(listed, programme).timestamp + 3 * DAY)


def due(month):
    """The first second in which a month's list can be published."""
    return begin_of(month + 1) + 7 * DAY


@pytest.fixture(scope="module")
def open_currency(open_recoverable_currency):
    return open_recoverable_currency


@pytest.fixture(scope="module")
def month(currency):
    """The month in which tests begin, on its second day."""
    coming = month_of(chain[-1].timestamp) + 1
    chain.mine(timestamp=begin_of(coming) + DAY)
    return coming


@pytest.fixture(scope="module")
def pub(currency, city, other_merchant):
    """A merchant at which nothing is rewarded."""
    city.reclassify(other_merchant, Kind.MERCHANT, PUB)
    return other_merchant


@pytest.fixture(scope="module")
def incentives(currency, access, officers, accounts, city, institution, Incentives):
    """The contract, registered with the currency; the institution has approved it."""
    officers.incentive = accounts[9]
    recovery = currency.appointed()[2]
    contract = Incentives.deploy(currency, recovery, access, {"from": officers.admin})
    wire(access, contract, {Role.INCENTIVE_OFFICER: officers.incentive}, officers.admin)
    city.register(Kind.SYSTEM_CONTRACT, contract)
    city.issue(institution, 10 * FUNDED)
    currency.approve(contract, 2**256 - 1, {"from": institution})
    return contract


@pytest.fixture(scope="module")
def office(incentives, officers, institution, relayer):
    return Office(incentives, officers, institution, relayer)


@pytest.fixture(scope="module")
def programme(office, month):
    """Programme 1, which runs from the present month on, with `FUNDED` paid in."""
    number = office.open()
    office.fund(number, FUNDED)
    return number
