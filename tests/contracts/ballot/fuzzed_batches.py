"""Random packed batches, many of them broken byte by byte, and what docs/formats.md says must become of them.

The model takes nothing of the package: it reads the batch as the page draws it, and knows which bytes are a signature
because it has seen them being made.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

OPTIONS, MOST = 20, 3
VOTERS = 1_500
"""More than a blob of 1,228, and more than five words of 256."""

PAGE = 65_536
APPENDED_AT, APPENDED = 56 * 1_228, 300
"""Index of the first voter whom an edition appends, in the second page, and how many there are."""

RANGES = ((0, 300), (700, 68), (1_000, 400), (APPENDED_AT, APPENDED))
"""Neither begin nor end of a word or a blob."""

EDGES = (0, 255, 256, 299, 700, 767, 1_000, 1_023, 1_024, 1_227, 1_228, 1_399, APPENDED_AT, APPENDED_AT + APPENDED - 1)
"""Voters at the ends of ranges, words and blobs."""

STRUCK = frozenset(
    {1, 254, 257, 298, 400, 701, 766, 1_025, 1_229, 1_256, 1_264, 1_279, 1_398, APPENDED_AT + 1, APPENDED_AT + 200}
)
"""Beside the edges, in neighbouring words and both pages; one whom no range asks. Nobody in the word of voters 1,000 to
1,023, who have the places of 1,256 to 1,279 in the next one."""

BAD_CHOICES, NOT_ELIGIBLE, ALREADY_VOTED, BAD_SIGNATURE = 1, 2, 3, 4
_COUNT, _INDEX, _SIGNATURE = 2, 3, 64
_VOTE = _INDEX + _SIGNATURE


class Form(Protocol):
    """How a box writes ballots before the count of a group, and which of them it counts."""

    def size(self, batch: bytes, at: int) -> int:
        """How many bytes the ballot at a place takes."""

    def is_allowed(self, ballot: bytes) -> bool:
        """Whether the box counts such a ballot."""

    def given(self, ballot: bytes) -> dict[int, int]:
        """What a counted ballot adds to the tally, by option."""

    def other(self, chance: random.Random) -> bytes:
        """Some ballot or other."""


@dataclass(frozen=True)
class Masks:
    """A bit mask of the options that are chosen."""

    options: int = OPTIONS
    most: int = MOST

    @property
    def width(self) -> int:
        return -(-self.options // 8)

    def size(self, batch: bytes, at: int) -> int:
        return self.width

    def is_allowed(self, ballot: bytes) -> bool:
        mask = int.from_bytes(ballot, "big")
        return mask >> self.options == 0 and 1 <= mask.bit_count() <= self.most

    def given(self, ballot: bytes) -> dict[int, int]:
        mask = int.from_bytes(ballot, "big")
        return {option: 1 for option in range(self.options) if mask >> option & 1}

    def other(self, chance: random.Random) -> bytes:
        return chance.randbytes(self.width)


@dataclass(frozen=True)
class Scores:
    """How many options get points, then each with its points."""

    options: int = OPTIONS
    most: int = MOST
    points: int = 5
    total: int = 10
    least_total: int = 3

    def size(self, batch: bytes, at: int) -> int:
        return 1 + 2 * (batch[at] if at < len(batch) else 0)

    def is_allowed(self, ballot: bytes) -> bool:
        options, points = ballot[1::2], ballot[2::2]
        ascend = all(before < after for before, after in pairwise(options))
        fit = all(option < self.options for option in options) and all(1 <= each <= self.points for each in points)
        return ascend and fit and 1 <= len(options) <= self.most and self.least_total <= sum(points) <= self.total

    def given(self, ballot: bytes) -> dict[int, int]:
        return dict(zip(ballot[1::2], ballot[2::2], strict=True))

    def other(self, chance: random.Random) -> bytes:
        scored = chance.randrange(5)
        return bytes([scored]) + bytes(chance.randrange(7) for _byte in range(2 * scored))


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
        signed: (voter's index, ballot) of every signature of the voter for this poll, by its bytes.
        form: how ballots are written.
        voted: ballots by voter.
    """

    signed: dict[bytes, tuple[int, bytes]]
    form: Form = field(default_factory=Masks)
    voted: dict[int, bytes] = field(default_factory=dict)

    def take(self, batch: bytes) -> Expected:
        """Count a batch."""
        groups, malformed = _groups(batch, self.form)
        if malformed is not None:
            return Expected(malformed)
        counted, skipped, place = b"", b"", 0
        for ballot, votes in groups:
            taken = []
            for index, signature in votes:
                if reason := self._reason(ballot, index, signature):
                    skipped += place.to_bytes(3, "big") + index.to_bytes(3, "big") + bytes([reason])
                else:
                    self.voted[index] = ballot
                    taken.append(index)
                place += 1
            if taken:
                head = ballot + len(taken).to_bytes(_COUNT, "big")
                counted += head + b"".join(index.to_bytes(_INDEX, "big") for index in taken)
        return Expected(None, counted, skipped)

    def tally(self, options: int = OPTIONS) -> list[int]:
        """Votes, or points, by option."""
        given = [self.form.given(ballot) for ballot in self.voted.values()]
        return [sum(each.get(option, 0) for each in given) for option in range(options)]

    def _reason(self, ballot: bytes, index: int, signature: bytes) -> int:
        if not self.form.is_allowed(ballot):
            return BAD_CHOICES
        if index in STRUCK or not any(first <= index < first + count for first, count in RANGES):
            return NOT_ELIGIBLE
        if index in self.voted:
            return ALREADY_VOTED
        return 0 if self.signed.get(signature) == (index, ballot) else BAD_SIGNATURE


def _groups(batch: bytes, form: Form) -> tuple[list[tuple[bytes, list[tuple[int, bytes]]]], int | None]:
    """Groups of a batch, and where the first broken one begins."""
    groups, at = [], 0
    while True:
        width = form.size(batch, at)
        head = batch[at : at + width + _COUNT].ljust(width + _COUNT, b"\0")
        count = int.from_bytes(head[width:], "big")
        end = at + width + _COUNT + count * _VOTE
        if count == 0 or end > len(batch):
            return groups, at
        items = [batch[place : place + _VOTE] for place in range(at + width + _COUNT, end, _VOTE)]
        groups.append((head[:width], [(int.from_bytes(item[:_INDEX], "big"), item[_INDEX:]) for item in items]))
        at = end
        if at == len(batch):
            return groups, None


Signatures = dict[tuple[int, bytes], bytes]
"""By index and ballot."""


def batches(
    chance: random.Random, count: int, signatures: Signatures, foreign: Signatures, form: Form | None = None
) -> Iterator[bytes]:
    """Random batches: neighbours and strangers, good votes and bad ones, some with bytes that were changed.

    Args:
        signatures: those that the poll's voters made.
        foreign: the same of another poll.
    """
    form = form or Masks()
    known = sorted({ballot for _index, ballot in signatures})
    for _batch in range(count):
        groups = (_group(chance, known, signatures, foreign, form) for _group_ in range(chance.randint(1, 6)))
        batch = b"".join(groups)
        yield _broken(chance, batch, form) if chance.random() < 0.35 else batch


def _group(chance: random.Random, known: list[bytes], signatures: Signatures, foreign: Signatures, form: Form) -> bytes:
    ballot = chance.choice(known)
    able = sorted(index for index, each in signatures if each == ballot)
    start, size = chance.randrange(len(able)), chance.randint(1, 9)
    if chance.random() < 0.4:
        edge = chance.choice(EDGES)
        start = max(0, next(place for place, index in enumerate(able) if index >= edge) - chance.randrange(4))
    voters = able[start : start + size] if chance.random() < 0.5 else chance.choices(able, k=size)
    votes = b"".join(_vote(chance, index, ballot, signatures, foreign) for index in voters)
    stated = ballot if chance.random() < 0.9 else form.other(chance)
    return stated + len(voters).to_bytes(_COUNT, "big") + votes


def _vote(chance: random.Random, index: int, ballot: bytes, signatures: Signatures, foreign: Signatures) -> bytes:
    match chance.randrange(12):
        case 0:
            signature = foreign[index, ballot]
        case 1:
            signature = chance.choice(list(signatures.values()))
        case 2:
            index, signature = chance.choice((300, 699, 768, 999, 1_400, 1_499, VOTERS, PAGE, 2**24 - 1)), bytes(64)
        case _:
            signature = signatures[index, ballot]
    return index.to_bytes(_INDEX, "big") + signature


def _broken(chance: random.Random, batch: bytes, form: Form) -> bytes:
    """The batch with bytes changed, cut off or added."""
    broken, width = bytearray(batch), form.size(batch, 0)
    match chance.randrange(5):
        case 0:
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        case 1:
            del broken[chance.randrange(len(broken)) :]
        case 2:
            broken += chance.randbytes(chance.randint(1, 90))
        case 3:
            broken[width : width + _COUNT] = chance.choice((0, 1, 2, 65_535)).to_bytes(_COUNT, "big")
        case _:
            at = chance.randrange(len(broken))
            broken[at : at + chance.randint(1, 70)] = chance.randbytes(chance.randint(0, 70))
    return bytes(broken)


@dataclass
class OfficeModel:
    """A poll whose votes an office casts for voters: without signatures, and all or nothing where a group is wrong.

    Attributes:
        cap: how many votes the office may cast.
        voted: ballots by voter.
    """

    cap: int
    form: Form = field(default_factory=Masks)
    voted: dict[int, bytes] = field(default_factory=dict)

    def take(self, batch: bytes) -> tuple[object, object]:
        """Count a batch: the error and its place, or the data of the two logs."""
        voted, counted, skipped, place, at = dict(self.voted), b"", b"", 0, 0
        while True:
            start = at + self.form.size(batch, at) + _COUNT
            head = batch[at:start].ljust(start - at, b"\0")
            ballot, count = head[:-_COUNT], int.from_bytes(head[-_COUNT:], "big")
            end = start + count * _INDEX
            if count == 0 or end > len(batch):
                return "MalformedBatch", at
            indices = [int.from_bytes(batch[each : each + _INDEX], "big") for each in range(start, end, _INDEX)]
            for number, (before, after) in enumerate(pairwise(indices), 1):
                if before >= after:
                    return "VotersOfGroupNotAscending", start + number * _INDEX
            taken = []
            for index in indices:
                if reason := self._reason(ballot, index, voted):
                    skipped += place.to_bytes(3, "big") + index.to_bytes(3, "big") + bytes([reason])
                else:
                    voted[index] = ballot
                    taken.append(index)
                place += 1
            if taken:
                listed = b"".join(index.to_bytes(_INDEX, "big") for index in taken)
                counted += ballot + len(taken).to_bytes(_COUNT, "big") + listed
            at = end
            if at == len(batch):
                break
        if len(voted) > self.cap:
            return "OfficeCapExceeded", None
        self.voted = voted
        return counted, skipped

    def tally(self, options: int = OPTIONS) -> list[int]:
        """Votes by option."""
        given = [self.form.given(ballot) for ballot in self.voted.values()]
        return [sum(each.get(option, 0) for each in given) for option in range(options)]

    def _reason(self, ballot: bytes, index: int, voted: dict[int, bytes]) -> int:
        if not self.form.is_allowed(ballot):
            return BAD_CHOICES
        if index in STRUCK or not any(first <= index < first + count for first, count in RANGES):
            return NOT_ELIGIBLE
        return ALREADY_VOTED if index in voted else 0


def office_batches(chance: random.Random, count: int, form: Form | None = None) -> Iterator[bytes]:
    """Random batches of an office, some with bytes that were changed."""
    form = form or Masks()
    for _batch in range(count):
        batch = b"".join(_office_group(chance, form) for _group_ in range(chance.randint(1, 5)))
        yield _broken(chance, batch, form) if chance.random() < 0.35 else batch


def _office_group(chance: random.Random, form: Form) -> bytes:
    near = chance.choice(EDGES)
    places = chance.sample(range(max(0, near - 3), near + 6), chance.randint(1, 4))
    if chance.random() < 0.4:
        places = chance.sample(range(VOTERS + 5), chance.randint(1, 4))
    if chance.random() < 0.9:
        places.sort()
    mask = sum(1 << option for option in chance.sample(range(OPTIONS), chance.randint(1, MOST)))
    ballot = mask.to_bytes(form.size(b"", 0), "big") if chance.random() < 0.85 else form.other(chance)
    return ballot + len(places).to_bytes(_COUNT, "big") + b"".join(each.to_bytes(_INDEX, "big") for each in places)
