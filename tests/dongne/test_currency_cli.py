"""The currency's commands as officers and residents use them."""

import json
import re
import time

import pytest
from eth_account import Account
from prometheus_client.parser import text_string_to_metric_families

from dongne import book as books
from dongne.currency import Issue, Kind, LocalCurrency, Treasury
from dongne.errors import ExitCode
from dongne.suite import Role
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite, person
from tests.dongne.command_line import dongne
from tests.undoing import undone

RESIDENT, SHOP, NOBODY = funded(8), funded(7), person("nobody")
NOBODY_WITH_GAS = funded(9)
FAR = "4000000000"


@pytest.fixture(scope="module")
def city():
    """A city with a resident who holds 1,000 and a merchant."""
    with local_suite() as on:
        currency = LocalCurrency(on.chain, on.book.entry("LocalCurrency"))
        members = on.officers[Role.MEMBERSHIP_OFFICER]
        currency.register(Kind.RESIDENT, [RESIDENT.address]).transact(members)
        currency.register(Kind.MERCHANT, [SHOP.address], 5_411).transact(members)
        on.back(1_000_000)
        on.client(Treasury).issue_batch([Issue(RESIDENT.address, 1_000)], bytes(32)).transact(
            on.officers[Role.CURRENCY_OFFICER]
        )
        yield on


@pytest.fixture(autouse=True)
def each_test_undone(city):
    with undone(city.chain):
        yield


@pytest.fixture
def currency(city):
    return LocalCurrency(city.chain, city.book.entry("LocalCurrency"))


@pytest.fixture
def run(capsys, tmp_path, city):
    """Runs a command with a role's or a person's key; gives exit code, output and what was said beside it."""
    books.save(city.book, tmp_path / "deployments")
    (tmp_path / "password").write_text("secret")

    def command(*arguments, key=None, yes=True):
        options = ["--rpc", city.chain.rpc, "--deployments", tmp_path / "deployments"]
        if key is not None:
            account = city.officers[key] if isinstance(key, Role) else key
            file = tmp_path / f"{account.address}.json"
            file.write_text(json.dumps(Account.encrypt(account.key, "secret", kdf="pbkdf2", iterations=1_000)))
            options += ["--keystore", file, "--password-file", tmp_path / "password"]
        asks = key is not None and arguments[0] == "currency"
        return dongne(capsys, *arguments, *options, *(["--yes"] if asks and yes else []))

    return command


def test_show_says_who_may_pay_whom_in_words(run):
    code, out, _err = run("currency", "show")

    assert code == 0
    assert "1,000 DNW" in out
    assert "resident" in out and "merchant" in out and "RESIDENT" not in out


def test_a_pause_is_shown_with_its_end_in_the_citys_time(run, currency):
    code, out, _err = run("currency", "pause", "3600", key=Role.GUARDIAN)

    assert code == 0
    assert "KST" in out
    assert "KST" in run("currency", "show")[1]
    assert currency.paused_until() > 0


def test_a_payment_during_a_pause_is_refused_with_its_end_in_the_citys_time(run):
    run("currency", "pause", "3600", key=Role.GUARDIAN)

    code, _out, err = run("currency", "transfer", SHOP.address, "5", key=RESIDENT)

    assert code == ExitCode.REFUSED
    assert re.search(r"paused until \d{4}-\d\d-\d\d \d\d:\d\d KST\.", err), err


def test_an_account_is_shown_with_its_whole_address(run):
    code, out, _err = run("currency", "account", SHOP.address.lower())

    assert code == 0
    assert SHOP.address in out
    assert "merchant" in out and "5411" in out


@pytest.fixture
def report(tmp_path):
    file = tmp_path / "report.pdf"
    file.write_text("why")
    return file


def test_a_frozen_account_is_shown_with_what_it_was(run, currency, report):
    place = ["currency", "freeze", "place", RESIDENT.address, "--document", report]
    code, out, _err = run(*place, key=Role.HOLDS_OFFICER)
    assert code == 0
    assert re.search(r"^frozen +yes\s*$", out, re.MULTILINE) and re.search(r"^confirmed +no\s*$", out, re.MULTILINE)
    out = run("currency", "account", RESIDENT.address)[1]
    assert "frozen" in out and "resident" in out

    assert run("currency", "freeze", "undo", RESIDENT.address, key=Role.HOLDS_OFFICER)[0] == 0
    assert currency.account(RESIDENT.address).kind is Kind.RESIDENT


def test_a_freeze_is_confirmed_objected_to_and_lifted(run, currency, report):
    act = ["currency", "freeze"]
    account = [RESIDENT.address, "--document", report]
    assert run(*act, "place", *account, key=Role.HOLDS_OFFICER)[0] == 0
    assert run(*act, "confirm", *account, key=Role.HOLDS_REVIEWER)[0] == 0
    assert run(*act, "appeal", *account, key=RESIDENT)[0] == 0
    code, _out, err = run(*act, "undo", RESIDENT.address, key=Role.HOLDS_OFFICER)
    assert (code, "Only the holds reviewer lifts it" in err) == (ExitCode.REFUSED, True)
    shown = json.loads(run(*act, "show", RESIDENT.address, "--json")[1])
    assert (shown["frozen"], shown["confirmed"]) == (True, True)
    assert run(*act, "lift", RESIDENT.address, key=Role.HOLDS_REVIEWER)[0] == 0

    code, _out, err = run(*act, "place", *account, key=Role.HOLDS_OFFICER)
    assert code == 0, err  # within the same week
    assert run(*act, "undo", RESIDENT.address, key=Role.HOLDS_OFFICER)[0] == 0
    currency.chain.web3.provider.make_request("evm_increaseTime", [8 * 86_400])
    currency.chain.web3.provider.make_request("evm_mine", [])
    code, _out, err = run(*act, "place", *account, key=Role.HOLDS_OFFICER)
    assert (code, "ask the holds reviewer to admit it".lower() in err.lower()) == (ExitCode.REFUSED, True)
    assert run("currency", "hold", "admit", RESIDENT.address, key=Role.HOLDS_REVIEWER)[0] == 0
    assert run(*act, "place", *account, key=Role.HOLDS_OFFICER)[0] == 0


def test_a_city_contract_is_added_and_retired_by_the_supervisor(run, currency, report):
    registry = currency.address
    assert run("currency", "contract", "add", registry, key=Role.CURRENCY_SUPERVISOR)[0] == 0
    assert currency.account(registry).kind is Kind.SYSTEM_CONTRACT
    code, _out, err = run("currency", "contract", "add", NOBODY_WITH_GAS.address, key=Role.CURRENCY_SUPERVISOR)
    assert (code, "There is no contract at" in err) == (ExitCode.REFUSED, True)

    assert run("currency", "contract", "retire", registry, key=Role.CURRENCY_SUPERVISOR)[0] == 0
    assert currency.account(registry).kind is Kind.NONE


def test_what_an_account_leaves_over_is_claimed_by_its_owner(run, currency):
    left = currency.balance_of(RESIDENT.address) - 7
    assert run("currency", "transfer", SHOP.address, str(left), key=RESIDENT)[0] == 0
    assert run("currency", "reclassify", RESIDENT.address, "institution", key=Role.MEMBERSHIP_OFFICER)[0] == 0
    kept = json.loads(run("currency", "unclaimed", "show", RESIDENT.address, "--json")[1])
    code, _out, err = run("currency", "unclaimed", "lapse", RESIDENT.address, key=NOBODY_WITH_GAS)
    assert (code, "Until then only its owner claims it" in err) == (ExitCode.REFUSED, True)

    assert run("currency", "unclaimed", "claim", RESIDENT.address, RESIDENT.address, key=RESIDENT)[0] == 0

    assert kept["amount"] == "7"
    assert currency.balance_of(RESIDENT.address) == 7


def test_far_reaching_acts_are_not_done_without_an_answer(run, currency, report):
    acts = [
        (Role.HOLDS_OFFICER, "freeze", "place", RESIDENT.address, "--document", report),
        (Role.GUARDIAN, "pause", "60"),
        (Role.MEMBERSHIP_OFFICER, "reclassify", SHOP.address, "none"),
        (Role.CURRENCY_SUPERVISOR, "table", "set", "resident:merchant"),
        (Role.CURRENCY_SUPERVISOR, "allowance", "--more", "5"),
        (RESIDENT, "transfer", SHOP.address, "5"),
    ]
    for key, *act in acts:
        before = currency.chain.block_number()
        code, _out, err = run("currency", *act, key=key, yes=False)
        assert (code, currency.chain.block_number()) == (ExitCode.DECLINED, before), act
        assert "--yes" in err, act


def test_dry_run_sends_nothing(run, currency):
    before = currency.chain.block_number()

    code, _out, err = run("currency", "transfer", SHOP.address, "5", "--dry-run", key=RESIDENT)

    assert (code, currency.chain.block_number()) == (0, before)
    assert "would send LocalCurrency.transfer" in err


def test_an_account_is_reclassified(run, currency):
    code, out, _err = run(
        "currency", "reclassify", SHOP.address, "가맹점", "--category", "5812", key=Role.MEMBERSHIP_OFFICER
    )

    assert code == 0
    assert "5812" in out
    assert currency.account(SHOP.address).category == 5_812


def test_the_table_is_published_in_words(run, currency):
    code, _out, _err = run("currency", "table", "set", "resident:merchant", "주민:주민", key=Role.CURRENCY_SUPERVISOR)

    assert code == 0
    assert set(currency.allowed_pairs()) == {(Kind.RESIDENT, Kind.MERCHANT), (Kind.RESIDENT, Kind.RESIDENT)}
    assert json.loads(run("currency", "table", "show", "--json")[1]) == [
        ["RESIDENT", "RESIDENT"],
        ["RESIDENT", "MERCHANT"],
    ]


@pytest.mark.parametrize(
    "options", [("--more", "1", "--less", "1"), ("--more", "0"), ("--more", "1,5"), ("--less", "")], ids=" ".join
)
def test_a_change_of_an_allowance_says_one_direction_and_an_amount(run, currency, options):
    code, _out, _err = run("currency", "allowance", *options, key=Role.CURRENCY_SUPERVISOR)

    assert (code, currency.issuance_allowance(currency.appointed().treasury)) == (ExitCode.INPUT, 999_000)


def test_an_allowance_is_taken_away_by_the_guardian(run, currency):
    code, _out, _err = run("currency", "allowance", "--less", "10,000,000", key=Role.GUARDIAN)

    assert (code, currency.issuance_allowance(currency.appointed().treasury)) == (0, 0)


def test_an_allowance_is_raised_and_shown(run):
    code, out, _err = run("currency", "allowance", "--more", "50,000,000", key=Role.CURRENCY_SUPERVISOR)

    assert code == 0
    assert "50,999,000 DNW" in out
    assert json.loads(run("currency", "allowance", "--json")[1])["allowance"] == "50999000"


def test_a_person_pays_a_merchant(run, currency):
    assert run("currency", "transfer", SHOP.address, "400", key=RESIDENT)[0] == 0

    assert currency.balance_of(SHOP.address) == 400
    assert run("currency", "audit")[0] == 0


def test_the_audit_reconciles(run):
    code, out, _err = run("currency", "audit", "--json")

    assert code == 0
    assert json.loads(out) | {"reconciled": True, "issued": 1_000, "accounts": 1} == json.loads(out)


def test_lists_are_registered_and_issued_once(run, tmp_path):
    accounts, amounts = tmp_path / "accounts.csv", tmp_path / "amounts.csv"
    accounts.write_text(f"주소,구분,업종\n{NOBODY.address},주민,\n", encoding="cp949")
    amounts.write_text(f'who,금액\n{NOBODY.address},"2,500"\n', encoding="utf-8")
    (tmp_path / "columns.toml").write_text('who = "address"\n')
    issue = ["currency", "issue", amounts, "--purpose", "welfare", "--columns", tmp_path / "columns.toml", "--json"]

    registered = run("currency", "register", accounts, "--json", key=Role.MEMBERSHIP_OFFICER)
    issued = [json.loads(run(*issue, key=Role.CURRENCY_OFFICER)[1])["done"] for _ in range(2)]

    assert json.loads(registered[1])["done"] == 1
    assert issued == [1, 0]


@pytest.mark.parametrize(
    "arguments",
    [
        ("transfer", SHOP.address, "1,2,3"),
        ("transfer", SHOP.address, "1e3"),
        ("transfer", SHOP.address, "１２"),
        ("transfer", SHOP.address, "9" * 400),
        ("transfer", SHOP.address, "0"),
        ("transfer", "0x12", "1"),
        ("transfer", "0x" + "0" * 40, "1"),
        ("allowance", "--more", "9" * 90),
        ("pause", "0"),
        ("pause", "259201"),
        ("pause", "an hour"),
        ("reclassify", SHOP.address, "king"),
        ("reclassify", SHOP.address, "merchant", "--category", "65536"),
        ("table", "set", "resident"),
        ("table", "set", "none:resident"),
        ("cash-out", "return", "1", "--reason", "x" * 33),
        ("account", "x"),
        ("freeze", "undo", "x"),
        ("contract", "add", "x"),
        ("unclaimed", "claim", "x", SHOP.address),
        ("register", "missing.csv"),
        ("issue", "missing.csv", "--purpose", "x"),
        ("relay", "missing.jsonl"),
    ],
    ids=lambda arguments: " ".join(arguments)[:60],
)
def test_a_wrong_value_is_one_message(run, arguments):
    key = None if arguments[0] == "account" else RESIDENT
    code, _out, err = run("currency", *arguments, key=key)

    assert code == ExitCode.INPUT
    assert err.startswith("dongne: ") and "Traceback" not in err


def test_signed_payments_are_appended_and_relayed_once(run, tmp_path, currency):
    file = tmp_path / "payments.jsonl"
    sign = ["sign", "payment", SHOP.address, "100", "--order", "A-1", "--append", file]
    assert [run(*sign, key=RESIDENT)[0] for _ in range(2)] == [0, 0]
    with file.open("a") as lines:
        lines.write('{"payer": "x"}\n')

    code, out, _err = run("currency", "relay", file, "--json", key=NOBODY_WITH_GAS)
    again = json.loads(run("currency", "relay", file, "--json", key=NOBODY_WITH_GAS)[1])

    told = json.loads(out)
    assert (code, told["paid"], told["not_tried"]) == (0, 2, 0)
    assert [each["line"] for each in told["refused"]] == [3]
    assert (again["paid"], len(again["refused"])) == (0, 3)
    assert currency.balance_of(SHOP.address) == 200
    results = (tmp_path / "payments.result.csv").read_text(encoding="utf-8-sig").splitlines()
    assert results[0].endswith("result,detail")
    assert results[1].split(",")[-2] == "paid" and len(results[1].split(",")[-1]) == 66


def test_a_command_that_sends_for_hours_writes_figures_for_node_exporter(run, tmp_path, monkeypatch):
    figures = tmp_path / "collector/dongne_relay.prom"
    monkeypatch.setenv("DONGNE_METRICS_FILE", str(figures))
    file = tmp_path / "payments.jsonl"
    run("sign", "payment", SHOP.address, "100", "--order", "A-1", "--append", file, key=RESIDENT)

    without = run("currency", "relay", file, key=NOBODY_WITH_GAS)
    figures.parent.mkdir()
    done = run("currency", "relay", file, key=NOBODY_WITH_GAS)

    assert without[0] == ExitCode.SETTING and "DONGNE_METRICS_FILE" in without[2]
    assert done[0] == ExitCode.DONE
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(figures.read_text())
        for sample in family.samples
    }
    assert found["dongne_sender_sent_total",] == found["dongne_sender_mined_total", "passed"] == 1
    assert found["dongne_sender_gas_total",] > 40_000
    assert time.time() - found["dongne_sender_last_outcome_timestamp_seconds",] < 600


def test_a_wallet_signs_the_typed_data_and_its_signature_is_relayed(run, tmp_path, currency):
    file = tmp_path / "payments.jsonl"
    values = ["sign", "payment", SHOP.address, "100", "--payer", RESIDENT.address, "--nonce", "0", "--until", FAR]

    typed = json.loads(run(*values, "--typed-data")[1])
    by_wallet = RESIDENT.sign_typed_data(full_message=typed).signature
    code, _out, err = run(*values, "--signature", "0x" + by_wallet.hex(), "--append", file)

    assert (code, err) == (0, "")
    assert run("currency", "relay", file, key=NOBODY_WITH_GAS)[0] == 0
    assert currency.balance_of(SHOP.address) == 100


def test_a_signature_over_other_values_is_refused(run):
    values = ["sign", "payment", SHOP.address, "--payer", RESIDENT.address, "--nonce", "0", "--until", FAR]
    typed = json.loads(run(*values, "100", "--typed-data")[1])
    by_wallet = RESIDENT.sign_typed_data(full_message=typed).signature

    code, out, err = run(*values, "101", "--signature", "0x" + by_wallet.hex())

    assert (code, out) == (ExitCode.INPUT, "")
    assert "same payee, amount, nonce" in err


def test_signing_without_a_key_says_what_to_give(run):
    for more in ([], ["--payer", RESIDENT.address]):
        code, _out, err = run("sign", "payment", SHOP.address, "1", *more)
        assert code == ExitCode.SETTING
        assert "--keystore" in err and "--typed-data" in err
