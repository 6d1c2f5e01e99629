"""The indexer against web3.py on the same chain: events a second, growth, memory, and how far it is behind the head."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, process_time, sleep

from dongne import book as books
from dongne.currency import LocalCurrency
from dongne.currency.events import Transfer
from dongne.indexer.indexer import WINDOW
from scripts.bench.figures import Figure, exponent
from scripts.bench.payers import Payers, payers
from scripts.localchain.suite import LocalSuite

SIZES = (10_000, 100_000, 1_000_000)
COMPARED = 100_000
"""Events at which the indexer is compared with web3.py."""

WEB3_EVENTS = 10_000
"""Events that web3.py decodes for its rate: it takes as long for each of the others."""

LEAST_RATIO, MOST_EXPONENT, MOST_MEGABYTES, MOST_LAG = 20, 1.0, 400, 1.0
_MARGIN = 0.05
"""What a growth that is linear may be measured as more on a machine that does other things too."""

_FOLLOWED_BLOCKS = 20


def measure(largest: int = SIZES[-1]) -> Iterator[Figure]:
    """Index more and more payments of one chain, each time from nothing."""
    times: dict[int, float] = {}
    with payers() as busy, tempfile.TemporaryDirectory() as folder:
        books.save(busy.suite.book, Path(folder))
        for size in (each for each in SIZES if each <= largest):
            busy.pay_until(size)
            busy.grow_old(WINDOW)
            run = _indexed(busy, Path(folder), size)
            times[size] = run["cpu_seconds"]
            yield Figure(f"index_{size}_events_per_second", run["logs"] / run["seconds"], "events/s")
            yield Figure(f"index_{size}_memory", run["megabytes"], "MB", most=MOST_MEGABYTES)
            if size == COMPARED:
                yield from _compared(busy.suite, run)
        yield Figure("index_growth", exponent(times), "exponent", most=MOST_EXPONENT + _MARGIN)
        yield from _followed(busy, Path(folder))


def _compared(suite: LocalSuite, run: dict[str, float]) -> Iterator[Figure]:
    """Both by the processor's time of the program itself, which other programs on the machine change least."""
    rate, cpu_rate = _web3_rate(suite)
    yield Figure("web3_events_per_second", rate, "events/s")
    yield Figure("index_ratio_to_web3", run["logs"] / run["cpu_seconds"] / cpu_rate, "times", least=LEAST_RATIO)
    yield Figure("index_ratio_to_web3_by_clock", run["logs"] / run["seconds"] / rate, "times")


def _web3_rate(suite: LocalSuite) -> tuple[float, float]:
    """Events a second that `get_logs` and `process_log` read, by the clock and by the processor."""
    currency = suite.client(LocalCurrency)
    decoder = currency.contract.events.Transfer()
    started, began, done, block = perf_counter(), process_time(), 0, currency.entry.block
    while done < WEB3_EVENTS:
        span = {"address": currency.address, "fromBlock": block, "toBlock": block + 4}
        logs = suite.chain.web3.eth.get_logs({**span, "topics": [Transfer.topic()]})  # type: ignore[typeddict-item]
        done += len([decoder.process_log(log) for log in logs])
        block += 5
    return done / (perf_counter() - started), done / (process_time() - began)


def _indexed(busy: Payers, folder: Path, size: int) -> dict[str, float]:
    """A run from nothing in a process of its own, whose memory can be looked at."""
    store = f"sqlite:///{folder / f'{size}.sqlite'}"
    command = [sys.executable, "-m", "scripts.bench.indexed", busy.suite.chain.rpc, str(folder), store]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(said)
    return found


def _followed(busy: Payers, folder: Path) -> Iterator[Figure]:
    """How long after a block the index has it, with a block a second."""
    suite = busy.suite
    store = f"sqlite:///{folder / 'followed.sqlite'}"
    command = [sys.executable, "-m", "scripts.bench.indexed", suite.chain.rpc, str(folder), store, "follow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as follower:
        assert follower.stdout is not None
        indexed = (int(line) for line in follower.stdout)
        head = suite.chain.block_number()
        while next(indexed) < head:
            pass
        lags = [_lag(busy, indexed) for _ in range(_FOLLOWED_BLOCKS)]
        follower.terminate()
    yield Figure("index_lag_median", median(lags), "s", most=MOST_LAG)
    yield Figure("index_lag_longest", max(lags), "s")


def _lag(busy: Payers, indexed: Iterator[int]) -> float:
    busy.pay_until(busy.made + 100)
    mined, number = monotonic(), busy.suite.chain.block_number()
    while next(indexed) < number:
        pass
    lag = monotonic() - mined
    sleep(max(0.0, 1 - lag))
    return lag
