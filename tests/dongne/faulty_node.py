"""A node with faults: answers through to a real one, until told to misbehave."""

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = b"<html><body>502 Bad Gateway</body></html>"


class FaultyNode:
    """`fault` names what happens to every request after the first `spared` ones."""

    def __init__(self, upstream: str) -> None:
        self.upstream, self.fault, self.spared, self.url = upstream, "", 0, ""

    def misbehave(self, fault: str, spared: int = 0) -> None:
        self.fault, self.spared = fault, spared

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        fault = self.fault if self.spared <= 0 else ""
        self.spared -= 1
        if fault == "dropped connection":
            handler.close_connection = True
            handler.connection.close()
        elif fault == "HTTP 429":
            respond(handler, 429, b"slow down")
        elif fault == "HTTP 502 with a page":
            respond(handler, 502, HTML)
        elif fault == "a page instead of JSON":
            respond(handler, 200, HTML)
        elif fault == "nonsense":
            respond(handler, 200, json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"nonsense": True}}).encode())
        elif fault == "an error for everything":
            error = {"code": -32000, "message": "project id required"}
            respond(handler, 200, json.dumps({"jsonrpc": "2.0", "id": 1, "error": error}).encode())
        elif fault == "a number":
            respond(handler, 200, b"5")
        else:
            request = urllib.request.Request(self.upstream, body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(request) as said:
                respond(handler, 200, said.read())


FAULTS = (
    "dropped connection",
    "HTTP 429",
    "HTTP 502 with a page",
    "a page instead of JSON",
    "nonsense",
    "an error for everything",
    "a number",
)


def respond(handler: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def faulty_node(upstream: str) -> Iterator[FaultyNode]:
    node = FaultyNode(upstream)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            node.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

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
