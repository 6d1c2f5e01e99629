"""The wire between two nodes, TCP and UDP on one port, which can be cut and mended."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PIECE = 65_536
_POLL_SECONDS = 0.2


class Wire:
    """Passes what comes to its port on to another port of this machine, unless it is cut.

    Args:
        target: the port at the other end.

    Attributes:
        port: of this end.
    """

    def __init__(self, target: int) -> None:
        self._target, self._whole, self._closed = ("127.0.0.1", target), True, False
        self._lock, self._open = threading.Lock(), set[socket.socket]()
        self._tcp, self._udp = _listening()
        self.port: int = self._tcp.getsockname()[1]
        for run in (self._carry_connections, self._carry_datagrams):
            threading.Thread(target=run, daemon=True).start()

    def cut(self) -> None:
        """Nothing passes any more, and connections are reset."""
        with self._lock:
            self._whole = False
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """What comes from now on passes."""
        with self._lock:
            self._whole = True

    def close(self) -> None:
        """Give the port back."""
        self._closed = True
        self.cut()
        for each in (self._tcp, self._udp):
            each.close()

    def _carry_connections(self) -> None:
        while not self._closed:
            with suppress(OSError):
                near, _address = self._tcp.accept()
                far = socket.create_connection(self._target)
                with self._lock:
                    passes = self._whole
                    self._open |= {near, far}
                if not passes:
                    near.close()
                    far.close()
                    continue
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while piece := one.recv(_PIECE):
                other.sendall(piece)
        for each in (one, other):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _carry_datagrams(self) -> None:
        """Whoever asked last gets the answers: there is one asker."""
        beyond = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        beyond.bind(("127.0.0.1", 0))
        askers: list[tuple[str, int]] = []

        def back() -> None:
            while not self._closed:
                with suppress(OSError):
                    answer = beyond.recv(_PIECE)
                    if self._whole and askers:
                        self._udp.sendto(answer, askers[-1])

        threading.Thread(target=back, daemon=True).start()
        while not self._closed:
            with suppress(OSError):
                question, asker = self._udp.recvfrom(_PIECE)
                askers[:] = [asker]
                if self._whole:
                    beyond.sendto(question, self._target)
        beyond.close()


@contextmanager
def wire(target: int) -> Iterator[Wire]:
    """A wire to a port, for as long as the block runs."""
    made = Wire(target)
    try:
        yield made
    finally:
        made.close()


def _listening() -> tuple[socket.socket, socket.socket]:
    """A TCP and a UDP socket on the same free port."""
    while True:
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(("127.0.0.1", tcp.getsockname()[1]))
        except OSError:
            tcp.close()
            udp.close()
            continue
        return tcp, udp
