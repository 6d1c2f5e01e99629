"""What people read: English in the source, Korean in the gettext catalogue `locale/ko/LC_MESSAGES/dongne.po`.

`_` and `_n` mark a text for the catalogue and return it unchanged; it is translated where it is shown.
"""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

Language = Literal["en", "ko"]

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "dongne"


class Plural(NamedTuple):
    """A text whose wording depends on its value `count`."""

    one: str
    many: str


Template = str | Plural
"""A text with its values as named placeholders: "Poll {poll} has ended"."""


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


def _n(one: str, many: str) -> Plural:
    """Mark a text that is worded differently where its value `count` is 1."""
    return Plural(one, many)


@runtime_checkable
class Readable(Protocol):
    """Whatever has a wording in each language."""

    def text(self, language: Language) -> str:
        """The wording in a language."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text with its values, not yet in any language.

    Attributes:
        template: English, with named placeholders.
        values: by placeholder; those that are `Readable` are shown in the reader's language.
    """

    template: Template
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        """The message as a reader of that language sees it."""
        values = {name: shown(value, language) for name, value in self.values.items()}
        return translated(self.template, language, self.values.get("count")).format_map(values)


@dataclass(frozen=True, slots=True)
class Joined:
    """Several messages as one."""

    messages: tuple[Readable, ...]
    separator: str = "; "

    def text(self, language: Language) -> str:
        """All of them in the reader's language."""
        return self.separator.join(message.text(language) for message in self.messages)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as the clocks of a time zone show it, the zone named: 2026-11-23 21:57 KST.

    Attributes:
        seconds: Unix seconds.
        zone: IANA name.
    """

    seconds: int
    zone: str = "UTC"

    def text(self, language: Language) -> str:
        """Date and time, the same in each language; the number where no calendar has such a day."""
        try:
            return datetime.fromtimestamp(self.seconds, ZoneInfo(self.zone)).strftime("%Y-%m-%d %H:%M %Z")
        except (ValueError, OverflowError, OSError):
            return str(self.seconds)


class Word(IntEnum):
    """A number of the contracts that people read as a word: `RESIDENT = 1, _("resident")`."""

    _value_: int
    label: str

    def __new__(cls, value: int, label: str = "") -> "Word":
        """A member with its English label; `Kind(1)` finds the member of a number."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    def text(self, language: Language) -> str:
        """The word as a reader of that language sees it."""
        return translated(self.label, language)


def translated(template: Template, language: Language, count: object = None) -> str:
    """A template in a language, its placeholders still open."""
    catalogue = _catalogue(language)
    if isinstance(template, Plural):
        return catalogue.ngettext(template.one, template.many, count if isinstance(count, int) else 2)
    return catalogue.gettext(template) if template else ""


def shown(value: object, language: Language) -> object:
    """A value as a message shows it."""
    if isinstance(value, Readable):
        return value.text(language)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple | list):
        return ", ".join(str(shown(item, language)) for item in value)
    return value


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    """The compiled catalogue; English where set-up has not compiled it yet."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE, [language], fallback=True)
