"""A process that delivers one call and is killed (SIGKILL) at a named point: `python -m … RPC FOLDER POINT`."""

import os
import signal
import sys
from pathlib import Path

from dongne.chain import Call, Chain
from dongne.sending import FileOutbox
from dongne.sending.flight import Flight
from scripts.localchain.anvil import funded

CALLER, TARGET = funded(0), funded(1)


def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)


def after(function):
    def both(*arguments, **options):
        function(*arguments, **options)
        die()

    return both


POINTS = {
    "before it is written": lambda: setattr(FileOutbox, "put", die),
    "written, not sent": lambda: setattr(FileOutbox, "put", after(FileOutbox.put)),
    "sent, not answered": lambda: setattr(Flight, "_hand_in", after(Flight._hand_in)),
    "mined, not heard": lambda: setattr(Flight, "is_settled", after(settled)),
    "heard, not told": lambda: setattr(Flight, "tell", die),
    "told, not noted": lambda: setattr(Flight, "keep", die),
    "noted": lambda: setattr(Flight, "prune", die_at_the_end),
}


def settled(self, nonce, really=Flight.is_settled):
    while not really(self, nonce):
        self.look()


def die_at_the_end(self):
    """Nothing is there to forget at the start."""
    if self._shelf:
        die()


def call(chain):
    return Call(chain, TARGET.address, b"a note", "note")


if __name__ == "__main__":
    rpc, folder, point = sys.argv[1:]
    POINTS[point]()
    at = Chain(rpc, wait_seconds=10)
    at.sender(CALLER, Path(folder)).deliver(call(at))
