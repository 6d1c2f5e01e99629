"""An indexer that is killed (SIGKILL) at a point of its work: after so many calls of Python functions.

Counted are all calls, so that a point drawn at random may lie anywhere: between a request and its answer, in the midst
of a span, before or after a commit.
"""

import os
import signal
import sys
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any

from dongne.book import AddressBook
from dongne.store import Store
from tests.dongne.indexing import catch_up, indexer


def calls_of_a_run(rpc: str, book: AddressBook, url: str) -> int:
    """How many calls it takes to index everything."""
    counted = get_context("fork").SimpleQueue()
    _forked(lambda: _count(rpc, book, url, counted))
    return int(counted.get())


def killed_after(calls: int, rpc: str, book: AddressBook, url: str) -> bool:
    """Index until so many calls were made; whether it was killed before it was done."""
    return _forked(lambda: _die_after(calls, rpc, book, url)) == -signal.SIGKILL


def _forked(work: Callable[[], None]) -> int | None:
    process = get_context("fork").Process(target=work)
    process.start()
    process.join()
    return process.exitcode


def _count(rpc: str, book: AddressBook, url: str, counted: Any) -> None:
    calls = 0

    def count(_frame: Any, _event: str, _argument: Any) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    _index(rpc, book, url)
    sys.setprofile(None)
    counted.put(calls)


def _die_after(calls: int, rpc: str, book: AddressBook, url: str) -> None:
    left = calls

    def count_down(_frame: Any, _event: str, _argument: Any) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count_down)
    _index(rpc, book, url)


def _index(rpc: str, book: AddressBook, url: str) -> None:
    store = Store.open(url)
    catch_up(indexer(rpc, book, store, window=20))
    store.close()
