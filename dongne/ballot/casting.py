"""Relays the votes of a file so that running again sends nothing twice: what the chain has counted is left out.

A vote that the contract would not count is not sent either: the same is asked here first, in the same order.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from eth_utils.address import to_checksum_address

from dongne.ballot.ballot_box import BallotBox
from dongne.ballot.batch import BATCH_VOTES, Skip, in_batches
from dongne.ballot.messages import Booth, SignedAccountVote, SignedVote
from dongne.ballot.polls import PollSpec
from dongne.ballot.publish import Deliver
from dongne.ballot.rolls import VoterList
from dongne.ballot.votefile import AnyVote, VoteLine
from dongne.errors import ContractRefused
from dongne.language import Readable, Word, _
from dongne.parts import parts
from dongne.signing import compact_of

_AT_ONCE = 1_000
"""Votes whose voters are looked up together."""


class Standing(Word):
    """What became of a vote of a file."""

    COUNTED = 0, _("counted")
    COUNTED_BEFORE = 1, _("counted earlier")
    NOT_COUNTED = 2, _("not counted")
    NOT_SENT = 3, _("not sent")


@dataclass(frozen=True, slots=True)
class CastVote:
    """A vote of a file with what became of it.

    Attributes:
        at: the vote and its line.
        standing: what became of it.
        reason: why it was not counted; None otherwise.
    """

    at: VoteLine
    standing: Standing
    reason: Readable | None = None


@dataclass
class Caster:
    """Relays votes of one poll.

    Attributes:
        box: the ballot box.
        poll: number of the poll.
        spec: its terms.
        roll: its voters.
    """

    box: BallotBox
    poll: int
    spec: PollSpec
    roll: VoterList
    _cast: dict[int, CastVote] = field(default_factory=dict)

    def sort_out(
        self, votes: Sequence[VoteLine], progress: Callable[[int], None] = lambda _count: None
    ) -> list[VoteLine]:
        """Leave out what was counted before and what cannot be counted; returns what is to be sent.

        Call it after what a former run left under way is settled.
        """
        booth, voted, remaining = self.box.booth(self.poll), set[int](), list[VoteLine]()
        for part in parts(votes, _AT_ONCE):
            on_chain = self._voted_among(part)
            remaining += [at for at in part if self._is_open(at, on_chain, voted, booth)]
            progress(len(part))
        return remaining

    def relay(
        self, votes: Sequence[VoteLine], deliver: Deliver, progress: Callable[[int], None] = lambda _count: None
    ) -> None:
        """Send what `sort_out` left: keys' votes in batches, smart accounts' one by one."""
        lines = {at.vote.index: at for at in votes}
        keys = [at.vote for at in votes if isinstance(at.vote, SignedVote)]
        for batch in in_batches(keys, BATCH_VOTES):
            self._relay_batch(batch, lines, deliver)
            progress(len(batch))
        for at in votes:
            if isinstance(at.vote, SignedAccountVote):
                self._relay_one(at, at.vote, deliver)
                progress(1)

    def outcomes(self) -> list[CastVote]:
        """What became of each vote, in the order of the file."""
        return [self._cast[line] for line in sorted(self._cast)]

    def _relay_batch(self, batch: Sequence[SignedVote], lines: dict[int, VoteLine], deliver: Deliver) -> None:
        receipt = deliver(self.box.cast_batch(self.poll, batch))
        if receipt is None:
            self._note_all((lines[vote.index] for vote in batch), Standing.NOT_SENT)
            return
        for outcome in self.box.outcomes(receipt, batch):
            standing = Standing.NOT_COUNTED if outcome.skip else Standing.COUNTED
            self._note(lines[outcome.vote.index], standing, outcome.skip or None)

    def _relay_one(self, at: VoteLine, vote: SignedAccountVote, deliver: Deliver) -> None:
        try:
            receipt = deliver(self.box.vote_by_signature(self.poll, vote))
        except ContractRefused as error:
            self._note(at, Standing.NOT_COUNTED, error.message)
            return
        self._note(at, Standing.NOT_SENT if receipt is None else Standing.COUNTED)

    def _voted_among(self, votes: Sequence[VoteLine]) -> set[int]:
        indices = sorted({at.vote.index for at in votes if self.spec.admits(at.vote.index)})
        return {index for index, has in zip(indices, self.box.have_voted(self.poll, indices), strict=True) if has}

    def _is_open(self, at: VoteLine, on_chain: set[int], voted: set[int], booth: Booth) -> bool:
        """Whether a vote is to be sent; otherwise what became of it is noted."""
        index = at.vote.index
        if index in on_chain and self._recorded.get(index) == at.vote.choices:
            self._note(at, Standing.COUNTED_BEFORE)
        elif skip := self._skip(at.vote, index in on_chain or index in voted, booth):
            self._note(at, Standing.NOT_COUNTED, skip)
        else:
            voted.add(index)
            return True
        return False

    def _skip(self, vote: AnyVote, has_voted: bool, booth: Booth) -> Skip:
        """Why the contract would not count a vote; NONE if it would, or if only it can tell (smart accounts)."""
        if not self.spec.rule.allows(vote.choices):
            return Skip.BAD_CHOICES
        if not self.spec.admits(vote.index):
            return Skip.NOT_ELIGIBLE
        if has_voted:
            return Skip.ALREADY_VOTED
        return Skip.BAD_SIGNATURE if isinstance(vote, SignedVote) and not self._is_signed(vote, booth) else Skip.NONE

    def _is_signed(self, vote: SignedVote, booth: Booth) -> bool:
        """Whether the signature is the voter's, for these choices."""
        voter = to_checksum_address(self.roll.voters[vote.index])
        return compact_of(vote.signature, booth.digest(vote.choices), voter) is not None

    @cached_property
    def _recorded(self) -> dict[int, int]:
        """Choices by voter, as the logs have them."""
        return {index: group.choices for group in self.box.counted(self.poll) for index in group.indices}

    def _note_all(self, votes: Iterable[VoteLine], standing: Standing) -> None:
        for at in votes:
            self._note(at, standing)

    def _note(self, at: VoteLine, standing: Standing, reason: Readable | None = None) -> None:
        self._cast[at.line] = CastVote(at, standing, reason)
