"""Three execution clients that are peers: the first is dialled by the others, each over a wire that can be cut."""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.nodes.client import Client, install
from tests.nodes.consensus import PATIENCE_SECONDS, Side
from tests.nodes.genesis import genesis
from tests.nodes.wire import Wire, wire

NAMES = ("first", "second", "third")


@dataclass
class Network:
    """Clients with the same blocks, unless they are apart.

    Attributes:
        clients: by the order of their start.
        wires: from each but the first to the first.
        side: all of them, with what they agree on.
    """

    clients: list[Client]
    wires: list[Wire]
    side: Side

    @contextmanager
    def partition(self) -> Iterator[tuple[Side, Side]]:
        """The last client is cut off from the others: two sides, which propose on their own while the block runs.

        The majority goes on to finalize, the one that is alone does not. Afterwards the wire is mended, and the lonely
        client, which dials each peer once only, is restarted and told of the others' blocks.
        """
        *majority, lonely = self.clients
        ours = replace(self.side, clients=majority, blocks=list(self.side.blocks))
        alone = replace(self.side, clients=[lonely], blocks=list(self.side.blocks), lag=None)
        common = len(self.side.blocks)
        self.wires[-1].cut()
        wait_until(lambda: lonely.peers() == 0, "the last client still has peers")
        yield ours, alone
        self.wires[-1].mend()
        self.restart(lonely)
        self.side = replace(ours, clients=self.clients)
        self.side.tell(lonely, self.side.blocks[common:])

    def restart(self, client: Client) -> None:
        """Stop a client and start it again with its data; it dials its peer anew."""
        client.stop()
        self.start(client)

    def reconnect(self) -> None:
        """Restart the clients that have lost the first: on a busy machine a peer that is slow to answer is dropped."""
        if lost := [client for client in self.clients[1:] if client.peers() == 0]:
            for client in lost:
                self.restart(client)
            self.side.propose(2)

    def start(self, client: Client) -> None:
        """Start a client; all but the first dial the first."""
        number = self.clients.index(client)
        client.start([self._address(number)] if number else [])
        wait_until(lambda: client.peers() > 0 or number == 0, f"{client} finds no peer")

    def _address(self, number: int) -> str:
        """The first client's address, by the wire of another."""
        return self.clients[0].enode.rpartition(":")[0] + f":{self.wires[number - 1].port}"


@contextmanager
def network(folder: Path) -> Iterator[Network]:
    """Three clients that are connected and agree on a first block; gone when the block ends."""
    install()
    now, file, secret = int(time.time()), folder / "genesis.json", secrets.token_bytes(32)
    file.write_text(json.dumps(genesis(now)))
    with ExitStack() as stack:
        clients = [Client(name, folder / name, file, secret) for name in NAMES]
        for client in clients:
            stack.callback(client.stop)
        wires = [stack.enter_context(wire(clients[0].port)) for _client in clients[1:]]
        made = Network(clients, wires, None)  # type: ignore[arg-type]
        for client in clients:
            made.start(client)
        made.side = Side(clients, (clients[0].head(), now))
        made.side.propose(2)  # clients take transactions once they have seen a block
        yield made


def wait_until(holds: Callable[[], bool], otherwise: str) -> None:
    """Look until something holds.

    Raises:
        AssertionError: it does not, for minutes.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, otherwise
        time.sleep(0.1)
