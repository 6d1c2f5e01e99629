"""The outbox: what a key has under way on one chain, written down before it is sent.

A row is a transaction, by its nonce. It is there from before it is sent until it is final, so that the next run of any
command finds what a former one left, and what a reorganization took back.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, cast

from filelock import FileLock, Timeout

from dongne.book import FileNotWritable, sync_folder
from dongne.errors import OutboxBusy, OutboxNotReadable
from dongne.fees import Fees
from dongne.transactions import Transaction, hash_of

FOLDER = "outbox"


class State(StrEnum):
    """Where a transaction is on its way; docs/sender.md draws it."""

    SAVED = "saved"
    SENT = "sent"
    MINED = "mined"


@dataclass(frozen=True, slots=True)
class Entry:
    """A transaction that was written down.

    Attributes:
        nonce: its place among the sender's transactions.
        title: contract and function.
        call: hash over target and calldata: the same for the same call.
        raw: as it was signed last.
        earlier: hashes of the same call with the same nonce and lower fees: one of them may be mined instead.
        state: saved, sent or mined.
        told: whether whoever asked for it has dealt with its outcome.
        passed: whether it did what it should; only where mined.
        block: number of the block that holds it; only where mined.
        block_hash: hash of that block.
    """

    nonce: int
    title: str
    call: str
    raw: bytes
    earlier: tuple[str, ...] = ()
    state: State = State.SAVED
    told: bool = False
    passed: bool = True
    block: int = 0
    block_hash: str = ""

    @property
    def hash(self) -> str:
        """Hash of the latest version, with 0x."""
        return hash_of(self.raw)

    @property
    def hashes(self) -> tuple[str, ...]:
        """All hashes under which it may be mined, the latest first."""
        return (self.hash, *self.earlier)

    @property
    def transaction(self) -> Transaction:
        """What was signed last."""
        return Transaction.of(self.raw)

    @property
    def fees(self) -> Fees:
        """What it pays."""
        return self.transaction.fees


class Outbox(Protocol):
    """Keeps the entries of one key.

    Attributes:
        exclusive: whether nobody else sends with the key while it is held, nor has sent anything unknown to it.
    """

    exclusive: bool

    def held(self) -> AbstractContextManager[None]:
        """Keeps others from sending with the key, as long as the context lasts."""

    def entries(self) -> list[Entry]:
        """All entries, by nonce."""

    def put(self, entries: Iterable[Entry]) -> None:
        """Add or replace entries; they are on disk before this returns."""

    def remove(self, nonces: Iterable[int]) -> None:
        """Forget entries."""


class MemoryOutbox:
    """Keeps entries no longer than it lives itself: for scripts on local chains."""

    exclusive = False

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}

    def held(self) -> AbstractContextManager[None]:
        """Nobody is kept away."""
        return nullcontext()

    def entries(self) -> list[Entry]:
        """All entries, by nonce."""
        return [self._entries[nonce] for nonce in sorted(self._entries)]

    def put(self, entries: Iterable[Entry]) -> None:
        """Add or replace entries."""
        self._entries |= {entry.nonce: entry for entry in entries}

    def remove(self, nonces: Iterable[int]) -> None:
        """Forget entries."""
        for nonce in nonces:
            self._entries.pop(nonce, None)


class FileOutbox:
    """Keeps entries in a file of its own, that only its owner can read.

    A chain that was reset, or another one of the same number, has another genesis block and so another file.

    Args:
        folder: of the address books; the outboxes are a folder in it.
        chain_id: of the chain.
        genesis: hash of its first block, with 0x.
        sender: whose transactions they are.
    """

    exclusive = True

    def __init__(self, folder: Path, chain_id: int, genesis: str, sender: str) -> None:
        self.sender = sender
        self.file = folder / FOLDER / f"{chain_id}-{genesis[:10]}-{sender}.db"
        self._held, self._database = False, cast(sqlite3.Connection | None, None)

    @contextmanager
    def held(self) -> Iterator[None]:
        """One process at a time sends with a key.

        Raises:
            OutboxBusy: another one does.
        """
        lock = FileLock(self.file.with_suffix(".inuse"))
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except Timeout as error:
            raise OutboxBusy(self.sender) from error
        except OSError as error:
            raise FileNotWritable(self.file.parent, error.strerror or str(error)) from error
        try:
            self._held = True
            yield
        finally:
            self._held = False
            self._close()
            lock.release()

    def entries(self) -> list[Entry]:
        """All entries, by nonce.

        Raises:
            OutboxNotReadable: the file is damaged.
        """
        if not self.file.exists():
            return []
        try:
            with self._open() as database:
                (((found,),)) = database.execute("PRAGMA quick_check(1)").fetchall()
                if found != "ok":
                    raise ValueError(found)
                return [_entry(row) for row in database.execute(f"SELECT {_COLUMNS} FROM entries ORDER BY nonce")]
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise OutboxNotReadable(self.file, str(error)) from error

    def put(self, entries: Iterable[Entry]) -> None:
        """Add or replace entries; they are on disk before this returns.

        Raises:
            FileNotWritable: there is no room, or no permission; nothing was kept.
        """
        marks = ", ".join("?" for _column in fields(Entry))
        rows = [_row(entry) for entry in entries]
        with self._written() as database:
            database.executemany(f"INSERT OR REPLACE INTO entries ({_COLUMNS}) VALUES ({marks})", rows)

    def remove(self, nonces: Iterable[int]) -> None:
        """Forget entries.

        Raises:
            FileNotWritable: there is no permission.
        """
        with self._written() as database:
            database.executemany("DELETE FROM entries WHERE nonce = ?", [(nonce,) for nonce in nonces])

    @contextmanager
    def _written(self) -> Iterator[sqlite3.Connection]:
        try:
            self._create()
            with self._open() as database:
                yield database
        except sqlite3.DatabaseError as error:
            if "not a database" in str(error) or "malformed" in str(error):
                raise OutboxNotReadable(self.file, str(error)) from error
            raise FileNotWritable(self.file, str(error)) from error
        except OSError as error:
            raise FileNotWritable(self.file, error.strerror or str(error)) from error

    def _create(self) -> None:
        """Make the file, so that nobody but its owner can read it, and its name is on disk like its contents."""
        if self.file.exists():
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self.file, os.O_CREAT | os.O_RDWR, 0o600))
        sync_folder(self.file.parent)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A transaction; the connection is kept as long as the outbox is held."""
        database = self._database = self._database or _connected(self.file)
        try:
            with database:
                yield database
        finally:
            if not self._held:
                self._close()

    def _close(self) -> None:
        if self._database:
            self._database.close()
        self._database = None


_BUSY_SECONDS = 30
_COLUMNS = ", ".join(each.name for each in fields(Entry))
_TABLE = """CREATE TABLE IF NOT EXISTS entries (
    nonce INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    call TEXT NOT NULL,
    raw BLOB NOT NULL,
    earlier TEXT NOT NULL,
    state TEXT NOT NULL,
    told INTEGER NOT NULL,
    passed INTEGER NOT NULL,
    block INTEGER NOT NULL,
    block_hash TEXT NOT NULL
) STRICT"""


def _connected(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=_BUSY_SECONDS)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")  # on disk at the end of each transaction
    database.execute(_TABLE)
    return database


def _row(entry: Entry) -> tuple[object, ...]:
    """An entry as the table has it, in the order of its columns."""
    values = {each.name: getattr(entry, each.name) for each in fields(Entry)}
    return tuple({**values, "earlier": " ".join(entry.earlier), "state": entry.state.value}.values())


def _entry(row: tuple[Any, ...]) -> Entry:
    values = dict(zip((each.name for each in fields(Entry)), row, strict=True))
    truths = {name: bool(values[name]) for name in ("told", "passed")}
    entry = Entry(**{**values, **truths, "earlier": tuple(values["earlier"].split()), "state": State(values["state"])})
    Transaction.of(entry.raw)
    return entry
