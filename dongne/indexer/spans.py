"""How many blocks are asked for at a time: fewer where the node refuses, more again where it does not."""

LARGEST, FIRST = 50_000, 64
ENOUGH_LOGS = 20_000
"""Logs of a span that are plenty: more take memory and make nothing faster."""

ENOUGH_BYTES = 16 * 2**20
"""Bytes of an answer about several blocks: behind quiet blocks may come full ones, which nobody can tell before."""

_TRY_AGAIN = 32
"""Spans after which a limit that a node once had is tried again."""


class SpanSize:
    """The number of blocks to ask for next.

    Args:
        first: to begin with.
        largest: never more.
    """

    def __init__(self, first: int = FIRST, largest: int = LARGEST) -> None:
        self.blocks, self._largest, self._ceiling, self._served = first, largest, largest, 0

    def refused(self) -> bool:
        """The node does not answer so much at a time; False where it was asked for a single block."""
        if self.blocks == 1:
            return False
        self.blocks //= 2
        self._ceiling, self._served = self.blocks, 0
        return True

    def served(self, blocks: int, logs: int) -> None:
        """The node answered for so many blocks, with so many logs."""
        self._served += 1
        if self._served % _TRY_AGAIN == 0:
            self._ceiling = min(2 * self._ceiling, self._largest)
        longer = 2 * self.blocks if blocks >= self.blocks else self.blocks
        plenty = max(1, blocks * ENOUGH_LOGS // logs) if logs else longer
        self.blocks = min(longer, plenty, self._ceiling)
