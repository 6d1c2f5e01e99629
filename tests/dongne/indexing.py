"""What tests of the index share: an indexer of a local suite, what its tables hold, the same from scratch."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from dongne.book import AddressBook
from dongne.indexer import HANDLERS, Contracts, Indexer, Step
from dongne.rpc.bulk import Rpc
from dongne.store import Store
from dongne.store.database import sqlite_file
from dongne.store.progress import progress_of
from dongne.store.rows import JOURNALS, STATES

CHAIN = 31_337
WINDOW = 64

Contents = Mapping[str, Any]


def contracts(book: AddressBook) -> Contracts:
    entries = book.contracts
    addresses = {name: entry.address for name, entry in entries.items()}
    return Contracts(addresses, min(entry.block for entry in entries.values()))


def indexer(rpc: str, book: AddressBook, store: Store, *, window: int = WINDOW, lag_seconds: float = 0.0) -> Indexer:
    """An indexer that goes back with its node at once."""
    nodes = Rpc([rpc], book.chain_id)
    return Indexer(nodes, store, contracts(book), HANDLERS, window=window, lag_seconds=lag_seconds)


def catch_up(index: Indexer) -> Step:
    """Index until there is nothing to do."""
    while not (step := index.step()).is_idle:
        pass
    return step


def contents(store: Store) -> Contents:
    """Every derived row, and how far they go; without what is kept to take rows back."""
    with store.reading() as connection:
        found: dict[str, Any] = {
            kind.table.name: sorted(tuple(row) for row in connection.execute(select(kind.table)))
            for kind in (*JOURNALS, *STATES)
        }
        progress = progress_of(connection)
    found["progress"] = progress and (progress.block, progress.hash, progress.time)
    return found


def replayed(rpc: str, book: AddressBook, folder: Path, *, window: int = WINDOW) -> Contents:
    """The same by an index that begins now and has never seen a reorganization."""
    file = folder / f"replayed-{len(list(folder.iterdir()))}.sqlite"
    store = Store.open(sqlite_file(file))
    try:
        catch_up(indexer(rpc, book, store, window=window))
        return contents(store)
    finally:
        store.close()
