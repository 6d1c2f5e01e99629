"""A process that delivers one call and is killed (SIGKILL) at a named point: `python -m … RPC FOLDER POINT`."""

import os
import signal
import sys
from pathlib import Path

from dongne import outbox as outboxes
from dongne.chain import Call, Chain
from dongne.outbox import Outbox
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
    "before it is written": lambda: setattr(outboxes, "write_whole", die),
    "written, not sent": lambda: setattr(outboxes, "write_whole", after(outboxes.write_whole)),
    "sent, not answered": lambda: setattr(Chain, "broadcast", after(Chain.broadcast)),
    "mined, not heard": lambda: setattr(Chain, "wait", after(Chain.wait)),
    "heard, not struck out": lambda: setattr(Outbox, "_strike_out", die),
    "struck out": lambda: setattr(Outbox, "_strike_out", after(Outbox._strike_out)),
}


def call(chain):
    return Call(chain, TARGET.address, b"a note", "note")


if __name__ == "__main__":
    rpc, folder, point = sys.argv[1:]
    POINTS[point]()
    at = Chain(rpc, wait_seconds=10)
    Outbox(at, CALLER, Path(folder)).deliver(call(at))
