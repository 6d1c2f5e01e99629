"""A city on a fresh local chain, on real input: `make demo`. Writes reports/demo.json.

Environment: DATA names a folder (its first .pb and .csv files are taken) or one such file; SCALE multiplies the sizes;
DONGNE_LANG is en or ko.
"""

import os
import sys
from collections.abc import Mapping

from rich.console import Console
from rich.rule import Rule

from dongne.config import language_of
from dongne.errors import DongneError
from dongne.language import _
from scripts.demo.demo import adds_up, run
from scripts.demo.options import Options
from scripts.demo.output import Output
from scripts.localchain.stopping import stoppable


def main(environment: Mapping[str, str] = os.environ) -> int:
    """Run the demo; fails if an input is not usable or anything does not add up."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    output = Output(console, language_of(environment))
    try:
        options = Options.from_environment(environment)
        report = run(options, output)
    except DongneError as error:
        output.say("demo: {error}", style="red", error=error.message)
        return 1
    sound = adds_up(report)
    console.print(Rule(style="cyan"))
    verdict = _("Everything adds up · {seconds:.0f} s · figures in {file}")
    if not sound:
        verdict = _("Something does not add up · {seconds:.0f} s · figures in {file}")
    output.say(verdict, style="green" if sound else "red bold", seconds=report["seconds"], file="reports/demo.json")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(stoppable(main))
