"""Compares what was published and paid for a month with what follows from the logs: anyone can, and needs no key."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress

from dongne.currency.books import Heard
from dongne.currency.events import AccountRecovered, Transfer
from dongne.currency.incentives.client import Incentives
from dongne.currency.incentives.errors import NoListOfMonth
from dongne.currency.incentives.events import (
    CashbackListPublished,
    CashbackListRejected,
    CashbackPaid,
    IncentiveFunded,
)
from dongne.currency.incentives.lists import CashbackList
from dongne.currency.incentives.purchases import compute_list
from dongne.currency.local_currency import LocalCurrency
from dongne.months import month_text


@dataclass(frozen=True, slots=True)
class PaidOtherwise:
    """Somebody who was paid something else than follows from the logs.

    Attributes:
        account: to whom the money went.
        expected: base units by the list; 0 for whoever is not on it.
        paid: base units.
    """

    account: ChecksumAddress
    expected: int
    paid: int


@dataclass(frozen=True, slots=True)
class Verification:
    """A month's cash-back as computed beside what was published and paid.

    Attributes:
        computed: the list by the currency's logs.
        published: the latest publication.
        rejected: whether that one was rejected.
        root: of the computed list; zeros if nobody is on it.
        granted: what the programme had for the computed total when the list was published, base units.
        paid: people of the computed list who were paid what follows from it.
        paid_total: base units that were paid.
        otherwise: whoever was paid something else.
    """

    computed: CashbackList
    published: CashbackListPublished
    rejected: bool
    root: bytes
    granted: int
    paid: int
    paid_total: int
    otherwise: tuple[PaidOtherwise, ...]

    @property
    def list_agrees(self) -> bool:
        """Whether the published list is the computed one, with its total and what was granted for it."""
        computed = (self.root, self.computed.total, self.granted)
        return computed == (self.published.root, self.published.total, self.published.granted)

    @property
    def agrees(self) -> bool:
        """Whether list and payments are as they should be; a rejected list of which nothing was paid is."""
        if self.rejected and not self.paid_total:
            return True
        return self.list_agrees and not self.otherwise

    @property
    def left(self) -> int:
        """People of the computed list who were not paid yet."""
        return len(self.computed.places) - self.paid


def verify_month(
    incentives: Incentives,
    currency: LocalCurrency,
    programme: int,
    month: int,
    heard: Heard = lambda _blocks: None,
) -> Verification:
    """Compute a month's list again and compare it, and every payment, with what was published and paid.

    Raises:
        NoListOfMonth: none was published.
        MonthNotFinal, ChainMoved: as `compute_list`.
    """
    published = _published(incentives, programme, month)
    computed = compute_list(incentives, currency, programme, month, heard)
    payments = Counter[ChecksumAddress]()
    for account, amount in _payments(incentives, currency, programme, month, published.at.block):
        payments[account] += amount
    total, granted = computed.total, min(computed.total, _held_before(incentives, programme, published))
    shares = {place.account: computed.cashback(place) * granted // total for place in computed.places}
    paid, otherwise = _compared(shares, _as_listed(currency, shares, payments))
    return Verification(
        computed=computed,
        published=published,
        rejected=_is_rejected(incentives, programme, published),
        root=computed.tree.root if computed.places else bytes(32),
        granted=granted,
        paid=paid,
        paid_total=payments.total(),
        otherwise=otherwise,
    )


def _published(incentives: Incentives, programme: int, month: int) -> CashbackListPublished:
    found = list(incentives.events(CashbackListPublished, programme=programme, month=month))
    if not found:
        raise NoListOfMonth(programme, month_text(month))
    return found[-1]


def _is_rejected(incentives: Incentives, programme: int, published: CashbackListPublished) -> bool:
    rejections = incentives.events(CashbackListRejected, programme=programme, month=published.month)
    place = (published.at.block, published.at.log)
    return any((each.at.block, each.at.log) > place for each in rejections)


def _held_before(incentives: Incentives, programme: int, published: CashbackListPublished) -> int:
    """What the programme held when the list was published: nothing returns to the funder before it is over."""
    place, block = (published.at.block, published.at.log), published.at.block
    held = 0
    for funded in incentives.events(IncentiveFunded, last=block, programme=programme):
        held += funded.amount if (funded.at.block, funded.at.log) < place else 0
    for paid in incentives.events(CashbackPaid, last=block, programme=programme):
        held -= paid.total if (paid.at.block, paid.at.log) < place else 0
    return held


def _payments(
    incentives: Incentives, currency: LocalCurrency, programme: int, month: int, first: int
) -> Iterator[tuple[ChecksumAddress, int]]:
    """The transfers behind each `CashbackPaid` of a list: as many as it says, before the next one of any programme."""
    paid_by: dict[str, Any] = {"from_": incentives.address}
    transfers = list(currency.events(Transfer, first=first, **paid_by))
    places = [(each.at.block, each.at.log) for each in transfers]
    for event in incentives.events(CashbackPaid, first=first, programme=programme, month=month):
        begin = bisect_right(places, (event.at.block, event.at.log))
        for transfer in transfers[begin : begin + event.paid]:
            yield transfer.to, transfer.value


def _as_listed(
    currency: LocalCurrency, shares: dict[ChecksumAddress, int], payments: Counter[ChecksumAddress]
) -> Counter[ChecksumAddress]:
    """The payments by the address that the list names: who was recovered meanwhile was paid at a later one."""
    former = {event.to: event.from_ for event in currency.events(AccountRecovered)}
    found = Counter[ChecksumAddress]()
    for account, amount in payments.items():
        listed = account
        while listed not in shares and listed in former:
            listed = former[listed]
        found[listed if listed in shares else account] += amount
    return found


def _compared(
    shares: dict[ChecksumAddress, int], payments: Counter[ChecksumAddress]
) -> tuple[int, tuple[PaidOtherwise, ...]]:
    wrong = [
        PaidOtherwise(account, shares.get(account, 0), amount)
        for account, amount in payments.items()
        if shares.get(account, 0) != amount
    ]
    return len(payments) - len(wrong), tuple(wrong)
