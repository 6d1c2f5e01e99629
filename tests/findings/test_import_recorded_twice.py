"""Found by trial: Ctrl-C at a pending transaction, then the same import again, recorded its rows twice."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from eth_account import Account

from dongne import book as books
from dongne.suite import Role
from dongne.vehicle import Entry, Kind, RegistrationItem, VehicleRegistry, vehicle_id
from scripts.localchain.suite import local_suite, person
from tests.undoing import undone

KEY = bytes(range(32))
VIN = "4T1BG22K3XU414256"
VEHICLE = vehicle_id(VIN, KEY)
AUCTIONEER = person("auctioneer")
ROWS = 3


@pytest.fixture(scope="module")
def city():
    with local_suite() as running:
        yield running


@pytest.fixture
def registry(city):
    """A registry with a vehicle and an accredited auctioneer, on a chain that mines nothing by itself."""
    with undone(city.chain):
        registry = VehicleRegistry(city.chain, city.book.entry("VehicleRegistry"))
        accreditor, registrar = city.officers[Role.ACCREDITOR], city.officers[Role.VEHICLE_REGISTRAR]
        registry.accredit(AUCTIONEER.address, frozenset({Kind.ODOMETER}), 0, 2**40 - 1).transact(accreditor)
        owner = person("owner").address
        registry.register(RegistrationItem(VEHICLE, owner, Entry(Kind.REGISTRATION, 0))).transact(registrar)
        ask(city, "evm_setAutomine", False)
        yield registry
        ask(city, "anvil_dropAllTransactions")
        ask(city, "evm_setAutomine", True)


@pytest.fixture
def command(city, tmp_path):
    """The command that imports a file of sales, and the environment that it runs in."""
    books.save(city.book, tmp_path / "deployments")
    (tmp_path / "city.key").write_text(KEY.hex())
    (tmp_path / "password").write_text("secret")
    keystore = Account.encrypt(AUCTIONEER.key, "secret", kdf="pbkdf2", iterations=2)
    (tmp_path / "auctioneer.json").write_text(json.dumps(keystore))
    rows = [f"{VIN},{100 + each},2014-12-17" for each in range(ROWS)]
    (tmp_path / "sales.csv").write_text("\n".join(["vin,odometer_km,saledate", *rows]))
    keys = ["--key-file", "city.key", "--keystore", "auctioneer.json", "--password-file", "password"]
    program = "import sys; from dongne.cli import main; sys.argv[0] = 'dongne'; main()"
    settings = {"DONGNE_RPC": city.chain.rpc, "DONGNE_DEPLOYMENTS": str(tmp_path / "deployments"), "DONGNE_LANG": "en"}
    return {
        "args": [sys.executable, "-c", program, "vehicle", "import", "sales.csv", *keys],
        "cwd": tmp_path,
        "env": {**os.environ, **settings},
        "text": True,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
    }


def ask(city, method, *parameters):
    return city.chain.web3.provider.make_request(method, list(parameters))


def wait_until(condition):
    """Wait for something that happens in seconds; under load in a minute."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def pending(city):
    return city.chain.nonce(AUCTIONEER.address, pending=True) - city.chain.nonce(AUCTIONEER.address)


def interrupted(city, command):
    """Run the import and press Ctrl-C while its transaction is pending; gives what it said."""
    process = subprocess.Popen(**command)
    wait_until(lambda: pending(city) == 1)
    process.send_signal(signal.SIGINT)
    _output, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    return " ".join(said.split())


def test_ctrl_c_says_what_is_under_way_and_what_to_do(city, registry, command):
    said = interrupted(city, command)

    (transaction,) = city.chain.sender(AUCTIONEER, command["cwd"] / "deployments").under_way()
    assert f"Stopped while transaction {transaction} was under way" in said
    assert "Run the same command again" in said
    assert "Traceback" not in said


def test_an_import_stopped_while_pending_records_nothing_twice_once_it_is_mined(city, registry, command):
    interrupted(city, command)
    ask(city, "evm_mine")
    ask(city, "evm_setAutomine", True)

    again = subprocess.run(**command, timeout=60, check=False)

    assert again.returncode == 0, again.stderr
    assert registry.state(VEHICLE).records == 1 + ROWS
    results = csv.DictReader((command["cwd"] / "sales.result-2.csv").read_text("utf-8-sig").splitlines())
    assert [row["result"] for row in results] == ["already recorded"] * ROWS


def test_an_import_repeated_with_one_more_row_waits_for_the_pending_ones_and_records_that_row(city, registry, command):
    interrupted(city, command)
    with (command["cwd"] / "sales.csv").open("a") as file:
        file.write(f"\n{VIN},200,2014-12-18")

    process = subprocess.Popen(**command)
    assert any("waiting until it is mined" in line for line in process.stderr)
    assert pending(city) == 1
    ask(city, "evm_mine")
    ask(city, "evm_setAutomine", True)
    output, said = process.communicate(timeout=60)

    assert process.returncode == 0, said
    assert [line.split()[-1] for line in output.splitlines() if "recorded" in line] == ["1", str(ROWS)]
    assert registry.state(VEHICLE).records == 1 + ROWS + 1
