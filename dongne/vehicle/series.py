"""The series of a vehicle's readings as the registry links them, replayed from the records."""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field

from dongne.vehicle.records import STRUCK_BY, Record


@dataclass
class Series:
    """Standing readings by date, and those that came too late to be one of the two latest; see History.sol.

    Attributes:
        linked: (Unix seconds, number) of the readings of the series, oldest first.
        late: the same of the readings apart, oldest first.
    """

    linked: list[tuple[int, int]] = field(default_factory=list)
    late: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def of(cls, records: Iterable[Record]) -> "Series":
        """The series that records lead to, in their order."""
        series, written, hidden = cls(), dict[int, Record](), dict[int, int]()
        for record in records:
            if record.supersedes:
                series._correct(record, written, hidden)
            if record.is_reading:
                series._place(record)
            written[record.number] = record
        return series

    def neighbours(self, number: int) -> tuple[int, tuple[int, ...]]:
        """What a witness shows besides a record: the next newer reading if that is not the last, and all neighbours."""
        numbers = [each for _time, each in self.linked]
        if number not in numbers:
            return 0, ()
        place = numbers.index(number)
        if place == len(numbers) - 1:
            return 0, tuple(numbers[max(place - 2, 0) : place])
        older = tuple(numbers[max(place - 1, 0) : place])
        if place == len(numbers) - 2:
            return 0, older
        return numbers[place + 1], (*older, numbers[place + 1])

    def _correct(self, correction: Record, written: dict[int, Record], hidden: dict[int, int]) -> None:
        """`hidden` has the number of the correction by number of the record that it supersedes."""
        gone = written[correction.supersedes]
        self._remove(gone)
        if correction.recorder == STRUCK_BY and hidden.get(gone.supersedes) == gone.number:
            del hidden[gone.supersedes]
            if written[gone.supersedes].is_reading:
                self._place(written[gone.supersedes])
        hidden[gone.number] = correction.number

    def _place(self, record: Record) -> None:
        key = (record.occurred_at, record.number)
        insort(self.late if len(self.linked) > 1 and key < self.linked[-2] else self.linked, key)

    def _remove(self, gone: Record) -> None:
        key = (gone.occurred_at, gone.number)
        if key in self.late:
            self.late.remove(key)
        if key not in self.linked:
            return
        self.linked.remove(key)
        # One of the two latest is gone: a late reading may take the place.
        if self.late and self.late[-1] > (self.linked[-2] if len(self.linked) > 1 else ()):
            self.linked.insert(-1, self.late.pop())
