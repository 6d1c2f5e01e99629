"""Tables of secret ballots: who takes part stands on the chain, and who voted what does not."""

from dataclasses import dataclass

from dongne.store.rows import Address, BlockNumber, Count, Hash, Number, Row, Seconds, Small, Text, Wide
from dongne.store.rows import journal as _journal
from dongne.store.rows import state as _state


@_state("secret_polls", key=("poll",), indexes=(("roll",), ("ends",)))
@dataclass(slots=True)
class SecretPoll(Row):
    """A secret poll, as it was decided, its group, and how many voted.

    Attributes:
        registration_end: from when no registration is taken; the rest is as in `polls`.
        least_members: how many must have registered.
        members: how many did; `refused` registrations were not accepted.
        root: of the tree of all commitments; empty until it is published.
        ballots: votes counted; `skipped` were handed in and not counted.
    """

    poll: Number
    roll: Number = 0
    opened: Seconds = 0
    registration_end: Seconds = 0
    starts: Seconds = 0
    ends: Seconds = 0
    question: Text = ""
    options: Count = 0
    least: Count = 0
    most: Count = 0
    cap: Wide = 0
    document: Hash = b""
    document_uri: Text = ""
    aim: Small = 0
    seats: Small = 0
    quorum: Text = ""
    majority: Text = ""
    terms: Hash = b""
    eligible: Count = 0
    least_members: Count = 0
    verifier: Address = b""
    members: Count = 0
    refused: Count = 0
    published: Seconds | None = None
    root: Wide | None = None
    ballots: Count = 0
    skipped: Count = 0
    cancelled: Seconds | None = None
    reason: Hash | None = None
    reason_uri: Text | None = None


@_state("secret_poll_options", key=("poll", "option"))
@dataclass(slots=True)
class SecretPollOption(Row):
    """An option of a secret poll, and its votes."""

    poll: Number
    option: Count
    label: Text = ""
    cost: Wide = 0
    votes: Count = 0


@_journal("nullifiers", key=("block", "log", "place"), indexes=(("poll",),))
@dataclass(slots=True)
class Nullifier(Row):
    """A counted vote of a secret poll, as the number that it can be cast only once with; its choices are in no row.

    Attributes:
        place: within its log, from 0.
    """

    block: BlockNumber
    log: Count
    place: Count
    time: Seconds
    transaction_hash: Hash
    poll: Number
    nullifier: Wide
