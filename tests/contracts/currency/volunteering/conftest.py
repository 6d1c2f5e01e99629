"""A city's volunteers: an institution keeps an activity, two attesters sign shifts, a foundation pays for them."""

import pytest
from brownie import chain
from eth_utils.crypto import keccak

from dongne.currency import Kind
from dongne.currency.volunteering import Shift, ShiftList, pack_shifts
from dongne.months import begin_of, month_of
from dongne.signing import Domain
from dongne.suite import Role
from tests.contracts.currency.conftest import key, travel, wallet
from tests.contracts.wiring import wire

HOUR, DAY = 3_600, 86_400
RATE, CAP, FUNDED, CLAIM_DAYS = 700, 10_000, 100_000, 30
"""For an hour; for a person and month; paid in at the start of a test; days to hand a shift in."""
SHEET = keccak(b"sign-in sheet")


class Office:
    """What people do with rewards."""

    def __init__(self, rewards, officers, foundation, relayer, coordinator, inspector):
        self.rewards, self.officers, self.foundation, self.relayer = rewards, officers, foundation, relayer
        self.coordinator, self.inspector = coordinator, inspector
        _fields, name, version, chain_id, contract, _salt, _extensions = rewards.eip712Domain()
        self.domain = Domain(name, version, chain_id, contract)

    def terms(self, **changes):
        """A programme's terms: half a year from the present month on, a cap a month."""
        month = month_of(chain[-1].timestamp)
        terms = {
            "funder": self.foundation,
            "start": begin_of(month),
            "end": begin_of(month + 6),
            "claimDays": CLAIM_DAYS,
            "mostRate": 1_000,
            "cap": CAP,
            "capMonths": 1,
            "document": keccak(b"decision"),
        }
        return tuple((terms | changes).values())

    def open(self, **changes):
        return self.rewards.open(self.terms(**changes), {"from": self.officers.supervisor}).return_value

    def fund(self, programme, amount):
        return self.rewards.fund(programme, amount, {"from": self.foundation})

    def certify(self, institution, programme=1, rate=RATE):
        sender = {"from": self.officers.rewards}
        return self.rewards.openActivity(programme, institution, rate, keccak(b"activity"), sender).return_value

    def attest(self, signer, *shifts, activity=1, document=SHEET, domain=None):
        """What somebody signs of some shifts: (attester, signature)."""
        message = ShiftList.of(activity, document, shifts)
        return signer.address, message.sign(signer, domain or self.domain)

    def settle(self, *shifts, activity=1, document=SHEET, one=None, other=None, packed=None):
        one = one or self.attest(self.coordinator, *shifts, activity=activity, document=document)
        other = other or self.attest(self.inspector, *shifts, activity=activity, document=document)
        packed = pack_shifts(shifts) if packed is None else packed
        return self.rewards.settle(activity, document, packed, one, other, {"from": self.relayer})


def shift(who, begins, hours=2):
    return Shift(str(getattr(who, "address", who)), begins, int(hours * 2))


@pytest.fixture(scope="module")
def open_currency(open_recoverable_currency):
    return open_recoverable_currency


@pytest.fixture(scope="module")
def morning(currency):
    """Nine o'clock on the second day of a month; tests begin at nine in the evening."""
    month = month_of(chain[-1].timestamp) + 1
    chain.mine(timestamp=begin_of(month) + DAY + 21 * HOUR)
    return begin_of(month) + DAY + 9 * HOUR


@pytest.fixture(scope="module")
def coordinator():
    """Attests for the institution."""
    return key("coordinator of a school")


@pytest.fixture(scope="module")
def inspector():
    """Attests for the city."""
    return key("inspector of the volunteer centre")


@pytest.fixture(scope="module")
def foundation():
    """Pays for the programme."""
    return wallet(key("foundation"))


@pytest.fixture(scope="module")
def rewards(currency, access, officers, accounts, city, institution, foundation, VolunteerRewards):
    """The contract, registered with the currency; the foundation has approved it."""
    officers.rewards = accounts[9]
    contract = VolunteerRewards.deploy(currency, currency.appointed()[2], access, {"from": officers.admin})
    wire(access, contract, {Role.REWARDS_OFFICER: officers.rewards}, officers.admin)
    city.register(Kind.SYSTEM_CONTRACT, contract)
    city.register(Kind.INSTITUTION, foundation)
    city.issue(foundation, 10 * FUNDED)
    currency.approve(contract, 2**256 - 1, {"from": foundation})
    return contract


@pytest.fixture(scope="module")
def office(rewards, officers, foundation, relayer, coordinator, inspector):
    return Office(rewards, officers, foundation, relayer, coordinator, inspector)


@pytest.fixture(scope="module")
def activity(office, rewards, morning, institution, coordinator, inspector, officers):
    """Activity 1 of programme 1, with `FUNDED` paid in and an attester of each side."""
    office.fund(office.open(), FUNDED)
    number = office.certify(institution)
    rewards.setAttester(coordinator.address, True, {"from": institution})
    rewards.appointCityAttester(inspector.address, {"from": officers.rewards})
    return number


@pytest.fixture
def at():
    """Moves the clock, then settles in the very second."""

    def moved(moment, act):
        travel(moment)
        return act()

    return moved
