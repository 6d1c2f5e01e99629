"""How the numbers in a contract's error are read: times by the clock, kinds as words."""

from collections.abc import Callable

from dongne.language import Joined, Message, Moment, Readable, Word, _
from dongne.months import month_text

Reading = Callable[[int, str], object]
"""What people see instead of a number, in a time zone."""

_FOR_EVER = 2**40 - 1
"""Unix seconds by which the contracts write that there is no end."""


def bound(seconds: int, zone: str) -> Readable:
    """Start or end of an accreditation: 0 stands for never, the largest number for no end."""
    if not seconds:
        return Message(_("never"))
    return Message(_("without end")) if seconds >= _FOR_EVER else Moment(seconds, zone)


def month(number: int, _zone: str) -> str:
    """A calendar month, such as 2026-11."""
    return month_text(number)


def word(words: type[Word]) -> Reading:
    """A number that stands for a word; one that stands for none stays a number."""

    def read(number: int, _zone: str) -> object:
        return words(number) if number in list(words) else number

    return read


def words_of(words: type[Word]) -> Reading:
    """A set of words, bit k for word k."""

    def read(bits: int, _zone: str) -> object:
        return Joined(tuple(each for each in words if bits >> each & 1), ", ") if bits else Message(_("none"))

    return read
