"""Keeps an index up to date: once to the head, or for good; what may pass is tried again with growing pauses."""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any

from dongne.errors import NodeRefused, NodeUnreachable
from dongne.indexer.errors import NodeContradictsItself
from dongne.indexer.indexer import Indexer, Step
from dongne.indexer.metrics import IndexMetrics
from dongne.rpc import PASSING, patiently
from dongne.store.errors import StoreFailed, StoreUnreachable
from dongne.telemetry import failures_heard

POLL_SECONDS = 0.25
"""Pause between two looks for a new block."""

MAY_PASS = (*PASSING, NodeRefused, NodeUnreachable, NodeContradictsItself, StoreFailed, StoreUnreachable)
"""A node that is busy, behind or restarts, a database that restarts. What needs a person is raised at once."""

Heard = Callable[[Step], object]


class Follower:
    """Runs the steps of an indexer.

    Args:
        indexer: whose.
        metrics: hears every step.
        log: gets a line for each step that did something, and for each that failed.
        give_up_seconds: after so many seconds of failures the last one is raised.
        stop: ends the work between two steps, and every pause.
    """

    def __init__(
        self, indexer: Indexer, metrics: IndexMetrics, log: Any, *, give_up_seconds: float, stop: Event | None = None
    ) -> None:
        self._indexer, self._metrics, self._log = indexer, metrics, log
        self._give_up_seconds, self._stop = give_up_seconds, stop or Event()

    def catch_up(self, until: int | None = None, heard: Heard = lambda _step: None) -> Step:
        """Index to the node's latest block, or to `until` at least; returns the last step.

        Raises:
            ChainError, StoreError: as `Indexer.step`, where it does not pass.
        """
        while True:
            step = self._step()
            heard(step)
            if self._stop.is_set() or (step.block >= step.head and not step.dropped) or _reached(step, until):
                return step
            if step.is_idle:
                self._stop.wait(POLL_SECONDS)

    def follow(self, until: int | None = None, poll_seconds: float = POLL_SECONDS) -> Step:
        """Index every block as it comes, until stopped, or until block `until` is indexed; returns the last step.

        Raises:
            ChainError, StoreError: as `Indexer.step`, where it does not pass.
        """
        while True:
            step = self._step()
            if self._stop.is_set() or _reached(step, until):
                return step
            if step.is_idle:
                self._stop.wait(poll_seconds)

    def _step(self) -> Step:
        tries = patiently(
            self._give_up_seconds,
            passing=MAY_PASS,
            pause=self._stop.wait,
            heard=failures_heard(self._metrics, self._log),
            until=self._stop.is_set,
        )
        started = monotonic()
        step: Step = tries(self._indexer.step)
        seconds = monotonic() - started
        self._metrics.stepped(step, seconds)
        if step.dropped:
            self._log.warning("reorganization", block=step.block, dropped=step.dropped)
        elif step.blocks:
            self._log.info("indexed", block=step.block, head=step.head, logs=step.logs, seconds=round(seconds, 3))
        return step


def _reached(step: Step, until: int | None) -> bool:
    return until is not None and step.block >= until
