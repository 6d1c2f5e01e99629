"""The index: follows a chain step by step, takes back what the chain drops, and never keeps half of a step.

Old blocks, further below the latest one than the window, come in long spans by number, and are not taken back. Blocks
within the window come by hash, each chained to its parent, and what a row was before each of them is kept.
"""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from dongne.errors import TooMuchAsked
from dongne.indexer.ahead import ReadAhead
from dongne.indexer.contracts import Contracts
from dongne.indexer.errors import NodeContradictsItself, ReorganizationTooDeep
from dongne.indexer.handling import Handler
from dongne.indexer.reading import Reading
from dongne.indexer.source import BlockAt, History, Source
from dongne.indexer.spans import SpanSize
from dongne.indexer.tables import Overtaken, Tables
from dongne.rpc.bulk import Rpc
from dongne.store import Store
from dongne.store.progress import Block, Progress

WINDOW = 256
"""Blocks that can be taken back."""

LAG_SECONDS = 30.0
"""How long a node may be behind the index before the index goes back to where the node is."""

RECENT_AT_ONCE = 32
"""Blocks of one request within the window."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did.

    Attributes:
        block: the last block that is indexed now.
        time: its Unix seconds.
        head: the node's latest block.
        blocks: how many were added.
        logs: how many logs they had.
        dropped: how many blocks were taken back.
    """

    block: int
    time: int
    head: int
    blocks: int = 0
    logs: int = 0
    dropped: int = 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing was to be done."""
        return not self.blocks and not self.dropped


class Indexer:
    """Keeps the derived tables of a store at the head of a chain.

    Args:
        rpc: the nodes.
        store: its tables are up to date.
        contracts: what is indexed.
        handlers: what is made of the logs.
        window: blocks that can be taken back.
        lag_seconds: how long a node may be behind the index before the index goes back to where the node is.

    Raises:
        OtherIndex: the store holds the index of another chain or other contracts.
    """

    def __init__(
        self,
        rpc: Rpc,
        store: Store,
        contracts: Contracts,
        handlers: Iterable[Handler],
        *,
        window: int = WINDOW,
        lag_seconds: float = LAG_SECONDS,
    ) -> None:
        self.window, self.lag_seconds = window, lag_seconds
        self._rpc, self._reading = rpc, Reading(handlers, contracts.addresses)
        self._source = Source(rpc, contracts.addresses.values(), self._reading.topics, self._reading.traces)
        self._tables = Tables(store, self._reading, window)
        self._span, self._recent = SpanSize(), SpanSize(RECENT_AT_ONCE, RECENT_AT_ONCE)
        self._ahead, self._head = ReadAhead(self._source), BlockAt(contracts.first - 1, b"", b"", 0)
        self._behind_since: float | None = None
        self._tables.begin(rpc.chain_id, self._source.genesis(), contracts)

    @property
    def block(self) -> int:
        """The last block that is indexed; the one before the first contract's where there is none yet."""
        return self._tables.tip().block

    def step(self) -> Step:
        """Do what is next: a span of old blocks, some recent ones, a reorganization, or nothing.

        Raises:
            ChainError: the node failed; nothing was kept, and the same step may be tried again.
            ReorganizationTooDeep: the chain was replaced further back than the window.
            EvidenceMismatch: the logs do not add up; nothing was kept.
            StoreError: the database failed; nothing was kept.
        """
        tip = self._tables.tip()
        try:
            with _without_collector():
                return self._step(tip)
        except Overtaken:
            return Step(tip.block, tip.time, self._head.number)

    def _step(self, tip: Progress) -> Step:
        if found := self._read_ahead(tip):
            return self._keep_history(tip, found)
        head = self._head = self._source.head()
        if tip.hash is not None and tip.block >= head.number:
            return self._compare(tip, head)
        self._behind_since = None
        if head.number - tip.block > self.window:
            return self._history(tip, head)
        return self._follow(tip, head)

    # At or above the node's latest block

    def _compare(self, tip: Progress, head: BlockAt) -> Step:
        """The node is where the index is, behind it, or on another branch."""
        if self._tables.hash_of(head.number) != head.hash:
            return self._take_back(tip, head)
        if head.number == tip.block:
            self._behind_since = None
        elif self._is_long_behind():
            return self._take_back(tip, head)
        return Step(tip.block, tip.time, head.number)

    def _is_long_behind(self) -> bool:
        self._behind_since = monotonic() if self._behind_since is None else self._behind_since
        return monotonic() - self._behind_since >= self.lag_seconds

    # Old blocks

    def _history(self, tip: Progress, head: BlockAt) -> Step:
        before = None if tip.hash is None else BlockAt(tip.block, tip.hash, b"", tip.time)
        if before is not None and not self._is_there(before):
            return self._take_back(tip, head)
        try:
            found = self._source.history(before, tip.block + 1, self._end_of_span(tip.block))
        except TooMuchAsked:
            if not self._span.refused():
                raise
            return self._history(tip, head)
        return self._keep_history(tip, found)

    def _read_ahead(self, tip: Progress) -> History | None:
        try:
            return self._ahead.take(tip.block, tip.hash)
        except TooMuchAsked:
            self._span.refused()
            return None

    def _end_of_span(self, block: int) -> int:
        return min(self._head.number - self.window, block + self._span.blocks)

    def _keep_history(self, tip: Progress, found: History) -> Step:
        """Write a span, while the next one is being read."""
        last, blocks, logs = found.last, found.last.number - tip.block, len(found.logs)
        self._span.served(blocks, logs)
        if (until := self._end_of_span(last.number)) > last.number:
            self._ahead.start(last, until)
        read = self._reading.values(found.logs, found.times, found.calls, self._rpc.node)
        self._tables.keep_history(tip, last, read)
        return Step(last.number, last.time, self._head.number, blocks, logs)

    # Recent blocks

    def _follow(self, tip: Progress, head: BlockAt) -> Step:
        try:
            if not (blocks := self._chained(tip, head)):
                return self._take_back(tip, head)
            logs = [log for each in self._source.logs_of(blocks) for log in each]
            calls = self._source.calls(logs)
        except TooMuchAsked:
            if not self._recent.refused():
                raise
            return self._follow(tip, head)
        times = {hex(block.number): block.time for block in blocks}
        self._tables.keep(tip, blocks, self._reading.values(logs, times, calls, self._rpc.node))
        self._recent.served(len(blocks), len(logs))
        return Step(blocks[-1].number, blocks[-1].time, head.number, len(blocks), len(logs))

    def _chained(self, tip: Progress, head: BlockAt) -> list[BlockAt]:
        """The next blocks, each the parent of the one behind it; none where they do not go on from the index."""
        first = tip.block + 1
        blocks = [head] if first == head.number else self._below(first, head)
        parent = tip.hash
        for block in blocks:
            if parent is not None and block.parent != parent:
                if block.number == first and not self._is_there(BlockAt(tip.block, parent, b"", tip.time)):
                    return []
                raise NodeContradictsItself(self._rpc.node, "a parent that is not the block before", block.number)
            parent = block.hash
        return blocks

    def _below(self, first: int, head: BlockAt) -> list[BlockAt]:
        last = min(head.number, first + self._recent.blocks - 1)
        found = self._source.blocks(range(first, last + 1))
        blocks = [block for block in found if block is not None]
        if len(blocks) < len(found):
            raise NodeContradictsItself(self._rpc.node, "no block below the latest one", last)
        return blocks

    # Reorganizations

    def _is_there(self, block: BlockAt) -> bool:
        (now,) = self._source.blocks([block.number])
        return now is not None and now.hash == block.hash

    def _take_back(self, tip: Progress, head: BlockAt) -> Step:
        """Go back to the last block that the index and the chain have in common."""
        to = self._common(tip, head)
        if to.number == tip.block:
            raise NodeContradictsItself(self._rpc.node, "a block that comes and goes", tip.block)
        self._tables.take_back(tip, to)
        self._behind_since = None
        return Step(to.number, to.time, head.number, dropped=tip.block - to.number)

    def _common(self, tip: Progress, head: BlockAt) -> Block:
        known = self._tables.blocks()
        candidates = [block for block in known if block.number <= head.number]
        there = self._source.blocks([block.number for block in candidates])
        for block, now in zip(candidates, there, strict=True):
            if now is not None and now.hash == block.hash:
                return block
        oldest = known[-1].number if known else tip.block
        raise ReorganizationTooDeep(self._rpc.node, tip.block, oldest, tip.block - oldest + 1, self.window)


@contextmanager
def _without_collector() -> Iterator[None]:
    """A span makes a hundred thousand objects that live until it is written.

    To look through them for garbage takes a third of the time, and finds none.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
