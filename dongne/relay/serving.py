"""Serves the relayer's web application until it is told to stop."""

import socket
from collections.abc import Callable

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
        server = uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False, lifespan="off"))
        started(f"http://{host}:{port}", lambda: setattr(server, "should_exit", True))
        server.run(sockets=[listener])


def _listening(address: str) -> socket.socket:
    host, _colon, port = address.rpartition(":")
    try:
        return socket.create_server((host or "127.0.0.1", int(port)), backlog=BACKLOG)
    except (OSError, ValueError, OverflowError) as error:
        raise AddressNotServable(address, str(error)) from error
