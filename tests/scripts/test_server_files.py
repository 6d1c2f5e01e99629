"""The files of deploy/: what they start exists, nothing runs as root, versions are pinned, a backup can be restored."""

import configparser
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections import defaultdict
from contextlib import closing

import pytest
import yaml
from eth_account import Account

from dongne.config import Settings
from dongne.errors import ExitCode
from dongne.sending.outbox import Entry, FileOutbox
from tests.docs.pages import ROOT, Page
from tests.docs.test_docs import command_path

DEPLOY = ROOT / "deploy"
TYPED = "\n".join(Page("docs/operations.md").blocks("console"))
"""What the runbook has root type."""

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
    published = {port: name for name, each in COMPOSE["services"].items() for port in each.get("ports", ())}
    open_ = {port: name for port, name in published.items() if not port.startswith("127.0.0.1:")}

    assert open_ == {"30303:30303/tcp": "besu", "30303:30303/udp": "besu"}
    assert all(COMPOSE["networks"][name] == {"internal": True} for name in ("chain", "data"))
    assert [name for name, each in COMPOSE["services"].items() if "outside" in each["networks"]] == ["besu"]


def test_what_hands_in_by_a_proxy_is_counted_by_its_own_address():
    intake = COMPOSE["services"]["relay-serve"]
    (subnet,) = COMPOSE["networks"]["local"]["ipam"]["config"]

    assert "local" in intake["networks"]
    assert intake["environment"]["FORWARDED_ALLOW_IPS"] == subnet["gateway"]


def test_the_proxy_lets_only_the_intake_through():
    proxy = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")

    locations = re.findall(r"location (?:= )?(\S+)", proxy)
    assert locations == ["/v1/", "/health", "/openapi.json", "/"]
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in proxy
    assert "return 404;" in proxy.split("location / ")[1]


def test_the_image_gets_nothing_but_what_it_copies():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = [line[1:] for line in ignored if line.startswith("!")]
    lines = (DEPLOY / "docker/Dockerfile").read_text(encoding="utf-8").splitlines()
    copies = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]

    assert sorted(allowed) == sorted(word for words in copies for word in words)
    assert "*" in ignored


def test_whatever_a_container_uses_is_declared():
    used = defaultdict(set)
    for container in COMPOSE["services"].values():
        used["secrets"] |= set(container.get("secrets", ()))
        used["networks"] |= set(container["networks"])
        used["services"] |= set(container.get("depends_on", ()))
        mounts = [mount.split(":")[0] for mount in container.get("volumes", ()) if isinstance(mount, str)]
        used["volumes"] |= {mount for mount in mounts if not mount.startswith(".")}

    assert {kind: names - set(COMPOSE[kind]) for kind, names in used.items()} == {kind: set() for kind in used}
    assert all("file" in secret for secret in COMPOSE["secrets"].values())


def test_a_folder_of_the_host_is_made_by_whom_it_belongs_to():
    """A named volume, or one that Docker makes, would be root's, and the container's user could not write."""
    binds = [(name, mount) for name, each in COMPOSE["services"].items() for mount in each.get("volumes", ())]
    folders = {(mount["source"], COMPOSE["services"][name]["user"]) for name, mount in binds if isinstance(mount, dict)}
    prepared = re.findall(r"install -d -m 700 -o (\d+) -g (\d+) (\S+)", TYPED)

    assert {(folder, f"{user}:{group}") for user, group, folder in prepared} == folders != set()
    assert all(mount["bind"] == {"create_host_path": False} for _name, mount in binds if isinstance(mount, dict))


def test_the_command_of_a_server_keeps_its_words_and_is_another_user(tmp_path):
    """`deploy/dongne`, with a runuser that says what it gets."""
    fake, etc = tmp_path / "bin", tmp_path / "etc"
    fake.mkdir()
    etc.mkdir()
    (etc / "dongne.env").write_text("DONGNE_CHAIN_ID=778\n")
    runuser = fake / "runuser"
    runuser.write_text('#!/bin/sh\nprintf "%s|" "$DONGNE_CHAIN_ID" "$PGPASSFILE" "$@"\n')
    runuser.chmod(0o755)
    script = (DEPLOY / "dongne").read_text(encoding="utf-8").replace("/etc/dongne", str(etc))

    said = subprocess.run(
        ["sh", "-c", script, "dongne", "currency", "issue", "my list.csv"],
        capture_output=True, text=True, check=True, env={"PATH": f"{fake}:{os.environ['PATH']}"},
    )  # fmt: skip

    start = f"778|{etc}/pgpass|-u|dongne|--|/opt/dongne/bin/dongne|"
    assert said.stdout == start + "currency|issue|my list.csv|"


def test_a_units_secrets_are_where_the_runbook_puts_them():
    handed = [each.split(":", 1)[1] for file in SERVICES for each in settings_of(file).get("LoadCredential", ())]
    placed = set(re.findall(r"(/etc/dongne/\S+)$", TYPED, re.MULTILINE))
    places = {f"{folder}{name}" if folder.endswith("/") else folder for folder in placed for name in ("relayer.json",)}

    assert set(handed) <= places


def test_the_examination_looks_at_the_key_that_sends():
    (start,) = settings_of(DEPLOY / "systemd/dongne-doctor.service")["ExecStart"]

    assert "--keystore /etc/dongne/keys/relayer.json" in start


def test_a_second_worker_is_made_as_the_runbook_says(tmp_path):
    (line,) = re.findall(r"^# (sed .*) > /etc/systemd/system/(\S+)$", TYPED, re.MULTILINE)
    made = subprocess.run(["sh", "-c", line[0]], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (tmp_path / line[1]).write_text(made)

    found = settings_of(tmp_path / line[1])

    (start,) = found["ExecStart"]
    assert "--keystore %d/relayer2 --password-file %d/secret --metrics 127.0.0.1:9466" in start
    assert found["LoadCredential"][1:] == [
        "relayer2:/etc/dongne/keys/relayer2.json",
        "secret:/etc/dongne/passwords/relayer2",
    ]


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


def test_a_backup_holds_a_store_in_a_file_whole_and_no_password(city, tmp_path):
    deployments, keys, _outbox = city
    (tmp_path / "backups").mkdir()
    for name in ("relayer.password", "db_password", "pgpass"):
        (keys / name).write_text("geheim")
    (deployments / "store").mkdir()
    with closing(sqlite3.connect(deployments / "store/31337.sqlite", isolation_level=None)) as store:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("CREATE TABLE relay_messages (id INTEGER)")
        store.execute("INSERT INTO relay_messages VALUES (7)")  # in the log beside the file, as while a service runs

        said = backed_up(tmp_path / "backups", deployments, keys)

    assert said.returncode == 0, said.stderr
    assert f"left out: {keys / 'relayer.password'}" in said.stderr
    (made,) = (tmp_path / "backups").iterdir()
    with tarfile.open(made) as archive:
        archive.extractall(tmp_path / "restored", filter="data")
    files = [file for file in (tmp_path / "restored").rglob("*") if file.is_file()]
    assert not [file for file in files if b"geheim" in file.read_bytes()]
    with closing(sqlite3.connect(tmp_path / "restored/deployments/store/31337.sqlite")) as restored:
        assert restored.execute("SELECT id FROM relay_messages").fetchall() == [(7,)]


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
