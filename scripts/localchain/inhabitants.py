"""The people, the car and the poll of a loaded city, for `make chain` and `make console`."""

from dataclasses import dataclass

from eth_account.signers.local import LocalAccount
from web3 import Web3

from dongne.ballot import BallotBox, ElectoralRoll, PollSpec, VoterList, publish
from dongne.currency import Issue, LocalCurrency
from dongne.currency import Kind as AccountKind
from dongne.suite import Role
from dongne.vehicle import Entry, Gauge, Kind, RegistrationItem, VehicleId, VehicleRegistry, vehicle_id
from scripts.localchain.anvil import funded
from scripts.localchain.suite import LocalSuite

TOP_UP = 300_000
SHOP_CATEGORY = 5_411
DISTRICT = 1_135_054_500
VIN = "KMHEC41DBCA123456"
CITY_KEY = b"key of the console's city, 32 B."
"""A real city draws 32 random bytes (`dongne key city`) and keeps them secret."""

QUESTION = "Where shall the new library stand?"
LABELS = ("By the station", "In the park", "Next to the school")
DOCUMENT = b"The new library: three sites, their costs and plans. https://vote.example/library\n"
"""What explains the poll; its hash is on the chain."""

_YEAR = 365 * 86_400
_NOTICE = 60


@dataclass(frozen=True, slots=True)
class Inhabitants:
    """Who lives in the city; the accounts are funded on local chains.

    Attributes:
        resident, neighbour: residents with a top-up; voters.
        merchant: a merchant; a voter.
        inspector: accredited for odometer readings.
        stranger: not registered.
        vehicle: the resident's car, registered with 48,000 km.
        poll: number of a poll on three options that is open for a year.
    """

    resident: LocalAccount
    neighbour: LocalAccount
    merchant: LocalAccount
    inspector: LocalAccount
    stranger: LocalAccount
    vehicle: VehicleId
    poll: int

    @property
    def people(self) -> dict[str, LocalAccount]:
        """Their keys by name."""
        names = ("resident", "neighbour", "merchant", "inspector", "stranger")
        return {name: getattr(self, name) for name in names}

    def voter(self, person: LocalAccount) -> int:
        """A voter's index on the roll, which is sorted by address."""
        voters = sorted(each.address.lower() for each in (self.resident, self.neighbour, self.merchant))
        return voters.index(person.address.lower())


def settle(suite: LocalSuite) -> Inhabitants:
    """Register the first inhabitants, top them up, register a car and open a poll."""
    resident, neighbour, merchant, inspector, stranger = (funded(number) for number in range(10, 15))
    _register_people(suite, [resident, neighbour], merchant)
    vehicle = _register_a_vehicle(suite, resident, inspector)
    poll = _open_a_poll(suite, [resident, neighbour, merchant])
    return Inhabitants(resident, neighbour, merchant, inspector, stranger, vehicle, poll)


def _register_people(suite: LocalSuite, residents: list[LocalAccount], merchant: LocalAccount) -> None:
    currency, addresses = suite.client(LocalCurrency), [key.address for key in residents]
    members = suite.officers[Role.MEMBERSHIP_OFFICER]
    currency.register(AccountKind.RESIDENT, addresses).transact(members)
    currency.register(AccountKind.MERCHANT, [merchant.address], SHOP_CATEGORY).transact(members)
    suite.issue([Issue(address, TOP_UP) for address in addresses], Web3.keccak(text="top-up"))
    suite.back(10**9)


def _register_a_vehicle(suite: LocalSuite, owner: LocalAccount, inspector: LocalAccount) -> VehicleId:
    registry, now = suite.client(VehicleRegistry), suite.chain.timestamp()
    vehicle = vehicle_id(VIN, CITY_KEY)
    entry = Entry(Kind.REGISTRATION, now, 48_000, Gauge.READ)
    registrar, accreditor = suite.officers[Role.VEHICLE_REGISTRAR], suite.officers[Role.ACCREDITOR]
    registry.register(RegistrationItem(vehicle, owner.address, entry)).transact(registrar)
    registry.accredit(inspector.address, frozenset({Kind.ODOMETER}), now, now + _YEAR).transact(accreditor)
    return vehicle


def _open_a_poll(suite: LocalSuite, people: list[LocalAccount]) -> int:
    officers = suite.officers
    voters = VoterList.of({DISTRICT: [bytes.fromhex(key.address[2:]) for key in people]})
    roll = publish(suite.client(ElectoralRoll), voters, lambda call: call.transact(officers[Role.ROLL_OFFICER]))
    assert roll is not None, "it was not rehearsed"
    box, start = suite.client(BallotBox), suite.chain.timestamp() + _NOTICE
    spec = PollSpec(
        roll=roll,
        start=start,
        end=start + _YEAR,
        question=QUESTION,
        labels=LABELS,
        ranges=((0, len(people)),),
        document=bytes(Web3.keccak(DOCUMENT)),
    )
    poll = box.opened_in(box.open(spec).transact(officers[Role.ELECTION_OFFICER]))
    suite.pass_time(_NOTICE + 1)
    return poll
