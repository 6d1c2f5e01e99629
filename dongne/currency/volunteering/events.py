"""What the volunteer rewards' logs say, typed."""

from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress

from dongne.events import Event


class RewardsEvent(Event):
    """Base of the events of `VolunteerRewards`."""

    CONTRACT = "VolunteerRewards"


@dataclass(frozen=True, slots=True)
class RewardsOpened(RewardsEvent):
    """A programme was opened; `terms` as the contract's struct has them."""

    programme: int
    funder: ChecksumAddress
    terms: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ActivityOpened(RewardsEvent):
    """An institution was certified for an activity; `rate` in base units an hour."""

    activity: int
    programme: int
    institution: ChecksumAddress
    rate: int
    document: bytes


@dataclass(frozen=True, slots=True)
class ShiftRewarded(RewardsEvent):
    """A shift was paid; times in Unix seconds, `amount` in base units."""

    activity: int
    volunteer: ChecksumAddress
    begins: int
    ends: int
    amount: int


@dataclass(frozen=True, slots=True)
class ShiftSkipped(RewardsEvent):
    """A shift of a list was not paid now; `reason` is a number of `ShiftRefusal`."""

    activity: int
    volunteer: ChecksumAddress
    begins: int
    reason: int
