"""A process that works a list of calls off, and is killed after some lines of the sender's code.

`python -m tests.faults.sending_notes RPC FOLDER COUNT LINES`; LINES 0 lets it live.
"""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from dongne.chain import Chain
from dongne.rpc import nodes, patience, wire
from dongne.sending import flight, outbox, sender
from tests.faults.test_sending import CALLER, mined, notes

WATCHED = {module.__file__ for module in (nodes, patience, wire, flight, outbox, sender)}


def kill_after(lines):
    left = lines

    def trace(frame, event, _argument):
        nonlocal left
        if frame.f_code.co_filename not in WATCHED:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


if __name__ == "__main__":
    rpc, folder, count, lines = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    chain = Chain(rpc, poll_seconds=0.005)
    at = chain.sender(CALLER, folder, policy=replace(chain.policy, window=8, final_blocks=8))
    if lines:
        kill_after(lines)
    if count == 1:
        at.deliver(notes(chain, 1, first=1)[0])
    else:
        at.settle()
        there = mined(chain)
        for _done in at.deliver_all(call for call in notes(chain, count) if call.calldata.decode() not in there):
            pass
