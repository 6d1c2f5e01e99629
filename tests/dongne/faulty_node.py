"""A node with faults: answers through to a real one, until told to misbehave."""

import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = b"<html><body>502 Bad Gateway</body></html>"
ENDLESS = 10**9


class FaultyNode:
    """`fault` names what happens to requests.

    Attributes:
        spared: requests that pass before it begins.
        times: how often it happens.
        methods: to which methods; empty for all.
        seconds: how long a delay lasts.
        error: what the node says for the fault "an error of its own"; nothing is passed on.
        change: what is made of an answer before it is passed on, for the fault "a changed answer".
        seen: how often each method came.
    """

    def __init__(self, upstream: str) -> None:
        self.upstream, self.url = upstream, ""
        self.seen: dict[str, int] = {}
        self.error: dict = {}
        self.change: Callable[[dict, dict], dict] = lambda _asked, answer: answer
        self.misbehave("")

    def misbehave(
        self, fault: str, spared: int = 0, *, times: int = ENDLESS, methods: tuple[str, ...] = (), seconds: float = 0
    ) -> None:
        self.fault, self.spared, self.times, self.methods, self.seconds = fault, spared, times, methods, seconds

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        fault = self._due(body)
        if fault in STATUS:
            respond(handler, *STATUS[fault])
        elif fault in SAYS:
            respond(handler, 200, _addressed(body, SAYS[fault]))
        elif fault == "an error of its own":
            respond(handler, 200, _addressed(body, {"error": self.error}))
        elif fault == "dropped connection":
            hang_up(handler)
        elif fault == "delay":
            time.sleep(self.seconds)
            self._pass_on(handler, body)
        elif fault == "lost answer":
            self.upstream_says(body)
            hang_up(handler)
        elif fault == "truncated answer":
            respond(handler, 200, self.upstream_says(body), cut=True)
        elif fault == "a changed answer":
            respond(handler, 200, self._changed(body))
        else:
            self._pass_on(handler, body)

    def upstream_says(self, body: bytes) -> bytes:
        request = urllib.request.Request(self.upstream, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as said:
            return said.read()

    def _due(self, body: bytes) -> str:
        """The fault that this request meets."""
        methods = _methods(body)
        for method in methods:
            self.seen[method] = self.seen.get(method, 0) + 1
        if not self.fault or (self.methods and not set(methods) & set(self.methods)):
            return ""
        self.spared -= 1
        if self.spared >= 0 or self.times <= 0:
            return ""
        self.times -= 1
        return self.fault

    def _changed(self, body: bytes) -> bytes:
        asked, answers = json.loads(body), json.loads(self.upstream_says(body))
        if isinstance(asked, dict):
            return json.dumps(self.change(asked, answers)).encode()
        by_id = {each["id"]: each for each in asked}
        return json.dumps([self.change(by_id[each["id"]], each) for each in answers]).encode()

    def _pass_on(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        respond(handler, 200, self.upstream_says(body))


STATUS = {
    "HTTP 429": (429, b"slow down"),
    "HTTP 500": (500, b"internal error"),
    "HTTP 502 with a page": (502, HTML),
    "HTTP 403": (403, b"who are you"),
    "a page instead of JSON": (200, HTML),
    "a number": (200, b"5"),
}
SAYS = {
    "nonsense": {"result": {"nonsense": True}},
    "an error for everything": {"error": {"code": -32000, "message": "project id required"}},
    "asked too often": {"error": {"code": -32005, "message": "daily request count exceeded, request rate limited"}},
}
FAULTS = (
    "dropped connection",
    "HTTP 429",
    "HTTP 502 with a page",
    "a page instead of JSON",
    "nonsense",
    "an error for everything",
    "a number",
)


def respond(handler: BaseHTTPRequestHandler, status: int, body: bytes, *, cut: bool = False) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2] if cut else body)
    if cut:
        hang_up(handler)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    with suppress(OSError):
        handler.wfile.flush()
    handler.connection.close()


def _methods(body: bytes) -> list[str]:
    asked = json.loads(body)
    return [each["method"] for each in (asked if isinstance(asked, list) else [asked])]


def _addressed(body: bytes, said: dict) -> bytes:
    """The same answer to each request."""
    asked = json.loads(body)
    answers = [{"jsonrpc": "2.0", "id": each["id"], **said} for each in (asked if isinstance(asked, list) else [asked])]
    return json.dumps(answers if isinstance(asked, list) else answers[0]).encode()


@contextmanager
def serving(node: FaultyNode) -> Iterator[FaultyNode]:
    """Let a node listen on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with suppress(BrokenPipeError, ConnectionResetError):
                node.answer(self, body)

        def do_GET(self):
            node.keys(self)

        def log_message(self, *_):
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    node.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield node
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def faulty_node(upstream: str) -> Iterator[FaultyNode]:
    with serving(FaultyNode(upstream)) as node:
        yield node
