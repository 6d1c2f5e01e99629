"""The grammar that all Solidity files share, and the layouts that they and the documentation both state."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Page, tables

SOURCES = sorted((ROOT / "contracts").glob("*/*.sol"))
SECTIONS = {
    "interface": ("Types", "Events", "Errors", "Administration", "Users' functions", "Views"),
    "contract": (
        "Types",
        "Errors",
        "Constants and immutables",
        "Storage",
        "Constructor",
        "Administration",
        "Users' functions",
        "Views",
        "Internals",
    ),
    "library": ("Constants", "Getters", "Setters", "Functions", "Internals"),
}
every_source = pytest.mark.parametrize("source", SOURCES, ids=lambda file: file.stem)


def declared(source: Path) -> list[tuple[str, str]]:
    """What a file declares outside of all braces: keyword and name."""
    keywords = "contract|interface|library|struct|enum|type"
    return re.findall(rf"^(?:abstract )?({keywords}) (\w+)", source.read_text(), re.MULTILINE)


def layouts(text: str) -> list[list[list[str]]]:
    """Tables of bits or bytes, without their headers."""
    return [rows[1:] for rows in tables(text) if rows[0][0] in ("bits", "bytes")]


def comments(source: Path) -> str:
    """NatSpec of a file, without its slashes."""
    lines = (line.strip() for line in source.read_text().splitlines())
    return "\n".join(line.removeprefix("///").strip() if line.startswith("///") else "" for line in lines)


@every_source
def test_a_file_is_named_after_the_type_in_it_and_its_library_likewise(source):
    names = [name for _, name in declared(source)]

    assert source.stem in names
    assert set(names) <= {source.stem, f"{source.stem}Library"}


@every_source
def test_sections_have_the_same_headings_in_the_same_order(source):
    headings = re.findall(r"^    // ([A-Z].*)\n$", source.read_text(), re.MULTILINE)
    kind = next((kind for kind, _ in reversed(declared(source)) if kind in SECTIONS), None)

    assert headings == [section for section in SECTIONS.get(kind, ()) if section in headings]
    assert headings or kind not in ("contract", "interface")


def test_members_of_enums_are_in_pascal_case():
    bodies = [body for file in SOURCES for body in re.findall(r"\benum \w+ \{(.*?)\}", file.read_text(), re.DOTALL)]
    members = [name for body in bodies for name in re.findall(r"^\s+(\w+),?$", body, re.MULTILINE)]

    assert len(members) > 50
    assert [name for name in members if not re.fullmatch(r"([A-Z][a-z]+)+", name)] == []


def test_every_packed_word_and_batch_is_laid_out_in_the_docs_as_in_its_source():
    stated = [
        layout
        for name in ("contracts", "formats", "secret-ballots")
        for layout in layouts(Page(f"docs/{name}.md").text)
    ]
    drawn = {file.stem: layouts(comments(file)) for file in SOURCES}

    assert sum(map(len, drawn.values())) > 15
    for name, found in drawn.items():
        for layout in found:
            assert layout in stated, name


def test_the_bits_of_a_word_leave_no_gap_and_do_not_overlap():
    words = [rows for file in SOURCES for rows in layouts(comments(file)) if "-" in rows[0][0]]

    assert len(words) > 5
    for rows in words:
        bounds = [tuple(map(int, (bits if "-" in bits else f"{bits}-{bits}").split("-"))) for bits, *_ in rows]
        assert [high for _, high in bounds[1:]] == [low - 1 for low, _ in bounds[:-1]]
        assert bounds[-1][0] == 0
