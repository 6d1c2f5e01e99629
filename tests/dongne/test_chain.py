"""The one way to a chain, against a real Anvil and against nodes that misbehave."""

import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from eth_abi import encode
from hexbytes import HexBytes
from web3 import Web3

from dongne import chain as chain_module
from dongne.chain import Call, Chain
from dongne.errors import (
    ChainError,
    ContractRefused,
    NodeRefused,
    NodeSilent,
    NodeUnreachable,
    TransactionNotMined,
    WrongChain,
)
from dongne.receipts import log_of, receipt_of
from scripts.deployment.artifacts import artifact
from scripts.localchain.anvil import anvil, funded

ANVIL_ID = 31_337
LABEL = "labelRole(uint64,string)"


@pytest.fixture(scope="module")
def rpc():
    with anvil("--base-fee", "0", "--gas-price", "0") as address:
        yield address


@pytest.fixture
def chain(rpc):
    return Chain(rpc, ANVIL_ID, wait_seconds=10, poll_seconds=0.005)


@pytest.fixture(scope="module")
def administrator():
    return funded(0)


@pytest.fixture(scope="module")
def access(rpc, administrator):
    """A deployed CityAccess: a contract with a role, refusals and logs."""
    data = artifact("CityAccess").creation_code + encode(["address"], [administrator.address])
    receipt = Call(Chain(rpc, poll_seconds=0.005), None, data, "CityAccess").transact(administrator)
    return receipt["contractAddress"]


@pytest.fixture
def label(chain, access):
    """Makes calls that only the administrator may make; they emit a log."""

    def labelling(role, text="label", gas=None):
        data = Web3.keccak(text=LABEL)[:4] + encode(["uint64", "string"], [role, text])
        return Call(chain, access, data, "CityAccess.labelRole", gas)

    return labelling


@contextmanager
def node(answer):
    """A node that says `answer(method)` to whatever it is asked: text, or an object to send as JSON."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            said = answer(asked["method"])
            text = said if isinstance(said, str) else json.dumps({"jsonrpc": "2.0", "id": asked["id"], **said})
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            """Keep the test's output clean."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_chain_knows_its_number(rpc):
    assert Chain(rpc).id == Chain(rpc, ANVIL_ID).id == ANVIL_ID


def test_another_chain_than_expected_is_refused_with_both_numbers(rpc):
    with pytest.raises(WrongChain, match="serves chain 31337, but chain 11155111 was expected"):
        Chain(rpc, 11_155_111)


def test_a_silent_address_is_unreachable_and_says_what_to_set():
    with pytest.raises(NodeUnreachable, match=r"No node answers at http://127\.0\.0\.1:9 .*DONGNE_RPC"):
        Chain("http://127.0.0.1:9")


@pytest.mark.parametrize(
    "said",
    ["<html>Welcome</html>", "", {"error": {"code": -32_000, "message": "project id required"}}],
    ids=["a web page", "nothing", "an error"],
)
def test_something_that_is_no_node_is_unreachable(said):
    with node(lambda _: said) as address, pytest.raises(NodeUnreachable):
        Chain(address)


def test_a_transaction_is_signed_sent_and_mined(chain, access, administrator, label):
    receipt = label(7).transact(administrator)

    assert receipt["status"] == 1
    assert len(receipt["logs"]) == 1
    assert chain.receipt(receipt["transactionHash"]) == receipt


def test_a_receipt_has_the_types_that_web3_gives_it(chain, access, administrator, label):
    transaction = label(8).transact(administrator)["transactionHash"]
    returns_42 = bytes.fromhex("600a600c600039600a6000f3602a60005260206000f3")
    created = Call(chain, None, returns_42, "").transact(administrator)

    for each in (transaction, created["transactionHash"]):
        by_web3 = chain.web3.eth.get_transaction_receipt(each)
        answer = chain.nodes.ask("eth_getTransactionReceipt", each.to_0x_hex())

        assert receipt_of(answer) == {**by_web3, "logs": [dict(log) for log in by_web3["logs"]]}
        assert [log_of(log) for log in answer["logs"]] == [dict(log) for log in by_web3["logs"]]


def test_a_refusal_is_decoded_before_anything_is_sent(chain, label):
    stranger = funded(5)

    with pytest.raises(ContractRefused) as refused:
        label(7).transact(stranger)

    assert refused.value.name == "AccessManagerUnauthorizedAccount"
    assert Web3.to_checksum_address(refused.value.values["msgsender"]) == stranger.address
    assert chain.web3.eth.get_transaction_count(stranger.address) == 0


def test_a_transaction_mined_and_reverted_is_decoded_too(chain, label):
    with pytest.raises(ContractRefused) as refused:
        label(7, gas=200_000).transact(funded(6))

    assert refused.value.name == "AccessManagerUnauthorizedAccount"
    assert chain.web3.eth.get_transaction_count(funded(6).address) == 1


@pytest.mark.parametrize("confirmations", [1, 2, 3])
def test_exactly_as_many_blocks_as_asked_for_confirm_a_transaction(administrator, confirmations, tmp_path):
    with anvil("--base-fee", "0", "--gas-price", "0", "--no-mining") as rpc:
        there = Chain(rpc, wait_seconds=0.3, poll_seconds=0.005)
        note = Call(there, administrator.address, b"", "note")
        policy = replace(there.policy, confirmations=confirmations)
        for _ in range(confirmations):
            with pytest.raises(TransactionNotMined):
                there.sender(administrator, tmp_path, policy=policy).deliver(note)
            there.nodes.ask("evm_mine")

        receipt = there.sender(administrator, tmp_path, policy=policy).deliver(note)

        assert there.block_number() - receipt["blockNumber"] + 1 == confirmations


def test_why_a_transaction_reverted_is_told_by_its_hash(chain, label, administrator):
    passed = label(10).transact(administrator)["transactionHash"]
    with pytest.raises(ContractRefused):
        label(7, gas=200_000).transact(funded(6))
    (reverted,) = chain.nodes.ask("eth_getBlockByNumber", "latest", False)["transactions"]

    assert chain.refusal(HexBytes(reverted)).name == "AccessManagerUnauthorizedAccount"
    assert chain.refusal(passed) is None
    assert chain.refusal(HexBytes(bytes(32))) is None


def test_logs_come_in_order_from_a_node_that_gives_few_blocks_at_a_time(
    chain, access, administrator, label, monkeypatch
):
    for role in range(20, 32):
        label(role).transact(administrator)
    everything = list(chain.logs(access, [], 0))
    asked, all_logs = [], Chain._logs

    def stingy(self, address, topics, first, last):
        asked.append(last - first + 1)
        if last - first + 1 > 5:
            raise NodeRefused(self.node, "query exceeds max block range 5")
        return all_logs(self, address, topics, first, last)

    monkeypatch.setattr(chain_module, "LOGS_SPAN", 10)
    monkeypatch.setattr(Chain, "_logs", stingy)

    assert list(chain.logs(access, [], 0)) == everything
    assert len(everything) >= 12
    assert asked[:2] == [10, 5]


def test_logs_of_a_span_are_those_of_its_blocks_only(chain, access):
    everything = list(chain.logs(access, [], 0))
    middle = everything[len(everything) // 2]["blockNumber"]

    before, after = list(chain.logs(access, [], 0, middle - 1)), list(chain.logs(access, [], middle))

    assert before + after == everything
    assert before
    assert after


def test_a_node_that_gives_no_logs_at_all_is_an_error_and_no_endless_loop(chain, access, monkeypatch):
    def broken(self, *_query):
        raise NodeRefused(self.node, "archive node required")

    monkeypatch.setattr(Chain, "_logs", broken)

    with pytest.raises(ChainError, match="archive node required"):
        list(chain.logs(access, [], 3))


def test_a_node_that_goes_away_is_a_chain_error(administrator):
    with anvil("--base-fee", "0", "--gas-price", "0") as address:
        gone = Chain(address, retry_seconds=0.1)
        note = Call(gone, administrator.address, b"", "note")

    for act in (
        lambda: note.transact(administrator),
        lambda: note.simulate(administrator.address),
        lambda: gone.receipt(HexBytes(bytes(32))),
        lambda: gone.batch([("eth_chainId", [])]),
        lambda: list(gone.logs(administrator.address, [], 0)),
    ):
        with pytest.raises(NodeSilent, match=f"The node at {address} does not answer"):
            act()


def test_a_batch_answers_in_order_and_tells_an_error_of_one(chain, access):
    assert chain.batch([("eth_chainId", [])] * 450 + [("eth_getCode", [access, "latest"])])[:450] == ["0x7a69"] * 450
    with pytest.raises(NodeRefused):
        chain.batch([("eth_chainId", []), ("eth_noSuchThing", [])])


def test_chains_of_one_number_are_told_apart_by_their_first_block(chain):
    with anvil("--timestamp", "1700000000") as other:
        assert Chain(other).genesis != chain.genesis
    assert chain.genesis == Chain(chain.rpc).genesis
