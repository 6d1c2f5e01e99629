"""Typed events of `ElectoralRoll` and `BallotBox`."""

from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress

from dongne.ballot.batch import CountedGroup, SkippedVote, unpack_counted, unpack_skipped
from dongne.ballot.polls import PollSpec
from dongne.ballot.rolls import District, districts_of
from dongne.events import Event


@dataclass(frozen=True, slots=True)
class RollOpened(Event):
    """A roll was opened and takes voters."""

    CONTRACT = "ElectoralRoll"

    roll: int


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
class PollOpened(Event):
    """A poll was opened, as it will be for good."""

    CONTRACT = "BallotBox"

    poll: int
    spec: tuple[Any, ...]

    def terms(self) -> PollSpec:
        """What was decided."""
        return PollSpec.from_tuple(self.spec)


@dataclass(frozen=True, slots=True)
class VotesCounted(Event):
    """Votes of one transaction were counted."""

    CONTRACT = "BallotBox"

    poll: int
    groups: bytes

    def unpacked(self) -> list[CountedGroup]:
        """The voters by their choices."""
        return unpack_counted(self.groups)


@dataclass(frozen=True, slots=True)
class VotesSkipped(Event):
    """Votes of a batch were not counted."""

    CONTRACT = "BallotBox"

    poll: int
    items: bytes

    def unpacked(self) -> list[SkippedVote]:
        """The votes with their reasons."""
        return unpack_skipped(self.items)
