"""The rows of docs/faults.md: each is said by the test that shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TypeVar

FOLDER = Path(__file__).parent
ELSEWHERE = ("test_index_faults", "test_index_kill", "test_index_reorganizations", "test_indexer")
"""Modules of tests/dongne that show rows too: they have the fixtures of the index."""

Test = TypeVar("Test", bound=Callable[..., None])


@dataclass(frozen=True, slots=True)
class Row:
    """A fault, and what comes of it.

    Attributes:
        part: what meets it.
        fault: what goes wrong.
        outcome: what is shown.
        test: file and name.
    """

    part: str
    fault: str
    outcome: str
    test: str


ROWS: list[Row] = []


def shows(part: str, fault: str, outcome: str) -> Callable[[Test], Test]:
    """Marks a test as what shows a row."""

    def mark(test: Test) -> Test:
        row = Row(part, fault, outcome, f"{test.__module__.rpartition('.')[2]}.{test.__name__}")
        if row not in ROWS:
            ROWS.append(row)
        return test

    return mark


def table() -> str:
    """All rows as a table, in the order of the files, whichever was imported first."""
    packages = {file.stem: "tests.faults" for file in sorted(FOLDER.glob("test_*.py"))}
    packages |= dict.fromkeys(ELSEWHERE, "tests.dongne")
    for name, package in packages.items():
        import_module(f"{package}.{name}")
    places = {name: place for place, name in enumerate(packages)}
    rows = sorted(ROWS, key=lambda row: places[row.test.partition(".")[0]])
    lines = ["| part | what goes wrong | what comes of it | test |", "|---|---|---|---|"]
    lines += [f"| {row.part} | {row.fault} | {row.outcome} | `{row.test}` |" for row in rows]
    return "\n".join([*lines, ""])
