"""What a measurement says: a number with its unit, and what it must at least or at most be."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from math import log
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    Attributes:
        name: what was measured.
        value: how much it was.
        unit: of the value.
        least: it must not be below; None where that does not matter.
        most: it must not be above; None where that does not matter.
    """

    name: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None

    @property
    def is_within(self) -> bool:
        """Whether it is as it must be."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    def as_json(self) -> dict[str, Any]:
        """The figure for `reports/bench.json`."""
        return asdict(self) | {"within": self.is_within}


Section = Callable[[], Iterator[Figure]]
"""Measures one subject."""


def exponent(sizes: dict[int, float]) -> float:
    """How the time grows with the size: 1 is linear, 2 quadratic; from the smallest of several sizes to the largest."""
    (small, early), (large, late) = min(sizes.items()), max(sizes.items())
    return log(late / early) / log(large / small)
