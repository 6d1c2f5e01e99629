"""Splits delimited text (CSV) into records that know their line; a quote that never closes costs its own line only.

The standard library's reader takes every line after such a quote for the rest of one field, names the last line of a
record instead of its first, and gives up at fields of 131,072 characters; what it reads well is read the same here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from dongne.errors import InputError
from dongne.language import _

MOST_FIELD = 131_072
"""Characters of a field; the standard library's limit as well."""

MOST_LINES = 100
"""Lines that a quoted field may take."""

_QUOTED = re.compile(r'(?:[^"]+|"")*')


@dataclass(eq=False)
class QuoteNeverCloses(InputError):
    """A quoted field that takes in the rest of the file, or rows, or does not end where its quote closes."""

    template = _(
        "A quote opens here and does not close at the end of its field. Close or remove it; "
        'a quote that belongs to the text is written twice ("").'
    )


@dataclass(eq=False)
class FieldTooLong(InputError):
    """A field beyond `MOST_FIELD`."""

    template = _("A field has {length:,} characters; at most {most:,} are read. Is a line end or a quote missing?")
    length: int
    most: int = MOST_FIELD


@dataclass(eq=False)
class NulCharacter(InputError):
    """A character that no text has."""

    template = _("A NUL character: the line is damaged, or the file is not text. Save the file again as CSV UTF-8.")


@dataclass(frozen=True, slots=True)
class Record:
    """One row of delimited text.

    Attributes:
        line: where it starts, from 1.
        fields: as written, without the quotes around them; of a flawed record as far as it could be split.
        flaw: why the record cannot be used.
        place: index of the flawed field.
    """

    line: int
    fields: tuple[str, ...]
    flaw: InputError | None = None
    place: int = 0

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it, as in the empty rows that spreadsheets write."""
        return self.flaw is None and not any(field.strip() for field in self.fields)


class _Stray(Exception):
    """A quote opens field `place` of a record and does not close it."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def records(lines: Sequence[str], delimiter: str) -> Iterator[Record]:
    """Every record of a text's lines but blank ones, flawed ones included.

    A quoted field may span lines, unless a line that it takes in has as many fields as the record before: then the
    quote is a stray one, and reading goes on with the next line.
    """
    at, width = 0, 0
    while at < len(lines):
        try:
            fields, taken = _split(lines, at, delimiter, width)
            record = _judged(Record(at + 1, tuple(fields)))
        except _Stray as stray:
            taken = 1
            record = Record(at + 1, tuple(lines[at].split(delimiter)), QuoteNeverCloses(), stray.place)
        at += taken
        if not record.is_blank:
            width = width if record.flaw else len(record.fields)
            yield record


def _judged(record: Record) -> Record:
    """The record, flawed if one of its fields is."""
    for place, field in enumerate(record.fields):
        if len(field) > MOST_FIELD:
            return Record(record.line, record.fields, FieldTooLong(len(field)), place)
        if "\0" in field:
            return Record(record.line, record.fields, NulCharacter(), place)
    return record


def _split(lines: Sequence[str], at: int, delimiter: str, width: int) -> tuple[list[str], int]:
    """The fields of the record that starts at a line, and the number of its lines."""
    if '"' not in lines[at]:
        return lines[at].split(delimiter), 1
    opening, closing = _around_quotes(delimiter)
    fields: list[str] = []
    first, place = at, 0
    while place <= len(lines[at]):
        if opened := opening.match(lines[at], place):
            field, at, place = _quoted(lines, at, opened.end(), len(fields))
            closed = closing.match(lines[at], place)
            if closed is None or _takes_in_rows(field, delimiter, width):
                raise _Stray(len(fields))
            place = closed.end() if closed["delimiter"] else len(lines[at]) + 1
        else:
            end = lines[at].find(delimiter, place)
            end = len(lines[at]) if end < 0 else end
            field, place = lines[at][place:end], end + 1
        fields.append(field)
    return fields, at - first + 1


def _quoted(lines: Sequence[str], at: int, place: int, index: int) -> tuple[str, int, int]:
    """A quoted field's text, and line and place after its closing quote."""
    parts = []
    for line in range(at, min(at + MOST_LINES, len(lines))):
        part = _QUOTED.match(lines[line], place)
        assert part is not None  # the pattern matches nothing, too
        parts.append(part[0])
        if part.end() < len(lines[line]):
            return "\n".join(parts).replace('""', '"'), line, part.end() + 1
        place = 0
    raise _Stray(index)


def _takes_in_rows(field: str, delimiter: str, width: int) -> bool:
    """Whether lines inside a quoted field look like rows of their own."""
    return width > 1 and any(line.count(delimiter) + 1 == width for line in field.split("\n")[1:])


@cache
def _around_quotes(delimiter: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What opens a quoted field, and what may follow its closing quote: spaces, then a delimiter or the line's end."""
    return re.compile(' *"'), re.compile(rf" *(?:(?P<delimiter>{re.escape(delimiter)})|$)")
