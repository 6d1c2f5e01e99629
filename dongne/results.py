"""Answers a file row by row: a CSV beside it with its own columns, and behind them what became of each row."""

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import get_args

from dongne.errors import InputError, Problem
from dongne.language import Joined, Language, Message, Readable, _, shown, translated
from dongne.tables import Table
from dongne.texts import folded

LANGUAGES: tuple[Language, ...] = get_args(Language)
RESULT, DETAIL, LEFT_OUT = _("result"), _("detail"), _("left out")
COLUMN_AND_REASON = _("{column}: {reason}")


@dataclass(eq=False)
class ResultUnwritable(InputError):
    """The file's folder takes no new file."""

    template = _("The results could not be written to {file}: {reason}. What was done is done; see the output above.")
    file: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row.

    Attributes:
        result: a word or two.
        detail: a transaction, or why not.
    """

    result: Readable
    detail: Readable | str = ""


def left_out(problems: Iterable[Problem]) -> dict[int, Outcome]:
    """By line, the outcome of rows that were not used, for their problems."""
    reasons: dict[int, list[Readable]] = {}
    for problem in problems:
        if problem.line is not None:
            reasons.setdefault(problem.line, []).append(_reason(problem))
    return {line: Outcome(Message(LEFT_OUT), Joined(tuple(messages))) for line, messages in reasons.items()}


def write_results(table: Table, outcomes: Mapping[int, Outcome], language: Language) -> Path:
    """Write `<name>.result.csv` beside a file, with every row of it; a file that is there already is never changed.

    Args:
        outcomes: by line; a row without one gets empty cells.

    Returns:
        The file written: numbered, such as `<name>.result-2.csv`, where the first name is taken by other results.

    Raises:
        ResultUnwritable: the folder takes no file.
    """
    data = _as_csv(table, outcomes, language).encode("utf-8-sig")
    for number in count(1):
        suffix = ".result.csv" if number == 1 else f".result-{number}.csv"
        file = table.file.with_name(table.file.stem + suffix)
        try:
            if _is_written(file, data, like=table.file):
                return file
        except OSError as error:
            raise ResultUnwritable(file, error.strerror or str(error)) from error
    raise AssertionError  # count never ends


def _reason(problem: Problem) -> Readable:
    if not problem.column:
        return problem.reason.message
    return Message(COLUMN_AND_REASON, {"column": problem.column, "reason": problem.reason.message})


def _as_csv(table: Table, outcomes: Mapping[int, Outcome], language: Language) -> str:
    """The table in CSV as spreadsheets read it; columns of an earlier result give way to the new ones."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=table.delimiter)
    kept = [place for place, heading in enumerate(table.header) if folded(heading) not in _result_headings()]
    headings = (translated(RESULT, language), translated(DETAIL, language))
    writer.writerow([*(table.header[place] for place in kept), *headings])
    for row in sorted((*table.rows, *table.rejected), key=lambda row: row.line):
        outcome = outcomes.get(row.line)
        said = (shown(outcome.result, language), shown(outcome.detail, language)) if outcome else ("", "")
        fields = (row.fields[place] if place < len(row.fields) else "" for place in kept)
        writer.writerow([*fields, *said])
    return text.getvalue()


def _result_headings() -> set[str]:
    return {folded(translated(heading, language)) for language in LANGUAGES for heading in (RESULT, DETAIL)}


def _is_written(file: Path, data: bytes, like: Path) -> bool:
    """Whether the file has this content now: written whole, only where there was none.

    Args:
        like: file whose permissions it gets.
    """
    if file.exists():
        return file.read_bytes() == data
    handle, draft = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        shutil.copymode(like, draft)
        _place(Path(draft), file)
    except FileExistsError:
        return False
    finally:
        with suppress(FileNotFoundError):
            Path(draft).unlink()
    return True


def _place(draft: Path, file: Path) -> None:
    """Give a draft its name unless that is taken; file systems without hard links cannot do both in one step."""
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:
        draft.replace(file)
