"""Writes the table of docs/faults.md: `tools/run python -m tests.faults`."""

from scripts.deployment.artifacts import ROOT
from scripts.pages import rewritten
from tests.faults.rows import table

PAGE = ROOT / "docs" / "faults.md"

if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8"), "faults", table()), encoding="utf-8")
