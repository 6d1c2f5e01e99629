"""An account's month from the currency's logs alone: every movement with its order, and the balances around it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from dongne.currency.events import (
    AccountClassified,
    AccountRecovered,
    ForcedTransfer,
    OrderPaid,
    OrdersPaid,
    Transfer,
)
from dongne.currency.kinds import Kind
from dongne.currency.local_currency import LocalCurrency
from dongne.errors import ChainMoved
from dongne.language import Word, _
from dongne.months import begin_of
from dongne.parts import parts

NOBODY = "0x" + "00" * 20
_BUYERS = (Kind.RESIDENT, Kind.INSTITUTION)
_ACCOUNTS_ASKED = 100
"""Accounts in one question for logs."""


class Movement(Word):
    """What a movement of money was, by the kinds that both accounts had then."""

    ISSUED = 1, _("issued")
    PURCHASE = 2, _("purchase")
    REFUND = 3, _("refund")
    CITY_CONTRACT = 4, _("city contract")
    TRANSFER = 5, _("transfer")
    MOVED = 6, _("account moved to a new key")
    DECIDED = 7, _("decided by due process")
    DESTROYED = 8, _("destroyed")


@dataclass(frozen=True, slots=True)
class Entry:
    """A movement on an account.

    Attributes:
        time: Unix seconds of its block.
        transaction: its hash, with 0x.
        movement: what it was.
        other: who paid or was paid; None where money was issued or destroyed.
        amount: base units, negative where they left the account.
        balance: base units after it, those included that are held.
        order: the payee's reference, where a signed payment's log names one.
    """

    time: int
    transaction: str
    movement: Movement
    other: ChecksumAddress | None
    amount: int
    balance: int
    order: bytes | None


@dataclass(frozen=True, slots=True)
class Statement:
    """An account's month.

    Attributes:
        account: whose.
        month: months since January 1970 in Korea.
        opening: base units before the month's first movement.
        entries: its movements, in the chain's order.
        block: number of the block until which logs were read.
        by_logs: base units on the account at that block by all logs.
        stated: the same by the contract.
    """

    account: ChecksumAddress
    month: int
    opening: int
    entries: tuple[Entry, ...]
    block: int
    by_logs: int
    stated: int

    @property
    def closing(self) -> int:
        """Base units after the month's last movement."""
        return self.entries[-1].balance if self.entries else self.opening

    @property
    def received(self) -> int:
        """Base units that came in."""
        return sum(entry.amount for entry in self.entries if entry.amount > 0)

    @property
    def paid(self) -> int:
        """Base units that left."""
        return -sum(entry.amount for entry in self.entries if entry.amount < 0)

    @property
    def purchases(self) -> int:
        """Base units of purchases, less refunds."""
        signs = {Movement.PURCHASE: 1, Movement.REFUND: -1}
        return sum(abs(entry.amount) * signs.get(entry.movement, 0) for entry in self.entries)

    @property
    def is_reconciled(self) -> bool:
        """Whether the contract states what the logs add up to."""
        return self.by_logs == self.stated


def statement_of(currency: LocalCurrency, account: ChecksumAddress, month: int) -> Statement:
    """Read every movement of an account, and tell those of a month.

    Raises:
        ChainMoved: the last block was dropped while it was being read.
    """
    chain, first = currency.chain, currency.entry.block
    last = chain.block_number()
    block_hash = chain.block_hash(last)
    found = _transfers(currency, account, last)
    begins = chain.first_block_since(begin_of(month), first, last)
    past = chain.first_block_since(begin_of(month + 1), begins, last)
    opening = sum(_signed(each, account) for each in found if each.at.block < begins)
    inside = [each for each in found if begins <= each.at.block < past]
    statement = Statement(
        account=account,
        month=month,
        opening=opening,
        entries=_entries(currency, account, opening, inside, last),
        block=last,
        by_logs=sum(_signed(each, account) for each in found),
        stated=currency.balances_of([account], last)[account],
    )
    if chain.block_hash(last) != block_hash:
        raise ChainMoved(last)
    return statement


def _transfers(currency: LocalCurrency, account: ChecksumAddress, last: int) -> list[Transfer]:
    """Both directions in the chain's order; a payment to oneself once."""
    out = currency.events(Transfer, last=last, from_=account)
    into = currency.events(Transfer, last=last, to=account)
    by_place = {(each.at.block, each.at.log): each for each in (*out, *into)}
    return [by_place[place] for place in sorted(by_place)]


def _signed(transfer: Transfer, account: ChecksumAddress) -> int:
    return transfer.value * ((transfer.to == account) - (transfer.from_ == account))


def _entries(
    currency: LocalCurrency, account: ChecksumAddress, opening: int, transfers: Sequence[Transfer], last: int
) -> tuple[Entry, ...]:
    times = currency.chain.timestamps(sorted({each.at.block for each in transfers}))
    marks = _Marks.of(currency, transfers)
    kinds = _kinds(currency, {account, *(each.from_ for each in transfers), *(each.to for each in transfers)}, last)
    entries, balance = list[Entry](), opening
    for each in transfers:
        balance += _signed(each, account)
        place, transaction = (each.at.block, each.at.log), each.at.transaction.to_0x_hex()
        other = each.from_ if each.to == account else each.to
        entries.append(
            Entry(
                time=times[each.at.block],
                transaction=transaction,
                movement=marks.movements.get(place) or _movement(each, kinds(each.from_, place), kinds(each.to, place)),
                other=None if other == NOBODY else other,
                amount=_signed(each, account),
                balance=balance,
                order=marks.orders.get(place),
            )
        )
    return tuple(entries)


def _movement(transfer: Transfer, payer: int, payee: int) -> Movement:
    if transfer.from_ == NOBODY:
        return Movement.ISSUED
    if transfer.to == NOBODY:
        return Movement.DESTROYED
    if Kind.SYSTEM_CONTRACT in (payer, payee):
        return Movement.CITY_CONTRACT
    if payer in _BUYERS and payee == Kind.MERCHANT:
        return Movement.PURCHASE
    if payer == Kind.MERCHANT and payee in _BUYERS:
        return Movement.REFUND
    return Movement.TRANSFER


_Place = tuple[int, int]
"""Number of the block, and of the log in it."""


@dataclass(frozen=True, slots=True)
class _Marks:
    """What stands behind transfers in their transactions: orders, and what was no payment."""

    orders: dict[_Place, bytes]
    movements: dict[_Place, Movement]

    @classmethod
    def of(cls, currency: LocalCurrency, transfers: Sequence[Transfer]) -> "_Marks":
        marks = cls({}, {})
        hashes = list(dict.fromkeys(each.at.transaction.to_0x_hex() for each in transfers))
        receipts = currency.chain.batch([("eth_getTransactionReceipt", [each]) for each in hashes])
        with currency.chain.answers():
            for receipt in receipts:
                marks._read([log for log in receipt["logs"] if to_checksum_address(log["address"]) == currency.address])
        return marks

    def _read(self, logs: Iterable[Any]) -> None:
        """The currency's logs of one transaction, in order."""
        places = list[_Place]()
        for log in logs:
            topic = bytes.fromhex(log["topics"][0][2:])
            if topic == Transfer.topic():
                places.append((int(log["blockNumber"], 16), int(log["logIndex"], 16)))
            elif topic == OrderPaid.topic():
                self.orders[places[-1]] = bytes.fromhex(log["topics"][1][2:])
            elif topic == OrdersPaid.topic():
                self._batch(places, bytes.fromhex(log["data"][2:]))
            elif topic == ForcedTransfer.topic():
                self.movements[places[-1]] = Movement.DECIDED
            elif topic == AccountRecovered.topic():
                self.movements[places[-1]] = Movement.MOVED

    def _batch(self, places: list[_Place], data: bytes) -> None:
        """One log names the orders of the payments just before it: offset, length, then 32 bytes each."""
        length = int.from_bytes(data[32:64], "big")
        orders = list(parts(data[64 : 64 + length], 32))
        self.orders.update(zip(places[len(places) - len(orders) :], (bytes(each) for each in orders), strict=True))


def _kinds(
    currency: LocalCurrency, accounts: set[ChecksumAddress], last: int
) -> Callable[[ChecksumAddress, _Place], int]:
    """What each account was registered as at a place of the chain, by the logs."""
    before = {each.to: each.from_ for each in currency.events(AccountRecovered, last=last)}
    wanted = {*accounts, *(old for account in accounts for old in _former(account, before))} - {NOBODY}
    classified: dict[str, list[tuple[_Place, int]]] = defaultdict(list)
    for some in parts(sorted(wanted), _ACCOUNTS_ASKED):
        topics = [[AccountClassified.topic()], [bytes.fromhex(each[2:]).rjust(32, b"\0") for each in some]]
        for log in currency.chain.logs(currency.address, topics, currency.entry.block, last):
            event = AccountClassified.decode(log)
            classified[event.account].append(((event.at.block, event.at.log), event.kind))

    def kind_at(account: ChecksumAddress, place: _Place) -> int:
        for address in (account, *_former(account, before)):
            earlier = [kind for when, kind in classified[address] if when < place]
            if earlier:
                return earlier[-1]
        return Kind.NONE

    return kind_at


def _former(account: ChecksumAddress, before: dict[ChecksumAddress, ChecksumAddress]) -> list[ChecksumAddress]:
    """The addresses that an account had before its keys were lost, the last one first."""
    found = list[ChecksumAddress]()
    while account in before:
        account = before[account]
        found.append(account)
    return found
