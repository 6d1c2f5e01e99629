"""Choices as people name them (numbers of options) and as the chain takes them (a bit mask), and a poll's rule."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from dongne.ballot.errors import NoSuchOption, OptionNamedTwice
from dongne.language import Joined, Message, _, _n

MOST_OPTIONS = 256
"""Largest number of options of a poll."""


class BallotRule(Protocol):
    """Which choices a poll counts, a number whatever the ballot."""

    def allows(self, choices: int) -> bool:
        """Whether the choices are counted."""

    def in_words(self) -> Message | Joined:
        """The rule as voters read it."""


@dataclass(frozen=True, slots=True)
class ChoiceRule:
    """Which choices a poll counts.

    Attributes:
        options: how many there are, 2 to 256.
        least: how many must be picked, at least 1.
        most: how many may be picked.
        blank: mask of the blank options: a ballot that picks one picks nothing else.
        cap: most that the picked options may cost together; 0 for no cap.
        costs: of each option; empty if there is no cap.
    """

    options: int
    least: int
    most: int
    blank: int = 0
    cap: int = 0
    costs: tuple[int, ...] = ()

    def allows(self, choices: int) -> bool:
        """Whether the choices, a bit mask, are counted."""
        if choices >> self.options:
            return False
        if choices & self.blank:
            return choices.bit_count() == 1
        if not self.least <= choices.bit_count() <= self.most:
            return False
        return not self.cap or self.cost(choices) <= self.cap

    def cost(self, mask: int) -> int:
        """What the choices cost together."""
        return sum(self.costs[option] for option in options_of(mask)) if self.costs else 0

    def in_words(self) -> Message | Joined:
        """The rule as voters read it."""
        if not self.cap:
            return self._picks()
        return Joined((self._picks(), Message(_("costing at most {cap:,}"), {"cap": self.cap})), ", ")

    def _picks(self) -> Message:
        if self.least == self.most:
            exactly = _n("exactly {count} option", "exactly {count} options")
            return Message(_("exactly one option") if self.most == 1 else exactly, {"count": self.most})
        if self.least > 1:
            return Message(_("{least} to {count} options"), {"least": self.least, "count": self.most})
        return Message(_n("at most {count} option", "up to {count} options"), {"count": self.most})


def mask_bytes(options: int) -> int:
    """How many bytes a mask takes in batches and logs of a poll with so many options."""
    return (options + 7) // 8


def mask_of(options: Iterable[int]) -> int:
    """The bit mask of option numbers, each 0 to 255 and named once.

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


def labels_of(mask: int, labels: Sequence[str]) -> tuple[str, ...]:
    """The labels of the options of a bit mask, in their order."""
    return tuple(labels[option] for option in options_of(mask))
