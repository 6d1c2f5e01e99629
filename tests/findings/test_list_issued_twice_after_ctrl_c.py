"""`currency issue` stopped by Ctrl-C at a pending transaction and run again issued the list twice."""

import json
import os
import signal
import subprocess
import sys

import pytest

from dongne import book as books
from dongne.currency import Kind, LocalCurrency
from dongne.suite import Role
from scripts.localchain.suite import local_suite, person

PEOPLE = [person(f"on the list {number}").address for number in range(3)]
COMMAND = [sys.executable, "-c", "from dongne.cli import main; main()", "currency"]


@pytest.fixture
def city():
    """A city whose chain makes a block only when it is told to."""
    with local_suite() as on:
        currency = LocalCurrency(on.chain, on.book.entry("LocalCurrency"))
        currency.register(Kind.RESIDENT, PEOPLE).transact(on.officers[Role.MEMBERSHIP_OFFICER])
        on.back(10_000)
        on.chain.web3.provider.make_request("evm_setAutomine", [False])
        yield on


@pytest.fixture
def issue(city, tmp_path):
    """Starts the command."""
    books.save(city.book, tmp_path / "deployments")
    key = city.officers[Role.CURRENCY_OFFICER]
    (tmp_path / "key.json").write_text(json.dumps(key.encrypt("secret", kdf="pbkdf2", iterations=1_000)))
    (tmp_path / "password").write_text("secret")
    (tmp_path / "list.csv").write_text("address,amount\n" + "".join(f"{each},100\n" for each in PEOPLE))
    options = ["--rpc", city.chain.rpc, "--deployments", str(tmp_path / "deployments"), "--yes", "--json"]
    options += ["--keystore", str(tmp_path / "key.json"), "--password-file", str(tmp_path / "password")]
    command = [*COMMAND, "issue", str(tmp_path / "list.csv"), "--purpose", "welfare", *options]
    environment = {**os.environ, "DONGNE_LANG": "en"}
    started = []

    def start():
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen(command, text=True, env=environment, **pipes)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def until_sent(process):
    """Read what the command says until a transaction is under way; gives that line."""
    return next(line for line in process.stderr if "sent as 0x" in line)


def mine(city):
    city.chain.web3.provider.make_request("evm_mine", [])


def supply(city):
    return LocalCurrency(city.chain, city.book.entry("LocalCurrency")).total_supply()


def test_a_list_stopped_by_ctrl_c_and_run_again_is_issued_once(city, issue):
    first = issue()
    transaction = until_sent(first).split("sent as ")[1].split(";")[0]
    first.send_signal(signal.SIGINT)
    _out, said = first.communicate(timeout=60)
    mine(city)

    out, _said = issue().communicate(timeout=60)

    assert first.returncode == 130
    assert transaction in said
    assert json.loads(out)["done"] == 0
    assert supply(city) == 300


def test_a_list_run_again_while_its_transaction_is_pending_is_issued_once(city, issue):
    first = issue()
    until_sent(first)
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)

    second = issue()
    until_sent(second)
    mine(city)
    out, _said = second.communicate(timeout=60)

    assert json.loads(out)["done"] == 0
    assert supply(city) == 300


def test_a_list_whose_command_was_killed_is_issued_once(city, issue):
    first = issue()
    until_sent(first)
    first.kill()
    first.communicate(timeout=60)
    mine(city)

    out, _said = issue().communicate(timeout=60)

    assert json.loads(out)["done"] == 0
    assert supply(city) == 300
