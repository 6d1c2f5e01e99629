"""How long the command takes to say what it can do: processor time from the start of the process to its end."""

import subprocess
import sys
from collections.abc import Iterator
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

from scripts.bench.figures import Figure
from scripts.deployment.artifacts import ROOT

RUNS = 11
MOST_SECONDS = 0.4
"""What feels like at once."""

_COMMAND = (sys.executable, "-m", "dongne", "--help")


def measure() -> Iterator[Figure]:
    """Ask for help again and again; by the processor's time, which other programs on the machine change least."""
    _started()  # the first one writes the bytecode of modules that changed
    took = [_started() for _ in range(RUNS)]
    yield Figure("start_help_median", median(took), "s", most=MOST_SECONDS)
    yield Figure("start_help_longest", max(took), "s")


def _started() -> float:
    """Processor's seconds of one start, the program's and the system's for it."""
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run(_COMMAND, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
