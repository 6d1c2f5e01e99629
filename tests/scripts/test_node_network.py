"""The parts of `make nodes` that need no client: its token, its first block, and the wire that can be cut."""

import base64
import hmac
import json
import socket
import threading

import pytest

from tests.nodes.engine import token
from tests.nodes.genesis import genesis
from tests.nodes.wire import wire

SECONDS = 60


@pytest.fixture
def echo():
    """A server that says everything back."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while True:
                try:
                    near, _address = server.accept()
                except OSError:
                    return
                with near:
                    while said := near.recv(100):
                        near.sendall(said)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def test_a_token_is_signed_with_the_shared_secret():
    secret = bytes(range(32))

    header, claims, signature = token(secret, 1_700_000_000).split(".")

    decoded = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (header, claims)]
    assert decoded == [{"alg": "HS256", "typ": "JWT"}, {"iat": 1_700_000_000}]
    expected = hmac.digest(secret, f"{header}.{claims}".encode(), "sha256")
    assert base64.urlsafe_b64decode(signature + "==") == expected


def test_the_first_block_knows_the_opcodes_of_cancun():
    assert genesis(1_700_000_000)["config"]["cancunTime"] == 0


def test_a_wire_that_is_cut_carries_nothing_until_it_is_mended(echo):
    with wire(echo) as line:
        with socket.create_connection(("127.0.0.1", line.port), SECONDS) as near:
            near.sendall(b"before")
            assert near.recv(100) == b"before"
            line.cut()
            assert says(near, b"cut") == b""
        with socket.create_connection(("127.0.0.1", line.port), SECONDS) as near:
            assert says(near, b"cut") == b""
        line.mend()
        with socket.create_connection(("127.0.0.1", line.port), SECONDS) as near:
            assert says(near, b"after") == b"after"


def says(near, text):
    """What comes back; nothing where the connection is lost."""
    try:
        near.sendall(text)
        return near.recv(100)
    except OSError:
        return b""
