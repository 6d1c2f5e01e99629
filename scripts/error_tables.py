"""Writes the tables of errors into docs/contracts.md, from the interfaces and the sentences that explain them."""

import re
import sys
from collections import Counter

from dongne.abi import Abi, abi
from dongne.explanations import EXPLANATIONS
from dongne.language import translated
from dongne.suite import SUITE
from scripts.deployment.artifacts import ROOT
from scripts.pages import rewritten

PAGE = ROOT / "docs" / "contracts.md"
MARK = "errors"
_PLACEHOLDER = re.compile(r"\{(\w+)[^}]*\}")


def tables() -> str:
    """A table for the errors that several contracts share, and one for each contract."""
    rows = {contract: [_row(error) for error in _errors(contract)] for contract in SUITE}
    uses = Counter(row for found in rows.values() for row in found)
    shared = sorted(row for row, count in uses.items() if count > 1)
    own = {contract: [row for row in found if uses[row] == 1] for contract, found in rows.items()}
    return "\n".join(_table(title, found) for title, found in {"several contracts": shared, **own}.items())


def page(text: str) -> str:
    """The page with its tables written anew."""
    return rewritten(text, MARK, tables())


def unexplained() -> list[str]:
    """Custom errors without a sentence, as `contract.error`."""
    return [f"{contract}.{each['name']}" for contract in SUITE for each in _errors(contract) if not _explained(each)]


def _errors(contract: str) -> Abi:
    return sorted((entry for entry in abi(contract) if entry["type"] == "error"), key=lambda entry: entry["name"])


def _explained(error: dict[str, object]) -> bool:
    return error["name"] in EXPLANATIONS


def _table(title: str, rows: list[str]) -> str:
    head = ["| error | values | what it means, what to do |", "|---|---|---|"]
    return "\n".join([f"### Errors: {title}", "", *head, *rows, ""])


def _row(error: dict[str, object]) -> str:
    return f"| `{error['name']}` | {_values(error)} | {_meaning(str(error['name']))} |"


def _values(error: dict[str, object]) -> str:
    inputs = error["inputs"]
    assert isinstance(inputs, list)
    return ", ".join(f"{value['type']} {value['name']}" for value in inputs)


def _meaning(name: str) -> str:
    sentence = translated(EXPLANATIONS.get(name, ""), "en")
    return _PLACEHOLDER.sub(r"*\1*", sentence).replace("|", "\\|")


def main() -> int:
    """Write the page; 1 if an error has no sentence."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    missing = unexplained()
    if missing:
        print(f"no sentence in dongne/explanations: {', '.join(missing)}. Write them; then `make abi`", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
