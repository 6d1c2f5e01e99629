"""Hands signed transactions to a node, and finds out what became of each where the answer does not say it.

Handing in the same bytes again is harmless, so after a lost answer a node is asked for the transaction by its hash,
which is known beforehand; one that no node knows is handed in again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from dongne.errors import DongneError, NodeBusy, NodeRefused
from dongne.rpc import ELSEWHERE, Nodes, patiently
from dongne.sending.outbox import Entry

MOST_IN_REQUEST, MOST_BYTES_IN_REQUEST = 100, 400_000
"""Transactions of one HTTP request, and their bytes: nodes and gateways refuse longer ones."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0

_KNOWN = (
    *("already known", "already imported", "alreadyknown", "known transaction", "already in mempool"),
    "already in the txpool",
)
_NONCE_USED = ("nonce too low", "nonce is too low", "oldnonce", "nonce has already been used")
_NEVER = ("exceeds", "intrinsic gas", "oversized", "invalid sender", "gas limit", "chain id")
_LATER = ("is full", "too many", "queue", "nonce too high", "nonce gap", "rate limit", "try again", "max amount of txs")
_DEARER = ("underpriced", "fee", "gas price", "gasprice", "too low to compete")


class Verdict(Enum):
    """What a node's answer to a transaction means."""

    TAKEN = auto()
    NONCE_USED = auto()
    """This very transaction is mined, or another one of the key."""
    DEARER = auto()
    """It pays too little."""
    LATER = auto()
    """Not now."""
    NEVER = auto()


@dataclass(frozen=True, slots=True)
class Said:
    """What a node said to a transaction."""

    entry: Entry
    verdict: Verdict
    refusal: DongneError | None = None


def hand_in(nodes: Nodes, entries: Sequence[Entry]) -> Iterator[Said]:
    """Hand transactions in, in this order, and say what became of each.

    Raises:
        ChainError: the nodes failed; they may have taken what no verdict was given on.
    """
    for some in _portions(entries):
        yield from _handed_in(nodes, some)


def known(nodes: Nodes, entries: Iterable[Entry]) -> set[int]:
    """Nonces of the entries of which a node has a version, mined or waiting."""
    asked = [(entry.nonce, each) for entry in entries for each in entry.hashes]
    found = nodes.batch([("eth_getTransactionByHash", [each]) for _nonce, each in asked])
    return {nonce for (nonce, _hash), transaction in zip(asked, found, strict=True) if transaction}


def verdict(refusal: DongneError | None) -> Verdict:
    """What a node's refusal means; nodes have words of their own for it."""
    if refusal is None:
        return Verdict.TAKEN
    if isinstance(refusal, NodeBusy):
        return Verdict.LATER
    if not isinstance(refusal, NodeRefused):
        return Verdict.NEVER
    said = str(refusal.cause).lower()
    for words, meaning in _MEANINGS:
        if any(each in said for each in words):
            return meaning
    return Verdict.NEVER


_MEANINGS = (
    (_KNOWN, Verdict.TAKEN),
    (_NONCE_USED, Verdict.NONCE_USED),
    (_NEVER, Verdict.NEVER),
    (_LATER, Verdict.LATER),
    (_DEARER, Verdict.DEARER),
)


def _handed_in(nodes: Nodes, entries: Sequence[Entry]) -> list[Said]:
    waiting, said = list(entries), list[Said]()
    tries = patiently(
        nodes.retry_seconds,
        elsewhere=ELSEWHERE,
        nodes=len(nodes.urls),
        first_pause=_FIRST_PAUSE,
        longest_pause=_LONGEST_PAUSE,
    )
    tries(_try, nodes, waiting, said)
    return said


def _try(nodes: Nodes, waiting: list[Entry], said: list[Said]) -> None:
    """Hand in what is waiting; what a node turns out to know waits no longer."""
    try:
        refusals = nodes.send([entry.raw for entry in waiting])
    except NodeRefused as refusal:  # of the request as a whole
        refusals = [refusal] * len(waiting)
    except ELSEWHERE:
        there = known(nodes, waiting)
        said += [Said(entry, Verdict.TAKEN) for entry in waiting if entry.nonce in there]
        waiting[:] = [entry for entry in waiting if entry.nonce not in there]
        if waiting:
            raise
        return
    said += [Said(entry, verdict(each), each) for entry, each in zip(waiting, refusals, strict=True)]


def _portions(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """The entries in portions that a request holds."""
    portion, size = list[Entry](), 0
    for entry in entries:
        if portion and (len(portion) == MOST_IN_REQUEST or size + len(entry.raw) > MOST_BYTES_IN_REQUEST):
            yield portion
            portion, size = [], 0
        portion.append(entry)
        size += len(entry.raw)
    if portion:
        yield portion
