"""What a span of blocks changes, collected in memory and then written to the store in one go."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, Generic, cast

from sqlalchemy import Connection

from dongne.indexer.errors import HistoryBroken
from dongne.store import bulk
from dongne.store.bulk import Values
from dongne.store.rows import JOURNALS, STATES, AnyRow, Row, names

Key = Any
"""The value of a row's key; a tuple of them where it has several columns."""


class Rows(Generic[AnyRow]):
    """The rows of one state table that a span reads or changes."""

    def __init__(self, kind: type[AnyRow], connection: Connection) -> None:
        self._kind, self._connection = kind, connection
        self._is_composite = len(kind.key) > 1
        self._values = cast(Callable[[AnyRow], Values], attrgetter(*names(kind)))
        self._key = attrgetter(*kind.key)
        self._make = cast(Callable[..., AnyRow], kind)
        self._rows: dict[Key, AnyRow | None] = {}
        self._changed: dict[Key, AnyRow] = {}
        self._block: int | None = None
        self._changed_in_block: dict[Key, AnyRow] = {}
        self._former: list[Values] = []

    def begin(self, block: int | None) -> None:
        """A block begins; None where nothing will be taken back to before it, so that former rows need not be kept."""
        self._block = block
        self._changed_in_block = {} if block is not None else self._changed

    def load(self, keys: Iterable[Key]) -> None:
        """Read rows at once that will be asked for one by one."""
        missing = [key for key in keys if key not in self._rows]
        asked: list[Values] = missing if self._is_composite else [(key,) for key in missing]
        self._rows.update(dict.fromkeys(missing))
        for values in bulk.select(self._connection, self._kind.table, asked):
            row = self._make(*values)
            self._rows[self._key(row)] = row

    def find(self, key: Key) -> AnyRow | None:
        """A row to look at; None where there is none."""
        if key not in self._rows:
            self.load([key])
        return self._rows[key]

    def change(self, key: Key) -> AnyRow:
        """A row to change; a new one where there is none."""
        if (row := self._changed_in_block.get(key)) is not None:
            return row
        row = self.find(key)
        if self._block is not None:
            self._keep(key, row)
        if row is None:
            row = self._rows[key] = self._make(*key) if self._is_composite else self._make(key)
        self._changed_in_block[key] = self._changed[key] = row
        return row

    def known(self, key: Key) -> AnyRow:
        """A row to change, of something that an earlier log began.

        Raises:
            HistoryBroken: no log did.
        """
        if self.find(key) is None:
            raise HistoryBroken(self._kind.table.name, _shown(key))
        return self.change(key)

    def write(self) -> None:
        """Write what changed, and what it was before."""
        bulk.insert(self._connection, self._kind.before, self._former)
        bulk.upsert(self._connection, self._kind.table, [self._values(row) for row in self._changed.values()])

    def _keep(self, key: Key, row: AnyRow | None) -> None:
        if row is None:
            parts = key if self._is_composite else (key,)
            by_name = dict(zip(self._kind.key, parts, strict=True))
            values: Values = tuple(by_name.get(name) for name in names(self._kind))
        else:
            values = self._values(row)
        self._former.append((self._block, *values, row is not None))


class Draft:
    """The changes of one span."""

    def __init__(self, connection: Connection) -> None:
        self._states: dict[type[Row], Rows[Any]] = {kind: Rows(kind, connection) for kind in STATES}
        self._journals: dict[type[Row], list[Any]] = {kind: [] for kind in JOURNALS}
        self._connection = connection

    def __getitem__(self, kind: type[AnyRow]) -> Rows[AnyRow]:
        """The rows of a state table."""
        return self._states[kind]

    def added(self, kind: type[AnyRow]) -> list[AnyRow]:
        """The rows that were added to a journal: to add to, and to complete those of the same transaction."""
        return self._journals[kind]

    def begin(self, block: int | None) -> None:
        """A block begins; None where former rows need not be kept."""
        for rows in self._states.values():
            rows.begin(block)

    def write(self) -> None:
        """Write everything, in the transaction of the connection."""
        for kind, rows in self._journals.items():
            values = attrgetter(*names(kind))
            bulk.insert(self._connection, kind.table, [values(row) for row in rows])
        for state in self._states.values():
            state.write()


def _shown(key: Key) -> str:
    parts = key if isinstance(key, tuple) else (key,)
    return ", ".join("0x" + part.hex() if isinstance(part, bytes) else str(part) for part in parts)
