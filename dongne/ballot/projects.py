"""Options of a poll from a list of projects: a Pabulib file (`.pb`), or a CSV with a city's own columns.

A list gives settings as a poll's file has them: options, and of a Pabulib file its rule, costs, cap and question too.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dongne.ballot import pollfile
from dongne.ballot.choices import MOST_OPTIONS
from dongne.ballot.errors import WrongNumberOfOptions
from dongne.ballot.pabulib import CHOOSE_ONE, Election, read_election
from dongne.ballot.wording import LEAST_OPTIONS, MOST_LABEL_BYTES, MOST_QUESTION_BYTES
from dongne.errors import Problem
from dongne.numbers import whole_number
from dongne.problems import Problems
from dongne.tables import Column, Listed, Row, parse_rows, read_table

PABULIB = ".pb"
COLUMNS = (Column("project"), Column("project_id", required=False), Column("cost", required=False))

_MOST_COST = 2**64 - 1
_SPACES = re.compile(r"\s+")
_HIDDEN = ("Cf", "Cs", "Co", "Cn")


def read_projects(file: Path, mapping: Mapping[str, str] | None = None) -> pollfile.Listed:
    """What a list of projects gives of a poll.

    Args:
        mapping: name of the column by heading, of a CSV file.

    Raises:
        RejectedFile: with every problem in it; nothing of the file is used then.
        UnreadableFile: it cannot be read.
    """
    if file.suffix.lower() == PABULIB:
        election = read_election(file, before=True)
        return pollfile.Listed(file, settings_of(election), election.left_out)
    return pollfile.Listed(file, _of_table(file, mapping))


@dataclass(frozen=True, slots=True)
class CostList:
    """What projects cost.

    Attributes:
        labels: as the poll's options have them.
        costs: of each.
        budget: the money that the city has, in the same unit; None where the list does not say.
        left_out: ballots that a Pabulib file lists against its own rule.
    """

    labels: tuple[str, ...]
    costs: tuple[int, ...]
    budget: int | None = None
    left_out: tuple[Problem, ...] = ()


def read_costs(file: Path, mapping: Mapping[str, str] | None = None) -> CostList:
    """Labels and costs of a list of projects.

    Args:
        mapping: name of the column by heading, of a CSV file.

    Raises:
        RejectedFile: with every problem in it; nothing of the file is used then.
        UnreadableFile: it cannot be read.
    """
    if file.suffix.lower() == PABULIB:
        election = read_election(file, before=True)
        labels = tuple(label_of(each.id, each.name) for each in election.projects)
        return CostList(labels, election.costs, election.budget, election.left_out)
    settings = _of_table(file, mapping)
    return CostList(tuple(settings["options"]), tuple(settings.get("costs", ())))


def settings_of(election: Election) -> dict[str, Any]:
    """What an election gives of a poll's file: options, rule, points, costs, cap, and its description as question."""
    settings: dict[str, Any] = {"options": [label_of(each.id, each.name) for each in election.projects]}
    if election.meta.get("vote_type") == CHOOSE_ONE:
        settings |= {"rule": "exactly-one"}
    else:
        settings |= {"rule": "up-to", "picks": election.most_picks, "least": election.least_picks}
    if election.gives_points:
        settings["points"] = election.most_points
        settings |= {"total": election.most_total} if election.most_total else {}
        settings |= {"least_total": election.least_total} if election.least_total > 1 else {}
    if election.cap:
        settings |= {"cap": election.cap, "costs": list(election.costs)}
    if description := _readable(election.meta.get("description", ""), MOST_QUESTION_BYTES):
        settings["question"] = description
    return settings


def label_of(number: str, name: str) -> str:
    """The label of a project: its number, and its name as far as a label has room.

    What a wallet cannot show is left out: line breaks become spaces, invisible characters go.
    """
    parts = [part for part in (_readable(number, MOST_LABEL_BYTES), _readable(name, MOST_LABEL_BYTES)) if part]
    return _cut(": ".join(parts), MOST_LABEL_BYTES)


def _of_table(file: Path, mapping: Mapping[str, str] | None) -> dict[str, Any]:
    problems = Problems(file)
    table = read_table(file, COLUMNS, problems=problems, mapping=mapping)
    listed, costed = Listed(), any(row["cost"] for row in table.rows)
    rows = parse_rows(table, problems, lambda row: _option(row, listed, costed))
    listed_rows = len(table.rows) + len(table.rejected)
    if not LEAST_OPTIONS <= listed_rows <= MOST_OPTIONS:
        problems.add(WrongNumberOfOptions(listed_rows, LEAST_OPTIONS, MOST_OPTIONS))
    problems.raise_if_any()
    settings: dict[str, Any] = {"options": [label for label, _cost in rows]}
    return settings | ({"costs": [cost for _label, cost in rows]} if costed else {})


def _option(row: Row, listed: Listed, costed: bool) -> tuple[str, int]:
    label = label_of(row["project_id"], row["project"])
    listed.add(label, row.line)
    return label, row.value("cost", lambda text: whole_number(text, 0, _MOST_COST)) if costed else 0


def _readable(text: str, most: int) -> str:
    """A text as a wallet can show it."""
    plain = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    seen = "".join(char for char in plain if unicodedata.category(char) not in _HIDDEN)
    return _cut(_SPACES.sub(" ", seen).strip(), most)


def _cut(text: str, most: int) -> str:
    """A text of at most so many bytes in UTF-8; one that is cut ends with an ellipsis."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - len("…".encode())].decode(errors="ignore").rstrip() + "…"
