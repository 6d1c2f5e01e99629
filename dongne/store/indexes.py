"""Indexes of the journals: left out while the index begins, made at once when it has caught up, in half of the time."""

from collections.abc import Iterator

from sqlalchemy import Connection, Index

from dongne.store.rows import JOURNALS


def leave_out(connection: Connection) -> None:
    """Drop the indexes of the journals; `make` makes them again."""
    for index in _indexes():
        index.drop(connection, checkfirst=True)


def make(connection: Connection) -> None:
    """Make those that are missing."""
    for index in _indexes():
        index.create(connection, checkfirst=True)


def _indexes() -> Iterator[Index]:
    for kind in JOURNALS:
        yield from sorted(kind.table.indexes, key=lambda index: str(index.name))
