"""Ends what a person stops: quietly, and without leaving a chain behind."""

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

from dongne.config import language_of
from dongne.language import _, translated

_STOPPED = _("Stopped.")


def stoppable(main: Callable[[], int]) -> int:
    """Run an entry point; Ctrl-C and a request to terminate unwind it, so that its chain is stopped as well.

    Returns:
        The exit code: 128 and the signal's number where it was stopped.
    """
    received: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        raise KeyboardInterrupt

    former = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        return main()
    except KeyboardInterrupt:
        sys.stderr.write(f"\n{translated(_STOPPED, language_of(os.environ))}\n")
        return 128 + (received[-1] if received else signal.SIGINT)
    finally:
        for each, handler in former.items():
            signal.signal(each, handler)
