"""Typed events of `SecretBallotBox`."""

from dataclasses import dataclass
from typing import Any

from dongne.ballot.secret.batch import (
    SkippedRegistration,
    SkippedSecretVote,
    unpack_registrations,
    unpack_secret_votes,
    unpack_skipped_registrations,
    unpack_skipped_votes,
)
from dongne.ballot.secret.messages import SecretVote, SignedRegistration
from dongne.ballot.secret.polls import SecretPollSpec
from dongne.events import Event


@dataclass(frozen=True, slots=True)
class SecretPollOpened(Event):
    """A secret poll was opened, as it will be for good."""

    CONTRACT = "SecretBallotBox"

    poll: int
    terms: bytes
    spec: tuple[Any, ...]

    def decided(self) -> SecretPollSpec:
        """What was decided."""
        return SecretPollSpec.from_tuple(self.spec)


@dataclass(frozen=True, slots=True)
class SecretPollCancelled(Event):
    """A secret poll was cancelled before its start; a document gives the reason."""

    CONTRACT = "SecretBallotBox"

    poll: int
    document: bytes
    uri: str


@dataclass(frozen=True, slots=True)
class VotersRegistered(Event):
    """Voters registered with a key, as members `first` on."""

    CONTRACT = "SecretBallotBox"

    poll: int
    first: int
    items: bytes

    def unpacked(self) -> list[SignedRegistration]:
        """The registrations, in the order of the group."""
        return unpack_registrations(self.items)


@dataclass(frozen=True, slots=True)
class AccountRegistered(Event):
    """A voter registered alone, as member `member`: by its own call, or by a signature that its account accepts."""

    CONTRACT = "SecretBallotBox"

    poll: int
    member: int
    index: int
    commitment: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class RegistrationsSkipped(Event):
    """Registrations of a batch were not accepted."""

    CONTRACT = "SecretBallotBox"

    poll: int
    items: bytes

    def unpacked(self) -> list[SkippedRegistration]:
        """The registrations with their reasons."""
        return unpack_skipped_registrations(self.items)


@dataclass(frozen=True, slots=True)
class GroupPublished(Event):
    """The group is complete."""

    CONTRACT = "SecretBallotBox"

    poll: int
    members: int
    root: int


@dataclass(frozen=True, slots=True)
class SecretVotesCounted(Event):
    """Votes of one transaction were counted."""

    CONTRACT = "SecretBallotBox"

    poll: int
    items: bytes

    def unpacked(self) -> list[SecretVote]:
        """The votes with their proofs."""
        return unpack_secret_votes(self.items)


@dataclass(frozen=True, slots=True)
class SecretVotesSkipped(Event):
    """Votes of a batch were not counted."""

    CONTRACT = "SecretBallotBox"

    poll: int
    items: bytes

    def unpacked(self) -> list[SkippedSecretVote]:
        """The votes with their reasons."""
        return unpack_skipped_votes(self.items)
