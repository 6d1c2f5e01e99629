"""The currency's books, kept again from the chain's logs alone."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from eth_utils.address import to_canonical_address
from web3.types import LogReceipt

from dongne.chain import LOGS_SPAN
from dongne.currency.events import AccountClassified, IssuanceAllowanceSet, Issued, Redeemed, Transfer
from dongne.currency.kinds import Kind
from dongne.currency.local_currency import LocalCurrency

Heard = Callable[[int], object]
"""Hears how many blocks more were read."""

KOREA = timezone(timedelta(hours=9))
"""The months of receipts are those of Korea, which has no summer time."""

NOBODY = bytes(20)
_BOOKED = (Transfer, Redeemed, AccountClassified, IssuanceAllowanceSet, Issued)


@dataclass
class Books:
    """What the logs say of every account, issuer and purpose; accounts are their 20 bytes.

    Attributes:
        issued: base units ever issued.
        redeemed: base units ever cashed out.
        balances: of every account that a log names, zeros included.
        kinds: what each account is registered as.
        receipts: what residents paid a merchant since `month_begins` and it has not refunded.
        allowances: what each issuer may still issue.
        served: how many places of its list each purpose has served.
        month_begins: first block of the month of receipts.
    """

    month_begins: int
    issued: int = 0
    redeemed: int = 0
    balances: defaultdict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    kinds: dict[bytes, int] = field(default_factory=dict)
    receipts: defaultdict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    allowances: defaultdict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    served: defaultdict[bytes, int] = field(default_factory=lambda: defaultdict(int))

    def book(self, log: LogReceipt) -> None:
        """Enter one log; they come in the chain's order."""
        topic = bytes(log["topics"][0])
        if topic == Transfer.topic():
            self._transfer(log)
        elif topic == Redeemed.topic():
            self.redeemed += Redeemed.decode(log).amount
        elif topic == AccountClassified.topic():
            self._classify(AccountClassified.decode(log))
        elif topic == IssuanceAllowanceSet.topic():
            allowed = IssuanceAllowanceSet.decode(log)
            self.allowances[to_canonical_address(allowed.issuer)] = allowed.allowance
        else:
            event = Issued.decode(log)
            self.allowances[to_canonical_address(event.issuer)] -= event.total
            self.served[event.purpose] += event.count

    def _transfer(self, log: LogReceipt) -> None:
        """Read by hand: there are millions, and the general decoder takes ten times so long."""
        _topic, payer_word, payee_word = log["topics"]
        payer, payee, value = bytes(payer_word[12:]), bytes(payee_word[12:]), int.from_bytes(log["data"], "big")
        self.balances[payer] -= value
        self.balances[payee] += value
        if payer == NOBODY:
            self.issued += value
        elif log["blockNumber"] >= self.month_begins:
            self._count_receipts(payer, payee, value)

    def _count_receipts(self, payer: bytes, payee: bytes, value: int) -> None:
        pair = self.kinds.get(payer), self.kinds.get(payee)
        if pair == (Kind.RESIDENT, Kind.MERCHANT):
            self.receipts[payee] += value
        elif pair == (Kind.MERCHANT, Kind.RESIDENT):
            self.receipts[payer] -= value

    def _classify(self, event: AccountClassified) -> None:
        account = to_canonical_address(event.account)
        if self.kinds.get(account) != event.kind:
            self.receipts.pop(account, None)
        self.kinds[account] = event.kind
        self.balances[account] += 0


def books_from_logs(currency: LocalCurrency, last: int, heard: Heard = lambda _blocks: None) -> Books:
    """The books until block `last`, trusting nothing that the contract states."""
    books = Books(_month_begins(currency, last))
    for log in _logs(currency, last, heard):
        books.book(log)
    books.balances.pop(NOBODY, None)
    return books


def month_of(timestamp: int) -> int:
    """Months since January 1970 in Korea, as the contract counts them."""
    moment = datetime.fromtimestamp(timestamp, UTC).astimezone(KOREA)
    return (moment.year - 1970) * 12 + moment.month - 1


def _month_begins(currency: LocalCurrency, last: int) -> int:
    now = datetime.fromtimestamp(currency.chain.timestamp(last), UTC).astimezone(KOREA)
    begins = int(now.replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp())
    return currency.chain.first_block_since(begins, currency.entry.block, last)


def _logs(currency: LocalCurrency, last: int, heard: Heard) -> Iterator[LogReceipt]:
    topics = [[event.topic() for event in _BOOKED]]
    for first in range(currency.entry.block, last + 1, LOGS_SPAN):
        until = min(first + LOGS_SPAN - 1, last)
        yield from currency.chain.logs(currency.address, topics, first, until)
        heard(until - first + 1)
