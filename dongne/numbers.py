"""Whole numbers as people write them: digits, with commas between thousands if they like."""

import re
from dataclasses import dataclass

from dongne.errors import InputError
from dongne.language import _
from dongne.texts import excerpt, trimmed

WHOLE = r"[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+"
"""A whole number: ASCII digits, or groups of three with commas between them."""

_WHOLE = re.compile(WHOLE)
_MOST_DIGITS = 100
"""More than any number of the chain has; beyond it a text is not even converted."""


@dataclass(eq=False)
class NotAWholeNumber(InputError):
    """A text that is not digits."""

    template = _("“{text}” is not a whole number. Write digits, e.g. 12500 or 12,500.")
    text: str


@dataclass(eq=False)
class NumberOutOfRange(InputError):
    """A whole number that is too small or too large for its use."""

    template = _("{text} is out of range: {least:,} to {most:,} is possible.")
    text: str
    least: int
    most: int


def whole_number(text: str, least: int, most: int) -> int:
    """A whole number of a range, from "12500" or "12,500"; signs, exponents and digits of other scripts are refused.

    Raises:
        NotAWholeNumber: not one, or with commas elsewhere than between thousands.
        NumberOutOfRange: below `least` or above `most`.
    """
    digits = trimmed(text)
    if not _WHOLE.fullmatch(digits):
        raise NotAWholeNumber(excerpt(text))
    if len(digits) > _MOST_DIGITS or not least <= (number := int(digits.replace(",", ""))) <= most:
        raise NumberOutOfRange(excerpt(digits), least, most)
    return number
