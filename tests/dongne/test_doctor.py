"""`dongne doctor` finds the usual faults, each alone, and says what to do."""

import json
import os
from dataclasses import replace
from pathlib import Path
from time import time

import pytest
from eth_account import Account
from filelock import FileLock

from dongne import book as books
from dongne.bytecode import build
from dongne.chain import Chain
from dongne.cli import run
from dongne.errors import ExitCode
from dongne.health import Standing, Surroundings, examine
from dongne.health import deployment as deployment_checks
from dongne.health.machine import disk
from dongne.health.node import blocks
from dongne.store import Store
from dongne.store.bulk import upsert
from dongne.store.relay import QueuedMessage
from dongne.suite import Role
from scripts.localchain.anvil import anvil, funded
from scripts.localchain.suite import local_suite
from tests.dongne.command_line import dongne
from tests.undoing import undone

POOR = Account.from_key("0x" + "e7" * 32)


@pytest.fixture(scope="module")
def suite():
    with local_suite() as found:
        yield found


@pytest.fixture
def place(suite, tmp_path):
    """A folder with the address book and a key of its owner only; the block is of now."""
    suite.chain.web3.provider.make_request("evm_mine", [])
    books.save(suite.book, tmp_path)
    write_key(tmp_path / "key.json", suite.relayer)
    return tmp_path


def write_key(file, key):
    file.write_text(json.dumps(key.encrypt("x", kdf="pbkdf2", iterations=1)))
    file.chmod(0o600)


def options(suite, place, *more):
    return ["doctor", "--rpc", suite.chain.rpc, "--deployments", place, "--keystore", place / "key.json", *more]


def found(capsys, suite, place, *more):
    """Exit code, and what was found that is not fine, by subject."""
    code, out, _ = dongne(capsys, *options(suite, place, *more), "--json")
    rows = [each for each in json.loads(out) if each["standing"] != "fine"]
    return code, {each["subject"]: (each["standing"], each["found"], each["fix"]) for each in rows}


def test_a_sound_installation_has_no_faults(capsys, suite, place, monkeypatch):
    monkeypatch.setenv("DONGNE_CHAIN_ID", str(suite.chain.id))

    code, wrong = found(capsys, suite, place)

    assert code == ExitCode.DONE, wrong
    assert set(wrong) <= {"roles and delays"}  # one administrator without a delay, as on all local chains


def test_the_table_says_in_both_languages_what_to_do(capsys, suite, place):
    (place / "key.json").chmod(0o644)

    english, korean = (dongne(capsys, *options(suite, place, "--lang", each)) for each in ("en", "ko"))

    assert english[0] == korean[0] == ExitCode.DIFFERENT
    assert f"chmod 600 {place / 'key.json'}" in english[1]
    assert f"chmod 600 {place / 'key.json'}" in korean[1]
    assert english[2] == "dongne: 1 fault was found. The list says what to do.\n"
    assert "fault" not in korean[1] + korean[2]


@pytest.mark.parametrize("number", [None, "5"])
def test_a_chain_that_is_not_pinned_is_weak_and_another_one_a_fault(capsys, suite, place, monkeypatch, number):
    if number:
        monkeypatch.setenv("DONGNE_CHAIN_ID", number)

    _, wrong = found(capsys, suite, place)

    standing, said, fix = wrong["node"]
    assert standing == ("fault" if number else "weak")
    assert f"DONGNE_CHAIN_ID={suite.chain.id}" in fix if number is None else "chain 5 was expected" in said


def test_a_node_that_does_not_answer_is_the_fault_and_ends_the_examination(capsys, suite, place):
    code, wrong = found(capsys, suite, place, "--rpc", "http://127.0.0.1:9")

    assert code == ExitCode.DIFFERENT
    assert "No node answers" in wrong["node"][1]
    assert set(wrong) == {"node"}


def test_an_address_book_of_a_chain_that_was_reset(capsys, suite, place):
    with anvil() as fresh:
        _, wrong = found(capsys, suite, place, "--rpc", fresh)

    assert "no code where the address book has" in wrong["address book"][1]


def test_an_address_book_that_is_missing_or_not_complete(capsys, suite, place):
    books.save(replace(suite.book, complete=False), place)
    _, half = found(capsys, suite, place)
    books.path(place, suite.chain.id).unlink()
    _, none = found(capsys, suite, place)

    assert "not complete" in half["address book"][1]
    assert "is missing" in none["address book"][1]


def test_code_of_another_build_is_named(capsys, suite, place, monkeypatch):
    made = build()
    other = replace(made.contracts["BallotBox"], runtime=made.contracts["BallotBox"].runtime[:-1] + b"\1")
    monkeypatch.setattr(
        deployment_checks, "build", lambda: replace(made, contracts={**made.contracts, "BallotBox": other})
    )

    _, wrong = found(capsys, suite, place)

    assert wrong["contracts' code"][1] == "BallotBox differ from what this installation was compiled from"


def test_weak_roles_are_named(capsys, suite, place):
    _, wrong = found(capsys, suite, place)

    assert wrong["roles and delays"][0] == "weak"


def test_a_key_that_cannot_pay_is_a_fault_and_a_poor_officer_is_weak(capsys, suite, place):
    chain = suite.chain
    write_key(place / "key.json", POOR)
    officer = suite.officers[Role.POLICE].address
    with undone(chain):
        chain.web3.provider.make_request("anvil_setNextBlockBaseFeePerGas", [hex(10**9)])
        chain.web3.provider.make_request("evm_mine", [])
        chain.web3.provider.make_request("anvil_setBalance", [officer, "0x0"])
        rows = json.loads(dongne(capsys, *options(suite, place), "--json")[1])

    standings = {each["found"].split(" ")[0]: each["standing"] for each in rows if each["subject"] == "ether for gas"}
    assert standings == {POOR.address: "fault", officer: "weak"}


def test_a_key_file_that_is_missing_or_that_others_read(capsys, suite, place):
    (place / "password").write_text("x")
    (place / "password").chmod(0o640)
    code, wrong = found(capsys, suite, place, "--secret", place / "password")
    _, gone = found(capsys, suite, place, "--secret", place / "nowhere")

    assert code == ExitCode.DIFFERENT
    assert wrong["key files"] == (
        "fault",
        f"{place / 'password'} can be read by others (mode 0640)",
        wrong["key files"][2],
    )
    assert "is not there" in gone["key files"][1]


def test_a_transaction_under_way_and_a_lock_in_use(capsys, suite, place):
    chain, key = suite.chain, funded(14)
    outbox = place / "outbox"
    outbox.mkdir()
    name = f"{chain.id}-{chain.genesis[:10]}-{key.address}"
    (outbox / f"{name}.json").write_text("{}")
    with undone(chain), FileLock(outbox / f"{name}.inuse"):
        chain.web3.provider.make_request("evm_setAutomine", [False])
        chain.web3.provider.make_request(
            "eth_sendTransaction", [{"from": key.address, "to": key.address, "value": "0x1"}]
        )
        rows = json.loads(dongne(capsys, *options(suite, place), "--json")[1])
        chain.web3.provider.make_request("evm_setAutomine", [True])

    said = [each["found"] for each in rows if each["subject"] == "transactions under way"]
    assert said == [
        f"{key.address} has 1 in no block yet",
        f"a command is sending right now: {outbox / name}.inuse is locked",
    ]


@pytest.mark.parametrize(
    ("free", "standing"), [(10**8, Standing.FAULT), (10**9, Standing.WEAK), (10**10, Standing.FINE)]
)
def test_a_disk_that_fills_up(tmp_path, monkeypatch, free, standing):
    monkeypatch.setattr("shutil.disk_usage", lambda _place: type("Usage", (), {"free": free}))

    (finding,) = disk(tmp_path / "not" / "there")

    assert finding.standing is standing


@pytest.mark.parametrize(
    ("version", "seconds", "syncing", "standing"),
    [
        ("besu/v26", 5, False, Standing.FINE),
        ("besu/v26", 500, False, Standing.FAULT),
        ("anvil/v1", 500, False, Standing.FINE),
        ("besu/v26", -60, False, Standing.FAULT),
        ("besu/v26", 5, {"currentBlock": 1}, Standing.FAULT),
    ],
    ids=["of now", "old", "old, on a development chain", "of the future", "syncing"],
)
def test_a_node_behind_and_a_clock_that_is_wrong(suite, monkeypatch, version, seconds, syncing, standing):
    chain = Chain(suite.chain.rpc)
    monkeypatch.setattr(type(chain.web3), "client_version", version)
    monkeypatch.setattr(type(chain.web3.eth), "syncing", syncing)

    (finding,) = blocks(chain, chain.timestamp() + seconds)

    assert finding.standing is standing
    assert (finding.fix is None) is (standing is Standing.FINE)


@pytest.fixture
def store(suite, place, monkeypatch):
    """A store that the settings name, with an index of the chain."""
    url = f"sqlite:///{place}/store.sqlite"
    monkeypatch.setenv("DONGNE_STORE", url)
    assert run(["index", "once", "--rpc", suite.chain.rpc, "--deployments", str(place)], os.environ) == ExitCode.DONE
    opened = Store.open(url)
    yield opened
    opened.close()


def test_an_index_that_stands_is_a_fault_where_services_keep_it(capsys, suite, place, store, monkeypatch):
    _, before = found(capsys, suite, place)
    with undone(suite.chain):
        suite.chain.web3.provider.make_request("anvil_mine", [hex(200)])
        _, set_ = found(capsys, suite, place)
        monkeypatch.delenv("DONGNE_STORE")
        (place / "store").mkdir()
        for file in place.glob("store.sqlite*"):  # with its log
            file.rename(place / "store" / file.name.replace("store", str(suite.chain.id)))
        _, own = found(capsys, suite, place)

    assert "index" not in before
    assert set_["index"][:2] == ("fault", "200 blocks behind the node")
    assert own["index"][0] == "weak"


@pytest.mark.parametrize("state", ["queued", "sent"])
@pytest.mark.parametrize(("seconds", "standing"), [(10, None), (4_000, "fault")])
def test_messages_that_nobody_carries_are_a_fault(capsys, suite, place, store, seconds, standing, state):
    waiting = (b"\1" * 32, "payments", "payments", b"\2" * 20, 0, 9**9, "{}", state, None)
    with store.writing() as connection:
        upsert(connection, QueuedMessage.table, [(*waiting, int((time() - seconds) * 1000), 0, None, None)])

    code, wrong = found(capsys, suite, place)

    assert wrong.get("relayer", (None,))[0] == standing
    if standing:
        assert code == ExitCode.DIFFERENT
        assert "messages wait: 1, the first for 4," in wrong["relayer"][1]


def test_a_database_that_does_not_answer_leaves_the_other_checks(capsys, suite, place, monkeypatch):
    monkeypatch.setenv("DONGNE_STORE", "postgresql://dongne:geheim@127.0.0.1:9/dongne")

    code, out, err = dongne(capsys, *options(suite, place), "--json")

    rows = {each["subject"]: each for each in json.loads(out)}
    assert code == ExitCode.DIFFERENT
    assert rows["store"]["standing"] == "fault"
    assert "ether for gas" in rows
    assert "geheim" not in out + err


def test_a_machine_without_a_store_is_not_given_one(capsys, suite, place):
    _, wrong = found(capsys, suite, place)

    assert "store" not in wrong
    assert not (place / "store").exists()


def test_one_check_that_fails_leaves_the_others(suite, tmp_path, monkeypatch):
    books.save(suite.book, tmp_path)
    broken = Path(os.devnull) / "x"

    all_found = list(
        examine(
            Surroundings(
                lambda: suite.chain, 31_337, lambda: suite.book, tmp_path, [broken], [], suite.chain.timestamp()
            )
        )
    )

    assert [each.standing for each in all_found if each.subject == "key files"] == [Standing.FAULT]
    assert [each.standing for each in all_found if each.subject == "contracts' code"] == [Standing.FINE]
