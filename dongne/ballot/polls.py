"""What is decided about a poll, and where it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth_abi.abi import encode
from eth_utils.abi import collapse_if_tuple

from dongne.abi import entry
from dongne.ballot.choices import BallotRule, ChoiceRule, options_of
from dongne.ballot.forms import BallotForm, MaskForm
from dongne.ballot.messages import BallotPaper
from dongne.ballot.outcomes import PLURALITY, OutcomeTerms
from dongne.ballot.rolls import District, VoterList
from dongne.hashing import keccak


@dataclass(frozen=True, slots=True)
class PollSpec:
    """Everything that is decided about a poll, once.

    Attributes:
        roll: number of a frozen roll.
        start: Unix seconds of the first moment that takes votes.
        end: Unix seconds of the first moment that takes none.
        question: what is asked, 1 to 1,000 bytes in UTF-8.
        labels: of the options in their order, 2 to 256, 1 to 400 bytes each in UTF-8.
        ranges: (first index, count) of the voters who may vote; 1 to 16, ascending.
        least: how many options a ballot must pick.
        most: how many options a ballot may pick.
        cap: most that the options of a ballot may cost together, below 2^64; 0 for no cap.
        costs: of each option, below 2^64; empty if there is no cap.
        document: keccak256 of the document that explains the poll.
        document_uri: where it can be had.
        outcome: how the outcome follows from the tally.
    """

    roll: int
    start: int
    end: int
    question: str
    labels: tuple[str, ...]
    ranges: tuple[tuple[int, int], ...]
    least: int = 1
    most: int = 1
    cap: int = 0
    costs: tuple[int, ...] = ()
    document: bytes = bytes(32)
    document_uri: str = ""
    outcome: OutcomeTerms = PLURALITY

    @property
    def rule(self) -> BallotRule:
        """Which choices are counted."""
        return self.choice_rule

    @property
    def choice_rule(self) -> ChoiceRule:
        """Which options a ballot may pick together."""
        return ChoiceRule(len(self.labels), self.least, self.most, self.outcome.blank, self.cap, self.costs)

    def admits(self, index: int, roll: VoterList) -> bool:
        """Whether the voter of that index on the poll's roll may vote."""
        return roll.has(index) and any(first <= index < first + count for first, count in self.ranges)

    def asked_of(self, district: District) -> list[tuple[int, int]]:
        """(First index, count) of a district's voters whom the poll asks."""
        end = district.first + district.count
        spans = [(max(district.first, first), min(end, first + count)) for first, count in self.ranges]
        return [(start, stop - start) for start, stop in spans if start < stop]

    @property
    def form(self) -> BallotForm:
        """How votes are written."""
        return MaskForm(len(self.labels))

    def paper(self, poll: int, terms: bytes) -> BallotPaper:
        """What voters read and sign.

        Args:
            terms: hash of everything that was decided.
        """
        return BallotPaper(poll, self.question, self.labels, self.document, terms)

    def given(self, choices: int) -> Iterator[tuple[int, int]]:
        """What a ballot adds to the tally: options, and one vote each."""
        return ((option, 1) for option in options_of(choices))

    def written(self, choices: int) -> bytes:
        """A ballot as the hash of a funding's inputs takes it."""
        return choices.to_bytes(32, "big")

    def terms(self, commitment: bytes) -> bytes:
        """The hash of everything that is decided, which voters sign.

        Args:
            commitment: that of the roll.
        """
        return keccak(encode([_type(), "bytes32"], [self.as_tuple(), commitment]))

    def as_tuple(self) -> tuple[object, ...]:
        """In the order of the contract's struct."""
        rule = (self.least, self.most, self.cap, list(self.costs))
        words = (self.question, list(self.labels), self.document, self.document_uri)
        return (self.roll, self.start, self.end, *rule, *words, list(self.ranges), self.outcome.as_tuple())

    @classmethod
    def from_tuple(cls, raw: Sequence[Any]) -> "PollSpec":
        """From the contract's struct."""
        roll, start, end, least, most, cap, costs, question, labels, document, uri, ranges, outcome = raw
        voters = tuple((int(first), int(count)) for first, count in ranges)
        rule = (least, most, cap, tuple(costs), bytes(document), uri, OutcomeTerms.from_tuple(outcome))
        return cls(roll, start, end, question, tuple(labels), voters, *rule)


@dataclass(frozen=True, slots=True)
class PollState:
    """Where a poll stands, as the contract keeps it.

    Attributes:
        roll: its roll.
        start: Unix seconds of the first moment that takes votes.
        end: Unix seconds of the first moment that takes none.
        options: how many there are.
        least: how many a ballot must pick.
        most: how many a ballot may pick.
        eligible: voters who may vote.
        ballots: votes counted.
        cancelled: whether it was cancelled before its start.
        origin: the first roll of its roll's lineage; the roll itself if it amends none.
    """

    roll: int
    start: int
    end: int
    options: int
    least: int
    most: int
    eligible: int
    ballots: int
    cancelled: bool
    origin: int


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many voted of how many who may."""

    ballots: int
    eligible: int

    @property
    def share(self) -> float:
        """Between 0 and 1; for display."""
        return self.ballots / self.eligible


@cache
def _type() -> str:
    """The contract's struct as an ABI type."""
    return collapse_if_tuple(entry("BallotBox", "function", "open")["inputs"][0])
