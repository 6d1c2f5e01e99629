"""The relayer by its commands, as systemd starts it: intake and worker are processes of their own."""

import json
import signal
import subprocess
import sys
import time

import pytest
import requests
from eth_account import Account

from dongne import book as books
from scripts.localchain.anvil import free_port
from tests.dongne.command_line import dongne
from tests.relay.relaying import PEOPLE


@pytest.fixture
def office(town, tmp_path):
    """Options of every command: chain, address book and key."""
    deployments = tmp_path / "deployments"
    books.save(town.suite.book, deployments)
    key = Account.encrypt(town.suite.relayer.key, "secret", kdf="pbkdf2", iterations=1_000)
    (tmp_path / "relayer.json").write_text(json.dumps(key), encoding="utf-8")
    (tmp_path / "password").write_text("secret", encoding="utf-8")
    chain = ("--rpc", town.chain.rpc, "--deployments", deployments)
    return chain, ("--keystore", tmp_path / "relayer.json", "--password-file", tmp_path / "password")


def started(*arguments):
    command = [sys.executable, "-m", "dongne", "relay", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def answered(url, **options):
    for _try in range(600):
        try:
            return requests.get(url, timeout=10, **options)
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {url}")


def test_intake_and_worker_run_as_services_and_end_when_told_to(town, office, capsys):
    chain, key = office
    address = f"127.0.0.1:{free_port()}"
    serving = started("serve", *chain, "--listen", address, "--log", "json")
    working = started("work", *chain, *key, "--age", "0", "--log", "json")
    try:
        answered(f"http://{address}/health")
        handed = requests.post(f"http://{address}/v1/payments", json=town.payment(PEOPLE[0], 0, 70), timeout=60).json()
        state = until_final(f"http://{address}/v1/messages/{handed['id']}")
    finally:
        for process in (serving, working):
            process.send_signal(signal.SIGTERM)
        said = [process.communicate(timeout=120) for process in (serving, working)]

    assert state == "final"
    assert town.paid() == 70
    assert [serving.returncode, working.returncode] == [0, 0], said
    lines = [json.loads(line) for line in said[1][1].splitlines()]
    assert [line["event"] for line in lines] == ["working", "sent", "outcome", "mined"]
    _code, out, _err = dongne(capsys, "relay", "status", *chain, "--json")
    assert [(each["state"], each["messages"]) for each in json.loads(out)] == [("final", 1)]


def until_final(url):
    for _try in range(600):
        state = requests.get(url, timeout=60).json()["state"]
        if state in ("final", "refused"):
            return state
        time.sleep(0.1)
    return state


def test_one_worker_at_a_time_has_a_key(town, office):
    chain, key = office
    working = started("work", *chain, *key, "--log", "json")
    time.sleep(4)
    second = started("work", *chain, *key, "--until-idle")
    code = second.wait(timeout=120)
    working.send_signal(signal.SIGTERM)
    working.communicate(timeout=120)

    # 5 where the other one was at work just then; one of them always goes on.
    assert sorted((code, working.returncode)) in ([0, 0], [0, 5])


def test_what_a_worker_took_is_released_by_its_address(town, office, capsys):
    chain, _key = office
    code, out, err = dongne(capsys, "relay", "release", town.suite.relayer.address, "--yes", *chain, "--json")

    assert code == 0, err
    assert json.loads(out) == {"worker": town.suite.relayer.address, "messages": 0}


def test_an_address_that_cannot_be_listened_at_is_said(office, capsys):
    chain, _key = office
    code, _out, err = dongne(capsys, "relay", "serve", *chain, "--listen", "nowhere")

    assert code == 3
    assert "Give HOST:PORT" in err
