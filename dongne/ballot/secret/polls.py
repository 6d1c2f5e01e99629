"""What is decided about a secret poll, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth_abi.abi import encode
from eth_typing import ChecksumAddress
from eth_utils.abi import collapse_if_tuple
from eth_utils.address import to_checksum_address

from dongne.abi import entry
from dongne.ballot.messages import BallotPaper
from dongne.ballot.polls import PollSpec
from dongne.hashing import keccak

DEPTH = 24
"""Depth of the circuit: a group may have as many members as a roll has voters."""


@dataclass(frozen=True, slots=True)
class SecretPollSpec:
    """Everything that is decided about a secret poll, once.

    Attributes:
        poll: what is decided about an open poll too; its eligible voters are those who may register.
        registration_end: Unix seconds of the first moment that takes no registration.
        least_members: how many voters must register for the poll to take place; at least 2.
        verifier: contract that judges the proofs.
    """

    poll: PollSpec
    registration_end: int
    least_members: int
    verifier: ChecksumAddress

    def terms(self, commitment: bytes) -> bytes:
        """The hash of everything that is decided, to which registrations and proofs are bound.

        Args:
            commitment: that of the roll.
        """
        return keccak(encode([_type(), "bytes32"], [self.as_tuple(), commitment]))

    def paper(self, poll: int, terms: bytes) -> BallotPaper:
        """What a voter of poll number `poll` reads."""
        return BallotPaper(poll, self.poll.question, self.poll.labels, self.poll.document, terms)

    def as_tuple(self) -> tuple[object, ...]:
        """In the order of the contract's struct."""
        return self.poll.as_tuple(), self.registration_end, self.least_members, self.verifier

    @classmethod
    def from_tuple(cls, raw: Sequence[Any]) -> "SecretPollSpec":
        """From the contract's struct."""
        poll, registration_end, least, verifier = raw
        return cls(PollSpec.from_tuple(poll), int(registration_end), int(least), to_checksum_address(verifier))


@dataclass(frozen=True, slots=True)
class SecretPollState:
    """Where a secret poll stands, as the contract keeps it.

    Attributes:
        roll: its roll.
        options: how many there are.
        least: how many a ballot must pick.
        most: how many a ballot may pick.
        registration_end: Unix seconds of the first moment that takes no registration.
        start: Unix seconds of the first moment that takes votes.
        end: Unix seconds of the first moment that takes none.
        eligible: voters who may register.
        members: voters who did.
        cancelled: whether it was cancelled before its start.
    """

    roll: int
    options: int
    least: int
    most: int
    registration_end: int
    start: int
    end: int
    eligible: int
    members: int
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The group of a secret poll, and what it has voted.

    Attributes:
        verifier: contract that judges the proofs.
        least_members: how many voters must have registered.
        ballots: votes counted.
        root: of the tree of all commitments; 0 until it is published.
    """

    verifier: ChecksumAddress
    least_members: int
    ballots: int
    root: int


@cache
def _type() -> str:
    """The contract's struct as an ABI type."""
    return collapse_if_tuple(entry("SecretBallotBox", "function", "open")["inputs"][0])
