"""What became of the lines of a file that was relayed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from dongne.ballot.secret.lines import Line
from dongne.errors import Problem
from dongne.language import Readable, Word, _

Item = TypeVar("Item")


class LineStanding(Word):
    """What became of a line."""

    TAKEN = 0, _("taken")
    TAKEN_BEFORE = 1, _("taken earlier")
    REFUSED = 2, _("refused")
    NOT_SENT = 3, _("not sent")


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What became of a line, and why it was refused; None otherwise."""

    line: int
    standing: LineStanding
    reason: Readable | None = None


@dataclass
class Outcomes(Generic[Item]):
    """What became of each line so far."""

    _by_line: dict[int, LineOutcome] = field(default_factory=dict)

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> "Outcomes[Item]":
        """Of lines that could not be read."""
        outcomes = cls()
        for problem in problems:
            outcomes._by_line[problem.line or 0] = LineOutcome(
                problem.line or 0, LineStanding.REFUSED, problem.reason.message
            )
        return outcomes

    def note(self, at: Line[Item], standing: LineStanding, reason: Readable | None = None) -> None:
        """Note what became of a line."""
        self._by_line[at.line] = LineOutcome(at.line, standing, reason)

    def in_order(self) -> list[LineOutcome]:
        """All of them, in the order of the file."""
        return [self._by_line[line] for line in sorted(self._by_line)]

    def counts(self) -> Counter[LineStanding]:
        """How many lines have each standing."""
        return Counter(outcome.standing for outcome in self._by_line.values())
