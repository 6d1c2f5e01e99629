"""Counts a poll anew from the chain's logs and the roll's blobs alone, and says where the contract differs."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from dongne.ballot.ballot_box import BallotBox
from dongne.ballot.choices import options_of
from dongne.ballot.electoral_roll import ElectoralRoll
from dongne.ballot.errors import (
    BitmapDiffers,
    CountedAgainstTheRule,
    CountedTwice,
    CountedUneligible,
    Finding,
    ListedTwice,
    PollDoesNotRecount,
    TallyDiffers,
    TermsDiffer,
    TurnoutDiffers,
)
from dongne.ballot.outcomes import Outcome, outcome_of
from dongne.ballot.polls import PollSpec
from dongne.ballot.rolls import District, VoterList
from dongne.language import Joined


@dataclass(frozen=True, slots=True)
class Recount:
    """A poll as its logs tell it.

    Attributes:
        poll: number of the poll.
        spec: as it was opened, from the log of its opening.
        roll: voters and districts, from the blobs; their hash is the published one.
        choices: each voter's choices (bit mask) by index: the receipt of every vote.
        findings: what is wrong; empty if the poll is sound.
    """

    poll: int
    spec: PollSpec
    roll: VoterList
    choices: dict[int, int]
    findings: tuple[Finding, ...]

    @property
    def ballots(self) -> int:
        """Voters who voted."""
        return len(self.choices)

    @property
    def eligible(self) -> int:
        """Voters who may vote."""
        return self.spec.eligible

    def tally(self, district: District | None = None) -> list[int]:
        """Votes by option, of all voters or of one district's."""
        counts = Counter(option for mask in self._of(district) for option in options_of(mask))
        return [counts[option] for option in range(len(self.spec.labels))]

    @property
    def outcome(self) -> Outcome:
        """How the poll ends if no more votes come, by the rule that was decided."""
        return outcome_of(self.spec.outcome, self.tally(), self.ballots, self.eligible)

    def turnout(self, district: District) -> int:
        """Voters of a district who voted."""
        return len(self._of(district))

    def raise_if_unsound(self) -> None:
        """End with everything that was found.

        Raises:
            PollDoesNotRecount: something is wrong with the poll.
        """
        if self.findings:
            raise PollDoesNotRecount(self.poll, Joined(tuple(finding.message for finding in self.findings)))

    def _of(self, district: District | None) -> list[int]:
        if district is None:
            return list(self.choices.values())
        return [mask for index, mask in self.choices.items() if index in district.indices]


def recount(
    box: BallotBox, rolls: ElectoralRoll, poll: int, progress: Callable[[int], None] = lambda _count: None
) -> Recount:
    """Recount a poll.

    Signatures are not checked again: each `VotesCounted` log is proof that the contract did. What can be checked
    without it is: the roll's hash, one vote a voter, eligibility, the rule, and that turnout and tally, as the contract
    states them, are what the logs add up to. All of it is read at one block, so that a poll may be recounted while
    votes still come in.

    Args:
        progress: hears how many votes more are counted.

    Raises:
        InputError: there is no such poll.
        EvidenceMismatch: the roll is not the one that was published.
    """
    spec, block = box.spec(poll), box.chain.block_number()
    counting = _Counting(spec)
    for group in box.counted(poll, block):
        counting.take(group.choices, group.indices)
        progress(len(group.indices))
    counted = Recount(poll, spec, rolls.read(spec.roll), counting.choices, ())
    findings = (*counting.findings, *_differences(box, counted, block))
    return Recount(poll, spec, counted.roll, counting.choices, findings)


@dataclass(slots=True)
class _Counting:
    spec: PollSpec
    choices: dict[int, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def take(self, mask: int, indices: tuple[int, ...]) -> None:
        if not self.spec.rule.allows(mask):
            self.findings.append(CountedAgainstTheRule(f"{mask:#x}"))
        for index in indices:
            if index in self.choices:
                self.findings.append(CountedTwice(index))
            if not self.spec.admits(index):
                self.findings.append(CountedUneligible(index))
            self.choices[index] = mask


def _differences(box: BallotBox, found: Recount, block: int) -> Iterator[Finding]:
    turnout, tally, counted = box.turnout(found.poll, block), box.tally(found.poll, block), found.tally()
    if box.terms(found.poll, block) != found.spec.terms(found.roll.commitment()):
        yield TermsDiffer()
    for voter, indices in found.roll.duplicates().items():
        yield ListedTwice(voter, tuple(indices))
    if (turnout.ballots, turnout.eligible) != (found.ballots, found.eligible):
        yield TurnoutDiffers(turnout.ballots, turnout.eligible, found.ballots, found.eligible)
    if tally != counted:
        pairs = enumerate(zip(tally, counted, strict=True))
        yield TallyDiffers(tuple(option for option, (stated, found_) in pairs if stated != found_))
    in_bitmap = sum(box.ballots_of(found.poll, first, count, block) for first, count in found.spec.ranges)
    if in_bitmap != turnout.ballots:
        yield BitmapDiffers()
