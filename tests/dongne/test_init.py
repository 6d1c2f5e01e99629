"""`dongne init` asks, checks each answer as the deployment does, and writes over nothing."""

import json
import os
import subprocess
import sys

import pytest
from eth_account import Account

from dongne.config import Settings
from dongne.deployment.city import City
from dongne.errors import ExitCode
from dongne.suite import OFFICES, Role
from scripts.localchain.anvil import anvil, officer
from tests.docs.pages import ROOT

ADDRESSES = [officer(role).address for role in OFFICES]
DEPLOYER = Account.from_key("0x" + "d7" * 32)


@pytest.fixture(scope="module")
def rpc():
    with anvil() as address:
        yield address


def init(folder, answers, language="en"):
    """Run the command with these lines typed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DONGNE_", "LANG", "LC_"))}
    return subprocess.run(
        [sys.executable, "-m", "dongne", "--lang", language, "init", str(folder)],
        input="\n".join(answers) + "\n",
        env={**environment, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def answers(rpc, **other):
    """What is typed, in the order of the questions; Enter takes what is usual."""
    given = {
        "currency_name": "Nowon Won",
        "currency_symbol": "",
        "currency_decimals": "0",
        "registry_name": "",
        "registry_symbol": "",
        "time_zone": "",
        "residents_may_give": "n",
        **dict(zip((role.name for role in OFFICES), ADDRESSES, strict=True)),
        "second": "none",
        "node": rpc,
        "chain_id": "",
        "keystore": "",
    } | other
    return [line for each in given.values() for line in ([each] if isinstance(each, str) else each)]


def test_the_files_are_those_that_a_deployment_reads(rpc, tmp_path):
    folder = tmp_path / "city of trees"

    said = init(folder, answers(rpc))

    assert said.returncode == ExitCode.DONE, said.stderr
    city = City.from_file(folder / "city.toml")
    assert (city.currency_name, city.residents_may_give, city.time_zone) == ("Nowon Won", False, "Asia/Seoul")
    assert city.officers[Role.GUARDIAN] == officer(Role.GUARDIAN).address
    assert city.second_administrator is None
    shell = ["sh", "-c", "set -a; . ./dongne.env; env"]
    loaded = subprocess.run(shell, cwd=folder, capture_output=True, text=True, check=True).stdout
    variables = dict(line.split("=", 1) for line in loaded.splitlines() if line.startswith("DONGNE_"))
    settings = Settings.from_environment(variables)
    assert (settings.rpc, settings.chain_id, settings.city) == (rpc, 31_337, folder / "city.toml")


def test_a_wrong_answer_is_explained_and_asked_for_again(rpc, tmp_path):
    wrong = {
        "currency_name": ["x" * 32, "Nowon Won"],
        "currency_decimals": ["two", "7", "2"],
        "GUARDIAN": ["0x12", "0x" + "0" * 38 + "a4", officer(Role.GUARDIAN).address],
        "node": ["127.0.0.1", rpc],
    }

    said = init(tmp_path, answers(rpc, **wrong))

    assert said.returncode == ExitCode.DONE, said.stderr
    for part in ("text of 1 to 31 bytes", "a whole number from 0", "not an address", "a placeholder", "DONGNE_RPC"):
        assert part in said.stderr
    assert City.from_file(tmp_path / "city.toml").currency_decimals == 2


def test_a_deployer_who_is_an_officer_is_refused(rpc, tmp_path):
    key = tmp_path / "key.json"
    key.write_text(json.dumps(DEPLOYER.encrypt("x", kdf="pbkdf2", iterations=1)))

    said = init(tmp_path / "new", answers(rpc, POLICE=DEPLOYER.address, keystore=[str(key), ""]))

    assert f"names the deployer {DEPLOYER.address} as police" in said.stderr
    assert "DONGNE_KEYSTORE" not in (tmp_path / "new/dongne.env").read_text()


def test_a_node_that_is_not_there_yet_is_said_and_the_chain_asked_for(tmp_path):
    said = init(tmp_path, answers("http://127.0.0.1:9", chain_id="11155111"))

    assert said.returncode == ExitCode.DONE, said.stderr
    assert "http://127.0.0.1:9" in said.stderr
    assert "DONGNE_CHAIN_ID=11155111" in (tmp_path / "dongne.env").read_text()


@pytest.mark.parametrize("name", ["city.toml", "dongne.env"])
def test_nothing_is_written_over(rpc, tmp_path, name):
    (tmp_path / name).write_text("precious")

    said = init(tmp_path, answers(rpc))

    assert said.returncode == ExitCode.SETTING
    assert "exists already" in said.stderr
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {name: "precious"}


def test_answers_that_end_early_leave_no_file(rpc, tmp_path):
    said = init(tmp_path / "new", answers(rpc)[:9])

    assert said.returncode == ExitCode.INTERRUPTED
    assert not (tmp_path / "new").exists()
    assert "Traceback" not in said.stderr
