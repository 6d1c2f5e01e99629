"""Lists of cash-back: who bought how much at a programme's trades in a month, in parts under a Merkle tree.

Places go by address, so that everybody who computes a list from the logs gets the same one.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from eth_typing import ChecksumAddress

from dongne.currency.batch import Issue, pack_issues
from dongne.currency.files import Mapped, account_of, amount_of
from dongne.currency.incentives.errors import ListFileExists
from dongne.currency.incentives.terms import BPS
from dongne.currency.merkle import MerkleTree, leaf_of
from dongne.hashing import keccak
from dongne.parts import parts
from dongne.problems import Problems
from dongne.tables import Column, Listed, Row, Table, parse_rows, read_table
from dongne.units import from_base_units

PART = 100
"""Places of a part: about 2.6 million gas, 4.4 million where everybody is paid for the first time."""

LEAF = ("uint256", "bytes32")
"""Types of a leaf: number of the part, hash of its packed items."""

COLUMNS = ("address", "purchases", "cashback")
"""Columns of a list's file; the last one is for people."""


@dataclass(frozen=True, slots=True)
class Rate:
    """By which cash-back follows from purchases.

    Attributes:
        bps: share of purchases, in 1/10,000.
        cap: most for one person and month, base units.
    """

    bps: int
    cap: int

    def cashback(self, purchases: int) -> int:
        """Base units for a month's purchases; fractions are dropped."""
        return min(purchases * self.bps // BPS, self.cap)


@dataclass(frozen=True, slots=True)
class Place:
    """What one person is rewarded for.

    Attributes:
        account: the person's address when the month's refunds were over.
        purchases: at the programme's trades, less refunds; base units, below 2^48.
        line: where it stands in a file, from 1; 0 where there is no file.
    """

    account: ChecksumAddress
    purchases: int
    line: int = 0

    def as_item(self) -> Issue:
        """As a part packs it."""
        return Issue(self.account, self.purchases)


@dataclass(frozen=True)
class CashbackList:
    """Everybody who is rewarded by a programme for a month.

    Attributes:
        month: whose purchases these are; months since January 1970.
        rate: of the programme.
        places: in the order of the addresses.
    """

    month: int
    rate: Rate
    places: tuple[Place, ...]

    @classmethod
    def of(cls, month: int, rate: Rate, places: Iterable[Place]) -> "CashbackList":
        """The list of some places in any order; each account once. Who would get nothing is left out."""
        rewarded = (place for place in places if rate.cashback(place.purchases))
        return cls(month, rate, tuple(sorted(rewarded, key=lambda place: bytes.fromhex(place.account[2:]))))

    @cached_property
    def parts(self) -> tuple[tuple[Place, ...], ...]:
        """As they are paid, `PART` places each."""
        return tuple(tuple(part) for part in parts(self.places, PART))

    @property
    def total(self) -> int:
        """Base units of all cash-back."""
        return sum(self.cashback(place) for place in self.places)

    @cached_property
    def tree(self) -> MerkleTree:
        """The Merkle tree over the parts; there is none over no part."""
        return MerkleTree.of(self._leaf(part) for part in range(len(self.parts)))

    def cashback(self, place: Place) -> int:
        """Base units for a place, by rate and cap."""
        return self.rate.cashback(place.purchases)

    def proof(self, part: int) -> list[bytes]:
        """What proves a part to whoever knows the root."""
        return self.tree.proof(self._leaf(part))

    @property
    def entries(self) -> dict[ChecksumAddress, int]:
        """Purchases by account."""
        return {place.account: place.purchases for place in self.places}

    def _leaf(self, part: int) -> bytes:
        return leaf_of(LEAF, (part, keccak(pack_issues(place.as_item() for place in self.parts[part]))))


def write_list(file: Path, listed: CashbackList, decimals: int) -> None:
    """Write a list as CSV; a file that is there already is never changed.

    Raises:
        ListFileExists: there is a file of that name.
    """
    try:
        with file.open("x", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(COLUMNS)
            for place in listed.places:
                amounts = (place.purchases, listed.cashback(place))
                writer.writerow((place.account, *(from_base_units(amount, decimals) for amount in amounts)))
    except FileExistsError:
        raise ListFileExists(file) from None


def read_list(file: Path, month: int, rate: Rate, decimals: int, mapping: Mapped = None) -> tuple[Table, CashbackList]:
    """A list that was written before, its rows in any order; each account once.

    Args:
        month: whose list it is.
        rate: of its programme.
        decimals: of the currency.

    Raises:
        RejectedFile: with every problem in it; nothing of the file is used then.
        UnreadableFile: the file cannot be read.
    """
    problems, seen = Problems(file), Listed()
    table = read_table(file, [Column(name) for name in COLUMNS[:2]], problems=problems, mapping=mapping)

    def place(row: Row) -> Place:
        account, purchases = row.values(("address", account_of), ("purchases", lambda text: amount_of(text, decimals)))
        seen.add(account, row.line)
        return Place(account, purchases, row.line)

    places = parse_rows(table, problems, place)
    problems.raise_if_any()
    return table, CashbackList.of(month, rate, places)
