"""Packed batches of score votes and the packed logs of counting them, byte by byte as docs/formats.md draws them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from dongne.ballot.batch import CountedGroup, in_batch_order
from dongne.ballot.errors import GroupCutOff, GroupTooLarge, ScoresCutOff
from dongne.ballot.gas import SCORE_GAS, VOTE_BYTES, VOTE_GAS, batch_gas
from dongne.ballot.messages import SignedVote
from dongne.ballot.scores.points import pack_scores, points_of, unpack_scores

_SCORED, _SCORE, _COUNT, _INDEX, _VOTE = 1, 2, 2, 3, 67
_MOST_IN_GROUP = 2**16 - 1


@dataclass(frozen=True, slots=True)
class ScoreForm:
    """How votes of a score poll are written."""

    CONTRACT: ClassVar[str] = "ScoreBallotBox"

    def pack(self, votes: Iterable[SignedVote]) -> bytes:
        """A batch for `castBatch`."""
        return pack_score_votes(votes)

    def weight(self, choices: int) -> tuple[int, int]:
        """Bytes and gas that a vote with these choices adds to a batch at most, the gas without that of the bytes."""
        scored = len(points_of(choices))
        return VOTE_BYTES + _SCORED + _SCORE * scored, VOTE_GAS + SCORE_GAS * scored

    def gas(self, votes: Sequence[SignedVote]) -> int:
        """The gas limit of such a batch."""
        last = max((vote.choices.bit_length() for vote in votes), default=0)
        return batch_gas((self.weight(vote.choices) for vote in votes), -(-last // 8))

    def unpack(self, batch: bytes) -> list[SignedVote]:
        """The votes of a batch.

        Raises:
            InputError: it is not one.
        """
        return unpack_score_votes(batch)

    def counted(self, groups: bytes) -> list[CountedGroup]:
        """The groups of a `ScoresCounted` log.

        Raises:
            InputError: it is not one.
        """
        return unpack_counted_scores(groups)

    def argument(self, choices: int) -> bytes:
        """Scores as `vote` and `voteBySignature` take them."""
        return pack_scores(choices)

    def choices(self, argument: bytes) -> int:
        """The number for such scores.

        Raises:
            InputError: they are not scores.
        """
        return unpack_scores(argument)


def pack_score_votes(votes: Iterable[SignedVote]) -> bytes:
    """One batch for `castBatch`: groups of how many options are scored (1 byte), option and points (1 each), count (2),
    then index (3), r (32), vs (32) a vote.

    Raises:
        GroupTooLarge: more than 65,535 votes give the same points.
    """
    groups = groupby(in_batch_order(votes), key=lambda vote: vote.choices)
    return b"".join(_packed_group(pack_scores(choices), list(group)) for choices, group in groups)


def unpack_score_votes(batch: bytes) -> list[SignedVote]:
    """The votes of a batch, in its order.

    Where scores are not written as they should be, a vote has no choices: nobody signed those, and none is counted.

    Raises:
        InputError: a group is empty or cut off.
    """
    votes: list[SignedVote] = []
    for scores, items in _groups(batch, _VOTE):
        choices = _choices_in(scores)
        votes += [SignedVote(int.from_bytes(item[:_INDEX], "big"), choices, item[_INDEX:]) for item in items]
    return votes


def unpack_counted_scores(groups: bytes) -> list[CountedGroup]:
    """The groups of a `ScoresCounted` log.

    Raises:
        InputError: a group is empty or cut off, or has no scores.
    """
    return [
        CountedGroup(unpack_scores(scores), tuple(int.from_bytes(item, "big") for item in items))
        for scores, items in _groups(groups, _INDEX)
    ]


def _choices_in(scores: bytes) -> int:
    """The number for scores of a batch; 0, which no poll counts, for what is not written as scores are."""
    try:
        return unpack_scores(scores)
    except ScoresCutOff:
        return 0


def _packed_group(scores: bytes, votes: Sequence[SignedVote]) -> bytes:
    if len(votes) > _MOST_IN_GROUP:
        raise GroupTooLarge(len(votes), _MOST_IN_GROUP)
    head = bytes((len(scores) // _SCORE,)) + scores + len(votes).to_bytes(_COUNT, "big")
    return head + b"".join(vote.index.to_bytes(_INDEX, "big") + vote.signature for vote in votes)


def _groups(packed: bytes, item_bytes: int) -> Iterator[tuple[bytes, list[bytes]]]:
    at = 0
    while at < len(packed):
        first = at + _SCORED
        header = first + _SCORE * packed[at]
        start = header + _COUNT
        count = int.from_bytes(packed[header:start], "big")
        end = start + count * item_bytes
        if count == 0 or end > len(packed):
            raise GroupCutOff(at)
        yield packed[first:header], [packed[place : place + item_bytes] for place in range(start, end, item_bytes)]
        at = end
