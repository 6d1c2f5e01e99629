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
from dongne.chain import Chain
from dongne.errors import ChainError, ContractRefused, NodeUnreachable, TransactionNotMined, WrongChain
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
    return Chain(rpc, ANVIL_ID, poll_seconds=0.005)


@pytest.fixture(scope="module")
def administrator():
    return funded(0)


@pytest.fixture(scope="module")
def access(rpc, administrator):
    """A deployed CityAccess: a contract with a role, refusals and logs."""
    data = artifact("CityAccess").creation_code + encode(["address"], [administrator.address])
    receipt = Chain(rpc, poll_seconds=0.005).send(administrator, None, data)
    return receipt["contractAddress"]


def label(role, text="label"):
    """Data of a call that only the administrator may make; emits a log."""
    return Web3.keccak(text=LABEL)[:4] + encode(["uint64", "string"], [role, text])


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


def test_a_transaction_is_signed_sent_and_mined(chain, access, administrator):
    receipt = chain.send(administrator, access, label(7))

    assert receipt["status"] == 1
    assert len(receipt["logs"]) == 1
    assert chain.knows(receipt["transactionHash"])


def test_sending_the_same_transaction_again_is_harmless(chain, access, administrator):
    raw = chain.prepare(administrator, label(8), access)
    first = chain.broadcast(raw)
    mined = chain.wait(first)

    again = chain.broadcast(raw)

    assert again == first
    assert chain.wait(again)["blockNumber"] == mined["blockNumber"]
    assert chain.web3.eth.get_transaction_count(administrator.address) == (
        chain.web3.eth.get_transaction(first)["nonce"] + 1
    )


def test_a_transaction_that_the_node_never_took_is_an_error(chain, access, administrator):
    raw = chain.prepare(administrator, label(9), access)
    chain.send(administrator, access, label(9, "another"))  # takes the nonce

    with pytest.raises(ChainError, match=r"refused transaction 0x[0-9a-f]{64}"):
        chain.broadcast(raw)


def test_a_refusal_is_decoded_before_anything_is_sent(chain, access):
    stranger = funded(5)

    with pytest.raises(ContractRefused) as refused:
        chain.send(stranger, access, label(7))

    assert refused.value.name == "AccessManagerUnauthorizedAccount"
    assert Web3.to_checksum_address(refused.value.values["msgsender"]) == stranger.address
    assert chain.web3.eth.get_transaction_count(stranger.address) == 0


def test_a_transaction_mined_and_reverted_is_decoded_too(chain, access):
    with pytest.raises(ContractRefused) as refused:
        chain.send(funded(6), access, label(7), gas=200_000)

    assert refused.value.name == "AccessManagerUnauthorizedAccount"
    assert chain.web3.eth.get_transaction_count(funded(6).address) == 1


def test_confirmations_are_waited_for(chain, access, administrator):
    hash_ = chain.broadcast(chain.prepare(administrator, label(10), access))
    impatient = Chain(chain.rpc, wait_seconds=1, poll_seconds=0.005)

    with pytest.raises(TransactionNotMined, match="look it up before sending again"):
        impatient.wait(hash_, confirmations=3)
    chain.web3.provider.make_request("anvil_mine", [2])

    assert chain.wait(hash_, confirmations=3)["status"] == 1


def test_a_transaction_in_no_block_is_not_sent_twice_in_silence(chain):
    chain.wait_seconds = 0.05

    with pytest.raises(TransactionNotMined, match="is in no block after 0 s"):
        chain.wait(Web3.keccak(b"no such transaction"))


def test_logs_come_in_order_from_a_node_that_gives_few_blocks_at_a_time(chain, access, administrator, monkeypatch):
    for role in range(20, 32):
        chain.send(administrator, access, label(role))
    everything = list(chain.logs(access, [], 0))
    asked, all_logs = [], chain.web3.eth.get_logs

    def stingy(query):
        span = query["toBlock"] - query["fromBlock"] + 1
        asked.append(span)
        if span > 5:
            raise Web3RPCError("query exceeds max block range 5")
        return all_logs(query)

    monkeypatch.setattr(chain_module, "LOGS_SPAN", 40)
    monkeypatch.setattr(chain.web3.eth, "get_logs", stingy)

    assert list(chain.logs(access, [], 0)) == everything
    assert len(everything) >= 12
    assert asked[:4] == [min(40, chain.web3.eth.block_number + 1), 20, 10, 5]


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

    with pytest.raises(ChainError, match=r"gives no logs of block 3: .*archive node required"):
        list(chain.logs(access, [], 3))


def test_fees_cover_twice_the_base_fee_and_the_tip(chain, monkeypatch):
    monkeypatch.setattr(chain.web3.eth, "get_block", lambda _: {"baseFeePerGas": 100})
    monkeypatch.setattr(type(chain.web3.eth), "max_priority_fee", 7)

    assert chain.fees() == chain_module.Fees(most=207, tip=7)


def test_a_chain_without_base_fee_pays_nothing(chain, monkeypatch):
    monkeypatch.setattr(chain.web3.eth, "get_block", lambda _: {})

    assert chain.fees() == chain_module.Fees(most=0, tip=0)


def test_a_node_that_goes_away_is_a_chain_error(access, administrator):
    with anvil("--base-fee", "0", "--gas-price", "0") as address:
        gone = Chain(address)
        raw = gone.prepare(administrator, b"", administrator.address)

    with pytest.raises(ChainError, match="fell silent"):
        gone.prepare(administrator, b"", administrator.address)
    with pytest.raises(ChainError, match="may still be mined: look it up before sending again"):
        gone.broadcast(raw)
    with pytest.raises(ChainError, match="may still be mined: look it up before sending again"):
        gone.wait(Web3.keccak(raw))
