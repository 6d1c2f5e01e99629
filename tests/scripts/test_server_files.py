"""The files of deploy/: what they start exists, nothing runs as root, versions are pinned, a backup can be restored."""

import configparser
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections import defaultdict

import pytest
import yaml
from eth_account import Account

from dongne.config import Settings
from dongne.errors import ExitCode
from dongne.sending.outbox import Entry, FileOutbox
from tests.docs.pages import ROOT
from tests.docs.test_docs import command_path

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [file for file in UNITS if file.suffix == ".service"]
COMPOSE = yaml.safe_load((DEPLOY / "docker/docker-compose.yml").read_text(encoding="utf-8"))

each_service = pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.stem)
each_container = pytest.mark.parametrize("name", COMPOSE["services"])

HARDENING = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "UMask": "0077",
}


def settings_of(file):
    """Settings of a unit's [Service], each with all its values."""

    class Repeated(dict):
        def __setitem__(self, key, value):
            if isinstance(value, list) and key in self:
                self[key].extend(value)
            else:
                super().__setitem__(key, value)

    unit = configparser.RawConfigParser(dict_type=Repeated, strict=False)
    unit.optionxform = str
    unit.read_string(file.read_text(encoding="utf-8"))
    return {key: value.split("\n") for key, value in unit["Service"].items()}


@each_service
def test_what_a_unit_starts_exists(file):
    (start,) = settings_of(file)["ExecStart"]
    program, *arguments = shlex.split(start)

    if program.endswith("/dongne"):
        assert command_path(arguments)
    elif program.endswith("/python"):
        assert (DEPLOY / arguments[0].rsplit("/")[-1]).exists()
    else:
        assert program == "/opt/besu/bin/besu"


@each_service
def test_a_unit_runs_without_rights(file):
    found = settings_of(file)

    assert found["User"][0] not in ("", "root")
    assert {name: found[name][0] for name in HARDENING} == HARDENING
    assert not [value for value in found.get("Environment", ()) if re.search("PASSWORD=|KEY=", value)]


def test_a_service_is_not_started_again_where_that_mends_nothing():
    (codes,) = settings_of(DEPLOY / "systemd/dongne-index.service")["RestartPreventExitStatus"]

    mendless = {ExitCode.USAGE, ExitCode.SETTING, ExitCode.INPUT, ExitCode.REFUSED}
    assert {int(code) for code in codes.split()} == mendless


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    for file in UNITS:  # the programs are not installed here
        text = re.sub(r"(?m)^(ExecStart=)\S+", r"\1/bin/true", file.read_text(encoding="utf-8"))
        (tmp_path / file.name).write_text(text, encoding="utf-8")

    units = [str(tmp_path / file.name) for file in UNITS]
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )

    assert (said.returncode, said.stderr) == (0, "")


def test_a_timer_has_its_service():
    timers = {file.stem for file in UNITS if file.suffix == ".timer"}

    assert timers <= {file.stem for file in SERVICES}


# Docker


@each_container
def test_a_container_is_pinned_and_has_no_rights(name):
    container = COMPOSE["services"][name]

    assert re.fullmatch(r"[\w/.-]+:\d+\.\d+(\.\d+)?[\w.-]*", container["image"])
    assert container["user"].split(":")[0] not in ("0", "root")
    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in container["security_opt"]
    assert container["healthcheck"]["test"]
    assert not [text for text in container.get("environment", {}).items() if re.search("PASSWORD$|KEY$", text[0])]


def test_only_the_nodes_peers_reach_the_machine():
    opened = {name: each["ports"] for name, each in COMPOSE["services"].items() if "ports" in each}

    assert opened == {"besu": ["30303:30303/tcp", "30303:30303/udp"]}
    assert all(COMPOSE["networks"][name] == {"internal": True} for name in ("chain", "data"))


def test_whatever_a_container_uses_is_declared():
    used = defaultdict(set)
    for container in COMPOSE["services"].values():
        used["secrets"] |= set(container.get("secrets", ()))
        used["networks"] |= set(container["networks"])
        used["services"] |= set(container.get("depends_on", ()))
        mounts = [mount.split(":")[0] for mount in container.get("volumes", ())]
        used["volumes"] |= {mount for mount in mounts if not mount.startswith(".")}

    assert {kind: names - set(COMPOSE[kind]) for kind, names in used.items()} == {kind: set() for kind in used}
    assert all("file" in secret for secret in COMPOSE["secrets"].values())


def test_the_commands_of_the_containers_exist():
    index = COMPOSE["services"]["index"]

    assert command_path(index["command"]) == ["index", "follow"]
    assert command_path(index["healthcheck"]["test"][2:]) == ["index", "status"]


def test_the_image_is_pinned_and_does_not_run_as_root():
    lines = (DEPLOY / "docker/Dockerfile").read_text(encoding="utf-8").splitlines()

    images = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert all(re.fullmatch(r"python:\d+\.\d+\.\d+-slim-bookworm", image) for image in images)
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    copied = [
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    ]
    assert all(word.startswith("dist/") or (ROOT / word).exists() for word in copied)


def test_the_settings_of_a_server_are_valid_and_hold_no_secret():
    text = (DEPLOY / "dongne.env").read_text(encoding="utf-8")
    variables = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))

    settings = Settings.from_environment(variables)

    assert (settings.chain_id, settings.language) == (11_155_111, "ko")
    assert not re.search(r"://[^/@]*:[^/@]*@", text)


# Back-ups


@pytest.fixture
def city(tmp_path):
    """A city's folders, while a command sends: address book, an outbox with its log still open, a keystore."""
    deployments, keys = tmp_path / "deployments", tmp_path / "keys"
    keys.mkdir()
    (keys / "relayer.json").write_text("{}")
    key = Account.from_key("0x" + "11" * 32)
    raw = key.sign_transaction(
        {"chainId": 31337, "nonce": 3, "to": key.address, "value": 0, "gas": 21_000, "maxFeePerGas": 2,
         "maxPriorityFeePerGas": 1, "data": b""}
    ).raw_transaction  # fmt: skip
    outbox = FileOutbox(deployments, 31337, "0x" + "ab" * 32, key.address)
    with outbox.held():
        outbox.put([Entry(nonce=3, title="LocalCurrency.pay", call="c", raw=bytes(raw))])
        (deployments / "31337.json").write_text('{"chain_id": 31337}')
        yield deployments, keys, outbox


def backed_up(*arguments):
    command = [sys.executable, str(DEPLOY / "backup.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_backup_made_while_a_command_sends_is_restored_whole(city, tmp_path):
    deployments, keys, outbox = city
    (tmp_path / "backups").mkdir()

    said = backed_up(tmp_path / "backups", deployments, keys)

    assert said.returncode == 0, said.stderr
    (made,) = (tmp_path / "backups").iterdir()
    assert said.stdout.strip() == str(made)
    assert made.stat().st_mode & 0o077 == 0
    with tarfile.open(made) as archive:
        archive.extractall(tmp_path / "restored", filter="data")
    restored = FileOutbox(tmp_path / "restored/deployments", 31337, "0x" + "ab" * 32, outbox.sender)
    assert restored.entries() == outbox.entries() != []
    assert (tmp_path / "restored/deployments/31337.json").read_text() == '{"chain_id": 31337}'
    assert (tmp_path / "restored/keys/relayer.json").read_text() == "{}"
    assert not list((tmp_path / "restored").rglob("*.inuse"))


def test_a_backup_of_a_damaged_outbox_fails_and_leaves_no_file(city, tmp_path):
    deployments, keys, outbox = city
    other = outbox.file.with_name("31337-0xabababab-0x" + "22" * 20 + ".db")
    other.write_bytes(b"not a database" * 100)
    (tmp_path / "backups").mkdir()

    said = backed_up(tmp_path / "backups", deployments, keys)

    assert said.returncode != 0
    assert sqlite3.DatabaseError.__name__ in said.stderr
    assert not list((tmp_path / "backups").iterdir())


def test_a_backup_without_a_target_says_how_it_is_called():
    said = backed_up()

    assert said.returncode == ExitCode.USAGE
    assert "TARGET DEPLOYMENTS" in said.stderr
