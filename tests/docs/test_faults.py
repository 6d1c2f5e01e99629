"""docs/faults.md has the rows that the tests state."""

from scripts.pages import rewritten
from tests.docs.pages import ROOT
from tests.faults.rows import ROWS, table

PAGE = ROOT / "docs" / "faults.md"


def test_the_page_has_every_row_and_no_other():
    page = PAGE.read_text(encoding="utf-8")

    assert page == rewritten(page, "faults", table()), "run `tools/run python -m tests.faults`"


def test_no_fault_is_told_twice():
    assert len({(row.part, row.fault) for row in ROWS}) == len(ROWS)
