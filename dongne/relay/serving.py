"""Serves the relayer's web application until it is told to stop."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread

import uvicorn
from fastapi import FastAPI

from dongne.relay.errors import AddressNotServable

Stop = Callable[[], None]

BACKLOG = 2_048
"""Connections that may wait to be taken."""


def serve(application: FastAPI, address: str, started: Callable[[str, Stop], object]) -> None:
    """Serve at HOST:PORT (port 0 takes a free one) until Ctrl-C or SIGTERM; requests under way are finished first.

    Args:
        started: hears the address once connections are taken, and gets what stops the service.

    Raises:
        AddressNotServable: it is no such address, or something else listens there.
    """
    with _listening(address) as listener:
        host, port = listener.getsockname()[:2]
        # No log of its own: lines of an access log would hold addresses of citizens.
        server = _Server(uvicorn.Config(application, log_config=None, access_log=False, lifespan="off"))
        started(f"http://{host}:{port}", lambda: setattr(server, "should_exit", True))
        server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Ends well when it is told to; uvicorn would raise the signal once more, and end as if it had been killed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ctrl-C and SIGTERM end the service; elsewhere than in the main thread, what `started` got does."""
        if current_thread() is not main_thread():
            yield
            return
        before = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


def _listening(address: str) -> socket.socket:
    host, _colon, port = address.rpartition(":")
    try:
        return socket.create_server((host or "127.0.0.1", int(port)), backlog=BACKLOG)
    except (OSError, ValueError, OverflowError) as error:
        raise AddressNotServable(address, str(error)) from error
