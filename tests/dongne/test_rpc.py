"""What is asked again, which node is asked, and what is said in the end: against nodes that misbehave."""

from time import monotonic

import pytest

from dongne.errors import (
    ContractRefused,
    DongneError,
    NodeBehind,
    NodeBusy,
    NodeDenied,
    NodeLags,
    NodeRefused,
    NodeSilent,
    NodeTalksNonsense,
    NodeUnreachable,
    NotEnoughForGas,
    TooMuchAsked,
    WrongChain,
)
from dongne.rpc import Nodes, answers
from scripts.localchain.anvil import anvil, free_port
from tests.dongne.faulty_node import faulty_node

ANVIL_ID = 31_337
PASSING = (
    "dropped connection",
    "truncated answer",
    "a page instead of JSON",
    "HTTP 429",
    "HTTP 500",
    "asked too often",
)


@pytest.fixture(scope="module")
def upstream():
    with anvil() as rpc:
        yield rpc


@pytest.fixture
def node(upstream):
    with faulty_node(upstream) as made:
        yield made


@pytest.fixture
def pair(upstream):
    """Two ways to the same chain."""
    with faulty_node(upstream) as first, faulty_node(upstream) as second:
        yield first, second


@pytest.mark.parametrize("fault", PASSING)
def test_what_may_pass_by_itself_is_asked_again(node, fault):
    nodes = Nodes([node.url])
    node.misbehave(fault, times=3)

    assert nodes.ask("net_version") == str(ANVIL_ID)
    assert node.seen["net_version"] == 4


@pytest.mark.parametrize("fault", PASSING)
def test_a_batch_is_asked_again_as_a_whole(node, fault):
    nodes = Nodes([node.url])
    node.misbehave(fault, times=2)

    assert nodes.batch([("eth_chainId", []), ("net_version", [])]) == [hex(ANVIL_ID), str(ANVIL_ID)]


@pytest.mark.parametrize("fault", PASSING)
def test_asking_again_ends(node, fault):
    nodes, started = Nodes([node.url], retry_seconds=0.3), monotonic()
    node.misbehave(fault)

    with pytest.raises((NodeSilent, NodeBusy, NodeTalksNonsense)):
        nodes.ask("eth_blockNumber")

    assert node.seen["eth_blockNumber"] > 1
    assert monotonic() - started < 60


@pytest.mark.parametrize("fault", ["an error for everything", "HTTP 403", "nonsense"])
def test_what_will_not_pass_is_asked_once(node, fault):
    nodes = Nodes([node.url])
    node.misbehave(fault)

    with pytest.raises((NodeRefused, NodeDenied, NodeTalksNonsense)), nodes.sense():
        int(nodes.ask("eth_blockNumber"), 16)

    assert node.seen["eth_blockNumber"] == 1


@pytest.mark.parametrize("fault", ["dropped connection", "lost answer", "HTTP 429", "a page instead of JSON"])
def test_a_transaction_is_handed_in_once_and_its_loss_is_said(node, fault):
    nodes = Nodes([node.url])
    node.misbehave(fault)

    with pytest.raises((NodeSilent, NodeBusy, NodeTalksNonsense)):
        nodes.send([b"\x02\xc0"])
    with pytest.raises((NodeSilent, NodeBusy, NodeTalksNonsense)):
        nodes.ask("eth_sendRawTransaction", "0x02c0")

    assert node.seen["eth_sendRawTransaction"] == 2


@pytest.mark.parametrize("method", ["evm_mine", "anvil_reorg"])
def test_what_changes_a_developers_chain_is_asked_once(node, method):
    nodes = Nodes([node.url])
    node.misbehave("lost answer")

    with pytest.raises(NodeSilent):
        nodes.ask(method)

    assert node.seen[method] == 1


def test_an_answer_that_would_be_too_long_is_not_asked_for_again(node):
    nodes = Nodes([node.url])
    said = {"code": -32005, "message": "query returned more than 10000 results"}
    node.change = lambda asked, _answer: {"jsonrpc": "2.0", "id": asked["id"], "error": said}
    node.misbehave("a changed answer")

    with pytest.raises(NodeRefused, match="more than 10000 results"):
        nodes.ask("eth_getLogs", {})

    assert node.seen["eth_getLogs"] == 1


def test_a_node_that_asks_for_time_gets_it(node, monkeypatch):
    pauses = []
    monkeypatch.setattr("tenacity.nap.time.sleep", pauses.append)
    monkeypatch.setattr(answers, "_seconds", lambda _header: 7.0)
    nodes = Nodes([node.url])
    node.misbehave("HTTP 429", times=1)

    nodes.ask("eth_blockNumber")

    assert pauses == [7.0]


@pytest.mark.parametrize("fault", [*PASSING, "HTTP 403"])
def test_the_next_node_is_asked_at_once_where_one_fails(pair, fault, monkeypatch):
    first, second = pair
    pauses = []
    monkeypatch.setattr("tenacity.nap.time.sleep", pauses.append)
    nodes = Nodes([first.url, second.url])
    first.misbehave(fault)

    assert [nodes.ask("net_version"), nodes.ask("net_version")] == [str(ANVIL_ID)] * 2

    assert first.seen["net_version"] == 1
    assert pauses == [0]


def test_a_node_that_is_not_there_at_the_start_is_passed_over(node):
    nobody = f"http://127.0.0.1:{free_port()}"

    assert Nodes([nobody, node.url]).chain_id == ANVIL_ID
    with pytest.raises(NodeUnreachable, match="ConnectionError"):
        Nodes([nobody, nobody])


def test_after_a_lost_answer_the_next_node_is_asked(pair):
    first, second = pair
    nodes = Nodes([first.url, second.url])
    first.misbehave("dropped connection")

    with pytest.raises(NodeSilent):
        nodes.send([b"\x02\xc0"])

    assert nodes.label == second.url


def test_a_node_of_another_chain_does_not_take_over(node):
    with anvil("--chain-id", "5") as foreign:
        nodes = Nodes([node.url, foreign])
        node.misbehave("HTTP 500")

        with pytest.raises(WrongChain, match="serves chain 5, but chain 31337 was expected"):
            nodes.ask("eth_blockNumber")


def test_a_node_that_is_behind_does_not_take_over(node):
    with anvil() as behind:
        nodes = Nodes([node.url, behind], retry_seconds=0.5)
        nodes.seen = 10
        node.misbehave("HTTP 500")

        with pytest.raises((NodeLags, NodeSilent)):
            nodes.ask("eth_chainId")

        nodes.seen = 0
        assert nodes.ask("eth_chainId") == hex(ANVIL_ID)


def test_a_node_that_catches_up_takes_over(node):
    with anvil() as behind:
        nodes = Nodes([node.url, behind])
        nodes.seen = 2
        node.misbehave("HTTP 500")
        ahead = Nodes([behind])
        for _ in range(2):
            ahead.ask("evm_mine")

        assert nodes.ask("eth_blockNumber") == "0x2"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 3, "message": "execution reverted", "data": "0x"}, ContractRefused),
        ({"code": -32015, "message": "VM execution error", "data": "Reverted 0x82b42900"}, ContractRefused),
        ({"code": -32603, "message": "reverted", "data": {"data": "0x82b42900"}}, ContractRefused),
        ({"code": -32000, "message": "execution reverted"}, ContractRefused),
        ({"code": -32000, "message": "insufficient funds for gas * price + value"}, NotEnoughForGas),
        ({"code": -32000, "message": "nonce too low"}, NodeRefused),
        ({"code": "weird"}, NodeRefused),
        ("only words", NodeRefused),
        ({"code": -32005, "message": "Transaction gas limit exceeds block gas limit"}, NodeRefused),
        ({"code": -32005, "message": "Requested range exceeds maximum RPC range limit"}, TooMuchAsked),
        ({"code": -32005, "message": "limit exceeded"}, NodeBusy),
        ({"code": -32000, "message": "too many requests"}, NodeBusy),
        ({"code": -32000, "message": "header not found"}, NodeBehind),
        ({"code": 3, "message": "execution reverted: out of range", "data": "0x08c379a0"}, ContractRefused),
    ],
)
def test_errors_are_what_they_mean_wherever_a_node_puts_it(node, error, kind):
    with pytest.raises(DongneError) as raised:
        Nodes([node.url]).result_in({"error": error})

    assert type(raised.value) is kind


def test_nodes_are_named_without_their_access_keys(upstream):
    port = upstream.rpartition(":")[2]

    assert Nodes([f"http://user:secret@127.0.0.1:{port}?key=secret"]).label == f"http://127.0.0.1:{port}/…"


def test_bytes_are_asked_for_as_hexadecimal_digits(node):
    topics = {"fromBlock": "0x0", "topics": [b"\x12" * 32]}

    assert Nodes([node.url]).ask("eth_getLogs", topics) == []
