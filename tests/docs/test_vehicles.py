"""docs/vehicles.md: its abuses have tests of the names it gives, its outcomes are those of the package."""

import re
from pathlib import Path

from dongne.vehicle.kinds import Kind, name_of
from dongne.vehicle.outcomes import OUTCOMES
from tests.docs.pages import Page

VEHICLES = Page("docs/vehicles.md")


def rows(section):
    return [line for line in VEHICLES.section(section).splitlines() if line.startswith("| ")]


def test_each_abuse_is_a_test_of_that_name():
    abuses = rows("## Ten abuses")[1:]
    written = {
        name
        for file in Path("tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert len(abuses) == 10
    for abuse in abuses:
        named = re.findall(r"`(test_\w+)`", abuse)
        assert named, abuse
        assert set(named) <= written, set(named) - written


def test_the_outcomes_are_those_of_the_package():
    told = {line.split("|")[1].strip(): re.findall(r"(\d+) `([a-z-]+)`", line) for line in rows("## Outcomes")[1:]}
    known = {
        name_of(kind): [(str(int(word)), name_of(word)) for word in outcomes.words]
        for kind, outcomes in OUTCOMES.items()
    }

    assert told == known


def test_each_kind_with_bits_says_so():
    for line in rows("## Outcomes")[1:]:
        kind = next(kind for kind in Kind if name_of(kind) == line.split("|")[1].strip())
        assert ("bits," in line) is OUTCOMES[kind].bits
