"""What is decided about a poll, and what becomes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dongne.ballot.choices import Rule


@dataclass(frozen=True, slots=True)
class PollSpec:
    """Everything that is decided about a poll, once.

    Attributes:
        roll: number of a frozen roll.
        rule: what makes choices valid.
        options: 2 to 128.
        picks: the rule's number; 1 for EXACTLY_ONE.
        start: Unix seconds of the first moment that takes votes.
        end: Unix seconds of the first moment that takes none.
        content_hash: keccak256 of the document that words question and options.
        content_uri: where it can be had.
        ranges: (first index, count) of the voters who may vote; 1 to 16, ascending.
        quorum_bps: share of the eligible who must vote, in 1/10,000.
        pass_bps: share of the ballots of which the leader needs more, in 1/10,000.
    """

    roll: int
    rule: Rule
    options: int
    picks: int
    start: int
    end: int
    content_hash: bytes
    content_uri: str
    ranges: tuple[tuple[int, int], ...]
    quorum_bps: int = 0
    pass_bps: int = 0

    @property
    def eligible(self) -> int:
        """How many may vote."""
        return sum(count for _first, count in self.ranges)

    def admits(self, index: int) -> bool:
        """Whether a voter of that index may vote."""
        return any(first <= index < first + count for first, count in self.ranges)

    def as_tuple(self) -> tuple[object, ...]:
        """In the order of the contract's struct."""
        rule, shares = (self.rule, self.options, self.picks), (self.quorum_bps, self.pass_bps)
        terms = (self.roll, *rule, self.start, self.end, *shares)
        return (*terms, self.content_hash, self.content_uri, list(self.ranges))

    @classmethod
    def from_tuple(cls, raw: Sequence[Any]) -> "PollSpec":
        """From the contract's struct."""
        roll, rule, options, picks, start, end, quorum, passing, content_hash, uri, ranges = raw
        voters = tuple((int(first), int(count)) for first, count in ranges)
        terms = (roll, Rule(rule), options, picks, start, end, bytes(content_hash), uri, voters)
        return cls(*terms, quorum_bps=quorum, pass_bps=passing)


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many voted of how many who may."""

    ballots: int
    eligible: int

    @property
    def share(self) -> float:
        """Between 0 and 1; for display."""
        return self.ballots / self.eligible


@dataclass(frozen=True, slots=True)
class Result:
    """How a poll ended.

    Attributes:
        ballots: votes counted.
        eligible: voters who could.
        quorum_met: whether enough did.
        leaders: mask of the options with the most votes; two or more are a tie.
        votes: votes of each leader.
        passed: quorum met, one leader, and enough of the ballots for it.
    """

    ballots: int
    eligible: int
    quorum_met: bool
    leaders: int
    votes: int
    passed: bool

    @property
    def tied(self) -> bool:
        """Whether several options lead."""
        return self.leaders.bit_count() > 1
