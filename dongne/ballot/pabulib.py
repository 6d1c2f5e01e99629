"""Reads approval elections in the Pabulib format (`.pb`): projects, published counts, one row a voter.

An election is taken whole or not at all. The `pabutools` library reads the format too, but names no lines in its
errors and drops the published counts that a recount is compared with.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from dongne.ballot.choices import MOST_OPTIONS, mask_of
from dongne.explanations.sentence import Sentence
from dongne.problems import Problems, text_of

_SECTIONS = ("META", "PROJECTS", "VOTES")
_COLUMNS = {
    "META": ("key", "value"),
    "PROJECTS": ("project_id", "cost", "votes"),
    "VOTES": ("voter_id", "vote"),
}


@dataclass(frozen=True, slots=True)
class Project:
    """A project that voters could approve; its option number is its place in the file.

    Attributes:
        id: the city's own identifier.
        name: as the city words it; empty where the file has none.
        cost: in the file's currency.
        votes: the count that the city published.
        selected: whether the city funded it; None where the file does not say.
    """

    id: str
    name: str
    cost: Decimal
    votes: int
    selected: bool | None


@dataclass(frozen=True, slots=True)
class Approval:
    """A voter's approvals, as a bit mask over the projects in the order of the file."""

    voter: str
    choices: int


@dataclass(frozen=True, slots=True)
class Election:
    """An election as published.

    Attributes:
        meta: the file's settings, as text.
        projects: in the order of the file; option i of the poll is projects[i].
        votes: in the order of the file.
    """

    meta: dict[str, str]
    projects: tuple[Project, ...]
    votes: tuple[Approval, ...]

    @property
    def most_picks(self) -> int:
        """The most projects that a voter may approve: META's max_length, else all of them."""
        return int(self.meta.get("max_length", len(self.projects)))

    @property
    def published(self) -> list[int]:
        """Published counts by option."""
        return [project.votes for project in self.projects]


def read_election(file: Path) -> Election:
    """Read a `.pb` file.

    Raises:
        RejectedFile: with every problem in it; nothing of the file is used then.
        InputError: the file cannot be read.
    """
    reader = _Reader(file, Problems(file))
    reader.read(text_of(file))
    reader.problems.raise_if_any()
    return Election(reader.meta, tuple(reader.projects.values()), tuple(reader.votes.values()))


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a section: its line in the file, and its fields by column."""

    line: int
    fields: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.fields[column].strip()


@dataclass(slots=True)
class _Reader:
    file: Path
    problems: Problems
    meta: dict[str, str] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    votes: dict[str, Approval] = field(default_factory=dict)
    options: dict[str, int] = field(default_factory=dict)
    meta_lines: dict[str, int] = field(default_factory=dict)

    def read(self, text: str) -> None:
        sections = self._sections(text)
        for name, take in self._steps():
            if name not in sections:
                self.problems.add(
                    None,
                    Sentence(
                        f"section {name} is missing; a .pb file has META, PROJECTS and VOTES",
                        f"{name} 부분이 없습니다. .pb 파일에는 META, PROJECTS, VOTES가 있어야 합니다",
                    ),
                )
            for row in self._rows(name, sections.get(name, [])):
                take(row)
        self._check_counts()

    def _steps(self) -> tuple[tuple[str, Callable[[_Row], None]], ...]:
        return ("META", self._take_meta), ("PROJECTS", self._take_project), ("VOTES", self._take_vote)

    def _sections(self, text: str) -> dict[str, list[tuple[int, list[str]]]]:
        """Rows with their first line, by section."""
        sections: dict[str, list[tuple[int, list[str]]]] = {}
        current: list[tuple[int, list[str]]] | None = None
        for line, row in _csv_rows(text):
            name = row[0].strip().upper() if len(row) == 1 else ""
            if name in _SECTIONS:
                if name in sections:
                    self.problems.add(line, Sentence(f"section {name} stands twice", f"{name} 부분이 두 번 있습니다"))
                current = sections.setdefault(name, [])
            elif current is None:
                self.problems.add(
                    line,
                    Sentence(
                        f"{';'.join(row)[:40]!r} stands before any section; the first line is META",
                        f"{';'.join(row)[:40]!r}이(가) 첫 부분보다 앞에 있습니다. 첫 줄은 META여야 합니다",
                    ),
                )
            else:
                current.append((line, row))
        return sections

    def _rows(self, section: str, rows: list[tuple[int, list[str]]]) -> Iterator[_Row]:
        if not rows:
            return
        (head_line, head), *body = rows
        columns = [column.strip() for column in head]
        missing = [column for column in _COLUMNS[section] if column not in columns]
        if missing:
            self.problems.add(
                head_line,
                Sentence(
                    f"section {section} lacks column {', '.join(missing)}; it has {', '.join(columns)}",
                    f"{section} 부분에 {', '.join(missing)} 열이 없습니다. 있는 열: {', '.join(columns)}",
                ),
            )
            return
        for line, row in body:
            if len(row) != len(columns):
                self.problems.add(
                    line,
                    Sentence(
                        f"{len(row)} fields, but section {section} has {len(columns)} columns ({';'.join(columns)})",
                        f"값이 {len(row)}개인데 {section} 부분의 열은 {len(columns)}개입니다({';'.join(columns)})",
                    ),
                )
            else:
                yield _Row(line, dict(zip(columns, row, strict=True)))

    def _take_meta(self, row: _Row) -> None:
        key = row["key"]
        if key in self.meta:
            self.problems.add(row.line, Sentence(f"{key} is given twice", f"{key} 항목이 두 번 있습니다"))
        self.meta[key], self.meta_lines[key] = row["value"], row.line
        if key in ("num_projects", "num_votes", "min_length", "max_length") and not row["value"].isdecimal():
            self.problems.add(
                row.line,
                Sentence(
                    f"{key} is {row['value']!r}, not a whole number",
                    f"{key} 값이 {row['value']!r}입니다. 정수를 쓰세요",
                ),
            )
        if key == "vote_type" and row["value"] != "approval":
            self.problems.add(
                row.line,
                Sentence(
                    f"vote_type is {row['value']!r}; only approval elections can be cast as yes-or-no masks",
                    f"vote_type 값이 {row['value']!r}입니다. 찬반을 표시하는 approval 투표만 쓸 수 있습니다",
                ),
            )

    def _take_project(self, row: _Row) -> None:
        name = row["project_id"]
        if name in self.projects:
            self.problems.add(
                row.line, Sentence(f"project {name} is listed twice", f"사업 {name}이(가) 두 번 있습니다")
            )
            return
        if len(self.projects) == MOST_OPTIONS:
            self.problems.add(
                row.line,
                Sentence(
                    f"project {name} is one too many; a poll has at most {MOST_OPTIONS} options",
                    f"사업 {name}은(는) 한도를 넘습니다. 투표의 선택지는 최대 {MOST_OPTIONS}개입니다",
                ),
            )
        cost = self._cost(row)
        votes = self._whole(row, "votes")
        selected = {"1": True, "0": False}.get(row.fields.get("selected", "").strip())
        self.options[name] = len(self.projects)
        self.projects[name] = Project(name, row.fields.get("name", "").strip(), cost, votes, selected)

    def _take_vote(self, row: _Row) -> None:
        voter, picks = row["voter_id"], [pick.strip() for pick in row["vote"].split(",") if pick.strip()]
        if voter in self.votes:
            self.problems.add(
                row.line, Sentence(f"voter {voter} votes twice", f"투표자 {voter}이(가) 두 번 투표했습니다")
            )
        unknown = sorted(set(picks) - set(self.options))
        if unknown:
            self.problems.add(
                row.line,
                Sentence(
                    f"voter {voter} votes for project {', '.join(unknown)}, which is not listed",
                    f"투표자 {voter}이(가) 고른 사업 {', '.join(unknown)}이(가) 목록에 없습니다",
                ),
            )
        twice = sorted({pick for pick in picks if picks.count(pick) > 1})
        if twice:
            self.problems.add(
                row.line,
                Sentence(
                    f"voter {voter} names project {', '.join(twice)} twice",
                    f"투표자 {voter}이(가) 사업 {', '.join(twice)}을(를) 두 번 골랐습니다",
                ),
            )
        self._check_length(row.line, voter, len(picks))
        known = {self.options[pick] for pick in picks if pick in self.options and self.options[pick] < MOST_OPTIONS}
        self.votes[voter] = Approval(voter, mask_of(known))

    def _check_length(self, line: int, voter: str, picks: int) -> None:
        least, most = self._limit("min_length", 1), self._limit("max_length", MOST_OPTIONS)
        if not max(least, 1) <= picks <= most:
            self.problems.add(
                line,
                Sentence(
                    f"voter {voter} approves {picks} projects; {max(least, 1)} to {most} are allowed",
                    f"투표자 {voter}이(가) 사업 {picks}개를 골랐습니다. {max(least, 1)}~{most}개를 고를 수 있습니다",
                ),
            )

    def _check_counts(self) -> None:
        for key, found in (("num_projects", len(self.projects)), ("num_votes", len(self.votes))):
            stated = self.meta.get(key, "")
            if stated.isdecimal() and int(stated) != found:
                self.problems.add(
                    self.meta_lines[key],
                    Sentence(
                        f"{key} says {stated}, but the file has {found}",
                        f"{key} 값은 {stated}인데 파일에는 {found}개가 있습니다",
                    ),
                )

    def _limit(self, key: str, otherwise: int) -> int:
        text = self.meta.get(key, "")
        return int(text) if text.isdecimal() else otherwise

    def _cost(self, row: _Row) -> Decimal:
        try:
            cost = Decimal(row["cost"])
            if cost.is_finite() and cost >= 0:
                return cost
        except InvalidOperation:
            pass
        self.problems.add(
            row.line,
            Sentence(
                f"cost is {row['cost']!r}; expected zero or a positive number",
                f"cost 값이 {row['cost']!r}입니다. 0 이상의 수를 쓰세요",
            ),
        )
        return Decimal(0)

    def _whole(self, row: _Row, column: str) -> int:
        if row[column].isdecimal():
            return int(row[column])
        self.problems.add(
            row.line,
            Sentence(
                f"{column} is {row[column]!r}; expected a whole number, zero or more",
                f"{column} 값이 {row[column]!r}입니다. 0 이상의 정수를 쓰세요",
            ),
        )
        return 0


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line that it starts on: a quoted field may span lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    start = 1
    for row in reader:
        if any(field.strip() for field in row):
            yield start, row
        start = reader.line_num + 1
