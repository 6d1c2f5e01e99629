"""All checks, each apart from the others: one that fails is a finding, and the others go on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dongne.book import AddressBook
from dongne.chain import Chain
from dongne.errors import DongneError
from dongne.health import deployment, machine, node, senders
from dongne.health import store as stores
from dongne.health.finding import Finding, Standing
from dongne.language import Message, Template, _
from dongne.store.database import Store


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the checks look.

    Attributes:
        chain: connects to the node; raises where there is none.
        chain_id: the chain that must answer; None if no setting says it.
        book: reads the chain's address book; raises where there is none.
        folder: of the address books.
        keystores: keys that this machine sends with.
        secrets: other files that only their owner may read.
        now: Unix seconds by this machine's clock.
        store: opens the store; gives None where this machine has none.
        store_is_set: whether the settings name the store, so that services work on it.
    """

    chain: Callable[[], Chain]
    chain_id: int | None
    book: Callable[[], AddressBook]
    folder: Path
    keystores: Sequence[Path]
    secrets: Sequence[Path]
    now: float
    store: Callable[[], Store | None] = lambda: None
    store_is_set: bool = False


def examine(at: Surroundings) -> Iterator[Finding]:
    """Everything that was found, in the order in which it is to be put right."""
    yield from _tried(machine.VERSIONS, machine.versions)
    yield from _tried(machine.DISK, lambda: machine.disk(at.folder))
    yield from _tried(senders.KEYS, lambda: senders.key_files((*at.keystores, *at.secrets)))
    found = list(_tried(node.NODE, lambda: node.node(at.chain(), at.chain_id)))
    yield from found
    if any(each.standing is Standing.FAULT for each in found):
        return
    yield from _tried(node.BLOCKS, lambda: node.blocks(at.chain(), at.now))
    yield from _tried(senders.UNDER_WAY, lambda: senders.under_way(at.chain(), at.folder))
    found = list(_tried(deployment.BOOK, lambda: deployment.addresses(at.chain(), at.book())))
    yield from found
    if any(each.standing is Standing.FAULT for each in found):
        return
    yield from _tried(stores.STORE, lambda: _store(at))
    yield from _tried(deployment.CODE, lambda: deployment.code(at.chain(), at.book()))
    yield from _tried(deployment.ROLES, lambda: deployment.roles(at.chain(), at.book()))
    yield from _tried(senders.FUNDS, lambda: senders.funds(at.chain(), at.book(), at.keystores))


def _store(at: Surroundings) -> Iterator[Finding]:
    found = at.store()
    if found is not None:
        yield from stores.store(at.chain(), found, at.store_is_set)


def _tried(subject: Template, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except DongneError as error:
        again = Message(_("Put this right, then run `dongne doctor` again: more depends on it."))
        yield Finding(subject, Standing.FAULT, error.message, again)
