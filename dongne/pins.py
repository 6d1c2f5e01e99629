"""One block of a chain, as of which a verification reads everything."""

from dataclasses import dataclass
from typing import Any

from dongne.chain import Chain
from dongne.errors import NodeRefused, NodeTalksNonsense

USUAL_CONFIRMATIONS = 12
"""Blocks after which a block counts as final where the chain names none that is."""

_DEVELOPMENT = ("anvil", "hardhat", "ganache")
"""In the names of clients that make blocks on demand and finalize none."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A block.

    Attributes:
        number: of the block.
        hash: of the block, with 0x.
        time: of the block, Unix seconds.
    """

    number: int
    hash: str
    time: int


def pin_at(chain: Chain, block: int) -> Pin:
    """The block of a number.

    Raises:
        ChainError: the node has no such block.
    """
    return Pin(block, chain.block_hash(block), chain.timestamp(block))


def last_final(chain: Chain) -> Pin:
    """The last block that can no longer be dropped.

    That is the one which the chain calls finalized; where it names none, the one `USUAL_CONFIRMATIONS` before the
    latest; on a developer's chain the latest.
    """
    latest = chain.block_number()
    if _is_development(chain):
        return pin_at(chain, latest)
    finalized = _finalized(chain)
    return pin_at(chain, max(latest - USUAL_CONFIRMATIONS, 0) if finalized is None else min(finalized, latest))


def _is_development(chain: Chain) -> bool:
    try:
        (version,) = chain.batch([("web3_clientVersion", [])])
    except NodeRefused:
        return False
    return any(name in str(version).lower() for name in _DEVELOPMENT)


def _finalized(chain: Chain) -> int | None:
    """Number of the block that the chain calls finalized; None if it calls none so."""
    asked: list[Any] = ["finalized", False]
    try:
        (block,) = chain.batch([("eth_getBlockByNumber", asked)])
    except NodeRefused:
        return None
    try:
        return None if block is None else int(block["number"], 16)
    except (KeyError, TypeError, ValueError) as error:
        raise NodeTalksNonsense(chain.node, type(error).__name__) from error
