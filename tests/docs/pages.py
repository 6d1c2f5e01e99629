"""The documentation as tests see it: pages, their links, their code blocks and their tables."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """One Markdown file.

    Attributes:
        path: relative to the project's folder.
    """

    path: str

    @cached_property
    def text(self) -> str:
        return (ROOT / self.path).read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """The text without its code blocks."""
        return _FENCE.sub("", self.text)

    def blocks(self, language: str) -> list[str]:
        """Code blocks of a language."""
        return [body for name, body in _FENCE.findall(self.text) if name == language]

    def links(self) -> list[str]:
        return _LINK.findall(self.prose)

    def anchors(self) -> set[str]:
        """Where links may point, as GitHub names headings."""
        return {_anchor(heading) for heading in _HEADING.findall(self.prose)}

    def section(self, heading: str) -> str:
        """The text under a heading, up to the next one of its level or above."""
        assert f"\n{heading}\n" in self.text, f"{self.path} has no section “{heading}”"
        level = heading.split(" ", 1)[0]
        start = self.text.index(f"\n{heading}\n") + len(heading) + 2
        end = re.compile(rf"^#{{1,{len(level)}}} ", re.MULTILINE).search(self.text, start)
        return self.text[start : end.start() if end else None]


def pages() -> list[Page]:
    """All pages of the project."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    return [Page(str(file.relative_to(ROOT))) for file in sorted(found)]


def rows(text: str) -> Iterator[list[str]]:
    """Cells of every table row but the headers and their rulers."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if line.startswith("|") and not _is_ruler(line) and not _is_ruler(below):
            yield [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]


def tables(text: str) -> Iterator[list[list[str]]]:
    """Every table as its header and rows, without the ruler."""
    for block in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        lines = [line for line in block.splitlines() if not _is_ruler(line)]
        yield [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]


def _is_ruler(line: str) -> bool:
    return bool(re.fullmatch(r"\|[-:| ]+\|", line.strip()))


def _anchor(heading: str) -> str:
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", html.unescape(heading)).lower()
    return re.sub(r"[^\w\- ]", "", text).strip().replace(" ", "-")
