"""The `dongne` command as a whole: start, languages, options, folders, Ctrl-C; status, roles and keys."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from time import sleep

import pytest
from eth_account import Account

from dongne import book as books
from dongne.access import CityAccess
from dongne.chain import Chain
from dongne.currency import LocalCurrency
from dongne.deployment.city import City
from dongne.deployment.deployment import deploy
from dongne.errors import ExitCode
from dongne.suite import OFFICES, SUITE, Role
from scripts.deployment.artifacts import ROOT
from scripts.localchain.anvil import anvil, funded, officer, pass_time
from tests.dongne.command_line import dongne

OFFICERS = {role: officer(role).address for role in OFFICES}
NEWCOMER = funded(12).address
DAY = 86_400


def keystore(folder, key):
    file = folder / f"{key.address}.json"
    file.write_text(json.dumps(key.encrypt("x", kdf="pbkdf2", iterations=1)))
    (folder / "password").write_text("x")
    return ["--keystore", file, "--password-file", folder / "password", "--yes"]


@pytest.fixture(params=[0], ids=["no delay"])
def city(request, tmp_path):
    """A deployed suite, options that lead to it, and the administrator's; the parameter is the delay."""
    with anvil() as rpc:
        chain = Chain(rpc, poll_seconds=0.005)
        terms = City(officers=OFFICERS, delays={Role.ADMINISTRATOR: request.param})
        book = deploy(funded(0), 1, city=terms, chain=chain, folder=tmp_path)
        options = ["--rpc", rpc, "--deployments", tmp_path]
        yield chain, book, options, keystore(tmp_path, officer(Role.ADMINISTRATOR))


delayed = pytest.mark.parametrize("city", [DAY], indirect=True, ids=["a day's delay"])


def shell(*arguments, **environment):
    command = [sys.executable, "-m", "dongne", *map(str, arguments)]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DONGNE_", "LANG", "LC_"))}
    return subprocess.run(
        command,
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        cwd=environment.get("FOLDER", ROOT),
    )


# Start


def test_help_and_version_start_without_web3():
    for option in ("--help", "--version"):
        code = f"import sys; from dongne.cli import run; run(['{option}'], {{}}); sys.exit('web3' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_help_loads_no_library_that_talks_to_a_chain():
    code = "import sys; from dongne.cli import run; run(['--help'], {}); print(*sys.modules, file=sys.stderr)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    loaded = {module.partition(".")[0] for module in told.stderr.split()}

    assert "typer" in loaded
    assert loaded.isdisjoint({"web3", "eth_account", "eth_abi", "requests", "aiohttp", "pydantic", "babel"})


def test_the_version_is_the_packages():
    assert shell("--version").stdout == "dongne 0.1.0\n"


@pytest.mark.parametrize(
    ("shell_name", "line"),
    [
        ("bash", {"COMP_WORDS": "dongne {}", "COMP_CWORD": "2"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "dongne {}"}),
        ("fish", {"_TYPER_COMPLETE_ARGS": "dongne {}", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}),
    ],
)
@pytest.mark.parametrize(("typed", "completed"), [("roles gr", "grant"), ("deploy --conf", "--confirmations")])
def test_a_shell_completes_commands_and_options(shell_name, line, typed, completed):
    variables = {name: value.format(typed) for name, value in line.items()}

    said = shell(_DONGNE_COMPLETE=f"complete_{shell_name}", **variables)

    assert completed in said.stdout
    assert "revoke" not in said.stdout


def test_completion_is_offered_and_its_script_is_the_shells():
    assert "--install-completion" in shell("--help").stdout
    said = shell(_DONGNE_COMPLETE="source_bash")
    assert "complete -o default -F" in said.stdout


@pytest.mark.parametrize(
    ("environment", "korean"),
    [
        ({"LANG": "ko_KR.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({}, False),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ko_KR.UTF-8"}, True),
        ({"LANG": "ko_KR.UTF-8", "DONGNE_LANG": "en"}, False),
    ],
)
def test_the_language_is_the_environments(environment, korean):
    from dongne.config import language_of

    assert language_of(environment) == ("ko" if korean else "en")


def test_options_of_every_command_may_stand_before_or_after_it(city, capsys):
    _, _, options, _ = city

    after = dongne(capsys, "status", *options, "--json")
    before = dongne(capsys, *options, "--json", "status")

    assert after == before
    assert json.loads(after[1])["complete"] is True


def test_the_projects_address_books_are_found_from_any_folder_below_it(city, tmp_path, monkeypatch, capsys):
    chain, book, _, _ = city
    books.save(book, tmp_path / "project" / "deployments")
    (tmp_path / "project" / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "project" / "a" / "b")

    code, _, err = dongne(capsys, "status", "--rpc", chain.rpc)

    assert code == 0, err


def test_address_books_are_found_from_anywhere_by_their_variable(city, tmp_path, monkeypatch, capsys):
    chain, _, _, _ = city
    monkeypatch.chdir("/")
    monkeypatch.setenv("DONGNE_DEPLOYMENTS", str(tmp_path))

    assert dongne(capsys, "status", "--rpc", chain.rpc)[0] == 0


@pytest.mark.parametrize("name", ["status", "roles list", "roles grant", "roles revoke", "key new", "key city"])
def test_every_command_has_an_example(capsys, name):
    assert f"dongne {name}" in dongne(capsys, *name.split(), "--help")[1]


# Ctrl-C


def test_ctrl_c_at_a_pending_transaction_says_what_is_under_way_and_a_second_run_sends_nothing_twice(city, capsys):
    chain, _, options, administrator = city
    chain.web3.provider.make_request("evm_setAutomine", [False])
    arguments = ["roles", "grant", "guardian", NEWCOMER, *options, *administrator]
    waiting = subprocess.Popen(
        [sys.executable, "-m", "dongne", *map(str, arguments)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    for line in waiting.stderr:
        if "sent as 0x" in line:
            break
    sleep(0.3)
    waiting.send_signal(signal.SIGINT)
    _, said = waiting.communicate(timeout=300)
    transaction = line.split("sent as ")[1].split(";")[0]

    assert waiting.returncode == 130
    assert f"Stopped while transaction {transaction} was under way" in said
    assert "Traceback" not in said
    chain.web3.provider.make_request("evm_setAutomine", [True])
    chain.web3.provider.make_request("evm_mine", [])
    assert dongne(capsys, *arguments)[0] == 0
    assert chain.nonce(OFFICERS[Role.ADMINISTRATOR]) == 1


# Status


def test_status_shows_contracts_roles_delays_and_guardians_as_the_chain_has_them(city, capsys):
    _, book, options, administrator = city
    dongne(capsys, "roles", "grant", "guardian", NEWCOMER, "--delay", 60, *options, *administrator)

    code, out, _ = dongne(capsys, "status", *options)

    lines = out.splitlines()
    assert code == 0
    for entry in book.contracts.values():
        assert any(entry.address in line and f"since block {entry.block}" in line for line in lines)
    for holder in OFFICERS.values():
        assert any(holder in line for line in lines)
    assert any(f"{NEWCOMER}, announces 60 seconds ahead" in line and line.startswith("guardian") for line in lines)


def test_status_as_json(city, capsys):
    _, book, options, _ = city

    found = json.loads(dongne(capsys, "status", "--json", *options)[1])

    assert set(found["contracts"]) == set(SUITE)
    assert all(entry["on_chain"] for entry in found["contracts"].values())
    assert found["roles"]["GUARDIAN"]["holders"][0]["account"] == OFFICERS[Role.GUARDIAN]
    assert found["roles"]["GUARDIAN"]["guardian"] == "ADMINISTRATOR"
    assert found["roles"]["CURRENCY_OFFICER"]["guardian"] == "GUARDIAN"
    assert found["time_zone"] == book.time_zone


@pytest.mark.parametrize("part", ["not handed over", "a contract missing", "no code"])
def test_an_incomplete_deployment_is_said_and_ends_with_exit_code_1(city, tmp_path, capsys, part):
    _, book, options, _ = city
    gone = {**book.contracts, "BallotBox": replace(book.contracts["BallotBox"], address=NEWCOMER)}
    without = {name: entry for name, entry in book.contracts.items() if name != "BallotBox"}
    cases = {
        "not handed over": replace(book, complete=False),
        "a contract missing": replace(book, contracts=without),
        "no code": replace(book, contracts=gone),
    }
    books.save(cases[part], tmp_path)

    code, out, err = dongne(capsys, "status", *options)

    assert code == 1
    assert "complete" in out
    assert ("handed over" if part == "not handed over" else "BallotBox") in err


# Roles


def holds(chain, book, role, account):
    return CityAccess(chain, book.entry("CityAccess")).membership(role, account).held


def test_a_role_is_granted_and_revoked(city, capsys):
    chain, book, options, administrator = city

    assert dongne(capsys, "roles", "grant", "holds-officer", NEWCOMER, *options, *administrator)[0] == 0
    assert holds(chain, book, Role.HOLDS_OFFICER, NEWCOMER)
    assert NEWCOMER in dongne(capsys, "roles", "list", *options)[1]
    assert dongne(capsys, "roles", "revoke", "holds-officer", NEWCOMER, *options, *administrator)[0] == 0
    assert not holds(chain, book, Role.HOLDS_OFFICER, NEWCOMER)
    assert NEWCOMER not in dongne(capsys, "roles", "list", *options)[1]


def test_a_role_that_is_held_already_is_not_granted_again(city, capsys):
    chain, _, options, administrator = city

    code, out, _ = dongne(capsys, "roles", "grant", "guardian", OFFICERS[Role.GUARDIAN], *options, *administrator)

    assert (code, out.strip()) == (0, f"{OFFICERS[Role.GUARDIAN]} holds the role already.")
    assert chain.nonce(OFFICERS[Role.ADMINISTRATOR]) == 0


@delayed
def test_with_a_delay_a_grant_is_announced_and_the_same_command_carries_it_out_later(city, capsys):
    chain, book, options, administrator = city
    grant = ["roles", "grant", "guardian", NEWCOMER, *options, *administrator]

    announced, early = dongne(capsys, *grant), dongne(capsys, *grant)
    pass_time(chain, DAY)
    late = dongne(capsys, *grant)

    assert (announced[0], early[0], late[0]) == (0, ExitCode.LATER, 0)
    assert "CityAccess.grantRole: announced. Run the same command again from" in announced[2]
    assert "announced already and can be carried out from" in early[2]
    assert holds(chain, book, Role.GUARDIAN, NEWCOMER)


@delayed
def test_an_announced_operation_is_listed_and_carried_out_or_cancelled_by_its_number(city, capsys):
    chain, book, options, administrator = city
    for account in (NEWCOMER, funded(13).address):
        dongne(capsys, "roles", "grant", "guardian", account, *options, *administrator)
    first, second = json.loads(dongne(capsys, "roles", "list", "--json", *options)[1])["announced"]

    early = dongne(capsys, "roles", "execute", first["operation"], *options, *administrator)
    pass_time(chain, DAY)
    assert dongne(capsys, "roles", "cancel", second["operation"], *options, *administrator)[0] == 0
    assert dongne(capsys, "roles", "execute", first["operation"], *options, *administrator)[0] == 0

    assert early[0] == ExitCode.LATER
    assert holds(chain, book, Role.GUARDIAN, NEWCOMER)
    assert not holds(chain, book, Role.GUARDIAN, funded(13).address)
    assert json.loads(dongne(capsys, "roles", "list", "--json", *options)[1])["announced"] == []


@pytest.fixture
def supervised(tmp_path):
    """A city whose currency supervisor must announce a day ahead: chain, currency, options, options by role."""
    with anvil() as rpc:
        chain = Chain(rpc, poll_seconds=0.005)
        terms = City(officers=OFFICERS, delays={Role.CURRENCY_SUPERVISOR: DAY})
        book = deploy(funded(0), 1, city=terms, chain=chain, folder=tmp_path)
        keys = {}
        for role in (Role.CURRENCY_SUPERVISOR, Role.GUARDIAN):
            (tmp_path / role.name).mkdir()
            keys[role] = keystore(tmp_path / role.name, officer(role))
        yield chain, LocalCurrency(chain, book.entry("LocalCurrency")), ["--rpc", rpc, "--deployments", tmp_path], keys


def test_a_delayed_officers_command_announces_and_the_same_command_carries_it_out_later(supervised, capsys):
    chain, currency, options, keys = supervised
    more = ["currency", "allowance", "--more", "500", *options, *keys[Role.CURRENCY_SUPERVISOR]]

    announced, early = dongne(capsys, *more), dongne(capsys, *more)
    pass_time(chain, DAY)
    before = currency.issuance_allowance(currency.appointed().treasury)
    late = dongne(capsys, *more)

    assert (announced[0], early[0], late[0]) == (0, ExitCode.LATER, 0)
    assert "LocalCurrency.increaseIssuanceAllowance: announced. Run the same command again from" in announced[2]
    assert "announced already and can be carried out from" in early[2]
    assert (before, currency.issuance_allowance(currency.appointed().treasury)) == (0, 500)


def test_the_guardian_cancels_an_announced_allowance(supervised, capsys):
    chain, currency, options, keys = supervised
    more = ["currency", "allowance", "--more", "500", *options, *keys[Role.CURRENCY_SUPERVISOR]]
    dongne(capsys, *more)
    (announced,) = json.loads(dongne(capsys, "roles", "list", "--json", *options)[1])["announced"]

    assert dongne(capsys, "roles", "cancel", announced["operation"], *options, *keys[Role.GUARDIAN])[0] == 0

    pass_time(chain, DAY)
    assert "announced. Run the same command again" in dongne(capsys, *more)[2]
    assert currency.issuance_allowance(currency.appointed().treasury) == 0


def test_a_rehearsal_of_a_delayed_command_announces_nothing(supervised, capsys):
    chain, _currency, options, keys = supervised
    more = ["currency", "allowance", "--more", "500", *options, *keys[Role.CURRENCY_SUPERVISOR]]

    code, _, err = dongne(capsys, *more, "--dry-run")

    assert code == 0
    assert "would send CityAccess.schedule" in err
    assert "  LocalCurrency.increaseIssuanceAllowance" in err.splitlines()  # what the announcement is of
    assert chain.nonce(OFFICERS[Role.CURRENCY_SUPERVISOR]) == 0


def test_status_warns_of_what_is_weak_about_the_roles(city, capsys):
    _, _, options, administrator = city
    dongne(capsys, "roles", "grant", "guardian", OFFICERS[Role.HOLDS_OFFICER], *options, *administrator)
    dongne(capsys, "roles", "grant", "currency-supervisor", OFFICERS[Role.CURRENCY_OFFICER], *options, *administrator)

    _, out, _ = dongne(capsys, "status", "--json", *options)

    weak = json.loads(out)["weaknesses"]
    assert any(each.startswith("there is one administrator") for each in weak)
    assert any(each.startswith(f"the administrator {OFFICERS[Role.ADMINISTRATOR]} announces nothing") for each in weak)
    assert f"{OFFICERS[Role.HOLDS_OFFICER]} is guardian and holds officer: it watches itself" in weak
    assert f"{OFFICERS[Role.CURRENCY_OFFICER]} is currency supervisor and officer: one key makes money" in weak


def test_the_last_administrator_stays_unless_asked_for_twice(city, capsys):
    chain, book, options, administrator = city
    last = OFFICERS[Role.ADMINISTRATOR]
    revoke = ["roles", "revoke", "administrator", last, *options, *administrator]

    code, _, err = dongne(capsys, *revoke)
    assert code == ExitCode.INPUT
    assert "is the last administrator" in err
    assert holds(chain, book, Role.ADMINISTRATOR, last)

    assert dongne(capsys, *revoke, "--no-administrator-left")[0] == 0
    assert not holds(chain, book, Role.ADMINISTRATOR, last)


def test_nothing_is_sent_without_a_yes(city, capsys, monkeypatch):
    chain, _, options, administrator = city

    code, _, err = dongne(capsys, "roles", "grant", "guardian", NEWCOMER, *options, *administrator[:-1])

    assert code == ExitCode.DECLINED
    assert "give --yes" in err
    assert chain.nonce(OFFICERS[Role.ADMINISTRATOR]) == 0


def test_a_rehearsal_says_the_gas_and_sends_nothing(city, capsys):
    chain, _, options, administrator = city

    code, _, err = dongne(capsys, "roles", "grant", "guardian", NEWCOMER, "--dry-run", *options, *administrator)

    assert code == 0
    assert "would send CityAccess.grantRole" in err
    assert re.search(r"at most 0\.\d{6} ether at [\d.]+ gwei", err)
    shown = err.splitlines()[1:]
    assert shown[0] == "  CityAccess.grantRole"
    assert shown[1:4] == [f"    roleId = {Role.GUARDIAN.label}", f"    account = {NEWCOMER}", "    executionDelay = 0"]
    assert chain.nonce(OFFICERS[Role.ADMINISTRATOR]) == 0


def test_a_rehearsal_for_machines_is_an_object_a_line(city, capsys):
    _, _, options, administrator = city
    grant = ["roles", "grant", "guardian", NEWCOMER, "--dry-run", "--json"]

    _, _, err = dongne(capsys, *grant, *options, *administrator)

    found = json.loads(err)
    assert found["would_send"] == "CityAccess.grantRole"
    assert found["most_cost"] == found["gas"] * found["fee"] > 0
    assert found["calls"] == [f"CityAccess.grantRole(roleId=guardian, account={NEWCOMER}, executionDelay=0)"]


def test_a_rehearsal_names_the_citys_contracts_and_officers_in_the_readers_language(city, capsys):
    _, _, options, administrator = city
    detector = OFFICERS[Role.DETECTOR]
    grant = ["roles", "grant", "guardian", detector, "--dry-run", "--lang", "ko"]

    _, _, err = dongne(capsys, *grant, *options, *administrator)

    assert f"    account = {detector} ({Role.DETECTOR.text('ko')})" in err.splitlines()
    assert f"    roleId = {Role.GUARDIAN.text('ko')}" in err.splitlines()


def test_a_safes_file_is_what_its_transaction_builder_reads(city, tmp_path, capsys):
    chain, book, options, _ = city
    safe, file = OFFICERS[Role.ADMINISTRATOR], tmp_path / "safe.json"

    code, _, err = dongne(capsys, "roles", "grant", "guardian", NEWCOMER, "--safe", safe, "--safe-file", file, *options)

    assert code == 0, err
    written = json.loads(file.read_text())
    assert (written["version"], written["chainId"]) == ("1.0", str(chain.id))
    assert abs(written["createdAt"] / 1000 - file.stat().st_mtime) < 60
    assert written["meta"]["createdFromSafeAddress"] == safe
    assert set(written["meta"]) >= {"name", "description", "txBuilderVersion"}
    (transaction,) = written["transactions"]
    access = CityAccess(chain, book.entry("CityAccess"))
    assert transaction == {
        "to": access.address,
        "value": "0",
        "data": "0x" + access.grant(Role.GUARDIAN, NEWCOMER).calldata.hex(),
        "contractMethod": None,
        "contractInputsValues": None,
    }


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["grant", "gardener", NEWCOMER], "'gardener' is not a role"),
        (["grant", "guardian", "0x12"], "not an address"),
        (["revoke", "guardian", NEWCOMER], "does not hold the role guardian"),
        (["execute", "0x12"], "not an announced operation"),
        (["cancel", "0x12"], "not an announced operation"),
    ],
)
def test_what_was_typed_wrong_is_said(city, capsys, arguments, why):
    _, _, options, administrator = city

    code, _, err = dongne(capsys, "roles", *arguments, *options, *administrator)

    assert code == ExitCode.INPUT
    assert why in err


def test_who_is_no_administrator_is_told_so(city, tmp_path, capsys):
    _, _, options, _ = city

    code, _, err = dongne(
        capsys, "roles", "grant", "guardian", NEWCOMER, *options, *keystore(tmp_path, officer(Role.GUARDIAN))
    )

    assert code == ExitCode.REFUSED
    assert "does not hold role administrator" in err


# Keys


def test_a_new_key_is_readable_by_its_owner_alone_and_opens_with_its_password(tmp_path, capsys):
    (tmp_path / "password").write_text("correct horse\n")
    file = tmp_path / "new.json"

    code, out, _ = dongne(capsys, "key", "new", file, "--password-file", tmp_path / "password")
    address = dongne(capsys, "key", "address", file)[1].strip()

    assert code == 0
    assert address in out
    assert str(file) in out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Account.from_key(Account.decrypt(json.loads(file.read_text()), "correct horse")).address == address


def test_a_new_keys_password_is_asked_for_twice(tmp_path, capsys, monkeypatch):
    answers = iter(["one", "another"])
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))

    code, _, err = dongne(capsys, "key", "new", tmp_path / "new.json")

    assert code == ExitCode.SETTING
    assert "The two passwords differ" in err
    assert not (tmp_path / "new.json").exists()


def test_the_citys_key_is_32_random_bytes_that_its_owner_alone_reads(tmp_path, capsys):
    files = [tmp_path / "a.key", tmp_path / "b.key"]

    for file in files:
        assert dongne(capsys, "key", "city", file)[0] == 0

    first, second = (bytes.fromhex(file.read_text()) for file in files)
    assert len(first) == len(second) == 32
    assert first != second
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


@pytest.mark.parametrize("command", ["new", "city"])
def test_a_key_is_never_written_over_a_file(tmp_path, capsys, command):
    file = tmp_path / "there"
    file.write_text("precious")

    code, _, err = dongne(capsys, "key", command, file)

    assert code == ExitCode.SETTING
    assert "exists already" in err
    assert file.read_text() == "precious"


def test_a_key_where_git_would_see_it_is_warned_of(tmp_path, capsys):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("*.key\n")

    seen, ignored = (dongne(capsys, "key", "city", tmp_path / name)[2] for name in ("city.txt", "city.key"))

    assert "git does not ignore" in seen
    assert ignored == ""
