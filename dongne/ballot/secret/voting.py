"""Makes a voter's proof, and what proofs of one poll are about."""

from dataclasses import dataclass
from functools import cached_property

from dongne.ballot.messages import BallotPaper
from dongne.ballot.secret.client import SecretBallotBox
from dongne.ballot.secret.errors import ProofNotSound
from dongne.ballot.secret.messages import SecretVote, message_of, scope_of, signal
from dongne.ballot.secret.prover import Claim, MerklePath, Prover, Task
from dongne.signing import Domain


@dataclass(frozen=True)
class SecretBooth:
    """Where votes of one poll are proved and checked.

    Attributes:
        domain: of the box that counts them.
        paper: of the poll.
    """

    domain: Domain
    paper: BallotPaper

    @classmethod
    def of(cls, box: SecretBallotBox, poll: int) -> "SecretBooth":
        """The booth of a poll.

        Raises:
            NoSuchPoll: no such poll was opened.
        """
        return cls(box.domain(), box.paper(poll))

    @cached_property
    def scope(self) -> int:
        """The scope of all proofs of the poll, as the circuit takes it."""
        return signal(scope_of(self.domain, self.paper.poll, self.paper.terms))

    def message(self, choices: int) -> int:
        """The message of a proof for choices, as the circuit takes it."""
        return signal(message_of(self.domain, self.paper, choices))

    def claim(self, vote: SecretVote, root: int) -> Claim:
        """What the proof of a vote must hold for."""
        return Claim(vote, root, self.message(vote.choices), self.scope)

    def prove(self, prover: Prover, secret: bytes, way: MerklePath, choices: int) -> SecretVote:
        """Prove a vote, and check the proof as everybody will.

        Args:
            way: of the voter's commitment to the group's root.

        Raises:
            ProofNotSound: the proof that was made does not hold.
        """
        (proved,) = prover.prove([Task(secret, way, self.scope, self.message(choices))])
        vote = SecretVote(choices, proved.nullifier, proved.proof)
        if prover.verify([self.claim(vote, way.root)]) != [True]:
            raise ProofNotSound()
        return vote
