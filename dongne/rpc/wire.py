"""Bytes to a node and back by HTTP; what comes is read in one piece, and never more than memory is meant for."""

import requests
from urllib3.exceptions import HTTPError, NewConnectionError

from dongne.config import without_secrets
from dongne.errors import NodeSilent, TooMuchAsked
from dongne.rpc.answers import status_said

MOST_BYTES = 128 * 2**20
"""Bytes of one answer; more is refused before it fills the memory."""

TIMEOUT = (5.0, 60.0)
"""Seconds to connect, and between two parts of an answer."""


class Wire:
    """Posts to nodes over connections that stay open."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.headers["content-type"] = "application/json"

    def post(self, url: str, body: bytes, most_bytes: int = MOST_BYTES) -> bytes:
        """What a node answers.

        Raises:
            NodeSilent, NodeBusy, NodeDenied: it does not.
            TooMuchAsked: the answer is longer than it may be.
        """
        try:
            with self._session.post(url, data=body, stream=True, timeout=TIMEOUT) as response:
                said = status_said(without_secrets(url), response.status_code, response.headers.get("Retry-After"))
                answer: bytes = response.raw.read(most_bytes + 1, decode_content=True)
                if said is not None:  # its page is read all the same: the connection stays usable
                    raise said
        except (requests.RequestException, HTTPError, OSError) as error:
            raise NodeSilent(without_secrets(url), type(error).__name__) from error
        if len(answer) > most_bytes:
            raise TooMuchAsked(without_secrets(url), f"> {most_bytes:,} bytes")
        return answer


def nobody_listens(silent: NodeSilent) -> bool:
    """Whether there was no connection at all."""
    error = silent.__cause__
    reason = getattr(error.args[0], "reason", None) if error and error.args else None
    return isinstance(reason, NewConnectionError)
