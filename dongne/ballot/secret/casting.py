"""Relays secret votes: checked before they cost gas, in random order, with random pauses, and none a second time.

When a vote is relayed, and beside which others, says something about who sent it. So votes wait for company, and their
order and the pauses between batches are random.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random, SystemRandom
from time import sleep

from dongne.ballot.filling import Deliver
from dongne.ballot.secret.batch import BATCH_SECRET_VOTES, VoteSkip
from dongne.ballot.secret.client import SecretBallotBox
from dongne.ballot.secret.lines import Line
from dongne.ballot.secret.messages import FIELD_ORDER, SecretVote
from dongne.ballot.secret.polls import SecretPollSpec
from dongne.ballot.secret.prover import Prover
from dongne.ballot.secret.standings import LineStanding, Outcomes
from dongne.ballot.secret.voting import SecretBooth
from dongne.parts import parts

Heard = Callable[[int], None]


@dataclass(frozen=True)
class Pauses:
    """Random pauses between batches.

    Attributes:
        longest: seconds; each pause is between none and this.
        wait: lets the time pass.
        heard: hears how many seconds it will be.
    """

    longest: float = 0
    wait: Callable[[float], None] = sleep
    heard: Callable[[float], None] = lambda _seconds: None

    def take(self, chance: Random) -> None:
        """Take one."""
        if self.longest > 0:
            seconds = chance.uniform(0, self.longest)
            self.heard(seconds)
            self.wait(seconds)


@dataclass
class SecretCaster:
    """Relays secret votes of one poll.

    Attributes:
        box: the secret ballot box.
        poll: number of the poll.
        spec: its terms.
        booth: what its proofs are about.
        prover: checks them.
        outcomes: what became of each line.
        pauses: between batches.
        chance: of order and pauses.
        size: votes of a batch, at most.
    """

    box: SecretBallotBox
    poll: int
    spec: SecretPollSpec
    booth: SecretBooth
    prover: Prover
    outcomes: Outcomes[SecretVote]
    pauses: Pauses = Pauses()
    chance: Random = field(default_factory=SystemRandom)
    size: int = BATCH_SECRET_VOTES

    def sort_out(self, lines: Sequence[Line[SecretVote]], heard: Heard = lambda _count: None) -> list[Line[SecretVote]]:
        """Leave out what was counted before and what cannot be counted; returns what is to be sent.

        Of votes with the same nullifier the first in the file that holds is cast. Call it after what a former run left
        under way is settled.

        Args:
            heard: hears how many proofs more are checked.
        """
        counted = {vote.nullifier: vote.choices for vote in self.box.votes(self.poll)}
        waiting = [at for at in lines if self._is_open(at, counted)]
        root = self.box.group(self.poll).root
        verdicts = self.prover.verify([self.booth.claim(at.item, root) for at in waiting], heard)
        remaining = list[Line[SecretVote]]()
        for at, holds in zip(waiting, verdicts, strict=True):
            if not holds:
                self.outcomes.note(at, LineStanding.REFUSED, VoteSkip.BAD_PROOF)
            elif at.item.nullifier in counted:
                self.outcomes.note(at, LineStanding.REFUSED, VoteSkip.ALREADY_VOTED)
            else:
                counted[at.item.nullifier] = at.item.choices
                remaining.append(at)
        return remaining

    def relay(self, lines: Sequence[Line[SecretVote]], deliver: Deliver, heard: Heard = lambda _count: None) -> None:
        """Send what `sort_out` left, in random order, with random pauses."""
        shuffled = list(lines)
        self.chance.shuffle(shuffled)
        for number, batch in enumerate(parts(shuffled, self.size)):
            if number:
                self.pauses.take(self.chance)
            self._relay_batch(batch, deliver)
            heard(len(batch))

    def _relay_batch(self, batch: Sequence[Line[SecretVote]], deliver: Deliver) -> None:
        receipt = deliver(self.box.cast(self.poll, [at.item for at in batch]))
        if receipt is None:
            for at in batch:
                self.outcomes.note(at, LineStanding.NOT_SENT)
            return
        for at, skip in zip(batch, self.box.counted_in(receipt, len(batch)), strict=True):
            self.outcomes.note(at, LineStanding.REFUSED if skip else LineStanding.TAKEN, skip or None)

    def _is_open(self, at: Line[SecretVote], counted: dict[int, int]) -> bool:
        """Whether only the proof can still stand against a vote; otherwise what became of it is noted."""
        vote = at.item
        if counted.get(vote.nullifier) == vote.choices:
            self.outcomes.note(at, LineStanding.TAKEN_BEFORE)
        elif not self.spec.poll.rule.allows(vote.choices):
            self.outcomes.note(at, LineStanding.REFUSED, VoteSkip.BAD_CHOICES)
        elif vote.nullifier >= FIELD_ORDER:
            self.outcomes.note(at, LineStanding.REFUSED, VoteSkip.BAD_PROOF)
        elif vote.nullifier in counted:
            self.outcomes.note(at, LineStanding.REFUSED, VoteSkip.ALREADY_VOTED)
        else:
            return True
        return False
