"""What a beacon chain does for execution clients, as far as they see it: whose block is next, and what is final.

Nobody votes here: tests decide. What is real is on the other side of the Engine API: blocks are built from the clients'
own pools, executed by each of them, and replaced by their own rules.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Lock, Thread

from tests.nodes.client import Client
from tests.nodes.engine import NOTHING, Block, Choice

PATIENCE_SECONDS = 300
_BEHIND_SECONDS = 30
"""Blocks come faster than one a second, the least between two timestamps; so they begin somewhat in the past."""

_recipients = count(0xAA00)


@dataclass
class Side:
    """Clients that have the same blocks: all of them, or those on one side of a partition.

    Attributes:
        clients: they propose in turn.
        blocks: all blocks, the last one is the head.
        genesis: hash and Unix seconds of the first block.
        lag: blocks by which finality is behind the head; None lets it stand where it is.
        final: hash of the last block that is final.
    """

    clients: Sequence[Client]
    genesis: tuple[str, int]
    blocks: list[Block] = field(default_factory=list)
    lag: int | None = 6
    final: str = NOTHING

    def __post_init__(self) -> None:
        self._lock, self._turn = Lock(), 0

    @property
    def head(self) -> str:
        """Hash of the latest block."""
        return self.blocks[-1].hash if self.blocks else self.genesis[0]

    def propose(self, blocks: int = 1, by: Client | None = None) -> list[Block]:
        """Have blocks built, by one client or in turn, and give them to everyone on this side."""
        with self._lock:
            return [self._propose(by or self._next()) for _ in range(blocks)]

    def replace(self, depth: int, by: Client) -> list[Block]:
        """A branch that is one block longer takes the place of the last `depth` blocks, on all clients at once.

        Its builder has thrown away what was mined, so what the dropped blocks held is in none of the new ones.
        """
        with self._lock:
            del self.blocks[-depth:]
            made = [self._built(by) for _ in range(depth + 1)]
            for client in self.clients:
                self.tell(client, made)
            return made

    def tell(self, client: Client, blocks: Sequence[Block]) -> None:
        """Give a client blocks that it does not have, each on top of the other, and say which is final at last."""
        for block in blocks:
            client.engine.give(block)
            client.engine.choose(Choice(block.hash))
        until = time.monotonic() + PATIENCE_SECONDS
        while (status := client.engine.choose(self._choice())) != "VALID":
            assert time.monotonic() < until, f"{client} says {status} to {self.head}"
            time.sleep(0.2)

    @contextmanager
    def proposing(self) -> Iterator[None]:
        """Blocks come by themselves while this runs."""
        stop, failed = Event(), list[BaseException]()

        def run() -> None:
            try:
                while not stop.is_set():
                    self.propose()
            except BaseException as error:
                failed.append(error)

        thread = Thread(target=run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            if failed:
                raise failed[0]

    def _propose(self, by: Client) -> Block:
        block = self._built(by)
        for client in self.clients:
            assert client.engine.give(block) == "VALID", f"{client} refuses block {block.number}"
        self._finalize()
        for client in self.clients:
            assert client.engine.choose(self._choice()) == "VALID", f"{client} does not follow to {block.number}"
        return block

    def _built(self, by: Client) -> Block:
        """The next block; its builder has it and the others do not."""
        before = self.blocks[-1].time if self.blocks else self.genesis[1]
        moment = max(before + 1, int(time.time()) - _BEHIND_SECONDS)
        block = by.engine.build(self._choice(), moment, f"0x{next(_recipients):040x}")
        assert block.parent == self.head, f"{by} built on {block.parent}, not on {self.head}"
        assert by.engine.give(block) == "VALID"
        self.blocks.append(block)
        return block

    def _finalize(self) -> None:
        if self.lag is not None and len(self.blocks) > self.lag:
            self.final = self.blocks[-1 - self.lag].hash

    def _choice(self) -> Choice:
        return Choice(self.head, self.final)

    def _next(self) -> Client:
        self._turn += 1
        return self.clients[self._turn % len(self.clients)]
