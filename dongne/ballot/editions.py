"""An edition of a roll: whom it strikes, whom it appends, and the roll that comes out of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from eth_abi.abi import encode

from dongne.ballot.errors import StruckPageDiffers
from dongne.ballot.rolls import BLOB_VOTERS, NOBODY, VoterList, as_tuples
from dongne.hashing import keccak
from dongne.parts import parts

MOST_EDITIONS = 15
"""Editions of one roll, one after another."""

PAGE_VOTERS = 65_536
"""Voters whom a page of struck voters is about."""

_WORD_VOTERS = 256
_WORD_BYTES = 32
_COUNT = slice(1, 4)
"""Bytes of a page's code that say how many it strikes, after a zero byte and before what was written."""


@dataclass(frozen=True)
class Edition:
    """What an edition makes of the roll that it amends.

    Attributes:
        base: the roll that it amends.
        first: index of the first voter that it appends.
        struck: indices of all who are struck, those too whom its base strikes.
        own: the voters that it appends, in districts that count from 0.
    """

    base: VoterList
    first: int
    struck: frozenset[int]
    own: VoterList

    @cached_property
    def pages(self) -> dict[int, bytes]:
        """The struck voters as the contract takes them: pages by number, ascending."""
        return pack_struck(self.struck)

    @cached_property
    def running(self) -> tuple[bytes, ...]:
        """The hash that the contract keeps: of the opened edition, after each page, and after each blob."""
        opened = keccak(self.base.commitment() + _word(self.first) + _word(len(self.own.voters)))
        pages = accumulate(
            self.pages.items(), lambda running, page: keccak(running + keccak(page[1]) + _word(page[0])), initial=opened
        )
        struck = tuple(pages)
        blobs = accumulate(self.own.blobs(), lambda running, blob: keccak(running + keccak(blob)), initial=struck[-1])
        return (*struck, *tuple(blobs)[1:])

    def commitment(self) -> bytes:
        """The hash that the frozen edition publishes."""
        districts = encode(["(uint64,uint24)[]"], [as_tuples(self.own.districts)])
        return keccak(self.running[-1] + keccak(districts))

    def roll(self) -> VoterList:
        """The roll that it is: voters and districts of its base and its own, without the struck."""
        listed = self.base.listed
        if self.own.voters:
            listed = (*listed, *[NOBODY] * (self.first - len(listed)), *self.own.voters)
        voters = tuple(NOBODY if index in self.struck else voter for index, voter in enumerate(listed))
        districts = [replace(district, first=district.first + self.first) for district in self.own.districts]
        starts = (*self.base.parts, self.first) if self.own.voters else self.base.parts
        return VoterList(
            voters, (*self.base.districts, *districts), starts, self.commitment(), tuple(listed), self.struck
        )


def room_for(voters: int) -> int:
    """How many indices are kept for an edition that appends so many: whole blobs."""
    return -(-voters // BLOB_VOTERS) * BLOB_VOTERS


def pack_struck(struck: Iterable[int]) -> dict[int, bytes]:
    """Struck indices as pages, by their number: a header with a bit for each word that is not zero, and those words."""
    pages: dict[int, dict[int, int]] = {}
    for index in sorted(struck):
        words = pages.setdefault(index // PAGE_VOTERS, {})
        word, bit = divmod(index % PAGE_VOTERS, _WORD_VOTERS)
        words[word] = words.get(word, 0) | 1 << bit
    return {
        page: b"".join(map(_word, (sum(1 << at for at in words), *words.values()))) for page, words in pages.items()
    }


def unpack_struck(number: int, code: bytes) -> Iterator[int]:
    """The indices that a page strikes, from its contract's code: zero byte, count, and what `pack_struck` gives.

    Raises:
        StruckPageDiffers: it is not what the contract writes.
    """
    packed = code[_COUNT.stop :]
    header, *words = (int.from_bytes(word, "big") for word in parts(packed, _WORD_BYTES)) if packed else (0,)
    marked = [word for word in range(PAGE_VOTERS // _WORD_VOTERS) if header >> word & 1]
    if len(packed) % _WORD_BYTES or not words or len(words) != len(marked) or not all(words):
        raise StruckPageDiffers(number, len(code))
    if code[: _COUNT.stop] != sum(map(int.bit_count, words)).to_bytes(_COUNT.stop, "big"):
        raise StruckPageDiffers(number, len(code))
    for word, bits in zip(marked, words, strict=True):
        first = number * PAGE_VOTERS + word * _WORD_VOTERS
        yield from (first + bit for bit in range(_WORD_VOTERS) if bits >> bit & 1)


def _word(number: int) -> bytes:
    return number.to_bytes(_WORD_BYTES, "big")
