"""The km a day above which a rise is implausible, by class of vehicles: one word, as the registry holds it."""

from collections.abc import Sequence
from dataclasses import dataclass

CLASSES = 16
"""Classes that there can be."""

MOST_PACE = 2**16 - 1

_BITS = 16


@dataclass(frozen=True, slots=True)
class Paces:
    """Km a day by class, from class 0 on; 0 where the city does not use a class.

    Attributes:
        by_class: as many as are used, sixteen at most.
    """

    by_class: tuple[int, ...]

    def of(self, vehicle_class: int) -> int:
        """The pace of a class; that of class 0 where the class has none, which no registered vehicle is of."""
        pace = self.by_class[vehicle_class] if vehicle_class < len(self.by_class) else 0
        return pace or self.by_class[0]

    def pack(self) -> int:
        """16 bits for each class, from bit 0."""
        return pack_paces(self.by_class)

    @classmethod
    def unpack(cls, word: int) -> "Paces":
        """Read the registry's word."""
        by_class = [word >> _BITS * each & MOST_PACE for each in range(CLASSES)]
        while len(by_class) > 1 and not by_class[-1]:
            by_class.pop()
        return cls(tuple(by_class))


def pack_paces(by_class: Sequence[int]) -> int:
    """The same word from a list; the caller has checked its numbers."""
    return sum(pace << _BITS * place for place, pace in enumerate(by_class))
