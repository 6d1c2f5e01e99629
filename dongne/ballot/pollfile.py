"""Reads the file from which a poll is opened: TOML, with the question's wording in a document beside it.

content = "question.json"              # hashed; the wording that voters read
content_uri = "https://…/question.json"
roll = 1
rule = "up-to"                         # exactly-one, up-to or exactly
options = 64
picks = 5                              # not for exactly-one
start = 2026-12-01T09:00:00+09:00
end = 2026-12-08T18:00:00+09:00
districts = [1135054500]               # optional; else the whole roll
quorum = "33.33%"                      # optional
pass_above = "50%"                     # optional
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from dongne.ballot.choices import MOST_OPTIONS, Rule
from dongne.ballot.document import Document, read_document
from dongne.ballot.errors import (
    EndsBeforeStart,
    NotAMoment,
    NotAnInteger,
    NotAPercentage,
    NotARule,
    NotDistrictList,
    NotText,
    NumberBeyond,
    SettingMissing,
    SettingUnknown,
)
from dongne.ballot.polls import PollSpec
from dongne.ballot.rolls import District, VoterList
from dongne.errors import InputError
from dongne.problems import Problems
from dongne.texts import excerpt, read_toml

RULES = {"exactly-one": Rule.EXACTLY_ONE, "up-to": Rule.UP_TO, "exactly": Rule.EXACTLY}
_REQUIRED = {"content", "content_uri", "roll", "rule", "options", "start", "end"}
_OPTIONAL = {"picks", "districts", "quorum", "pass_above"}
_MOST_ROLLS = 2**32 - 1
_PERCENTAGE = re.compile(r"(?P<whole>[0-9]{1,3})(?:\.(?P<parts>[0-9]{1,2}))?%")
_ALL_BPS = 10_000

Parsed = TypeVar("Parsed")


def read_poll(file: Path, roll_of: Callable[[int], VoterList]) -> PollSpec:
    """A poll as its file decides it.

    Args:
        roll_of: gives the roll of a number; districts become its index ranges.

    Raises:
        RejectedFile: with every setting that is missing, misspelt or misstated.
        UnreadableFile: it cannot be read, or is not TOML.
    """
    settings = _Settings(read_toml(file), file, Problems(file))
    settings.check_names()
    terms = settings.terms()
    settings.problems.raise_if_any()
    roll = roll_of(settings.raw["roll"])
    ranges = settings.take("districts", lambda codes: _ranges(roll, codes))
    settings.problems.raise_if_any()
    return PollSpec(**terms, ranges=ranges or ())


def document_of(file: Path) -> Document:
    """The document of a poll, named by the poll's file (.toml) or directly.

    Raises:
        InputError: the file names no document, or it cannot be read.
    """
    if file.suffix.lower() != ".toml":
        return read_document(file)
    settings = _Settings(read_toml(file), file, Problems(file))
    document = settings.take("content", settings.document)
    settings.problems.raise_if_any()
    assert document is not None  # otherwise there is a problem
    return document


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
        rule = self.take("rule", _rule)
        options = self.take("options", lambda value: _whole("options", value, 2, MOST_OPTIONS))
        document = self.take("content", lambda value: self.document(value, options))
        return {
            "roll": self.raw.get("roll"),
            "rule": rule,
            "options": options,
            "picks": self._picks(rule, options),
            **self._period(),
            "content_hash": document and document.hash,
            "content_uri": self.take("content_uri", lambda value: _text("content_uri", value)),
            "quorum_bps": self.take("quorum", lambda value: _bps("quorum", value)) or 0,
            "pass_bps": self.take("pass_above", lambda value: _bps("pass_above", value)) or 0,
        }

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

    def document(self, value: Any, options: int | None = None) -> Document:
        """The document beside the file."""
        return read_document(self.file.parent / _text("content", value), options)

    def _picks(self, rule: Rule | None, options: int | None) -> int | None:
        if rule is Rule.EXACTLY_ONE:
            return 1
        if rule is not None and "picks" not in self.raw:
            self.problems.add(SettingMissing("picks"))
        return self.take("picks", lambda value: _whole("picks", value, 1, options or MOST_OPTIONS))

    def _period(self) -> dict[str, int | None]:
        start = self.take("start", lambda value: _seconds("start", value))
        end = self.take("end", lambda value: _seconds("end", value))
        if start is not None and end is not None and end <= start:
            self.problems.add(EndsBeforeStart(str(self.raw["start"]), str(self.raw["end"])))
        return {"start": start, "end": end}


def _ranges(roll: VoterList, codes: object) -> tuple[tuple[int, int], ...]:
    """Index ranges of districts, neighbours joined."""
    if codes is None:
        return ((0, len(roll.voters)),)
    districts = {code: roll.district(code) for code in _codes(codes)}
    return _joined(sorted(districts.values(), key=lambda each: each.first))


def _joined(districts: Sequence[District]) -> tuple[tuple[int, int], ...]:
    ranges: list[tuple[int, int]] = []
    for district in districts:
        if ranges and sum(ranges[-1]) == district.first:
            ranges[-1] = (ranges[-1][0], ranges[-1][1] + district.count)
        else:
            ranges.append((district.first, district.count))
    return tuple(ranges)


def _codes(value: object) -> list[int]:
    if isinstance(value, list) and value and all(type(code) is int for code in value):
        return value
    raise NotDistrictList(_brief(value))


def _rule(value: object) -> Rule:
    if isinstance(value, str) and value in RULES:
        return RULES[value]
    raise NotARule(_brief(value), ", ".join(RULES))


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise NotText(name, _brief(value))
    return value


def _whole(name: str, value: object, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotAnInteger(name, _brief(value))
    if not least <= value <= most:
        raise NumberBeyond(name, value, least, most)
    return value


def _seconds(name: str, value: object) -> int:
    if not isinstance(value, datetime) or value.tzinfo is None or value.timestamp() < 0:
        raise NotAMoment(name, _brief(value))
    return int(value.timestamp())


def _bps(name: str, value: object) -> int:
    """A percentage in 1/10,000."""
    found = _PERCENTAGE.fullmatch(value) if isinstance(value, str) else None
    bps = int(found["whole"]) * 100 + int((found["parts"] or "").ljust(2, "0")) if found else _ALL_BPS + 1
    if bps > _ALL_BPS:
        raise NotAPercentage(name, _brief(value))
    return bps


def _brief(value: object) -> str:
    return excerpt(str(value))
