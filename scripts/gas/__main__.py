"""Measures the suite's gas on a fresh chain: `make gas`. Writes reports/gas.json; fails outside floor and budget."""

import json
import sys
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from scripts.deployment.artifacts import ROOT
from scripts.gas import ballot, currency, vehicle
from scripts.gas.measurement import Measurement
from scripts.localchain.suite import LocalSuite, local_suite

REPORT = ROOT / "reports" / "gas.json"


def measure(on: LocalSuite) -> Iterator[Measurement]:
    """Every operation that has a budget."""
    for product in (currency, vehicle, ballot):
        yield from product.measure(on)


def main() -> int:
    """Measure, report and judge."""
    with local_suite() as on:
        measurements = list(measure(on))
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(_report(measurements), indent=2) + "\n", encoding="utf-8")
    Console().print(_table(measurements))
    return 0 if all(measurement.within for measurement in measurements) else 1


def _report(measurements: list[Measurement]) -> dict[str, dict[str, float]]:
    return {m.operation: {"gas": round(m.gas, 1), "floor": m.floor, "budget": m.budget} for m in measurements}


def _table(measurements: list[Measurement]) -> Table:
    table = Table("operation", "gas", "floor", "budget", "", title="Gas, from receipts of signed transactions")
    for column in table.columns[1:4]:
        column.justify = "right"
    for m in measurements:
        verdict = "[green]within" if m.within else "[red bold]OUTSIDE"
        table.add_row(m.operation, f"{m.gas:,.0f}", f"{m.floor:,}", f"{m.budget:,}", verdict)
    return table


if __name__ == "__main__":
    sys.exit(main())
