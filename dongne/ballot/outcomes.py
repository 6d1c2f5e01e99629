"""How a poll ends: the terms that the contract `OutcomeRule` takes, what it answers, and the same rule in Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dongne.language import Message, Word, _


class Aim(Word):
    """What a poll is for."""

    ELECTION = 0, _("election")
    DECISION = 1, _("decision")
    TALLY = 2, _("tally")


class Measure(Word):
    """What a threshold compares."""

    ELIGIBLE = 0, _("eligible voters")
    BALLOTS = 1, _("votes cast")
    VALID = 2, _("valid votes")
    SUPPORT = 3, _("votes in favour")


@dataclass(frozen=True, slots=True)
class Threshold:
    """`part` must be at least `numerator` / `denominator` of `whole`, or more than that.

    Attributes:
        part: what must be large enough.
        whole: what it is a share of; stands before `part` in `Measure`.
        numerator: 0 to `denominator`, below 2^32.
        denominator: 1 to 2^32 - 1.
        more_than: whether exactly that share is too little.
    """

    part: Measure
    whole: Measure
    numerator: int
    denominator: int
    more_than: bool = False

    @property
    def demands(self) -> bool:
        """Whether anything is asked at all."""
        return self.more_than or self.numerator > 0

    def is_met(self, figures: Sequence[int]) -> bool:
        """Whether figures, in the order of `Measure`, are large enough."""
        part, share = figures[self.part] * self.denominator, figures[self.whole] * self.numerator
        return part > share if self.more_than else part >= share

    def in_words(self) -> Message:
        """The threshold as people read it."""
        template = (
            _("{part}: more than {share} of {whole}") if self.more_than else _("{part}: at least {share} of {whole}")
        )
        share = f"{self.numerator}/{self.denominator}"
        return Message(template, {"part": self.part, "whole": self.whole, "share": share})

    def as_tuple(self) -> tuple[int, int, int, int, bool]:
        """In the order of the contract's struct."""
        return int(self.part), int(self.whole), self.numerator, self.denominator, self.more_than

    @classmethod
    def from_tuple(cls, raw: Sequence[Any]) -> "Threshold":
        """From the contract's struct."""
        part, whole, numerator, denominator, more_than = raw
        return cls(Measure(part), Measure(whole), numerator, denominator, more_than)


NO_QUORUM = Threshold(Measure.BALLOTS, Measure.ELIGIBLE, 0, 1)
NO_MAJORITY = Threshold(Measure.SUPPORT, Measure.VALID, 0, 1)
MAJORITY = Threshold(Measure.SUPPORT, Measure.VALID, 1, 2, more_than=True)
"""More than half of the valid votes."""


@dataclass(frozen=True, slots=True)
class OutcomeTerms:
    """How the outcome of a poll follows from its tally.

    Attributes:
        aim: what the poll is for.
        seats: of an election, how many options win; otherwise 0.
        proposal: of a decision, mask of the options that are votes for it; otherwise 0.
        blank: mask of the options that stand for no choice.
        quorum: without it nothing passes and nobody wins.
        majority: what the proposal, or each option that wins, needs.
    """

    aim: Aim = Aim.ELECTION
    seats: int = 1
    proposal: int = 0
    blank: int = 0
    quorum: Threshold = NO_QUORUM
    majority: Threshold = NO_MAJORITY

    def as_tuple(self) -> tuple[object, ...]:
        """In the order of the contract's struct."""
        thresholds = (self.quorum.as_tuple(), self.majority.as_tuple())
        return (int(self.aim), self.seats, self.proposal, self.blank, *thresholds)

    @classmethod
    def from_tuple(cls, raw: Sequence[Any]) -> "OutcomeTerms":
        """From the contract's struct."""
        aim, seats, proposal, blank, quorum, majority = raw
        return cls(Aim(aim), seats, proposal, blank, Threshold.from_tuple(quorum), Threshold.from_tuple(majority))


PLURALITY = OutcomeTerms()
"""The option with the most votes wins, however few there are."""


def decision(
    proposal: int, *, blank: int = 0, quorum: Threshold = NO_QUORUM, majority: Threshold = MAJORITY
) -> OutcomeTerms:
    """Terms of a decision on a proposal, the mask of the options that are votes for it."""
    return OutcomeTerms(Aim.DECISION, 0, proposal, blank, quorum, majority)


TALLY_ONLY = OutcomeTerms(Aim.TALLY, 0)
"""Nothing is elected or decided: the tally is the result."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a poll ended.

    Attributes:
        ballots: votes counted.
        eligible: voters who could.
        valid: ballots that are not blank.
        quorum_met: whether the quorum was met.
        leaders: mask of the options, blank ones apart, with the most votes; several are a tie.
        votes: votes of each leader.
        support: votes for the proposal; without one, `votes`.
        won: mask of the options that won, or of the proposal if it passed.
        tied: mask of the options that share too few seats.
        passed: the proposal passed; every seat was won; of a tally, the quorum was met.
    """

    ballots: int
    eligible: int
    valid: int
    quorum_met: bool
    leaders: int
    votes: int
    support: int
    won: int
    tied: int
    passed: bool


def outcome_of(terms: OutcomeTerms, tally: Sequence[int], ballots: int, eligible: int) -> Outcome:
    """What the contract says of the same figures, computed without it."""
    votes = {option: count for option, count in enumerate(tally) if count and not terms.blank >> option & 1}
    most = max(votes.values(), default=0)
    support = _sum(tally, terms.proposal) if terms.aim is Aim.DECISION else most
    valid = ballots - _sum(tally, terms.blank)
    quorum_met = terms.quorum.is_met((eligible, ballots, valid, support))
    won, tied, passed = _decided(terms, votes, (eligible, ballots, valid)) if quorum_met else (0, 0, False)
    if quorum_met and terms.aim is Aim.DECISION:
        passed = support > 0 and terms.majority.is_met((eligible, ballots, valid, support))
        won = terms.proposal if passed else 0
    return Outcome(ballots, eligible, valid, quorum_met, _mask(votes, most), most, support, won, tied, passed)


def _decided(terms: OutcomeTerms, votes: dict[int, int], figures: tuple[int, int, int]) -> tuple[int, int, bool]:
    """Of an election who won, who is tied and whether all seats are won; of another poll that its quorum was met."""
    free, won = terms.seats, 0
    for count in sorted(set(votes.values()), reverse=True):
        level = _mask(votes, count)
        if not free or not terms.majority.is_met((*figures, count)):
            break
        if level.bit_count() > free:
            return won, level, False
        won, free = won | level, free - level.bit_count()
    return won, 0, free == 0


def _mask(votes: dict[int, int], count: int) -> int:
    return sum(1 << option for option, found in votes.items() if found == count)


def _sum(tally: Sequence[int], mask: int) -> int:
    return sum(count for option, count in enumerate(tally) if mask >> option & 1)
