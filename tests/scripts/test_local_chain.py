"""`make chain`: a city that is ready to be used, whatever a former start left; and the chain beneath it."""

import socket
import stat
import subprocess
import sys
import time

import pytest

from dongne import book as books
from dongne.book import AddressBook
from dongne.chain import Chain
from dongne.config import DEFAULT_RPC
from dongne.currency import LocalCurrency
from dongne.errors import NodeUnreachable
from dongne.keys import load_key
from dongne.suite import OFFICES, SUITE, Role
from scripts.localchain import __main__ as entry
from scripts.localchain.anvil import AnvilMissing, AnvilStopped, PortTaken, anvil, free_port, funded, move_clock_to
from scripts.localchain.serving import Place, PortNotValid, serving
from tests.docs.local_chain import first_words, make_chain, stop
from tests.docs.pages import ROOT


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return Place(free_port(), tmp_path_factory.mktemp("chain"))


@pytest.fixture(scope="module")
def suite(place):
    with serving(place) as suite:
        yield suite


def test_the_address_book_of_the_chain_is_complete(place, suite):
    book = books.load(place.root / "deployments", suite.chain.id)

    assert book.complete
    assert set(book.contracts) == set(SUITE)


def test_every_office_and_inhabitant_has_a_keystore_that_only_its_owner_reads(place, suite):
    keystores = {file.stem: file for file in (place.folder / "keystores").iterdir()}
    secrets = [*keystores.values(), place.folder / "password", place.folder / "city.key"]

    assert set(keystores) >= {role.name.lower() for role in OFFICES} | {"relayer", "resident", "merchant", "inspector"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in secrets} == {0o600}
    key = load_key(keystores["guardian"], place.folder / "password", input)
    assert key == suite.officers[Role.GUARDIAN]


def test_the_clock_of_the_loaded_city_is_the_machines(suite):
    assert abs(suite.chain.timestamp() - time.time()) < 30


def test_a_start_begins_anew_whatever_a_former_one_left(tmp_path):
    place = Place(free_port(), tmp_path)
    deployments, keystores = tmp_path / "deployments", place.folder / "keystores"
    books.save(AddressBook(31_337, commit="of a chain that is gone"), deployments)
    (deployments / "outbox").mkdir()
    (deployments / "outbox" / "31337-0xabc.db").write_text("under way on a chain that is gone")
    keystores.mkdir(parents=True)
    (keystores / "resident.json").write_text("{}")

    with serving(place) as suite:
        assert suite.client(LocalCurrency).total_supply() == 600_000
        assert not (deployments / "outbox" / "31337-0xabc.db").exists()
        assert load_key(keystores / "resident.json", place.folder / "password", input) == funded(10)


def test_ctrl_c_ends_the_chain_quietly(tmp_path):
    port = free_port()
    process = make_chain(tmp_path, port)
    first_words(process)

    _code, said = stop(process)

    assert "Traceback" not in said
    with pytest.raises(NodeUnreachable):
        Chain(f"http://127.0.0.1:{port}")


def test_a_taken_port_is_named_with_another_one(tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert entry.main({"PORT": str(port), "FOLDER": str(tmp_path)}) == 1
        assert f"Port {port} of this machine is taken" in capsys.readouterr().err
        with pytest.raises(PortTaken), anvil(port=port):
            pass
    assert not (tmp_path / "deployments").exists()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "８５４５"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(PortNotValid, match=port):
        Place.from_environment({"PORT": port})


def test_the_default_port_is_the_one_that_the_command_looks_at():
    assert DEFAULT_RPC.endswith(f":{Place.from_environment({}).port}")


@pytest.mark.parametrize(
    "path",
    ["localchain/keystores/guardian.json", "localchain/password", "localchain/city.key", "deployments/31337.json"],
)
def test_git_does_not_see_what_the_chain_writes(path):
    assert subprocess.run(["git", "check-ignore", "--quiet", path], cwd=ROOT).returncode == 0


def test_git_sees_the_scripts_of_the_chain():
    assert subprocess.run(["git", "check-ignore", "--quiet", "scripts/localchain/new.py"], cwd=ROOT).returncode == 1


def test_a_missing_anvil_is_said(monkeypatch):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(AnvilMissing, match="make"), anvil():
        pass


def test_an_anvil_that_refuses_its_flags_is_quoted_at_once():
    with pytest.raises(AnvilStopped, match="no-such-flag"), anvil("--no-such-flag"):
        pass


def test_a_slow_start_is_waited_for(monkeypatch, tmp_path):
    slow = tmp_path / "anvil"
    slow.write_text(f"#!/bin/sh\nsleep 2\nexec {sys.executable} -c 'pass'\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    with pytest.raises(AnvilStopped), anvil():
        pass


def test_the_clock_goes_on_from_where_it_was_moved(suite):
    there = suite.chain.timestamp() + 1_000

    move_clock_to(suite.chain, there)
    suite.pass_time(50)

    assert 1_050 <= suite.chain.timestamp() - there + 1_000 < 1_080
