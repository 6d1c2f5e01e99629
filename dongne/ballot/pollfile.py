"""Reads the file from which a poll is opened: TOML, with the document that explains it beside it.

question = "Where shall the new library stand?"
options = ["By the station", "In the park", "Next to the school", "None of these"]
blank = ["None of these"]                        # optional: options that stand for no choice
document = "library.pdf"                         # hashed; explains the poll
document_uri = "https://…/library.pdf"
roll = 1
rule = "up-to"                                   # exactly-one, up-to or exactly
picks = 2                                        # not for exactly-one
least = 1                                        # optional, for up-to
start = 2026-12-01T09:00:00+09:00
end = 2026-12-08T18:00:00+09:00
districts = [1135054500]                         # optional; else the whole roll
cap = 1_000_000                                  # optional: most that a ballot's options may cost together …
costs = [500_000, 400_000, 300_000, 0]           # … and the cost of each
points = 5                                       # of a score poll: most that an option gets, 255 at most …
total = 10                                       # … and most that a ballot gives altogether; one of both, or both
aim = "election"                                 # election, decision or tally
seats = 1                                        # optional, of an election
proposal = ["Yes"]                               # of a decision: the options that are votes for it
quorum = "at least 1/4 of eligible"              # optional
majority = "more than 1/2 of valid"              # of a decision; optional in an election

Options, and what else a list of projects gives, may come from a file of their own (`projects`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from dongne.ballot.choices import MOST_OPTIONS
from dongne.ballot.document import Document, read_document
from dongne.ballot.errors import (
    CapTooLow,
    EndsBeforeStart,
    LeastTotalTooHigh,
    NotAMoment,
    NotAnInteger,
    NotCosts,
    NotDistrictList,
    NotOfPoints,
    NotOfTheAim,
    NotOneOf,
    NotOptions,
    NotText,
    NotTexts,
    NumberBeyond,
    SettingInTheList,
    SettingMissing,
    SettingUnknown,
)
from dongne.ballot.outcomes import NO_MAJORITY, NO_QUORUM, Aim, Measure, OutcomeTerms
from dongne.ballot.polls import PollSpec
from dongne.ballot.rolls import VoterList
from dongne.ballot.scores.points import MOST_POINTS
from dongne.ballot.scores.polls import ScorePollSpec
from dongne.ballot.thresholds import threshold_of
from dongne.ballot.wording import check_labels, check_question
from dongne.errors import InputError, Problem
from dongne.problems import Problems
from dongne.texts import excerpt, read_toml

RULES = ("exactly-one", "up-to", "exactly")
AIMS = {aim.name.lower(): aim for aim in Aim}
_REQUIRED = {"question", "options", "document", "document_uri", "roll", "rule", "start", "end", "aim"}
_OPTIONAL = {"blank", "picks", "least", "districts", "cap", "costs"}
_POINTS = {"points", "total", "least_total"}
_OPTIONAL |= {"seats", "proposal", "quorum", "majority", *_POINTS}
_MOST_ROLLS = 2**32 - 1
_MOST_COST = 2**64 - 1
_MOST_SEATS = 255
_MOST_TOTAL = 2**16 - 1

Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True)
class Listed:
    """Settings that a list of projects gives.

    Attributes:
        file: the list.
        settings: as a poll's file would have them.
        left_out: ballots that a Pabulib file lists against its own rule.
    """

    file: Path
    settings: dict[str, Any]
    left_out: tuple[Problem, ...] = ()


def read_poll(file: Path, roll_of: Callable[[int], VoterList], listed: Listed | None = None) -> PollSpec:
    """A poll as its file decides it.

    Args:
        roll_of: gives the roll of a number; districts become its index ranges.
        listed: what a list of projects gives.

    Raises:
        RejectedFile: with every setting that is missing, misspelt or misstated.
        UnreadableFile: it cannot be read, or is not TOML.
    """
    raw, problems = read_toml(file), Problems(file)
    return poll_of(raw if listed is None else _with_list(raw, listed, problems), file, roll_of, problems)


def poll_of(raw: dict[str, Any], file: Path, roll_of: Callable[[int], VoterList], problems: Problems) -> PollSpec:
    """A poll as settings of a file decide it.

    Args:
        problems: what was found wrong with other settings of the file; what is wrong with these is added.

    Raises:
        RejectedFile: with every setting that is missing, misspelt or misstated.
    """
    settings = _Settings(raw, file, problems)
    settings.check_names()
    terms = settings.terms()
    settings.problems.raise_if_any()
    roll = roll_of(settings.raw["roll"])
    ranges = settings.take("districts", lambda codes: _ranges(roll, codes))
    settings.problems.raise_if_any()
    kind = ScorePollSpec if "most_points" in terms else PollSpec
    return kind(**terms, ranges=ranges or ())


def _with_list(raw: dict[str, Any], listed: Listed, problems: Problems) -> dict[str, Any]:
    """The settings of a file and of a list together; costs are of use with a cap only."""
    given = dict(listed.settings)
    if "question" in raw:
        given.pop("question", None)
    if "cap" not in {*raw, *given}:
        given.pop("costs", None)
    for name in sorted(given.keys() & raw.keys()):
        problems.add(SettingInTheList(name, listed.file.name))
    return {**raw, **given}


@dataclass(slots=True)
class _Settings:
    """The file's settings; what is wrong with one is noted, and its value is then None."""

    raw: dict[str, Any]
    file: Path
    problems: Problems

    def check_names(self) -> None:
        """Note what is unknown; what is missing is noted where it is used."""
        for name in sorted(set(self.raw) - _REQUIRED - _OPTIONAL):
            self.problems.add(SettingUnknown(excerpt(name)))

    def terms(self) -> dict[str, Any]:
        """All terms but the ranges."""
        self.take("roll", lambda value: _whole("roll", value, 1, _MOST_ROLLS))
        labels = self.take("options", lambda value: check_labels(_texts("options", value))) or ()
        document = self.take("document", self._document)
        terms = {
            "roll": self.raw.get("roll"),
            "question": self.take("question", lambda value: check_question(_text("question", value))),
            "labels": labels,
            **self._picks(len(labels)),
            **self._costs(len(labels)),
            **self._points(),
            **self._period(),
            "document": document and document.hash,
            "document_uri": self.take("document_uri", lambda value: _text("document_uri", value)),
            "outcome": self._outcome(labels),
        }
        self._check_cap(terms)
        self._check_least_total(terms)
        return terms

    def take(self, name: str, parse: Callable[[Any], Parsed]) -> Parsed | None:
        """What a setting means; an optional one that is not there is parsed as None only if it is `districts`."""
        if name not in self.raw and name != "districts":
            if name not in _OPTIONAL:
                self.problems.add(SettingMissing(name))
            return None
        try:
            return parse(self.raw.get(name))
        except InputError as error:
            self.problems.add(error)
            return None

    def _document(self, value: Any) -> Document:
        """The document beside the file."""
        return read_document(self.file.parent / _text("document", value))

    def _picks(self, options: int) -> dict[str, int | None]:
        rule = self.take("rule", lambda value: _one_of("rule", value, RULES))
        if rule == "exactly-one":
            return {"least": 1, "most": 1}
        if rule is not None and "picks" not in self.raw:
            self.problems.add(SettingMissing("picks"))
        # Options that cannot be used say nothing of how many may be picked.
        most = self.take("picks", lambda value: _whole("picks", value, 1, options or MOST_OPTIONS))
        least = self.take("least", lambda value: _whole("least", value, 1, most or 1))
        return {"least": most if rule == "exactly" else least or 1, "most": most}

    def _costs(self, options: int) -> dict[str, Any]:
        """Cap and costs, both or none."""
        for name, other in (("cap", "costs"), ("costs", "cap")):
            if name in self.raw and other not in self.raw:
                self.problems.add(SettingMissing(other))
        costs = self.take("costs", lambda value: _costs(value, options)) if options else None
        return {"cap": self.take("cap", lambda value: _whole("cap", value, 1, _MOST_COST)) or 0, "costs": costs or ()}

    def _check_cap(self, terms: Mapping[str, Any]) -> None:
        """Note a cap below which no ballot can pick as many options as it must."""
        cap, costs, outcome, least = (terms[name] for name in ("cap", "costs", "outcome", "least"))
        if not (cap and costs and outcome and least):
            return
        chosen = sorted(cost for option, cost in enumerate(costs) if not outcome.blank >> option & 1)[:least]
        if sum(chosen) > cap:
            self.problems.add(CapTooLow(cap, len(chosen), sum(chosen)))

    def _points(self) -> dict[str, int]:
        """What a ballot of a score poll may give; nothing of another poll."""
        if not _POINTS & set(self.raw):
            return {}
        if not {"points", "total"} & set(self.raw):
            self.problems.add(SettingMissing("total"))
        total = self.take("total", lambda value: _whole("total", value, 1, _MOST_TOTAL)) or 0
        least = self.take("least_total", lambda value: _whole("least_total", value, 1, _MOST_TOTAL)) or 0
        most = self.take("points", lambda value: _whole("points", value, 1, MOST_POINTS))
        return {"most_points": most or min(total, MOST_POINTS) or 1, "most_total": total, "least_total": least}

    def _check_least_total(self, terms: Mapping[str, Any]) -> None:
        """Note a least total that no ballot can reach."""
        least, picks = terms.get("least_total"), terms["most"]
        if not (least and picks):
            return
        most = picks * terms["most_points"]
        most = min(most, terms["most_total"] or most)
        if least > most:
            self.problems.add(LeastTotalTooHigh(least, most))

    def _period(self) -> dict[str, int | None]:
        start = self.take("start", lambda value: _seconds("start", value))
        end = self.take("end", lambda value: _seconds("end", value))
        if start is not None and end is not None and end <= start:
            self.problems.add(EndsBeforeStart(str(self.raw["start"]), str(self.raw["end"])))
        return {"start": start, "end": end}

    def _outcome(self, labels: Sequence[str]) -> OutcomeTerms | None:
        name = self.take("aim", lambda value: _one_of("aim", value, tuple(AIMS)))
        if name is None:
            return None
        aim = AIMS[name]
        self._check_aim(aim)
        self._check_points(aim)
        proposal, blank = (self._mask(setting, labels) for setting in ("proposal", "blank"))
        quorum = self.take("quorum", lambda value: threshold_of("quorum", _text("quorum", value), Measure.BALLOTS))
        majority = self.take(
            "majority", lambda value: threshold_of("majority", _text("majority", value), Measure.SUPPORT)
        )
        seats = self.take("seats", lambda value: _whole("seats", value, 1, _MOST_SEATS))
        if aim is Aim.ELECTION and seats is None:
            seats = 1
        return OutcomeTerms(aim, seats or 0, proposal, blank, quorum or NO_QUORUM, majority or NO_MAJORITY)

    def _check_aim(self, aim: Aim) -> None:
        """Note settings that the aim lacks, or has no use for."""
        needed = {Aim.DECISION: {"proposal", "majority"}}.get(aim, set())
        useless = {Aim.ELECTION: {"proposal"}, Aim.DECISION: {"seats"}}.get(aim, {"proposal", "seats", "majority"})
        for name in sorted(needed - set(self.raw)):
            self.problems.add(SettingMissing(name))
        for name in sorted(useless & set(self.raw)):
            self.problems.add(NotOfTheAim(name, aim))

    def _check_points(self, aim: Aim) -> None:
        """Note what takes points for voters."""
        if not _POINTS & set(self.raw):
            return
        if aim is Aim.DECISION or "majority" in self.raw:
            self.problems.add(NotOfPoints("majority" if "majority" in self.raw else "aim"))

    def _mask(self, name: str, labels: Sequence[str]) -> int:
        """Options named by their labels, as a bit mask; none where the labels cannot be used."""
        if not labels:
            return 0
        return self.take(name, lambda value: _mask(name, _texts(name, value), labels)) or 0


def _mask(name: str, named: Sequence[str], labels: Sequence[str]) -> int:
    if unknown := tuple(label for label in named if label not in labels):
        raise NotOptions(name, unknown)
    return sum(1 << labels.index(label) for label in set(named))


def _costs(value: object, options: int) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) != options:
        raise NotCosts(options)
    return tuple(_whole("costs", cost, 0, _MOST_COST) for cost in value)


def _ranges(roll: VoterList, codes: object) -> tuple[tuple[int, int], ...]:
    """Index ranges of districts, neighbours joined."""
    if codes is None:
        return roll.ranges()
    return roll.ranges(part for code in sorted(set(_codes(codes))) for part in roll.district(code))


def _codes(value: object) -> list[int]:
    if isinstance(value, list) and value and all(type(code) is int for code in value):
        return value
    raise NotDistrictList(_brief(value))


def _one_of(name: str, value: object, known: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in known:
        return value
    raise NotOneOf(name, _brief(value), ", ".join(known))


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise NotText(name, _brief(value))
    return value


def _texts(name: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise NotTexts(name, _brief(value))
    return value


def _whole(name: str, value: object, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotAnInteger(name, f'"{_brief(value)}"' if isinstance(value, str) else _brief(value))
    if not least <= value <= most:
        raise NumberBeyond(name, value, least, most)
    return value


def _seconds(name: str, value: object) -> int:
    if not isinstance(value, datetime) or value.tzinfo is None or value.timestamp() < 0:
        raise NotAMoment(name, _brief(value))
    return int(value.timestamp())


def _brief(value: object) -> str:
    return excerpt(str(value))
