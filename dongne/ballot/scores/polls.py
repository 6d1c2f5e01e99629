"""What is decided about a score poll."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth_abi.abi import encode
from eth_utils.abi import collapse_if_tuple

from dongne.abi import entry
from dongne.ballot.polls import PollSpec
from dongne.ballot.scores.forms import ScoreForm
from dongne.ballot.scores.messages import ScorePaper
from dongne.ballot.scores.points import ScoreRule, pack_scores, points_of
from dongne.hashing import keccak


@dataclass(frozen=True, slots=True)
class ScorePollSpec(PollSpec):
    """Everything that is decided about a score poll, once.

    Attributes:
        most_points: that a ballot may give to an option, 1 to 255.
        most_total: that a ballot may give altogether; 0 for no limit.
        least_total: that a ballot must give altogether, unless it is blank; 0 or 1 where any points will do.
    """

    most_points: int = 1
    most_total: int = 0
    least_total: int = 0

    @property
    def rule(self) -> ScoreRule:
        """Which points are counted."""
        return ScoreRule(self.choice_rule, self.most_points, self.most_total, self.least_total)

    @property
    def form(self) -> ScoreForm:
        """How votes are written."""
        return ScoreForm()

    def paper(self, poll: int, terms: bytes) -> ScorePaper:
        """What voters read and sign."""
        return ScorePaper(poll, self.question, self.labels, self.document, terms)

    def given(self, choices: int) -> Iterator[tuple[int, int]]:
        """What a ballot adds to the tally: options and points."""
        return iter(points_of(choices).items())

    def written(self, choices: int) -> bytes:
        """A ballot as the hash of a funding's inputs takes it."""
        scores = pack_scores(choices)
        return bytes((len(scores) // 2,)) + scores

    def terms(self, commitment: bytes) -> bytes:
        """The hash of everything that is decided, which voters sign.

        Args:
            commitment: that of the roll.
        """
        return keccak(encode([_type(), "bytes32"], [self.as_tuple(), commitment]))

    def as_tuple(self) -> tuple[object, ...]:
        """In the order of the contract's struct."""
        return PollSpec.as_tuple(self), self.most_points, self.most_total, self.least_total

    @classmethod
    def from_tuple(cls, raw: Sequence[Any]) -> "ScorePollSpec":
        """From the contract's struct."""
        poll, most_points, most_total, least_total = raw
        decided = PollSpec.from_tuple(poll)
        fields = {name: getattr(decided, name) for name in PollSpec.__dataclass_fields__}
        return cls(**fields, most_points=most_points, most_total=most_total, least_total=least_total)


@cache
def _type() -> str:
    """The contract's struct as an ABI type."""
    return collapse_if_tuple(entry("ScoreBallotBox", "function", "open")["inputs"][0])
