"""Work that is killed (SIGKILL) at a point of its own: after so many calls of Python functions.

Counted are all calls, so that a point drawn at random may lie anywhere: between a request and its answer, in the midst
of a file, before or after a commit.
"""

import os
import signal
import sys
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any

Work = Callable[[], object]


def calls_of(work: Work) -> int:
    """How many calls it takes to do it all."""
    counted = get_context("fork").SimpleQueue()
    _forked(lambda: counted.put(_count(work)))
    return int(counted.get())


def killed_after(calls: int, work: Work) -> bool:
    """Do it until so many calls were made; whether it was killed before it was done."""
    return _forked(lambda: _die_after(calls, work)) == -signal.SIGKILL


def _forked(work: Work) -> int | None:
    process = get_context("fork").Process(target=work)
    process.start()
    process.join()
    return process.exitcode


def _count(work: Work) -> int:
    calls = 0

    def count(_frame: Any, _event: str, _argument: Any) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    work()
    sys.setprofile(None)
    return calls


def _die_after(calls: int, work: Work) -> None:
    left = calls

    def count_down(_frame: Any, _event: str, _argument: Any) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count_down)
    work()
    sys.setprofile(None)
