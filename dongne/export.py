"""Writes tables of the store to files for a city's own analysts: Parquet, or CSV; row by row, whatever their size.

What people read stands in words: addresses with their checksums, hashes in hexadecimal digits, kinds and stages by
name. Everything of an export is of one moment.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, get_args, get_type_hints

from eth_utils.address import to_checksum_address
from sqlalchemy import Boolean, Column, Connection, LargeBinary, String, Table, select

from dongne.ballot.batch import Skip
from dongne.ballot.outcomes import Aim
from dongne.errors import InputError, SettingError
from dongne.language import Word, _
from dongne.store import Store
from dongne.store.ballot import VoteWay
from dongne.store.progress import progress_of
from dongne.store.rows import JOURNALS, STATES, Address, Amount, BlockNumber, Bytes, Hash, Row, Seconds, Uint256
from dongne.words import AccountKind, CashOutStage, HoldStage, RecordKind, SaleStage, WarrantyStage

ROWS_AT_ONCE = 10_000
"""Rows in memory, and of one group of a Parquet file."""

_ROWS: Mapping[str, type[Row]] = {kind.table.name: kind for kind in (*JOURNALS, *STATES)}

TABLES: Mapping[str, Table] = {name: kind.table for name, kind in _ROWS.items()}
"""What can be exported."""

DESCRIPTION = "export.json"
"""The file that says of which block the others are, and what their columns hold."""

_UNITS: Mapping[int, str] = {
    id(get_args(kind)[1]): unit
    for kind, unit in (
        (Seconds, "Unix seconds, UTC"),
        (Amount, "base units of the currency: its smallest, of which 10^decimals are one"),
        (Address, "address with its checksum"),
        (Hash, "32 bytes, hexadecimal"),
        (Bytes, "bytes, hexadecimal"),
        (BlockNumber, "number of a block"),
    )
}
"""By the type with which a row's class declares a column."""

_WORDS: Mapping[tuple[str, str], type[Word]] = {
    ("accounts", "kind"): AccountKind,
    ("payments", "payer_kind"): AccountKind,
    ("payments", "payee_kind"): AccountKind,
    ("cash_outs", "stage"): CashOutStage,
    ("holds", "stage"): HoldStage,
    ("records", "kind"): RecordKind,
    ("liens", "kind"): RecordKind,
    ("sales", "stage"): SaleStage,
    ("sales", "warranty_stage"): WarrantyStage,
    ("polls", "aim"): Aim,
    ("secret_polls", "aim"): Aim,
    ("votes", "skip"): Skip,
    ("votes", "way"): VoteWay,
}
"""Columns that hold a number of a word."""

_ADDRESS_BYTES = 20

Shown = Callable[[Any], Any]


class Format(StrEnum):
    """How a table is written."""

    PARQUET = "parquet"
    CSV = "csv"


@dataclass(eq=False)
class NoSuchTable(InputError):
    """A table was named that there is not."""

    template = _("There is no table {table}; there are {known}.")
    table: str
    known: tuple[str, ...]


@dataclass(eq=False)
class ExportUnwritable(SettingError):
    """A file cannot be written."""

    template = _("{file} could not be written: {reason}. The files written before it are whole.")
    file: Path
    reason: str


@dataclass(eq=False)
class ParquetMissing(SettingError):
    """The library that writes Parquet is not installed."""

    template = _(
        "Parquet needs a library that is not installed: install the wheel with its extra, dongne-….whl[export], or "
        "pyarrow. Or write --format csv."
    )


def export(
    store: Store,
    folder: Path,
    names: Sequence[str] = (),
    form: Format = Format.PARQUET,
    heard: Callable[[int], object] = lambda _rows: None,
) -> dict[Path, int]:
    """Write tables into a folder, a file each; a file that is there already is replaced once the new one is whole.

    Last comes `DESCRIPTION`: as of which block they are, and types and units of their columns.

    Args:
        names: of tables; all of them where none is given.
        heard: hears how many rows more are written.

    Returns:
        The files, with the number of their rows.

    Raises:
        NoSuchTable: one of the names is not a table's.
        ExportUnwritable: the folder takes no file, or the disk is full.
        ParquetMissing: the library for Parquet is not installed.
    """
    tables = [_table(name) for name in names or TABLES]
    write = _parquet if form is Format.PARQUET else _csv
    found: dict[Path, int] = {}
    with store.reading() as connection:
        for table in tables:
            file = folder / f"{table.name}.{form}"
            draft = file.with_suffix(".part")
            try:
                folder.mkdir(parents=True, exist_ok=True)
                found[file] = write(draft, table, _counted(_rows(connection, table), heard))
                draft.replace(file)
            except OSError as error:
                raise ExportUnwritable(file, error.strerror or str(error)) from error
            finally:
                with suppress(OSError):
                    draft.unlink(missing_ok=True)
        _describe(folder / DESCRIPTION, _as_of(connection), tables)
    return found


def _as_of(connection: Connection) -> dict[str, object]:
    progress = progress_of(connection)
    if progress is None or progress.hash is None:
        return {}
    return {
        "chain_id": progress.chain_id,
        "block": progress.block,
        "hash": "0x" + progress.hash.hex(),
        "time": progress.time,
    }


def _describe(file: Path, as_of: dict[str, object], tables: Sequence[Table]) -> None:
    columns = {table.name: {column.name: _column(table.name, column) for column in table.columns} for table in tables}
    try:
        file.write_text(json.dumps({**as_of, "tables": columns}, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ExportUnwritable(file, error.strerror or str(error)) from error


def _column(table: str, column: Column[Any]) -> dict[str, object]:
    """Type, unit and words of a column."""
    told: dict[str, object] = {"type": _kind(table, column), "empty": bool(column.nullable)}
    declared = get_args(get_type_hints(_ROWS[table], include_extras=True)[column.name])
    # Of a type that may be empty, the first is the annotated one.
    marks = {id(mark) for part in declared for mark in (part, *get_args(part))}
    if unit := next((unit for mark, unit in _UNITS.items() if mark in marks), None):
        told["unit"] = unit
    if word := _WORDS.get((table, column.name)):
        told["words"] = [each.name for each in word]
    return told


def _table(name: str) -> Table:
    if name not in TABLES:
        raise NoSuchTable(name, tuple(TABLES))
    return TABLES[name]


def _rows(connection: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    """All rows in the order of their keys, in words."""
    shown = [_shown(table.name, column) for column in table.columns]
    wanted = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(stream_results=True, yield_per=ROWS_AT_ONCE).execute(wanted):
        yield tuple(None if value is None else show(value) for show, value in zip(shown, row, strict=True))


def _shown(table: str, column: Column[Any]) -> Shown:
    if word := _WORDS.get((table, column.name)):
        return lambda number: word(number).name if number in list(word) else str(number)
    if isinstance(column.type, LargeBinary):
        return _address if column.type.length == _ADDRESS_BYTES else lambda value: "0x" + value.hex()
    return str if isinstance(column.type, Uint256) else _same


def _address(value: bytes) -> str:
    return str(to_checksum_address(value)) if len(value) == _ADDRESS_BYTES else ""


def _same(value: Any) -> Any:
    return value


def _counted(rows: Iterator[tuple[Any, ...]], heard: Callable[[int], object]) -> Iterator[list[tuple[Any, ...]]]:
    while some := list(islice(rows, ROWS_AT_ONCE)):
        heard(len(some))
        yield some


def _csv(file: Path, table: Table, rows: Iterator[list[tuple[Any, ...]]]) -> int:
    count = 0
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow([column.name for column in table.columns])
        for some in rows:
            writer.writerows(some)
            count += len(some)
    return count


def _parquet(file: Path, table: Table, rows: Iterator[list[tuple[Any, ...]]]) -> int:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise ParquetMissing from error
    kinds = {"text": pyarrow.string(), "number": pyarrow.int64(), "flag": pyarrow.bool_()}
    schema = pyarrow.schema([(column.name, kinds[_kind(table.name, column)]) for column in table.columns])
    count = 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for some in rows:
            columns = [
                pyarrow.array(values, field.type) for values, field in zip(zip(*some, strict=True), schema, strict=True)
            ]
            writer.write_batch(pyarrow.record_batch(columns, schema=schema))
            count += len(some)
    return count


def _kind(table: str, column: Column[Any]) -> str:
    if (table, column.name) in _WORDS or isinstance(column.type, LargeBinary | String | Uint256):
        return "text"
    return "flag" if isinstance(column.type, Boolean) else "number"
