"""Reads the currency office's files: CSV lists of accounts to register and of money to issue.

A file is used whole or not at all: these lists are official decisions, and a partial list would be a different one.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from eth_typing import ChecksumAddress
from web3 import Web3

from dongne.addresses import address_of
from dongne.currency.batch import MAX_AMOUNT, Issue
from dongne.currency.errors import AmountNotPositive, AmountTooLarge, NobodysAddress, PurposeMissing
from dongne.currency.kinds import Kind, kind_of
from dongne.numbers import whole_number
from dongne.problems import Problems
from dongne.tables import Column, Listed, Row, Table, parse_rows, read_table
from dongne.texts import excerpt, trimmed
from dongne.units import to_base_units

MAX_CATEGORY = 2**16 - 1
"""Largest trade code."""

REGISTRATION_COLUMNS = (Column("address"), Column("kind"), Column("category", required=False))
ISSUE_COLUMNS = (Column("address"), Column("amount"))

Mapped = Mapping[str, str] | None
"""Name of the column by heading in the file, for headings that no column expects."""


class _OfAccount(Protocol):
    @property
    def account(self) -> ChecksumAddress: ...


_Item = TypeVar("_Item", bound=_OfAccount)


@dataclass(frozen=True, slots=True)
class Registration:
    """One account to register.

    Attributes:
        account: its address.
        kind: what it will be.
        category: the city's trade code of a merchant, else 0.
        line: where it stands in a file, from 1; 0 where there is none.
    """

    account: ChecksumAddress
    kind: Kind
    category: int
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ListFile(Generic[_Item]):
    """A list of the office, read whole.

    Attributes:
        table: its rows, for the results beside it.
        items: one a row, in the order of the file.
    """

    table: Table
    items: tuple[_Item, ...]


def read_registrations(file: Path, mapping: Mapped = None) -> ListFile[Registration]:
    """Accounts of a CSV file with the columns address, kind and, if there are any, category; each account once.

    Raises:
        RejectedFile: with every problem in it; nothing of the file is used then.
        UnreadableFile: the file cannot be read.
    """

    def registration(row: Row) -> Registration:
        values = row.values(("address", account_of), ("kind", kind_of), ("category", category_of))
        return Registration(*values, row.line)

    return _read(file, REGISTRATION_COLUMNS, registration, mapping)


def read_issues(file: Path, decimals: int, mapping: Mapped = None) -> ListFile[Issue]:
    """Amounts of a CSV file with the columns address and amount; each account once.

    Raises:
        RejectedFile: with every problem in it; nothing of the file is used then.
        UnreadableFile: the file cannot be read.
    """

    def issue(row: Row) -> Issue:
        values = row.values(("address", account_of), ("amount", lambda text: amount_of(text, decimals)))
        return Issue(*values, row.line)

    return _read(file, ISSUE_COLUMNS, issue, mapping)


def account_of(text: str) -> ChecksumAddress:
    """The address of an account.

    Raises:
        NotAnAddress: not an address, or one that fails its checksum.
        NobodysAddress: the zero address.
    """
    account = address_of(text)
    if not int(account, 16):
        raise NobodysAddress()
    return account


def category_of(text: str) -> int:
    """A trade code, 0 to 65,535; 0 where there is none.

    Raises:
        InputError: not a whole number of that range.
    """
    return whole_number(text, 0, MAX_CATEGORY) if text else 0


def amount_of(text: str, decimals: int) -> int:
    """Base units, more than zero and as much as an item of a batch can carry.

    Raises:
        InputError: not such an amount.
    """
    amount = to_base_units(text, decimals)
    if amount == 0:
        raise AmountNotPositive()
    if amount > MAX_AMOUNT:
        raise AmountTooLarge(excerpt(str(amount)), MAX_AMOUNT)
    return amount


def purpose_of(text: str) -> bytes:
    """What a list is issued for, as the log names it: the keccak256 of the text.

    The same words are the same purpose, however they were typed or pasted: white space around and between them does
    not count, nor whether Korean letters are composed. Otherwise a stray space would issue a list twice.

    Raises:
        PurposeMissing: no words.
    """
    words = trimmed(unicodedata.normalize("NFC", text)).split()
    if not words:
        raise PurposeMissing()
    return bytes(Web3.keccak(text=" ".join(words)))


def _read(file: Path, columns: Sequence[Column], parse: Callable[[Row], _Item], mapping: Mapped) -> ListFile[_Item]:
    problems, listed = Problems(file), Listed()
    table = read_table(file, columns, problems=problems, mapping=mapping)

    def once(row: Row) -> _Item:
        item = parse(row)
        listed.add(item.account, row.line)
        return item

    items = parse_rows(table, problems, once)
    problems.raise_if_any()
    return ListFile(table, tuple(items))
