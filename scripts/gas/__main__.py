"""Measures the suite's gas: `make gas`. Writes reports/gas.json and the pages; fails outside floor and budget."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from dongne.config import language_of
from dongne.errors import DongneError
from scripts.deployment.artifacts import ROOT
from scripts.gas.gas import REPORT, measure, table, write
from scripts.gas.pages import publish
from scripts.localchain.stopping import stoppable


def main(environment: Mapping[str, str] = os.environ, file: Path = REPORT) -> int:
    """Measure, report and judge."""
    language, console = language_of(environment), Console()
    try:
        measurements = measure()
    except DongneError as error:
        console.print(f"gas: {error.explain(language)}", style="red", markup=False)
        return 1
    write(measurements, file)
    console.print(table(measurements, language))
    if not all(each.within for each in measurements):
        return 1
    publish(measurements, ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(stoppable(main))
