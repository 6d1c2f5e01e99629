"""Lists of grants: read from CSV, brought into one order, and named by what they say.

The same people and amounts are the same list, however the rows are sorted: places go by address. What a list is for is
part of its name, so that next month's list is another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from eth_abi.abi import encode
from eth_typing import ChecksumAddress

from dongne.currency.batch import Issue
from dongne.currency.files import ISSUE_COLUMNS, Mapped, account_of, amount_of
from dongne.currency.merkle import MerkleTree, leaf_of
from dongne.hashing import keccak
from dongne.problems import Problems
from dongne.tables import Listed, Row, Table, parse_rows, read_table

LEAF = ("uint256", "address", "uint256")
"""Types of a leaf: place, holder, amount."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A row of a list.

    Attributes:
        account: who is granted.
        amount: base units, below 2^48.
        line: where it stands in the file, from 1; 0 where there is no file.
    """

    account: ChecksumAddress
    amount: int
    line: int = 0

    def as_item(self) -> Issue:
        """As a batch packs it: address and amount."""
        return Issue(self.account, self.amount)


@dataclass(frozen=True, slots=True)
class GrantFile:
    """What a file of grants holds.

    Attributes:
        table: its rows, for the results beside it.
        grants: one a row, in the order of the file.
    """

    table: Table
    grants: tuple[Grant, ...]


@dataclass(frozen=True)
class GrantPlan:
    """A list of grants of a programme for a purpose.

    Attributes:
        programme: number of the programme.
        purpose: what the list is for, 32 bytes; see `dongne.currency.files.purpose_of`.
        grants: in the order of their places, that of the addresses.
    """

    programme: int
    purpose: bytes
    grants: tuple[Grant, ...]

    @classmethod
    def of(cls, programme: int, purpose: bytes, grants: Sequence[Grant]) -> "GrantPlan":
        """The list of some grants in any order; each account once."""
        return cls(programme, purpose, tuple(sorted(grants, key=lambda grant: bytes.fromhex(grant.account[2:]))))

    @property
    def total(self) -> int:
        """Base units of all grants."""
        return sum(grant.amount for grant in self.grants)

    @cached_property
    def tree(self) -> MerkleTree:
        """The Merkle tree over place, holder and amount."""
        return MerkleTree.of(self.leaf(place) for place in range(len(self.grants)))

    @property
    def list_id(self) -> bytes:
        """The list's name on the chain: the hash of programme, purpose and root."""
        return keccak(encode(["uint256", "bytes32", "bytes32"], [self.programme, self.purpose, self.tree.root]))

    def leaf(self, place: int) -> bytes:
        """The leaf of a place."""
        return leaf_of(LEAF, (place, self.grants[place].account, self.grants[place].amount))

    def proof(self, place: int) -> list[bytes]:
        """What proves a place's grant to whoever knows the root."""
        return self.tree.proof(self.leaf(place))


def read_grants(file: Path, decimals: int, mapping: Mapped = None) -> GrantFile:
    """Grants of a CSV file with the columns address and amount; each account once.

    Raises:
        RejectedFile: with every problem in it; nothing of the file is used then.
        UnreadableFile: the file cannot be read.
    """
    problems, listed = Problems(file), Listed()
    table = read_table(file, ISSUE_COLUMNS, problems=problems, mapping=mapping)

    def grant(row: Row) -> Grant:
        account, amount = row.values(("address", account_of), ("amount", lambda text: amount_of(text, decimals)))
        listed.add(account, row.line)
        return Grant(account, amount, row.line)

    grants = parse_rows(table, problems, grant)
    problems.raise_if_any()
    return GrantFile(table, tuple(grants))
