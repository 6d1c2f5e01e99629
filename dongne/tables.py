"""One reader for every CSV of the suite: what the columns are called and how the file was saved does not matter.

Every problem is noted with its line and column, and the rows without one are still given: whether a file is used in
part is for the importer to decide. Files are decoded in `texts` and split in `delimited`; `results` answers them.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, overload

from dongne.delimited import Record, records
from dongne.errors import InputError, Problem
from dongne.language import Joined, Message, Readable, _
from dongne.numbers import WHOLE
from dongne.problems import Problems
from dongne.texts import excerpt, folded, lines_of, read_decoded, read_toml, trimmed

DELIMITERS = (",", ";", "\t")
"""What may stand between the fields of a file; another character is taken if the first line says `sep=|`."""

SHOWN_HEADINGS = 20
"""Headings of a file that an error names."""

_SEPARATOR = re.compile(r'"?sep=(?P<delimiter>[^"\w\s]|\t)"?', re.IGNORECASE)

_A = TypeVar("_A")
_B = TypeVar("_B")
_C = TypeVar("_C")
_D = TypeVar("_D")


@dataclass(eq=False)
class ColumnMissing(InputError):
    """A column that is needed is not there."""

    template = _(
        "The column “{column}” is missing; it may be headed {expected}. The file has: {found}. "
        "Correct the first line, or name the column in a file for --columns."
    )
    column: str
    expected: tuple[str, ...]
    found: tuple[str, ...]


@dataclass(eq=False)
class ColumnTwice(InputError):
    """Several columns could be meant."""

    template = _("More than one column could be “{column}”: {found}. Remove or rename all but one.")
    column: str
    found: tuple[str, ...]


@dataclass(eq=False)
class HeadingUnknown(InputError):
    """A mapping names a heading that the file does not have."""

    template = _("The mapping names the heading “{heading}”, but the file has: {found}. Correct the mapping.")
    heading: str
    found: tuple[str, ...]


@dataclass(eq=False)
class ColumnUnknown(InputError):
    """A mapping names a column that nothing here reads."""

    template = _("The mapping makes “{heading}” the column “{column}”; possible are: {expected}. Correct the mapping.")
    heading: str
    column: str
    expected: tuple[str, ...]


@dataclass(eq=False)
class NoRows(InputError):
    """There is a header and nothing below it."""

    template = _("The file has a header but no rows. Check that it is the right one.")


@dataclass(eq=False)
class TooFewFields(InputError):
    """A row that ends before the header does."""

    template = _("{found} fields, but the header has {expected}. Add what is missing; an empty field counts.")
    found: int
    expected: int


@dataclass(eq=False)
class TooManyFields(InputError):
    """A row that goes on after the header ends."""

    template = _("{found} fields, but the header has {expected}. Put a value that contains “{delimiter}” in quotes.")
    found: int
    expected: int
    delimiter: str


@dataclass(eq=False)
class AlreadyListed(InputError):
    """Something stands in a file twice that may be there once."""

    template = _("{what} is on line {line} already. List it once.")
    what: str | Readable
    line: int


@dataclass(eq=False)
class RejectedCells(InputError):
    """Cells of a row are not usable.

    Attributes:
        problems: one a cell, with line and column.
    """

    problems: tuple[Problem, ...]

    @property
    def message(self) -> Message:
        """All of them."""
        return Message("{list}", {"list": Joined(tuple(problem.message for problem in self.problems))})


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a file may or must have.

    Attributes:
        name: as docs/formats.md calls it.
        headings: others that mean it, besides those of headings.toml; case, spaces, _ and - do not matter.
        required: whether the file is refused without it.
    """

    name: str
    headings: tuple[str, ...] = ()
    required: bool = True

    @property
    def expected(self) -> tuple[str, ...]:
        """Every heading under which the column is found, its name first."""
        return (self.name, *self.headings, *_other_headings().get(self.name, ()))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file.

    Attributes:
        line: where it starts, from 1.
        cells: by name of the column, without white space around them; "" where an optional column is not there.
        fields: as in the file, used or not.
        headings: of the columns as in the file, by name.
    """

    line: int
    cells: Mapping[str, str]
    fields: tuple[str, ...]
    headings: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """The cell of a column."""
        return self.cells[name]

    def value(self, name: str, parse: Callable[[str], _A]) -> _A:
        """What a cell means.

        Raises:
            RejectedCells: `parse` refused it, with an InputError that now has its column.
        """
        try:
            return parse(self.cells[name])
        except InputError as error:
            raise RejectedCells((self.problem(name, error),)) from error

    @overload
    def values(self, a: tuple[str, Callable[[str], _A]], b: tuple[str, Callable[[str], _B]], /) -> tuple[_A, _B]: ...

    @overload
    def values(
        self,
        a: tuple[str, Callable[[str], _A]],
        b: tuple[str, Callable[[str], _B]],
        c: tuple[str, Callable[[str], _C]],
        /,
    ) -> tuple[_A, _B, _C]: ...

    @overload
    def values(
        self,
        a: tuple[str, Callable[[str], _A]],
        b: tuple[str, Callable[[str], _B]],
        c: tuple[str, Callable[[str], _C]],
        d: tuple[str, Callable[[str], _D]],
        /,
    ) -> tuple[_A, _B, _C, _D]: ...

    def values(self, *cells: tuple[str, Callable[[str], Any]]) -> tuple[Any, ...]:
        """What several cells mean, each given as (name, parse).

        Raises:
            RejectedCells: with all that were refused.
        """
        values, problems = [], []
        for name, parse in cells:
            try:
                values.append(parse(self.cells[name]))
            except InputError as error:
                problems.append(self.problem(name, error))
        if problems:
            raise RejectedCells(tuple(problems))
        return tuple(values)

    def problem(self, name: str, reason: InputError) -> Problem:
        """A problem with the cell of a column."""
        return Problem(reason, self.line, self.headings.get(name, name))


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds.

    Attributes:
        file: where it is.
        header: headings as in the file.
        rows: those that could be split, in the order of the file.
        rejected: those that could not, or have another number of fields than the header; each is among the problems.
        encoding: that the file is in.
        delimiter: that stands between its fields.
    """

    file: Path
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    rejected: tuple[Row, ...]
    encoding: str
    delimiter: str


class ColumnMapping(dict[str, str]):
    """What a mapping file says: name of the column by heading in the file.

    Attributes:
        empty: by name of a column, cells that say nothing, such as “n/a”, or 1 for an odometer that nobody read.
    """

    def __init__(self, columns: Mapping[str, str] = {}, empty: Mapping[str, Sequence[str]] = {}) -> None:
        super().__init__(columns)
        self.empty = {column: frozenset(map(_plain, cells)) for column, cells in empty.items()}


class Listed:
    """What a file has listed so far, so that nothing is listed twice."""

    def __init__(self) -> None:
        self._lines: dict[str, int] = {}

    def add(self, what: str, line: int, named: Readable | None = None) -> None:
        """Note something.

        Args:
            named: as people call it, where that is more than `what`.

        Raises:
            AlreadyListed: it stands on an earlier line.
        """
        first = self._lines.setdefault(what, line)
        if first != line:
            raise AlreadyListed(what if named is None else named, first)


def read_table(
    file: Path, columns: Sequence[Column], *, problems: Problems, mapping: Mapping[str, str] | None = None
) -> Table:
    """Read a CSV file; what is wrong with single rows is added to `problems`.

    Args:
        columns: that the file may or must have, in any order; it may have others.
        mapping: name of the column by heading in the file, for headings that no column expects; a `ColumnMapping` may
            name cells that say nothing as well: they are read as empty.

    Raises:
        UnreadableFile: missing, or not text.
        RejectedFile: nothing can be read from it: columns are missing or there twice, or there are no rows.
    """
    known = mapping if isinstance(mapping, ColumnMapping) else ColumnMapping(mapping or {})
    decoded = read_decoded(file)
    lines = lines_of(decoded.text)
    stated = _SEPARATOR.fullmatch(lines[0])
    delimiter = stated["delimiter"] if stated else _likely_delimiter(lines, columns, known)
    found = records(lines, delimiter)
    if stated:
        next(found)
    header = _header(next(found, Record(1, ())), columns, known, problems)
    rows, rejected = _rows(found, header, delimiter, problems)
    if not rows and not rejected:
        problems.add(NoRows())
        problems.raise_if_any()
    return Table(file, header.headings, tuple(rows), tuple(rejected), decoded.encoding, delimiter)


def parse_rows(table: Table, problems: Problems, parse: Callable[[Row], _A]) -> list[_A]:
    """What the rows mean; each InputError that `parse` raises becomes a problem with the row's line."""
    items = []
    for row in table.rows:
        try:
            items.append(parse(row))
        except RejectedCells as error:
            for problem in error.problems:
                problems.add(problem.reason, problem.line, problem.column)
        except InputError as error:
            problems.add(error, row.line)
    return items


def read_mapping(file: Path) -> ColumnMapping:
    """A mapping file: TOML (`"payee" = "address"`, and cells that say nothing by column in `[empty]`), or CSV (columns
    heading, column, and empty, with | between such cells).

    Raises:
        UnreadableFile: missing, not text, or not such TOML.
        RejectedFile: a CSV file with problems.
    """
    if file.suffix.lower() == ".toml":
        return _toml_mapping(read_toml(file))
    problems = Problems(file)
    table = read_table(file, (Column("heading"), Column("column"), Column("empty", required=False)), problems=problems)
    listed = Listed()

    def entry(row: Row) -> tuple[str, str, str]:
        listed.add(row["heading"], row.line)
        return row["heading"], row["column"], row["empty"]

    entries = parse_rows(table, problems, entry)
    problems.raise_if_any()
    empty = {column: cells.split("|") for _heading, column, cells in entries if cells}
    return ColumnMapping({heading: column for heading, column, _cells in entries}, empty)


def _toml_mapping(said: dict[str, Any]) -> ColumnMapping:
    empty = said.pop("empty", {}) if isinstance(said.get("empty"), dict) else {}
    cells = {
        name: [str(each) for each in (found if isinstance(found, list) else [found])] for name, found in empty.items()
    }
    return ColumnMapping({heading: str(column) for heading, column in said.items()}, cells)


def _plain(cell: str) -> str:
    """A cell as it is compared with those that say nothing: 1, 001 and "1" are the same number."""
    text = trimmed(cell).casefold()
    return str(int(text.replace(",", ""))) if _NUMBER.fullmatch(text) and len(text) <= _LONGEST_NUMBER else text


_NUMBER = re.compile(WHOLE)
_LONGEST_NUMBER = 100


@dataclass(frozen=True, slots=True)
class _Header:
    """The first row.

    Attributes:
        headings: as in the file.
        places: where each column is, by name; None for an optional one that is not there.
        empty: cells that say nothing, by name of the column.
    """

    headings: tuple[str, ...]
    places: Mapping[str, int | None]
    empty: Mapping[str, frozenset[str]]

    def row(self, record: Record, named: Mapping[str, str]) -> Row:
        """A record by columns; a cell that it does not reach is empty."""
        fields = record.fields
        cells = {
            name: "" if place is None or place >= len(fields) else self._cell(name, fields[place])
            for name, place in self.places.items()
        }
        return Row(record.line, cells, fields, named)

    def _cell(self, name: str, field: str) -> str:
        nothing = self.empty.get(name)
        return "" if nothing and _plain(field) in nothing else trimmed(field)

    @property
    def named(self) -> dict[str, str]:
        """Headings of the columns by name."""
        return {name: excerpt(self.headings[place]) for name, place in self.places.items() if place is not None}


def _likely_delimiter(lines: Sequence[str], columns: Sequence[Column], mapping: Mapping[str, str]) -> str:
    """The one with which the header has the most of the columns, and else the most fields."""
    wanted = {folded(heading) for column in columns for heading in column.expected} | {folded(each) for each in mapping}

    def fit(delimiter: str) -> tuple[int, int]:
        fields = next(records(lines, delimiter), Record(1, ())).fields
        return sum(folded(field) in wanted for field in fields), len(fields)

    return max(DELIMITERS, key=fit)


def _header(record: Record, columns: Sequence[Column], mapping: ColumnMapping, problems: Problems) -> _Header:
    headings = [trimmed(field) for field in record.fields]
    while headings and not headings[-1]:
        headings.pop()
    if record.flaw:
        problems.add(record.flaw, record.line)
        problems.raise_if_any()
    meant = {folded(heading): _name_of(column, columns) for heading, column in mapping.items()}
    flaws = [*_flaws_of_mapping(headings, columns, mapping)]
    places: dict[str, int | None] = {}
    for column in columns:
        found = _places(column, [folded(heading) for heading in headings], meant)
        places[column.name] = found[0] if found else None
        if len(found) > 1:
            flaws.append(ColumnTwice(column.name, _shown(headings[place] for place in found)))
        elif not found and column.required:
            flaws.append(ColumnMissing(column.name, column.expected, _shown(headings)))
    for flaw in flaws:
        problems.add(flaw, record.line)
    if flaws:
        problems.raise_if_any()
    return _Header(tuple(headings), places, mapping.empty)


def _shown(headings: Iterable[str]) -> tuple[str, ...]:
    """The headings that an error names."""
    return tuple(excerpt(heading) for heading in islice(headings, SHOWN_HEADINGS))


def _flaws_of_mapping(
    headings: Sequence[str], columns: Sequence[Column], mapping: ColumnMapping
) -> Iterator[InputError]:
    there, names = {folded(heading) for heading in headings}, tuple(column.name for column in columns)
    for heading, name in mapping.items():
        if folded(heading) not in there:
            yield HeadingUnknown(excerpt(heading), _shown(headings))
        if _name_of(name, columns) not in names:
            yield ColumnUnknown(excerpt(heading), excerpt(name), names)
    for name in mapping.empty:
        if name not in names:
            yield ColumnUnknown("[empty]", excerpt(name), names)


def _name_of(meant: str, columns: Sequence[Column]) -> str:
    """The column that a mapping means: by its name, or by another heading of it."""
    names = {column.name for column in columns}
    others = (column.name for column in columns if folded(meant) in {folded(each) for each in column.expected})
    return meant if meant in names else next(others, meant)


def _places(column: Column, headings: Sequence[str], meant: Mapping[str, str]) -> list[int]:
    """Where a column is: what the mapping says counts before the column's own name, and that before other headings."""
    others = {folded(heading) for heading in column.expected}
    ways: tuple[Callable[[str], bool], ...] = (
        lambda heading: meant.get(heading) == column.name,
        lambda heading: heading not in meant and heading == folded(column.name),
        lambda heading: heading not in meant and heading in others,
    )
    found = ([place for place, heading in enumerate(headings) if is_it(heading)] for is_it in ways)
    return next((places for places in found if places), [])


def _rows(found: Iterator[Record], header: _Header, delimiter: str, problems: Problems) -> tuple[list[Row], list[Row]]:
    rows, rejected, named, width = list[Row](), list[Row](), header.named, len(header.headings)
    for record in found:
        flaw = record.flaw or _wrong_width(record, width, delimiter)
        row = header.row(record, named)
        if flaw is None:
            rows.append(row)
            continue
        rejected.append(row)
        at_field = record.flaw is not None and record.place < width
        problems.add(flaw, record.line, excerpt(header.headings[record.place]) if at_field else "")
    return rows, rejected


def _wrong_width(record: Record, width: int, delimiter: str) -> InputError | None:
    """Fields that are missing, or that the header does not have; empty ones at the end are a spreadsheet's."""
    found = len(record.fields)
    if found < width:
        return TooFewFields(found, width)
    if any(trimmed(field) for field in record.fields[width:]):
        return TooManyFields(found, width, delimiter)
    return None


@cache
def _other_headings() -> dict[str, list[str]]:
    """Other headings of each column, by its name."""
    text = resources.files("dongne").joinpath("headings.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
