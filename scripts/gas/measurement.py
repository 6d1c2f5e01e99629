"""Gas of the suite's operations, as receipts of real signed transactions state it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """One operation's gas.

    Attributes:
        operation: its name in reports/gas.json.
        gas: gas used; of a batch, the receipt's divided by the items.
        floor: what the protocol charges for the data, the storage and the signatures alone.
        budget: what the operation may cost.
    """

    operation: str
    gas: float
    floor: int
    budget: int

    @property
    def within(self) -> bool:
        """Whether the figure is plausible and affordable."""
        return self.floor <= self.gas <= self.budget
