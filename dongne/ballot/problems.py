"""Collects everything that is wrong with an input file, so that one reading tells all of it."""

from pathlib import Path

from dongne.errors import InputError

_SHOWN = 20


class RejectedFile(InputError):
    """A file with problems; nothing of it was used.

    Attributes:
        problems: each with file and line, in the order of the file.
    """

    def __init__(self, problems: list[InputError]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        first, others = self.problems[0], self.problems[1:_SHOWN]
        more = [f"\n{problem}" for problem in others]
        unsaid = len(self.problems) - 1 - len(others)
        tail = f"\n… and {unsaid} more" if unsaid else ""
        count = f"\nNothing of the file was used; problems in all: {len(self.problems)}."
        super().__init__(f"{first.reason}{''.join(more)}{tail}{count}", first.file, first.line)


class Problems:
    """The problems found so far in one file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._found: list[InputError] = []

    def add(self, line: int | None, reason: str) -> None:
        """Note a problem; `line` counts from 1."""
        self._found.append(InputError(reason, self.file, line))

    def raise_if_any(self) -> None:
        """End the reading if anything was wrong.

        Raises:
            RejectedFile: something was.
        """
        if self._found:
            raise RejectedFile(self._found)


def text_of(file: Path) -> str:
    """The text of a UTF-8 file.

    Raises:
        InputError: it is not there, or is no UTF-8 text.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", file) from error
    except UnicodeDecodeError as error:
        raise InputError(f"byte {error.start} is not UTF-8; save the file as UTF-8", file) from error
