"""A city behind a faulty node, and for every command the least that makes it do its work there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eth_account.signers.local import LocalAccount

from dongne import book as books
from dongne.ballot import BallotBox, Booth, ElectoralRoll, PollSpec, Rule, VoterList, districts_of, publish, write_votes
from dongne.currency import Issue, Kind, LocalCurrency, Payment, payment_line
from dongne.suite import Role
from dongne.vehicle import Entry, RegistrationItem, VehicleRegistry, vehicle_id
from dongne.vehicle import Kind as RecordKind
from scripts.deployment.artifacts import ROOT
from scripts.localchain.suite import LocalSuite, funded
from tests.dongne.faulty_node import FaultyNode

RESIDENT, SHOP, FROZEN, GARAGE = funded(10), funded(11), funded(12), funded(13)
STRANGER = funded(14).address
CITY_KEY, VIN = bytes(range(32)), "4T1BG22K3XU414256"
VEHICLE = "0x" + vehicle_id(VIN, CITY_KEY).hex()
OTHER_VEHICLE = "0x" + "12" * 32
OPERATION = "0x" + "12" * 32
FAR = 4_000_000_000
LATER = "2090-01-01"
SHEET = ROOT / "docs/examples/performance_inspection.json"


@dataclass(frozen=True)
class Case:
    """How a command is run.

    Attributes:
        arguments: the least it needs to do its work; a name with a dot is a file of the city's folder.
        key: whose keystore it takes; None where it takes none.
        passes: whether it succeeds on a healthy node.
        asks_node: whether it talks to a node at all.
    """

    arguments: tuple[str, ...] = ()
    key: LocalAccount | None = None
    passes: bool = True
    asks_node: bool = True


def cases(city: dict[Role, LocalAccount], relayer: LocalAccount) -> dict[str, Case]:
    """Every command of the command line."""
    currency, members, holds = city[Role.CURRENCY_OFFICER], city[Role.MEMBERSHIP_OFFICER], city[Role.HOLDS_OFFICER]
    registrar, accreditor, elections = (
        city[Role.VEHICLE_REGISTRAR],
        city[Role.ACCREDITOR],
        city[Role.ELECTION_OFFICER],
    )
    titles, historian = city[Role.TITLE_OFFICER], city[Role.HISTORY_OFFICER]
    administrator, guardian = city[Role.ADMINISTRATOR], city[Role.GUARDIAN]
    supervisor = city[Role.CURRENCY_SUPERVISOR]
    offline = {"asks_node": False}
    return {
        "status": Case(),
        "currency show": Case(),
        "currency account": Case((RESIDENT.address,)),
        "currency audit": Case(),
        "currency register": Case(("accounts.csv",), members),
        "currency issue": Case(("issues.csv", "--purpose", "welfare", "--yes"), currency),
        "currency allowance": Case((currency.address, "--more", "500", "--yes"), supervisor),
        "currency relay": Case(("payments.jsonl",), relayer),
        "currency freeze": Case((SHOP.address, "--yes"), holds),
        "currency unfreeze": Case((FROZEN.address,), holds),
        "currency reclassify": Case((SHOP.address, "merchant", "--category", "7", "--yes"), members),
        "currency pause": Case(("60", "--yes"), guardian),
        "currency transfer": Case((SHOP.address, "5", "--yes"), RESIDENT),
        "currency redeem": Case(("5", "--reference", "A-1", "--yes"), SHOP),
        "currency table show": Case(),
        "currency table set": Case(("resident:merchant", "--yes"), supervisor),
        "vehicle show": Case((VEHICLE,)),
        "vehicle history": Case((VEHICLE,)),
        "vehicle lookup": Case((VIN, "--key-file", "city.key")),
        "vehicle verify": Case((VEHICLE,)),
        "vehicle accreditation": Case((GARAGE.address,)),
        "vehicle recorders": Case(),
        "vehicle accredit": Case((STRANGER, "--kinds", "odometer"), accreditor),
        "vehicle revoke": Case((GARAGE.address, "--from", LATER, "--yes"), accreditor),
        "vehicle record": Case((VEHICLE, "odometer", "--km", "12"), GARAGE),
        "vehicle correct": Case((VEHICLE, "1", "--as-officer", "--km", "12", "--yes"), historian),
        "vehicle import": Case(("sales.csv", "--key-file", "city.key"), GARAGE),
        "vehicle register": Case((OTHER_VEHICLE, "--owner", STRANGER, "--yes"), registrar),
        "vehicle transfer": Case((VEHICLE, STRANGER, "--yes"), titles),
        "vehicle strike": Case((VEHICLE, "1"), RESIDENT, passes=False),
        "vehicle inspection": Case(("sheet.json",), **offline),
        "ballot list": Case(),
        "ballot show": Case(("1",)),
        "ballot recount": Case(("1",)),
        "ballot check": Case(("1", "0")),
        "ballot open": Case(("poll.toml", "--yes"), elections),
        "ballot cast": Case(("1", "votes.jsonl"), relayer),
        "ballot roll list": Case(),
        "ballot roll show": Case(("1",)),
        "ballot roll audit": Case(("1",)),
        "ballot roll register": Case(("voters.csv", "--yes"), elections),
        "roles list": Case(),
        "roles grant": Case(("guardian", STRANGER, "--yes"), administrator),
        "roles revoke": Case(("guardian", guardian.address, "--yes"), administrator),
        "roles execute": Case((OPERATION,), administrator, passes=False),  # nothing is announced
        "roles cancel": Case((OPERATION,), administrator, passes=False),
        "sign payment": Case((SHOP.address, "5"), RESIDENT),
        "sign vote": Case(("1", "0"), RESIDENT),
        "key new": Case(("new.json", "--password-file", "password.txt"), **offline),
        "key address": Case((f"{RESIDENT.address}.json",), **offline),
        "key city": Case(("new.key",), **offline),
    }


@dataclass(frozen=True)
class FaultyCity:
    """A city of which every command finds what it needs.

    Attributes:
        node: the node between the commands and the chain.
        suite: the chain.
        folder: address book, keystores, input files.
        cases: every command.
    """

    node: FaultyNode
    suite: LocalSuite
    folder: Path
    cases: dict[str, Case]

    @classmethod
    def at(cls, node: FaultyNode, suite: LocalSuite, folder: Path) -> "FaultyCity":
        """A city with money, a vehicle and a poll that runs."""
        _fill_currency(suite)
        _fill_registry(suite)
        _fill_ballot(suite)
        books.save(suite.book, folder / "deployments")
        _write_files(suite, folder)
        found = cls(node, suite, folder, cases(suite.officers, suite.relayer))
        (folder / "password.txt").write_text("x")
        for key in {case.key.address: case.key for case in found.cases.values() if case.key}.values():
            keystore = json.dumps(key.encrypt("x", kdf="pbkdf2", iterations=1))
            (folder / f"{key.address}.json").write_text(keystore)
        return found

    def command_line(self, name: str, arguments: Sequence[object] | None = None) -> list[object]:
        """The words of a command with its arguments, or others; with its key, and where its node is."""
        case = self.cases[name]
        own = [self.folder / each if _is_file(each) else each for each in case.arguments]
        words = own if arguments is None else arguments
        key = ["--keystore", self.folder / f"{case.key.address}.json"] if case.key else []
        password = ["--password-file", self.folder / "password.txt"] if case.key else []
        shared = ["--rpc", self.node.url, "--deployments", self.folder / "deployments"]
        return [*name.split(), *words, *key, *password, *shared]


def _is_file(argument: str) -> bool:
    return argument.endswith((".csv", ".jsonl", ".toml", ".json", ".txt", ".key"))


def _fill_currency(suite: LocalSuite) -> None:
    currency, officer = suite.client(LocalCurrency), suite.officers[Role.CURRENCY_OFFICER]
    members, holds = suite.officers[Role.MEMBERSHIP_OFFICER], suite.officers[Role.HOLDS_OFFICER]
    currency.register(Kind.RESIDENT, [RESIDENT.address, FROZEN.address]).transact(members)
    currency.register(Kind.MERCHANT, [SHOP.address], 7).transact(members)
    currency.increase_issuance_allowance(officer.address, 10_000).transact(suite.officers[Role.CURRENCY_SUPERVISOR])
    currency.issue_batch([Issue(RESIDENT.address, 1_000)], bytes(32)).transact(officer)
    currency.transfer(SHOP.address, 100).transact(RESIDENT)
    currency.freeze(FROZEN.address).transact(holds)


def _fill_registry(suite: LocalSuite) -> None:
    registry, kinds = suite.client(VehicleRegistry), frozenset({RecordKind.ODOMETER})
    registry.accredit(GARAGE.address, kinds, 0, FAR).transact(suite.officers[Role.ACCREDITOR])
    first = Entry(RecordKind.REGISTRATION, 1_400_000_000)
    item = RegistrationItem(vehicle_id(VIN, CITY_KEY), RESIDENT.address, first)
    registry.register(item).transact(suite.officers[Role.VEHICLE_REGISTRAR])


def _fill_ballot(suite: LocalSuite) -> None:
    officer, voter = suite.officers[Role.ELECTION_OFFICER], bytes.fromhex(RESIDENT.address[2:])
    voters = VoterList((voter,), districts_of([(7, 1)]))
    roll = publish(suite.client(ElectoralRoll), voters, lambda call: call.transact(officer))
    start = suite.chain.timestamp() + 60
    spec = PollSpec(roll or 0, Rule.EXACTLY_ONE, 2, 1, start, FAR, bytes(32), "", ((0, 1),))
    suite.client(BallotBox).open(spec).transact(officer)
    suite.move_clock_to(start)


def _write_files(suite: LocalSuite, folder: Path) -> None:
    payment = Payment(RESIDENT.address, SHOP.address, 5, 0, FAR, bytes(32))
    signed = payment.sign(RESIDENT, suite.client(LocalCurrency).domain())
    vote = Booth(suite.client(BallotBox).domain(), 1).sign(0, 1, RESIDENT)
    write_votes(folder / "votes.jsonl", 1, [vote])
    poll = f'content = "poll.toml.txt"\ncontent_uri = ""\nroll = 1\nrule = "exactly-one"\noptions = 2\nstart = {LATER}'
    files = {
        "accounts.csv": f"address,kind\n{STRANGER},resident\n",
        "issues.csv": f"address,amount\n{RESIDENT.address},5\n",
        "payments.jsonl": payment_line(signed, 0) + "\n",
        "sales.csv": f"vin,odometer_km,saledate\n{VIN},12,2020-01-01\n",
        "city.key": CITY_KEY.hex() + "\n",
        "poll.toml.txt": "Which?",
        "sheet.json": SHEET.read_text(encoding="utf-8"),
        "poll.toml": f"{poll}T00:00:00+09:00\nend = {LATER}T12:00:00+09:00\n",
        "voters.csv": f"address,district\n{STRANGER},7\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text)
