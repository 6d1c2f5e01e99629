"""No command shows a traceback, whatever the node, the keystore or the address does: one message and exit code 1."""

import json
from pathlib import Path

import pytest

from dongne import book as books
from dongne.chain import Chain
from dongne.cli import command
from dongne.suite import Role
from scripts.deployment.city import City
from scripts.deployment.deployment import deploy
from scripts.localchain.anvil import anvil, funded
from tests.dongne.command_line import dongne
from tests.dongne.faulty_node import FAULTS, faulty_node

OFFICERS = {role: funded(1 + role).address for role in Role}
OPERATION = "0x" + "12" * 32

ARGUMENTS = {
    "status": [],
    "roles list": [],
    "roles grant": ["guardian", funded(12).address, "--yes"],
    "roles revoke": ["guardian", OFFICERS[Role.GUARDIAN], "--yes"],
    "roles execute": [OPERATION],
    "roles cancel": [OPERATION],
}
"""The least that each command needs to reach the node."""

WITHOUT_NODE = {"key new", "key address", "key city"}

HEALTHY = {"status", "roles list", "roles grant", "roles revoke"}
"""Commands that succeed with these arguments on a healthy node."""

GROUPS = ("status", "roles", "key")


def commands(node, path=()):
    """Names of all commands of the tree."""
    children = getattr(node, "commands", None)
    if not children:
        yield " ".join(path)
        return
    for name, child in children.items():
        yield from commands(child, (*path, name))


def sends(name):
    return name.split()[-1] not in ("status", "list")


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A deployed suite behind a faulty node, with the administrator's keystore."""
    folder = tmp_path_factory.mktemp("city")
    administrator = funded(1 + Role.ADMINISTRATOR)
    (folder / "key.json").write_text(json.dumps(administrator.encrypt("x", kdf="pbkdf2", iterations=1)))
    (folder / "password").write_text("x")
    with anvil() as rpc, faulty_node(rpc) as node:
        chain = Chain(rpc, poll_seconds=0.005)
        deploy(funded(0), 1, city=City(officers=OFFICERS), chain=chain, folder=folder / "deployments")
        yield node, chain, folder


@pytest.fixture(scope="module")
def fresh():
    """A chain of the same number without any contract."""
    with anvil() as rpc:
        yield rpc


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """web3 repeats what failed five times, with growing pauses: too slow for a table."""
    monkeypatch.setattr("web3.providers.rpc.rpc.time.sleep", lambda _seconds: None)
    monkeypatch.setattr("dongne.outbox.LAG_SECONDS", 0.1)


def run(capsys, city, name, *options, arguments=None):
    node, _, folder = city
    given = ARGUMENTS[name] if arguments is None else arguments
    key = ["--keystore", folder / "key.json", "--password-file", folder / "password"] if sends(name) else []
    shared = ["--rpc", node.url, "--deployments", folder / "deployments"]
    return dongne(capsys, *name.split(), *given, *key, *shared, *options)


def assert_one_message(code, out, err):
    assert code == 1, (out, err)
    assert out == ""
    assert err.splitlines()[-1].startswith("dongne: ")
    assert "Traceback" not in err
    assert "<html>" not in err


def test_the_table_names_every_command():
    # Products' commands are in the table of their own branch of the tree.
    found = set(commands(command("en", GROUPS)))

    assert {name for name in found if name.split()[0] in GROUPS} == set(ARGUMENTS) | WITHOUT_NODE


@pytest.mark.parametrize("name", sorted(HEALTHY))
def test_on_a_healthy_node_the_command_passes(capsys, city, name):
    node, chain, _ = city
    snapshot = chain.web3.provider.make_request("evm_snapshot", [])["result"]
    node.misbehave("")

    code, _, err = run(capsys, city, name)

    chain.web3.provider.make_request("evm_revert", [snapshot])
    assert code == 0, err


@pytest.mark.parametrize("spared", [0, 1, 3], ids=["from the start", "after the first answer", "midway"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_node_that_fails_is_one_message(capsys, city, name, fault, spared):
    node, chain, _ = city
    before = chain.block_number()
    node.misbehave(fault, spared)

    assert_one_message(*run(capsys, city, name))

    assert chain.block_number() == before


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_chain_that_was_reset_under_the_address_book_is_one_message(capsys, city, fresh, name):
    code, _, err = run(capsys, city, name, "--rpc", fresh)

    assert code == 1
    assert err.splitlines()[-1].startswith("dongne: ")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "url", ["localhost:8545", "ftp://node", "http://", "http://node:99999", "http://[::1", "http://127.0.0.1:9"]
)
@pytest.mark.parametrize("name", ARGUMENTS)
def test_an_address_that_is_malformed_or_answers_nothing_is_one_message(capsys, city, name, url):
    assert_one_message(*run(capsys, city, name, "--rpc", url))


@pytest.mark.parametrize("text", ["{}", "[]", "", "5", '{"crypto": {}}', '{"crypto": 5}', "\x00\x01", '{"address": 1}'])
@pytest.mark.parametrize("name", [name for name in ARGUMENTS if sends(name)])
def test_a_keystore_that_is_none_is_one_message(capsys, city, name, text, tmp_path):
    node, _, _ = city
    node.misbehave("")
    (tmp_path / "key.json").write_text(text)

    assert_one_message(*run(capsys, city, name, "--keystore", tmp_path / "key.json"))


@pytest.mark.parametrize("delay", ["-1", "31536001", "1e3", "9" * 40])
def test_a_delay_out_of_range_is_a_usage_error(capsys, city, delay):
    code, _, err = run(capsys, city, "roles grant", "--delay", delay)

    assert code == 2
    assert "Traceback" not in err


def test_an_address_book_that_is_damaged_is_one_message(capsys, city, tmp_path):
    node, chain, _ = city
    node.misbehave("")
    books.path(tmp_path, chain.id).write_text("{}")

    assert_one_message(*run(capsys, city, "status", "--deployments", Path(tmp_path)))
