"""Reads files that state a programme's terms (TOML): every setting by its parser, everything wrong told at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dongne.currency.files import MAX_CATEGORY
from dongne.errors import InputError
from dongne.language import Message, Readable, _
from dongne.problems import Problems
from dongne.texts import excerpt, read_toml

_LATEST = 2**40 - 1

Parser = Callable[[Any], Any]
"""What a value of the file means; an InputError where it means nothing."""


@dataclass(eq=False)
class TermsIncomplete(InputError):
    """A setting that a programme's file must have."""

    template = _("The setting “{setting}” is missing. docs/formats.md shows a whole file.")
    setting: str


@dataclass(eq=False)
class TermsUnknown(InputError):
    """A setting that a programme's file may not have."""

    template = _("There is no setting “{setting}”. Possible are: {known}.")
    setting: str
    known: tuple[str, ...]


@dataclass(eq=False)
class TermsNotValid(InputError):
    """A setting of a programme's file that says something impossible."""

    template = _("“{setting}” must be {expected}.")
    setting: str
    expected: Readable


def read_settings(file: Path, parsers: Mapping[str, Parser], required: Sequence[str]) -> dict[str, Any]:
    """What the settings of a file mean, by name; None for those left out.

    Args:
        parsers: of all settings that the file may have.
        required: names of those that it must have.

    Raises:
        RejectedFile: with everything that is missing, misspelt or impossible.
        UnreadableFile: it cannot be read, or is not TOML.
    """
    raw, problems = read_toml(file), Problems(file)
    for name in sorted(raw.keys() - parsers.keys()):
        problems.add(TermsUnknown(excerpt(name), tuple(parsers)))
    for name in required:
        if name not in raw:
            problems.add(TermsIncomplete(name))
    values = {name: _parsed(raw, name, parse, problems) for name, parse in parsers.items()}
    problems.raise_if_any()
    return values


def text_in(setting: str, value: Any) -> str:
    """Text in quotes."""
    if not isinstance(value, str):
        raise TermsNotValid(setting, Message(_("text in quotes")))
    return value


def moment_in(setting: str, value: Any, zone: ZoneInfo) -> int:
    """Unix seconds of a date, in the city's time zone where it names none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime):
        raise TermsNotValid(setting, Message(_("a date and time without quotes, such as 2026-12-01T00:00:00")))
    moment = int((value if value.tzinfo else value.replace(tzinfo=zone)).timestamp())
    if not 0 <= moment <= _LATEST:
        raise TermsNotValid(setting, Message(_("a date from 1970 on")))
    return moment


def number_in(setting: str, value: Any, least: int, most: int) -> int:
    """A whole number of a range."""
    if type(value) is not int or not least <= value <= most:
        raise TermsNotValid(
            setting, Message(_("a whole number from {least} to {most}"), {"least": least, "most": most})
        )
    return value


def categories_in(setting: str, value: Any, most: int) -> tuple[int, ...]:
    """Trade codes, each once."""
    codes = value if isinstance(value, list) else []
    sound = all(type(code) is int and 0 <= code <= MAX_CATEGORY for code in codes)
    if not sound or not 1 <= len(codes) <= most:
        raise TermsNotValid(setting, Message(_("a list of 1 to {most} trade codes"), {"most": most}))
    return tuple(dict.fromkeys(codes))


def hash_in(setting: str, value: Any) -> bytes:
    """32 bytes in hexadecimal digits."""
    try:
        found = bytes.fromhex(text_in(setting, value).removeprefix("0x"))
    except ValueError:
        found = b""
    if len(found) != 32:
        raise TermsNotValid(setting, Message(_("0x and 64 hexadecimal digits")))
    return found


def _parsed(raw: Mapping[str, Any], name: str, parse: Parser, problems: Problems) -> Any:
    if name not in raw:
        return None
    try:
        return parse(raw[name])
    except InputError as error:
        problems.add(error)
        return None
