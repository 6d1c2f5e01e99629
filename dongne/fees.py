"""What a unit of gas may cost (EIP-1559), by what recent blocks took."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

from dongne.errors import FeeAboveCap

_BLOCKS, _PERCENTILE = 20, 50
"""Recent blocks that are looked at, and which of the tips in each, by gas."""

_USUAL_TIP = 10**9
"""Wei a gas where the node knows no better."""

_DEAREST = 4
"""Times of what the next six blocks can cost: who pays that and is not mined is not kept out by the price."""

REQUESTS: tuple[tuple[str, list[Any]], ...] = (
    ("eth_feeHistory", [hex(_BLOCKS), "latest", [_PERCENTILE]]),
    ("eth_maxPriorityFeePerGas", []),
)
"""What is asked of a node before a transaction is priced; `suggested` reads the answers."""


@dataclass(frozen=True, slots=True)
class Fees:
    """Wei a gas.

    Attributes:
        most: what is paid at most, tip included (`maxFeePerGas`).
        tip: what the block's maker gets of it (`maxPriorityFeePerGas`).
    """

    most: int
    tip: int

    def replacing(self, other: "Fees") -> "Fees":
        """These fees, raised to what every node demands of one transaction that replaces another: an eighth more."""
        least = Fees(other.most + other.most // 8 + 1, other.tip + other.tip // 8 + 1)
        return Fees(max(self.most, least.most), max(self.tip, least.tip))


@dataclass(frozen=True, slots=True)
class Market:
    """What blocks cost now, wei a gas.

    Attributes:
        base: base fee of the next block; 0 on a chain without fees.
        tip: what recent blocks took on top: the median of their medians, empty blocks left out.
    """

    base: int
    tip: int

    @classmethod
    def of(cls, history: Mapping[str, Any], tip: Mapping[str, Any]) -> "Market":
        """From the answers to `REQUESTS`."""
        base, tips = _history(history.get("result"))
        if tips:
            return cls(base, int(median(tips)))
        return cls(base, int(tip.get("result") or hex(_USUAL_TIP), 16) if base else 0)

    def fees(self, cap: int | None = None) -> Fees:
        """Fees at which a transaction is mined even after six full blocks: twice the base fee, and the tip.

        Args:
            cap: most that may be paid, wei a gas.

        Raises:
            FeeAboveCap: not even the next block is that cheap.
        """
        most = 2 * self.base + self.tip
        if cap is None or most <= cap:
            return Fees(most, self.tip)
        if self.base > cap:
            raise FeeAboveCap(gwei(self.base), gwei(cap))
        return Fees(cap, min(self.tip, cap - self.base))

    def is_beyond(self, fees: Fees) -> bool:
        """Whether fees are so far above these blocks' that paying more would not help."""
        return fees.most > _DEAREST * self.fees().most > 0


def gwei(wei: int) -> str:
    """Wei a gas as people read it."""
    return f"{Decimal(wei).scaleb(-9).normalize():f}"


def _history(answer: Any) -> tuple[int, list[int]]:
    """Base fee of the next block, and the tips of the recent ones; nothing from a node that keeps no history."""
    if not answer:
        return 0, []
    base = [int(each or "0x0", 16) for each in answer.get("baseFeePerGas") or ["0x0"]]
    tips = [int(block[0], 16) for block in answer.get("reward") or [] if block]
    return base[-1], [tip for tip in tips if tip]
