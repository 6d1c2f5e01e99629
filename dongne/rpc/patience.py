"""The one wait loop: what failed for a reason that may pass is tried again, with growing pauses."""

import random
from collections.abc import Callable
from typing import Any

from tenacity import RetryCallState, Retrying, stop_after_delay, stop_any
from tenacity.nap import sleep
from tenacity.stop import stop_base

from dongne.errors import NodeBusy
from dongne.rpc.answers import PASSING

LONGEST_PAUSE = 30.0
"""Seconds between two attempts, unless the node asks for more."""


def patiently(
    seconds: float,
    *,
    passing: tuple[type[Exception], ...] = PASSING,
    elsewhere: tuple[type[Exception], ...] = (),
    nodes: int = 1,
    first_pause: float = 0.25,
    longest_pause: float = LONGEST_PAUSE,
    pause: Callable[[float], object] = sleep,
    heard: Callable[[RetryCallState], object] | None = None,
    until: Callable[[], bool] = lambda: False,
) -> Retrying:
    """Repeats what failed for a reason that may pass, with growing pauses; the last failure is raised.

    A node that asks for time gets it, but no more than `seconds`.

    Args:
        seconds: for how long.
        passing: what may pass.
        elsewhere: what another node may answer, but the same one never will.
        nodes: of which each attempt asks the next one: there is a pause only when all have been asked.
        first_pause: the first one is this long at most.
        longest_pause: the last ones are this long at most.
        pause: waits for so many seconds.
        heard: hears of every failure before the pause that follows it.
        until: whether to stop trying.
    """

    def is_worth_another(state: RetryCallState) -> bool:
        error = _error_of(state)
        return isinstance(error, passing) or (isinstance(error, elsewhere) and state.attempt_number < nodes)

    def length(state: RetryCallState) -> float:
        rounds, others = divmod(state.attempt_number, nodes)
        if others:
            return 0
        error = _error_of(state)
        growing = min(first_pause * 2.0 ** min(rounds - 1, 30), longest_pause) * random.uniform(0.5, 1)
        return max(growing, min(error.seconds, seconds) if isinstance(error, NodeBusy) else 0)

    def wait(length: float) -> None:
        pause(length)

    return Retrying(
        retry=is_worth_another,
        wait=length,
        stop=stop_any(stop_after_delay(seconds), _StopWhen(until)),
        sleep=wait,
        before_sleep=heard and _without_result(heard),
        reraise=True,
    )


class _StopWhen(stop_base):
    def __init__(self, condition: Callable[[], bool]) -> None:
        self._condition = condition

    def __call__(self, retry_state: RetryCallState) -> bool:
        return self._condition()


def _error_of(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _without_result(heard: Callable[[RetryCallState], Any]) -> Callable[[RetryCallState], None]:
    def hear(state: RetryCallState) -> None:
        heard(state)

    return hear
