"""Checks of the store: does it answer, does the index follow the chain, do messages that were handed in move on."""

from collections.abc import Iterator
from time import time

from sqlalchemy import func, select

from dongne.chain import Chain
from dongne.health.finding import Finding, fault, fine, weak
from dongne.language import _
from dongne.store.database import Store
from dongne.store.progress import progress_of
from dongne.store.relay import QueuedMessage, State

STORE, INDEX, RELAY = _("store"), _("index"), _("relayer")

BEHIND_BLOCKS = 100
"""An index that runs is a block or two behind; this many are minutes on every chain."""

WAITING_SECONDS = 300
"""A worker sends a message within seconds."""


def store(chain: Chain, found: Store, is_service: bool) -> Iterator[Finding]:
    """How the store's tables stand.

    Args:
        found: the store, open.
        is_service: whether the settings name it, so that services keep it up to date; a file that only
            `dongne index once` fills may be behind.
    """
    head = chain.block_number()
    with found.reading() as connection:
        progress = progress_of(connection)
        waiting = QueuedMessage.table.c
        query = select(func.count(), func.min(waiting.received)).where(
            waiting.state.in_((State.QUEUED, State.SENT))
        )  # while a worker fails, what it has taken counts as sent
        count, first = connection.execute(query).one()
    yield fine(STORE, _("{url} answers, its tables are this version's"), url=found.address)
    if progress is not None and progress.hash is not None:
        yield _index(max(0, head - progress.block), is_service)
    if count:
        yield _relay(int(count), int(time() - int(first) / 1000))


def _index(behind: int, is_service: bool) -> Finding:
    if behind <= BEHIND_BLOCKS:
        return fine(INDEX, _("{behind:,} blocks behind the node"), behind=behind)
    found = fault if is_service else weak
    return found(
        INDEX,
        _("{behind:,} blocks behind the node"),
        _("`journalctl -u dongne-index` says why it stopped; `dongne index once` brings it up to date by hand."),
        behind=behind,
    )


def _relay(count: int, seconds: int) -> Finding:
    if seconds <= WAITING_SECONDS:
        return fine(
            RELAY, _("messages wait: {count:,}, the first for {seconds:,} seconds"), count=count, seconds=seconds
        )
    return fault(
        RELAY,
        _("messages wait: {count:,}, the first for {seconds:,} seconds; no worker carries them"),
        _(
            "`journalctl -u dongne-relay-work` says why: its key has no ether, fees are above DONGNE_MAX_FEE, or it "
            "stands."
        ),
        count=count,
        seconds=seconds,
    )
