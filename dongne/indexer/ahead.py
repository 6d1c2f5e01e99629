"""Reads the next span of old blocks from the node while the one before is being written."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from dongne.indexer.source import BlockAt, History, Source


@dataclass(frozen=True, slots=True)
class _Reading:
    before: BlockAt
    found: "Future[History]"


class ReadAhead:
    """One span ahead, never more: its logs are in memory.

    Args:
        source: the node.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._reading: _Reading | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="read-ahead")

    def start(self, before: BlockAt, last: int) -> None:
        """Begin to read what follows a block, until `last`."""
        found = self._pool.submit(self._source.history, before, before.number + 1, last)
        self._reading = _Reading(before, found)

    def take(self, block: int, block_hash: bytes | None) -> History | None:
        """What was read behind a block, waiting for it; None where nothing is being read there.

        Raises:
            as `Source.history`.
        """
        reading, self._reading = self._reading, None
        if reading is None:
            return None
        found = reading.found.result()
        return found if (reading.before.number, reading.before.hash) == (block, block_hash) else None
