"""Measures the suite's gas on a fresh chain, and writes what it finds."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from dongne.language import Language, _, translated
from scripts.deployment.artifacts import ROOT
from scripts.gas import ballot, currency, elections, sale, secret, vehicle
from scripts.gas.measurement import Measurement
from scripts.localchain.suite import LocalSuite, local_suite

REPORT = ROOT / "reports" / "gas.json"

START = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp())
"""The chain's clock at the start, fixed: what is signed, and so its zero bytes, are the same on every machine."""


def measure() -> list[Measurement]:
    """Every operation that has a budget."""
    with local_suite(start=START) as suite:
        return list(_measured(suite))


def _measured(suite: LocalSuite) -> Iterator[Measurement]:
    for product in (currency, ballot, secret, vehicle, sale, elections):
        yield from product.measure(suite)


def write(measurements: Sequence[Measurement], file: Path) -> None:
    """Write the report: by operation gas (the median over the seeds), worst, seeds, floor and budget."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report(measurements), indent=2) + "\n", encoding="utf-8")


def report(measurements: Sequence[Measurement]) -> dict[str, dict[str, Any]]:
    """The figures as reports/gas.json has them."""
    return {
        each.operation: {
            "gas": round(each.gas, 1),
            "worst": round(each.worst, 1),
            "seeds": len(each.figures),
            "floor": each.floor,
            "budget": each.budget,
        }
        for each in measurements
    }


def table(measurements: Sequence[Measurement], language: Language) -> Table:
    """The figures for people."""
    headings = (_("operation"), _("median"), _("worst"), _("floor"), _("budget"), "")
    title = translated(_("Gas, from receipts of signed transactions"), language)
    found = Table(*(translated(heading, language) for heading in headings), title=title)
    for column in found.columns[1:5]:
        column.justify = "right"
    within, outside = (translated(text, language) for text in (_("within"), _("OUTSIDE")))
    for each in measurements:
        verdict = f"[green]{within}" if each.within else f"[red bold]{outside}"
        found.add_row(
            each.operation, f"{each.gas:,.0f}", f"{each.worst:,.0f}", f"{each.floor:,}", f"{each.budget:,}", verdict
        )
    return found
