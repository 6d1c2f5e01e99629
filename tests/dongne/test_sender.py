"""The sender against a real Anvil: crashes at every point, impatience, other wallets, resets, lagging nodes."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from multiprocessing import get_context

import pytest
from hexbytes import HexBytes

from dongne.book import FileNotWritable
from dongne.chain import Call, Chain
from dongne.errors import (
    ContractRefused,
    KeyInUseElsewhere,
    NotEnoughForGas,
    OutboxBusy,
    OutboxNotReadable,
    TransactionNotMined,
    TransactionPending,
    TransactionReplaced,
)
from dongne.fees import Fees
from dongne.rpc import Nodes
from dongne.sending import Listener, flight
from dongne.sending.flight import Flight
from dongne.transactions import KeySigner, Transaction
from scripts.deployment.artifacts import ROOT
from scripts.localchain.anvil import anvil, funded
from tests.dongne.killed_sender import CALLER, POINTS, TARGET, call

OUTSIDER = funded(5)


@pytest.fixture
def rpc():
    with anvil() as address:
        yield address


@pytest.fixture
def chain(rpc):
    return Chain(rpc, wait_seconds=10, poll_seconds=0.005)


@pytest.fixture
def impatient(rpc):
    return Chain(rpc, wait_seconds=0.2, poll_seconds=0.005)


@pytest.fixture(autouse=True)
def short_lag(monkeypatch):
    monkeypatch.setattr(flight, "LAG_SECONDS", 0.6)


def ask(chain, method, *parameters):
    return chain.nodes.ask(method, *parameters)


def signed_elsewhere(chain, order, nonce, fees):
    """Send a call by the key, past the sender."""
    to = bytes.fromhex(order.to[2:])
    raw = KeySigner(CALLER).sign(Transaction(chain.id, nonce, fees, 100_000, to, order.calldata))
    assert chain.nodes.send([raw]) == [None]


def sent(chain, key=CALLER):
    return chain.nonce(key.address)


def other(chain):
    return Call(chain, TARGET.address, b"another note", "other note")


def left_pending(chain, impatient, folder):
    """An outbox whose call waits for a block."""
    ask(chain, "evm_setAutomine", False)
    with pytest.raises(TransactionNotMined):
        impatient.sender(CALLER, folder).deliver(call(impatient))


@pytest.mark.parametrize("point", POINTS)
def test_a_process_killed_at_any_point_leaves_a_call_that_is_sent_once(rpc, chain, tmp_path, point):
    command = [sys.executable, "-m", "tests.dongne.killed_sender", rpc, str(tmp_path), point]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert killed.returncode == -9, killed.stderr.decode()
    done = sent(chain)

    if point != "noted":
        chain.sender(CALLER, tmp_path).deliver(call(chain))

    assert sent(chain) == 1
    assert done == (0 if point in ("before it is written", "written, not sent") else 1)
    assert chain.sender(CALLER, tmp_path).under_way() == []


def test_the_same_call_delivered_on_purpose_after_the_first_is_sent_again(chain, tmp_path):
    sender = chain.sender(CALLER, tmp_path)

    first, second = sender.deliver(call(chain)), sender.deliver(call(chain))

    assert first["transactionHash"] != second["transactionHash"]
    assert sent(chain) == 2


def test_an_impatient_second_run_waits_for_the_first_ones_transaction(chain, impatient, tmp_path):
    left_pending(chain, impatient, tmp_path)
    (first,) = chain.sender(CALLER, tmp_path).under_way()
    ask(chain, "evm_setAutomine", True)
    ask(chain, "evm_mine")

    receipt = chain.sender(CALLER, tmp_path).deliver(call(chain))

    assert receipt["transactionHash"] == HexBytes(first)
    assert sent(chain) == 1


def test_another_call_is_refused_while_one_is_pending(chain, impatient, tmp_path):
    left_pending(chain, impatient, tmp_path)

    with pytest.raises(TransactionPending):
        impatient.sender(CALLER, tmp_path).deliver(other(impatient))
    with pytest.raises(TransactionPending):
        impatient.sender(CALLER, tmp_path).settle()
    assert chain.nonce(CALLER.address, pending=True) == 1


def test_what_was_mined_meanwhile_does_not_stop_another_call(chain, impatient, tmp_path):
    left_pending(chain, impatient, tmp_path)
    ask(chain, "evm_mine")
    ask(chain, "evm_setAutomine", True)

    chain.sender(CALLER, tmp_path).deliver(other(chain))

    assert sent(chain) == 2


def test_a_call_that_waits_in_vain_is_sent_with_a_higher_fee_and_the_same_nonce(chain, impatient, tmp_path):
    left_pending(chain, impatient, tmp_path)
    ask(chain, "anvil_setNextBlockBaseFeePerGas", hex(10**11))
    ask(chain, "evm_mine")  # too dear for the first one
    (cheap,) = chain.sender(CALLER, tmp_path).under_way()
    ask(chain, "evm_setAutomine", True)
    heard = []
    listener = Listener(replaced=lambda transaction, _title: heard.append(transaction))

    receipt = chain.sender(CALLER, tmp_path, listener=listener).deliver(call(chain))

    assert heard == [receipt["transactionHash"].to_0x_hex()] != [cheap]
    assert sent(chain) == 1


def test_the_cheaper_of_two_may_be_the_one_that_is_mined(chain, impatient, tmp_path, monkeypatch):
    left_pending(chain, impatient, tmp_path)
    (cheap,) = chain.sender(CALLER, tmp_path).under_way()
    with monkeypatch.context() as dear:
        dear.setattr(Flight, "_is_stuck", lambda *_: True)
        dear.setattr(Nodes, "send", lambda _self, raws: [None] * len(raws))  # lost on its way
        with pytest.raises(TransactionNotMined):
            impatient.sender(CALLER, tmp_path).deliver(call(impatient))
    ask(chain, "evm_mine")

    assert cheap not in chain.sender(CALLER, tmp_path).under_way()
    assert chain.sender(CALLER, tmp_path).deliver(call(chain))["transactionHash"] == HexBytes(cheap)


def test_a_call_whose_nonce_another_wallet_took_is_not_sent_again_by_itself(chain, impatient, tmp_path):
    left_pending(chain, impatient, tmp_path)
    signed_elsewhere(chain, call(chain), 0, Fees(10**11, 10**10))  # the same call, sped up in a wallet
    ask(chain, "evm_mine")

    with pytest.raises(TransactionReplaced):
        chain.sender(CALLER, tmp_path).deliver(call(chain))
    assert sent(chain) == 1


def test_a_transaction_sent_from_elsewhere_is_waited_for(chain, tmp_path):
    ask(chain, "evm_setAutomine", False)
    signed_elsewhere(chain, call(chain), 0, chain.fees())

    for act in (lambda: chain.sender(CALLER, tmp_path).deliver(call(chain)), chain.sender(CALLER, tmp_path).settle):
        with pytest.raises(KeyInUseElsewhere):
            act()


def test_a_dropped_transaction_gives_way_to_the_next_with_the_same_nonce(chain, impatient, tmp_path):
    left_pending(chain, impatient, tmp_path)
    ask(chain, "anvil_dropTransaction", *chain.sender(CALLER, tmp_path).under_way())
    ask(chain, "evm_setAutomine", True)
    sender = chain.sender(CALLER, tmp_path)

    sender.settle()
    receipt = sender.deliver(other(chain))

    assert chain.web3.eth.get_transaction(receipt["transactionHash"])["nonce"] == 0


def test_a_node_that_catches_up_between_settling_and_sending_cannot_cause_a_second_time(
    chain, impatient, tmp_path, monkeypatch
):
    left_pending(chain, impatient, tmp_path)
    sender = chain.sender(CALLER, tmp_path)
    with monkeypatch.context() as lagging:
        lagging.setattr(flight, "known", lambda *_: set())
        sender.settle()
    monkeypatch.setattr(Flight, "refuse_foreign", lambda _self: None)  # nor does its pool know it
    monkeypatch.setattr(Flight, "_next_nonce", lambda *_: 0)
    ask(chain, "evm_mine")

    with pytest.raises(TransactionReplaced):
        sender.deliver(other(chain))
    assert sent(chain) == 1
    assert sender.under_way() == []


def test_a_node_that_lags_by_one_transaction_gets_the_right_nonce_all_the_same(chain, tmp_path, monkeypatch):
    sender = chain.sender(CALLER, tmp_path)
    sender.deliver(call(chain))
    honest, looks = Nodes.responses, []

    def lagging(self, asked):
        answers = honest(self, asked)
        if ("eth_getTransactionCount", [CALLER.address, "pending"]) in asked:
            looks.append(asked)
            answers[2] |= {"result": "0x0"}
            answers[3] |= {"result": "0x0"}
        return answers

    monkeypatch.setattr(Nodes, "responses", lagging)

    sender.deliver(other(chain))

    assert looks
    assert sent(chain) == 2


def test_a_chain_that_was_reset_knows_nothing_of_the_former_ones_transactions(tmp_path):
    for timestamp in ("1700000000", "1700000001"):
        with anvil("--timestamp", timestamp, "--no-mining") as rpc:
            here = Chain(rpc, wait_seconds=0.2, poll_seconds=0.005)
            assert here.sender(CALLER, tmp_path).under_way() == []
            with pytest.raises(TransactionNotMined):
                here.sender(CALLER, tmp_path).deliver(call(here))


def hold(rpc, folder, ready, done):
    at = Chain(rpc)
    with at.sender(CALLER, folder).delivery(call(at)):
        ready.set()
        done.wait(20)


def test_two_processes_never_send_with_one_key_at_once(rpc, chain, tmp_path):
    context = get_context("spawn")
    ready, done = context.Event(), context.Event()
    first = context.Process(target=hold, args=(rpc, tmp_path, ready, done))
    first.start()
    try:
        assert ready.wait(30)
        with pytest.raises(OutboxBusy):
            chain.sender(CALLER, tmp_path).deliver(other(chain))
        chain.sender(OUTSIDER, tmp_path).deliver(other(chain))
    finally:
        done.set()
        first.join(20)

    chain.sender(CALLER, tmp_path).deliver(other(chain))
    assert sent(chain) == 2


def test_an_outcome_that_could_not_be_recorded_is_told_again(chain, tmp_path):
    sender = chain.sender(CALLER, tmp_path)
    with pytest.raises(ZeroDivisionError), sender.delivery(call(chain)) as first:
        raise ZeroDivisionError

    with sender.delivery(call(chain)) as second:
        pass

    assert first["transactionHash"] == second["transactionHash"]
    assert sent(chain) == 1


def test_a_call_mined_and_reverted_is_struck_out(chain, tmp_path):
    reverting = "0x60006000fd"
    ask(chain, "anvil_setCode", TARGET.address, reverting)
    refused = Call(chain, TARGET.address, b"", "refused", gas=100_000)

    with pytest.raises(ContractRefused):
        chain.sender(CALLER, tmp_path).deliver(refused)
    assert chain.sender(CALLER, tmp_path).under_way() == []
    assert sent(chain) == 1


def test_a_sender_without_ether_leaves_nothing_behind(chain, tmp_path):
    ask(chain, "anvil_setBalance", OUTSIDER.address, "0x0")
    sender = chain.sender(OUTSIDER, tmp_path)

    with pytest.raises(NotEnoughForGas):
        sender.deliver(Call(chain, TARGET.address, b"", "note", gas=50_000))
    assert sender.under_way() == []


def overwritten(outbox):
    outbox.file.write_text("not a database at all" * 100)


def cut_off(outbox):
    outbox.file.write_bytes(outbox.file.read_bytes()[:5_000])


def changed(outbox):
    with closing(sqlite3.connect(outbox.file)) as database, database:
        database.execute("UPDATE entries SET raw = x'02c0'")


def of_another_kind(outbox):
    with closing(sqlite3.connect(outbox.file)) as database, database:
        database.execute("UPDATE entries SET state = 'lost'")


@pytest.mark.parametrize("damage", [overwritten, cut_off, changed, of_another_kind])
def test_a_damaged_outbox_stops_everything(chain, impatient, tmp_path, damage):
    left_pending(chain, impatient, tmp_path)
    sender = chain.sender(CALLER, tmp_path)
    damage(sender.outbox)

    with pytest.raises(OutboxNotReadable, match=r"\.db"):
        sender.deliver(other(chain))
    assert chain.nonce(CALLER.address, pending=True) == 1


def test_a_signed_transaction_is_kept_for_its_owner_alone(chain, impatient, tmp_path):
    left_pending(chain, impatient, tmp_path)
    outbox = chain.sender(CALLER, tmp_path).outbox

    assert {stat.S_IMODE(file.stat().st_mode) for file in outbox.file.parent.glob("*.db*")} == {0o600}


def test_an_outbox_that_cannot_be_written_sends_nothing(chain, tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(FileNotWritable):
        chain.sender(CALLER, tmp_path / "file").deliver(call(chain))
    assert sent(chain) == 0


def test_the_hash_is_heard_before_the_waiting(chain, tmp_path):
    heard = []
    listener = Listener(sent=lambda *what: heard.append(what), mined=lambda receipt: heard.append(receipt["status"]))

    receipt = chain.sender(CALLER, tmp_path, listener=listener).deliver(call(chain))

    assert heard == [(receipt["transactionHash"].to_0x_hex(), "note"), 1]
