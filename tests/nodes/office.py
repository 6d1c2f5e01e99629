"""The project's services at one client of the network: a sender, a relayer's worker and an index."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from eth_account.signers.local import LocalAccount

from dongne.chain import Call, Chain
from dongne.sending import Policy
from dongne.store import Store
from dongne.store.database import sqlite_file
from scripts.localchain.anvil import funded
from scripts.localchain.suite import LocalSuite
from tests.dongne.indexing import Contents, catch_up, contents, indexer, replayed
from tests.nodes.client import Client
from tests.nodes.network import PATIENCE_SECONDS, wait_until
from tests.relay.relaying import AT_ONCE, PEOPLE, Relayer, Town

WRITER, CARRIER = 4, 5
"""Accounts that send: those of the first office; every further one takes the next two."""

TARGET = funded(1).address
NOTE_GAS = 60_000
POLICY = Policy(wait_seconds=PATIENCE_SECONDS, poll_seconds=0.1)

_offices = count(0, 2)


@dataclass
class Office:
    """Services that ask one client, or several in turn.

    Attributes:
        clients: the first is asked first.
        suite: the city, as that client shows it.
        relayer: over a store of the office's own.
        payer: whose payments it hands in.
        writer, carrier: keys of the sender, and of the relayer's worker.
    """

    clients: list[Client]
    suite: LocalSuite
    folder: Path
    relayer: Relayer
    payer: LocalAccount
    writer: LocalAccount
    carrier: LocalAccount

    @classmethod
    def at(cls, clients: list[Client], suite: LocalSuite, folder: Path) -> "Office":
        number = next(_offices)
        chain = Chain(",".join(client.rpc for client in clients), poll_seconds=0.1, wait_seconds=PATIENCE_SECONDS)
        here = replace(suite, chain=chain)
        folder.mkdir()
        store = Store.open(sqlite_file(folder / "store.sqlite"))
        relayer = Relayer(Town(here, 0, 0, []), store, folder, policy=POLICY)
        keys = funded(WRITER + number), funded(CARRIER + number)
        return cls(clients, here, folder, relayer, PEOPLE[number % len(PEOPLE)], *keys)

    def __post_init__(self) -> None:
        self.sender = self.suite.chain.sender(self.writer, self.folder, policy=POLICY)
        self.worker = self.relayer.worker(self.carrier, pace=AT_ONCE)
        self.index = indexer(self.clients[0].rpc, self.suite.book, self.relayer.store)

    def note(self, *texts: str) -> None:
        """Send calls that leave a trace in the blocks, and wait for them."""
        calls = [Call(self.suite.chain, TARGET, text.encode(), "note", NOTE_GAS) for text in texts]
        for done in self.sender.deliver_all(calls):
            assert done.refusal is None

    def hand_in(self, payments: int = 1) -> None:
        """Sign payments and give them to the relayer."""
        nonce = self.relayer.town.currency.account(self.payer.address).nonce
        signed = [self.relayer.town.payment(self.payer, nonce + place) for place in range(payments)]
        self.relayer.intake().accept("payments", signed, "here")

    def carry(self, state: str) -> None:
        """Let the worker work until everything that was handed in is in a state."""
        self.work_until(lambda: set(self.relayer.states()) == {state})

    def work_until(self, holds: Callable[[], bool]) -> None:
        """Let the worker work until something holds."""

        def worked() -> bool:
            self.worker._round()
            return holds()

        wait_until(worked, "the relayer's worker does not come to an end")

    def indexed(self) -> Contents:
        """What the tables hold once the index has followed the client to its head."""
        catch_up(self.index)
        return contents(self.relayer.store)

    def from_scratch(self) -> Contents:
        """The same by an index that begins now."""
        folder = self.folder / "scratch"
        folder.mkdir(exist_ok=True)
        return replayed(self.clients[0].rpc, self.suite.book, folder)

    def close(self) -> None:
        self.relayer.store.close()


def notes(client: Client, texts: Iterable[str]) -> dict[str, int]:
    """How often each of the notes is in a client's blocks."""
    wanted = {"0x" + text.encode().hex(): text for text in texts}
    head = int(client.ask("eth_blockNumber"), 16)
    blocks: list[dict[str, Any]] = [client.ask("eth_getBlockByNumber", hex(n), True) for n in range(head + 1)]
    found = Counter(wanted.get(tx["input"]) for block in blocks for tx in block["transactions"])
    return {text: found[text] for text in wanted.values()}


def waiting(client: Client, account: LocalAccount) -> int:
    """How many transactions of an account are in a client's pool."""
    pools = client.ask("txpool_content")["pending"]
    return len(pools.get(account.address.lower(), pools.get(account.address, {})))


def finalized(client: Client) -> int:
    """Number of a client's last block that is final."""
    return int(client.ask("eth_getBlockByNumber", "finalized", False)["number"], 16)
