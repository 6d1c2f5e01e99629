"""Collects everything that is wrong with an input file, so that one reading tells all of it."""

from pathlib import Path

from dongne.errors import InputError
from dongne.explanations.sentence import Sentence

_SHOWN = 20


class RejectedFile(InputError):
    """A file with problems; nothing of it was used.

    Attributes:
        problems: each with file and line, in the order of the file.
    """

    def __init__(self, problems: list[InputError]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        first, others = self.problems[0], self.problems[1:_SHOWN]
        count, unsaid = len(self.problems), len(self.problems) - 1 - len(others)
        lines = [first.reason, *(other.said for other in others)]
        if unsaid:
            lines.append(Sentence(f"… and {unsaid} more", f"… 그 밖에 {unsaid}건"))
        lines.append(
            Sentence(
                f"Nothing of the file was used; problems in all: {count}.",
                f"파일의 내용은 아무것도 쓰이지 않았습니다. 문제는 모두 {count}건입니다.",
            )
        )
        super().__init__(Sentence.joined("\n", lines), first.file, first.line)


class Problems:
    """The problems found so far in one file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._found: list[InputError] = []

    def add(self, line: int | None, reason: Sentence) -> None:
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
        raise InputError(
            Sentence(f"the file cannot be read ({error.strerror})", f"파일을 읽을 수 없습니다({error.strerror})"), file
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            Sentence(
                f"byte {error.start} is not UTF-8; save the file as UTF-8",
                f"바이트 위치 {error.start}의 값이 UTF-8이 아닙니다. 파일을 UTF-8로 저장하세요",
            ),
            file,
        ) from error
