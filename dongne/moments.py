"""Dates and times as people write them, in Korea and elsewhere; what could mean two days is refused.

No general parser: those complete a date from today's, take "1,2,3" for one, and decide silently whether 03/04 is in
March or in April. Which moment a record or a sale is dated by is evidence.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from dongne.errors import InputError
from dongne.language import _
from dongne.texts import excerpt, trimmed

_YEAR, _MONTH, _DAY = "\N{HANGUL SYLLABLE NYEON}", "\N{HANGUL SYLLABLE WEOL}", "\N{HANGUL SYLLABLE IL}"
_HOUR, _MINUTE, _SECOND = "\N{HANGUL SYLLABLE SI}", "\N{HANGUL SYLLABLE BUN}", "\N{HANGUL SYLLABLE CO}"
_BEFORE_NOON = "\N{HANGUL SYLLABLE O}\N{HANGUL SYLLABLE JEON}"
_AFTER_NOON = "\N{HANGUL SYLLABLE O}\N{HANGUL SYLLABLE HU}"
_DAY_OF_WEEK = "\N{HANGUL SYLLABLE YO}\N{HANGUL SYLLABLE IL}"
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_NAME = r"(?P<name>[a-z]{3,9})\.?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? +)?"
_ORDINAL = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"

_DATES = (
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
    r"(?P<year>\d{4})(?P<mark>[-/.]) ?(?P<month>\d{1,2})(?P=mark) ?(?P<day>\d{1,2})\.?",
    rf"(?P<year>\d{{4}}){_YEAR} ?(?P<month>\d{{1,2}}){_MONTH} ?(?P<day>\d{{1,2}}){_DAY}",
    rf"{_WEEKDAY}{_ORDINAL}[ -]{_NAME},?[ -](?P<year>\d{{4}})",
    rf"{_WEEKDAY}{_NAME} {_ORDINAL},? (?P<year>\d{{4}})",
    r"(?P<one>\d{1,2})(?P<mark>[-/.]) ?(?P<other>\d{1,2})(?P=mark) ?(?P<year>\d{4})",
)
_TIME = (
    rf"(?:(?P<before>am|pm|{_BEFORE_NOON}|{_AFTER_NOON}) ?)?"
    rf"(?P<hour>\d{{1,2}})(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    rf"|{_HOUR}(?: ?(?P<minute2>\d{{1,2}}){_MINUTE}(?: ?(?P<second2>\d{{1,2}}){_SECOND})?)?)"
    rf"(?: ?(?P<after>am|pm))?"
)
_ZONE = r"(?:z|kst|utc|gmt|(?:utc|gmt)?(?P<sign>[-+])(?P<hours>\d\d):?(?P<minutes>\d\d)?)(?: ?\([^)]*\))?"
_WEEKDAY_BEHIND = rf"(?: ?\([^)\d]*\)| [^ \d]{_DAY_OF_WEEK})?"
_SHAPES = tuple(
    re.compile(rf"{date}{_WEEKDAY_BEHIND}(?:(?:t|,? ){_TIME}(?P<zone> ?{_ZONE})?)?", re.ASCII) for date in _DATES
)
_KOREA = timezone(timedelta(hours=9))
_CALENDAR_MONTH = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)
_LAST_YEAR = 7_000
"""The contracts' numbers of months end soon after."""


@dataclass(eq=False)
class NotADate(InputError):
    """A text that is not a date, or one that is not in the calendar."""

    template = _("“{text}” is not a date. Write it like 2026-12-01, or 2026-12-01 09:30 with a time.")
    text: str


@dataclass(eq=False)
class AmbiguousDate(InputError):
    """Day and month could be exchanged."""

    template = _("“{text}” could be {first} or {second}. Write the year first, then the month, then the day.")
    text: str
    first: str
    second: str


@dataclass(eq=False)
class DateInFuture(InputError):
    """Later than now, where only what has happened can be written down."""

    template = _("“{text}” is in the future. Check the date and its time zone.")
    text: str


@dataclass(eq=False)
class DateBefore1970(InputError):
    """Earlier than the chain can say."""

    template = _("“{text}” is before 1970. Check the year.")
    text: str


@dataclass(eq=False)
class NotAMonth(InputError):
    """A text that is not a calendar month."""

    template = _("“{text}” is not a month. Write year and month, e.g. 2026-11.")
    text: str


def month_named(text: str) -> int:
    """The calendar month that a text such as "2026-11" means; months since January 1970.

    Raises:
        NotAMonth: it means none.
    """
    found = _CALENDAR_MONTH.fullmatch(trimmed(text))
    if found is None or not 1970 <= int(found[1]) <= _LAST_YEAR or not 1 <= int(found[2]) <= 12:
        raise NotAMonth(excerpt(text))
    return (int(found[1]) - 1970) * 12 + int(found[2]) - 1


def moment(text: str, zone: tzinfo) -> datetime:
    """What a date means, with or without a time; without one, the start of that day.

    Args:
        zone: the city's; counts where the text names none.

    Raises:
        NotADate: not understood, or not in the calendar.
        AmbiguousDate: such as 03/04/2024.
    """
    plain = _plain(text)
    for shape in _SHAPES:
        if found := shape.fullmatch(plain):
            try:
                return _moment(found, text, zone)
            except (ValueError, OverflowError):
                break
    raise NotADate(excerpt(text))


def names_time(text: str) -> bool:
    """Whether a date comes with a time of the day."""
    plain = _plain(text)
    return any(found["hour"] is not None for shape in _SHAPES if (found := shape.fullmatch(plain)))


def unix_moment(text: str, zone: tzinfo) -> int:
    """The same in Unix seconds, from 1970 on.

    Raises:
        NotADate, AmbiguousDate: as `moment`.
        DateBefore1970: earlier.
    """
    seconds = int(moment(text, zone).timestamp())
    if seconds < 0:
        raise DateBefore1970(excerpt(text))
    return seconds


def past_moment(text: str, now: int, zone: tzinfo) -> int:
    """The same, until `now`.

    Raises:
        NotADate, AmbiguousDate, DateBefore1970: as `unix_moment`.
        DateInFuture: later.
    """
    seconds = unix_moment(text, zone)
    if seconds > now:
        raise DateInFuture(excerpt(text))
    return seconds


def _plain(text: str) -> str:
    return " ".join(trimmed(text).lower().split())


def _moment(found: re.Match[str], text: str, zone: tzinfo) -> datetime:
    parts = {name: part for name, part in found.groupdict().items() if part}
    month, day = _month_and_day(parts, text)
    return datetime(
        int(parts["year"]),
        month,
        day,
        _hour(parts),
        int(parts.get("minute", parts.get("minute2", 0))),
        int(parts.get("second", parts.get("second2", 0))),
        tzinfo=_zone(parts, zone),
    )


def _month_and_day(parts: Mapping[str, str], text: str) -> tuple[int, int]:
    if "name" in parts:
        return _month_of(parts["name"]), int(parts["day"])
    if "month" in parts:
        return int(parts["month"]), int(parts["day"])
    one, other = int(parts["one"]), int(parts["other"])
    if one != other and one <= 12 and other <= 12:
        first, second = (f"{parts['year']}-{month:02}-{day:02}" for month, day in ((one, other), (other, one)))
        raise AmbiguousDate(excerpt(text), first, second)
    return (one, other) if one <= 12 else (other, one)


def _month_of(name: str) -> int:
    """1 to 12, from a month's English name or its first three letters or more."""
    for number, month in enumerate(_MONTHS, 1):
        if month.startswith(name):
            return number
    raise ValueError(name)


def _hour(parts: Mapping[str, str]) -> int:
    hour, half = int(parts.get("hour", 0)), parts.get("before") or parts.get("after")
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half in ("pm", _AFTER_NOON) else 0)


def _zone(parts: Mapping[str, str], city: tzinfo) -> tzinfo:
    if "zone" not in parts:
        return city
    if "sign" not in parts:
        return _KOREA if "kst" in parts["zone"] else UTC
    offset = timedelta(hours=int(parts["hours"]), minutes=int(parts.get("minutes", 0)))
    return timezone(offset if parts["sign"] == "+" else -offset)
