"""Reads approval elections in the Pabulib format (`.pb`): projects, published counts, one row a voter.

Ballots of one project (`choose-1`) are approvals of exactly one. An election is taken whole or not at all: also where a
ballot breaks the rule of its own file. The `pabutools` library reads the format too, but names no lines in its
errors and drops the published counts that a recount is compared with.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from dongne.ballot.choices import MOST_OPTIONS, mask_of
from dongne.ballot.errors import (
    BallotTooDear,
    BeforeAnySection,
    CountDiffers,
    ElectionFileError,
    MetaNotWhole,
    MetaTwice,
    NobodyVoted,
    NotACost,
    NotACount,
    NotAnApprovalElection,
    OrdinalElection,
    PointsElection,
    ProjectNamedTwice,
    ProjectTwice,
    RuleNotPlayable,
    SectionLacksColumn,
    SectionMissing,
    SectionTwice,
    TooFewProjects,
    TooManyProjects,
    VoteForUnknown,
    VoterTwice,
    VoteTypeMissing,
    WrongFieldCount,
    WrongNumberOfPicks,
)
from dongne.delimited import Record, records
from dongne.problems import Problems
from dongne.texts import excerpt, lines_of, read_text

APPROVAL, CHOOSE_ONE = "approval", "choose-1"
_POINTS, _ORDINAL = ("cumulative", "scoring"), "ordinal"
_LEAST_PROJECTS = 2

_MOST_DIGITS = 18
_MONEY = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?", re.ASCII)
"""Costs that fit 64 bits in the smallest unit that any of them needs."""

_SECTIONS = ("META", "PROJECTS", "VOTES")
_COUNTS = ("num_projects", "num_votes", "min_length", "max_length")
_COLUMNS = {
    "META": ("key", "value"),
    "PROJECTS": ("project_id", "cost"),
    "VOTES": ("voter_id", "vote"),
}


@dataclass(frozen=True, slots=True)
class Project:
    """A project that voters could approve; its option number is its place in the file.

    Attributes:
        id: the city's own identifier.
        name: as the city words it; empty where the file has none.
        cost: in the file's currency.
        votes: the count that the city published; 0 before the election.
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
    def least_picks(self) -> int:
        """The fewest projects that a voter may approve: META's min_length, at least one."""
        return 1 if self._is_one else max(1, int(self.meta.get("min_length", 1)))

    @property
    def most_picks(self) -> int:
        """The most projects that a voter may approve: META's max_length, else all of them."""
        most = len(self.projects)
        return 1 if self._is_one else min(most, int(self.meta.get("max_length", most)))

    @property
    def cap(self) -> int:
        """The most that the projects of a ballot may cost together, in `unit`; 0 for no cap."""
        return int(Decimal(self.meta.get("max_sum_cost") or 0) / self.unit)

    @property
    def costs(self) -> tuple[int, ...]:
        """Cost by option, in `unit`."""
        return tuple(int(project.cost / self.unit) for project in self.projects)

    @property
    def budget(self) -> int | None:
        """The money that the city had, in `unit`, rounded down; None where META does not say."""
        stated = self.meta.get("budget", "")
        return int(Decimal(stated) / self.unit) if _MONEY.fullmatch(stated) else None

    @property
    def unit(self) -> Decimal:
        """The largest of 1, 0.1, 0.01 … of the file's currency in which every cost and the cap are whole."""
        amounts = (*(project.cost for project in self.projects), Decimal(self.meta.get("max_sum_cost") or 0))
        places = (-int(amount.normalize().as_tuple().exponent) for amount in amounts)
        return Decimal(1).scaleb(-max(0, *places))

    @property
    def _is_one(self) -> bool:
        return self.meta.get("vote_type") == CHOOSE_ONE

    @property
    def published(self) -> list[int]:
        """Published counts by option."""
        return [project.votes for project in self.projects]


def read_election(file: Path, *, before: bool = False) -> Election:
    """Read a `.pb` file.

    Args:
        before: whether the election is still to come: votes and published counts may be missing then.

    Raises:
        RejectedFile: with every problem in it; nothing of the file is used then.
        UnreadableFile: it cannot be read.
    """
    reader = _Reader(Problems(file), before)
    reader.read(read_text(file))
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
    problems: Problems
    before: bool
    meta: dict[str, str] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    votes: dict[str, Approval] = field(default_factory=dict)
    options: dict[str, int] = field(default_factory=dict)
    meta_lines: dict[str, int] = field(default_factory=dict)

    def read(self, text: str) -> None:
        sections = self._sections(text)
        for name, take in self._steps():
            if name not in sections and not (self.before and name == "VOTES"):
                self.problems.add(SectionMissing(name))
            for row in self._rows(name, sections.get(name, [])):
                take(row)
        self._check_whole(sections)
        self._check_counts()

    def _steps(self) -> tuple[tuple[str, Callable[[_Row], None]], ...]:
        return ("META", self._take_meta), ("PROJECTS", self._take_project), ("VOTES", self._take_vote)

    def _sections(self, text: str) -> dict[str, list[Record]]:
        """Records by section."""
        sections: dict[str, list[Record]] = {}
        current: list[Record] | None = None
        for record in self._sound_records(text):
            name = record.fields[0].strip().upper() if len(record.fields) == 1 else ""
            if name in _SECTIONS:
                if name in sections:
                    self._note(record, SectionTwice(name))
                current = sections.setdefault(name, [])
            elif current is None:
                self._note(record, BeforeAnySection(excerpt(";".join(record.fields))))
            else:
                current.append(record)
        return sections

    def _sound_records(self, text: str) -> Iterator[Record]:
        for record in records(lines_of(text), ";"):
            if record.flaw is None:
                yield record
            else:
                self.problems.add(record.flaw, record.line)

    def _rows(self, section: str, found: list[Record]) -> Iterator[_Row]:
        if not found:
            return
        head, *body = found
        columns = tuple(column.strip() for column in head.fields)
        if section == "META" and columns[0] != "key":  # older files begin with the settings
            columns, body = _COLUMNS[section], found
        needed = (*_COLUMNS[section], *(() if self.before or section != "PROJECTS" else ("votes",)))
        if missing := tuple(column for column in needed if column not in columns):
            self._note(head, SectionLacksColumn(section, missing, columns))
            return
        for record in body:
            if len(record.fields) == len(columns):
                yield _Row(record.line, dict(zip(columns, record.fields, strict=True)))
            else:
                self._note(record, WrongFieldCount(len(record.fields), section, len(columns), ";".join(columns)))

    def _take_meta(self, row: _Row) -> None:
        key, value = row["key"], row["value"]
        if key in self.meta:
            self._note(row, MetaTwice(key))
        self.meta[key], self.meta_lines[key] = value, row.line
        if key in _COUNTS and not _is_whole(value):
            self._note(row, MetaNotWhole(key, excerpt(value)))
        if key == "vote_type" and value not in (APPROVAL, CHOOSE_ONE):
            self._note(row, _unplayable(value))
        if key == "max_sum_cost" and not _MONEY.fullmatch(value):
            self._note(row, NotACost(excerpt(value)))
        if key == "min_sum_cost" and value.strip("0.,"):
            self._note(row, RuleNotPlayable(key))

    def _take_project(self, row: _Row) -> None:
        name = row["project_id"]
        if name in self.projects:
            self._note(row, ProjectTwice(name))
            return
        if len(self.projects) == MOST_OPTIONS:
            self._note(row, TooManyProjects(name, MOST_OPTIONS))
        cost, votes = self._cost(row), 0 if self.before else self._count(row, "votes")
        selected = {"1": True, "0": False}.get(row.fields.get("selected", "").strip())
        self.options[name] = len(self.projects)
        self.projects[name] = Project(name, row.fields.get("name", "").strip(), cost, votes, selected)

    def _take_vote(self, row: _Row) -> None:
        voter, picks = row["voter_id"], [pick.strip() for pick in row["vote"].split(",") if pick.strip()]
        if voter in self.votes:
            self._note(row, VoterTwice(voter))
        if unknown := tuple(sorted(set(picks) - set(self.options))):
            self._note(row, VoteForUnknown(voter, unknown))
        if twice := tuple(sorted({pick for pick in picks if picks.count(pick) > 1})):
            self._note(row, ProjectNamedTwice(voter, twice))
        self._check_length(row, voter, len(picks))
        self._check_cost(row, voter, picks)
        known = {self.options[pick] for pick in picks if pick in self.options and self.options[pick] < MOST_OPTIONS}
        self.votes[voter] = Approval(voter, mask_of(known))

    def _check_length(self, row: _Row, voter: str, picks: int) -> None:
        least, most = max(self._limit("min_length", 1), 1), self._limit("max_length", MOST_OPTIONS)
        if self.meta.get("vote_type") == CHOOSE_ONE:
            least = most = 1
        if not least <= picks <= most:
            self._note(row, WrongNumberOfPicks(voter, picks, least, most))

    def _check_cost(self, row: _Row, voter: str, picks: list[str]) -> None:
        cap = self.meta.get("max_sum_cost", "")
        cost = sum((self.projects[pick].cost for pick in set(picks) if pick in self.projects), Decimal(0))
        if _MONEY.fullmatch(cap) and cost > Decimal(cap):
            self._note(row, BallotTooDear(voter, str(cost), cap))

    def _check_whole(self, sections: dict[str, list[Record]]) -> None:
        """Note what a file lacks as a whole."""
        if "META" in sections and "vote_type" not in self.meta:
            self.problems.add(VoteTypeMissing())
        if "PROJECTS" in sections and len(self.projects) < _LEAST_PROJECTS:
            self.problems.add(TooFewProjects(len(self.projects), _LEAST_PROJECTS))
        if "VOTES" in sections and not self.votes and not self.before:
            self.problems.add(NobodyVoted())

    def _check_counts(self) -> None:
        for key, found in (("num_projects", len(self.projects)), ("num_votes", len(self.votes))):
            stated = self.meta.get(key, "")
            if _is_whole(stated) and int(stated) != found:
                self.problems.add(CountDiffers(key, stated, found), self.meta_lines[key])

    def _limit(self, key: str, otherwise: int) -> int:
        text = self.meta.get(key, "")
        return int(text) if _is_whole(text) else otherwise

    def _cost(self, row: _Row) -> Decimal:
        if _MONEY.fullmatch(row["cost"]):
            return Decimal(row["cost"])
        self._note(row, NotACost(excerpt(row["cost"])))
        return Decimal(0)

    def _count(self, row: _Row, column: str) -> int:
        if _is_whole(row[column]):
            return int(row[column])
        self._note(row, NotACount(column, excerpt(row[column])))
        return 0

    def _note(self, place: _Row | Record, reason: ElectionFileError) -> None:
        self.problems.add(reason, place.line)


def _unplayable(kind: str) -> ElectionFileError:
    """Why elections of a kind are refused."""
    if kind in _POINTS:
        return PointsElection(kind)
    return OrdinalElection() if kind == _ORDINAL else NotAnApprovalElection(excerpt(kind))


def _is_whole(text: str) -> bool:
    """Digits, and not so many that nobody can have counted them."""
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
