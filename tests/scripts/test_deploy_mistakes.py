"""Whatever a person gets wrong before or during a deployment is one message, in both languages, and no traceback."""

import json
import os
import subprocess
import sys
from io import StringIO

import pytest
from eth_account import Account

from dongne.chain import Chain
from dongne.deployment.deployment import Deployment
from dongne.errors import ExitCode
from dongne.suite import OFFICES
from scripts.deployment import entry
from scripts.deployment.artifacts import ROOT
from scripts.localchain.anvil import anvil, officer

PASSWORD = "only for this test"
DEPLOYER = Account.from_key("0x" + "d2" * 32)
HOLDERS = "\n".join(f'{role.name.lower()} = "{officer(role).address}"' for role in OFFICES)
OFFICERS = f'[officers]\nsecond_administrator = "none"\n{HOLDERS}'
NETWORK = "anvil-sepolia"


@pytest.fixture(scope="module")
def rpc():
    with anvil("--chain-id", "11155111") as address:
        Chain(address).web3.provider.make_request("anvil_setBalance", [DEPLOYER.address, hex(10**18)])
        yield address


@pytest.fixture(scope="module")
def keystore(tmp_path_factory):
    file = tmp_path_factory.mktemp("keys") / "deployer.json"
    file.write_text(json.dumps(DEPLOYER.encrypt(PASSWORD, kdf="pbkdf2", iterations=1_000)))
    return file


@pytest.fixture
def setting(rpc, keystore, tmp_path, monkeypatch):
    """The environment of a deployment; what a test changes in it is set when it starts one."""
    for name in [name for name in os.environ if name.startswith(("DONGNE_", "LANG", "LC_"))]:
        monkeypatch.delenv(name)
    (tmp_path / "password").write_text(PASSWORD + "\n")
    (tmp_path / "city.toml").write_text(OFFICERS)
    return {
        "DONGNE_ANVIL_RPC": rpc,
        "DONGNE_KEYSTORE": str(keystore),
        "DONGNE_KEYSTORE_PASSWORD_FILE": str(tmp_path / "password"),
        "DONGNE_CITY": str(tmp_path / "city.toml"),
        "DONGNE_DEPLOYMENTS": str(tmp_path / "deployments"),
        "DONGNE_YES": "1",
    }


def start(setting, monkeypatch, network=NETWORK):
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    return entry.run(network)


def city(text, encoding="utf-8"):
    return lambda setting, folder: (folder / "city.toml").write_bytes(text.encode(encoding))


def put(**variables):
    return lambda setting, folder: setting.update(variables)


def unset(variable):
    return lambda setting, folder: setting.pop(variable)


def file_with(variable, text):
    def write(setting, folder):
        (folder / "bad").write_text(text)
        setting[variable] = str(folder / "bad")

    return write


MISTAKES = {
    "wrong password": (file_with("DONGNE_KEYSTORE_PASSWORD_FILE", "guessed"), "the password is wrong"),
    "no password file": (put(DONGNE_KEYSTORE_PASSWORD_FILE="/nowhere"), "/nowhere"),
    "no keystore": (put(DONGNE_KEYSTORE="/nowhere.json"), "/nowhere.json"),
    "a keystore that is none": (file_with("DONGNE_KEYSTORE", "{}"), "not an encrypted keystore"),
    "keystore not named": (unset("DONGNE_KEYSTORE"), "DONGNE_KEYSTORE is not set"),
    "city not named": (unset("DONGNE_CITY"), "DONGNE_CITY"),
    "node not named": (unset("DONGNE_ANVIL_RPC"), "DONGNE_ANVIL_RPC is not set"),
    "no city's file": (put(DONGNE_CITY="/nowhere.toml"), "/nowhere.toml"),
    "malformed TOML": (city("[officers"), "it is not TOML"),
    "CP949": (city("currency_name = '노원'\n" + OFFICERS, "cp949"), "it is not UTF-8"),
    "misspelt key": (city("currency_nmae = 'x'\n" + OFFICERS), "currency_nmae"),
    "mistyped key": (city("currency_decimals = 'two'\n" + OFFICERS), "currency_decimals"),
    "placeholder address": (city(OFFICERS.replace(officer(0).address, "0x" + "0" * 38 + "a0")), "0x"),
    "deployer as officer": (city(OFFICERS.replace(officer(0).address, DEPLOYER.address)), "administrator"),
    "no node": (put(DONGNE_ANVIL_RPC="http://127.0.0.1:9"), "http://127.0.0.1:9"),
    "malformed RPC address": (put(DONGNE_ANVIL_RPC="127.0.0.1:8545"), "127.0.0.1:8545"),
    "port out of range": (put(DONGNE_ANVIL_RPC="http://127.0.0.1:99999"), "99999"),
    "bad chain id": (put(DONGNE_CHAIN_ID="sepolia"), "DONGNE_CHAIN_ID"),
    "bad language": (put(DONGNE_LANG="fr"), "DONGNE_LANG"),
    "unwritable folder": (put(DONGNE_DEPLOYMENTS="/dev/null/books"), "/dev/null"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_message_and_nothing_is_sent(setting, tmp_path, rpc, capsys, monkeypatch, mistake):
    make, named = MISTAKES[mistake]
    make(setting, tmp_path)

    code = start(setting, monkeypatch)

    said = capsys.readouterr().err
    assert code == (ExitCode.LATER if mistake == "no node" else ExitCode.SETTING)
    assert said.splitlines()[-1].startswith("dongne: ")
    assert named in said
    assert "Traceback" not in said
    assert Chain(rpc).nonce(DEPLOYER.address) == 0


def test_an_unknown_network_is_answered_with_those_there_are(setting, capsys, monkeypatch):
    assert start(setting, monkeypatch, "sepolai") == ExitCode.SETTING

    assert "'sepolai' is not a network" in (said := capsys.readouterr().err)
    assert "dongne-sepolia" in said


def test_too_little_ether_is_said_before_anything_is_sent(setting, rpc, capsys, tmp_path, monkeypatch):
    poor = Account.from_key("0x" + "d3" * 32)
    (tmp_path / "poor.json").write_text(json.dumps(poor.encrypt(PASSWORD, kdf="pbkdf2", iterations=1_000)))

    assert start({**setting, "DONGNE_KEYSTORE": str(tmp_path / "poor.json")}, monkeypatch) == ExitCode.LATER

    assert f"The deployer {poor.address} holds 0.000000 ether" in capsys.readouterr().err
    assert Chain(rpc).nonce(poor.address) == 0


@pytest.fixture
def begun(monkeypatch):
    """Deployments that would have been sent."""
    began = []
    monkeypatch.setattr(Deployment, "run", lambda deployment: began.append(deployment))
    return began


@pytest.mark.parametrize("agreed", [True, False])
def test_nothing_is_sent_unless_the_question_is_answered_with_yes(setting, capsys, monkeypatch, begun, agreed):
    del setting["DONGNE_YES"]
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", lambda question, **_options: asked.append(question) or agreed)

    assert start(setting, monkeypatch) == (ExitCode.DONE if agreed else ExitCode.DECLINED)

    assert bool(begun) is agreed
    assert asked == ["Deploy?"]


def test_nothing_is_sent_where_nobody_is_there_to_answer(setting, capsys, monkeypatch, begun):
    del setting["DONGNE_YES"]
    monkeypatch.setattr("sys.stdin", StringIO("y\n"))

    assert start(setting, monkeypatch) == ExitCode.DECLINED

    assert not begun
    assert "give --yes" in capsys.readouterr().err


def test_the_summary_names_chain_deployer_cost_roles_and_what_is_for_ever(setting, capsys, monkeypatch, begun):
    assert start(setting, monkeypatch) == ExitCode.DONE

    said = capsys.readouterr().err
    for part in ("Chain 11155111", DEPLOYER.address, "1.000000 ether", "at a fee cap of", "Asia/Seoul", "For ever"):
        assert part in said
    for role in OFFICES:
        assert officer(role).address in said


def test_brownie_shows_no_traceback_for_a_wrong_password(setting, tmp_path):
    (tmp_path / "password").write_text("guessed")

    command = [sys.executable, "-m", "tools.brownie", "run", "deploy", "live", "--network", NETWORK]
    run = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **setting}, capture_output=True, text=True, check=False, timeout=120
    )

    assert run.returncode == ExitCode.SETTING
    assert "the password is wrong" in run.stderr
    assert "Traceback" not in run.stdout + run.stderr
