"""Makes and checks proofs with Semaphore's circuit and snarkjs: Node programs behind plain calls."""

import json
import os
import subprocess
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import resources
from typing import Any

from dongne.ballot.secret.errors import NodeMissing, ProverFailed, ProverTooSlow
from dongne.ballot.secret.kit import SOURCES, ProverKit
from dongne.ballot.secret.messages import SecretVote
from dongne.ballot.secret.polls import DEPTH
from dongne.parts import parts
from dongne.texts import excerpt

SECONDS = 900
"""Most that one request may take; a proof takes 2 to 7 seconds, a thousand checks 20."""

CHUNK_LEAVES = 2**13
"""Leaves of a subtree that one process computes: about a second and a half."""

CHUNK_CLAIMS = 250
"""Proofs that one process checks: about five seconds."""


@dataclass(frozen=True, slots=True)
class MerklePath:
    """The way from a leaf of a group's tree to its root.

    Attributes:
        root: of the tree.
        index: bit i says whether the way comes from the right at step i.
        siblings: what the way meets; steps without one are left out.
    """

    root: int
    index: int
    siblings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """A vote to be proved.

    Attributes:
        secret: of the voter, 32 bytes.
        path: of the voter's commitment in the group.
        scope: of the poll, as the circuit takes it.
        message: for the choices, as the circuit takes it.
    """

    secret: bytes
    path: MerklePath
    scope: int
    message: int


@dataclass(frozen=True, slots=True)
class Proved:
    """A proof with the nullifier that it shows.

    Attributes:
        nullifier: of the identity in the scope.
        proof: 256 bytes as the verifying contract takes them.
    """

    nullifier: int
    proof: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """A vote with the signals that its proof must hold for, as the circuit takes them."""

    vote: SecretVote
    root: int
    message: int
    scope: int


@dataclass(frozen=True, slots=True)
class Prover:
    """The prover of one kit.

    Attributes:
        kit: circuit and programs.
        node: the program that runs them.
        processes: how many run at once; None for one a processor.
        seconds: most that one request may take.
    """

    kit: ProverKit
    node: str = "node"
    processes: int | None = None
    seconds: int = SECONDS

    def commitments(self, secrets: Sequence[bytes]) -> list[int]:
        """Commitments of identities, from their secrets of 32 bytes."""
        return [int(each) for each in self._ask("commitments", secrets=[secret.hex() for secret in secrets])]

    def nullifier(self, secret: bytes, scope: int) -> int:
        """The nullifier of an identity in a scope, as the circuit takes it."""
        return int(self._ask("nullifier", secret=secret.hex(), scope=str(scope)))

    def root(self, leaves: Sequence[int], progress: Callable[[int], None] = lambda _count: None) -> int:
        """Root of the tree of leaves, at least one.

        Args:
            progress: hears how many leaves more are in it.
        """
        return self._tree(leaves, None, progress).root

    def path(
        self, leaves: Sequence[int], place: int, progress: Callable[[int], None] = lambda _count: None
    ) -> MerklePath:
        """The way from the leaf at `place` to the root."""
        return self._tree(leaves, place, progress)

    def prove(self, tasks: Iterable[Task]) -> list[Proved]:
        """Prove votes, one after another."""
        votes = [
            {
                "secret": task.secret.hex(),
                "index": task.path.index,
                "siblings": [str(each) for each in task.path.siblings],
                "scope": str(task.scope),
                "message": str(task.message),
            }
            for task in tasks
        ]
        return [_proved(answer) for answer in self._ask("prove", votes=votes)]

    def verify(self, claims: Sequence[Claim], progress: Callable[[int], None] = lambda _count: None) -> list[bool]:
        """Whether each claim holds; several processes check at once.

        Args:
            progress: hears how many claims more are checked.
        """

        def check(part: Sequence[Claim]) -> list[bool]:
            verdicts = self._ask("verify", claims=[_claimed(claim) for claim in part])
            progress(len(part))
            return [verdict is True for verdict in verdicts]

        # Few claims are shared out too: what takes time is the check, not the start.
        size = max(1, min(CHUNK_CLAIMS, -(-len(claims) // self._at_once)))
        return [verdict for part in self._all(check, list(parts(claims, size))) for verdict in part]

    @property
    def _at_once(self) -> int:
        return self.processes or os.cpu_count() or 1

    def _tree(self, leaves: Sequence[int], place: int | None, progress: Callable[[int], None]) -> MerklePath:
        """Subtrees of full chunks are nodes of one level of the whole tree, so they can be computed apart."""
        chunks = list(parts(leaves, CHUNK_LEAVES))
        chunk_of, within = divmod(place, CHUNK_LEAVES) if place is not None else (-1, 0)

        def compute(number: int) -> MerklePath:
            found = self._subtree(chunks[number], within if number == chunk_of else None)
            progress(len(chunks[number]))
            return found

        subtrees: list[MerklePath] = self._all(compute, range(len(chunks)))
        if len(subtrees) == 1:
            return subtrees[0]
        top = self._subtree([each.root for each in subtrees], chunk_of if place is not None else None)
        if place is None:
            return top
        low = subtrees[chunk_of]
        return MerklePath(top.root, low.index | top.index << len(low.siblings), low.siblings + top.siblings)

    def _subtree(self, leaves: Sequence[int], place: int | None) -> MerklePath:
        answer = self._ask("tree", leaves=[str(leaf) for leaf in leaves], place=place)
        return MerklePath(int(answer["root"]), int(answer["index"]), tuple(int(each) for each in answer["siblings"]))

    def _all(self, work: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
        with ThreadPoolExecutor(self._at_once) as pool:
            return list(pool.map(work, items))

    def _ask(self, task: str, **request: object) -> Any:
        """The answer to one request.

        Raises:
            ProverMissing, ProverDamaged: the kit cannot be used.
            NodeMissing: Node does not run.
            ProverFailed: it says why.
            ProverTooSlow: it gave no answer in time, and was stopped.
        """
        question = json.dumps({"task": task, **request})
        with resources.as_file(SOURCES.joinpath("prover.mjs")) as script:
            command = [self.node, str(script), str(self.kit.checked.resolve()), str(DEPTH)]
            try:
                done = subprocess.run(
                    command, input=question, capture_output=True, text=True, timeout=self.seconds, check=False
                )
            except OSError as error:
                raise NodeMissing(self.node, error.strerror or str(error)) from error
            except subprocess.TimeoutExpired as error:
                raise ProverTooSlow(self.seconds) from error
        if done.returncode:
            raise ProverFailed(_reason(done.stderr))
        try:
            return json.loads(done.stdout)
        except ValueError as error:
            raise ProverFailed(excerpt(done.stdout)) from error


def _claimed(claim: Claim) -> dict[str, list[str]]:
    signals = (claim.root, claim.vote.nullifier, claim.message, claim.scope)
    return {"signals": [str(each) for each in signals], "proof": [str(each) for each in claim.vote.points]}


def _proved(answer: dict[str, Any]) -> Proved:
    proof = b"".join(int(word).to_bytes(32, "big") for word in answer["proof"])
    return Proved(int(answer["signals"][1]), proof)


def _reason(said: str) -> str:
    """The line of Node's complaint that names the error, else its last one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    named = [line for line in lines if "Error" in line.split(":", 1)[0]]
    return excerpt((named or lines or ["?"])[0])
