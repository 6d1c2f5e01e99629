"""The `dongne` command on a deployed suite: what it prints, in both languages and as JSON, and how it fails."""

import json
import re

import pytest
from typer.testing import CliRunner

from dongne import book as books
from dongne.cli import app, main
from dongne.currency import Issue, Kind, LocalCurrency
from dongne.errors import EvidenceMismatch, NodeUnreachable, SettingError
from dongne.suite import Role
from scripts.localchain.suite import local_suite, person

RESIDENT, MERCHANT = person("a resident of the command line"), person("a merchant of the command line")


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A stage whose currency has been used, and the options that lead the command to it."""
    with local_suite() as on:
        folder = tmp_path_factory.mktemp("deployments")
        books.save(on.book, folder)
        currency, officers = LocalCurrency(on.chain, on.book.address("LocalCurrency")), on.officers
        issuer = officers[Role.CURRENCY_OFFICER]
        currency.register(officers[Role.MEMBERSHIP_OFFICER], Kind.RESIDENT, [RESIDENT.address])
        currency.register(officers[Role.MEMBERSHIP_OFFICER], Kind.MERCHANT, [MERCHANT.address], category=5_411)
        currency.set_issuance_allowance(issuer, issuer.address, 50_000)
        currency.issue_batch(issuer, [Issue(RESIDENT.address, 50_000)], bytes(32))
        currency.transfer(RESIDENT, MERCHANT.address, 12_500)
        currency.redeem(MERCHANT, 2_500, bytes(32))
        yield on, ["--rpc", on.chain.rpc, "--deployments", str(folder)]


def run(options, *command):
    return CliRunner().invoke(app, [*options, *command], catch_exceptions=True, env={"COLUMNS": "200"})


def as_json(options, *command):
    result = run([*options, "--json"], *command)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_status_lists_every_contract_and_that_it_is_there(city):
    on, options = city

    status = as_json(options, "status")

    assert status["complete"] is True
    assert {name: entry["address"] for name, entry in status["contracts"].items()} == {
        name: entry.address for name, entry in on.book.contracts.items()
    }
    assert all(entry["on_chain"] for entry in status["contracts"].values())


@pytest.mark.parametrize(("language", "word"), [("en", "since block"), ("ko", "배포 블록")])
def test_status_speaks_both_languages(city, language, word):
    _, options = city

    assert word in run([*options, "--lang", language], "status").output


def test_the_currency_is_shown_with_its_transfer_table(city):
    _, options = city

    shown = as_json(options, "currency", "show")

    assert shown["supply"] == "47500"
    assert ["RESIDENT", "MERCHANT"] in shown["allowed"]
    assert ["MERCHANT", "MERCHANT"] not in shown["allowed"]
    assert "주민 → 가맹점" in run([*options, "--lang", "ko"], "currency", "show").output


def test_an_account_is_shown(city):
    _, options = city

    merchant = as_json(options, "currency", "account", MERCHANT.address)

    assert merchant == {
        "address": MERCHANT.address,
        "balance": "10000",
        "kind": "MERCHANT",
        "category": 5_411,
        "nonce": 0,
    }
    assert "resident" in run(options, "currency", "account", RESIDENT.address).output


def test_the_audit_reconciles_logs_with_the_contract(city):
    _, options = city

    audit = as_json(options, "currency", "audit")

    assert audit["issued"] == 50_000
    assert audit["redeemed"] == 2_500
    assert audit["circulating"] == audit["stated"] == 47_500
    assert audit["reconciled"] is True


def test_an_audit_that_does_not_add_up_fails(city, monkeypatch):
    _, options = city
    monkeypatch.setattr(LocalCurrency, "total_supply", lambda _self: 47_501)

    result = run(options, "currency", "audit")

    assert isinstance(result.exception, EvidenceMismatch)
    assert "47501" in str(result.exception)


def test_what_is_no_address_is_refused(city):
    _, options = city

    result = run(options, "currency", "account", "0x12")

    assert "no address" in str(result.exception)


def test_a_node_that_is_not_there_is_named(city):
    result = run(["--rpc", "http://127.0.0.1:9"], "status")

    assert isinstance(result.exception, NodeUnreachable)
    assert "http://127.0.0.1:9" in str(result.exception)


def test_a_chain_without_a_deployment_says_what_to_do(city, tmp_path):
    on, _ = city

    result = run(["--rpc", on.chain.rpc, "--deployments", str(tmp_path)], "status")

    assert isinstance(result.exception, SettingError)
    assert "Deploy first" in str(result.exception)


def test_an_error_ends_the_command_with_one_line_and_exit_code_1(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["dongne", "--rpc", "ftp://nowhere", "status"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("dongne: DONGNE_RPC is 'ftp://nowhere'")


@pytest.fixture
def said(monkeypatch, capsys):
    """What the command prints, in Korean, when it fails."""

    def failing(options, *command):
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.setattr("sys.argv", ["dongne", *options, "--lang", "ko", *command])
        with pytest.raises(SystemExit):
            main()
        return capsys.readouterr().err

    return failing


def test_what_was_typed_wrong_is_explained_in_korean(city, said):
    _, options = city

    assert said(options, "currency", "account", "0x12") == (
        "dongne: '0x12'은(는) 주소가 아닙니다(0x와 16진수 40자리, 대소문자가 섞이면 체크섬이 맞아야 합니다)\n"
    )


def test_a_setting_that_makes_no_sense_is_explained_in_korean(said):
    assert said(["--rpc", "ftp://nowhere"], "status") == (
        "dongne: DONGNE_RPC 값이 'ftp://nowhere'입니다. http:// 또는 https:// 주소를 지정하세요\n"
    )


def test_a_node_that_is_not_there_is_named_in_korean(said):
    assert said(["--rpc", "http://127.0.0.1:9"], "status").startswith(
        "dongne: http://127.0.0.1:9에서 응답하는 노드가 없습니다"
    )


def test_an_audit_that_does_not_add_up_is_explained_in_korean(city, said, monkeypatch):
    _, options = city
    monkeypatch.setattr(LocalCurrency, "total_supply", lambda _self: 47_501)

    assert "계약으로는 47501이(가) 유통되고 있습니다. 시에 알려 주세요." in said(options, "currency", "audit")


@pytest.mark.parametrize("command", [("show",), ("account", RESIDENT.address), ("audit",)])
def test_every_label_has_a_korean_word(city, command):
    _, options = city

    output = run([*options, "--lang", "ko"], "currency", *command).output

    labels = re.findall(r"^│ (.*?) +│", output, re.MULTILINE)
    assert labels
    assert [label for label in labels if not re.search("[가-힣]", label)] == []
