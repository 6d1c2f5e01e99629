"""The store as the indexer uses it: every change and the row that says how far the index is, in one transaction.

That row names the block that a change goes on from: of two indexers on one store, one finds itself overtaken, and
nothing of what it was about to write is kept.
"""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from dongne.indexer.contracts import Contracts
from dongne.indexer.draft import Draft
from dongne.indexer.errors import NoIndex, OtherIndex
from dongne.indexer.reading import Read, Reading
from dongne.indexer.source import BlockAt
from dongne.store import Store, indexes, undo
from dongne.store.currency import Payment
from dongne.store.partitions import make_room
from dongne.store.progress import Block, Progress, progress_of

DERIVATION = 2
"""Raised whenever handlers derive something else from the same logs: an older index is then refused."""

_PROGRESS_ID = 1


class Overtaken(Exception):
    """Another indexer of the same store was faster; what it did is looked at anew."""


class Tables:
    """The derived tables of a store.

    Args:
        store: its tables are up to date.
        reading: what is made of logs.
        window: blocks that can be taken back.
    """

    def __init__(self, store: Store, reading: Reading, window: int) -> None:
        self.store, self.window = store, window
        self._reading, self._has_indexes = reading, False

    def begin(self, chain_id: int, genesis: bytes, contracts: Contracts) -> None:
        """Begin an index, unless there is one.

        Raises:
            OtherIndex: there is one of something else.
        """
        addresses = json.dumps(dict(sorted(contracts.addresses.items())))
        wanted = (_PROGRESS_ID, chain_id, genesis, addresses, DERIVATION, contracts.first)
        with self.store.writing() as connection:
            if not connection.scalar(select(func.count()).select_from(Progress.table)):
                connection.execute(insert(Progress.table).values((*wanted, contracts.first - 1, None, 0)))
        self._check(wanted)

    def tip(self) -> Progress:
        """How far the index is.

        Raises:
            NoIndex: somebody has emptied it.
        """
        with self.store.reading() as connection:
            tip = progress_of(connection)
        if tip is None:
            raise NoIndex(self.store.address)
        return tip

    def hash_of(self, block: int) -> bytes | None:
        """Hash of a block to which the tables can be taken back."""
        with self.store.reading() as connection:
            return connection.scalar(select(Block.table.c.hash).where(Block.table.c.number == block))

    def blocks(self) -> list[Block]:
        """The blocks to which the tables can be taken back, the latest first."""
        with self.store.reading() as connection:
            rows = connection.execute(select(Block.table).order_by(Block.table.c.number.desc())).all()
        return [Block(*row) for row in rows]

    def keep_history(self, tip: Progress, last: BlockAt, read: Sequence[Read]) -> None:
        """Keep a span of old blocks: nothing is ever taken back to before its end.

        Raises:
            Overtaken, StoreError: nothing was kept.
        """
        with self.store.writing() as connection:
            self._move(connection, tip, last)
            if tip.hash is None:
                indexes.leave_out(connection)
            undo.forget(connection)
            connection.execute(delete(Block.table))
            self._write(connection, read, keeps_former=False)
            _add_blocks(connection, [last])

    def keep(self, tip: Progress, blocks: Sequence[BlockAt], read: Sequence[Read]) -> None:
        """Keep recent blocks, and what rows were before each of them.

        Raises:
            Overtaken, StoreError: nothing was kept.
        """
        oldest = blocks[-1].number - self.window
        with self.store.writing() as connection:
            self._move(connection, tip, blocks[-1])
            self._make_indexes(connection)
            undo.forget(connection, oldest)
            connection.execute(delete(Block.table).where(Block.table.c.number < oldest))
            self._write(connection, read, keeps_former=True)
            _add_blocks(connection, blocks)

    def take_back(self, tip: Progress, to: Block) -> None:
        """Make every table what it was at a block.

        Raises:
            Overtaken, StoreError: nothing was changed.
        """
        with self.store.writing() as connection:
            self._move(connection, tip, to)
            undo.take_back(connection, to.number)
            connection.execute(delete(Block.table).where(Block.table.c.number > to.number))

    def _write(self, connection: Connection, read: Sequence[Read], *, keeps_former: bool) -> None:
        draft = Draft(connection)
        self._reading.load(draft, read)
        self._reading.handle(draft, read, lambda block: draft.begin(block if keeps_former else None))
        make_room(connection, (payment.time for payment in draft.added(Payment)))
        draft.write()

    def _make_indexes(self, connection: Connection) -> None:
        if not self._has_indexes:
            indexes.make(connection)
            self._has_indexes = True

    def _move(self, connection: Connection, tip: Progress, to: BlockAt | Block) -> None:
        """Move the index on, or back, if it is still where this change found it."""
        table = Progress.table
        here = (table.c.id == _PROGRESS_ID, table.c.block == tip.block, table.c.hash.is_not_distinct_from(tip.hash))
        moved = update(table).where(*here).values(block=to.number, hash=to.hash, time=to.time)
        if connection.execute(moved).rowcount != 1:
            raise Overtaken

    def _check(self, wanted: tuple[int, int, bytes, str, int, int]) -> None:
        found = self.tip()
        stored = (found.chain_id, found.genesis, found.contracts, found.derivation)
        what = ("chain", "first block", "set of contracts", "version of Dongne")
        for name, actual, expected in zip(what, stored, wanted[1:5], strict=True):
            if actual != expected:
                raise OtherIndex(self.store.address, name, _shown(actual), _shown(expected))


def _add_blocks(connection: Connection, blocks: Sequence[BlockAt]) -> None:
    rows = [{"number": block.number, "hash": block.hash, "time": block.time} for block in blocks]
    connection.execute(insert(Block.table), rows)


def _shown(value: object) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
