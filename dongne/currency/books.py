"""The currency's books, kept again from the chain's logs alone."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, pairwise
from typing import Any

from eth_utils.address import to_canonical_address
from web3.types import LogReceipt

from dongne.chain import LOGS_SPAN
from dongne.currency.events import (
    AccountClassified,
    AccountRecovered,
    ForcedTransfer,
    Frozen,
    IssuanceAllowanceSet,
    Issued,
    Redeemed,
    Transfer,
)
from dongne.currency.kinds import Kind
from dongne.currency.local_currency import LocalCurrency
from dongne.events import Event
from dongne.months import begin_of, month_of
from dongne.receipts import log_of

Heard = Callable[[int], object]
"""Hears how many blocks more were read."""

NOBODY = bytes(20)
_ADDRESS = len("0x") + 2 * 12
"""Where an address begins among the hexadecimal digits of a topic."""
_BUYERS = (Kind.RESIDENT, Kind.INSTITUTION)
_BOOKED = (
    Transfer,
    ForcedTransfer,
    Redeemed,
    AccountClassified,
    AccountRecovered,
    Frozen,
    IssuanceAllowanceSet,
    Issued,
)


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

    def book(self, raw: Mapping[str, Any], following: Mapping[str, Any] | None) -> None:
        """Enter one log, as JSON-RPC has it; they come in the chain's order.

        Transfers are read by hand: there are millions, and the general decoder takes ten times so long.

        Args:
            following: the log behind it: money that a decision moves is no purchase, and says so after its transfer.
        """
        block = int(raw["blockNumber"], 16)
        self.turn(block)
        topics: list[str] = raw["topics"]
        if topics[0] == _topic_of(Transfer):
            payer, payee = bytes.fromhex(topics[1][_ADDRESS:]), bytes.fromhex(topics[2][_ADDRESS:])
            decided = following is not None and following["topics"][0] == _topic_of(ForcedTransfer)
            self._transfer(payer, payee, int(raw["data"], 16), counts=not decided and block >= self.last_month_begins)
        elif topics[0] != _topic_of(ForcedTransfer):
            self._book_other(log_of(raw))

    def _book_other(self, log: LogReceipt) -> None:
        topic = bytes(log["topics"][0])
        if topic == Redeemed.topic():
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

    def _transfer(self, payer: bytes, payee: bytes, value: int, *, counts: bool) -> None:
        self.balances[payer] -= value
        self.balances[payee] += value
        if payer == NOBODY:
            self.issued += value
        elif counts:
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


@cache
def _topic_of(event: type[Event]) -> str:
    return "0x" + event.topic().hex()


def books_from_logs(currency: LocalCurrency, last: int, heard: Heard = lambda _blocks: None) -> Books:
    """The books until block `last`, trusting nothing that the contract states."""
    books = Books(*month_begins(currency, month_of(currency.chain.timestamp(last)), last))
    keep(books, currency, last, heard)
    return books


def keep(books: Books, currency: LocalCurrency, last: int, heard: Heard = lambda _blocks: None) -> None:
    """Enter every log until block `last`."""
    with currency.chain.answers():
        for raw, following in pairwise(chain(_logs(currency, last, heard), [None])):
            if raw is not None:
                books.book(raw, following)
    books.turn(last)
    books.balances.pop(NOBODY, None)


def month_begins(currency: LocalCurrency, month: int, last: int) -> tuple[int, int]:
    """First blocks of the month before one and of the month itself; the block after `last` where there is none yet."""
    first = currency.chain.first_block_since(begin_of(month - 1), currency.entry.block, last)
    return first, currency.chain.first_block_since(begin_of(month), first, last)


def _logs(currency: LocalCurrency, last: int, heard: Heard) -> Iterator[Mapping[str, Any]]:
    topics = [[event.topic() for event in _BOOKED]]
    for first in range(currency.entry.block, last + 1, LOGS_SPAN):
        until = min(first + LOGS_SPAN - 1, last)
        yield from currency.chain.raw_logs(currency.address, topics, first, until)
        heard(until - first + 1)
