"""Some clients estimate what a call costs after refunds, a fifth less than it needs: it ran out of gas and reverted."""

from dongne.chain import Call, Chain
from scripts.localchain.anvil import anvil, funded
from tests.dongne.faulty_node import faulty_node


def a_fifth_less(asked, answer):
    if asked["method"] == "eth_estimateGas":
        answer["result"] = hex(int(answer["result"], 16) * 4 // 5)
    return answer


def test_a_call_passes_though_its_estimate_left_out_the_refunds():
    with anvil() as rpc, faulty_node(rpc) as node:
        node.change = a_fifth_less
        node.misbehave("a changed answer")
        chain = Chain(node.url, poll_seconds=0.005)

        receipt = chain.sender(funded(0)).deliver(Call(chain, funded(1).address, bytes(range(1, 200)), "a long note"))

    assert receipt["status"] == 1
