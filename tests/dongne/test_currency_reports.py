"""Statements of accounts and the report on the reserve: from logs alone, and beside what the contracts state."""

import csv
import json
from datetime import datetime

import pytest
from eth_account import Account as Keys
from eth_utils.crypto import keccak

from dongne import book as books
from dongne.chain import Chain
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
    TopUpTerms,
    Treasury,
)
from dongne.currency.events import CashOutsSettled, Issued, ReserveAttested, Transfer
from dongne.currency.reserve_report import Figure, reserve_report
from dongne.currency.statement import Movement, statement_of
from dongne.errors import ExitCode
from dongne.months import KOREA, begin_of, month_of
from dongne.signing import sign
from dongne.suite import Role
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite
from tests.dongne.command_line import dongne
from tests.undoing import undone

RESIDENT, SHOP, FRIEND, NEW = funded(8), funded(7), funded(6), funded(5)
FAR, DAY = 2**40 - 1, 86_400
START = int(datetime(2026, 11, 20, 12, tzinfo=KOREA).timestamp())


@pytest.fixture(scope="module")
def city():
    """November: a top-up, two purchases, a refund, a gift and a cash-out; December: a batch, and a lost key."""
    with local_suite(start=START) as on:
        currency, treasury, desk = on.client(LocalCurrency), on.client(Treasury), on.client(CashOutDesk)
        officers = on.officers
        members = officers[Role.MEMBERSHIP_OFFICER]
        currency.register(Kind.RESIDENT, [RESIDENT.address, FRIEND.address]).transact(members)
        currency.register(Kind.MERCHANT, [SHOP.address], 5_411).transact(members)
        on.back(50_000)
        treasury.set_top_up_terms(TopUpTerms(1_000, 100_000, 1_000_000)).transact(officers[Role.CURRENCY_SUPERVISOR])
        treasury.increase_bonus_budget(5_000).transact(officers[Role.CURRENCY_SUPERVISOR])
        treasury.top_up_batch([Issue(RESIDENT.address, 10_000)], bytes(32)).transact(officers[Role.CURRENCY_OFFICER])
        _pay(on, RESIDENT, SHOP, 3_000, 0, b"A-1")
        currency.transfer(SHOP.address, 500).transact(RESIDENT)
        currency.transfer(RESIDENT.address, 200).transact(SHOP)
        currency.transfer(FRIEND.address, 1_000).transact(RESIDENT)
        given = ReceiveAuthorization(SHOP.address, desk.address, 2_000, 0, FAR, keccak(b"cash-out"))
        desk.request(given.sign(SHOP, currency.domain())).transact(on.relayer)
        on.pass_time(4 * DAY)
        desk.settle([0], bytes(32)).transact(officers[Role.SETTLEMENT_OFFICER])
        on.move_clock_to(begin_of(month_of(START) + 1) + 3_600)
        batch = [_signed(on, RESIDENT, SHOP, 100, 1, b"B-1"), _signed(on, FRIEND, SHOP, 70, 0, b"B-2")]
        batch += [_signed(on, FRIEND, SHOP, 999_999, 1, b"B-3"), _signed(on, RESIDENT, SHOP, 30, 2, b"B-4")]
        currency.pay_many(batch).transact(on.relayer)
        _recover(on)
        yield on


def _signed(on, payer, payee, amount, nonce, order):
    payment = Payment(payer.address, payee.address, amount, nonce, FAR, order.ljust(32, b"\0"))
    return payment.sign(payer, on.client(LocalCurrency).domain())


def _pay(on, payer, payee, amount, nonce, order):
    on.client(LocalCurrency).pay(_signed(on, payer, payee, amount, nonce, order)).transact(on.relayer)


def _recover(on):
    recovery = on.client(Recovery)
    consent = sign(AcceptRecovery(RESIDENT.address, NEW.address).digest(recovery.domain()), NEW)
    call = recovery.announce(RESIDENT.address, NEW.address, bytes(32), consent)
    call.transact(on.officers[Role.MEMBERSHIP_OFFICER])
    on.pass_time(8 * DAY)
    recovery.complete(RESIDENT.address).transact(on.relayer)
    on.client(LocalCurrency).transfer(SHOP.address, 5).transact(NEW)


@pytest.fixture(autouse=True)
def each_test_undone(city):
    with undone(city.chain):
        yield


@pytest.fixture
def currency(city):
    return city.client(LocalCurrency)


@pytest.fixture
def report(city, currency):
    return lambda: reserve_report(currency, city.client(Treasury), city.client(CashOutDesk))


@pytest.fixture
def run(capsys, tmp_path, city):
    books.save(city.book, tmp_path / "deployments")

    def command(*arguments, lang="en"):
        shared = ["--rpc", city.chain.rpc, "--deployments", tmp_path / "deployments", "--lang", lang]
        return dongne(capsys, *arguments, *shared)

    return command


def told(statement):
    return [(entry.movement, entry.amount, entry.balance, entry.order) for entry in statement.entries]


def order(text):
    return text.ljust(32, b"\0")


# Statements


def test_a_month_is_told_with_orders_and_balances(currency):
    found = statement_of(currency, RESIDENT.address, month_of(START))

    assert told(found) == [
        (Movement.ISSUED, 11_000, 11_000, None),
        (Movement.PURCHASE, -3_000, 8_000, order(b"A-1")),
        (Movement.PURCHASE, -500, 7_500, None),
        (Movement.REFUND, 200, 7_700, None),
        (Movement.TRANSFER, -1_000, 6_700, None),
    ]
    assert (found.opening, found.closing, found.received, found.paid) == (0, 6_700, 11_200, 4_500)
    assert found.purchases == 3_300
    assert found.is_reconciled


def test_orders_of_a_batch_go_to_their_payments_and_a_key_that_was_lost_is_told(currency):
    december = month_of(START) + 1
    old, new, friend = (statement_of(currency, each.address, december) for each in (RESIDENT, NEW, FRIEND))

    assert told(old) == [
        (Movement.PURCHASE, -100, 6_600, order(b"B-1")),
        (Movement.PURCHASE, -30, 6_570, order(b"B-4")),
        (Movement.MOVED, -6_570, 0, None),
    ]
    assert old.opening == 6_700
    assert told(friend) == [(Movement.PURCHASE, -70, 930, order(b"B-2"))]
    assert told(new) == [(Movement.MOVED, 6_570, 6_570, None), (Movement.PURCHASE, -5, 6_565, None)]
    assert all(each.is_reconciled for each in (old, new, friend))


def test_a_shops_cash_outs_are_payments_to_the_desk(currency, city):
    found = statement_of(currency, SHOP.address, month_of(START))

    desk = city.client(CashOutDesk).address
    assert [(entry.movement, entry.other) for entry in found.entries][-1] == (Movement.CITY_CONTRACT, desk)
    assert (found.received, found.paid, found.closing) == (3_500, 2_200, 1_300)


def test_purchases_of_a_statement_are_those_that_the_contract_counts(currency):
    november = statement_of(currency, SHOP.address, month_of(START))
    december = statement_of(currency, SHOP.address, month_of(START) + 1)

    state = currency.account(SHOP.address)
    assert (december.purchases, november.purchases) == (state.counted, state.closed)


def test_money_moved_by_a_decision_is_told_so(city, currency):
    holds, officers = city.client(Holds), city.officers
    case = holds.flagged_in(holds.flag(FRIEND.address, 50, bytes(32)).transact(officers[Role.DETECTOR]))
    holds.place(case, 50).transact(officers[Role.HOLDS_OFFICER])
    holds.confirm(case, SHOP.address, bytes(32)).transact(officers[Role.HOLDS_REVIEWER])
    city.pass_time(14 * DAY)
    holds.carry_out(case).transact(city.relayer)

    found = statement_of(currency, FRIEND.address, month_of(city.chain.timestamp()))

    assert told(found)[-1] == (Movement.DECIDED, -50, 880, None)
    assert found.is_reconciled


def test_a_month_without_movements_has_only_a_balance(currency):
    found = statement_of(currency, FRIEND.address, month_of(START) + 5)

    assert (found.entries, found.opening, found.closing, found.is_reconciled) == ((), 930, 930, True)


def test_a_payment_to_oneself_is_told_once(city, currency):
    from dongne.currency import RESIDENTS_MAY_GIVE, table_pairs

    supervisor = city.officers[Role.CURRENCY_SUPERVISOR]
    currency.set_transfer_table(table_pairs(RESIDENTS_MAY_GIVE)).transact(supervisor)
    currency.transfer(FRIEND.address, 7).transact(FRIEND)

    found = statement_of(currency, FRIEND.address, month_of(city.chain.timestamp()))

    assert told(found)[-1] == (Movement.TRANSFER, 0, 930, None)


def test_withheld_logs_show_in_the_balance(run, currency, monkeypatch):
    honest = Chain.logs

    def withheld(chain, address, topics, first, last=None):
        found = list(honest(chain, address, topics, first, last))
        return iter(found[:-1] if found and bytes(found[0]["topics"][0]) == Transfer.topic() else found)

    monkeypatch.setattr(Chain, "logs", withheld)
    code, _out, err = run("currency", "statement", FRIEND.address, "--month", "2026-12")

    assert code == ExitCode.DIFFERENT
    assert "The node may withhold logs" in err


def test_the_command_prints_writes_and_speaks_both_languages(run, tmp_path):
    file = tmp_path / "statement.csv"
    code, out, _err = run("currency", "statement", RESIDENT.address, "--month", "2026-11", "--csv", file)
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    data = json.loads(run("currency", "statement", RESIDENT.address, "--month", "2026-11", "--json")[1])
    korean = run("currency", "statement", RESIDENT.address, "--month", "2026-11", lang="ko")[1]

    assert code == 0
    assert "A-1" in out and "purchase" in out
    assert rows[0] == ["time", "what", "with", "amount", "balance", "order", "transaction"]
    assert rows[2][1:6] == ["purchase", SHOP.address, "-3000", "8000", "A-1"]
    assert (data["closing"], len(data["entries"]), data["reconciled"]) == ("6700", len(rows) - 1, True)
    assert "구매" in korean and "기말 잔액" in korean
    code, _out, err = run("currency", "statement", RESIDENT.address, "--csv", file)
    assert (code, "exists already" in err) == (ExitCode.INPUT, True)


# The reserve


def test_the_report_adds_up_and_agrees_with_the_contracts(report):
    found = report()

    assert (found.issued, found.redeemed, found.circulating) == (11_000, 2_000, 9_000)
    assert (found.deposits, found.bonuses, found.budget) == (10_000, 1_000, 4_000)
    assert (found.requested, found.settled, found.returned, found.at_the_desk) == (2_000, 2_000, 0, 0)
    assert [each.reserve for each in found.attestations] == [50_000]
    assert (found.left, found.uncovered) == (48_000, [])
    assert {each.figure for each in found.compared} == set(Figure)
    assert found.is_sound


def test_what_waits_at_the_desk_is_in_circulation(report, city, currency):
    desk = city.client(CashOutDesk)
    given = ReceiveAuthorization(SHOP.address, desk.address, 700, 0, FAR, keccak(b"another"))
    desk.request(given.sign(SHOP, currency.domain())).transact(city.relayer)
    before = report()
    city.pass_time(4 * DAY)
    desk.return_cash_out(1, bytes(32)).transact(city.officers[Role.SETTLEMENT_OFFICER])

    assert (before.at_the_desk, before.circulating, before.is_sound) == (700, 9_000, True)
    assert (report().at_the_desk, report().is_sound) == (0, True)


def test_money_that_somebody_pays_to_the_desk_by_mistake_is_no_difference(report, city, currency):
    currency.transfer(city.client(CashOutDesk).address, 5).transact(SHOP)

    assert report().is_sound


def test_nothing_can_be_issued_on_an_attestation_that_is_over(report, city):
    city.pass_time(31 * DAY)
    city.client(LocalCurrency).transfer(SHOP.address, 1).transact(FRIEND)

    found = report()

    assert (found.issuable(found.time), found.is_sound) == (0, True)
    assert found.issuable(found.attestations[-1].expires - 1) == 48_000 - 9_000


def test_a_statement_from_before_a_settlement_counts_it_later(report, city):
    treasury, now = city.client(Treasury), city.chain.timestamp()
    treasury.attest(20_000, now, now + DAY, bytes(32)).transact(city.officers[Role.RESERVE_ATTESTER])

    found = report()

    assert (found.left, found.is_sound) == (20_000, True)  # what was settled before is in it already


@pytest.mark.parametrize("withheld", [Issued, CashOutsSettled, ReserveAttested])
def test_what_a_node_withholds_makes_the_report_unsound(run, monkeypatch, withheld):
    honest = Chain.logs
    topic = withheld.topic()
    monkeypatch.setattr(
        Chain, "logs", lambda *asked: (log for log in honest(*asked) if bytes(log["topics"][0]) != topic)
    )

    code, out, err = run("currency", "reserve", "report")

    assert code == ExitCode.DIFFERENT
    assert "by the logs" in err
    assert "sound" in out


def test_an_issue_that_no_reserve_stood_behind_is_named(run, monkeypatch):
    honest = Chain.logs

    def lying(*asked):
        for log in honest(*asked):
            if bytes(log["topics"][0]) == ReserveAttested.topic():
                data = bytes(log["data"])
                log = {**log, "data": (5).to_bytes(32, "big") + data[32:]}
            yield log

    monkeypatch.setattr(Chain, "logs", lying)
    code, _out, err = run("currency", "reserve", "report")

    assert code == ExitCode.DIFFERENT
    assert "11,000 DNW in circulation on a reserve of 5 DNW" in err


def test_the_report_is_written_and_printed_in_both_languages(run, tmp_path):
    file = tmp_path / "statements.csv"
    code, out, _err = run("currency", "reserve", "report", "--csv", file)
    data = json.loads(run("currency", "reserve", "report", "--json")[1])

    assert code == 0
    assert "sound" in out and "48,000 DNW" in out
    assert data["compared"]["left"] == {"by_logs": "48000", "stated": "48000"}
    assert len(list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))) == 2
    assert "로그만으로 계산한 담보금" in run("currency", "reserve", "report", lang="ko")[1]


# Result files


@pytest.fixture
def office(run, city, tmp_path):
    def command(*arguments, key):
        keystore = tmp_path / "key.json"
        keystore.write_text(json.dumps(Keys.encrypt(city.officers[key].key, "x", kdf="pbkdf2", iterations=1)))
        (tmp_path / "password").write_text("x")
        return run(*arguments, "--keystore", keystore, "--password-file", tmp_path / "password", "--yes")

    return command


def results(file):
    return [row[-2] for row in csv.reader(file.read_text(encoding="utf-8-sig").splitlines())][1:]


def test_a_list_of_accounts_is_answered_line_by_line(office, tmp_path):
    file = tmp_path / "accounts.csv"
    file.write_text(f"address,kind\n{FRIEND.address},resident\n{funded(4).address},resident\n")

    assert office("currency", "register", file, key=Role.MEMBERSHIP_OFFICER)[0] == 0

    assert results(tmp_path / "accounts.result.csv") == ["registered before", "registered"]


@pytest.mark.parametrize(("command", "purpose"), [("issue", "welfare"), ("top-up", "bank")])
def test_a_list_of_money_is_answered_line_by_line_and_again(office, tmp_path, command, purpose):
    file = tmp_path / "list.csv"
    file.write_text(f"address,amount\n{FRIEND.address},10\n{NEW.address},20\n")
    issue = ("currency", command, file, "--purpose", purpose)

    assert office(*issue, "--dry-run", key=Role.CURRENCY_OFFICER)[0] == 0
    assert not (tmp_path / "list.result.csv").exists()
    assert [office(*issue, key=Role.CURRENCY_OFFICER)[0] for _ in range(2)] == [0, 0]

    assert results(tmp_path / "list.result.csv") == ["issued", "issued"]
    assert results(tmp_path / "list.result-2.csv") == ["issued before", "issued before"]
