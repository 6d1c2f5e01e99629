"""The relayer end to end, as a city runs it: signed payments by HTTP until they are mined, with one worker and two."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import Any

import requests

from dongne import book as books
from dongne.currency import payment_line
from dongne.parts import parts
from dongne.relay import Queue
from dongne.store import Store
from dongne.store.database import sqlite_file
from dongne.store.relay import State
from scripts.bench.figures import Figure
from scripts.bench.payers import Payers, payers
from scripts.bench.sending import a_block_a_second
from scripts.localchain.anvil import free_port, funded
from scripts.postgresql import PostgresqlMissing, postgresql

MESSAGES, AT_ONCE, CLIENTS = 4_000, 250, 2
LEAST = 60
"""Messages a second on a busy machine of two processors, which node, database, services and clients share."""

_WORKERS = (9, 8)
"""Accounts of the chain that pay the gas."""

_PATIENCE_SECONDS = 600
_PASSWORD = "bench"


def measure() -> Iterator[Figure]:
    """By the clock; two workers need PostgreSQL, and are not measured where there is none."""
    with (
        payers() as busy,
        tempfile.TemporaryDirectory() as folder,
        a_block_a_second(busy.suite.chain),
        ExitStack() as stack,
    ):
        try:
            server = stack.enter_context(postgresql())
        except PostgresqlMissing as missing:
            print(f"{missing} Two workers are not measured.")
            yield _figure("1_worker", _relayed(busy, Path(folder), sqlite_file(Path(folder) / "store.sqlite"), 1))
            return
        yield _figure("1_worker", _relayed(busy, Path(folder) / "one", server.database(), 1))
        yield _figure("2_workers", _relayed(busy, Path(folder) / "two", server.database(), 2))


def _figure(name: str, value: float) -> Figure:
    return Figure(f"relay_http_to_mined_{name}", value, "messages/s", least=LEAST)


def _relayed(busy: Payers, folder: Path, url: str, workers: int) -> float:
    """Messages a second from the first request to the block of the last message."""
    messages = [busy.payment() for _ in range(MESSAGES)]
    lines = [(each.payment.payer, json.loads(payment_line(each, busy.currency.decimals()))) for each in messages]
    people = sorted({payer for payer, _line in lines})
    by_client = [[line for payer, line in lines if people.index(payer) % CLIENTS == at] for at in range(CLIENTS)]
    store = Store.open(url)
    with _services(busy, folder, url, workers) as address, ThreadPoolExecutor(CLIENTS) as clients:
        began = perf_counter()
        handed = [clients.submit(_hand_in, address, some) for some in by_client]
        for each in handed:
            each.result()
        _wait_until_mined(Queue(store))
        seconds = perf_counter() - began
    store.close()
    return MESSAGES / seconds


def _hand_in(address: str, lines: Sequence[Any]) -> None:
    with requests.Session() as session:
        for some in parts(lines, AT_ONCE):
            answer = session.post(f"{address}/v1/payments", json=list(some), timeout=_PATIENCE_SECONDS)
            states = {each["state"] for each in answer.json()["messages"]}
            if states != {State.QUEUED}:
                raise RuntimeError(f"the relayer did not queue: {answer.text[:500]}")


def _wait_until_mined(queue: Queue) -> None:
    until = monotonic() + _PATIENCE_SECONDS
    while True:
        counts = {count.state: count.messages for count in queue.counts()}
        if counts.get(State.REFUSED):
            raise RuntimeError(f"the relayer refused: {counts}")
        if counts.get(State.MINED, 0) + counts.get(State.FINAL, 0) == MESSAGES:
            return
        if monotonic() > until:
            raise RuntimeError(f"the relayer stands still: {counts}")
        sleep(0.05)


@contextmanager
def _services(busy: Payers, folder: Path, url: str, workers: int) -> Iterator[str]:
    """Intake and workers as processes of their own; gives the address."""
    folder.mkdir(exist_ok=True)
    books.save(busy.suite.book, folder / "deployments")
    (folder / "password").write_text(_PASSWORD, encoding="utf-8")
    chain = ("--rpc", busy.suite.chain.rpc, "--deployments", str(folder / "deployments"))
    address = f"127.0.0.1:{free_port()}"
    commands: list[tuple[str, ...]] = [
        ("serve", *chain, "--listen", address, "--a-minute", "10000000", "--waiting", "100000")
    ]
    for number in _WORKERS[:workers]:
        keystore = folder / f"{number}.json"
        keystore.write_text(json.dumps(funded(number).encrypt(_PASSWORD, "pbkdf2", 1_000)), encoding="utf-8")
        commands.append(("work", *chain, "--keystore", str(keystore), "--password-file", str(folder / "password")))
    with ExitStack() as stack:
        for command in commands:
            log = stack.enter_context((folder / "log").open("ab"))
            process = subprocess.Popen(
                [sys.executable, "-m", "dongne", "relay", *command],
                env={**os.environ, "DONGNE_STORE": url},
                stdout=log,
                stderr=log,
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
        _wait_until_up(f"http://{address}")
        yield f"http://{address}"


def _wait_until_up(address: str) -> None:
    until = monotonic() + _PATIENCE_SECONDS
    while monotonic() < until:
        try:
            if requests.get(f"{address}/health", timeout=_PATIENCE_SECONDS).ok:
                return
        except requests.ConnectionError:
            sleep(0.1)
    raise RuntimeError(f"nothing answers at {address}")
