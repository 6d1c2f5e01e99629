"""Tables of the relayer: the queue of signed messages, the transactions that carry them, and how often who asked.

They are not derived from the chain: what stands here was handed in, and `dongne index reset` leaves it alone.
"""

from dataclasses import dataclass
from enum import StrEnum

from dongne.store.rows import Address, BlockNumber, Bytes, Count, Hash, Number, Row, Seconds, Text, plain


class State(StrEnum):
    """Where a signed message is on its way."""

    QUEUED = "queued"
    """Kept, checked, in no transaction yet."""
    SENT = "sent"
    """Part of a transaction that is under way."""
    MINED = "mined"
    """A block holds it, and the contract did what it says."""
    FINAL = "final"
    """As mined, in a block that is not taken back."""
    REFUSED = "refused"
    """The contract would not, or did not, do what it says; the reason stands beside it."""


@plain("relay_messages", key=("id",), indexes=(("state", "lane", "received"), ("signer", "state"), ("batch",)))
@dataclass(slots=True)
class QueuedMessage(Row):
    """A signed message that was handed in.

    Attributes:
        id: the same for the same message, however its signature is written.
        kind: what it is, by the name under which it was handed in.
        lane: what may share a transaction with it.
        signer: whose message it is.
        sequence: its place among the signer's messages of its lane, where the contract wants them in turn.
        deadline: last Unix second at which it is good.
        content: as it was handed in: a line of a file of such messages.
        state: a `State`.
        reason: why it was refused, a JSON object by language.
        received: Unix milliseconds.
        alone: whether it must be in no transaction with others, because one that carried it reverted.
        batch: the transaction that carries it, or did last.
        place: its place in there, from 0.
    """

    id: Hash
    kind: Text
    lane: Text
    signer: Address
    sequence: Number
    deadline: Seconds
    content: Text
    state: Text
    reason: Text | None
    received: Number
    alone: Count
    batch: Text | None
    place: Count | None


class Standing(StrEnum):
    """Where a transaction of the relayer stands."""

    OPEN = "open"
    """Made: it may be signed and sent, or not yet."""
    MINED = "mined"
    FINAL = "final"


@plain("relay_batches", key=("id",), indexes=(("worker", "standing"),))
@dataclass(slots=True)
class Batch(Row):
    """A transaction that carries messages.

    Attributes:
        id: the same for the same call, as the sender's outbox has it.
        lane: of its messages.
        worker: whose transaction it is.
        target: the contract.
        calldata: what it is asked.
        title: contract and function.
        gas: its limit.
        standing: a `Standing`.
        made: Unix milliseconds.
        hash: of the transaction, once a block holds it.
        block: number of that block.
    """

    id: Text
    lane: Text
    worker: Address
    target: Address
    calldata: Bytes
    title: Text
    gas: Number
    standing: Text
    made: Number
    hash: Hash | None
    block: BlockNumber | None


@plain("relay_clients", key=("client", "minute"))
@dataclass(slots=True)
class ClientMinute(Row):
    """How many messages an address handed in within a minute; forgotten after an hour.

    Attributes:
        client: the address it came from.
        minute: Unix seconds divided by 60.
    """

    client: Text
    minute: Number
    messages: Count
