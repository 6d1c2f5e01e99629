"""Who bought how much at some trades in a month, from the currency's logs alone.

A purchase counts with the trade that the shop had when it was paid. A refund takes from the month from which the
currency takes it; from the purchases that are rewarded as far as the shop has a rewarded trade, or had one when the
resident paid it. Never more than what the currency counts in all is left: so what a shop of another trade gives back
beyond its own sales takes from the rewarded purchases as well.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from eth_utils.address import to_canonical_address, to_checksum_address

from dongne.book import DEFAULT_TIME_ZONE
from dongne.currency.batch import MAX_AMOUNT
from dongne.currency.books import Books, Heard, keep, month_begins
from dongne.currency.events import AccountClassified, AccountRecovered
from dongne.currency.incentives.client import Incentives
from dongne.currency.incentives.errors import MonthNotFinal
from dongne.currency.incentives.lists import CashbackList, Place
from dongne.currency.kinds import Kind
from dongne.currency.local_currency import LocalCurrency
from dongne.errors import ChainMoved
from dongne.language import Moment
from dongne.months import begin_of, month_text

REFUND_GRACE = 7 * 86_400
"""Seconds of the next month in which the currency takes refunds of a month's purchases."""


@dataclass
class TradeBooks(Books):
    """Books that also know, of one month, what residents bought at some trades; accounts are their 20 bytes.

    Attributes:
        trades: codes of the rewarded trades.
        at_trades: purchases of the month at them, less refunds, by resident; below zero where a shop of such a trade
            refunds what was bought elsewhere.
        categories: trade of each account now.
    """

    trades: frozenset[int] = frozenset()
    at_trades: defaultdict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    categories: dict[bytes, int] = field(default_factory=dict)
    _at_shop: defaultdict[tuple[bytes, bytes], int] = field(default_factory=lambda: defaultdict(int))

    def rewarded(self) -> dict[bytes, int]:
        """Purchases that are rewarded, once the month is closed: no more than the currency counts."""
        found = {account: min(bought, self.closed[account]) for account, bought in self.at_trades.items()}
        return {
            account: bought
            for account, bought in found.items()
            if bought > 0 and self.kinds.get(account) == Kind.RESIDENT
        }

    def _count(self, payer: bytes, payee: bytes, value: int) -> None:
        kinds = self.kinds.get(payer), self.kinds.get(payee)
        if kinds == (Kind.RESIDENT, Kind.MERCHANT) and not self._is_closed:
            self._buy(payer, payee, value)
        elif kinds == (Kind.MERCHANT, Kind.RESIDENT):
            current = min(value, self.counted[payer], self.counted[payee])
            self._take_back(payer, payee, value - current if self._is_closed else current)
        super()._count(payer, payee, value)

    def _buy(self, resident: bytes, shop: bytes, value: int) -> None:
        if self.categories.get(shop) in self.trades:
            self.at_trades[resident] += value
            self._at_shop[resident, shop] += value

    def _take_back(self, shop: bytes, resident: bytes, of_month: int) -> None:
        bought = self._at_shop[resident, shop]
        taken = of_month if self.categories.get(shop) in self.trades else min(of_month, bought)
        self.at_trades[resident] -= taken
        self._at_shop[resident, shop] -= min(taken, bought)

    def _recover(self, event: AccountRecovered) -> None:
        super()._recover(event)
        old, new = to_canonical_address(event.from_), to_canonical_address(event.to)
        self.categories[new] = self.categories.pop(old, 0)
        self.at_trades[new] = self.at_trades.pop(old, 0)
        for resident, shop in [pair for pair in self._at_shop if old in pair]:
            moved = (new if resident == old else resident, new if shop == old else shop)
            self._at_shop[moved] = self._at_shop.pop((resident, shop))

    def _classify(self, event: AccountClassified) -> None:
        account = to_canonical_address(event.account)
        if self.kinds.get(account) != event.kind:
            self.at_trades.pop(account, None)
        self.categories[account] = event.category
        super()._classify(event)


def compute_list(
    incentives: Incentives,
    currency: LocalCurrency,
    programme: int,
    month: int,
    heard: Heard = lambda _blocks: None,
) -> CashbackList:
    """The list of a programme's month, from the logs until refunds of that month were over.

    Raises:
        MonthNotFinal: they are not over yet.
        ChainMoved: a block was dropped while it was being read.
    """
    chain, final = currency.chain, begin_of(month + 1) + REFUND_GRACE
    head = chain.block_number()
    if chain.timestamp(head) < final:
        raise MonthNotFinal(month_text(month), Moment(final, DEFAULT_TIME_ZONE))
    last = chain.first_block_since(final, currency.entry.block, head) - 1
    block_hash = chain.block_hash(last)
    books = rewarded_books(currency, incentives.trades(programme), month, last, heard)
    if chain.block_hash(last) != block_hash:
        raise ChainMoved(last)
    return CashbackList.of(month, incentives.programme(programme).rate, _places(books))


def rewarded_books(
    currency: LocalCurrency, trades: Iterable[int], month: int, last: int, heard: Heard = lambda _blocks: None
) -> TradeBooks:
    """The books until block `last`, which lies in the month after `month`, or before it if it had no block yet."""
    books = TradeBooks(*month_begins(currency, month + 1, last), trades=frozenset(trades))
    keep(books, currency, last, heard)
    books.turn(books.month_begins)
    return books


def _places(books: TradeBooks) -> Iterable[Place]:
    for account, bought in books.rewarded().items():
        yield Place(to_checksum_address(account), min(bought, MAX_AMOUNT))
