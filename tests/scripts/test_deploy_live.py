"""`brownie run deploy live`, against a separate Anvil that poses as Sepolia, cut off half-way and resumed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from eth_account import Account

from dongne import book as books
from dongne.access import CityAccess, Membership
from dongne.chain import Chain
from dongne.deployment.deployment import CONTRACTS
from dongne.suite import OFFICES, Role
from scripts.deployment.artifacts import ROOT, standard_json_hash
from scripts.localchain.anvil import anvil

SEPOLIA = 11_155_111
PASSWORD = "only for this test"
DEPLOYER = Account.from_key("0x" + "d1" * 32)
OFFICERS = {role: Account.from_key(bytes([0x50 + role] * 32)).address for role in OFFICES}


@pytest.fixture(scope="module")
def sepolia():
    """Two-second blocks, EIP-1559 fees, nobody unlocked, and money for the deployer alone."""
    with anvil("--chain-id", str(SEPOLIA), "--block-time", "2", "--accounts", "0") as rpc:
        chain = Chain(rpc)
        chain.web3.provider.make_request("anvil_setBalance", [DEPLOYER.address, hex(10**19)])
        yield chain


@pytest.fixture(scope="module")
def setting(sepolia, tmp_path_factory):
    """Environment of the deployment, as an operator sets it."""
    folder = tmp_path_factory.mktemp("live")
    (folder / "deployer.json").write_text(json.dumps(DEPLOYER.encrypt(PASSWORD, kdf="pbkdf2", iterations=1_000)))
    (folder / "password").write_text(PASSWORD + "\n")
    officers = "\n".join(f'{role.name.lower()} = "{holder}"' for role, holder in OFFICERS.items())
    (folder / "city.toml").write_text(
        'currency_name = "Nowon Won"\n\n[officers]\nsecond_administrator = "none"\n'
        f"{officers}\n\n[delays]\nadministrator = 3600\n"
    )
    return {
        "DONGNE_ANVIL_RPC": sepolia.rpc,
        "DONGNE_KEYSTORE": str(folder / "deployer.json"),
        "DONGNE_KEYSTORE_PASSWORD_FILE": str(folder / "password"),
        "DONGNE_CITY": str(folder / "city.toml"),
        "DONGNE_DEPLOYMENTS": str(folder / "deployments"),
        "DONGNE_YES": "1",
    }


@pytest.fixture(scope="module")
def deployed(sepolia, setting):
    """The address book after a run that was killed and a second one."""
    folder = Path(setting["DONGNE_DEPLOYMENTS"])
    first = start(setting)
    wait_for_contracts(first, folder, 2)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    half = books.load(folder, SEPOLIA)

    second = start(setting)
    output, _ = second.communicate(timeout=240)
    assert second.returncode == 0, output
    return half, books.load(folder, SEPOLIA)


def test_a_killed_deployment_is_half_finished_and_says_so(deployed):
    half, _ = deployed

    assert not half.complete
    assert 2 <= len(half.contracts) < len(CONTRACTS)


def test_the_second_run_goes_on_where_the_first_was_cut_off(deployed):
    half, whole = deployed

    assert whole.complete
    assert set(whole.contracts) == set(CONTRACTS)
    assert {name: whole.contracts[name] for name in half.contracts} == half.contracts


def test_nothing_was_sent_twice(sepolia, deployed):
    creations_wiring_and_handing_over = len(CONTRACTS) + 2

    assert sepolia.web3.eth.get_transaction_count(DEPLOYER.address) == creations_wiring_and_handing_over


def test_the_transactions_paid_eip_1559_fees(sepolia, deployed):
    _, whole = deployed

    for entry in whole.contracts.values():
        transaction = sepolia.web3.eth.get_transaction(entry.transaction)
        assert transaction["type"] == 2
        assert transaction["chainId"] == SEPOLIA


def test_the_deployer_ends_with_no_role_and_the_officers_with_theirs(sepolia, deployed):
    _, whole = deployed
    access = CityAccess(sepolia, whole.entry("CityAccess"))

    for role, holder in OFFICERS.items():
        assert not access.membership(role, DEPLOYER.address).held
        assert access.membership(role, holder).held
    assert access.membership(Role.ADMINISTRATOR, OFFICERS[Role.ADMINISTRATOR]) == Membership(True, 3600)


def test_the_address_book_reproduces_the_bytecode(sepolia, deployed):
    _, whole = deployed

    assert whole.standard_json_hash == standard_json_hash(CONTRACTS)
    assert whole.compiler["version"].startswith("0.8.30")
    assert whole.contracts["LocalCurrency"].arguments[0] == "Nowon Won"
    for entry in whole.contracts.values():
        receipt = sepolia.web3.eth.get_transaction_receipt(entry.transaction)
        assert (receipt["contractAddress"], receipt["blockNumber"]) == (entry.address, entry.block)


def test_a_finished_deployment_is_left_alone(sepolia, setting, deployed):
    before = sepolia.web3.eth.get_transaction_count(DEPLOYER.address)

    third = start(setting)
    output, _ = third.communicate(timeout=60)

    assert third.returncode == 0, output
    assert sepolia.web3.eth.get_transaction_count(DEPLOYER.address) == before


def start(setting: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tools.brownie", "run", "deploy", "live", "--network", "anvil-sepolia"]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **setting},
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def wait_for_contracts(process: subprocess.Popen[str], folder: Path, how_many: int) -> None:
    file = books.path(folder, SEPOLIA)
    for _ in range(600):
        if file.exists() and len(books.load(folder, SEPOLIA).contracts) >= how_many:
            return
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.05)
    raise AssertionError(f"{file} never listed {how_many} contracts")
