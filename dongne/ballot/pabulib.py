"""Reads elections in the Pabulib format (`.pb`): projects, published counts, one row a voter.

Ballots of one project (`choose-1`) are approvals of exactly one; `cumulative` and `scoring` ballots give points. A
ballot that breaks the rule of its own file is left out and named with its line, as a polling station does with a spoilt
one; anything else that is wrong with a file has it refused whole. The `pabutools` library reads the format too, but
names no lines in its errors and drops the published counts that a recount is compared with.
"""

import re
from collections.abc import Callable, Iterable, Iterator
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
    PointsAgainstTheRule,
    PointsMismatch,
    PointsNotPlayable,
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
from dongne.ballot.scores.points import MOST_POINTS, MOST_SCORED, choices_of, points_of
from dongne.delimited import Record, records
from dongne.errors import Problem
from dongne.problems import Problems
from dongne.texts import excerpt, lines_of, read_text

APPROVAL, CHOOSE_ONE = "approval", "choose-1"
CUMULATIVE, SCORING = "cumulative", "scoring"
_POINTS, _ORDINAL = (CUMULATIVE, SCORING), "ordinal"
_LEAST_PROJECTS = 2

_MOST_DIGITS = 18
_MONEY = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?", re.ASCII)
"""Costs that fit 64 bits in the smallest unit that any of them needs."""

_SECTIONS = ("META", "PROJECTS", "VOTES")
_COUNTS = ("num_projects", "num_votes", "min_length", "max_length", "max_points", "max_sum_points", "min_sum_points")
_ASKED_ANYWAY = ("min_points", "1")
_MINIMA = ("min_sum_cost", "min_points", "default_score")
"""What a ballot or a project must have at least; a poll has such rules only where they ask for nothing."""
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
        votes: the count that the city published, of points where ballots give points; 0 before the election.
        selected: whether the city funded it; None where the file does not say.
    """

    id: str
    name: str
    cost: Decimal
    votes: int
    selected: bool | None


@dataclass(frozen=True, slots=True)
class CastBallot:
    """A voter's ballot over the projects in the order of the file: a bit mask, or points (`points_of`)."""

    voter: str
    choices: int


@dataclass(frozen=True, slots=True)
class Election:
    """An election as published.

    Attributes:
        meta: the file's settings, as text.
        projects: in the order of the file; option i of the poll is projects[i].
        votes: in the order of the file.
        left_out: rows that are no ballot by the file's own rule, and why.
    """

    meta: dict[str, str]
    projects: tuple[Project, ...]
    votes: tuple[CastBallot, ...]
    left_out: tuple[Problem, ...] = ()

    @property
    def least_picks(self) -> int:
        """The fewest projects that a voter may approve: META's min_length, at least one."""
        return 1 if self._is_one else max(1, int(self.meta.get("min_length", 1)))

    @property
    def most_picks(self) -> int:
        """The most projects that a voter may approve: META's max_length, else all of them."""
        most = len(self.projects)
        return 1 if self._is_one else min(most, int(self.meta.get("max_length", most)), self._most_scored)

    @property
    def gives_points(self) -> bool:
        """Whether ballots give points, so that its poll is a score poll."""
        return self.meta.get("vote_type") in _POINTS

    @property
    def most_points(self) -> int:
        """The most points that a ballot may give to a project, of an election by points: META's max_points, else
        max_sum_points, else the most that any ballot gives."""
        stated = self.meta.get("max_points") or self.meta.get("max_sum_points")
        if stated:
            return min(int(stated), MOST_POINTS)
        return max((points for vote in self.votes for points in points_of(vote.choices).values()), default=MOST_POINTS)

    @property
    def most_total(self) -> int:
        """The most points that a ballot may give altogether, of an election by points: META's max_sum_points; 0 for no
        limit."""
        return int(self.meta.get("max_sum_points") or 0) if self.gives_points else 0

    @property
    def least_total(self) -> int:
        """The fewest points that a ballot must give altogether, of an election by points: META's min_sum_points."""
        return int(self.meta.get("min_sum_points") or 0) if self.gives_points else 0

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
    def _most_scored(self) -> int:
        return MOST_SCORED if self.gives_points else MOST_OPTIONS

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
    reader = _Reader(Problems(file), Problems(file), before)
    reader.read(read_text(file))
    reader.problems.raise_if_any()
    projects, votes = tuple(reader.projects.values()), tuple(reader.votes.values())
    return Election(reader.meta, projects, votes, reader.left_out.found)


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
    left_out: Problems
    before: bool
    rows: int = 0
    meta: dict[str, str] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    votes: dict[str, CastBallot] = field(default_factory=dict)
    options: dict[str, int] = field(default_factory=dict)
    meta_lines: dict[str, int] = field(default_factory=dict)

    def read(self, text: str) -> None:
        sections = self._sections(text)
        for name, take in self._steps():
            if name not in sections and not (self.before and name == "VOTES"):
                self.problems.add(SectionMissing(name))
            for row in self._rows(name, sections.get(name, [])):
                take(row)
        self.rows = max(0, len(sections.get("VOTES", [])) - 1)
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
        needed = (*_COLUMNS[section], *self._columns_of(section, columns))
        if missing := tuple(column for column in needed if column not in columns):
            self._note(head, SectionLacksColumn(section, missing, columns))
            return
        for record in body:
            if len(record.fields) == len(columns):
                yield _Row(record.line, dict(zip(columns, record.fields, strict=True)))
            else:
                flaw = WrongFieldCount(len(record.fields), section, len(columns), ";".join(columns))
                (self._leave_out if section == "VOTES" else self._note)(record, flaw)

    def _columns_of(self, section: str, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Further columns that a section needs: published counts once there are any, points where ballots give some."""
        if section == "PROJECTS" and not self.before:
            return (self._counted(columns),)
        return ("points",) if section == "VOTES" and self._gives_points else ()

    def _counted(self, columns: Iterable[str]) -> str:
        """The column of the published counts: of points it is `score`, where there is one."""
        return "score" if self._gives_points and "score" in columns else "votes"

    def _take_meta(self, row: _Row) -> None:
        key, value = row["key"], row["value"]
        if key in self.meta:
            self._note(row, MetaTwice(key))
        self.meta[key], self.meta_lines[key] = value, row.line
        if key in _COUNTS and not _is_whole(value):
            self._note(row, MetaNotWhole(key, excerpt(value)))
        if key == "vote_type" and value not in (APPROVAL, CHOOSE_ONE, *_POINTS):
            self._note(row, OrdinalElection() if value == _ORDINAL else NotAnApprovalElection(excerpt(value)))
        if key == "max_points" and _is_whole(value) and int(value) > MOST_POINTS:
            self._note(row, PointsNotPlayable(value, MOST_POINTS))
        if key == "max_sum_cost" and not _MONEY.fullmatch(value):
            self._note(row, NotACost(excerpt(value)))
        if key == "max_sum_cost" and value and not value.strip("0."):
            self._note(row, RuleNotPlayable(key, excerpt(value)))
        if key in _MINIMA and value.strip("0.,") and (key, value) != _ASKED_ANYWAY:
            self._note(row, RuleNotPlayable(key, excerpt(value)))

    def _take_project(self, row: _Row) -> None:
        name = row["project_id"]
        if name in self.projects:
            self._note(row, ProjectTwice(name))
            return
        if len(self.projects) == MOST_OPTIONS:
            self._note(row, TooManyProjects(name, MOST_OPTIONS))
        cost, votes = self._cost(row), 0 if self.before else self._count(row, self._counted(row.fields))
        selected = {"1": True, "0": False}.get(row.fields.get("selected", "").strip())
        self.options[name] = len(self.projects)
        self.projects[name] = Project(name, row.fields.get("name", "").strip(), cost, votes, selected)

    def _take_vote(self, row: _Row) -> None:
        voter, picks = row["voter_id"], _listed(row["vote"])
        points = self._points(row, voter, picks) if self._gives_points else [1] * len(picks)
        if points is None:
            return
        given = {pick: number for pick, number in zip(picks, points, strict=True) if number}
        flaw = self._flaw(voter, picks, given)
        if flaw is not None:
            self._leave_out(row, flaw)
            return
        options = {self.options[pick]: number for pick, number in given.items() if self.options[pick] < MOST_OPTIONS}
        choices = choices_of(options) if self._gives_points else mask_of(options)
        self.votes[voter] = CastBallot(voter, choices)

    def _points(self, row: _Row, voter: str, picks: list[str]) -> list[int] | None:
        """The points of a ballot; None where they are not points."""
        texts = _listed(row["points"])
        if len(texts) != len(picks) or not all(_is_whole(text) for text in texts):
            self._leave_out(row, PointsMismatch(voter, excerpt(row["points"]), len(picks)))
            return None
        points = [int(text) for text in texts]
        most = max(points, default=0)
        if most > MOST_POINTS:
            self._note(row, PointsNotPlayable(str(most), MOST_POINTS))
            return None
        return points

    def _flaw(self, voter: str, picks: list[str], given: dict[str, int]) -> ElectionFileError | None:
        """Why a ballot does not count by the rule of its own file; None if it does."""
        if voter in self.votes:
            return VoterTwice(voter)
        if unknown := tuple(sorted(set(picks) - set(self.options))):
            return VoteForUnknown(voter, unknown)
        if twice := tuple(sorted({pick for pick in picks if picks.count(pick) > 1})):
            return ProjectNamedTwice(voter, twice)
        least, most = self._lengths()
        if not least <= len(given) <= most:
            return WrongNumberOfPicks(voter, len(given), least, most)
        cap = self.meta.get("max_sum_cost", "")
        cost = sum((self.projects[pick].cost for pick in given), Decimal(0))
        if _MONEY.fullmatch(cap) and cost > Decimal(cap):
            return BallotTooDear(voter, str(cost), cap)
        return self._wrong_points(voter, given) if self._gives_points else None

    def _lengths(self) -> tuple[int, int]:
        if self.meta.get("vote_type") == CHOOSE_ONE:
            return 1, 1
        return max(self._limit("min_length", 1), 1), self._limit("max_length", MOST_OPTIONS)

    def _wrong_points(self, voter: str, given: dict[str, int]) -> ElectionFileError | None:
        """Whether a ballot gives more points than META allows, or fewer than it demands."""
        total, least = self._limit("max_sum_points", 0), self._limit("min_sum_points", 0)
        each = self._limit("max_points", total)
        if each and max(given.values()) > each:
            return PointsAgainstTheRule(voter, max(given.values()), "max_points", each)
        if total and sum(given.values()) > total:
            return PointsAgainstTheRule(voter, sum(given.values()), "max_sum_points", total)
        if sum(given.values()) < least:
            return PointsAgainstTheRule(voter, sum(given.values()), "min_sum_points", least)
        return None

    @property
    def _gives_points(self) -> bool:
        return self.meta.get("vote_type") in _POINTS

    def _check_whole(self, sections: dict[str, list[Record]]) -> None:
        """Note what a file lacks as a whole."""
        if "META" in sections and "vote_type" not in self.meta:
            self.problems.add(VoteTypeMissing())
        if "PROJECTS" in sections and len(self.projects) < _LEAST_PROJECTS:
            self.problems.add(TooFewProjects(len(self.projects), _LEAST_PROJECTS))
        if "VOTES" in sections and not self.votes and not self.before:
            self.problems.add(NobodyVoted())
        if not self._gives_points and (least := self._limit("min_sum_points", 0)) > 1:
            self.problems.add(RuleNotPlayable("min_sum_points", str(least)), self.meta_lines["min_sum_points"])

    def _check_counts(self) -> None:
        for key, found in (("num_projects", len(self.projects)), ("num_votes", self.rows)):
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

    def _leave_out(self, place: _Row | Record, reason: ElectionFileError) -> None:
        self.left_out.add(reason, place.line)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_whole(text: str) -> bool:
    """Digits, and not so many that nobody can have counted them."""
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
