"""One run of the indexer: `python -m scripts.bench.indexed RPC DEPLOYMENTS STORE [follow]`; prints what it took.

With `follow` it prints the number of each block that it has indexed, until it is stopped.
"""

import json
import resource
import sys
from pathlib import Path
from time import perf_counter, process_time, sleep

from dongne import book as books
from dongne.chain import Chain
from dongne.indexer import HANDLERS, Contracts, Indexer
from dongne.indexer.following import POLL_SECONDS
from dongne.rpc.bulk import Rpc
from dongne.store import Store

_KIBIBYTES = 1024


def main(rpc: str, folder: str, url: str, follow: str = "") -> None:
    """Index from nothing."""
    chain = Chain(rpc)
    book = books.load(Path(folder), chain.id)
    addresses = {name: entry.address for name, entry in book.contracts.items()}
    contracts = Contracts(addresses, min(entry.block for entry in book.contracts.values()))
    store = Store.open(url)
    index = Indexer(Rpc([rpc], chain.id), store, contracts, HANDLERS)
    if follow:
        _follow(index)
    else:
        _run(index)


def _run(index: Indexer) -> None:
    started, began, logs = perf_counter(), process_time(), 0
    while not (step := index.step()).is_idle:
        logs += step.logs
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIBIBYTES
    took = {"seconds": perf_counter() - started, "cpu_seconds": process_time() - began}
    print(json.dumps({**took, "logs": logs, "megabytes": peak}))


def _follow(index: Indexer) -> None:
    while True:
        step = index.step()
        print(step.block, flush=True)
        if step.is_idle:
            sleep(POLL_SECONDS)


if __name__ == "__main__":
    main(*sys.argv[1:])
