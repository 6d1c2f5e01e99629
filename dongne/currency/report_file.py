"""Writes reports as CSV files that spreadsheets open; a file that is there already is never changed."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dongne.errors import InputError
from dongne.language import _


@dataclass(eq=False)
class ReportFileExists(InputError):
    """Where a report should go is a file already."""

    template = _("{file} exists already. Nothing was written. Name another file.")
    file: Path


@dataclass(eq=False)
class ReportUnwritable(InputError):
    """The operating system does not let us write a report."""

    template = _("The report could not be written to {file}: {reason}.")
    file: Path
    reason: str


def write_report(file: Path, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table of texts and numbers.

    Raises:
        ReportFileExists: there is a file of that name.
        ReportUnwritable: the file cannot be written.
    """
    try:
        with file.open("x", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(headings)
            writer.writerows(rows)
    except FileExistsError:
        raise ReportFileExists(file) from None
    except OSError as error:
        raise ReportUnwritable(file, error.strerror or str(error)) from error
