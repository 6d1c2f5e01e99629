"""The first block of the three clients' chain: Cancun from the start, ether for Anvil's accounts."""

from typing import Any

from scripts.localchain.anvil import ACCOUNTS, funded
from scripts.localchain.suite import GAS_LIMIT
from tests.nodes.engine import NOTHING

CHAIN = 424_242

_FORKS = (
    *("homesteadBlock", "eip150Block", "eip155Block", "eip158Block", "byzantiumBlock", "constantinopleBlock"),
    *("petersburgBlock", "istanbulBlock", "berlinBlock", "londonBlock", "mergeForkBlock", "mergeNetsplitBlock"),
    *("terminalTotalDifficulty", "shanghaiTime", "cancunTime"),
)
_BEACON_ROOTS = "0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02"
_BEACON_ROOTS_CODE = (
    "0x3373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024575f5ffd5b5f35801560495762001fff8106908154"
    "14603c575f5ffd5b62001fff01545f5260205ff35b5f5ffd5b62001fff42064281555f359062001fff015500"
)
"""The contract of EIP-4788, which clients call in every block."""


def genesis(now: int) -> dict[str, Any]:
    """As geth's genesis files have it; clients take transactions only while the chain is less than a minute old."""
    config = dict.fromkeys(_FORKS, 0) | {"chainId": CHAIN, "terminalTotalDifficultyPassed": True}
    blobs = {"cancun": {"target": 3, "max": 6, "baseFeeUpdateFraction": 3_338_477}}
    alloc: dict[str, Any] = {funded(index).address: {"balance": hex(10**24)} for index in range(ACCOUNTS)}
    alloc[_BEACON_ROOTS] = {"balance": "0x0", "nonce": "0x1", "code": _BEACON_ROOTS_CODE}
    return {
        "config": config | {"blobSchedule": blobs},
        "nonce": "0x0",
        "timestamp": hex(now),
        "extraData": "0x",
        "gasLimit": hex(GAS_LIMIT),
        "difficulty": "0x0",
        "mixHash": NOTHING,
        "coinbase": "0x" + "00" * 20,
        "alloc": alloc,
        "number": "0x0",
        "gasUsed": "0x0",
        "parentHash": NOTHING,
        "baseFeePerGas": hex(10**9),
    }
