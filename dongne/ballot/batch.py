"""Packed batches of votes and the packed logs of counting them, byte by byte as docs/formats.md draws them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from dongne.ballot.choices import mask_bytes
from dongne.ballot.errors import ChoicesOutOfRange, GroupCutOff, GroupTooLarge, SkippedVotesCutOff
from dongne.ballot.messages import SignedVote
from dongne.language import Word, _
from dongne.parts import parts
from dongne.transactions import BYTE_GAS, MOST_BYTES, MOST_GAS

BATCH_VOTES = 250
"""Votes that one transaction relays: about 1.3 million gas, well below the 16.7 million that EIP-7825 allows."""

Weight = Callable[[int], tuple[int, int]]
"""Bytes and gas that a vote with such choices adds to a batch at most, the gas without that of the bytes."""

_COUNT, _INDEX, _SIGNATURE = 2, 3, 64
_VOTE = _INDEX + _SIGNATURE
_PLACE, _REASON = 3, 1
_MOST_IN_GROUP = 2**16 - 1


class Skip(Word):
    """Why a vote was not counted."""

    NONE = 0, _("counted")
    BAD_CHOICES = 1, _("choices break the rule")
    NOT_ELIGIBLE = 2, _("not eligible")
    ALREADY_VOTED = 3, _("has voted already")
    BAD_SIGNATURE = 4, _("signature does not match")


@dataclass(frozen=True, slots=True)
class CountedGroup:
    """Voters of one batch who made the same choices.

    Attributes:
        choices: bit mask.
        indices: their places in the roll, in the order of counting.
    """

    choices: int
    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SkippedVote:
    """A vote of a batch that was not counted.

    Attributes:
        place: of the vote in the batch, from 0.
        index: the voter's place in the roll.
        reason: why not.
    """

    place: int
    index: int
    reason: Skip


def in_batches(
    votes: Iterable[SignedVote], size: int = BATCH_VOTES, weight: Weight = lambda _choices: (0, 0)
) -> Iterator[list[SignedVote]]:
    """Votes by neighbouring voters together, `size` at a time: neighbours share what the chain loads.

    Args:
        weight: bytes and gas that a vote with such choices adds at most: a batch holds no more than a transaction may.
    """
    batch, calldata, gas = list[SignedVote](), 0, 0
    for vote in sorted(votes, key=lambda vote: vote.index):
        more, dearer = weight(vote.choices)
        calldata, gas = calldata + more, gas + dearer + BYTE_GAS * more
        if batch and (len(batch) == size or calldata > MOST_BYTES or gas > MOST_GAS):
            yield in_batch_order(batch)
            batch, calldata, gas = [], more, dearer + BYTE_GAS * more
        batch.append(vote)
    if batch:
        yield in_batch_order(batch)


def in_batch_order(votes: Iterable[SignedVote]) -> list[SignedVote]:
    """Votes as a batch holds them: equal choices together, then by voter."""
    return sorted(votes, key=lambda vote: (vote.choices, vote.index))


def pack_votes(votes: Iterable[SignedVote], options: int) -> bytes:
    """One batch for `castBatch`: groups of choices, count (2 bytes), then index (3), r (32), vs (32) a vote.

    Args:
        options: how many the poll has: choices take a byte for every eight.

    Raises:
        ChoicesOutOfRange: choices do not fit that many bytes.
    """
    groups = groupby(in_batch_order(votes), key=lambda vote: vote.choices)
    return b"".join(_packed_group(choices, list(group), mask_bytes(options)) for choices, group in groups)


def unpack_votes(batch: bytes, options: int) -> list[SignedVote]:
    """The votes of a batch, in its order.

    Args:
        options: how many the poll has.

    Raises:
        InputError: a group is empty or cut off.
    """
    votes: list[SignedVote] = []
    for choices, items in _groups(batch, _VOTE, mask_bytes(options)):
        votes += [SignedVote(int.from_bytes(item[:_INDEX], "big"), choices, item[_INDEX:]) for item in items]
    return votes


def pack_groups(choices: Mapping[int, int], options: int) -> bytes:
    """Votes by index, without signatures, as `castAssisted` takes them and the logs of counted votes have them: groups
    of choices, count (2 bytes), then the voters' indices (3 each), ascending.

    Args:
        choices: bit mask by index.
        options: how many the poll has: choices take a byte for every eight.

    Raises:
        ChoicesOutOfRange: choices do not fit that many bytes.
    """
    ordered = sorted(choices, key=lambda index: (choices[index], index))
    groups = ((mask, list(indices)) for mask, indices in groupby(ordered, key=choices.__getitem__))
    return b"".join(
        _head(mask, len(indices), mask_bytes(options)) + b"".join(index.to_bytes(_INDEX, "big") for index in indices)
        for mask, indices in groups
    )


def unpack_counted(groups: bytes, options: int) -> list[CountedGroup]:
    """The groups of a `VotesCounted` log.

    Args:
        options: how many the poll has.

    Raises:
        InputError: a group is empty or cut off.
    """
    return [
        CountedGroup(choices, tuple(int.from_bytes(item, "big") for item in items))
        for choices, items in _groups(groups, _INDEX, mask_bytes(options))
    ]


def unpack_skipped(items: bytes) -> list[SkippedVote]:
    """The items of a `VotesSkipped` log.

    Raises:
        InputError: the last item is cut off.
    """
    size = _PLACE + _INDEX + _REASON
    if len(items) % size:
        raise SkippedVotesCutOff(size, len(items))
    return [_skipped(bytes(part)) for part in parts(items, size)]


def _packed_group(choices: int, votes: Sequence[SignedVote], width: int) -> bytes:
    head = _head(choices, len(votes), width)
    return head + b"".join(vote.index.to_bytes(_INDEX, "big") + vote.signature for vote in votes)


def _head(choices: int, count: int, width: int) -> bytes:
    if count > _MOST_IN_GROUP:
        raise GroupTooLarge(count, _MOST_IN_GROUP)
    if choices >> 8 * width:
        raise ChoicesOutOfRange(f"{choices:#x}", 8 * width - 1)
    return choices.to_bytes(width, "big") + count.to_bytes(_COUNT, "big")


def _groups(packed: bytes, item_bytes: int, width: int) -> Iterator[tuple[int, list[bytes]]]:
    at, header = 0, width + _COUNT
    while at < len(packed):
        choices = int.from_bytes(packed[at : at + width], "big")
        count = int.from_bytes(packed[at + width : at + header], "big")
        start, end = at + header, at + header + count * item_bytes
        if count == 0 or end > len(packed):
            raise GroupCutOff(at)
        yield choices, [packed[place : place + item_bytes] for place in range(start, end, item_bytes)]
        at = end


def _skipped(item: bytes) -> SkippedVote:
    place, index = int.from_bytes(item[:_PLACE], "big"), int.from_bytes(item[_PLACE : _PLACE + _INDEX], "big")
    return SkippedVote(place, index, Skip(item[-1]))
