"""Choices as people name them (numbers of options) and as the chain takes them (a bit mask)."""

from collections.abc import Iterable
from enum import IntEnum

from dongne.errors import InputError
from dongne.explanations.sentence import Sentence

MOST_OPTIONS = 128
"""Largest number of options of a poll."""


class Rule(IntEnum):
    """What makes choices valid."""

    EXACTLY_ONE = 0
    UP_TO = 1
    EXACTLY = 2

    def allows(self, mask: int, options: int, picks: int) -> bool:
        """Whether a poll of this rule counts the choices `mask`."""
        if mask >> options:
            return False
        picked = mask.bit_count()
        return 1 <= picked <= picks if self is Rule.UP_TO else picked == picks


def mask_of(options: Iterable[int]) -> int:
    """The bit mask of option numbers, each 0 to 127 and named once.

    Raises:
        InputError: a number is out of range or named twice.
    """
    mask = 0
    for option in options:
        if not 0 <= option < MOST_OPTIONS:
            raise InputError(
                Sentence(
                    f"Option {option} does not exist; options are numbered from 0 to {MOST_OPTIONS - 1}",
                    f"선택지 {option}번은 없습니다. 0~{MOST_OPTIONS - 1}번 중에서 고르세요",
                )
            )
        if mask >> option & 1:
            raise InputError(
                Sentence(
                    f"Option {option} is named twice; name each once",
                    f"선택지 {option}번이 두 번 적혀 있습니다. 한 번씩만 쓰세요",
                )
            )
        mask |= 1 << option
    return mask


def options_of(mask: int) -> list[int]:
    """The option numbers of a bit mask, ascending."""
    return [option for option in range(mask.bit_length()) if mask >> option & 1]
