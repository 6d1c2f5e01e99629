"""Points as people give them (by option), as the chain takes them (two bytes each), and a score poll's rule.

Where votes of all polls are dealt with alike, the choices of a ballot are one number. Of a score poll it has eight bits
for each option, which hold its points: bits 0 to 7 those of option 0.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dongne.ballot.choices import MOST_OPTIONS, ChoiceRule, mask_of
from dongne.ballot.errors import NoSuchOption, PointsOutOfRange, ScoresCutOff
from dongne.language import Joined, Message, _, _n

MOST_POINTS = 255
"""Largest number of points that a ballot gives to one option."""

MOST_SCORED = 255
"""Largest number of options to which a ballot gives points."""

_BITS = 8


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """Which scores a poll counts.

    Attributes:
        scored: which options may get points together.
        most_points: that a ballot may give to an option, 1 to 255.
        most_total: that a ballot may give altogether; 0 for no limit.
        least_total: that a ballot must give altogether, unless it is blank.
    """

    scored: ChoiceRule
    most_points: int
    most_total: int = 0
    least_total: int = 0

    def allows(self, choices: int) -> bool:
        """Whether the points are counted."""
        points = points_of(choices)
        if any(given > self.most_points for given in points.values()):
            return False
        if self.most_total and sum(points.values()) > self.most_total:
            return False
        blank = [given for option, given in points.items() if self.scored.blank >> option & 1]
        if any(given > 1 for given in blank) or (not blank and sum(points.values()) < self.least_total):
            return False
        return all(option < MOST_OPTIONS for option in points) and self.scored.allows(mask_of(points))

    def in_words(self) -> Joined:
        """The rule as voters read it."""
        each = _n("up to {count} point each", "up to {count} points each")
        parts: list[Message | Joined] = [self.scored.in_words(), Message(each, {"count": self.most_points})]
        if total := self._total_in_words():
            parts.append(total)
        return Joined(tuple(parts), ", ")

    def _total_in_words(self) -> Message | None:
        least, most = self.least_total, self.most_total
        if least <= 1:
            total = _n("{count} point altogether", "up to {count} points altogether")
            return Message(total, {"count": most}) if most else None
        if least == most:
            return Message(_("{count} points altogether, no fewer"), {"count": most})
        if most:
            return Message(_("{least} to {most} points altogether"), {"least": least, "most": most})
        return Message(_("{least} points altogether or more"), {"least": least})


def choices_of(points: Mapping[int, int]) -> int:
    """Points by option as one number; options without points may be left out.

    Raises:
        InputError: an option or its points are out of range.
    """
    choices = 0
    for option, given in points.items():
        if not 0 <= option < MOST_OPTIONS:
            raise NoSuchOption(option, MOST_OPTIONS - 1)
        if not 0 <= given <= MOST_POINTS:
            raise PointsOutOfRange(option, given, MOST_POINTS)
        choices |= given << _BITS * option
    return choices


def points_of(choices: int) -> dict[int, int]:
    """Points by option of such a number, without the options that get none, ascending."""
    packed = choices.to_bytes((choices.bit_length() + 7) // 8, "little")
    return {option: given for option, given in enumerate(packed) if given}


def pack_scores(choices: int) -> bytes:
    """Scores as contracts take them: option (1 byte) and points (1), by option."""
    return b"".join(bytes(pair) for pair in points_of(choices).items())


def unpack_scores(packed: bytes) -> int:
    """The number for such bytes.

    Raises:
        ScoresCutOff: they are not scores, or not in the one order in which scores are written.
    """
    pairs = list(zip(packed[::2], packed[1::2], strict=False))
    options = [option for option, _points in pairs]
    if len(packed) % 2 or options != sorted(set(options)) or any(points == 0 for _option, points in pairs):
        raise ScoresCutOff(packed.hex())
    return choices_of(dict(pairs))


def total_of(ballots: Iterable[tuple[int, int]], options: int) -> list[int]:
    """Points by option, of choices and how many voters made them."""
    totals = [0] * options
    for option, points in _given(ballots):
        totals[option] += points
    return totals


def _given(ballots: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for choices, times in ballots:
        for option, points in points_of(choices).items():
            yield option, points * times
