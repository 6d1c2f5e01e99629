"""The currency office's lists: read whole or not at all, carried out once, carried on where they were cut off."""

import json

import pytest
from eth_utils.crypto import keccak
from typer.testing import CliRunner

from dongne import book as books
from dongne.cli import app
from dongne.currency import Issue, Kind, LocalCurrency, issue, office, read_issues, read_registrations, register
from dongne.errors import ContractRefused, InputError
from dongne.problems import RejectedFile
from dongne.suite import Role
from scripts.localchain.suite import local_suite, person
from tests.undoing import undone

PURPOSE = keccak(b"welfare of November")
PEOPLE = [person(f"on the list {number}").address for number in range(7)]


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        issuer = on.officers[Role.CURRENCY_OFFICER]
        LocalCurrency(on.chain, on.book.address("LocalCurrency")).set_issuance_allowance(issuer, issuer.address, 10_000)
        yield on


@pytest.fixture(autouse=True)
def each_test_undone(city):
    with undone(city.chain):
        yield


@pytest.fixture
def currency(city):
    return LocalCurrency(city.chain, city.book.address("LocalCurrency"))


@pytest.fixture
def officer(city):
    return city.officers[Role.MEMBERSHIP_OFFICER]


@pytest.fixture
def issuer(city):
    return city.officers[Role.CURRENCY_OFFICER]


def written(tmp_path, *lines):
    file = tmp_path / "list.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def ignore(_count):
    """For calls whose progress nobody watches."""


def test_a_list_of_accounts_is_registered_by_kind_and_category(tmp_path, currency, officer):
    rows = [f"{PEOPLE[0]},resident,", f"{PEOPLE[1]},merchant,5411", f"{PEOPLE[2].lower()},merchant,5812"]
    items = read_registrations(written(tmp_path, "address,kind,category", *rows))

    assert register(currency, officer, items, ignore) == 3

    kinds = [(currency.account(account).kind, currency.account(account).category) for account in PEOPLE[:3]]
    assert kinds == [(Kind.RESIDENT, 0), (Kind.MERCHANT, 5_411), (Kind.MERCHANT, 5_812)]


def test_a_list_is_registered_once(tmp_path, currency, officer):
    items = read_registrations(written(tmp_path, "address,kind,category", f"{PEOPLE[0]},resident,"))
    register(currency, officer, items, ignore)

    assert register(currency, officer, items, ignore) == 0


def test_an_account_that_is_something_else_stops_the_list_before_anything_is_sent(tmp_path, currency, officer):
    currency.register(officer, Kind.MERCHANT, [PEOPLE[1]], 5_411)
    rows = [f"{PEOPLE[0]},resident,", f"{PEOPLE[1]},resident,"]
    items = read_registrations(written(tmp_path, "address,kind,category", *rows))

    with pytest.raises(InputError, match="registered as merchant of category 5411"):
        register(currency, officer, items, ignore)

    assert currency.account(PEOPLE[0]).kind is Kind.NONE


def test_a_list_is_issued_once_for_its_purpose(currency, officer, issuer):
    currency.register(officer, Kind.RESIDENT, PEOPLE)
    issues = [Issue(account, 100 + number) for number, account in enumerate(PEOPLE)]

    assert issue(currency, issuer, issues, PURPOSE, 0, ignore) == 7
    assert issue(currency, issuer, issues, PURPOSE, 0, ignore) == 0

    assert [currency.balance_of(account) for account in PEOPLE] == [100 + number for number in range(7)]


def test_a_list_that_was_cut_off_is_carried_on(currency, officer, issuer, monkeypatch):
    currency.register(officer, Kind.RESIDENT, PEOPLE[:5])
    issues = [Issue(account, 100) for account in PEOPLE]
    monkeypatch.setattr(office, "BATCH", 2)
    with pytest.raises(ContractRefused):  # the sixth account is not registered
        issue(currency, issuer, issues, PURPOSE, 0, ignore)
    currency.register(officer, Kind.RESIDENT, PEOPLE[5:])

    assert issue(currency, issuer, issues, PURPOSE, 0, ignore) == 3

    assert {currency.balance_of(account) for account in PEOPLE} == {100}


def test_a_purpose_that_served_another_list_is_refused(currency, officer, issuer):
    currency.register(officer, Kind.RESIDENT, PEOPLE)
    issue(currency, issuer, [Issue(PEOPLE[0], 100)], PURPOSE, 0, ignore)

    for other in ([Issue(PEOPLE[1], 250), Issue(PEOPLE[2], 100)], []):
        with pytest.raises(InputError, match="take another purpose"):
            issue(currency, issuer, other, PURPOSE, 0, ignore)


def test_a_list_beyond_the_allowance_is_refused_before_anything_is_issued(currency, officer, issuer):
    currency.register(officer, Kind.RESIDENT, PEOPLE[:2])

    with pytest.raises(InputError, match="may issue 10000 more"):
        issue(currency, issuer, [Issue(PEOPLE[0], 6_000), Issue(PEOPLE[1], 6_000)], PURPOSE, 0, ignore)

    assert currency.total_supply() == 0


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("0x12,100", "no address"),
        (f"{PEOPLE[0][:-1] + ('a' if PEOPLE[0][-1] != 'a' else 'b')},100", "no address"),
        ("0x" + "00" * 20 + ",100", "zero address"),
        (f"{PEOPLE[0]},-1", "zero or more"),
        (f"{PEOPLE[0]},0", "not above zero"),
        (f"{PEOPLE[0]},1.5", "decimal places"),
        (f"{PEOPLE[0]},many", "not an amount"),
        (f"{PEOPLE[0]},{2**48}", "too large"),
        (f"{PEOPLE[0]}", "1 fields"),
        (f"{PEOPLE[1]},100", "stands on line 2 already"),
    ],
)
def test_a_bad_line_of_an_issue_list_is_named_and_nothing_is_used(tmp_path, row, why):
    file = written(tmp_path, "address,amount", f"{PEOPLE[1]},100", row)

    with pytest.raises(RejectedFile, match=why) as refused:
        read_issues(file, 0)

    assert [problem.line for problem in refused.value.problems] == [3]
    assert str(file) in str(refused.value)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (f"{PEOPLE[0]},king,", "is none of"),
        (f"{PEOPLE[0]},merchant,x", "no trade code"),
        (f"{PEOPLE[0]},frozen,", "none of"),
    ],
)
def test_a_bad_line_of_a_registration_list_is_named(tmp_path, row, why):
    with pytest.raises(RejectedFile, match=why):
        read_registrations(written(tmp_path, "address,kind,category", row))


def test_a_wrong_header_rejects_the_file(tmp_path):
    with pytest.raises(RejectedFile, match="expected address,amount"):
        read_issues(written(tmp_path, "account,won", f"{PEOPLE[0]},100"), 0)


def test_the_commands_register_and_issue_a_list(tmp_path, city, officer, issuer):
    books.save(city.book, tmp_path / "deployments")
    (tmp_path / "password").write_text("secret")
    for name, key in (("officer", officer), ("issuer", issuer)):
        (tmp_path / f"{name}.json").write_text(json.dumps(key.encrypt("secret", kdf="pbkdf2", iterations=1_000)))

    def run(*command, key):
        options = ["--json", "--rpc", city.chain.rpc, "--deployments", str(tmp_path / "deployments"), "currency"]
        keys = ["--keystore", str(tmp_path / f"{key}.json"), "--password-file", str(tmp_path / "password")]
        result = CliRunner().invoke(app, [*options, *command, *keys])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    accounts = written(tmp_path, "address,kind,category", f"{PEOPLE[0]},resident,")
    assert run("register", str(accounts), key="officer")["done"] == 1

    amounts = written(tmp_path, "address,amount", f"{PEOPLE[0]},2500")
    issued = [run("issue", str(amounts), "--purpose", "welfare 2026-11", key="issuer")["done"] for _ in range(2)]
    assert issued == [1, 0]
