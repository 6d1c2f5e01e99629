"""The one way to a chain, against a real Anvil and against nodes that misbehave."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from eth_abi import encode
from web3 import Web3
from web3.exceptions import Web3RPCError

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
    assert chain.knows(receipt["transactionHash"])


def test_sending_the_same_transaction_again_is_harmless(chain, access, administrator, label):
    raw = chain.prepare(administrator, label(8))
    first = chain.broadcast(raw)
    mined = chain.wait(first)

    again = chain.broadcast(raw)

    assert again == first
    assert chain.wait(again)["blockNumber"] == mined["blockNumber"]
    assert chain.web3.eth.get_transaction_count(administrator.address) == (
        chain.web3.eth.get_transaction(first)["nonce"] + 1
    )


def test_a_transaction_that_the_node_never_took_is_an_error(chain, access, administrator, label):
    raw = chain.prepare(administrator, label(9))
    label(9, "another").transact(administrator)  # takes the nonce

    with pytest.raises(ChainError, match=r"refused the request: .*nonce too low"):
        chain.broadcast(raw)


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
def test_exactly_as_many_blocks_as_asked_for_confirm_a_transaction(label, administrator, confirmations):
    with anvil("--base-fee", "0", "--gas-price", "0", "--no-mining") as rpc:
        there = Chain(rpc, wait_seconds=0.5, poll_seconds=0.005)
        sent = Call(there, administrator.address, b"", "note").send(administrator)
        for _ in range(confirmations - 1):
            there.web3.provider.make_request("evm_mine", [])
            with pytest.raises(TransactionNotMined):
                there.wait(sent, confirmations=confirmations)
        there.web3.provider.make_request("evm_mine", [])

        receipt = there.wait(sent, confirmations=confirmations)

        assert there.block_number() - receipt["blockNumber"] + 1 == confirmations


def test_a_transaction_whose_block_was_dropped_is_waited_for_again(chain, label, administrator, monkeypatch):
    sent = label(10).send(administrator)
    chain.wait(sent)
    real, seen = Chain.receipt, []

    def reorganised(self, transaction):
        found = real(self, transaction)
        seen.append(found["blockHash"])
        return {**found, "blockHash": b"dropped"} if len(seen) == 1 else found

    monkeypatch.setattr(Chain, "receipt", reorganised)
    monkeypatch.setattr(chain_module, "_BLOCKLESS_SECONDS", 0.05)

    assert chain.wait(sent, confirmations=2)["blockHash"] == seen[-1]
    assert len(seen) == 4


def test_a_transaction_in_no_block_is_not_sent_twice_in_silence(chain):
    chain.wait_seconds = 0.05

    with pytest.raises(TransactionNotMined, match="is in no block after 0 s"):
        chain.wait(Web3.keccak(b"no such transaction"))


def test_logs_come_in_order_from_a_node_that_gives_few_blocks_at_a_time(
    chain, access, administrator, label, monkeypatch
):
    for role in range(20, 32):
        label(role).transact(administrator)
    everything = list(chain.logs(access, [], 0))
    asked, all_logs = [], chain.web3.eth.get_logs

    def stingy(query):
        span = query["toBlock"] - query["fromBlock"] + 1
        asked.append(span)
        if span > 5:
            raise Web3RPCError("query exceeds max block range 5")
        return all_logs(query)

    monkeypatch.setattr(chain_module, "LOGS_SPAN", 10)
    monkeypatch.setattr(chain.web3.eth, "get_logs", stingy)

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
    def broken(_query):
        raise Web3RPCError("archive node required")

    monkeypatch.setattr(chain.web3.eth, "get_logs", broken)

    with pytest.raises(ChainError, match="archive node required"):
        list(chain.logs(access, [], 3))


def test_fees_cover_twice_the_base_fee_and_the_tip(chain, monkeypatch):
    monkeypatch.setattr(chain.web3.eth, "get_block", lambda _: {"baseFeePerGas": 100})
    monkeypatch.setattr(type(chain.web3.eth), "max_priority_fee", 7)

    assert chain.fees() == chain_module.Fees(most=207, tip=7)


def test_a_chain_without_base_fee_pays_nothing(chain, monkeypatch):
    monkeypatch.setattr(chain.web3.eth, "get_block", lambda _: {})

    assert chain.fees() == chain_module.Fees(most=0, tip=0)


def test_fees_stay_below_the_cap(chain, monkeypatch):
    monkeypatch.setattr(chain.web3.eth, "get_block", lambda _: {"baseFeePerGas": 100})
    monkeypatch.setattr(type(chain.web3.eth), "max_priority_fee", 70)

    chain.fee_cap = 150
    assert chain.fees() == chain_module.Fees(most=150, tip=70)
    chain.fee_cap = 50
    assert chain.fees() == chain_module.Fees(most=50, tip=50)


def test_a_replacement_pays_an_eighth_more_than_what_it_replaces():
    fees = chain_module.Fees(most=800, tip=80)

    assert chain_module.Fees(0, 0).replacing(fees) == chain_module.Fees(most=901, tip=91)
    assert chain_module.Fees(5_000, 500).replacing(fees) == chain_module.Fees(most=5_000, tip=500)


def test_a_node_that_goes_away_is_a_chain_error(administrator):
    with anvil("--base-fee", "0", "--gas-price", "0") as address:
        gone = Chain(address)
        note = Call(gone, administrator.address, b"", "note")
        raw = gone.prepare(administrator, note)

    for act in (
        lambda: gone.prepare(administrator, note),
        lambda: gone.broadcast(raw),
        lambda: gone.wait(gone.hash_of(raw)),
        lambda: gone.batch([("eth_chainId", [])]),
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
