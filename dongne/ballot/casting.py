"""Relays the votes of a file so that running again sends nothing twice: what the chain has counted is left out.

A vote that the contract would not count is not sent either: the same is asked here first, in the same order. Of several
votes by one voter the first that would be counted is cast. What is told in the end is read from the chain again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from dongne.ballot.batch import BATCH_VOTES, Skip, in_batches
from dongne.ballot.messages import Booth, SignedAccountVote, SignedVote
from dongne.ballot.polls import PollSpec
from dongne.ballot.rolls import VoterList
from dongne.ballot.votefile import AnyVote, VoteLine
from dongne.ballot.voting_client import VotingClient
from dongne.chain import Call
from dongne.errors import ContractRefused, Problem
from dongne.language import Message, Readable, Word, _
from dongne.parts import parts
from dongne.sending import Delivery
from dongne.signing import compact_of

_AT_ONCE = 1_000
"""Votes whose voters are looked up together."""

_REORGANIZED = 1_000
"""Blocks before a run's first that may be replaced during it: a vote may be mined again in an earlier block."""

DeliverAll = Callable[[Iterable[Call]], Iterator[Delivery[Call]]]
"""Carries calls out, several at once; gives what became of each, in their order."""
Heard = Callable[[int], None]
"""Hears how many votes more were dealt with."""


class Standing(Word):
    """What became of a line of a file."""

    COUNTED = 0, _("counted")
    COUNTED_BEFORE = 1, _("counted earlier")
    NOT_COUNTED = 2, _("not counted")
    NOT_SENT = 3, _("not sent")
    REPEATED = 4, _("counted with another line")
    NO_VOTE = 5, _("no usable vote")
    TAKEN_BACK = 6, _("taken back by the chain")


UNCOUNTED = frozenset({Standing.NOT_COUNTED, Standing.NO_VOTE, Standing.TAKEN_BACK})
"""What a relayer has to look at."""


@dataclass(frozen=True, slots=True)
class CastVote:
    """A line of a file with what became of it.

    Attributes:
        line: its number, from 1.
        vote: what it holds; None where that is no vote for the poll.
        standing: what became of it.
        reason: why it was not counted, or with which line; None otherwise.
    """

    line: int
    vote: AnyVote | None
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
        relayer: who sends them.
    """

    box: VotingClient
    poll: int
    spec: PollSpec
    roll: VoterList
    relayer: ChecksumAddress
    _cast: dict[int, CastVote] = field(default_factory=dict)
    _first: dict[int, VoteLine] = field(default_factory=dict)
    _sent: dict[int, VoteLine] = field(default_factory=dict)

    def leave_out(self, problems: Iterable[Problem]) -> None:
        """Note lines that hold no vote for the poll."""
        for problem in problems:
            line = problem.line or 0
            self._cast[line] = CastVote(line, None, Standing.NO_VOTE, problem.reason.message)

    def sort_out(self, votes: Sequence[VoteLine], progress: Heard = lambda _count: None) -> list[VoteLine]:
        """Leave out what was counted before and what cannot be counted; returns what is to be sent.

        Call it after what a former run left under way is settled.
        """
        booth, remaining = self.box.booth(self.poll), list[VoteLine]()
        for part in parts(votes, _AT_ONCE):
            on_chain = self._voted_among(part)
            remaining += [at for at in part if self._is_open(at, on_chain, booth)]
            progress(len(part))
        return remaining

    def relay(self, votes: Sequence[VoteLine], deliver_all: DeliverAll, progress: Heard = lambda _count: None) -> None:
        """Send what `sort_out` left: keys' votes in batches, smart accounts' one by one.

        Where the contract takes no more, as at the poll's end, the rest is noted as not counted.

        Raises:
            ContractRefused: it takes none of them.
            ChainError: the node failed; relaying the same votes again is harmless.
        """
        orders, _since = list(self._batches(votes)), self._since
        if orders:  # Where the contract takes none, as before the start, that costs nothing.
            orders[0][1].check(self.relayer)
        self._sent = {at.vote.index: at for batch, _call in orders for at in batch}
        done = 0
        try:
            for (batch, _call), delivery in zip(orders, deliver_all(call for _batch, call in orders), strict=True):
                self._note_delivered(batch, delivery)
                done += 1
                progress(len(batch))
        except ContractRefused as error:
            if not done:
                raise
            for batch, _call in orders[done:]:
                self._note_all(batch, Standing.NOT_COUNTED, error.message)

    def confirm(self) -> None:
        """Read from the chain what it has of the votes now: others may have relayed the same ones, and blocks that were
        told may have been replaced since."""
        recorded = {
            index: group.choices
            for event in self.box.counted_logs(self.poll, first=self._since)
            for group in self.spec.form.counted(event.groups)
            for index in group.indices
        }
        for index, at in self._sent.items():
            if self._cast[at.line].standing is not Standing.NOT_SENT:
                self._confirm(at, recorded.get(index))
        before = [each for each in self._cast.values() if each.standing is Standing.COUNTED_BEFORE]
        voted = self.box.have_voted(self.poll, [each.vote.index for each in before if each.vote])
        for each, has in zip(before, voted, strict=True):
            if not has:
                self._cast[each.line] = CastVote(each.line, each.vote, Standing.TAKEN_BACK, Message(_TAKEN_BACK))

    def outcomes(self) -> list[CastVote]:
        """What became of each line, in the order of the file."""
        return [self._resolved(self._cast[line]) for line in sorted(self._cast)]

    @cached_property
    def _since(self) -> int:
        """The first block that may hold what this run sends."""
        return max(0, self.box.chain.block_number() - _REORGANIZED)

    def _batches(self, votes: Sequence[VoteLine]) -> Iterator[tuple[list[VoteLine], Call]]:
        lines = {at.vote.index: at for at in votes}
        keys = [at.vote for at in votes if isinstance(at.vote, SignedVote)]
        for batch in in_batches(keys, BATCH_VOTES, self.spec.form.weight):
            call = self.box.cast_batch(self.poll, batch)
            yield [lines[vote.index] for vote in batch], replace(call, gas=self.spec.form.gas(batch))
        for at in votes:
            if isinstance(at.vote, SignedAccountVote):
                yield [at], self.box.vote_by_signature(self.poll, at.vote)

    def _note_delivered(self, batch: Sequence[VoteLine], delivery: Delivery[Call]) -> None:
        if delivery.receipt is None:
            self._note_all(batch, Standing.NOT_SENT)
        elif delivery.refusal is not None:
            self._note_all(batch, Standing.NOT_COUNTED, delivery.refusal.message)
        elif isinstance(batch[0].vote, SignedAccountVote):
            self._note_all(batch, Standing.COUNTED)
        else:
            for outcome in self.box.outcomes(delivery.receipt, [_of_key(at) for at in batch]):
                standing = Standing.NOT_COUNTED if outcome.skip else Standing.COUNTED
                self._note(self._sent[outcome.vote.index], standing, outcome.skip or None)

    def _confirm(self, at: VoteLine, choices: int | None) -> None:
        noted = self._cast[at.line]
        if choices == at.vote.choices:
            self._note(at, Standing.COUNTED)
        elif choices is not None:
            self._note(at, Standing.NOT_COUNTED, Skip.ALREADY_VOTED)
        elif noted.standing is Standing.COUNTED:
            self._note(at, Standing.TAKEN_BACK, Message(_TAKEN_BACK))

    def _resolved(self, cast: CastVote) -> CastVote:
        """A repeated vote's standing follows from that of the vote which it repeats."""
        if cast.standing is not Standing.REPEATED or cast.vote is None:
            return cast
        first = self._cast[self._first[cast.vote.index].line]
        if first.standing in UNCOUNTED or first.standing is Standing.NOT_SENT:
            return CastVote(cast.line, cast.vote, first.standing, first.reason)
        return cast

    def _voted_among(self, votes: Sequence[VoteLine]) -> set[int]:
        indices = sorted({at.vote.index for at in votes if self.spec.admits(at.vote.index, self.roll)})
        return {index for index, has in zip(indices, self.box.have_voted(self.poll, indices), strict=True) if has}

    def _is_open(self, at: VoteLine, on_chain: set[int], booth: Booth) -> bool:
        """Whether a vote is to be sent; otherwise what became of it is noted."""
        index, first = at.vote.index, self._first.get(at.vote.index)
        if first is not None and first.vote.choices == at.vote.choices:
            self._note(at, Standing.REPEATED, Message(_SAME_VOTE, {"line": first.line}))
        elif index in on_chain and self._recorded.get(index) == at.vote.choices:
            self._first[index] = at
            self._note(at, Standing.COUNTED_BEFORE)
        elif reason := self._why_not(at.vote, index in on_chain or first is not None, booth):
            self._note(at, Standing.NOT_COUNTED, reason)
        else:
            self._first[index] = at
            return True
        return False

    def _why_not(self, vote: AnyVote, has_voted: bool, booth: Booth) -> Readable | None:
        """Why the contract would not count a vote; None if it would."""
        if not self.spec.rule.allows(vote.choices):
            return Skip.BAD_CHOICES
        if not self.spec.admits(vote.index, self.roll):
            return Skip.NOT_ELIGIBLE
        if has_voted:
            return Skip.ALREADY_VOTED
        if isinstance(vote, SignedAccountVote):
            return self._why_refused(vote)
        return None if self._is_signed(vote, booth) else Skip.BAD_SIGNATURE

    def _why_refused(self, vote: SignedAccountVote) -> Readable | None:
        """Only the account can tell whether a signature is its own: it is asked by a call that nobody pays."""
        try:
            self.box.vote_by_signature(self.poll, vote).simulate(self.relayer)
        except ContractRefused as error:
            return error.message
        return None

    def _is_signed(self, vote: SignedVote, booth: Booth) -> bool:
        """Whether the signature is the voter's, for these choices."""
        voter = to_checksum_address(self.roll.voters[vote.index])
        return compact_of(vote.signature, booth.digest(vote.choices), voter) is not None

    @cached_property
    def _recorded(self) -> dict[int, int]:
        """Choices by voter, as the logs have them."""
        return {index: group.choices for group in self.box.counted(self.poll) for index in group.indices}

    def _note_all(self, votes: Iterable[VoteLine], standing: Standing, reason: Readable | None = None) -> None:
        for at in votes:
            self._note(at, standing, reason)

    def _note(self, at: VoteLine, standing: Standing, reason: Readable | None = None) -> None:
        self._cast[at.line] = CastVote(at.line, at.vote, standing, reason)


_SAME_VOTE = _("the same vote as on line {line}")
_TAKEN_BACK = _("its block was replaced; run the same command again")


def _of_key(at: VoteLine) -> SignedVote:
    assert isinstance(at.vote, SignedVote)
    return at.vote
