"""Gas of the suite's operations, as receipts of real signed transactions state it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Measurement:
    """One operation's gas, measured once or over several seeds.

    Attributes:
        operation: its name in reports/gas.json.
        figures: gas used, one figure a seed; of a batch, the receipt's divided by the items.
        floor: what the protocol charges for the data, the storage and the signatures alone.
        budget: what the operation may cost in the worst of the seeds.
    """

    operation: str
    figures: Sequence[float]
    floor: int
    budget: int

    @property
    def gas(self) -> float:
        """The figure to publish: the median over the seeds."""
        return median(self.figures)

    @property
    def worst(self) -> float:
        """The dearest seed."""
        return max(self.figures)

    @property
    def within(self) -> bool:
        """Whether every figure is plausible and affordable."""
        return self.floor <= min(self.figures) and self.worst <= self.budget
