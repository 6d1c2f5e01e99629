"""Reads files of signed messages: JSON lines or CSV, one message a line; a line that is not usable is left out."""

import json
from collections.abc import Sequence
from pathlib import Path

from dongne.currency.errors import SignedLineNotValid
from dongne.currency.files import Mapped
from dongne.errors import InputError
from dongne.language import Message, _
from dongne.problems import Problems
from dongne.tables import Column, Row, Table, read_table
from dongne.texts import lines_of, read_text, trimmed


def read_signed_rows(
    file: Path, fields: Sequence[str], problems: Problems, mapping: Mapped = None, optional: Sequence[str] = ()
) -> Table:
    """The rows of a file with these fields; lines that are none are added to `problems`.

    Raises:
        UnreadableFile: the file cannot be read.
        RejectedFile: it is a CSV file without the columns.
    """
    if file.suffix.lower() == ".jsonl" or trimmed(read_text(file)).startswith("{"):
        return _table_of_lines(file, tuple(fields), problems, optional)
    columns = [Column(name, required=name not in optional) for name in fields]
    return read_table(file, columns, problems=problems, mapping=mapping)


def row_of_line(text: str, fields: Sequence[str], optional: Sequence[str] = (), line: int = 1) -> Row:
    """The row that a JSON object on one line stands for.

    Raises:
        SignedLineNotValid: it is no such object, or lacks a field.
    """
    cells = _cells(text, tuple(fields), optional)
    return Row(line, cells, tuple(cells[name] for name in fields), {name: name for name in fields})


def _table_of_lines(file: Path, fields: tuple[str, ...], problems: Problems, optional: Sequence[str]) -> Table:
    rows, rejected = list[Row](), list[Row]()
    for line, text in enumerate(lines_of(read_text(file)), 1):
        if not trimmed(text):
            continue
        try:
            rows.append(row_of_line(text, fields, optional, line))
        except InputError as error:
            problems.add(error, line)
            rejected.append(Row(line, {}, (), {}))
    return Table(file, fields, tuple(rows), tuple(rejected), "utf-8", ",")


def _cells(text: str, fields: tuple[str, ...], optional: Sequence[str]) -> dict[str, str]:
    try:
        values = json.loads(text, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise SignedLineNotValid(str(error), fields) from error
    if not isinstance(values, dict):
        raise SignedLineNotValid(Message(_("it is not an object")), fields)
    missing = tuple(name for name in fields if name not in values and name not in optional)
    if missing:
        raise SignedLineNotValid(Message(_("it has no {fields}"), {"fields": missing}), fields)
    return {name: trimmed(str(values.get(name, ""))) for name in fields}
