"""What older back-ups do, as docs/operations.md says: nothing is carried twice, nothing that was carried waits."""

import json
import subprocess
import sys
import tarfile

import pytest

from dongne.errors import TransactionNotMined, TransactionReplaced
from dongne.sending import Policy
from dongne.store import Store
from scripts.postgresql import program_folder
from tests.docs.pages import ROOT
from tests.relay.relaying import PEOPLE, Relayer

ALICE, BOB, CAROL = PEOPLE[:3]


def hand_in(relayer, *payments):
    return relayer.intake().accept("payments", list(payments), "here")


@pytest.fixture
def backed_up(relayer, tmp_path):
    """Backs up what the runbook backs up; gives what restores it: a relayer on another machine."""

    def made():
        saved = tmp_path / "saved"
        saved.mkdir()
        relayer.folder.mkdir(exist_ok=True)
        run(sys.executable, ROOT / "deploy/backup.py", saved, relayer.folder)
        dump = None if relayer.store.is_sqlite else tmp_path / "dump"
        if dump:
            run(program_folder() / "pg_dump", "--format", "custom", "--file", dump, relayer.store.address)

        def restored(store_url):
            (archive,) = saved.iterdir()
            with tarfile.open(archive) as opened:
                opened.extractall(tmp_path / "restored", filter="data")
            folder = tmp_path / "restored/deployments"
            if dump:
                run(program_folder() / "pg_restore", "--dbname", store_url, dump)
            return Relayer(relayer.town, Store.open(store_url), folder, policy=relayer.policy)

        return restored

    return made


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def relayer(town, request, tmp_path, kind):
    """The default store lies beside the address books, so that a back-up of files holds it."""
    folder = tmp_path / "deployments"
    (folder / "store").mkdir(parents=True)
    url = f"sqlite:///{folder}/store/31337.sqlite" if kind == "sqlite" else server(request).database()
    store = Store.open(url)
    yield Relayer(town, store, folder)
    store.close()


@pytest.fixture
def new_store(request, tmp_path, kind):
    if kind == "sqlite":
        return f"sqlite:///{tmp_path}/restored/deployments/store/31337.sqlite"
    return server(request).database()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request):
    return request.param


def server(request):
    return request.getfixturevalue("postgresql_server")


def test_a_queue_and_an_outbox_of_yesterday_carry_nothing_twice(relayer, town, backed_up, new_store):
    hand_in(relayer, town.payment(ALICE, 0))
    relayer.work()
    hand_in(relayer, town.payment(ALICE, 1), town.payment(BOB, 0))
    restore = backed_up()
    hand_in(relayer, town.payment(CAROL, 0))
    relayer.work()
    assert town.paid() == 40

    other = restore(new_store)
    assert other.states() == {"final": 1, "queued": 2}
    other.work()
    again = hand_in(other, town.payment(CAROL, 0), town.payment(CAROL, 1))
    other.work()

    assert town.paid() == 50
    assert other.states() == {"final": 2, "refused": 2}
    assert [each.error for each in again] == ["NonceUsed", None]
    waited = other.queue.find([bytes.fromhex(each.id.hex()) for each in hand_in(other, town.payment(BOB, 0))])
    (reason,) = [json.loads(row.reason)["en"] for row in waited.values()]
    assert "this message, or another in its place, was carried out" in reason
    other.store.close()


def fees_of(town, wei):
    """Mine a block of that base fee."""
    town.chain.web3.provider.make_request("anvil_setNextBlockBaseFeePerGas", [hex(wei)])
    town.chain.web3.provider.make_request("evm_mine", [])


@pytest.fixture
def under_way(relayer, town):
    """A transaction that is sent and in no block; blocks come only when asked for."""
    fees_of(town, 10**9)
    town.chain.web3.provider.make_request("evm_setAutomine", [False])
    relayer.policy = Policy(poll_seconds=0.005, wait_seconds=0.5)
    hand_in(relayer, town.payment(ALICE, 0))
    with pytest.raises(TransactionNotMined):
        relayer.work()
    relayer.policy = Policy(poll_seconds=0.005, stuck_blocks=1)
    yield
    town.chain.web3.provider.make_request("evm_setAutomine", [True])


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_an_outbox_with_something_under_way_finds_what_became_of_it(relayer, town, backed_up, new_store, under_way):
    restore = backed_up()
    town.chain.web3.provider.make_request("evm_mine", [])

    other = restore(new_store)
    other.work()

    assert town.paid() == 10
    assert other.states() == {"final": 1}
    other.store.close()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_an_outbox_whose_transaction_was_made_dearer_since_says_so_once(relayer, town, backed_up, new_store, under_way):
    restore = backed_up()
    fees_of(town, 10**12)
    town.chain.web3.provider.make_request("evm_setAutomine", [True])
    relayer.work()
    assert town.paid() == 10

    other = restore(new_store)
    with pytest.raises(TransactionReplaced):
        other.work()
    other.work()

    assert town.paid() == 10
    assert set(other.states()) <= {"final", "refused"}
    other.store.close()
