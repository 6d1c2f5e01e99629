"""A secret poll on a local chain: voters with keys and secrets, a group, and real proofs of a few votes."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from eth_account.signers.local import LocalAccount

from dongne.ballot import ElectoralRoll, PollSpec, VoterList, districts_of, publish
from dongne.ballot.secret import (
    MerklePath,
    Prover,
    ProverKit,
    Registration,
    SecretBallotBox,
    SecretBooth,
    SecretPollSpec,
    SecretVote,
    SecretVoteVerifier,
    SignedRegistration,
    Task,
    compute_group,
)
from dongne.config import Settings
from dongne.suite import Role
from scripts.localchain.suite import LocalSuite, person

HOUR = 3_600
LABELS = ("Yes", "No", "Later")


def prover() -> Prover:
    """The prover that set-up has installed."""
    return Prover(ProverKit(Settings.from_environment(os.environ).prover))


def secret_of(name: str) -> bytes:
    """A voter's secret: the same name gives the same. Never for real votes."""
    return sha256(f"secret of {name}".encode()).digest()


@dataclass
class SecretPoll:
    """A secret poll and its voters, in the order of the roll.

    Attributes:
        city: where it is held.
        keys: of the voters.
        roll: number of their roll.
        number: of the poll.
        spec: what was decided.
    """

    city: LocalSuite
    keys: Sequence[LocalAccount]
    roll: int
    number: int
    spec: SecretPollSpec
    prover: Prover = field(default_factory=prover)

    @classmethod
    def open(cls, city: LocalSuite, voters: int, **terms: object) -> "SecretPoll":
        """Publish a roll and open a poll on it; registration has begun."""
        keys = sorted((person(f"secret voter {at}") for at in range(voters)), key=lambda key: key.address.lower())
        people = VoterList(tuple(bytes.fromhex(key.address[2:]) for key in keys), districts_of([(1, voters)]))
        registrar = city.officers[Role.ROLL_OFFICER]
        roll = publish(city.client(ElectoralRoll), people, lambda call: call.transact(registrar))
        assert roll is not None
        now = city.chain.timestamp()
        poll = PollSpec(
            roll=roll,
            start=now + 2 * HOUR,
            end=now + 4 * HOUR,
            question="Shall the market move?",
            labels=LABELS,
            ranges=((0, voters),),
            document=b"\x11" * 32,
            document_uri="https://city.example/market.pdf",
            **terms,  # type: ignore[arg-type]
        )
        spec = SecretPollSpec(poll, now + HOUR, 2, city.client(SecretVoteVerifier).address)
        box = city.client(SecretBallotBox)
        number = box.opened_in(box.open(spec).transact(city.officers[Role.ELECTION_OFFICER]))
        return cls(city, keys, roll, number, spec)

    @property
    def box(self) -> SecretBallotBox:
        """The city's secret ballot box."""
        return self.city.client(SecretBallotBox)

    @property
    def booth(self) -> SecretBooth:
        """Where votes are proved."""
        return SecretBooth.of(self.box, self.number)

    def secret(self, index: int) -> bytes:
        """The secret of a voter."""
        return secret_of(self.keys[index].address)

    def message(self, index: int, commitment: int) -> Registration:
        """What a voter signs to register."""
        poll, terms = self.spec.poll, self.box.terms(self.number)
        voter = self.keys[index].address
        return Registration(poll.question, poll.document, terms, self.number, voter, commitment)

    def signed(self, indices: Sequence[int]) -> list[SignedRegistration]:
        """Registrations that voters have signed."""
        commitments, domain = self.prover.commitments([self.secret(index) for index in indices]), self.box.domain()
        return [
            self.message(index, commitment).sign(index, self.keys[index], domain)
            for index, commitment in zip(indices, commitments, strict=True)
        ]

    def register(self, indices: Sequence[int]) -> None:
        """Have voters registered."""
        self.box.register(self.number, self.signed(indices)).transact(self.city.relayer)

    def publish_group(self, root: int | None = None) -> None:
        """End the registration and publish the group, or another root where a test wants that."""
        self.city.move_clock_to(self.spec.registration_end)
        computed = compute_group(self.box, self.number, self.prover).root
        officer = self.city.officers[Role.ELECTION_OFFICER]
        self.box.publish_group(self.number, computed if root is None else root).transact(officer)

    def start(self) -> None:
        """Let the voting start."""
        self.city.move_clock_to(self.spec.poll.start)

    def prove(self, choices: dict[int, int]) -> list[SecretVote]:
        """Real proofs of voters' choices, by one process: two seconds each."""
        leaves, booth = [member.commitment for member in self.box.members(self.number)], self.booth
        commitments = self.prover.commitments([self.secret(index) for index in choices])
        ways: list[MerklePath] = [self.prover.path(leaves, leaves.index(each)) for each in commitments]
        tasks = [
            Task(self.secret(index), way, booth.scope, booth.message(mask))
            for (index, mask), way in zip(choices.items(), ways, strict=True)
        ]
        made = zip(choices.values(), self.prover.prove(tasks), strict=True)
        return [SecretVote(mask, proved.nullifier, proved.proof) for mask, proved in made]
