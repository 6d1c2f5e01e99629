"""Vouchers by the commands: from the programme's file to the merchant's refund and the funder's rest."""

import csv
import json

import pytest

from dongne.currency import AcceptRecovery, Issue, Kind, LocalCurrency, Recovery
from dongne.currency.vouchers import Vouchers
from dongne.errors import ExitCode
from dongne.signing import expand, sign
from dongne.suite import Role
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite
from tests.dongne.command_line import commands
from tests.undoing import undone

RESIDENT, NEIGHBOUR, SHOP, BAR, FUNDER = (funded(number) for number in (10, 11, 12, 13, 14))
DAY = 86_400
TERMS = """
funder = "{funder}"
start = 2020-01-01T00:00:00
expiry = 2090-01-01T00:00:00
rest_after_percent = 60
cap = "1,000"
categories = [5411]
"""


@pytest.fixture(scope="module")
def city():
    """A city with two residents, a grocer, a bar, and an institution with money."""
    with local_suite() as on:
        currency, members = on.client(LocalCurrency), on.officers[Role.MEMBERSHIP_OFFICER]
        currency.register(Kind.RESIDENT, [RESIDENT.address, NEIGHBOUR.address]).transact(members)
        currency.register(Kind.MERCHANT, [SHOP.address], 5_411).transact(members)
        currency.register(Kind.MERCHANT, [BAR.address], 5_813).transact(members)
        currency.register(Kind.INSTITUTION, [FUNDER.address]).transact(members)
        on.issue([Issue(FUNDER.address, 5_000)], bytes(32))
        yield on


@pytest.fixture(autouse=True)
def each_test_undone(city):
    with undone(city.chain):
        yield


@pytest.fixture
def currency(city):
    return city.client(LocalCurrency)


@pytest.fixture
def vouchers(city):
    return city.client(Vouchers)


@pytest.fixture
def run(capsys, tmp_path, city):
    return commands(capsys, tmp_path, city)


@pytest.fixture
def programme(run, tmp_path):
    """Programme 1, with 3,000 paid in."""
    file = tmp_path / "heating.toml"
    file.write_text(TERMS.format(funder=FUNDER.address))
    opened = run("voucher", "open", file, "--yes", key=Role.CURRENCY_SUPERVISOR)
    assert opened[0] == 0, opened[2]
    funded_ = run("voucher", "fund", "1", "3,000", key=FUNDER)
    assert funded_[0] == 0, funded_[2]
    return json.loads(funded_[1])


@pytest.fixture
def listed(tmp_path):
    file = tmp_path / "residents.csv"
    file.write_text(f"주소,금액\n{RESIDENT.address},1000\n{NEIGHBOUR.address},500\n", encoding="cp949")
    return file


@pytest.fixture
def granted(run, programme, listed):
    given = ["voucher", "grant", "1", listed, "--purpose", "heating 2026-12", "--yes"]
    code, out, err = run(*given, key=Role.VOUCHER_OFFICER)
    assert code == 0, err
    return given, json.loads(out)


def rows(file):
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_programme_is_opened_and_funded_from_its_file(run, programme):
    assert programme["held"] == programme["free"] == "3,000 DNW"
    shown = json.loads(run("voucher", "show", "1")[1])
    assert (shown["categories"], shown["refund_bps"], shown["funder"]) == ([5_411], 6_000, FUNDER.address)
    assert len(json.loads(run("voucher", "list")[1])) == 1


def test_a_list_is_granted_once_in_whatever_order_it_was_exported(run, vouchers, granted, listed):
    given, told = granted
    listed.write_text(f'address,amount\n{NEIGHBOUR.address},500\n{RESIDENT.address},"1,000"\n')

    again = json.loads(run(*given, key=Role.VOUCHER_OFFICER)[1])

    assert (told["done"], again["done"], again["done_before"]) == (2, 0, 2)
    assert vouchers.voucher(1, RESIDENT.address).balance == 1_000


def test_a_list_beyond_the_cap_or_the_money_grants_nothing(run, vouchers, programme, tmp_path):
    for amount, said in (("1001", "more than the cap"), ("0", "zero")):
        file = tmp_path / f"list {amount}.csv"
        file.write_text(f"address,amount\n{RESIDENT.address},{amount}\n")
        code, _out, err = run("voucher", "grant", "1", file, "--purpose", "x", "--yes", key=Role.VOUCHER_OFFICER)
        assert code == ExitCode.INPUT
        assert said in err
    assert vouchers.voucher(1, RESIDENT.address).face == 0


def test_people_claim_from_a_published_list(run, city, vouchers, programme, listed):
    purpose = ["--purpose", "books"]
    published = run("voucher", "publish", "1", listed, *purpose, "--yes", key=Role.VOUCHER_OFFICER)
    one = run("voucher", "claim", "1", listed, *purpose, "--holder", NEIGHBOUR.address, key=city.relayer)
    rest = run("voucher", "claim", "1", listed, *purpose, key=city.relayer)

    assert published[0] == one[0] == rest[0] == 0
    assert json.loads(published[1])["published_now"]
    assert [json.loads(each[1])["done"] for each in (one, rest)] == [1, 1]
    assert [vouchers.voucher(1, who.address).balance for who in (RESIDENT, NEIGHBOUR)] == [1_000, 500]


def test_a_resident_without_ether_pays_by_a_signed_voucher(run, city, currency, vouchers, granted, tmp_path):
    file = tmp_path / "spendings.jsonl"
    signed = run("sign", "voucher", "1", SHOP.address, "400", "--append", file, key=RESIDENT, options=())
    lines = [json.loads(signed[1]), json.loads(signed[1]) | {"amount": "500"}]
    file.write_text("\n".join(json.dumps(each) for each in (*reversed(lines), "nonsense")) + "\n")

    code, out, err = run("voucher", "relay", file, key=city.relayer)

    assert code == 0, err
    assert json.loads(out)["done"] == 1
    assert currency.balance_of(SHOP.address) == 400
    assert vouchers.voucher(1, RESIDENT.address).balance == 600
    assert [row["result"] for row in rows(file.with_suffix(".result.csv"))] == ["refused", "paid", "left out"]


def test_a_voucher_is_good_at_its_trades_only(run, currency, granted):
    code, _out, err = run("voucher", "spend", "1", BAR.address, "5", "--yes", key=RESIDENT)

    assert code == ExitCode.REFUSED
    assert "does not take this voucher" in err
    assert currency.balance_of(BAR.address) == 0


def test_a_refund_goes_back_to_the_voucher_and_never_to_cash(run, currency, vouchers, granted):
    run("voucher", "spend", "1", SHOP.address, "400", "--yes", key=RESIDENT)

    cash = run("currency", "transfer", RESIDENT.address, "100", "--yes", key=SHOP)
    back = run("voucher", "refund", "1", RESIDENT.address, "100", "--yes", key=SHOP)

    assert (cash[0], back[0]) == (ExitCode.REFUSED, 0)
    assert currency.balance_of(RESIDENT.address) == 0
    assert vouchers.voucher(1, RESIDENT.address).balance == 700


def test_the_rest_is_paid_out_once_enough_is_spent(run, currency, granted):
    run("voucher", "spend", "1", SHOP.address, "599", "--yes", key=RESIDENT)
    early = run("voucher", "rest", "1", key=RESIDENT)
    run("voucher", "spend", "1", SHOP.address, "1", "--yes", key=RESIDENT)
    late = run("voucher", "rest", "1", key=RESIDENT)

    assert (early[0], late[0]) == (ExitCode.REFUSED, 0)
    assert currency.balance_of(RESIDENT.address) == 400


def test_what_nobody_spent_goes_to_the_funder_alone(run, city, currency, granted):
    run("voucher", "spend", "1", SHOP.address, "400", "--yes", key=RESIDENT)
    early = run("voucher", "sweep", "1", key=city.relayer)
    city.move_clock_to(3_800_000_000)
    late = run("voucher", "sweep", "1", key=city.relayer)
    spent = run("voucher", "spend", "1", SHOP.address, "1", "--yes", key=RESIDENT)

    assert (early[0], late[0], spent[0]) == (ExitCode.REFUSED, 0, ExitCode.REFUSED)
    assert currency.balance_of(FUNDER.address) == 5_000 - 400


def test_a_voucher_follows_an_account_that_was_recovered(run, city, currency, vouchers, granted):
    run("voucher", "spend", "1", SHOP.address, "100", "--yes", key=RESIDENT)
    recovery, new = city.client(Recovery), funded(15)
    consent = expand(sign(AcceptRecovery(RESIDENT.address, new.address).digest(recovery.domain()), new))
    announced = recovery.announce(RESIDENT.address, new.address, bytes(32), consent)
    announced.transact(city.officers[Role.MEMBERSHIP_OFFICER])
    early = run("voucher", "follow", "1", RESIDENT.address, key=city.relayer)
    city.pass_time(7 * DAY)
    recovery.complete(RESIDENT.address).transact(city.relayer)

    late = run("voucher", "follow", "1", RESIDENT.address, key=city.relayer)
    run("voucher", "refund", "1", RESIDENT.address, "100", "--yes", key=SHOP)
    run("voucher", "follow", "1", RESIDENT.address, key=city.relayer)

    assert (early[0], late[0]) == (ExitCode.REFUSED, 0)
    assert vouchers.voucher(1, RESIDENT.address).balance == 0
    assert vouchers.voucher(1, new.address).balance == 1_000
    assert run("voucher", "spend", "1", SHOP.address, "1000", "--yes", key=new)[0] == 0
    assert currency.balance_of(SHOP.address) == 1_000


def test_the_guardian_ends_granting_and_the_funder_takes_back_the_rest(run, currency, vouchers, granted):
    closed = run("voucher", "close", "1", "--yes", key=Role.GUARDIAN)
    taken = run("voucher", "withdraw", "1", "1,500", key=FUNDER)
    more = run("voucher", "withdraw", "1", "1", key=FUNDER)

    assert (closed[0], taken[0], more[0]) == (0, 0, ExitCode.REFUSED)
    assert currency.balance_of(FUNDER.address) == 3_500
    assert run("voucher", "spend", "1", SHOP.address, "5", "--yes", key=RESIDENT)[0] == 0


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [
        ("cap", "cap = 0"),
        ("start", 'start = "soon"'),
        ("rest_after_percent", "rest_after_percent = 90"),
        ("x", "x = 1"),
    ],
)
def test_a_wrong_programme_file_opens_nothing(run, vouchers, tmp_path, setting, wrong):
    lines = [line for line in TERMS.format(funder=FUNDER.address).splitlines() if not line.startswith(setting)]
    file = tmp_path / "wrong.toml"
    file.write_text("\n".join([*lines, wrong]))

    code, _out, err = run("voucher", "open", file, "--yes", key=Role.CURRENCY_SUPERVISOR)

    assert code == ExitCode.INPUT
    assert setting in err or "zero" in err
    assert vouchers.count() == 0
