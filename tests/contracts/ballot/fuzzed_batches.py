"""Random packed batches, many of them broken byte by byte, and what docs/formats.md says must become of them.

The model takes nothing of the package: it reads the batch as the page draws it, and knows which bytes are a signature
because it has seen them being made.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

OPTIONS, WIDTH, MOST = 20, 3, 3
VOTERS = 1_500
"""More than a blob of 1,228, and more than five words of 256."""

PAGE = 65_536
APPENDED_AT, APPENDED = 56 * 1_228, 300
"""Index of the first voter whom an edition appends, in the second page, and how many there are."""

RANGES = ((0, 300), (700, 68), (1_000, 400), (APPENDED_AT, APPENDED))
"""Neither begin nor end of a word or a blob."""

EDGES = (0, 255, 256, 299, 700, 767, 1_000, 1_023, 1_024, 1_227, 1_228, 1_399, APPENDED_AT, APPENDED_AT + APPENDED - 1)
"""Voters at the ends of ranges, words and blobs."""

STRUCK = frozenset({1, 254, 257, 298, 400, 701, 766, 1_001, 1_025, 1_229, 1_398, APPENDED_AT + 1, APPENDED_AT + 200})
"""Beside the edges, in neighbouring words and both pages; one whom no range asks."""

BAD_CHOICES, NOT_ELIGIBLE, ALREADY_VOTED, BAD_SIGNATURE = 1, 2, 3, 4
_COUNT, _INDEX, _SIGNATURE = 2, 3, 64
_VOTE = _INDEX + _SIGNATURE


@dataclass(frozen=True)
class Expected:
    """What a batch must do.

    Attributes:
        malformed: place of the group for which the whole batch is refused; None if it is counted.
        counted: data of `VotesCounted`; empty if there must be none.
        skipped: data of `VotesSkipped`; empty if there must be none.
    """

    malformed: int | None = None
    counted: bytes = b""
    skipped: bytes = b""


@dataclass
class Model:
    """A poll as the page describes it.

    Attributes:
        signed: (voter's index, choices) of every signature of the voter for this poll, by its bytes.
        voted: choices by voter.
    """

    signed: dict[bytes, tuple[int, int]]
    voted: dict[int, int] = field(default_factory=dict)

    def take(self, batch: bytes) -> Expected:
        """Count a batch."""
        groups, malformed = _groups(batch)
        if malformed is not None:
            return Expected(malformed)
        counted, skipped, place = b"", b"", 0
        for choices, votes in groups:
            taken = []
            for index, signature in votes:
                if reason := self._reason(choices, index, signature):
                    skipped += place.to_bytes(3, "big") + index.to_bytes(3, "big") + bytes([reason])
                else:
                    self.voted[index] = choices
                    taken.append(index)
                place += 1
            if taken:
                head = choices.to_bytes(WIDTH, "big") + len(taken).to_bytes(_COUNT, "big")
                counted += head + b"".join(index.to_bytes(_INDEX, "big") for index in taken)
        return Expected(None, counted, skipped)

    def tally(self) -> list[int]:
        """Votes by option."""
        return [sum(mask >> option & 1 for mask in self.voted.values()) for option in range(OPTIONS)]

    def _reason(self, choices: int, index: int, signature: bytes) -> int:
        if choices >> OPTIONS or not 1 <= choices.bit_count() <= MOST:
            return BAD_CHOICES
        if index in STRUCK or not any(first <= index < first + count for first, count in RANGES):
            return NOT_ELIGIBLE
        if index in self.voted:
            return ALREADY_VOTED
        return 0 if self.signed.get(signature) == (index, choices) else BAD_SIGNATURE


def _groups(batch: bytes) -> tuple[list[tuple[int, list[tuple[int, bytes]]]], int | None]:
    """Groups of a batch, and where the first broken one begins."""
    groups, at = [], 0
    while True:
        head = batch[at : at + WIDTH + _COUNT].ljust(WIDTH + _COUNT, b"\0")
        count = int.from_bytes(head[WIDTH:], "big")
        end = at + WIDTH + _COUNT + count * _VOTE
        if count == 0 or end > len(batch):
            return groups, at
        items = [batch[place : place + _VOTE] for place in range(at + WIDTH + _COUNT, end, _VOTE)]
        votes = [(int.from_bytes(item[:_INDEX], "big"), item[_INDEX:]) for item in items]
        groups.append((int.from_bytes(head[:WIDTH], "big"), votes))
        at = end
        if at == len(batch):
            return groups, None


def batches(
    chance: random.Random, count: int, signatures: dict[tuple[int, int], bytes], foreign: dict[tuple[int, int], bytes]
) -> Iterator[bytes]:
    """Random batches: neighbours and strangers, good votes and bad ones, some with bytes that were changed.

    Args:
        signatures: by index and choices, those that the poll's voters made.
        foreign: the same of another poll.
    """
    known = sorted({mask for _index, mask in signatures})
    for _batch in range(count):
        batch = b"".join(_group(chance, known, signatures, foreign) for _group_ in range(chance.randint(1, 6)))
        yield _broken(chance, batch) if chance.random() < 0.35 else batch


def _group(
    chance: random.Random,
    known: list[int],
    signatures: dict[tuple[int, int], bytes],
    foreign: dict[tuple[int, int], bytes],
) -> bytes:
    choices = chance.choice(known)
    able = sorted(index for index, mask in signatures if mask == choices)
    start, size = chance.randrange(len(able)), chance.randint(1, 9)
    if chance.random() < 0.4:
        edge = chance.choice(EDGES)
        start = max(0, next(place for place, index in enumerate(able) if index >= edge) - chance.randrange(4))
    voters = able[start : start + size] if chance.random() < 0.5 else chance.choices(able, k=size)
    votes = b"".join(_vote(chance, index, choices, signatures, foreign) for index in voters)
    stated = choices if chance.random() < 0.9 else chance.randrange(1 << 8 * WIDTH)
    return stated.to_bytes(WIDTH, "big") + len(voters).to_bytes(_COUNT, "big") + votes


def _vote(
    chance: random.Random,
    index: int,
    choices: int,
    signatures: dict[tuple[int, int], bytes],
    foreign: dict[tuple[int, int], bytes],
) -> bytes:
    match chance.randrange(12):
        case 0:
            signature = foreign[index, choices]
        case 1:
            signature = chance.choice(list(signatures.values()))
        case 2:
            index, signature = chance.choice((300, 699, 768, 999, 1_400, 1_499, VOTERS, PAGE, 2**24 - 1)), bytes(64)
        case _:
            signature = signatures[index, choices]
    return index.to_bytes(_INDEX, "big") + signature


def _broken(chance: random.Random, batch: bytes) -> bytes:
    """The batch with bytes changed, cut off or added."""
    broken = bytearray(batch)
    match chance.randrange(5):
        case 0:
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        case 1:
            del broken[chance.randrange(len(broken)) :]
        case 2:
            broken += chance.randbytes(chance.randint(1, 90))
        case 3:
            broken[WIDTH : WIDTH + _COUNT] = chance.choice((0, 1, 2, 65_535)).to_bytes(_COUNT, "big")
        case _:
            at = chance.randrange(len(broken))
            broken[at : at + chance.randint(1, 70)] = chance.randbytes(chance.randint(0, 70))
    return bytes(broken)
