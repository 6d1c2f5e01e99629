"""Compares what was published and paid for a month with what follows from the logs: anyone can, and needs no key."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress

from dongne.currency.books import Heard
from dongne.currency.events import AccountRecovered, Transfer
from dongne.currency.incentives.client import Incentives, PublishedList
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
from dongne.events import Event
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
        published: the latest publication; another one stood before it if that was rejected.
        rejected: whether the latest one was rejected.
        booked: base units paid of it by the contract's logs.
        stated: the list as the contract keeps it; None once it keeps a later month's.
        root: of the computed list; zeros if nobody is on it.
        granted: what the programme had for the computed total when the list was published, base units.
        paid: people of the computed list who were paid what follows from it.
        paid_total: base units that were paid, of rejected lists as well.
        booked_total: the same by the contract's logs.
        otherwise: whoever was paid something else.
    """

    computed: CashbackList
    published: CashbackListPublished
    rejected: bool
    booked: int
    stated: PublishedList | None
    root: bytes
    granted: int
    paid: int
    paid_total: int
    booked_total: int
    otherwise: tuple[PaidOtherwise, ...]

    @property
    def list_agrees(self) -> bool:
        """Whether the published list is the computed one, with its total and what was granted for it."""
        computed = (self.root, self.computed.total, self.granted)
        return computed == (self.published.root, self.published.total, self.published.granted)

    @property
    def is_as_stated(self) -> bool:
        """Whether the contract states of the list what its logs say: where a node withholds some, it does not."""
        if self.paid_total != self.booked_total:
            return False
        if self.stated is None:
            return True
        root = bytes(32) if self.rejected else self.published.root
        logged = (root, self.published.total, self.published.granted, self.booked)
        return logged == (self.stated.root, self.stated.total, self.stated.granted, self.stated.paid)

    @property
    def agrees(self) -> bool:
        """Whether list and payments are as they should be; a rejected list of which nothing was paid is."""
        if not self.is_as_stated:
            return False
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
    last = currency.chain.block_number()
    publications = _publications(incentives, programme, month, last)
    computed, published = compute_list(incentives, currency, programme, month, heard), publications[-1]
    bookings = _bookings(incentives, programme, month, publications[0].at.block, last)
    payments = Counter[ChecksumAddress]()
    for account, amount in _payments(incentives, currency, bookings, last):
        payments[account] += amount
    total, granted = computed.total, min(computed.total, _held_before(incentives, programme, published))
    shares = {place.account: computed.cashback(place) * granted // total for place in computed.places}
    paid, otherwise = _compared(shares, _as_listed(currency, shares, payments))
    stated = incentives.published(programme, last)
    return Verification(
        computed=computed,
        published=published,
        rejected=_is_rejected(incentives, programme, published, last),
        booked=sum(each.total for each in bookings if _place(each) > _place(published)),
        stated=stated if stated.month == month else None,
        root=computed.tree.root if computed.places else bytes(32),
        granted=granted,
        paid=paid,
        paid_total=payments.total(),
        booked_total=sum(each.total for each in bookings),
        otherwise=otherwise,
    )


def _publications(incentives: Incentives, programme: int, month: int, last: int) -> list[CashbackListPublished]:
    found = list(incentives.events(CashbackListPublished, last=last, programme=programme, month=month))
    if not found:
        raise NoListOfMonth(programme, month_text(month))
    return found


def _bookings(incentives: Incentives, programme: int, month: int, first: int, last: int) -> list[CashbackPaid]:
    return list(incentives.events(CashbackPaid, first=first, last=last, programme=programme, month=month))


def _is_rejected(incentives: Incentives, programme: int, published: CashbackListPublished, last: int) -> bool:
    rejections = incentives.events(CashbackListRejected, last=last, programme=programme, month=published.month)
    return any(_place(each) > _place(published) for each in rejections)


def _place(event: Event) -> tuple[int, int]:
    """Where an event is in the chain's order: block and log."""
    return event.at.block, event.at.log


def _held_before(incentives: Incentives, programme: int, published: CashbackListPublished) -> int:
    """What the programme held when the list was published: nothing returns to the funder before it is over."""
    block = published.at.block
    funded = incentives.events(IncentiveFunded, last=block, programme=programme)
    paid = incentives.events(CashbackPaid, last=block, programme=programme)
    came = sum(each.amount for each in funded if _place(each) < _place(published))
    return came - sum(each.total for each in paid if _place(each) < _place(published))


def _payments(
    incentives: Incentives, currency: LocalCurrency, bookings: Sequence[CashbackPaid], last: int
) -> Iterator[tuple[ChecksumAddress, int]]:
    """The transfers behind each `CashbackPaid` of a month: as many as it says, before the next one of any programme."""
    if not bookings:
        return
    paid_by: dict[str, Any] = {"from_": incentives.address}
    transfers = list(currency.events(Transfer, first=bookings[0].at.block, last=last, **paid_by))
    places = [_place(each) for each in transfers]
    for event in bookings:
        begin = bisect_right(places, _place(event))
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
