"""Cash-outs from the merchant's signature to the bank's list, by the commands."""

import csv
import json

import pytest

from dongne.currency import CashOutDesk, Issue, Kind, LocalCurrency, Treasury
from dongne.errors import ExitCode
from dongne.suite import Role
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite
from tests.dongne.command_line import commands
from tests.undoing import undone

RESIDENT, SHOP, OTHER_SHOP = funded(8), funded(7), funded(6)
DAY = 86_400


@pytest.fixture(scope="module")
def city():
    """A city with two merchants who were paid 1,000 each."""
    with local_suite() as on:
        currency = LocalCurrency(on.chain, on.book.entry("LocalCurrency"))
        members = on.officers[Role.MEMBERSHIP_OFFICER]
        currency.register(Kind.RESIDENT, [RESIDENT.address]).transact(members)
        currency.register(Kind.MERCHANT, [SHOP.address, OTHER_SHOP.address], 5_411).transact(members)
        on.back(2_000)
        on.client(Treasury).issue_batch([Issue(RESIDENT.address, 2_000)], bytes(32)).transact(
            on.officers[Role.CURRENCY_OFFICER]
        )
        for shop in (SHOP, OTHER_SHOP):
            currency.transfer(shop.address, 1_000).transact(RESIDENT)
        yield on


@pytest.fixture(autouse=True)
def each_test_undone(city):
    with undone(city.chain):
        yield


@pytest.fixture
def currency(city):
    return city.client(LocalCurrency)


@pytest.fixture
def desk(city):
    return city.client(CashOutDesk)


@pytest.fixture
def run(capsys, tmp_path, city):
    return commands(capsys, tmp_path, city)


@pytest.fixture
def signed(run, tmp_path):
    """A file with a cash-out of each merchant."""
    file = tmp_path / "cash-outs.jsonl"
    for shop, amount in ((SHOP, "400"), (OTHER_SHOP, "1,000")):
        code, _out, err = run("sign", "cash-out", amount, "--append", file, key=shop, options=())
        assert code == 0, err
    return file


@pytest.fixture
def handed_in(run, city, signed):
    code, out, err = run("currency", "cash-out", "relay", signed, key=city.relayer)
    assert code == 0, err
    return json.loads(out)


def rows(file):
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def settle(run, file, reference="KB-1124"):
    return run("currency", "cash-out", "settle", file, "--reference", reference, "--yes", key=Role.SETTLEMENT_OFFICER)


def test_a_merchant_without_ether_signs_and_anyone_hands_in(currency, desk, handed_in, signed):
    assert (handed_in["listed"], handed_in["done"], handed_in["refused"]) == (2, 2, 0)
    assert [(each.merchant, each.amount) for each in desk.open_cash_outs()] == [
        (SHOP.address, 400),
        (OTHER_SHOP.address, 1_000),
    ]
    assert currency.balance_of(SHOP.address) == 600
    assert {row["result"] for row in rows(signed.with_suffix(".result.csv"))} == {"requested"}


def test_handing_in_twice_hands_in_once(run, city, currency, handed_in, signed):
    code, out, _err = run("currency", "cash-out", "relay", signed, key=city.relayer)

    assert code == 0
    assert json.loads(out)["done"] == 0
    assert currency.balance_of(SHOP.address) == 600


def test_a_line_that_nobody_signed_spoils_no_other(run, city, desk, signed):
    lines = signed.read_text().splitlines()
    forged = json.loads(lines[0]) | {"amount": "500"}
    signed.write_text("\n".join([json.dumps(forged), "not JSON", lines[1]]) + "\n")

    code, out, _err = run("currency", "cash-out", "relay", signed, key=city.relayer)

    told = json.loads(out)
    assert code == 0
    assert (told["listed"], told["done"], told["refused"]) == (3, 1, 1)
    assert [each.merchant for each in desk.open_cash_outs()] == [OTHER_SHOP.address]


def test_the_office_settles_what_the_bank_has_paid(run, city, currency, desk, handed_in, tmp_path):
    payouts = tmp_path / "today.csv"
    assert json.loads(run("currency", "cash-out", "list", "--due")[1]) == []
    city.pass_time(3 * DAY)
    run("currency", "cash-out", "list", "--due", "--payouts", payouts)
    assert [(row["merchant"], row["amount"]) for row in rows(payouts)] == [
        (SHOP.address, "400"),
        (OTHER_SHOP.address, "1000"),
    ]

    code, out, err = settle(run, payouts)

    assert code == 0, err
    assert json.loads(out)["done"] == 2
    assert currency.total_supply() == 600
    assert desk.open_cash_outs() == []
    assert desk.settled_total() == 1_400


def test_the_file_comes_back_with_the_offices_own_columns(run, city, handed_in, tmp_path, desk):
    """In CP949 with semicolons and thousands separators, as Excel writes it."""
    city.pass_time(3 * DAY)
    paid = tmp_path / "paid.csv"
    lines = [
        "id;은행;계좌번호;merchant;amount",
        f"1;국민;123;{OTHER_SHOP.address};1,000",
        f"0;신한;678;{SHOP.address};400",
    ]
    text = "\n".join(lines)
    paid.write_text(text, encoding="cp949")

    code, out, err = settle(run, paid)

    assert code == 0, err
    assert json.loads(out)["done"] == 2


def test_settling_the_same_file_again_settles_nothing(run, city, desk, handed_in, tmp_path):
    city.pass_time(3 * DAY)
    payouts = tmp_path / "today.csv"
    run("currency", "cash-out", "list", "--due", "--payouts", payouts)
    settle(run, payouts)

    code, _out, err = settle(run, payouts)

    assert code == ExitCode.INPUT
    assert "Nothing was settled" in err
    assert desk.settled_total() == 1_400
    assert "not open" in rows(payouts.with_name("today.result-2.csv"))[0]["detail"]


def test_what_is_listed_otherwise_than_on_the_chain_is_left_out(run, city, desk, handed_in, tmp_path):
    city.pass_time(3 * DAY)
    paid = tmp_path / "paid.csv"
    paid.write_text(f"id,merchant,amount\n0,{SHOP.address},4000\n1,{OTHER_SHOP.address},1000\n")

    code, out, _err = settle(run, paid)

    assert code == 0
    assert json.loads(out)["done"] == 1
    assert [each.id for each in desk.open_cash_outs()] == [0]
    assert "400" in rows(paid.with_suffix(".result.csv"))[0]["detail"]


def test_a_number_listed_twice_settles_nothing(run, city, desk, handed_in, tmp_path):
    city.pass_time(3 * DAY)
    paid = tmp_path / "paid.csv"
    paid.write_text(f"id,merchant,amount\n0,{SHOP.address},400\n0,{SHOP.address},400\n")

    code, _out, err = settle(run, paid)

    assert code == ExitCode.INPUT
    assert "line 2 already" in err
    assert len(desk.open_cash_outs()) == 2


def test_what_is_not_due_is_left_out(run, handed_in, tmp_path):
    paid = tmp_path / "paid.csv"
    paid.write_text(f"id,merchant,amount\n0,{SHOP.address},400\n")

    code, _out, err = settle(run, paid)

    assert code == ExitCode.INPUT
    assert "Nothing was settled" in err
    assert "not due" in rows(paid.with_suffix(".result.csv"))[0]["detail"]


def test_a_list_for_the_bank_is_never_written_over(run, handed_in, tmp_path):
    payouts = tmp_path / "today.csv"
    payouts.write_text("the bank's")

    code, _out, err = run("currency", "cash-out", "list", "--payouts", payouts)

    assert code == ExitCode.INPUT
    assert "exists already" in err
    assert payouts.read_text() == "the bank's"


def test_nothing_is_settled_without_an_answer(run, city, desk, handed_in, tmp_path):
    city.pass_time(3 * DAY)
    payouts = tmp_path / "today.csv"
    run("currency", "cash-out", "list", "--due", "--payouts", payouts)

    code, _out, err = run("currency", "cash-out", "settle", payouts, "--reference", "x", key=Role.SETTLEMENT_OFFICER)

    assert code == ExitCode.DECLINED
    assert "--yes" in err
    assert len(desk.open_cash_outs()) == 2


def test_what_the_bank_could_not_pay_goes_back(run, currency, handed_in):
    code, out, _err = run(
        "currency", "cash-out", "return", "0", "--reason", "closed", "--yes", key=Role.SETTLEMENT_OFFICER
    )

    assert code == 0
    assert json.loads(out)["merchant"] == SHOP.address
    assert currency.balance_of(SHOP.address) == 1_000


def test_anyone_takes_back_for_a_merchant_what_the_city_left(run, city, currency, handed_in):
    early = run("currency", "cash-out", "reclaim", "0", key=city.relayer)
    city.pass_time(17 * DAY)
    late = run("currency", "cash-out", "reclaim", "0", key=city.relayer)

    assert (early[0], late[0]) == (ExitCode.REFUSED, ExitCode.DONE)
    assert "can be taken back from" in early[2]
    assert currency.balance_of(SHOP.address) == 1_000


def test_waiting_times_are_set_in_words_of_both_languages(run, desk):
    said = run("currency", "cash-out", "risk", "주의", SHOP.address, key=Role.HOLDS_OFFICER, options=("--lang", "ko"))
    days = run("currency", "cash-out", "waiting", "3", "1", "9", "14", key=Role.CURRENCY_SUPERVISOR)

    assert said[0] == days[0] == 0
    assert "주의" in said[1]
    assert json.loads(run("currency", "cash-out", "class", SHOP.address)[1]) == {
        "merchant": SHOP.address,
        "class": "WATCHED",
        "days": 9,
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("risk", "king", SHOP.address),
        ("risk", "high", "0x12"),
        ("waiting", "1", "2"),
        ("waiting", "1", "2", "3", "31"),
        ("reclaim", "-1"),
        ("reclaim", "4294967296"),
        ("return", "0", "--reason", "x" * 33),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(run, arguments):
    yes = ["--yes"] if arguments[0] == "return" else []
    code, _out, err = run("currency", "cash-out", *arguments, *yes, key=Role.SETTLEMENT_OFFICER)

    assert code in (ExitCode.USAGE, ExitCode.INPUT)
    assert err and "Traceback" not in err
