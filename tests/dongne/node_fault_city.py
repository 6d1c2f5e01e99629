"""A city behind a faulty node, and for every command the least that makes it do its work there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from eth_account.signers.local import LocalAccount

from dongne import book as books
from dongne.ballot import (
    AssistedVoting,
    BallotBox,
    ElectoralRoll,
    PollSpec,
    VoterList,
    districts_of,
    publish,
    write_votes,
)
from dongne.ballot.petitions import PetitionBox, PetitionRules
from dongne.ballot.secret import (
    FiledRegistration,
    Registration,
    SecretBallotBox,
    SecretPollSpec,
    SecretVote,
    SecretVoteVerifier,
    registration_line,
    secret_vote_line,
)
from dongne.currency import (
    AcceptRecovery,
    CashOutDesk,
    Holds,
    Issue,
    Kind,
    LocalCurrency,
    Payment,
    ReceiveAuthorization,
    Recovery,
    SignedAuthorization,
    TopUpTerms,
    Treasury,
    payment_line,
)
from dongne.currency.cash_out_file import cash_out_line
from dongne.currency.files import purpose_of
from dongne.currency.incentives import Incentives, compute_list
from dongne.currency.incentives import Terms as IncentiveTerms
from dongne.currency.volunteering import Attestation, Shift, ShiftPlan, VolunteerRewards
from dongne.currency.volunteering import Terms as RewardTerms
from dongne.currency.vouchers import Grant, GrantPlan, Terms, VoucherPayment, Vouchers
from dongne.currency.vouchers.spending import spending_line
from dongne.hashing import keccak
from dongne.months import begin_of, month_of
from dongne.signing import expand, sign
from dongne.suite import Role
from dongne.vehicle import (
    Entry,
    OpenLien,
    RegistrationItem,
    SaleTerms,
    VehicleId,
    VehicleLiens,
    VehicleRegistry,
    VehicleSale,
    vehicle_id,
)
from dongne.vehicle import Kind as RecordKind
from dongne.vehicle.agreements import Agreement
from scripts.deployment.artifacts import ROOT
from scripts.localchain.suite import LocalSuite, funded
from tests.dongne.faulty_node import FaultyNode

RESIDENT, SHOP, FROZEN, GARAGE = funded(10), funded(11), funded(12), funded(13)
STRANGER, FUNDER, PUB = funded(14).address, funded(15), funded(16)
CITY_KEY, VIN = bytes(range(32)), "4T1BG22K3XU414256"
VEHICLE = "0x" + vehicle_id(VIN, CITY_KEY).hex()
OTHER_VEHICLE = "0x" + "12" * 32
MONEY = "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"
"""Where the currency lives on every fresh Anvil chain: the second contract of its first account."""
OPERATION = "0x" + "12" * 32
FAR = 4_000_000_000
LATER = "2090-01-01"
EARLIER = "2089-01-01"
SHEET = ROOT / "docs/examples/performance_inspection.json"


@dataclass(frozen=True)
class Case:
    """How a command is run.

    Attributes:
        arguments: the least it needs to do its work; a name with a dot or a slash is in the city's folder.
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
    supervisor, settlements = city[Role.CURRENCY_SUPERVISOR], city[Role.SETTLEMENT_OFFICER]
    voucher_officer = city[Role.VOUCHER_OFFICER]
    attester, detector, reviewer = (
        city[Role.RESERVE_ATTESTER],
        city[Role.DETECTOR],
        city[Role.HOLDS_REVIEWER],
    )
    offline = {"asks_node": False}
    return {
        "status": Case(),
        "init": Case(("begun/",), passes=False, **offline),  # a city's file is there; tests/dongne/test_init.py
        "doctor": Case(passes=False, **offline),  # says what fails instead of failing: test_doctor.py
        "deploy": Case(("--city", "city.toml", "--chain-id", "31337"), funded(1)),
        "currency show": Case(),
        "currency account": Case((RESIDENT.address,)),
        "currency audit": Case(),
        "currency statement": Case((RESIDENT.address,)),
        "currency reserve report": Case(),
        "currency register": Case(("accounts.csv",), members),
        "currency issue": Case(("issues.csv", "--purpose", "welfare", "--yes"), currency),
        "currency allowance": Case(("--more", "500", "--yes"), supervisor),
        "currency top-up": Case(("issues.csv", "--purpose", "bank", "--yes"), currency),
        "currency reserve show": Case(),
        "currency reserve attest": Case(
            ("10000", "--as-of", "2026-01-01", "--document", "sheet.json", "--yes"), attester, passes=False
        ),  # an older statement
        "currency reserve terms": Case(
            ("--bonus-bps", "5", "--monthly-cap", "9", "--holding-cap", "9", "--yes"), supervisor
        ),
        "currency reserve budget": Case(("--more", "5"), supervisor),
        "currency hold list": Case(),
        "currency hold show": Case(("0",)),
        "currency hold flag": Case((RESIDENT.address, "5", "--document", "sheet.json"), detector),
        "currency hold place": Case(("0", "5", "--yes"), holds),
        "currency hold confirm": Case(("1", SHOP.address, "--document", "sheet.json", "--yes"), reviewer),
        "currency hold lift": Case(("1",), reviewer),
        "currency hold admit": Case((RESIDENT.address, "--yes"), reviewer),
        "currency hold appeal": Case(("1", "--document", "sheet.json"), RESIDENT),
        "currency hold release": Case(("1",), relayer, passes=False),  # too early
        "currency hold carry-out": Case(("1",), relayer, passes=False),
        "currency recovery show": Case((FROZEN.address,)),
        "currency recovery announce": Case(
            (SHOP.address, GARAGE.address, "--consent", "0x12", "--document", "sheet.json", "--yes"),
            members,
            passes=False,
        ),
        "currency recovery complete": Case((FROZEN.address,), relayer, passes=False),  # too early
        "currency recovery cancel": Case((), FROZEN),
        "currency recovery veto": Case((FROZEN.address,), guardian),
        "currency relay": Case(("payments.jsonl",), relayer),
        "currency freeze show": Case((FROZEN.address,)),
        "currency freeze place": Case((SHOP.address, "--document", "sheet.json", "--yes"), holds),
        "currency freeze confirm": Case((FROZEN.address, "--document", "sheet.json", "--yes"), reviewer),
        "currency freeze undo": Case((FROZEN.address,), holds),
        "currency freeze lift": Case((FROZEN.address,), reviewer),
        "currency freeze end": Case((FROZEN.address,), relayer, passes=False),  # too early
        "currency freeze appeal": Case((FROZEN.address, "--document", "sheet.json"), FROZEN),
        "currency contract add": Case((STRANGER, "--yes"), supervisor, passes=False),  # no contract there
        "currency contract retire": Case((STRANGER, "--yes"), supervisor, passes=False),
        "currency unclaimed show": Case((RESIDENT.address,)),
        "currency unclaimed claim": Case((RESIDENT.address, SHOP.address), RESIDENT, passes=False),  # nothing is kept
        "currency unclaimed lapse": Case((RESIDENT.address,), relayer, passes=False),
        "currency reclassify": Case((SHOP.address, "merchant", "--category", "7", "--yes"), members),
        "currency pause": Case(("60", "--yes"), guardian),
        "currency transfer": Case((SHOP.address, "5", "--yes"), RESIDENT),
        "currency cash-out relay": Case(("cash-outs.jsonl",), relayer),
        "currency cash-out list": Case(),
        "currency cash-out settle": Case(("payouts.csv", "--reference", "KB-1", "--yes"), settlements),
        "currency cash-out return": Case(("1", "--reason", "closed", "--yes"), settlements),
        "currency cash-out reclaim": Case(("0",), relayer, passes=False),  # too early
        "currency cash-out risk": Case(("high", SHOP.address), holds),
        "currency cash-out waiting": Case(("3", "1", "7", "14"), supervisor),
        "currency cash-out class": Case((SHOP.address,)),
        "currency table show": Case(),
        "currency table set": Case(("resident:merchant", "--yes"), supervisor),
        "currency incentive list": Case(),
        "currency incentive show": Case(("1",)),
        "currency incentive open": Case(("incentive.toml", "--yes"), supervisor),
        "currency incentive fund": Case(("1", "5"), FUNDER),
        "currency incentive close": Case(("1", "--yes"), guardian),
        "currency incentive compute": Case(("1", "--out", "computed.csv")),
        "currency incentive publish": Case(("1", "cashback.csv", "--yes"), city[Role.INCENTIVE_OFFICER]),
        "currency incentive reject": Case(("2", "--yes"), guardian),
        "currency incentive pay": Case(("2", "cashback.csv"), relayer),
        "currency incentive verify": Case(("2",)),
        "currency incentive sweep": Case(("1",), relayer, passes=False),  # not over
        "currency reward list": Case(),
        "currency reward show": Case(("1",)),
        "currency reward open": Case(("volunteers.toml", "--yes"), supervisor),
        "currency reward fund": Case(("1", "5"), FUNDER),
        "currency reward certify": Case(("1", FUNDER.address, "5"), city[Role.REWARDS_OFFICER]),
        "currency reward close": Case(("1", "--yes"), guardian),
        "currency reward attester": Case((STRANGER,), FUNDER),
        "currency reward city-attester": Case((STRANGER,), city[Role.REWARDS_OFFICER]),
        "currency reward check": Case(("1", "shifts.csv")),
        "currency reward settle": Case(("1", "shifts.csv", "attestations.jsonl"), relayer),
        "currency reward sweep": Case(("1",), relayer, passes=False),  # not over
        "voucher list": Case(),
        "voucher show": Case(("1",)),
        "voucher open": Case(("programme.toml", "--yes"), supervisor),
        "voucher close": Case(("1", "--yes"), guardian),
        "voucher fund": Case(("1", "5"), FUNDER),
        "voucher withdraw": Case(("1", "5"), FUNDER),
        "voucher grant": Case(("1", "issues.csv", "--purpose", "heating", "--yes"), voucher_officer),
        "voucher publish": Case(("1", "issues.csv", "--purpose", "clothes", "--yes"), voucher_officer),
        "voucher claim": Case(("1", "issues.csv", "--purpose", "books"), relayer),
        "voucher spend": Case(("1", SHOP.address, "5", "--yes"), RESIDENT),
        "voucher relay": Case(("spendings.jsonl",), relayer),
        "voucher refund": Case(("1", RESIDENT.address, "5", "--yes"), SHOP),
        "voucher rest": Case(("1",), RESIDENT, passes=False),  # too little is spent
        "voucher sweep": Case(("1",), relayer, passes=False),  # not expired
        "voucher follow": Case(("1", RESIDENT.address), relayer, passes=False),  # not recovered
        "vehicle show": Case((VEHICLE,)),
        "vehicle history": Case((VEHICLE,)),
        "vehicle lookup": Case((VIN, "--key-file", "city.key")),
        "vehicle verify": Case((VEHICLE,)),
        "vehicle certify": Case((VEHICLE, "--out", "certificate.json")),
        "vehicle accreditation": Case((GARAGE.address,)),
        "vehicle recorders": Case(),
        "vehicle accredit": Case((STRANGER, "--kinds", "odometer"), accreditor),
        "vehicle revoke": Case((GARAGE.address, "--from", LATER, "--yes"), accreditor),
        "vehicle lift-revocation": Case((GARAGE.address, "--yes"), administrator, passes=False),  # not revoked
        "vehicle record": Case((VEHICLE, "odometer", "--km", "12"), GARAGE),
        "vehicle correct": Case((VEHICLE, "1", "--as-officer", "--km", "12", "--yes"), historian),
        "vehicle import": Case(("sales.csv", "--key-file", "city.key"), GARAGE),
        "vehicle register": Case((OTHER_VEHICLE, "--owner", STRANGER, "--yes"), registrar),
        "vehicle transfer": Case((VEHICLE, STRANGER, "--yes"), titles),
        "vehicle strike": Case((VEHICLE, "1"), RESIDENT, passes=False),
        "vehicle restriction list": Case((VEHICLE,)),
        "vehicle restriction draft-lien": Case(
            (VEHICLE, "--creditor", STRANGER, "--amount", "5", "--document", "sheet.json", "--out", "drafted.json")
        ),
        "vehicle restriction lien": Case(("lien.json",), city[Role.LIEN_OFFICER]),
        "vehicle restriction seize": Case((VEHICLE, "--document", "sheet.json"), city[Role.SEIZING_AUTHORITY]),
        "vehicle restriction theft": Case((VEHICLE, "--document", "sheet.json"), city[Role.POLICE]),
        "vehicle restriction deregister": Case((VEHICLE, "--document", "sheet.json"), registrar),
        "vehicle restriction release": Case(("1", "--document", "sheet.json"), city[Role.POLICE]),
        "vehicle sale draft": Case(
            (
                *(VEHICLE, "--buyer", SHOP.address, "--token", MONEY, "--price", "5", "--document", "sheet.json"),
                *("--out", "drafted.json"),
            )
        ),
        "vehicle sale show": Case(("paid.json",)),
        "vehicle sale open": Case(("sale.json",), relayer),
        "vehicle sale pay": Case(("offered.json",), SHOP),
        "vehicle sale review": Case(("paid.json",), relayer),
        "vehicle sale dismiss": Case(("paid.json",), relayer),
        "vehicle sale confirm": Case(("paid.json",), city[Role.SALE_OFFICER], passes=False),  # not inspected
        "vehicle sale release": Case(("paid.json", "--yes"), SHOP, passes=False),
        "vehicle sale cancel": Case(("paid.json", "--yes"), RESIDENT),
        "vehicle sale leave": Case(("paid.json",), SHOP, passes=False),  # nothing adverse
        "vehicle sale dispute": Case(("paid.json", "--yes"), SHOP),
        "vehicle sale decide": Case(("paid.json", "1"), city[Role.ARBITER], passes=False),
        "vehicle sale time-out": Case(("paid.json",), relayer, passes=False),
        "vehicle sale withdraw": Case((MONEY,), RESIDENT, passes=False),
        "vehicle sale allow": Case((STRANGER,), city[Role.SALE_SUPERVISOR], passes=False),  # no money there
        "vehicle sale fee": Case(("0", "--to", STRANGER), city[Role.SALE_SUPERVISOR]),
        "vehicle bond show": Case(("paid.json",)),
        "vehicle bond deposit": Case((MONEY, "5"), RESIDENT),
        "vehicle bond withdraw": Case((MONEY, "5"), RESIDENT, passes=False),  # nothing is in it
        "vehicle bond cover": Case(("paid.json", "5"), RESIDENT, passes=False),
        "vehicle bond claim": Case(("paid.json", "1", "5"), SHOP, passes=False),
        "vehicle bond contest": Case(("paid.json",), RESIDENT, passes=False),
        "vehicle bond decide": Case(("paid.json", "5"), city[Role.ARBITER], passes=False),
        "vehicle bond settle": Case(("paid.json",), relayer, passes=False),
        "vehicle inspection": Case(("sheet.json",), **offline),
        "ballot list": Case(),
        "ballot show": Case(("1",)),
        "ballot recount": Case(("1",)),
        "ballot check": Case(("1", "0")),
        "ballot receipt": Case(("1", "0", "--out", "receipt.json"), passes=False),  # voter 0 has not voted
        "ballot verify": Case(("sheet.json",), passes=False, **offline),  # not a receipt
        "ballot fund": Case(("1", "--budget", "5", "--projects", "projects.csv"), passes=False),  # nobody has voted
        "ballot open": Case(("poll.toml", "--yes"), elections),
        "ballot cast": Case(("1", "votes.jsonl"), relayer),
        "ballot cancel": Case(("2", "sheet.json", "--yes"), elections),
        "ballot office list": Case(("1",)),
        "ballot office accredit": Case(
            ("2", STRANGER, "--cap", "1", "--document", "sheet.json", "--yes"), city[Role.POLLING_SUPERVISOR]
        ),
        "ballot office revoke": Case(("1", GARAGE.address, "--document", "sheet.json", "--yes"), guardian),
        "ballot office cast": Case(("1", "booth.csv", "--record", "sheet.json", "--yes"), GARAGE),
        "ballot petition list": Case(),
        "ballot petition show": Case(("1",)),
        "ballot petition rules": Case(
            (
                *("1", "--threshold", "1", "--collect", "1", "--decide", "1", "--answer", "1", "--label", "Yes"),
                "--yes",
            ),
            elections,
        ),
        "ballot petition close": Case(("1", "--yes"), elections),
        "ballot petition file": Case(("3", "A bench", "sheet.json"), RESIDENT),
        "ballot petition admit": Case(("2", "A tree", "--yes"), elections),
        "ballot petition refuse": Case(("2", "sheet.json", "--yes"), elections),
        "ballot petition answer": Case(("1", "sheet.json", "--yes"), elections, passes=False),  # nobody has signed
        "ballot petition sign": Case(("1",), RESIDENT),
        "ballot petition cast": Case(("1", "signatures.jsonl"), relayer),
        "ballot petition recount": Case(("1",)),
        "ballot secret prover": Case(**offline),
        "ballot secret new": Case(("new.secret",), **offline),
        "ballot secret list": Case(),
        "ballot secret show": Case(("1",)),
        "ballot secret group": Case(("1",)),
        "ballot secret recount": Case(("1",)),
        "ballot secret open": Case(("secret-poll.toml", "--yes"), elections),
        "ballot secret cancel": Case(("1", "sheet.json", "--yes"), elections),
        "ballot secret sign": Case(("1", "--secret", "voter.secret"), RESIDENT),
        "ballot secret register": Case(("1", "registrations.jsonl"), relayer),
        "ballot secret publish": Case(("1", "--yes"), elections, passes=False),  # too early
        "ballot secret vote": Case(("1", "0", "--secret", "voter.secret"), passes=False),
        "ballot secret cast": Case(("1", "secret-votes.jsonl"), relayer, passes=False),
        "ballot secret check": Case(("1", "--secret", "voter.secret")),
        "ballot roll list": Case(),
        "ballot roll show": Case(("1",)),
        "ballot roll audit": Case(("1",)),
        "ballot roll register": Case(("voters.csv", "--yes"), city[Role.ROLL_OFFICER]),
        "ballot roll amend": Case(("changes.csv", "--base", "1", "--yes"), city[Role.ROLL_OFFICER]),
        "ballot roll withdraw": Case(("1", "sheet.json", "--yes"), city[Role.ROLL_OFFICER], passes=False),  # too late
        "ballot roll prove-duplicate": Case(("1", "0", "1"), relayer, passes=False),  # there is none
        "export": Case(("--out", "exported.csv", "--format", "csv"), passes=False, **offline),  # nothing is indexed
        "index once": Case(("--give-up", "0")),
        "index follow": Case(("--until", "1", "--give-up", "0")),
        "index status": Case(),
        "index reset": Case(("--yes",), **offline),  # but for the chain's number
        "relay serve": Case(("--listen", "nowhere"), passes=False),  # it would serve for good: tests/relay
        "relay work": Case(("--until-idle", "--give-up", "0"), relayer),
        "relay status": Case(**offline),  # but for the chain's number
        "relay release": Case((STRANGER, "--yes"), **offline),
        "roles list": Case(),
        "roles grant": Case(("guardian", STRANGER, "--yes"), administrator),
        "roles revoke": Case(("guardian", guardian.address, "--yes"), administrator),
        "roles execute": Case((OPERATION,), administrator, passes=False),  # nothing is announced
        "roles cancel": Case((OPERATION,), administrator, passes=False),
        "sign agreement": Case(("sale.json",), SHOP),
        "sign lien-release": Case(("1", "--document", "sheet.json"), SHOP, passes=False),  # a theft, not a lien
        "sign payment": Case((SHOP.address, "5"), RESIDENT),
        "sign cash-out": Case(("5",), SHOP),
        "sign shifts": Case(("1", "shifts.csv"), GARAGE),
        "sign voucher": Case(("1", SHOP.address, "5"), RESIDENT),
        "sign recovery": Case((SHOP.address,), GARAGE),
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
        agreements = _fill_market(suite)
        _fill_ballot(suite)
        books.save(suite.book, folder / "deployments")
        _write_files(suite, folder)
        for name, agreement in agreements.items():
            agreement.write(folder / name)
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
    return argument.endswith((".csv", ".jsonl", ".toml", ".json", ".txt", ".key", ".secret", "/"))


def _fill_currency(suite: LocalSuite) -> None:
    currency = suite.client(LocalCurrency)
    members, holds = suite.officers[Role.MEMBERSHIP_OFFICER], suite.officers[Role.HOLDS_OFFICER]
    currency.register(Kind.RESIDENT, [RESIDENT.address, FROZEN.address]).transact(members)
    currency.register(Kind.MERCHANT, [SHOP.address], 7).transact(members)
    suite.back(10_000)
    suite.client(Treasury).issue_batch([Issue(RESIDENT.address, 1_000)], bytes(32)).transact(
        suite.officers[Role.CURRENCY_OFFICER]
    )
    currency.transfer(SHOP.address, 100).transact(RESIDENT)
    _reward(suite)
    desk = suite.client(CashOutDesk)
    for number in range(2):
        desk.request(_cash_out(suite, bytes([number + 1]) * 32)).transact(suite.relayer)
    suite.pass_time(4 * 86_400)
    suite.client(Holds).freeze(FROZEN.address, bytes(32)).transact(holds)
    _dispute(suite)
    _announce_recovery(suite)
    _open_programme(suite)
    _volunteer(suite)


def _reward(suite: LocalSuite) -> None:
    """A month has passed: of programme 1 the list is to be published, of programme 2 it is to be paid."""
    incentives, currency, officers = suite.client(Incentives), suite.client(LocalCurrency), suite.officers
    currency.register(Kind.INSTITUTION, [FUNDER.address]).transact(officers[Role.MEMBERSHIP_OFFICER])
    currency.register(Kind.MERCHANT, [PUB.address], 8).transact(officers[Role.MEMBERSHIP_OFFICER])
    suite.issue([Issue(FUNDER.address, 1_000)], bytes(30) + b"\x01\x01")
    currency.approve(incentives.address, 200).transact(FUNDER)
    currency.transfer(PUB.address, 100).transact(RESIDENT)
    month = month_of(suite.chain.timestamp())
    for number, trade in ((1, 7), (2, 8)):
        terms = IncentiveTerms(FUNDER.address, month, month + 20, 1_000, 50, (trade,))
        incentives.open(terms).transact(officers[Role.CURRENCY_SUPERVISOR])
        incentives.fund(number, 100).transact(FUNDER)
    suite.move_clock_to(begin_of(month + 1) + 7 * 86_400)
    listed = compute_list(incentives, currency, 2, month)
    incentives.publish(2, listed).transact(officers[Role.INCENTIVE_OFFICER])
    suite.pass_time(3 * 86_400)


def _dispute(suite: LocalSuite) -> None:
    """Case 0 is flagged, case 1 is held; top-ups have terms and a budget."""
    holds, officers = suite.client(Holds), suite.officers
    for _ in range(2):
        holds.flag(RESIDENT.address, 5, bytes(32)).transact(officers[Role.DETECTOR])
    holds.place(1, 5).transact(officers[Role.HOLDS_OFFICER])
    supervisor, treasury = officers[Role.CURRENCY_SUPERVISOR], suite.client(Treasury)
    treasury.set_top_up_terms(TopUpTerms(1_000, 10_000, 10_000)).transact(supervisor)
    treasury.increase_bonus_budget(100).transact(supervisor)


def _open_programme(suite: LocalSuite) -> None:
    """Programme 1 has money, the resident has spent some of a voucher, and a list for books is published."""
    vouchers, currency, officers = suite.client(Vouchers), suite.client(LocalCurrency), suite.officers
    suite.issue([Issue(FUNDER.address, 1_000)], bytes(31) + b"\x01")
    terms = Terms(FUNDER.address, suite.chain.timestamp(), FAR, 6_000, 500, (7,))
    vouchers.open(terms).transact(officers[Role.CURRENCY_SUPERVISOR])
    currency.approve(vouchers.address, 1_000).transact(FUNDER)
    vouchers.fund(1, 500).transact(FUNDER)
    officer, grants = officers[Role.VOUCHER_OFFICER], [Grant(RESIDENT.address, 5)]
    first = GrantPlan.of(1, purpose_of("first"), [Grant(RESIDENT.address, 100)])
    vouchers.grant_batch(1, first.list_id, 0, first.grants).transact(officer)
    vouchers.publish(GrantPlan.of(1, purpose_of("books"), grants)).transact(officer)
    vouchers.spend(1, SHOP.address, 20, bytes(32)).transact(RESIDENT)


def _volunteer(suite: LocalSuite) -> None:
    """Programme 1 has money, and for its activity 1 the garage attests shifts, and a shop for the city."""
    rewards, currency, officers = suite.client(VolunteerRewards), suite.client(LocalCurrency), suite.officers
    now = suite.chain.timestamp()
    terms = RewardTerms(FUNDER.address, now - 30 * 86_400, now + 500 * 86_400, 365, 10, 100, 1)
    rewards.open(terms).transact(officers[Role.CURRENCY_SUPERVISOR])
    currency.approve(rewards.address, 100).transact(FUNDER)
    rewards.fund(1, 100).transact(FUNDER)
    rewards.open_activity(1, FUNDER.address, 10, bytes(32)).transact(officers[Role.REWARDS_OFFICER])
    rewards.set_attester(GARAGE.address, appointed=True).transact(FUNDER)
    rewards.appoint_city_attester(SHOP.address).transact(officers[Role.REWARDS_OFFICER])


def _shift(suite: LocalSuite) -> Shift:
    start = suite.client(VolunteerRewards).programme(1).start
    return Shift(RESIDENT.address, (start // 86_400 + 1) * 86_400, 2)


def _shift_time(suite: LocalSuite) -> str:
    return datetime.fromtimestamp(_shift(suite).begins, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _attested(suite: LocalSuite) -> str:
    domain = suite.client(VolunteerRewards).domain()
    message = ShiftPlan.of(1, [_shift(suite)]).messages(bytes(32))[0]
    signed = [(key.address, message.sign(key, domain)) for key in (GARAGE, SHOP)]
    return "".join(Attestation(message.digest(domain), bytes(32), *each).line() + "\n" for each in signed)


def _announce_recovery(suite: LocalSuite) -> None:
    recovery, new = suite.client(Recovery), funded(8)
    digest = AcceptRecovery(FROZEN.address, new.address).digest(recovery.domain())
    consent = expand(sign(digest, new))
    call = recovery.announce(FROZEN.address, new.address, bytes(32), consent)
    call.transact(suite.officers[Role.MEMBERSHIP_OFFICER])


def _spending(suite: LocalSuite) -> tuple[VoucherPayment, bytes]:
    payment = VoucherPayment(RESIDENT.address, SHOP.address, 1, 5, 0, FAR, bytes(32))
    return payment, payment.sign(RESIDENT, suite.client(Vouchers).domain())


_PROGRAMME = f'''funder = "{FUNDER.address}"
start = 2026-12-01T00:00:00
expiry = 2090-03-01T00:00:00
rest_after_percent = 60
cap = "300"
categories = [7]
'''


_INCENTIVE = f'''funder = "{FUNDER.address}"
first_month = "2089-12"
last_month = "2090-02"
rate_bps = 500
cap = "300"
categories = [9]
'''


def _cash_out(suite: LocalSuite, nonce: bytes) -> SignedAuthorization:
    given = ReceiveAuthorization(SHOP.address, suite.client(CashOutDesk).address, 10, 0, FAR, nonce)
    return given.sign(SHOP, suite.client(LocalCurrency).domain())


def _fill_registry(suite: LocalSuite) -> None:
    registry, kinds = suite.client(VehicleRegistry), frozenset({RecordKind.ODOMETER})
    registry.accredit(GARAGE.address, kinds, 0, FAR).transact(suite.officers[Role.ACCREDITOR])
    first = Entry(RecordKind.REGISTRATION, 1_400_000_000)
    item = RegistrationItem(vehicle_id(VIN, CITY_KEY), RESIDENT.address, first)
    registry.register(item).transact(suite.officers[Role.VEHICLE_REGISTRAR])


def _fill_market(suite: LocalSuite) -> dict[str, Agreement]:
    """Four more vehicles: one to be sold, one offered, one paid for, one stolen; and a lien to be entered."""
    registry, registrar = suite.client(VehicleRegistry), suite.officers[Role.VEHICLE_REGISTRAR]
    liens, sales = suite.client(VehicleLiens), suite.client(VehicleSale)
    first = Entry(RecordKind.REGISTRATION, 1_400_000_000)
    vehicles = [VehicleId(bytes([0x40 + number]) * 32) for number in range(4)]
    for vehicle in vehicles:
        registry.register(RegistrationItem(vehicle, RESIDENT.address, first)).transact(registrar)
    liens.report_theft(vehicles[3], 1_500_000_000, bytes(32)).transact(suite.officers[Role.POLICE])
    sales.allow_token(MONEY, allowed=True).transact(suite.officers[Role.SALE_SUPERVISOR])
    found = {name: _sold(suite, vehicle) for name, vehicle in zip(("sale", "offered", "paid"), vehicles, strict=False)}
    for name in ("offered", "paid"):
        sales.open(found[name].message, *found[name].signed()).transact(suite.relayer)
    suite.client(LocalCurrency).approve(sales.address, 5).transact(SHOP)
    sales.fund(found["paid"].message).transact(suite.relayer)
    lien = OpenLien(vehicles[0], RESIDENT.address, SHOP.address, 5, 1, bytes(32))
    lien_signed = {each.address: lien.sign(each, liens.domain()) for each in (RESIDENT, SHOP)}
    files = {f"{name}.json": agreement for name, agreement in found.items()}
    return files | {"lien.json": Agreement(lien, liens.domain(), lien_signed)}


def _sold(suite: LocalSuite, vehicle: VehicleId) -> Agreement:
    """A sale for 5 that both have signed."""
    state, domain = suite.client(VehicleRegistry).state(vehicle), suite.client(VehicleSale).domain()
    now = suite.chain.timestamp()
    terms = SaleTerms(
        vehicle=vehicle,
        records=state.records,
        head=state.head,
        seller=RESIDENT.address,
        buyer=SHOP.address,
        token=MONEY,
        price=5,
        deposit=1,
        fee=0,
        fund_by=now + 50 * 86_400,
        inspect_by=now + 60 * 86_400,
        settle_by=now + 70 * 86_400,
        document=bytes(32),
    )
    return Agreement(terms, domain, {each.address: terms.sign(each, domain) for each in (RESIDENT, SHOP)})


def _fill_ballot(suite: LocalSuite) -> None:
    officer, voter = suite.officers[Role.ROLL_OFFICER], bytes.fromhex(RESIDENT.address[2:])
    others = [bytes([number]) * 20 for number in range(1, 40)]
    voters = VoterList((voter, *others), districts_of([(7, 1), (8, len(others))]))
    roll = publish(suite.client(ElectoralRoll), voters, lambda call: call.transact(officer))
    start = suite.chain.timestamp() + 60
    spec = PollSpec(roll or 0, start, FAR, "Which?", ("one", "another"), ((0, 1 + len(others)),))
    for poll in (spec, replace(spec, start=start + 86_400 * 365)):
        suite.client(BallotBox).open(poll).transact(suite.officers[Role.ELECTION_OFFICER])
    _fill_petitions(suite, roll or 0)
    supervisor, box = suite.officers[Role.POLLING_SUPERVISOR], suite.client(BallotBox).address
    suite.client(AssistedVoting).accredit(box, 1, GARAGE.address, 1, b"\x21" * 32).transact(supervisor)
    suite.client(SecretBallotBox).open(_secret_poll(suite, spec)).transact(suite.officers[Role.ELECTION_OFFICER])
    suite.move_clock_to(start)


def _fill_petitions(suite: LocalSuite, roll: int) -> None:
    """Petition 1 collects signatures, petition 2 is not decided; under rules 3 none is filed."""
    box, officer = suite.client(PetitionBox), suite.officers[Role.ELECTION_OFFICER]
    rules = PetitionRules(roll, 1, 86_400 * 1_000, 86_400 * 1_000, 86_400, "Yes", ((0, 1),))
    for number, title in enumerate(("A bridge", "A tree", ""), 1):
        box.publish_rules(rules).transact(officer)
        if title:
            box.file(number, 0, keccak(title.encode()), bytes(32)).transact(RESIDENT)
    box.admit(1, "A bridge", "").transact(officer)


def _secret_poll(suite: LocalSuite, spec: PollSpec) -> SecretPollSpec:
    """A poll whose registration goes on."""
    registration_end = spec.start + 86_400 * 365
    terms = replace(spec, start=registration_end + 86_400)
    return SecretPollSpec(terms, registration_end, 2, suite.client(SecretVoteVerifier).address)


def _registration(suite: LocalSuite) -> str:
    """A signed registration for it, as a line of a file."""
    box, commitment = suite.client(SecretBallotBox), 4_711
    terms = box.opening(1)
    poll = terms.decided().poll
    message = Registration(poll.question, poll.document, terms.terms, 1, RESIDENT.address, commitment)
    signature = sign(message.digest(box.domain()), RESIDENT)
    return registration_line(1, FiledRegistration(0, commitment, signature))


_POLL = f"""question = "Which?"
options = ["one", "another"]
document = "poll.toml.txt"
document_uri = ""
roll = 1
rule = "exactly-one"
start = {LATER}T00:00:00+09:00
end = {LATER}T12:00:00+09:00
aim = "election"
"""


_VOLUNTEERS = f'''funder = "{FUNDER.address}"
start = 2090-01-01T00:00:00
end = 2090-03-01T00:00:00
claim_days = 30
most_rate = 5
cap = 50
cap_months = 1
'''


def _city_file(suite: LocalSuite) -> str:
    holders = "\n".join(f'{role.name.lower()} = "{key.address}"' for role, key in suite.officers.items())
    return f'[officers]\nsecond_administrator = "none"\n{holders}\n'


def _write_files(suite: LocalSuite, folder: Path) -> None:
    payment = Payment(RESIDENT.address, SHOP.address, 5, 0, FAR, bytes(32))
    signed = payment.sign(RESIDENT, suite.client(LocalCurrency).domain())
    vote = suite.client(BallotBox).booth(1).sign(0, 1, RESIDENT)
    write_votes(folder / "votes.jsonl", 1, [vote])
    write_votes(folder / "signatures.jsonl", 1, [suite.client(PetitionBox).booth(1).sign(0, 1, RESIDENT)])
    files = {
        "booth.csv": "voter,choices\n0,1\n",
        "accounts.csv": f"address,kind\n{STRANGER},resident\n",
        "issues.csv": f"address,amount\n{RESIDENT.address},5\n",
        "payments.jsonl": payment_line(signed, 0) + "\n",
        "cash-outs.jsonl": cash_out_line(_cash_out(suite, b"\x07" * 32), 0) + "\n",
        "spendings.jsonl": spending_line(*_spending(suite), 0) + "\n",
        "programme.toml": _PROGRAMME,
        "incentive.toml": _INCENTIVE,
        "cashback.csv": f"address,purchases\n{RESIDENT.address},100\n",
        "volunteers.toml": _VOLUNTEERS,
        "shifts.csv": f"address,begins,hours\n{RESIDENT.address},{_shift_time(suite)},1\n",
        "attestations.jsonl": _attested(suite),
        "payouts.csv": f"id,merchant,amount\n0,{SHOP.address},10\n",
        "sales.csv": f"vin,odometer_km,saledate\n{VIN},12,2020-01-01\n",
        "city.key": CITY_KEY.hex() + "\n",
        "poll.toml.txt": "Which?",
        "sheet.json": SHEET.read_text(encoding="utf-8"),
        "poll.toml": _POLL,
        "projects.csv": "project,cost\none,5\nanother,7\n",
        "secret-poll.toml": _POLL + f"registration_end = {EARLIER}T00:00:00+09:00\nleast_members = 2\n",
        "registrations.jsonl": _registration(suite) + "\n",
        "secret-votes.jsonl": secret_vote_line(1, SecretVote(1, 5, bytes(256))) + "\n",
        "voter.secret": "ab" * 32 + "\n",
        "voters.csv": f"address,district\n{STRANGER},7\n",
        "changes.csv": "voter,address,district\n0,,\n",
        "city.toml": _city_file(suite),
        "begun/city.toml": _city_file(suite),
    }
    (folder / "begun").mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
