"""Typed events of `ElectoralRoll`, `BallotBox` and `AssistedVoting`."""

from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress

from dongne.ballot.batch import CountedGroup, SkippedVote, unpack_counted, unpack_skipped
from dongne.ballot.messages import BallotPaper
from dongne.ballot.polls import PollSpec
from dongne.ballot.rolls import District, districts_of
from dongne.events import Event


@dataclass(frozen=True, slots=True)
class RollOpened(Event):
    """A roll was opened and takes voters."""

    CONTRACT = "ElectoralRoll"

    roll: int


@dataclass(frozen=True, slots=True)
class RollAmended(Event):
    """A roll amends another one, `base`, and will append `added` voters from index `first` on."""

    CONTRACT = "ElectoralRoll"

    roll: int
    base: int
    first: int
    added: int


@dataclass(frozen=True, slots=True)
class VotersStruck(Event):
    """`count` voters of a page of 65,536 are struck from a roll; `blob` says who."""

    CONTRACT = "ElectoralRoll"

    roll: int
    page: int
    count: int
    blob: ChecksumAddress


@dataclass(frozen=True, slots=True)
class VotersAppended(Event):
    """`count` voters were appended from index `first` on; `blob` holds them."""

    CONTRACT = "ElectoralRoll"

    roll: int
    first: int
    count: int
    blob: ChecksumAddress


@dataclass(frozen=True, slots=True)
class RollFrozen(Event):
    """A roll is complete."""

    CONTRACT = "ElectoralRoll"

    roll: int
    voters: int
    commitment: bytes
    districts: tuple[tuple[int, int], ...]

    def layout(self) -> tuple[District, ...]:
        """The districts with the index of their first voter."""
        return districts_of(self.districts)


@dataclass(frozen=True, slots=True)
class RollWithdrawn(Event):
    """A roll was withdrawn during its objection period; `document` is the hash of the document with the reason."""

    CONTRACT = "ElectoralRoll"

    roll: int
    document: bytes
    uri: str


@dataclass(frozen=True, slots=True)
class DuplicateProven(Event):
    """A voter was proven to stand on a roll twice, and the roll withdrawn."""

    CONTRACT = "ElectoralRoll"

    roll: int
    voter: ChecksumAddress
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class PollOpened(Event):
    """A poll was opened, as it will be for good; `terms` is the hash of everything that was decided."""

    CONTRACT = "BallotBox"

    poll: int
    terms: bytes
    spec: tuple[Any, ...]

    def decided(self) -> PollSpec:
        """What was decided."""
        return PollSpec.from_tuple(self.spec)

    def paper(self) -> BallotPaper:
        """What voters read and sign."""
        return self.decided().paper(self.poll, self.terms)


@dataclass(frozen=True, slots=True)
class PollCancelled(Event):
    """A poll was cancelled before its start; `document` is the hash of the document with the reason."""

    CONTRACT = "BallotBox"

    poll: int
    document: bytes
    uri: str


@dataclass(frozen=True, slots=True)
class VotesCounted(Event):
    """Votes of one transaction were counted."""

    CONTRACT = "BallotBox"

    poll: int
    groups: bytes


@dataclass(frozen=True, slots=True)
class VotesSkipped(Event):
    """Votes of a batch were not counted."""

    CONTRACT = "BallotBox"

    poll: int
    items: bytes

    def unpacked(self) -> list[SkippedVote]:
        """The votes with their reasons."""
        return unpack_skipped(self.items)


@dataclass(frozen=True, slots=True)
class OfficeAccredited(Event):
    """An office may cast up to `cap` votes for voters of a poll; `document` is the hash of the decision."""

    CONTRACT = "AssistedVoting"

    box: ChecksumAddress
    poll: int
    office: ChecksumAddress
    cap: int
    document: bytes


@dataclass(frozen=True, slots=True)
class OfficeRevoked(Event):
    """An office casts no more votes in a poll; `document` is the hash of the reason."""

    CONTRACT = "AssistedVoting"

    box: ChecksumAddress
    poll: int
    office: ChecksumAddress
    document: bytes


@dataclass(frozen=True, slots=True)
class AssistedVotesCounted(Event):
    """Votes that an office cast for voters were counted; `record` is the hash of its papers."""

    CONTRACT = "AssistedVoting"

    box: ChecksumAddress
    poll: int
    office: ChecksumAddress
    record: bytes
    groups: bytes

    def unpacked(self, options: int) -> list[CountedGroup]:
        """The voters by their choices, in a poll with so many options."""
        return unpack_counted(self.groups, options)


@dataclass(frozen=True, slots=True)
class AssistedVotesSkipped(Event):
    """Votes of an office's batch were not counted."""

    CONTRACT = "AssistedVoting"

    box: ChecksumAddress
    poll: int
    office: ChecksumAddress
    items: bytes

    def unpacked(self) -> list[SkippedVote]:
        """The votes with their reasons."""
        return unpack_skipped(self.items)
