"""The currency's books, kept again from the chain's logs alone."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from eth_utils.address import to_canonical_address
from web3.types import LogReceipt

from dongne.chain import LOGS_SPAN
from dongne.currency.events import (
    AccountClassified,
    AccountRecovered,
    Frozen,
    IssuanceAllowanceSet,
    Issued,
    Redeemed,
    Transfer,
)
from dongne.currency.kinds import Kind
from dongne.currency.local_currency import LocalCurrency
from dongne.months import begin_of, month_of

Heard = Callable[[int], object]
"""Hears how many blocks more were read."""

NOBODY = bytes(20)
_BUYERS = (Kind.RESIDENT, Kind.INSTITUTION)
_BOOKED = (Transfer, Redeemed, AccountClassified, AccountRecovered, Frozen, IssuanceAllowanceSet, Issued)


@dataclass
class Books:
    """What the logs say of every account, issuer and purpose; accounts are their 20 bytes.

    Attributes:
        issued: base units ever issued.
        redeemed: base units ever cashed out.
        balances: of every account that a log names, zeros included; what is held is part of it.
        held: what of it a hold keeps from being spent.
        kinds: what each account is registered as.
        counted: purchases since `month_begins` less refunds: paid to a merchant, or by a resident or an institution.
        closed: the same of the month before.
        allowances: what each issuer may still issue.
        served: how many places of its list each purpose has served.
        last_month_begins: first block of the month before the last block's.
        month_begins: first block of the last block's month.
    """

    last_month_begins: int
    month_begins: int
    issued: int = 0
    redeemed: int = 0
    balances: defaultdict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    held: defaultdict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    kinds: dict[bytes, int] = field(default_factory=dict)
    counted: defaultdict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    closed: defaultdict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    _is_closed: bool = False
    allowances: defaultdict[bytes, int] = field(default_factory=lambda: defaultdict(int))
    served: defaultdict[bytes, int] = field(default_factory=lambda: defaultdict(int))

    def book(self, log: LogReceipt) -> None:
        """Enter one log; they come in the chain's order."""
        self.turn(log["blockNumber"])
        topic = bytes(log["topics"][0])
        if topic == Transfer.topic():
            self._transfer(log)
        elif topic == Redeemed.topic():
            self.redeemed += Redeemed.decode(log).amount
        elif topic == AccountClassified.topic():
            self._classify(AccountClassified.decode(log))
        elif topic == AccountRecovered.topic():
            self._recover(AccountRecovered.decode(log))
        elif topic == Frozen.topic():
            held = Frozen.decode(log)
            self.held[to_canonical_address(held.account)] = held.amount
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
        elif log["blockNumber"] >= self.last_month_begins:
            self._count(payer, payee, value)

    def _count(self, payer: bytes, payee: bytes, value: int) -> None:
        """A purchase counts on both sides; a refund takes from the month, and the rest from the month before."""
        kinds = self.kinds.get(payer), self.kinds.get(payee)
        if kinds[0] in _BUYERS and kinds[1] == Kind.MERCHANT:
            self.counted[payer] += value
            self.counted[payee] += value
        elif kinds[0] == Kind.MERCHANT and kinds[1] in _BUYERS:
            current = min(value, self.counted[payer], self.counted[payee])
            for account in (payer, payee):
                self.counted[account] -= current
                self.closed[account] -= value - current

    def turn(self, block: int) -> None:
        """Close the month before at the first log of the last one; what came before it does not matter."""
        if not self._is_closed and block >= self.month_begins:
            self.closed, self.counted = self.counted, defaultdict(int)
            self._is_closed = True

    def _recover(self, event: AccountRecovered) -> None:
        """Kind, purchases and holds move with the account; its money moved by a transfer just before."""
        old, new = to_canonical_address(event.from_), to_canonical_address(event.to)
        self.kinds[new], self.kinds[old] = self.kinds.get(old, Kind.NONE), Kind.SUPERSEDED
        for counters in (self.counted, self.closed, self.held):
            counters[new] = counters.pop(old, 0)

    def _classify(self, event: AccountClassified) -> None:
        account = to_canonical_address(event.account)
        if self.kinds.get(account) != event.kind:
            self.counted.pop(account, None)
            self.closed.pop(account, None)
        self.kinds[account] = event.kind
        self.balances[account] += 0


def books_from_logs(currency: LocalCurrency, last: int, heard: Heard = lambda _blocks: None) -> Books:
    """The books until block `last`, trusting nothing that the contract states."""
    books = Books(*_month_begins(currency, last))
    for log in _logs(currency, last, heard):
        books.book(log)
    books.turn(last)
    books.balances.pop(NOBODY, None)
    return books


def _month_begins(currency: LocalCurrency, last: int) -> tuple[int, int]:
    """First blocks of the month before the last block's, and of its own."""
    month = month_of(currency.chain.timestamp(last))
    first = currency.chain.first_block_since(begin_of(month - 1), currency.entry.block, last)
    return first, currency.chain.first_block_since(begin_of(month), first, last)


def _logs(currency: LocalCurrency, last: int, heard: Heard) -> Iterator[LogReceipt]:
    topics = [[event.topic() for event in _BOOKED]]
    for first in range(currency.entry.block, last + 1, LOGS_SPAN):
        until = min(first + LOGS_SPAN - 1, last)
        yield from currency.chain.logs(currency.address, topics, first, until)
        heard(until - first + 1)
