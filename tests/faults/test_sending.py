"""The sender on a real Anvil behind a node that misbehaves: every call takes effect once, or the error is clear."""

import json
import random
import resource
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from multiprocessing import get_context

import pytest
from eth_account import Account

from dongne.book import FileNotWritable
from dongne.chain import Call, Chain
from dongne.errors import (
    FeeAboveCap,
    KeyInUseElsewhere,
    NodeSilent,
    NotEnoughForGas,
    OutboxBusy,
    TransactionNotMined,
    TransactionReplaced,
    TransactionTooCheap,
    WrongChain,
)
from dongne.fees import Fees
from dongne.sending import flight
from dongne.transactions import KeySigner, Transaction
from scripts.deployment.artifacts import ROOT
from scripts.localchain.anvil import anvil, free_port, funded
from tests.dongne.faulty_node import FaultyNode, faulty_node, respond, serving
from tests.faults.rows import shows

CALLER = funded(0)
TARGET = funded(1).address
GWEI = 10**9


@pytest.fixture(autouse=True)
def short_lag(monkeypatch):
    monkeypatch.setattr(flight, "LAG_SECONDS", 0.6)
    monkeypatch.setattr(flight, "_DROPPED_SECONDS", 0.2)


@pytest.fixture
def rpc():
    with anvil("--slots-in-an-epoch", "2") as address:
        yield address


@pytest.fixture
def node(rpc):
    with faulty_node(rpc) as made:
        yield made


@pytest.fixture
def chain(node):
    """Reached through the node; nothing is final before 8 blocks."""
    return patient(node.url)


@pytest.fixture
def direct(rpc):
    return Chain(rpc)


def patient(url, **changes):
    chain = Chain(url, poll_seconds=0.005, wait_seconds=20)
    chain.policy = replace(chain.policy, final_blocks=8, window=16, **changes)
    return chain


def notes(chain, count, first=0):
    return [Call(chain, TARGET, f"note {number}".encode(), "note", 60_000) for number in range(first, first + count)]


def ask(chain, method, *parameters):
    return chain.nodes.ask(method, *parameters)


def mined(chain):
    """How often each note is on the chain."""
    blocks = [ask(chain, "eth_getBlockByNumber", hex(n), True) for n in range(chain.block_number() + 1)]
    return Counter(bytes.fromhex(tx["input"][2:]).decode() for block in blocks for tx in block["transactions"])


def once(count, first=0):
    return {f"note {number}": 1 for number in range(first, first + count)}


PASSING = {
    "HTTP 429": "asked too often: HTTP 429",
    "HTTP 500": "HTTP 500",
    "asked too often": "asked too often: JSON-RPC error -32005",
    "dropped connection": "connections are reset",
    "a page instead of JSON": "a web page instead of JSON",
    "truncated answer": "answers are cut off",
}


def through(fault):
    def test(chain, node, tmp_path):
        node.misbehave(fault, spared=2, times=5)

        done = list(chain.sender(CALLER, tmp_path).deliver_all(notes(chain, 20)))

        node.misbehave("")
        assert [each.refusal for each in done] == [None] * 20
        assert mined(chain) == once(20)

    test.__name__ = "test_" + fault.lower().replace(" ", "_").replace("http", "http")
    test.__module__ = __name__
    return test


for _fault, _words in PASSING.items():
    _test = shows("sender", _words, "asked again; 20 calls, each once")(through(_fault))
    globals()[_test.__name__] = _test


@shows("sender", "the answer to a transaction is lost, the node has taken it", "found by its hash; once")
@pytest.mark.parametrize("fault", ["lost answer", "truncated answer"])
def test_a_lost_answer(chain, node, tmp_path, fault):
    node.misbehave(fault, times=3, methods=("eth_sendRawTransaction",))

    done = list(chain.sender(CALLER, tmp_path).deliver_all(notes(chain, 20)))

    assert len(done) == 20
    assert mined(chain) == once(20)


@shows("sender", "answers take longer than usual", "waited for; once")
def test_a_delay(chain, node, tmp_path):
    node.misbehave("delay", times=4, seconds=0.7)

    chain.sender(CALLER, tmp_path).deliver(notes(chain, 1)[0])

    assert mined(chain) == once(1)


@shows("sender", "the node stays silent from some moment on", "an error that says so; run again, once")
@pytest.mark.parametrize("spared", range(8))
def test_a_silent_node(node, direct, tmp_path, spared):
    chain = Chain(node.url, poll_seconds=0.005, retry_seconds=0.2)
    node.misbehave("dropped connection", spared=spared)
    with pytest.raises((NodeSilent, TransactionNotMined)):
        chain.sender(CALLER, tmp_path).deliver(notes(chain, 1)[0])
        raise TransactionNotMined("0x", 0)
    node.misbehave("")

    sender = direct.sender(CALLER, tmp_path)
    if mined(direct) != once(1) or sender.under_way():
        sender.deliver(notes(direct, 1)[0])

    assert mined(direct) == once(1)


@shows(
    "sender",
    "a reorganization of depth 3 drops a transaction whose outcome was told",
    "sent again by the next run; once",
)
def test_a_reorganization(chain, direct, tmp_path):
    chain.sender(CALLER, tmp_path).deliver(notes(chain, 1)[0])
    for _ in range(2):
        ask(direct, "evm_mine")
    ask(direct, "anvil_reorg", 3, [])
    assert mined(direct) == {}

    chain.sender(CALLER, tmp_path).deliver(notes(chain, 1, first=1)[0])

    assert mined(direct) == once(2)


@shows("sender", "the chain is rolled back under a window of transactions", "sent again in the same run; once")
def test_a_rollback(chain, direct, tmp_path):
    told = []
    for done in chain.sender(CALLER, tmp_path).deliver_all(notes(chain, 40)):
        told.append(done.receipt["transactionHash"])
        if len(told) == 20:
            ask(direct, "anvil_rollback", 1)

    chain.sender(CALLER, tmp_path).settle()

    assert len(told) == 40
    assert mined(direct) == once(40)


@shows("sender", "a node drops transactions from its pool", "handed in again; once")
def test_a_dropped_transaction(chain, direct, tmp_path):
    ask(direct, "evm_setAutomine", False)
    delivering = chain.sender(CALLER, tmp_path)
    posted = []

    def hear(transaction, _title):
        posted.append(transaction)
        if len(posted) == 10:
            ask(direct, "anvil_dropAllTransactions")
            ask(direct, "evm_setIntervalMining", 1)

    delivering._flight.listener = replace(delivering.listener, sent=hear)

    list(delivering.deliver_all(notes(chain, 10)))

    assert mined(direct) == once(10)


@shows("sender", "the base fee rises above what waiting transactions pay", "sent again, both fees an eighth up; once")
def test_a_spike_of_the_base_fee(node, direct, tmp_path):
    chain = patient(node.url, stuck_seconds=0.3, fee_cap=1_000 * GWEI)
    ask(direct, "evm_setAutomine", False)
    heard = []

    def hear(*_sent):
        if not heard:
            ask(direct, "anvil_setNextBlockBaseFeePerGas", hex(100 * GWEI))
            ask(direct, "evm_setIntervalMining", 1)
        heard.append(_sent)

    sender = chain.sender(CALLER, tmp_path)
    sender._flight.listener = replace(sender.listener, sent=hear)

    done = list(sender.deliver_all(notes(chain, 5)))

    assert {each.receipt["effectiveGasPrice"] > 10 * GWEI for each in done} == {True}
    assert mined(direct) == once(5)


@shows("sender", "blocks cost more than may be paid", "nothing is sent, and the message names both fees")
def test_a_price_above_the_limit(node, direct, tmp_path):
    chain = patient(node.url, fee_cap=GWEI // 2)

    with pytest.raises(FeeAboveCap, match=r"at most 0\.5 gwei may be paid. Nothing was sent"):
        chain.sender(CALLER, tmp_path).deliver(notes(chain, 1)[0])
    assert direct.nonce(CALLER.address, pending=True) == 0


@shows(
    "sender",
    "a stuck transaction would have to pay more than it may",
    "an error that says so; with a higher limit, once",
)
def test_a_transaction_stuck_at_the_limit(node, direct, tmp_path):
    chain = patient(node.url, fee_cap=3 * GWEI, stuck_seconds=0.1)
    ask(direct, "evm_setAutomine", False)
    impatient = replace(chain.policy, wait_seconds=0.2)
    with pytest.raises(TransactionNotMined):
        chain.sender(CALLER, tmp_path, policy=impatient).deliver(notes(chain, 1)[0])
    ask(direct, "anvil_setNextBlockBaseFeePerGas", hex(50 * GWEI))
    ask(direct, "evm_mine")

    with pytest.raises(TransactionTooCheap, match="more than the 3 gwei"):
        chain.sender(CALLER, tmp_path, policy=replace(impatient, wait_seconds=1)).deliver(notes(chain, 1)[0])
    ask(direct, "evm_setAutomine", True)
    dear = replace(chain.policy, fee_cap=500 * GWEI)
    chain.sender(CALLER, tmp_path, policy=dear).deliver(notes(chain, 1)[0])

    assert mined(direct) == once(1)


POOR = {
    "geth": (-32000, "insufficient funds for gas * price + value: balance 0, tx cost 60000, overshot 60000"),
    "Erigon": (-32000, "insufficient funds for gas * price + value"),
    "reth": (-32003, "insufficient funds for gas * price + value: have 0 want 60000"),
    "Besu": (-32004, "Upfront cost exceeds account balance"),
    "Besu's pool": (-32000, "transaction up-front cost 0xea60 exceeds transaction sender account balance 0x0"),
    "Nethermind": (-32010, "InsufficientFunds, Account balance: 0, cumulative cost: 60000"),
    "ethereumjs": (
        -32603,
        "0xab does not have enough balance to cover transaction costs (insufficient balance)",
    ),
    "ethereumjs, executing": (-32603, "sender doesn't have enough funds to send tx. The upfront cost is: 60000"),
}
"""How clients say that a key cannot pay."""


@shows(
    "sender",
    "the key has no ether, as geth, Erigon, reth, Besu, Nethermind and ethereumjs say it",
    "an error that says what to do, no refusal of the call; nothing is under way; with ether, once",
)
@pytest.mark.parametrize("client", POOR)
def test_a_key_without_ether(chain, node, direct, tmp_path, client):
    code, message = POOR[client]
    node.error = {"code": code, "message": message}
    node.misbehave("an error of its own", methods=("eth_sendRawTransaction",))
    sender = chain.sender(CALLER, tmp_path)

    with pytest.raises(NotEnoughForGas, match="Send it some, then run the command again"):
        list(sender.deliver_all(notes(chain, 3)))

    assert sender.under_way() == []
    node.misbehave("")
    list(chain.sender(CALLER, tmp_path).deliver_all(notes(chain, 3)))
    assert mined(direct) == once(3)


class CountingFunds(FaultyNode):
    """Takes three transactions of a key at a time: as geth, it counts what all that wait may cost at most."""

    def _pass_on(self, handler, body):
        asked = json.loads(body)
        if isinstance(asked, dict):
            return super()._pass_on(handler, body)
        answers = [self._answer(each) for each in asked]
        return respond(handler, 200, json.dumps(answers).encode())

    def _answer(self, asked):
        if asked["method"] == "eth_sendRawTransaction":
            latest, pending = (self._count(at) for at in ("latest", "pending"))
            if pending - latest >= 3:
                code, message = POOR["geth"]
                return {"jsonrpc": "2.0", "id": asked["id"], "error": {"code": code, "message": message}}
        return json.loads(self.upstream_says(json.dumps(asked).encode()))

    def _count(self, at):
        asked = {"jsonrpc": "2.0", "id": 1, "method": "eth_getTransactionCount", "params": [CALLER.address, at]}
        return int(json.loads(self.upstream_says(json.dumps(asked).encode()))["result"], 16)


@shows(
    "sender",
    "the key can pay for some of a window at once, and for the others once these are mined",
    "the others wait; once",
)
def test_ether_for_a_part_of_a_window(rpc, direct, tmp_path):
    ask(direct, "evm_setAutomine", False)
    ask(direct, "evm_setIntervalMining", 1)
    with serving(CountingFunds(rpc)) as node:
        chain = patient(node.url)

        done = list(chain.sender(CALLER, tmp_path).deliver_all(notes(chain, 10)))

        assert len(done) == 10
    assert mined(direct) == once(10)


@shows(
    "sender",
    "blocks come without a transaction that pays enough",
    "its price rises to four times today's at most, and no further",
)
def test_a_transaction_that_is_not_mined_at_any_price(chain, direct, tmp_path):
    ask(direct, "evm_setAutomine", False)
    gas_limit, price = ask(direct, "eth_getBlockByNumber", "latest", False)["gasLimit"], direct.fees().most

    def shut_out(*_sent):
        ask(direct, "evm_setBlockGasLimit", hex(30_000))
        ask(direct, "evm_setIntervalMining", 1)

    sender = chain.sender(CALLER, tmp_path, policy=replace(chain.policy, wait_seconds=8, stuck_blocks=0))
    sender._flight.listener = replace(sender.listener, sent=shut_out)

    with pytest.raises(TransactionNotMined):
        sender.deliver(notes(chain, 1)[0])

    (entry,) = sender.outbox.entries()
    assert price < entry.transaction.fees.most <= 4 * price
    ask(direct, "evm_setBlockGasLimit", gas_limit)
    chain.sender(CALLER, tmp_path).settle()
    assert mined(direct) == once(1)


def send_elsewhere(chain, data, nonce, fees):
    raw = KeySigner(CALLER).sign(Transaction(chain.id, nonce, fees, 60_000, bytes.fromhex(TARGET[2:]), data))
    assert chain.nodes.send([raw]) == [None]


@shows(
    "sender",
    "a wallet replaces a waiting transaction by another",
    "an error that names it; nothing is sent again by itself",
)
def test_a_transaction_replaced_elsewhere(chain, direct, tmp_path):
    ask(direct, "evm_setAutomine", False)
    impatient = replace(chain.policy, wait_seconds=0.2)
    with pytest.raises(TransactionNotMined):
        chain.sender(CALLER, tmp_path, policy=impatient).deliver(notes(chain, 1)[0])
    send_elsewhere(direct, b"note 0", 0, Fees(100 * GWEI, 10 * GWEI))
    ask(direct, "evm_mine")

    with pytest.raises(TransactionReplaced):
        chain.sender(CALLER, tmp_path).deliver(notes(chain, 1)[0])
    assert mined(direct) == once(1)


@shows(
    "sender", "the key has a transaction under way that another machine sent", "an error that says so; nothing is sent"
)
def test_a_key_in_use_elsewhere(chain, direct, tmp_path):
    ask(direct, "evm_setAutomine", False)
    send_elsewhere(direct, b"note 0", 0, direct.fees())

    with pytest.raises(KeyInUseElsewhere):
        chain.sender(CALLER, tmp_path).deliver(notes(chain, 1)[0])
    assert direct.nonce(CALLER.address, pending=True) == 1


@shows(
    "sender",
    "a nonce is missing: the oldest of a window was dropped, the others wait behind it",
    "filled with the same bytes, or by the calls that the next run finds missing; once",
)
def test_a_stuck_nonce(chain, direct, tmp_path):
    ask(direct, "evm_setAutomine", False)
    impatient = replace(chain.policy, wait_seconds=0.2)
    with pytest.raises(TransactionNotMined):
        list(chain.sender(CALLER, tmp_path, policy=impatient).deliver_all(notes(chain, 6)))
    oldest, *_others = chain.sender(CALLER, tmp_path).under_way()
    ask(direct, "anvil_dropTransaction", oldest)
    ask(direct, "evm_setIntervalMining", 1)

    chain.sender(CALLER, tmp_path).settle()
    there = mined(direct)
    rest = [call for call in notes(chain, 6) if call.calldata.decode() not in there]
    list(chain.sender(CALLER, tmp_path).deliver_all(rest))

    assert mined(direct) == once(6)


@shows("sender", "the node is restarted between two requests", "waited for; once")
def test_a_restarted_node(tmp_path):
    port, state = free_port(), tmp_path / "state.json"
    flags = ("--state", str(state), "--timestamp", "1700000000")
    with anvil(*flags, port=port) as rpc:
        chain = patient(rpc)
        chain.sender(CALLER, tmp_path).deliver(notes(chain, 1)[0])
    with anvil(*flags, port=port):
        chain.sender(CALLER, tmp_path).deliver(notes(chain, 1, first=1)[0])

        assert chain.nonce(CALLER.address) == 2


@shows(
    "sender",
    "a node that is behind takes another one's place",
    "it is not believed; the one that has all blocks is asked",
)
def test_a_node_that_is_behind(node, direct, tmp_path):
    with anvil() as behind:
        chain = patient(f"{node.url},{behind}")
        chain.sender(CALLER, tmp_path).deliver(notes(chain, 1)[0])
        node.misbehave("HTTP 500", times=3)

        chain.sender(CALLER, tmp_path).deliver(notes(chain, 1, first=1)[0])

        assert Chain(behind).nonce(CALLER.address) == 0
    assert mined(direct) == once(2)


@shows("sender", "the first of two nodes fails in the middle of a window", "the second takes over; once")
def test_a_failing_first_node(rpc, node, direct, tmp_path):
    chain = patient(f"{node.url},{rpc}")
    node.misbehave("dropped connection", spared=3)

    done = list(chain.sender(CALLER, tmp_path).deliver_all(notes(chain, 40)))

    assert len(done) == 40
    assert mined(direct) == once(40)


@shows("sender", "another chain answers at the node's address", "an error with both numbers; nothing is sent")
def test_another_chain(chain, node, direct, tmp_path):
    sender = chain.sender(CALLER, tmp_path)
    node.change = lambda asked, answer: {**answer, "result": "0x5"} if asked["method"] == "eth_chainId" else answer
    node.misbehave("a changed answer")

    with pytest.raises(WrongChain, match="serves chain 5, but chain 31337 was expected"):
        sender.deliver(notes(chain, 1)[0])
    with pytest.raises(WrongChain):
        Chain(node.url, 31_337)
    assert direct.nonce(CALLER.address, pending=True) == 0


@shows(
    "sender", "the same call is delivered by an impatient second run", "the first one's transaction is waited for; once"
)
def test_a_duplicate_submission(chain, direct, tmp_path):
    ask(direct, "evm_setAutomine", False)
    impatient = replace(chain.policy, wait_seconds=0.2)
    for _ in range(3):
        with pytest.raises(TransactionNotMined):
            chain.sender(CALLER, tmp_path, policy=impatient).deliver(notes(chain, 1)[0])
    ask(direct, "evm_setIntervalMining", 1)

    chain.sender(CALLER, tmp_path).deliver(notes(chain, 1)[0])

    assert mined(direct) == once(1)


def full_disk(rpc, folder):
    """In a process of its own: the kernel refuses to let any file grow."""
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    chain = Chain(rpc)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    try:
        chain.sender(CALLER, folder).deliver(notes(chain, 1)[0])
    except FileNotWritable:
        sys.exit(3)


@shows("sender", "the disk is full", "an error that names the file; nothing is sent; run again, once")
def test_a_full_disk(rpc, direct, tmp_path):
    process = get_context("spawn").Process(target=full_disk, args=(rpc, tmp_path))
    process.start()
    process.join(60)

    assert process.exitcode == 3
    assert direct.nonce(CALLER.address, pending=True) == 0
    direct.sender(CALLER, tmp_path).deliver(notes(direct, 1)[0])
    assert mined(direct) == once(1)


@shows(
    "sender",
    "a second process sends with the same key at the same time",
    "an error that says so; nothing of it is sent",
)
def test_two_processes_with_one_key(chain, direct, tmp_path):
    with chain.sender(CALLER, tmp_path).delivery(notes(chain, 1)[0]):
        command = [sys.executable, "-m", "tests.faults.sending_notes", direct.rpc, str(tmp_path), "1", "0"]
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    assert OutboxBusy.__name__ in second.stderr
    assert mined(direct) == once(1)


KILLED = 20
SEED = random.randrange(10**6)


@shows(
    "sender",
    f"kill -9 at {KILLED} random points of its code, with a window under way",
    "the next run settles; 30 calls, each once",
)
def test_a_killed_sender(direct, tmp_path):
    """The list is worked off by runs that are killed, each after a random number of lines of the sender's code."""
    chance, survived = random.Random(SEED), 0
    for _ in range(KILLED):
        lines = str(chance.randrange(50, 4_000))
        command = [sys.executable, "-m", "tests.faults.sending_notes", direct.rpc, str(tmp_path), "30", lines]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
        assert run.returncode in (0, -9), (SEED, run.stderr)
        survived += run.returncode == 0
        assert max(mined(direct).values(), default=0) <= 1, SEED
    command[-1] = "0"

    assert subprocess.run(command, cwd=ROOT, check=False, timeout=120).returncode == 0, SEED
    assert mined(direct) == once(30), SEED
    assert survived < KILLED


def test_no_key_is_in_what_the_sender_writes_or_prints(chain, tmp_path, capfd):
    key = Account.create()
    ask(chain, "anvil_setBalance", key.address, hex(10**18))
    sender = chain.sender(key, tmp_path)

    sender.deliver(notes(chain, 1)[0])

    secret = bytes(key.key)
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    said = "".join(capfd.readouterr()) + repr(sender.signer) + repr(vars(sender)) + repr(vars(sender._flight))
    assert secret not in written
    assert secret.hex() not in written.decode(errors="replace") + said
