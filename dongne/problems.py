"""Collects everything that is wrong with an input file, so that one reading tells all of it."""

from pathlib import Path

from dongne.errors import DongneError, Problem, RejectedFile


class Problems:
    """The problems found so far in one file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._found: list[Problem] = []

    def add(self, reason: DongneError, line: int | None = None, column: str = "") -> None:
        """Note a problem; `line` counts from 1, None means the whole file."""
        self._found.append(Problem(reason, line, column))

    @property
    def found(self) -> tuple[Problem, ...]:
        """All of them, in the order of the file; those of the whole file come first."""
        return tuple(sorted(self._found, key=lambda problem: problem.line or 0))

    def raise_if_any(self) -> None:
        """End the reading if anything was wrong.

        Raises:
            RejectedFile: something was.
        """
        if self._found:
            raise RejectedFile(self.file, self.found)
