"""A city in brownie's console: `make console`.

Deploys to the development chain and leaves `city` and its people in the console's namespace.
"""

from dataclasses import dataclass
from typing import Any

from web3 import Web3

from dongne.ballot import BallotBox, ElectoralRoll, PollSpec, Rule, VoterList, districts_of
from dongne.book import AddressBook
from dongne.chain import Chain
from dongne.currency import Issue, LocalCurrency
from dongne.currency import Kind as AccountKind
from dongne.suite import Role
from dongne.vehicle import Entry, Gauge, Kind, RegistrationItem, VehicleRegistry, vehicle_id
from scripts.deployment.deployment import development
from scripts.localchain.anvil import funded, pass_time

ODOMETER, READ = int(Kind.ODOMETER), int(Gauge.READ)
NO_DOCUMENT = "0x" + "00" * 32
TOP_UP = 300_000
YEAR = 365 * 86_400
RESIDENT, NEIGHBOUR, MERCHANT, INSPECTOR, STRANGER = range(10, 15)

HELP = """
city.currency, city.vehicles, city.ballots, city.rolls, city.access    the contracts
resident, neighbour, merchant, inspector, stranger                     accounts; stranger is not registered
officers["CURRENCY_OFFICER"] and so on                                 holders of the roles
vehicle, poll                                                          one registered vehicle, one open poll
For example:
  city.currency.transfer(merchant, 12_500, {"from": resident})
  reading = city.vehicles.entryOf(ODOMETER, READ, chain.time(), 48_200)
  city.vehicles.record(vehicle, reading, NO_DOCUMENT, {"from": inspector})
  city.ballots.vote(poll, 0, 0b010, {"from": resident})
"""


@dataclass(frozen=True, slots=True, repr=False)
class LoadedCity:
    """The suite's contracts as brownie knows them."""

    access: Any
    currency: Any
    vehicles: Any
    rolls: Any
    ballots: Any

    def __repr__(self) -> str:
        return f"City: currency {self.currency}, vehicles {self.vehicles}, ballots {self.ballots}"


def main() -> None:
    """Deploy, settle the first inhabitants and name everything."""
    from brownie import accounts, network, project

    book = development()
    node = Chain(network.web3.provider.endpoint_uri)
    contracts = project.get_loaded_projects()[0]
    names = {
        "city": loaded(book, contracts),
        "officers": {role.name: accounts.at(funded(1 + role).address) for role in Role},
        "resident": accounts[RESIDENT],
        "neighbour": accounts[NEIGHBOUR],
        "merchant": accounts[MERCHANT],
        "inspector": accounts[INSPECTOR],
        "stranger": accounts[STRANGER],
        "vehicle": "0x" + register_a_vehicle(node, book).hex(),
        "poll": open_a_poll(node, book),
    }
    register_people(node, book)
    print(HELP)
    globals().update(names)  # what brownie's console shows is this module's namespace


def loaded(book: AddressBook, contracts: Any) -> LoadedCity:
    """Brownie's objects for the deployed contracts."""
    return LoadedCity(
        access=contracts.CityAccess.at(book.address("CityAccess")),
        currency=contracts.LocalCurrency.at(book.address("LocalCurrency")),
        vehicles=contracts.VehicleRegistry.at(book.address("VehicleRegistry")),
        rolls=contracts.ElectoralRoll.at(book.address("ElectoralRoll")),
        ballots=contracts.BallotBox.at(book.address("BallotBox")),
    )


def register_people(chain: Chain, book: AddressBook) -> None:
    """Two residents with a top-up, one merchant, one inspector."""
    currency = LocalCurrency(chain, book.address("LocalCurrency"))
    members, issuer = funded(1 + Role.MEMBERSHIP_OFFICER), funded(1 + Role.CURRENCY_OFFICER)
    residents = [funded(RESIDENT).address, funded(NEIGHBOUR).address]
    currency.register(members, AccountKind.RESIDENT, residents)
    currency.register(members, AccountKind.MERCHANT, [funded(MERCHANT).address])
    currency.set_issuance_allowance(issuer, issuer.address, 10**9)
    currency.issue_batch(issuer, [Issue(resident, TOP_UP) for resident in residents], Web3.keccak(text="top-up"))


def register_a_vehicle(chain: Chain, book: AddressBook) -> bytes:
    """A resident's car, and an inspector who may write its odometer."""
    vehicles = VehicleRegistry(chain, book.address("VehicleRegistry"))
    vehicle = vehicle_id("KMHEC41DBCA123456", b"key of the console's city, 32 B.")
    now = chain.timestamp()
    entry = Entry(Kind.REGISTRATION, now, 48_000, Gauge.READ)
    vehicles.register(funded(1 + Role.VEHICLE_REGISTRAR), RegistrationItem(vehicle, funded(RESIDENT).address, entry))
    vehicles.accredit(
        funded(1 + Role.ACCREDITOR), funded(INSPECTOR).address, frozenset({Kind.ODOMETER}), now, now + YEAR
    )
    return vehicle


def open_a_poll(chain: Chain, book: AddressBook) -> int:
    """A poll of the two residents and the merchant on three options, open for a year."""
    officer = funded(1 + Role.ELECTION_OFFICER)
    rolls = ElectoralRoll(chain, book.address("ElectoralRoll"))
    voters = tuple(bytes.fromhex(funded(number).address[2:]) for number in (RESIDENT, NEIGHBOUR, MERCHANT))
    roll = rolls.publish(officer, VoterList(voters, districts_of([(1, len(voters))])))
    start = chain.timestamp() + 60
    spec = PollSpec(
        roll=roll,
        rule=Rule.EXACTLY_ONE,
        options=3,
        picks=1,
        start=start,
        end=start + YEAR,
        content_hash=Web3.keccak(text="Where shall the new library stand?"),
        content_uri="",
        ranges=((0, len(voters)),),
    )
    poll = BallotBox(chain, book.address("BallotBox")).open(officer, spec)
    pass_time(chain, 61)
    return poll
