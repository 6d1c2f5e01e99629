"""Typed client of the `SecretVoteVerifier` contract."""

from dongne.ballot.secret.messages import SecretVote
from dongne.ballot.secret.polls import DEPTH
from dongne.contract import ContractClient


class SecretVoteVerifier(ContractClient):
    """What judges the proofs of secret votes, on one chain."""

    NAME = "SecretVoteVerifier"

    def holds(self, vote: SecretVote, root: int, message: int, scope: int) -> bool:
        """Whether the contract takes a vote's proof for these signals, each as the circuit takes it."""
        a1, a2, b1, b2, b3, b4, c1, c2 = vote.points
        signals = [root, vote.nullifier, message, scope]
        return bool(self._read("verifyProof", [a1, a2], [[b1, b2], [b3, b4]], [c1, c2], signals, DEPTH))
