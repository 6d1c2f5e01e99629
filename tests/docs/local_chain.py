"""`make chain` as tests use it: on a free port, with its files in a folder of the test."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.localchain.anvil import free_port
from tests.docs.pages import ROOT


@dataclass(frozen=True)
class Served:
    """A running `make chain`.

    Attributes:
        folder: of `deployments/` and `localchain/`.
        rpc: address of its node.
        said: what it printed.
    """

    folder: Path
    rpc: str
    said: str


def make_chain(folder: Path, port: int) -> subprocess.Popen[str]:
    """Start `make chain`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "DONGNE_"))}
    return subprocess.Popen(
        ["make", "--silent", "chain", f"PORT={port}", f"FOLDER={folder}"],
        cwd=ROOT,
        env={**environment, "LANG": "C"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """The chain, until the block ends."""
    port = free_port()
    process = make_chain(folder, port)
    try:
        yield Served(folder, f"http://127.0.0.1:{port}", first_words(process))
    finally:
        stop(process)


def first_words(process: subprocess.Popen[str]) -> str:
    """What it prints until the city is loaded."""
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if "docs/tour.md" in line:
            return said
    raise AssertionError(said)


def stop(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Ctrl-C; gives the exit code and the last words."""
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    return process.returncode, said
