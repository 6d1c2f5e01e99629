"""Why a transaction reverted: receipts do not say it, so it is run once more."""

from typing import Any

from web3.types import TxReceipt

from dongne.errors import ChainError, ContractRefused
from dongne.rpc import Nodes


def why_refused(nodes: Nodes, receipt: TxReceipt) -> ContractRefused:
    """Why a transaction reverted; unknown where the node has forgotten that block's state."""
    try:
        sent = nodes.ask("eth_getTransactionByHash", receipt["transactionHash"].to_0x_hex())
        with nodes.sense():
            call: dict[str, Any] = {"from": sent["from"], "data": sent["input"], "gas": sent["gas"]}
            if sent.get("to"):
                call["to"] = sent["to"]
        nodes.ask("eth_call", call, hex(receipt["blockNumber"]))
    except ContractRefused as refused:
        return refused
    except ChainError:
        pass
    return ContractRefused("", {})
