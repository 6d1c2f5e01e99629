"""Opens the store by its address: a SQLite file, or a PostgreSQL database; brings its tables up to date."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from dongne.store.errors import (
    NumberTooLarge,
    StoreAddressNotValid,
    StoreError,
    StoreFailed,
    StoreFull,
    StoreUnreachable,
)

BUSY_SECONDS = 60
"""How long a writer waits for another one: SQLite lets one write at a time."""

CACHE_KIBIBYTES = 16_384
"""Memory of a SQLite connection for pages of the file."""

_LOCK = 0x646F6E676E65
"""Number of the PostgreSQL lock under which tables are brought up to date: "dongne"."""

_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_SECRETS = ("password", "sslpassword")
"""Parameters of an address that messages do not show."""

_OUT_OF_RANGE = "out of range"
_DISK_FULL = ("disk is full", "No space left on device", "could not extend file", "disk full")


class Store:
    """The tables of one city, in one database.

    Args:
        url: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE.

    Raises:
        StoreAddressNotValid: it is neither.
    """

    def __init__(self, url: str) -> None:
        self._url = _parsed(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self._url) if self.is_sqlite else _postgresql(self._url)
        self._errors = (SQLAlchemyError, OSError, OverflowError, self.engine.dialect.loaded_dbapi.Error)

    @classmethod
    def open(cls, url: str) -> "Store":
        """The store at an address, its tables up to date.

        Raises:
            StoreAddressNotValid: the address is not one of a database that Dongne knows.
            StoreUnreachable: the database does not answer.
            StoreNewer: a later version of Dongne made the tables.
        """
        store = cls(url)
        try:
            store.migrate()
        except StoreFailed as error:
            raise StoreUnreachable(store.address, error.cause) from error
        return store

    @property
    def address(self) -> str:
        """Where the store is, without a password."""
        shown = self._url.difference_update_query(_SECRETS)
        return shown.render_as_string(hide_password=True).replace("+pysqlite", "").replace("+psycopg", "")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of all tables.

        Raises:
            StoreFailed: the database stopped it.
        """
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self._failures(), self._connected(**options) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: kept as a whole at the end of the block, or not at all.

        Raises:
            StoreFull: there is no room for it.
            StoreFailed: the database stopped it.
        """
        with self._failures(), self._connected(dongne_writes=True) as connection, connection.begin():
            yield connection

    def migrate(self) -> None:
        """Make the tables that are missing, and bring the others up to date; one process at a time does it."""
        from dongne.store.migrations.running import upgrade

        with self.writing() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            upgrade(connection, self.address)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def _connected(self, **options: Any) -> Connection:
        return self.engine.connect().execution_options(**options)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> StoreError:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        said = next(iter(str(cause).strip().splitlines()), type(cause).__name__)
        if any(words in said for words in _DISK_FULL) or getattr(cause, "errno", None) == errno.ENOSPC:
            return StoreFull(self.address)
        if isinstance(cause, OverflowError) or _OUT_OF_RANGE in said:
            return NumberTooLarge(self.address, said)
        return StoreFailed(self.address, said)


def sqlite_file(file: Path) -> str:
    """The address of a store in a file."""
    return f"sqlite:///{file}"


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        if parsed.drivername not in (*_DRIVERS, *_DRIVERS.values()):
            raise StoreAddressNotValid
        if parsed.get_backend_name() == "sqlite" and not parsed.database:
            raise StoreAddressNotValid
    except ArgumentError as error:
        raise StoreAddressNotValid from error
    return parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin transactions late, and commit them early
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"cache_size=-{CACHE_KIBIBYTES}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer that began as a reader could be refused midway.
        writes = connection.get_execution_options().get("dongne_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL) -> Engine:
    return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
