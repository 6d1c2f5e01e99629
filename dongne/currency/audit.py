"""The currency's books by the logs beside what the contract states, at one block."""

from collections.abc import Iterator
from dataclasses import dataclass

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from dongne.currency.books import Books, Heard, books_from_logs
from dongne.currency.kinds import Kind
from dongne.currency.local_currency import MOST_CLOSED, AccountState, LocalCurrency
from dongne.errors import ChainMoved
from dongne.language import Word, _
from dongne.months import month_of

COUNTING = (Kind.RESIDENT, Kind.MERCHANT, Kind.INSTITUTION)
"""Kinds whose purchases are counted."""


class Compared(Word):
    """What an audit compares."""

    BALANCE = 1, _("balance")
    KIND = 2, _("kind")
    COUNTED = 3, _("purchases of this month")
    CLOSED = 4, _("purchases of last month")
    ALLOWANCE = 5, _("issuance allowance")
    SERVED = 6, _("places served of a list")
    HELD = 7, _("held money")

    @property
    def is_money(self) -> bool:
        """Whether it is counted in base units."""
        return self not in (Compared.KIND, Compared.SERVED)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the logs say otherwise than the contract.

    Attributes:
        what: balance, kind, purchases, allowance or places.
        of: address of the account or issuer; the purpose in hexadecimal digits.
        by_logs: base units, a number of `Kind`, or a count.
        stated: the same by the contract.
    """

    what: Compared
    of: str
    by_logs: int
    stated: int


@dataclass(frozen=True, slots=True)
class Supply:
    """What the logs say of the money in circulation.

    Attributes:
        issued: base units ever issued.
        redeemed: base units ever cashed out.
        balances: balance by account, zero balances left out.
    """

    issued: int
    redeemed: int
    balances: dict[ChecksumAddress, int]

    @property
    def circulating(self) -> int:
        """Base units that must be there."""
        return self.issued - self.redeemed


@dataclass(frozen=True, slots=True)
class Audit:
    """The books by the logs beside what the contract states, both at one block.

    Attributes:
        supply: by the logs.
        stated: total supply by the contract, base units.
        block: number of the block at which both were read.
        block_hash: its hash, with 0x.
        time: its Unix seconds.
        compared: how many accounts were compared, those without money included.
        differences: what the logs say otherwise than the contract.
    """

    supply: Supply
    stated: int
    block: int
    block_hash: str
    time: int
    compared: int
    differences: tuple[Difference, ...] = ()

    @property
    def held(self) -> int:
        """Base units that accounts hold by the logs."""
        return sum(self.supply.balances.values())

    @property
    def is_reconciled(self) -> bool:
        """Whether logs, accounts and contract agree."""
        return self.supply.circulating == self.stated == self.held and not self.differences


def audit_supply(currency: LocalCurrency, heard: Heard = lambda _blocks: None) -> Audit:
    """Keep the books again from the logs and compare every account, issuer and purpose with what the contract states.

    Every account that a log names is asked for, also where the logs leave nothing on it: what a node withholds, or what
    came to be without a log, shows in the account's state.

    Raises:
        ChainMoved: the block was dropped while it was being read.
    """
    chain = currency.chain
    block = chain.block_number()
    block_hash, time = chain.block_hash(block), chain.timestamp(block)
    books = books_from_logs(currency, block, heard)
    differences = (*_accounts(currency, books, block, month_of(time)), *_issuers(currency, books, block))
    audit = Audit(
        _supply(books), currency.total_supply(block), block, block_hash, time, len(books.balances), differences
    )
    if chain.block_hash(block) != block_hash:
        raise ChainMoved(block)
    return audit


def supply_from_logs(currency: LocalCurrency, last: int | None = None, heard: Heard = lambda _blocks: None) -> Supply:
    """Sum up every transfer until block `last`, trusting no balance that the contract states."""
    return _supply(books_from_logs(currency, currency.chain.block_number() if last is None else last, heard))


def _supply(books: Books) -> Supply:
    held = {to_checksum_address(account): base for account, base in books.balances.items() if base}
    return Supply(books.issued, books.redeemed, held)


def _accounts(currency: LocalCurrency, books: Books, block: int, month: int) -> Iterator[Difference]:
    accounts = [to_checksum_address(account) for account in books.balances]
    for account, state in zip(books.balances, currency.accounts(accounts, block), strict=True):
        for what, by_logs, stated in _pairs(books, account, state, month):
            if by_logs != stated:
                yield Difference(what, to_checksum_address(account), by_logs, stated)


def _pairs(books: Books, account: bytes, state: AccountState, month: int) -> Iterator[tuple[Compared, int, int]]:
    kind = books.kinds.get(account, Kind.NONE)
    yield Compared.BALANCE, books.balances[account], state.balance + state.held
    yield Compared.HELD, books.held[account], state.held
    yield Compared.KIND, kind, state.registered_kind
    if kind in COUNTING:
        counted, closed = state.purchases(month)
        yield Compared.COUNTED, books.counted[account], counted
        yield Compared.CLOSED, min(books.closed[account], MOST_CLOSED), closed


def _issuers(currency: LocalCurrency, books: Books, block: int) -> Iterator[Difference]:
    issuers = [to_checksum_address(issuer) for issuer in books.allowances]
    allowed = currency.allowances_of(issuers, block)
    for issuer, by_logs in books.allowances.items():
        address = to_checksum_address(issuer)
        if by_logs != allowed[address]:
            yield Difference(Compared.ALLOWANCE, address, by_logs, allowed[address])
    served = currency.issue_lists(list(books.served), block)
    for purpose, known in zip(books.served, served, strict=True):
        if books.served[purpose] != known.served:
            yield Difference(Compared.SERVED, "0x" + purpose.hex(), books.served[purpose], known.served)
