"""What steps are written with: the columns of the chain's values, and the table beside one that keeps former rows.

Steps never change once they were released, so this may only grow.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, MetaData, Numeric, String, Table
from sqlalchemy.types import TypeEngine

ADDRESS, HASH, BYTES = LargeBinary(20), LargeBinary(32), LargeBinary()
UINT256 = Numeric(78, 0).with_variant(String(78), "sqlite")


def key(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]]) -> Column[Any]:
    """A column of the primary key."""
    return Column(name, kind, primary_key=True, autoincrement=False, nullable=False)


def value(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]]) -> Column[Any]:
    """A column that is never empty."""
    return Column(name, kind, nullable=False)


def maybe(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]]) -> Column[Any]:
    """A column that may be empty."""
    return Column(name, kind, nullable=True)


def state(name: str, tables: MetaData, *columns: Column[Any]) -> Table:
    """A table of how things stand, with the one that keeps former rows."""
    former = [
        Column(each.name, each.type, primary_key=each.primary_key, autoincrement=False, nullable=not each.primary_key)
        for each in columns
    ]
    block, existed = key("undone_block", BigInteger), value("existed", Boolean)
    Table(f"{name}_before", tables, block, *former, existed, sqlite_with_rowid=False)
    return Table(name, tables, *columns, sqlite_with_rowid=False)
