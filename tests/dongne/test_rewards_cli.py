"""Rewards of volunteers by the commands: from a programme's file to two signatures, payment, and the funder's rest."""

import csv
import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dongne.cli import sign_shifts
from dongne.currency import Issue, Kind, LocalCurrency
from dongne.currency.volunteering import VolunteerRewards, shifts
from dongne.errors import ExitCode
from dongne.suite import Role
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite, person
from tests.dongne.command_line import commands
from tests.undoing import undone

SCHOOL, FUNDER, COORDINATOR, INSPECTOR, ANYONE = (funded(number) for number in range(10, 15))
PEOPLE = [person(f"volunteer {number}") for number in range(5)]
HOUR, DAY = 3_600, 86_400
TERMS = """
funder = "{funder}"
start = {start}
end = {end}
claim_days = 30
most_rate = "5,000"
cap = "20,000"
cap_months = 1
"""


@pytest.fixture(scope="module")
def city():
    """A city with a school, a foundation and five volunteers."""
    with local_suite() as on:
        currency, members = on.client(LocalCurrency), on.officers[Role.MEMBERSHIP_OFFICER]
        currency.register(Kind.RESIDENT, [each.address for each in PEOPLE]).transact(members)
        currency.register(Kind.INSTITUTION, [SCHOOL.address, FUNDER.address]).transact(members)
        on.issue([Issue(FUNDER.address, 1_000_000)], bytes(32))
        yield on


@pytest.fixture(autouse=True)
def each_test_undone(city):
    with undone(city.chain):
        yield


@pytest.fixture
def rewards(city):
    return city.client(VolunteerRewards)


@pytest.fixture
def currency(city):
    return city.client(LocalCurrency)


@pytest.fixture
def run(capsys, tmp_path, city):
    return commands(capsys, tmp_path, city, "currency", "reward")


@pytest.fixture
def sign(run):
    def signed(*arguments, key=None):
        return run("shifts", *arguments, key=key, options=(), group=("sign",))

    return signed


@pytest.fixture
def activity(run, city, tmp_path):
    """Activity 1 of programme 1: 500,000 paid in, 4,000 an hour, an attester of each side."""
    now = city.chain.timestamp()
    file = tmp_path / "volunteers.toml"
    file.write_text(TERMS.format(funder=FUNDER.address, start=text_of(now), end=text_of(now + 90 * DAY)))
    done = [
        run("open", file, "--yes", key=Role.CURRENCY_SUPERVISOR),
        run("fund", "1", "500,000", key=FUNDER),
        run("certify", "1", SCHOOL.address, "4,000", key=Role.REWARDS_OFFICER),
        run("attester", COORDINATOR.address, key=SCHOOL),
        run("city-attester", INSPECTOR.address, key=Role.REWARDS_OFFICER),
    ]
    for code, _out, err in done:
        assert code == 0, err
    return json.loads(done[2][1])["activity"]


@pytest.fixture
def first_day(city, activity):
    """Nine in the morning of the first whole day of the programme, two days ago."""
    day = (city.chain.timestamp() // DAY + 1) * DAY
    city.move_clock_to(day + 2 * DAY)
    return day


@pytest.fixture
def listed(first_day, tmp_path):
    """Two hours of each volunteer."""
    return written(tmp_path / "november.csv", [(each, first_day, "2") for each in PEOPLE])


@pytest.fixture
def attested(sign, listed, tmp_path):
    """The list, signed by both."""
    sheet, lines = tmp_path / "sheet.pdf", tmp_path / "november.jsonl"
    sheet.write_bytes(b"who came")
    for arguments, key in ((("--document", sheet), COORDINATOR), ((), INSPECTOR)):
        code, _out, err = sign("1", listed, *arguments, "--append", lines, key=key)
        assert code == 0, err
    return lines


def text_of(moment):
    """As a school writes it, in the city's time."""
    return datetime.fromtimestamp(moment, ZoneInfo("Asia/Seoul")).strftime("%Y-%m-%dT%H:%M:%S")


def written(file, listed):
    lines = [f"{who.address},{text_of(begins)},{hours}" for who, begins, hours in listed]
    file.write_text("address,begins,hours\n" + "\n".join(lines) + "\n")
    return file


def rows(file):
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_programme_an_activity_and_attesters_are_shown(run, activity, rewards):
    shown = json.loads(run("show", "1")[1])

    assert (shown["held"], shown["cap"], shown["most_rate"]) == ("500,000 DNW", "20,000 DNW", "5,000 DNW")
    assert shown["activities"] == [{"activity": 1, "institution": SCHOOL.address, "rate": "4,000 DNW", "closed": False}]
    assert json.loads(run("list")[1])[0]["funder"] == FUNDER.address
    assert rewards.is_attester(SCHOOL.address, COORDINATOR.address)
    assert rewards.is_city_attester(INSPECTOR.address)
    for words in (("list",), ("show", "1")):
        assert run(*words, options=())[0] == 0


def test_a_list_that_both_signed_is_paid_once(run, currency, rewards, listed, attested):
    code, out, err = run("settle", "1", listed, attested, key=ANYONE)
    again = json.loads(run("settle", "1", listed, attested, key=ANYONE)[1])

    assert code == 0, err
    told = json.loads(out)
    assert (told["listed"], told["paid"], told["paid_before"], told["not_paid"]) == (5, 5, 0, 0)
    assert (again["paid"], again["paid_before"]) == (0, 5)
    assert currency.balance_of(PEOPLE[0].address) == 8_000
    assert rewards.programme(1).held == 460_000
    assert {row["result"] for row in rows(type(listed)(again["results"]))} == {"paid before"}


def test_the_second_attester_signs_the_document_of_the_first(attested):
    documents = {json.loads(line)["document"] for line in attested.read_text().splitlines()}

    assert len(documents) == 1
    assert documents != {"0x" + "00" * 32}


def test_the_order_of_the_rows_does_not_matter(run, listed, attested):
    header, *lines = listed.read_text().splitlines()
    listed.write_text("\n".join([header, *reversed(lines)]) + "\n")

    assert json.loads(run("settle", "1", listed, attested, key=ANYONE)[1])["paid"] == 5


def test_a_list_that_was_changed_is_not_paid(run, rewards, listed, attested, first_day):
    written(listed, [(each, first_day, "3") for each in PEOPLE])
    code, _out, err = run("settle", "1", listed, attested, key=ANYONE, options=())

    assert code == ExitCode.INPUT
    assert "has not signed shifts 2 to 6" in err
    assert rewards.programme(1).held == 500_000


def test_a_list_that_one_side_signed_is_not_paid(run, sign, listed, tmp_path):
    lines = tmp_path / "half.jsonl"
    sign("1", listed, "--append", lines, key=COORDINATOR)
    code, _out, err = run("settle", "1", listed, lines, key=ANYONE, options=())

    assert code == ExitCode.INPUT
    assert "the attester of the city has not signed" in err


def test_a_list_is_paid_part_by_part(run, sign, currency, listed, attested, tmp_path, monkeypatch):
    monkeypatch.setattr(shifts, "PART", 2)
    lines = tmp_path / "parts.jsonl"
    for key in (COORDINATOR, INSPECTOR):
        assert sign("1", listed, "--append", lines, key=key)[0] == 0
    told = json.loads(run("settle", "1", listed, lines, key=ANYONE)[1])

    assert len(lines.read_text().splitlines()) == 6
    assert told["paid"] == 5
    assert [currency.balance_of(each.address) for each in PEOPLE] == [8_000] * 5


def test_a_wallet_signs_what_is_printed_for_it(run, sign, listed, tmp_path):
    lines = tmp_path / "wallet.jsonl"
    sign("1", listed, "--append", lines, key=COORDINATOR)
    who = ("--attester", INSPECTOR.address)
    data = json.loads(sign("1", listed, *who, "--typed-data", "--append", lines)[1])
    signature = "0x" + INSPECTOR.sign_typed_data(full_message=data).signature.hex()
    code, _out, err = sign("1", listed, *who, "--signature", signature, "--append", lines)

    assert code == 0, err
    assert json.loads(run("settle", "1", listed, lines, key=ANYONE)[1])["paid"] == 5


@pytest.mark.parametrize(
    ("arguments", "key", "says"),
    [
        ((), None, "Who attests?"),
        (("--attester", INSPECTOR.address), None, "Who attests?"),
        ((), ANYONE, "attests neither for"),
        (("--attester", ANYONE.address, "--signature", "0x" + "11" * 64), None, "attests neither for"),
        (("--attester", INSPECTOR.address, "--signature", "0x" + "11" * 64), None, "not the signature of"),
        (("--attester", INSPECTOR.address, "--typed-data", "--part", "2"), None, "1 to 1"),
    ],
)
def test_what_cannot_be_signed_is_said(sign, listed, arguments, key, says):
    code, out, err = sign("1", listed, *arguments, key=key)

    assert code != 0
    assert out == ""
    assert says in " ".join(err.split())


def test_a_wallet_names_one_of_several_parts(sign, listed, monkeypatch):
    monkeypatch.setattr(shifts, "PART", 2)
    who = ("--attester", INSPECTOR.address, "--typed-data")

    assert "signed in 3 parts" in " ".join(sign("1", listed, *who)[2].split())
    assert json.loads(sign("1", listed, *who, "--part", "3")[1])["message"]["activity"] == 1


def test_attestations_of_two_documents_are_refused(run, sign, listed, attested, tmp_path):
    other = tmp_path / "other.pdf"
    other.write_bytes(b"another sheet")
    sign("1", listed, "--document", other, "--append", attested, key=INSPECTOR)
    code, _out, err = run("settle", "1", listed, attested, key=ANYONE, options=())

    assert code == ExitCode.INPUT
    assert "name different documents" in " ".join(err.split())


def test_a_check_says_what_each_shift_would_be_paid(run, city, activity, first_day, tmp_path):
    later = city.chain.timestamp() + DAY
    file = written(
        tmp_path / "mixed.csv",
        [(PEOPLE[0], first_day, "1.5"), (PEOPLE[1], later, "2"), (ANYONE, first_day, "2"), (PEOPLE[2], first_day, "9")],
    )
    told = json.loads(run("check", "1", file)[1])

    assert (told["shifts"], told["payable"], told["amount"]) == (4, 2, "26000")
    assert told["refused"] == [{"line": 3, "reason": "NOT_OVER"}, {"line": 4, "reason": "NOT_RESIDENT"}]
    assert run("check", "1", file, options=())[0] == 0


@pytest.mark.parametrize(
    ("rows_", "says"),
    [
        ([(0, 600, "2")], "not on a full or half hour"),
        ([(0, 0, "2.25")], "0.5 to 24"),
        ([(0, 0, "0")], "0.5 to 24"),
        ([(0, 0, "24.5")], "0.5 to 24"),
        ([(0, 0, "2"), (0, HOUR, "2")], "worked another shift at this time: line 2"),
    ],
)
def test_rows_that_are_not_shifts_are_refused(run, activity, first_day, tmp_path, rows_, says):
    lines = [f"{PEOPLE[who].address},{text_of(first_day + at)},{hours}" for who, at, hours in rows_]
    file = tmp_path / "wrong.csv"
    file.write_text("address,begins,hours\n" + "\n".join(lines) + "\n")
    code, _out, err = run("check", "1", file, options=())

    assert code == ExitCode.INPUT
    assert says in " ".join(err.split())


def test_shifts_that_follow_each_other_do_not_overlap(run, activity, first_day, tmp_path):
    file = written(tmp_path / "day.csv", [(PEOPLE[0], first_day, "1"), (PEOPLE[0], first_day + HOUR, "1.5")])

    assert json.loads(run("check", "1", file)[1])["payable"] == 2


def test_a_guardian_ends_an_activity_and_dismisses_an_attester(run, rewards, listed, attested):
    dismissed = run("city-attester", INSPECTOR.address, "--dismiss", key=Role.GUARDIAN)
    closed = run("close", "1", "--yes", key=Role.GUARDIAN)
    code, _out, err = run("settle", "1", listed, attested, key=ANYONE, options=())

    assert (dismissed[0], closed[0]) == (0, 0)
    assert json.loads(dismissed[1]) == {"attester": INSPECTOR.address, "appointed": False}
    assert code == ExitCode.REFUSED
    assert "was ended" in " ".join(err.split())
    assert rewards.programme(1).held == 500_000


def test_an_institution_dismisses_its_attester(run, rewards, activity):
    code, out, _err = run("attester", COORDINATOR.address, "--dismiss", key=SCHOOL)

    assert code == 0
    assert not json.loads(out)["appointed"]
    assert not rewards.is_attester(SCHOOL.address, COORDINATOR.address)


def test_the_rest_goes_back_to_the_funder(run, city, currency, activity):
    early = run("sweep", "1", key=ANYONE, options=())
    city.pass_time(125 * DAY)
    late = run("sweep", "1", key=ANYONE)

    assert early[0] == ExitCode.REFUSED
    assert late[0] == 0, late[2]
    assert currency.balance_of(FUNDER.address) == 1_000_000


def test_a_rehearsal_sends_nothing(run, rewards, listed, attested):
    code, _out, err = run("settle", "1", listed, attested, "--dry-run", key=ANYONE)

    assert code == 0, err
    assert rewards.programme(1).held == 500_000


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("claim_days = 0", "1 to 365"),
        ("cap_months = 13", "1 to 12"),
        ('most_rate = "x"', "“x” is not an amount"),
        ('funder = "0x1"', "“0x1” is not an address"),
    ],
)
def test_terms_that_are_not_possible_are_named(run, tmp_path, line, says):
    name = line.split(" = ")[0]
    good = TERMS.format(funder=FUNDER.address, start="2026-12-01T00:00:00", end="2027-03-01T00:00:00")
    lines = [line if each.startswith(f"{name} ") else each for each in good.splitlines()]
    file = tmp_path / "terms.toml"
    file.write_text("\n".join(lines) + "\n")
    code, _out, err = run("open", file, "--yes", key=Role.CURRENCY_SUPERVISOR, options=())

    assert code == ExitCode.INPUT
    assert says in " ".join(err.split())


def test_parts_are_as_the_help_says():
    assert str(shifts.PART) in sign_shifts.shifts.__doc__
