"""How patiently and how dearly is sent."""

from dataclasses import dataclass

USUAL_FINAL_BLOCKS = 12
"""Blocks that make a transaction final on a chain that names no finalized block."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a sender does about transactions that are under way.

    Attributes:
        confirmations: blocks that must hold a transaction, its own included, before its outcome is told; 0 tells it
            when it is final.
        final_blocks: blocks that make a transaction final; None takes the chain's word for it (its finalized block),
            12 where the chain has none, and 1 on a developer's chain, which takes blocks back on purpose.
        fee_cap: most that a unit of gas may cost, wei; None sets no limit.
        window: transactions of the key that are under way at once.
        stuck_blocks: blocks without the oldest of them, after which it is sent again at a higher price.
        stuck_seconds: the same in seconds, where blocks cost more than it pays.
        wait_seconds: how long to wait for the next of them to be mined.
        poll_seconds: pause after the first look in vain; later ones are longer.
    """

    confirmations: int = 1
    final_blocks: int | None = None
    fee_cap: int | None = None
    window: int = 64
    stuck_blocks: int = 3
    stuck_seconds: float = 30
    wait_seconds: float = 180
    poll_seconds: float = 0.05
