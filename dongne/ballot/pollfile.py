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

import tomllib
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from web3 import Web3

from dongne.ballot.ballot_box import PollSpec
from dongne.ballot.choices import Rule
from dongne.ballot.electoral_roll import VoterList
from dongne.errors import InputError
from dongne.explanations.sentence import Sentence
from dongne.problems import text_of

_RULES = {"exactly-one": Rule.EXACTLY_ONE, "up-to": Rule.UP_TO, "exactly": Rule.EXACTLY}
_REQUIRED = {"content", "content_uri", "roll", "rule", "options", "start", "end"}
_OPTIONAL = {"picks", "districts", "quorum", "pass_above"}


def read_poll(file: Path, roll_of: Callable[[int], VoterList]) -> PollSpec:
    """A poll as its file decides it.

    Args:
        roll_of: gives the roll of a number; districts become its index ranges.

    Raises:
        InputError: the file cannot be read, or lacks, misspells or misstates something.
    """
    try:
        raw = tomllib.loads(text_of(file))
        _check_names(raw)
        return _spec(raw, file, roll_of(_whole(raw, "roll")))
    except tomllib.TOMLDecodeError as error:
        raise InputError(Sentence(f"not TOML: {error}", f"TOML 형식이 아닙니다: {error}"), file) from error
    except InputError as error:
        raise error if error.file else InputError(error.reason, file) from error


def _check_names(raw: dict[str, Any]) -> None:
    missing, unknown = sorted(_REQUIRED - set(raw)), sorted(set(raw) - _REQUIRED - _OPTIONAL)
    if missing or unknown:
        raise InputError(
            Sentence(
                f"missing: {', '.join(missing) or 'nothing'}; unknown: {', '.join(unknown) or 'nothing'}",
                f"빠진 항목: {', '.join(missing) or '없음'}, 알 수 없는 항목: {', '.join(unknown) or '없음'}",
            )
        )


def _spec(raw: dict[str, Any], file: Path, roll: VoterList) -> PollSpec:
    if raw["rule"] not in _RULES:
        raise InputError(
            Sentence(
                f"rule is {raw['rule']!r}; expected {', '.join(_RULES)}",
                f"rule 값이 {raw['rule']!r}입니다. {', '.join(_RULES)} 중에서 고르세요",
            )
        )
    rule = _RULES[raw["rule"]]
    return PollSpec(
        roll=raw["roll"],
        rule=rule,
        options=_whole(raw, "options"),
        picks=1 if rule is Rule.EXACTLY_ONE else _whole(raw, "picks"),
        start=_seconds(raw, "start"),
        end=_seconds(raw, "end"),
        content_hash=bytes(Web3.keccak(_document(file.parent / str(raw["content"])))),
        content_uri=str(raw["content_uri"]),
        ranges=_ranges(roll, raw.get("districts")),
        quorum_bps=_bps(raw, "quorum"),
        pass_bps=_bps(raw, "pass_above"),
    )


def _ranges(roll: VoterList, codes: Sequence[int] | None) -> tuple[tuple[int, int], ...]:
    """Index ranges of districts, neighbours joined."""
    if codes is None:
        return ((0, len(roll.voters)),)
    ranges: list[tuple[int, int]] = []
    for district in sorted((roll.district(code) for code in set(codes)), key=lambda each: each.first):
        if ranges and sum(ranges[-1]) == district.first:
            ranges[-1] = (ranges[-1][0], ranges[-1][1] + district.count)
        else:
            ranges.append((district.first, district.count))
    return tuple(ranges)


def _document(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(
            Sentence(
                f"the document cannot be read ({error.strerror})", f"문안 파일을 읽을 수 없습니다({error.strerror})"
            ),
            file,
        ) from error


def _whole(raw: dict[str, Any], key: str) -> int:
    value = raw.get(key)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(
            Sentence(f"{key} is {value!r}; expected a whole number", f"{key} 값이 {value!r}입니다. 정수를 쓰세요")
        )
    return value


def _seconds(raw: dict[str, Any], key: str) -> int:
    value = raw[key]
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InputError(
            Sentence(
                f"{key} is {value}; expected date, time and offset, e.g. 2026-12-01T09:00:00+09:00",
                f"{key} 값이 {value}입니다. 날짜, 시각, 시간대를 쓰세요(예: 2026-12-01T09:00:00+09:00)",
            )
        )
    return int(value.timestamp())


def _bps(raw: dict[str, Any], key: str) -> int:
    text = str(raw.get(key, "0%"))
    try:
        share = Decimal(text.removesuffix("%")) * 100
    except InvalidOperation:
        share = Decimal("NaN")
    if not text.endswith("%") or not share.is_finite() or share != int(share) or not 0 <= share <= 10_000:
        raise InputError(
            Sentence(
                f"{key} is {text!r}; expected a percentage with at most two decimals, e.g. 33.33%",
                f"{key} 값이 {text!r}입니다. 소수점 아래 두 자리까지의 백분율을 쓰세요(예: 33.33%)",
            )
        )
    return int(share)
