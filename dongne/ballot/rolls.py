"""A roll as files give it and as anyone reads it back from the chain: voters by index, in districts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from eth_abi.abi import encode
from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from dongne.addresses import address_of
from dongne.ballot.errors import (
    NobodyOfThatIndex,
    NoSuchDistrict,
    NotOnRoll,
    NoVoterOfThatIndex,
    StruckIndex,
    StruckVoter,
    VoterListedTwice,
)
from dongne.errors import InputError
from dongne.hashing import keccak
from dongne.numbers import whole_number
from dongne.parts import parts
from dongne.texts import excerpt

BLOB_VOTERS = 1228
"""Voters of a full blob."""

ADDRESS_BYTES = 20

Address = bytes
"""A voter's address as the roll holds it: 20 bytes."""

NOBODY = b""
"""In the place of an index without a voter: one that was struck, or never given."""


@dataclass(frozen=True, slots=True)
class District:
    """A district's share of a roll.

    Attributes:
        code: official number, ascending within a roll, below 2^64.
        first: index of its first voter.
        count: how many voters it has.
    """

    code: int
    first: int
    count: int

    @property
    def indices(self) -> range:
        """Indices of its voters."""
        return range(self.first, self.first + self.count)


@dataclass(frozen=True)
class VoterList:
    """Voters and districts of a roll, in the roll's order.

    Attributes:
        voters: addresses of 20 bytes, by index; `NOBODY` where an edition has nobody who may vote.
        districts: in the order of their indices; those of an edition's own voters follow those of the roll before.
        parts: index of the first voter of each part: one, and one more for each edition that appends voters.
        amended_hash: of an edition, the hash that it publishes; `Edition` computes it.
        all_listed: of an edition, the same as `voters` with those who are struck.
        struck: of an edition, indices of the struck.
    """

    voters: tuple[Address, ...]
    districts: tuple[District, ...]
    parts: tuple[int, ...] = (0,)
    amended_hash: bytes | None = None
    all_listed: tuple[Address, ...] = ()
    struck: frozenset[int] = frozenset()

    @classmethod
    def of(cls, districts: Mapping[int, Iterable[Address]]) -> "VoterList":
        """Voters by the code of their district, in the order that the contract demands: districts by code, and within
        one the addresses ascending.

        Raises:
            VoterListedTwice: a voter stands in a district twice, or in two.
        """
        ordered = {code: sorted(districts[code]) for code in sorted(districts)}
        counts = [(code, len(voters)) for code, voters in ordered.items() if voters]
        found = cls(tuple(voter for voters in ordered.values() for voter in voters), districts_of(counts))
        for voter in found.duplicates():
            raise VoterListedTwice(voter)
        return found

    def blobs(self) -> Iterator[bytes]:
        """Packed addresses, 1,228 at a time."""
        return (b"".join(part) for part in parts(self.voters, BLOB_VOTERS))

    @cached_property
    def running(self) -> tuple[bytes, ...]:
        """The hash that the contract keeps after each blob; the first is that of a roll without voters."""
        hashes = accumulate(self.blobs(), lambda running, blob: keccak(running + keccak(blob)), initial=bytes(32))
        return tuple(hashes)

    @property
    def listed(self) -> tuple[Address, ...]:
        """Addresses by index, of the struck too."""
        return self.voters if self.amended_hash is None else self.all_listed

    @cached_property
    def size(self) -> int:
        """How many voters it has."""
        return len(self.voters) - self.voters.count(NOBODY)

    def has(self, index: int) -> bool:
        """Whether somebody may vote under an index."""
        return 0 <= index < len(self.voters) and self.voters[index] != NOBODY

    def ranges(self, districts: Iterable[District] | None = None) -> tuple[tuple[int, int], ...]:
        """(First index, count) of all voters, or of some districts', as a poll takes them: neighbours joined, within
        one part each, and none where everybody is struck."""
        ranges: list[tuple[int, int]] = []
        for district in sorted(self.districts if districts is None else districts, key=lambda each: each.first):
            if ranges and sum(ranges[-1]) == district.first and district.first not in self.parts:
                ranges[-1] = (ranges[-1][0], ranges[-1][1] + district.count)
            else:
                ranges.append((district.first, district.count))
        return tuple(each for each in ranges if self.size_within([each]))

    def size_within(self, ranges: Iterable[tuple[int, int]]) -> int:
        """How many voters there are in ranges of (first index, count)."""
        return sum(count - self.voters[first : first + count].count(NOBODY) for first, count in ranges)

    def commitment(self) -> bytes:
        """The hash that a roll of exactly these voters and districts publishes."""
        if self.amended_hash is not None:
            return self.amended_hash
        districts = encode(["(uint64,uint24)[]"], [as_tuples(self.districts)])
        return keccak(self.running[-1] + keccak(districts))

    def duplicates(self) -> dict[ChecksumAddress, list[int]]:
        """Addresses that stand under more than one index, with those indices."""
        places: dict[Address, list[int]] = {}
        for index, voter in enumerate(self.voters):
            if voter != NOBODY:
                places.setdefault(voter, []).append(index)
        return {to_checksum_address(voter): found for voter, found in places.items() if len(found) > 1}

    def index_of(self, voter: ChecksumAddress) -> int:
        """A voter's index.

        Raises:
            NotOnRoll: nobody has that address.
            StruckVoter: somebody had it who was struck.
        """
        address = bytes.fromhex(voter[2:])
        if (index := _place(self.voters, address)) is not None:
            return index
        if (struck := _place(self.listed, address)) is not None:
            raise StruckVoter(voter, struck)
        raise NotOnRoll(voter)

    def find(self, roll: int, voter: str) -> int:
        """A voter's index, from an address or an index as a person wrote it.

        Args:
            roll: number of this roll, for messages.

        Raises:
            InputError: neither, or the roll has no such voter.
        """
        if voter.lower().startswith("0x"):
            return self.index_of(address_of(voter))
        last = len(self.voters) - 1
        try:
            index = whole_number(voter, 0, last)
        except InputError as error:
            raise NoVoterOfThatIndex(roll, excerpt(voter), last) from error
        if index in self.struck:
            raise StruckIndex(roll, index, _place(self.voters, self.listed[index]))
        if not self.has(index):
            raise NobodyOfThatIndex(roll, index)
        return index

    def district(self, code: int) -> tuple[District, ...]:
        """The parts of the district of an official number: one, and one more for each edition that appends to it.

        Raises:
            NoSuchDistrict: the roll has none of that number.
        """
        found = tuple(district for district in self.districts if district.code == code)
        if not found:
            raise NoSuchDistrict(code, tuple(sorted({each.code for each in self.districts})))
        return found

    def district_of(self, index: int) -> int:
        """The official number of the district that an index is in."""
        return next(district.code for district in self.districts if index in district.indices)


def _place(voters: Sequence[Address], voter: Address) -> int | None:
    """The first index of an address; None if there is none."""
    return voters.index(voter) if voter in voters else None


def districts_of(counts: Sequence[tuple[int, int]]) -> tuple[District, ...]:
    """Districts from (code, number of voters), laid out one after another from index 0."""
    starts = accumulate((count for _code, count in counts), initial=0)
    return tuple(District(code, first, count) for (code, count), first in zip(counts, starts, strict=False))


def as_tuples(districts: Sequence[District]) -> list[tuple[int, int]]:
    """Districts as the contract's struct."""
    return [(district.code, district.count) for district in districts]
