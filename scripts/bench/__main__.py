"""Measures speed: `make bench`. Writes reports/bench.json; fails where a figure is not as it must be.

ARGS='index' measures some sections only; their figures take the place of the former ones in the report.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from scripts.bench import auditing, indexing, registering, relaying, sending, signing, starting
from scripts.bench.figures import Figure, Section
from scripts.deployment.artifacts import ROOT
from scripts.localchain.stopping import stoppable

REPORT = ROOT / "reports" / "bench.json"

SECTIONS: dict[str, Section] = {
    "start": starting.measure,
    "signing": signing.measure,
    "audit": auditing.measure,
    "sender": sending.measure,
    "roll": registering.measure,
    "relay": relaying.measure,
    "index": indexing.measure,
}
"""What is measured, by the name of its part in the report."""


def main(names: Sequence[str] = tuple(sys.argv[1:]), file: Path = REPORT) -> int:
    """Measure, report and judge."""
    console = Console()
    if unknown := [name for name in names if name not in SECTIONS]:
        console.print(f"bench: no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}", markup=False)
        return 2
    report = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    sound = True
    for name in names or SECTIONS:
        figures = [_shown(console, figure) for figure in SECTIONS[name]()]
        report[name] = {figure.name: figure.as_json() for figure in figures}
        sound = sound and all(figure.is_within for figure in figures)
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0 if sound else 1


def _shown(console: Console, figure: Figure) -> Figure:
    bounds = [f"at least {figure.least:,}" if figure.least is not None else ""]
    bounds.append(f"at most {figure.most:,}" if figure.most is not None else "")
    limits = f"  ({', '.join(filter(None, bounds))})" if any(bounds) else ""
    style = "" if figure.is_within else "red"
    console.print(f"{figure.name:40} {figure.value:14,.2f} {figure.unit}{limits}", style=style, markup=False)
    return figure


if __name__ == "__main__":
    sys.exit(stoppable(main))
