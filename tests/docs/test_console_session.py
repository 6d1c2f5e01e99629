"""The session that the README shows, replayed in the console that `make console` opens."""

import os
import re
import subprocess
from dataclasses import dataclass

import pytest

from tests.docs.pages import ROOT, Page

INPUTS = 17
_PROMPT = ">>> "
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Exchange:
    """What a person types, and what the README says they see; … stands for anything."""

    typed: str
    shown: str

    def matches(self, seen: str) -> bool:
        pattern = ".*".join(re.escape(part) for part in self.shown.split("…"))
        return re.fullmatch(pattern, seen, re.DOTALL) is not None


def exchanges() -> list[Exchange]:
    (session,) = Page("README.md").blocks("pycon")
    found = []
    for part in session.removeprefix(_PROMPT).split(f"\n{_PROMPT}"):
        typed, _, shown = part.partition("\n")
        found.append(Exchange(typed, shown.strip()))
    return found


@pytest.fixture(scope="module")
def seen() -> list[str]:
    """What the console printed after each input."""
    typed = [exchange.typed for exchange in exchanges()]
    script = "".join(f"{line}\n{_marked(number)}\n" for number, line in enumerate(typed))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    environment["PYTHONUNBUFFERED"] = "1"  # else what is printed into a pipe comes after the next prompt
    run = subprocess.run(
        ["make", "--silent", "console"],
        cwd=ROOT,
        env=environment,
        input=script,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=600,
    )
    lines = [line.rstrip("\r").rsplit("\r")[-1] for line in _COLOUR.sub("", run.stdout).split("\n")]
    assert "name 'city' is not defined" not in run.stdout, f"the city was not loaded:\n{run.stdout.split(_PROMPT)[0]}"
    return [_answer(lines, number, line) for number, line in enumerate(typed)]


def test_the_session_has_all_its_inputs():
    assert len(exchanges()) == INPUTS


@pytest.mark.parametrize("number", range(INPUTS))
def test_the_console_answers_as_the_readme_says(seen, number):
    exchange = exchanges()[number]

    assert exchange.matches(seen[number]), f"{exchange.typed}\nshows\n{seen[number]}\nnot\n{exchange.shown}"


def _marked(number: int) -> str:
    return f'print("end of answer", {number})'


def _answer(lines: list[str], number: int, typed: str) -> str:
    """The lines between the echo of an input and the mark after its answer."""
    mark = f"end of answer {number}"
    assert mark in lines, "\n".join(lines)
    end = lines.index(mark)
    start = max(place for place in range(end) if lines[place].endswith(_PROMPT + typed))
    return "\n".join(line.rstrip() for line in lines[start + 1 : end] if _PROMPT not in line).strip()
