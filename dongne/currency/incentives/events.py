"""What the incentives' logs say, typed."""

from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress

from dongne.events import Event


class IncentiveEvent(Event):
    """Base of the events of `Incentives`."""

    CONTRACT = "Incentives"


@dataclass(frozen=True, slots=True)
class IncentiveOpened(IncentiveEvent):
    """A programme was opened; `terms` as the contract's struct has them."""

    programme: int
    funder: ChecksumAddress
    terms: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class IncentiveFunded(IncentiveEvent):
    """The funder paid in; `amount` in base units."""

    programme: int
    amount: int


@dataclass(frozen=True, slots=True)
class CashbackListPublished(IncentiveEvent):
    """A month's list is paid from `payable_from` on, Unix seconds; amounts in base units."""

    programme: int
    month: int
    root: bytes
    total: int
    granted: int
    payable_from: int


@dataclass(frozen=True, slots=True)
class CashbackListRejected(IncentiveEvent):
    """The list of that month is void."""

    programme: int
    month: int
    root: bytes


@dataclass(frozen=True, slots=True)
class CashbackPaid(IncentiveEvent):
    """`paid` people of a part were paid `total` base units; their transfers follow."""

    programme: int
    month: int
    part: int
    paid: int
    total: int


@dataclass(frozen=True, slots=True)
class CashbackSkipped(IncentiveEvent):
    """Somebody on the list was not paid now."""

    programme: int
    account: ChecksumAddress
    reason: int
