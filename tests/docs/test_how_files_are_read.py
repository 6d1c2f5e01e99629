"""What docs/formats.md says of cells is what the readers do."""

import re
import tomllib
from zoneinfo import ZoneInfo

import pytest

from dongne.errors import InputError
from dongne.moments import moment
from dongne.numbers import whole_number
from dongne.tables import Column
from dongne.units import to_base_units
from tests.docs.pages import Page, rows

SECTION = Page("docs/formats.md").section("### How CSV files are read")
READERS = {
    "whole number": lambda text: whole_number(text, 0, 10**9),
    "amount": lambda text: to_base_units(text, 2),
    "date": lambda text: moment(text, ZoneInfo("Asia/Seoul")),
    "date and time": lambda text: moment(text, ZoneInfo("Asia/Seoul")),
}
_EXAMPLE = re.compile(r"`([^`]+)`")


def examples(place):
    """(kind, example) of a column of the table."""
    return [(row[0], each) for row in rows(SECTION) if row[0] in READERS for each in _EXAMPLE.findall(row[place])]


def as_written(kind, example):
    """A time and a zone need what stands before them."""
    if kind != "date and time":
        return example
    return f"2026-12-01 15:30 {example}" if re.match(r"[+ZKG]", example) else f"2026-12-01 {example}"


@pytest.mark.parametrize(("kind", "example"), examples(1))
def test_what_the_page_says_is_taken_is_taken(kind, example):
    READERS[kind](as_written(kind, example))


@pytest.mark.parametrize(("kind", "example"), examples(2))
def test_what_the_page_says_is_refused_is_refused(kind, example):
    with pytest.raises(InputError):
        READERS[kind](example)


def test_the_page_names_headings_that_are_read():
    for heading, name in re.findall(r"`(\w+)` is `(\w+)`", SECTION):
        assert heading in Column(name).expected


def test_the_mapping_on_the_page_is_one():
    (block,) = re.findall(r"```toml\n(.*?)```", SECTION, re.DOTALL)

    assert list(tomllib.loads(block).values()) == ["address"]
