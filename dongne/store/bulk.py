"""Many rows at once: COPY into PostgreSQL, one prepared statement for SQLite."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, tuple_
from sqlalchemy import select as _select
from sqlalchemy.dialects import postgresql

from dongne.store.rows import Uint256

READ_AT_ONCE = 500
"""Keys of one query."""

Values = tuple[Any, ...]


def insert(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Add rows, their values in the order of the columns."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, table.name, rows)
    else:
        connection.exec_driver_sql(_insert_statement(table), _as_sqlite(table, rows))


def upsert(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Add rows, or put them in the place of those with the same key."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        draft = f"draft_{table.name}"
        connection.exec_driver_sql(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {draft} (LIKE {table.name}) ON COMMIT DELETE ROWS"
        )
        _copy(connection, table, draft, rows)
        connection.exec_driver_sql(f"INSERT INTO {table.name} SELECT * FROM {draft} {_on_conflict(table)}")
        connection.exec_driver_sql(f"TRUNCATE {draft}")
    else:
        statement = f"{_insert_statement(table)} {_on_conflict(table)}"
        connection.exec_driver_sql(statement, _as_sqlite(table, rows))


def select(connection: Connection, table: Table, keys: Iterable[Values]) -> list[Values]:
    """The rows with these keys, as far as there are such."""
    columns = tuple(table.primary_key.columns)
    asked, found = list(keys), []
    for start in range(0, len(asked), READ_AT_ONCE):
        some = asked[start : start + READ_AT_ONCE]
        chosen = columns[0].in_([key[0] for key in some]) if len(columns) == 1 else tuple_(*columns).in_(some)
        found += [tuple(row) for row in connection.execute(_select(table).where(chosen))]
    return found


@cache
def _insert_statement(table: Table) -> str:
    return f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(table.columns))})"


@cache
def _on_conflict(table: Table) -> str:
    keys = [column.name for column in table.primary_key.columns]
    others = [column.name for column in table.columns if column.name not in keys]
    changes = ", ".join(f"{name} = excluded.{name}" for name in others)
    return f"ON CONFLICT ({', '.join(keys)}) DO " + (f"UPDATE SET {changes}" if changes else "NOTHING")


def _as_sqlite(table: Table, rows: Sequence[Values]) -> list[Values]:
    """Rows as the driver takes them: numbers that SQLite cannot hold as text."""
    wide = _wide_places(table)
    if not wide:
        return list(rows)
    return [
        tuple(str(value) if place in wide and value is not None else value for place, value in enumerate(row))
        for row in rows
    ]


@cache
def _wide_places(table: Table) -> frozenset[int]:
    return frozenset(place for place, column in enumerate(table.columns) if isinstance(column.type, Uint256))


def _copy(connection: Connection, table: Table, into: str, rows: Sequence[Values]) -> None:
    names = ", ".join(column.name for column in table.columns)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {into} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(_types(table))
        for row in rows:
            copy.write_row(row)


@cache
def _types(table: Table) -> tuple[str, ...]:
    """What PostgreSQL calls the columns' types."""
    dialect: Any = postgresql.dialect()  # type: ignore[no-untyped-call]
    return tuple(_simple(column.type.compile(dialect=dialect)) for column in table.columns)


def _simple(name: str) -> str:
    """A type's name as the driver knows it, without length and digits."""
    known = {"BIGINT": "int8", "INTEGER": "int4", "SMALLINT": "int2", "BOOLEAN": "bool", "BYTEA": "bytea"}
    known |= {"VARCHAR": "text", "NUMERIC": "numeric"}
    return known[name.partition("(")[0]]
