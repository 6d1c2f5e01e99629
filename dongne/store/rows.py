"""Rows as classes: a dataclass says what a row holds, and is the table's definition too.

Two kinds of tables hold what the chain's logs say:

    @journal("payments", key=("block", "log"))     what happened: a row is never changed; its block is part of its key
    @state("accounts", key=("address",))           how things stand: rows change; `accounts_before` keeps, for each
                                                   block of the last few, what a row was before that block

A reorganization deletes the first and restores the second (`undo.py`). Everything else is `@plain`.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, TypeVar, get_args, get_origin, get_type_hints

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

METADATA = MetaData()
"""Every table of the store."""

BEFORE = "_before"
"""How the table is named that keeps former rows."""


class Uint256(TypeDecorator[int]):
    """A number of the chain that may have 78 digits: NUMERIC, or text where the database has none so wide."""

    impl = Numeric(78, 0)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite's numbers end at 2**63."""
        return dialect.type_descriptor(String(78) if dialect.name == "sqlite" else Numeric(78, 0))

    def process_bind_param(self, value: int | None, dialect: Dialect) -> object:
        """As the database takes it."""
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        """As Python has it."""
        return None if value is None else int(value)


Address = Annotated[bytes, LargeBinary(20)]
Hash = Annotated[bytes, LargeBinary(32)]
Bytes = Annotated[bytes, LargeBinary()]
Amount = Annotated[int, BigInteger()]
"""Base units of the currency; its contract keeps them below 2**63 as long as fewer are issued."""
Wide = Annotated[int, Uint256()]
Seconds = Annotated[int, BigInteger()]
"""Unix seconds."""
BlockNumber = Annotated[int, BigInteger()]
Number = Annotated[int, BigInteger()]
Small = Annotated[int, SmallInteger()]
Count = Annotated[int, Integer()]
Flag = Annotated[bool, Boolean()]
Text = Annotated[str, String()]


def storable(text: str) -> str:
    """Text of the chain as every database takes it: PostgreSQL has no NUL, and no log may stop the index."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


class Row:
    """Base of the classes of rows."""

    __slots__ = ()

    table: ClassVar[Table]
    key: ClassVar[tuple[str, ...]]
    before: ClassVar[Table]
    """Former rows; only of `@state`."""


AnyRow = TypeVar("AnyRow", bound=Row)

JOURNALS: list[type[Row]] = []
STATES: list[type[Row]] = []


def plain(
    name: str, key: tuple[str, ...], indexes: Sequence[tuple[str, ...]] = (), **options: Any
) -> Callable[[type[AnyRow]], type[AnyRow]]:
    """A table that no reorganization touches."""

    def define(kind: type[AnyRow]) -> type[AnyRow]:
        kind.key = key
        kind.table = Table(name, METADATA, *_columns(kind, key), **options)
        _index(kind.table, indexes)
        return kind

    return define


def journal(
    name: str, key: tuple[str, ...], indexes: Sequence[tuple[str, ...]] = (), **options: Any
) -> Callable[[type[AnyRow]], type[AnyRow]]:
    """A table of what happened; `key` begins with the block, so that what is above a block is found at once."""

    def define(kind: type[AnyRow]) -> type[AnyRow]:
        if key[0] != "block":
            raise TypeError(f"the key of {name} must begin with the block")
        plain(name, key, indexes, sqlite_with_rowid=False, **options)(kind)
        JOURNALS.append(kind)
        return kind

    return define


def state(
    name: str, key: tuple[str, ...], indexes: Sequence[tuple[str, ...]] = ()
) -> Callable[[type[AnyRow]], type[AnyRow]]:
    """A table of how things stand, and the one beside it that keeps former rows."""

    def define(kind: type[AnyRow]) -> type[AnyRow]:
        plain(name, key, indexes, sqlite_with_rowid=False)(kind)
        kind.before = Table(name + BEFORE, METADATA, *_former_columns(kind, key), sqlite_with_rowid=False)
        STATES.append(kind)
        return kind

    return define


def names(kind: type[Row]) -> tuple[str, ...]:
    """The columns of a class of rows, in order."""
    return tuple(each.name for each in fields(kind))  # type: ignore[arg-type]


def _index(table: Table, indexes: Sequence[tuple[str, ...]]) -> None:
    for columns in indexes:
        Index(f"{table.name}_by_{'_'.join(columns)}", *(table.c[name] for name in columns))


def _columns(kind: type[Row], key: tuple[str, ...]) -> list[Column[Any]]:
    hints = get_type_hints(kind, include_extras=True)
    columns = []
    for name in names(kind):
        column_type, optional = _column_type(hints[name])
        columns.append(Column(name, column_type, primary_key=name in key, nullable=optional, autoincrement=False))
    return columns


def _former_columns(kind: type[Row], key: tuple[str, ...]) -> list[Column[Any]]:
    """The block that changed the row, whether there was one before, and what it was."""
    columns = [
        Column(each.name, each.type, primary_key=each.name in key, nullable=each.name not in key, autoincrement=False)
        for each in kind.table.columns
    ]
    block = Column("undone_block", BigInteger(), primary_key=True, autoincrement=False)
    return [block, *columns, Column("existed", Boolean(), nullable=False)]


def _column_type(hint: Any) -> tuple[TypeEngine[Any], bool]:
    """Type of a column and whether it may be empty, by the annotation of its field."""
    if get_origin(hint) is UnionType or NoneType in get_args(hint):
        (inner,) = (each for each in get_args(hint) if each is not NoneType)
        return _column_type(inner)[0], True
    _type, column_type = get_args(hint)
    return column_type, False
