"""Cash-back by the commands: from the programme's file to a check that needs no key, and the funder's rest."""

import csv
import json

import pytest

from dongne.chain import Chain
from dongne.currency import Holds, Issue, Kind, LocalCurrency
from dongne.currency.events import Transfer
from dongne.currency.incentives import CashbackList, Incentives, Place, Rate, read_list
from dongne.currency.incentives.events import CashbackListRejected, CashbackPaid
from dongne.errors import ExitCode
from dongne.months import begin_of, month_of, month_text
from dongne.suite import Role
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite, person
from tests.dongne.command_line import commands
from tests.undoing import undone

SHOP, PUB, FUNDER, BUYER = (funded(number) for number in (10, 11, 12, 13))
BUYERS = [BUYER, *(person(f"buyer {number}") for number in range(119))]
DAY = 86_400
TERMS = """
funder = "{funder}"
first_month = "{month}"
last_month = "{month}"
rate_bps = 1000
cap = "3,000"
categories = [5411]
"""


@pytest.fixture(scope="module")
def city():
    """A city in which 120 residents have bought food for 10,000 and drinks for 5,000 each, in the month before."""
    with local_suite() as on:
        currency, members = on.client(LocalCurrency), on.officers[Role.MEMBERSHIP_OFFICER]
        currency.register(Kind.RESIDENT, [each.address for each in BUYERS]).transact(members)
        currency.register(Kind.MERCHANT, [SHOP.address], 5_411).transact(members)
        currency.register(Kind.MERCHANT, [PUB.address], 5_813).transact(members)
        currency.register(Kind.INSTITUTION, [FUNDER.address]).transact(members)
        on.issue([Issue(each.address, 50_000) for each in BUYERS], bytes(32))
        on.issue([Issue(FUNDER.address, 1_000_000)], bytes(31) + b"\x01")
        on.move_clock_to(begin_of(month_of(on.chain.timestamp()) + 1) + DAY)
        for each in BUYERS:
            currency.transfer(SHOP.address, 10_000).transact(each)
            currency.transfer(PUB.address, 5_000).transact(each)
        yield on


@pytest.fixture(autouse=True)
def each_test_undone(city):
    with undone(city.chain):
        yield


@pytest.fixture
def currency(city):
    return city.client(LocalCurrency)


@pytest.fixture
def incentives(city):
    return city.client(Incentives)


@pytest.fixture
def month(city):
    return month_of(city.chain.timestamp())


@pytest.fixture
def run(capsys, tmp_path, city):
    return commands(capsys, tmp_path, city, "currency", "incentive")


@pytest.fixture
def programme(run, tmp_path, month):
    """Programme 1 of the present month, with 500,000 paid in."""
    file = tmp_path / "winter.toml"
    file.write_text(TERMS.format(funder=FUNDER.address, month=month_text(month)))
    opened = run("open", file, "--yes", key=Role.CURRENCY_SUPERVISOR)
    assert opened[0] == 0, opened[2]
    paid_in = run("fund", "1", "500,000", key=FUNDER)
    assert paid_in[0] == 0, paid_in[2]
    return json.loads(paid_in[1])


@pytest.fixture
def computed(run, city, programme, month, tmp_path):
    """The list of the month, whose refunds are over."""
    city.move_clock_to(begin_of(month + 1) + 7 * DAY)
    file = tmp_path / "list.csv"
    code, out, err = run("compute", "1", "--out", file)
    assert code == 0, err
    return file, json.loads(out)


@pytest.fixture
def published(run, city, computed):
    """The same list, published and payable."""
    file, _told = computed
    code, _out, err = run("publish", "1", file, "--yes", key=Role.INCENTIVE_OFFICER)
    assert code == 0, err
    city.pass_time(3 * DAY)
    return file


def rows(file):
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_programme_is_opened_and_funded_from_its_file(run, programme, month):
    shown = json.loads(run("show", "1")[1])

    assert (programme["held"], programme["list"]) == ("500,000 DNW", None)
    assert (shown["trades"], shown["rate_bps"], shown["funder"]) == ([5_411], 1_000, FUNDER.address)
    assert json.loads(run("list")[1])[0]["last_month"] == month_text(month)


def test_a_month_is_computed_published_paid_and_verified(run, currency, published, computed):
    file, told = computed
    early = json.loads(run("verify", "1")[1])
    code, out, err = run("pay", "1", file, key=BUYER)
    late = json.loads(run("verify", "1")[1])

    assert code == 0, err
    assert (told["people"], told["total"]) == (120, "120000")
    assert json.loads(out) | {"results": ""} == {
        "file": str(file),
        "listed": 120,
        "paid": 120,
        "paid_before": 0,
        "not_paid": 0,
        "results": "",
    }
    assert {row["result"] for row in rows(file.with_suffix(".result.csv"))} == {"paid"}
    assert {currency.balance_of(each.address) for each in BUYERS} == {36_000}
    assert (early["agrees"], early["paid"], early["left"]) == (True, 0, 120)
    assert (late["agrees"], late["paid"], late["left"], late["paid_total"]) == (True, 120, 0, "120000")


def test_a_payment_that_was_cut_off_is_continued_and_repeated_without_paying_twice(
    run, city, incentives, currency, published, month
):
    listed = CashbackList.of(month, Rate(1_000, 3_000), [Place(each.address, 10_000) for each in BUYERS])
    incentives.pay(1, listed, 1).transact(city.relayer)

    first = json.loads(run("pay", "1", published, key=BUYER)[1])
    again = json.loads(run("pay", "1", published, key=BUYER)[1])

    assert (first["paid"], first["paid_before"]) == (100, 20)
    assert (again["paid"], again["paid_before"]) == (0, 120)
    assert {currency.balance_of(each.address) for each in BUYERS} == {36_000}
    results = sorted(file.name for file in published.parent.glob("list.result*"))
    assert results == ["list.result-2.csv", "list.result.csv"]


def test_a_list_in_another_order_is_the_same_list(run, currency, published):
    header, *lines = published.read_text(encoding="utf-8-sig").splitlines()
    published.write_text("\n".join([header, *reversed(lines)]))

    assert json.loads(run("pay", "1", published, key=BUYER)[1])["paid"] == 120
    assert currency.balance_of(BUYER.address) == 36_000


@pytest.mark.parametrize("change", ["a larger amount", "one person less", "a stranger"])
def test_a_list_that_is_not_that_of_the_logs_is_not_published(run, incentives, computed, change):
    file, _told = computed
    header, first, *lines = file.read_text(encoding="utf-8-sig").splitlines()
    other = {
        "a larger amount": [first.replace("10000", "10001", 1)],
        "one person less": [],
        "a stranger": [first, f"{PUB.address},500,50"],
    }
    file.write_text("\n".join([header, *other[change], *lines]))

    code, _out, err = run("publish", "1", file, "--yes", key=Role.INCENTIVE_OFFICER)

    assert code == ExitCode.INPUT
    assert "differs from the logs in 1 line" in err
    assert not incentives.published(1).stands


def test_only_the_published_list_is_paid(run, currency, published):
    text = published.read_text(encoding="utf-8-sig")
    published.write_text(text.replace(",10000,", ",9000,", 1))

    code, _out, err = run("pay", "1", published, key=BUYER)

    assert code == ExitCode.INPUT
    assert "is not the list that is published" in err
    assert currency.balance_of(BUYER.address) == 35_000


def test_who_cannot_be_paid_is_named_and_paid_later(run, city, currency, published):
    holds, officer = city.client(Holds), city.officers[Role.HOLDS_OFFICER]
    holds.freeze(BUYER.address, bytes(32)).transact(officer)
    first = json.loads(run("pay", "1", published, key=FUNDER)[1])
    results = {row["address"]: row for row in rows(published.with_suffix(".result.csv"))}
    between = json.loads(run("verify", "1")[1])
    holds.unfreeze(BUYER.address).transact(officer)
    again = json.loads(run("pay", "1", published, key=FUNDER)[1])

    assert (first["paid"], first["not_paid"], again["paid"]) == (119, 1, 1)
    assert (results[BUYER.address]["result"], results[BUYER.address]["detail"]) == (
        "not paid",
        "not a resident now, or frozen",
    )
    assert (between["agrees"], between["left"]) == (True, 1)
    assert currency.balance_of(BUYER.address) == 36_000


def test_anyone_finds_a_list_that_rewards_what_was_bought_at_pubs(run, city, incentives, computed, month):
    forged = CashbackList.of(month, Rate(1_000, 3_000), [Place(each.address, 15_000) for each in BUYERS])
    incentives.publish(1, forged).transact(city.officers[Role.INCENTIVE_OFFICER])

    found = run("verify", "1")
    rejected = run("reject", "1", "--yes", key=Role.GUARDIAN)
    right = run("publish", "1", computed[0], "--yes", key=Role.INCENTIVE_OFFICER)

    assert (found[0], json.loads(found[1])["list_agrees"]) == (ExitCode.DIFFERENT, False)
    assert "120,000 DNW by the logs, 180,000 DNW as published" in found[2]
    assert (rejected[0], right[0]) == (0, 0)
    assert run("verify", "1")[0] == 0


def test_anyone_finds_who_was_paid_by_a_forged_list(run, city, incentives, computed, month):
    forged = CashbackList.of(month, Rate(1_000, 3_000), [Place(BUYER.address, 15_000), Place(BUYERS[1].address, 9_000)])
    incentives.publish(1, forged).transact(city.officers[Role.INCENTIVE_OFFICER])
    city.pass_time(3 * DAY)
    incentives.pay(1, forged, 0).transact(city.relayer)

    code, out, err = run("verify", "1")

    assert code == ExitCode.DIFFERENT
    assert {(each["account"], each["expected"], each["paid"]) for each in json.loads(out)["paid_otherwise"]} == {
        (BUYER.address, "1000", "1500"),
        (BUYERS[1].address, "1000", "900"),
    }
    assert f"{BUYER.address}: 1,000 DNW by the logs, 1,500 DNW paid" in err


@pytest.mark.parametrize("withheld", [CashbackPaid, Transfer, CashbackListRejected])
def test_logs_that_a_node_withholds_show_in_what_the_contract_states(run, city, published, monkeypatch, withheld):
    """Without its log a payment would be one that is still to come, and a rejected list would stand."""
    run("pay", "1", published, key=FUNDER)
    run("reject", "1", "--yes", key=Role.GUARDIAN)
    honest, hidden = Chain.raw_logs, "0x" + withheld.topic().hex()
    before = json.loads(run("verify", "1")[1])
    monkeypatch.setattr(Chain, "raw_logs", lambda *asked: (log for log in honest(*asked) if log["topics"][0] != hidden))
    code, out, err = run("verify", "1")

    assert before["as_stated"] is True
    assert (code, json.loads(out)["as_stated"]) == (ExitCode.DIFFERENT, False)
    assert "something else than its logs" in err


def test_a_list_that_follows_a_rejected_one_pays_the_others_and_is_verified(run, city, currency, incentives, published):
    """Of the rejected list a part was paid; whom it paid is not paid again, and counts as paid as it should be."""
    listed = read_list(published, incentives.published(1).month, Rate(1_000, 3_000), 0)[1]
    incentives.pay(1, listed, 1).transact(city.relayer)
    run("reject", "1", "--yes", key=Role.GUARDIAN)

    again = run("publish", "1", published, "--yes", key=Role.INCENTIVE_OFFICER)
    city.pass_time(3 * DAY)
    paid = json.loads(run("pay", "1", published, key=FUNDER)[1])
    verified = json.loads(run("verify", "1")[1])

    assert again[0] == 0, again[2]
    assert (paid["paid"], paid["paid_before"]) == (100, 20)
    assert (verified["agrees"], verified["paid"], verified["left"], verified["paid_total"]) == (True, 120, 0, "120000")
    assert {currency.balance_of(each.address) for each in BUYERS} == {36_000}


def test_too_little_money_is_shared_alike_and_verified(run, city, currency, tmp_path, month):
    file = tmp_path / "poor.toml"
    file.write_text(TERMS.format(funder=FUNDER.address, month=month_text(month)))
    run("open", file, "--yes", key=Role.CURRENCY_SUPERVISOR)
    run("fund", "1", "30,000", key=FUNDER)
    city.move_clock_to(begin_of(month + 1) + 7 * DAY)
    listed = tmp_path / "shared.csv"
    run("compute", "1", "--out", listed)
    run("publish", "1", listed, "--yes", key=Role.INCENTIVE_OFFICER)
    city.pass_time(3 * DAY)

    paid = run("pay", "1", listed, key=BUYER)
    verified = json.loads(run("verify", "1")[1])

    assert paid[0] == 0, paid[2]
    assert {currency.balance_of(each.address) for each in BUYERS} == {35_250}
    assert (verified["agrees"], verified["paid"], verified["paid_total"]) == (True, 120, "30000")


def test_a_rehearsal_sends_nothing_and_says_what_it_would_take(run, currency, published):
    code, _out, err = run("pay", "1", published, "--dry-run", key=BUYER)

    assert code == 0, err
    assert [json.loads(line)["would_send"] for line in err.splitlines() if line] == ["Incentives.pay"] * 2
    assert currency.balance_of(BUYER.address) == 35_000
    assert not published.with_suffix(".result.csv").exists()


def test_the_rest_returns_to_the_funder_once_the_programme_is_over(run, city, currency, published, month):
    run("pay", "1", published, key=BUYER)
    early = run("sweep", "1", key=BUYER)
    city.move_clock_to(begin_of(month + 2))
    late = run("sweep", "1", key=BUYER)

    assert (early[0], late[0]) == (ExitCode.REFUSED, 0)
    assert f"Purchases until {month_text(month)} may still be rewarded" in early[2]
    assert currency.balance_of(FUNDER.address) == 1_000_000 - 120_000


def test_the_guardian_ends_a_programme(run, incentives, programme, tmp_path, month):
    file = tmp_path / "long.toml"
    terms = TERMS.format(funder=FUNDER.address, month=month_text(month)).replace("5411", "5942")
    file.write_text(terms.replace(f'last_month = "{month_text(month)}"', f'last_month = "{month_text(month + 9)}"'))
    run("open", file, "--yes", key=Role.CURRENCY_SUPERVISOR)

    closed = run("close", "2", "--yes", key=Role.GUARDIAN)

    assert closed[0] == 0, closed[2]
    assert incentives.programme(2).last_month == month


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [
        ("cap", "cap = 0"),
        ("first_month", 'first_month = "soon"'),
        ("rate_bps", "rate_bps = 2001"),
        ("categories", "categories = []"),
        ("x", "x = 1"),
        ("funder", ""),
    ],
)
def test_a_wrong_programme_file_opens_nothing(run, incentives, tmp_path, month, setting, wrong):
    terms = TERMS.format(funder=FUNDER.address, month=month_text(month))
    file = tmp_path / "wrong.toml"
    file.write_text("\n".join([*(line for line in terms.splitlines() if not line.startswith(setting)), wrong]))

    code, _out, err = run("open", file, "--yes", key=Role.CURRENCY_SUPERVISOR)

    assert code == ExitCode.INPUT
    assert setting in err or "zero" in err or "not a month" in err
    assert incentives.count() == 0


def test_a_month_without_a_list_or_without_buyers_is_said(run, computed, month):
    before = month_text(month - 1)

    assert "No list of programme 1" in run("verify", "1")[2]
    assert "nobody is rewarded" in run("publish", "1", computed[0], "--month", before, key=Role.INCENTIVE_OFFICER)[2]
