"""A used-car sale and the restrictions of titles by their commands, on a real chain."""

import json
from pathlib import Path

import pytest

from dongne.currency import Issue, Kind, LocalCurrency
from dongne.errors import ExitCode
from dongne.signing import expand, sign
from dongne.suite import Role
from dongne.vehicle import (
    Entry,
    Gauge,
    RecordItem,
    RegistrationItem,
    SaleTerms,
    VehicleId,
    VehicleRegistry,
    VehicleSale,
)
from dongne.vehicle import Kind as RecordKind
from dongne.vehicle.agreements import read_agreement
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite
from tests.dongne.command_line import commands
from tests.undoing import undone

SELLER, BUYER, GARAGE, CITY, BANK = (funded(number) for number in range(4, 9))
CAR = VehicleId(b"\x77" * 32)
ID = "0x" + CAR.hex()
DAY = 86_400
PRICE, FEE = 21_500_000, 30_000


@pytest.fixture(scope="module")
def city():
    """A city whose buyer has the money, and a car with a reading."""
    with local_suite() as on:
        currency, registry = on.client(LocalCurrency), on.client(VehicleRegistry)
        members, now = on.officers[Role.MEMBERSHIP_OFFICER], on.chain.timestamp()
        currency.register(Kind.RESIDENT, [SELLER.address, BUYER.address]).transact(members)
        currency.register(Kind.INSTITUTION, [CITY.address]).transact(members)
        on.issue([Issue(BUYER.address, PRICE + FEE)], bytes(32))
        kinds = frozenset({RecordKind.PERFORMANCE_INSPECTION, RecordKind.ACCIDENT})
        registry.accredit(GARAGE.address, kinds, 1, 2**40 - 1).transact(on.officers[Role.ACCREDITOR])
        entry = Entry(RecordKind.REGISTRATION, now - 10 * DAY, 50_000, Gauge.READ)
        registry.register(RegistrationItem(CAR, SELLER.address, entry)).transact(on.officers[Role.VEHICLE_REGISTRAR])
        yield on


@pytest.fixture(autouse=True)
def each_test_undone(city):
    with undone(city.chain):
        yield


@pytest.fixture
def run(capsys, tmp_path, city, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contract.pdf").write_bytes(b"contract of sale")
    return commands(capsys, tmp_path, city)


@pytest.fixture
def done(run):
    """A command that must succeed; gives its JSON."""

    def succeeded(*arguments, key=None):
        code, out, err = run(*arguments, key=key)
        assert code == 0, err
        return json.loads(out) if out.strip() else None

    return succeeded


@pytest.fixture
def money(city):
    return city.book.entry("LocalCurrency").address


@pytest.fixture
def drafted(done, money):
    done("vehicle", "sale", "allow", money, key=Role.SALE_SUPERVISOR)
    done("vehicle", "sale", "fee", "30,000", "--to", CITY.address, key=Role.SALE_SUPERVISOR)
    terms = ("--buyer", BUYER.address, "--token", money, "--price", "21,500,000", "--deposit", "2,150,000")
    return done("vehicle", "sale", "draft", ID, *terms, "--document", "contract.pdf", "--out", "sale.json")


@pytest.fixture
def paid(done, drafted):
    for key in (SELLER, BUYER):
        done("sign", "agreement", "sale.json", key=key)
    done("vehicle", "sale", "open", "sale.json", key=SELLER)
    return done("vehicle", "sale", "pay", "sale.json", key=BUYER)


def record(city, kind, km=None, outcome=0):
    now = city.chain.timestamp()
    entry = Entry(kind, now, km or 0, Gauge.READ if km else Gauge.NOT_READ, outcome)
    city.client(VehicleRegistry).record(RecordItem(CAR, entry)).transact(GARAGE)


def balance(city, who):
    return city.client(LocalCurrency).account(who.address).balance


def test_a_sale_from_draft_to_the_sellers_money(city, done, paid, money):
    assert paid["stage"] == "FUNDED"
    record(city, RecordKind.PERFORMANCE_INSPECTION, 50_120)
    assert done("vehicle", "sale", "review", "sale.json", key=BUYER)["stage"] == "INSPECTED"
    assert done("vehicle", "sale", "confirm", "sale.json", key=Role.SALE_OFFICER)["stage"] == "CONFIRMED"
    assert done("vehicle", "sale", "release", "sale.json", "--yes", key=BUYER)["stage"] == "RELEASED"

    taken = done("vehicle", "sale", "withdraw", money, key=SELLER)

    assert taken["amount"] == str(PRICE)
    assert balance(city, SELLER) == PRICE
    assert city.client(VehicleRegistry).owner_of(CAR) == BUYER.address
    done("vehicle", "sale", "withdraw", money, "--account", CITY.address, key=SELLER)
    assert balance(city, CITY) == FEE


def test_a_wallets_signature_is_taken_in(city, run, done, drafted):
    data = json.loads(Path("sale.json").read_text())["typedData"]
    message, _found = read_agreement(Path("sale.json"), SaleTerms, city.client(VehicleSale).domain())
    wallet = expand(sign(message.digest(city.client(VehicleSale).domain()), BUYER))

    signed = done("sign", "agreement", "sale.json", "--signer", BUYER.address, "--signature", "0x" + wallet.hex())

    assert data["message"]["price"] == PRICE
    assert signed["missing"] == [SELLER.address]
    code, _out, err = run("vehicle", "sale", "open", "sale.json", key=SELLER)
    assert code == ExitCode.INPUT
    assert f"{SELLER.address} did not sign yet" in err


def test_a_buyer_leaves_over_an_accident(city, done, run, paid, money):
    code, _out, err = run("vehicle", "sale", "leave", "sale.json", key=BUYER)
    assert code == ExitCode.INPUT
    assert "no adverse evidence" in err
    record(city, RecordKind.ACCIDENT)
    assert done("vehicle", "sale", "review", "sale.json", key=BUYER)["adverse"] == [
        {"index": 0, "record": 2, "kind": "ACCIDENT", "dismissed": False}
    ]

    assert done("vehicle", "sale", "leave", "sale.json", key=BUYER)["stage"] == "DISPUTED"

    done("vehicle", "sale", "withdraw", money, key=BUYER)
    assert balance(city, BUYER) == PRICE - 2_150_000 + FEE
    city.pass_time(7 * DAY)
    assert done("vehicle", "sale", "time-out", "sale.json", key=SELLER)["stage"] == "TIMED_OUT"


def test_the_word_of_a_revoked_garage_is_dismissed(city, done, run, paid):
    code, _out, err = run("vehicle", "sale", "dismiss", "sale.json", key=SELLER)
    assert (code, "nothing was sent" in err) == (ExitCode.DONE, True)
    since = city.chain.timestamp()
    record(city, RecordKind.ACCIDENT)
    done("vehicle", "sale", "review", "sale.json", key=BUYER)
    revoked = city.client(VehicleRegistry).revoke(GARAGE.address, since)
    revoked.transact(city.officers[Role.ACCREDITOR])

    adverse = done("vehicle", "sale", "dismiss", "sale.json", key=SELLER)["adverse"]

    assert [each["dismissed"] for each in adverse] == [True]
    code, _out, err = run("vehicle", "sale", "leave", "sale.json", key=BUYER)
    assert (code, "no adverse evidence" in err) == (ExitCode.INPUT, True)


def test_a_draft_over_tainted_records_says_so(city, done, run, drafted, money):
    record(city, RecordKind.ACCIDENT)
    revoked = city.client(VehicleRegistry).revoke(GARAGE.address, city.chain.timestamp())
    revoked.transact(city.officers[Role.ACCREDITOR])
    terms = ("--buyer", BUYER.address, "--token", money, "--price", "1", "--document", "contract.pdf")

    code, _out, err = run("vehicle", "sale", "draft", ID, *terms, "--out", "again.json")

    assert code == ExitCode.DONE
    assert "Strike them first" in " ".join(err.split()) and " 2." in err


def test_the_arbiter_decides(city, done, paid, money):
    done("vehicle", "sale", "dispute", "sale.json", "--yes", key=SELLER)

    assert done("vehicle", "sale", "decide", "sale.json", "150,000", key=Role.ARBITER)["stage"] == "DECIDED"

    done("vehicle", "sale", "withdraw", money, key=SELLER)
    assert balance(city, SELLER) == 150_000


def test_cancelling_asks_first_and_leaves_the_deposit(city, done, run, paid, money):
    code, _out, err = run("vehicle", "sale", "cancel", "sale.json", key=BUYER)
    assert code == ExitCode.DECLINED
    assert "the seller keeps the deposit" in err

    assert done("vehicle", "sale", "cancel", "sale.json", "--yes", key=BUYER)["stage"] == "CANCELLED"
    assert city.client(VehicleSale).owed(money, SELLER.address) == 2_150_000


def test_a_review_with_nothing_new_sends_nothing(run, paid):
    code, _out, err = run("vehicle", "sale", "review", "sale.json", key=BUYER)

    assert code == 0
    assert "nothing was sent" in err


def test_a_long_history_is_reviewed_in_parts(city, done, paid):
    now, registry = city.chain.timestamp(), city.client(VehicleRegistry)
    items = [RecordItem(CAR, Entry(RecordKind.ACCIDENT, now - 1))] * 170
    for _ in range(3):
        registry.record_batch(items).transact(GARAGE)

    shown = done("vehicle", "sale", "review", "sale.json", key=BUYER)

    assert len(shown["adverse"]) == 510
    assert city.client(VehicleSale).progress(bytes.fromhex(shown["sale"][2:])).reviewed == 511


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["typedData"]["message"].update(price=1),
        lambda data: data["typedData"]["message"].update(price="1"),
        lambda data: data["typedData"]["message"].pop("buyer"),
        lambda data: data["typedData"]["message"].update(head="0x12"),
        lambda data: data["typedData"]["message"].update(seller="0x12"),
        lambda data: data["typedData"]["domain"].update(chainId=1),
        lambda data: data["typedData"]["types"]["VehicleSale"].pop(),
        lambda data: data["typedData"].update(primaryType="Permit"),
        lambda data: data.pop("signatures"),
        lambda data: data["signatures"].update({BANK.address: "0x12"}),
    ],
)
def test_a_file_changed_by_hand_is_refused_in_words(run, drafted, change):
    data = json.loads(Path("sale.json").read_text())
    change(data)
    Path("sale.json").write_text(json.dumps(data))

    code, _out, err = run("vehicle", "sale", "open", "sale.json", key=SELLER)

    assert code == ExitCode.INPUT
    assert "Traceback" not in err
    assert "sale.json is not an agreement" in err or "did not sign yet" in err


@pytest.mark.parametrize("text", ["", "[]", "7", "{}", '{"typedData": []}', "[" * 100_000, "\x00"])
def test_a_file_that_is_none_is_refused_in_words(run, drafted, text):
    Path("other.json").write_text(text)
    for command in (("vehicle", "sale", "show"), ("sign", "agreement")):
        code, _out, err = run(*command, "other.json", key=SELLER if command[0] == "sign" else None)
        assert code == ExitCode.INPUT
        assert "other.json is" in err


def test_a_key_without_a_part_does_not_sign(run, drafted):
    code, _out, err = run("sign", "agreement", "sale.json", key=BANK)

    assert code == ExitCode.INPUT
    assert "does not sign this" in err


def test_a_forged_signature_is_not_taken_in(run, drafted):
    forged = "0x" + "11" * 65
    code, _out, err = run("sign", "agreement", "sale.json", "--signer", BUYER.address, "--signature", forged)

    assert code == ExitCode.INPUT
    assert "not" in err
    assert json.loads(Path("sale.json").read_text())["signatures"] == {}


def test_the_terms_are_shown_in_words(run, drafted):
    code, out, _err = run("vehicle", "sale", "show", "sale.json", options=("--lang", "ko"))

    assert code == 0
    assert "21,500,000" in out


def test_a_lien_from_draft_to_release(city, done, run):
    draft = ("--creditor", BANK.address, "--amount", "12,000,000", "--document", "contract.pdf", "--out", "lien.json")
    done("vehicle", "restriction", "draft-lien", ID, *draft)
    for key in (SELLER, BANK):
        done("sign", "agreement", "lien.json", key=key)
    entered = done("vehicle", "restriction", "lien", "lien.json", key=Role.LIEN_OFFICER)

    listed = done("vehicle", "restriction", "list", ID)
    assert listed == [{"number": entered["number"], "vehicle": ID, "kind": "LIEN", "held_by": BANK.address, "rank": 1}]
    code, _out, err = run("vehicle", "transfer", ID, BUYER.address, "--yes", key=Role.TITLE_OFFICER)
    assert code == ExitCode.REFUSED
    assert "keep the title" in err
    release = ("vehicle", "restriction", "release", "1", "--document", "contract.pdf")
    code, _out, err = run(*release, key=BUYER)
    assert code == ExitCode.INPUT
    assert f"its creditor {BANK.address} signs the release" in err
    code, signature, _err = run("sign", "lien-release", "1", "--document", "contract.pdf", key=BANK)
    assert code == 0
    assert done(*release, "--signature", signature.strip(), key=BUYER)["released"]
    assert done("vehicle", "restriction", "list", ID) == []


@pytest.mark.parametrize(
    ("words", "office", "kind"),
    [
        (("seize",), Role.SEIZING_AUTHORITY, "SEIZURE"),
        (("seize", "--kind", "provisional-disposition"), Role.SEIZING_AUTHORITY, "PROVISIONAL_DISPOSITION"),
        (("theft", "--date", "2026-01-05"), Role.POLICE, "THEFT"),
        (("deregister", "--kind", "scrap"), Role.VEHICLE_REGISTRAR, "SCRAP"),
    ],
)
def test_offices_restrict_and_release_titles(done, run, words, office, kind):
    name, *options = words
    entered = done("vehicle", "restriction", name, ID, *options, "--document", "contract.pdf", key=office)
    assert entered["kind"] == kind

    done("vehicle", "restriction", "release", str(entered["number"]), "--document", "contract.pdf", key=office)

    code, _out, err = run("vehicle", "restriction", "release", "1", "--document", "contract.pdf", key=office)
    assert code == ExitCode.INPUT
    assert "Restriction 1 is not open" in err


def test_an_office_does_not_open_the_kinds_of_another(run):
    words = ("vehicle", "restriction", "seize", ID, "--kind", "theft", "--document", "contract.pdf")
    code, _out, err = run(*words, key=Role.SEIZING_AUTHORITY)

    assert code == ExitCode.INPUT
    assert "does not open theft" in err


def test_a_warranty_from_the_bond_to_the_buyers_money(city, done, run, drafted, money):
    for key in (SELLER, BUYER):
        done("sign", "agreement", "sale.json", key=key)
    done("vehicle", "sale", "open", "sale.json", key=SELLER)
    city.issue([Issue(SELLER.address, 3_000_000)], b"\x01" * 32)
    assert done("vehicle", "bond", "deposit", money, "3,000,000", key=SELLER)["free"] == "3000000"
    assert done("vehicle", "bond", "cover", "sale.json", "2,000,000", key=SELLER)["stage"] == "COVERED"
    done("vehicle", "sale", "pay", "sale.json", key=BUYER)
    record(city, RecordKind.PERFORMANCE_INSPECTION, 50_120)
    done("vehicle", "sale", "review", "sale.json", key=BUYER)
    done("vehicle", "sale", "confirm", "sale.json", key=Role.SALE_OFFICER)
    done("vehicle", "sale", "release", "sale.json", "--yes", key=BUYER)
    city.pass_time(5 * DAY)
    record(city, RecordKind.PERFORMANCE_INSPECTION, 50_620, outcome=1 << 15 | 1 << 7)

    code, _out, err = run("vehicle", "bond", "claim", "sale.json", "1", "900,000", key=BUYER)
    assert code == ExitCode.INPUT
    assert "older than the sale" in err
    assert done("vehicle", "bond", "claim", "sale.json", "4", "900,000", key=BUYER)["stage"] == "CLAIMED"
    assert done("vehicle", "bond", "contest", "sale.json", key=SELLER)["stage"] == "CONTESTED"
    assert done("vehicle", "bond", "decide", "sale.json", "600,000", key=Role.ARBITER)["stage"] == "ENDED"

    assert done("vehicle", "bond", "withdraw", money, "600,000", key=BUYER)["free"] == "0"
    assert balance(city, BUYER) == 600_000
    assert done("vehicle", "bond", "show", "sale.json")["claimed"] == 900_000
    assert done("vehicle", "bond", "withdraw", money, "2,400,000", key=SELLER)["free"] == "0"
