"""Choices as people name them (numbers of options) and as the chain takes them (a bit mask)."""

from collections.abc import Iterable

from dongne.ballot.errors import NoSuchOption, OptionNamedTwice
from dongne.language import Message, Template, Word, _, _n

MOST_OPTIONS = 128
"""Largest number of options of a poll."""


class Rule(Word):
    """What makes choices valid."""

    EXACTLY_ONE = 0, _("exactly one")
    UP_TO = 1, _("up to")
    EXACTLY = 2, _("exactly")

    def allows(self, mask: int, options: int, picks: int) -> bool:
        """Whether a poll of this rule counts the choices `mask`."""
        if mask >> options:
            return False
        picked = mask.bit_count()
        return 1 <= picked <= picks if self is Rule.UP_TO else picked == picks

    def in_words(self, picks: int) -> Message:
        """The rule with its number, as voters read it."""
        return Message(_RULES[self], {"count": picks})


_RULES: dict[Rule, Template] = {
    Rule.EXACTLY_ONE: _("exactly one option"),
    Rule.UP_TO: _n("at most {count} option", "up to {count} options"),
    Rule.EXACTLY: _n("exactly {count} option", "exactly {count} options"),
}


def mask_of(options: Iterable[int]) -> int:
    """The bit mask of option numbers, each 0 to 127 and named once.

    Raises:
        InputError: a number is out of range or named twice.
    """
    mask = 0
    for option in options:
        if not 0 <= option < MOST_OPTIONS:
            raise NoSuchOption(option, MOST_OPTIONS - 1)
        if mask >> option & 1:
            raise OptionNamedTwice(option)
        mask |= 1 << option
    return mask


def options_of(mask: int) -> list[int]:
    """The option numbers of a bit mask, ascending."""
    return [option for option in range(mask.bit_length()) if mask >> option & 1]
