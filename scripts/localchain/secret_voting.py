"""A secret poll on a local chain; keys and secrets of its voters follow from their names."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from eth_account.signers.local import LocalAccount

from dongne.ballot import ElectoralRoll, PollSpec, VoterList, publish
from dongne.ballot.secret import (
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
DISTRICT = 1


def installed_prover() -> Prover:
    """The prover that set-up has installed."""
    return Prover(ProverKit(Settings.from_environment(os.environ).prover))


def secret_of(name: str) -> bytes:
    """A voter's secret: the same name gives the same. Never for real votes."""
    return sha256(f"dongne, local chain: secret of {name}".encode()).digest()


@dataclass
class SecretPoll:
    """A secret poll and its voters, in the order of the roll.

    Attributes:
        suite: where it is held.
        keys: of the voters.
        number: of the poll.
        spec: what was decided.
        prover: makes and checks the proofs.
    """

    suite: LocalSuite
    keys: Sequence[LocalAccount]
    number: int
    spec: SecretPollSpec
    prover: Prover = field(default_factory=installed_prover)

    @classmethod
    def open(cls, suite: LocalSuite, voters: int, labels: Sequence[str] = ("Yes", "No", "Later")) -> "SecretPoll":
        """Publish a roll and open a poll: an hour of registration, one of objections, two of voting."""
        keys = sorted((person(f"secret voter {at}") for at in range(voters)), key=lambda key: key.address.lower())
        registrar, officer = suite.officers[Role.ROLL_OFFICER], suite.officers[Role.ELECTION_OFFICER]
        people = VoterList.of({DISTRICT: [bytes.fromhex(key.address[2:]) for key in keys]})
        roll = publish(suite.client(ElectoralRoll), people, lambda call: call.transact(registrar))
        assert roll is not None, "it was not rehearsed"
        now = suite.chain.timestamp()
        poll = PollSpec(
            roll=roll,
            start=now + 2 * HOUR,
            end=now + 4 * HOUR,
            question="Shall the market move?",
            labels=tuple(labels),
            ranges=((0, voters),),
            document=b"\x11" * 32,
            document_uri="https://city.example/market.pdf",
        )
        spec = SecretPollSpec(poll, now + HOUR, 2, suite.client(SecretVoteVerifier).address)
        box = suite.client(SecretBallotBox)
        return cls(suite, keys, box.opened_in(box.open(spec).transact(officer)), spec)

    @property
    def box(self) -> SecretBallotBox:
        """The city's secret ballot box."""
        return self.suite.client(SecretBallotBox)

    @property
    def booth(self) -> SecretBooth:
        """Where votes are proved."""
        return SecretBooth.of(self.box, self.number)

    def secret(self, index: int) -> bytes:
        """The secret of a voter."""
        return secret_of(self.keys[index].address)

    def commitments(self, indices: Iterable[int]) -> list[int]:
        """Commitments of voters."""
        return self.prover.commitments([self.secret(index) for index in indices])

    def signed(self, indices: Sequence[int]) -> list[SignedRegistration]:
        """Registrations that voters have signed."""
        poll, terms, domain = self.spec.poll, self.box.terms(self.number), self.box.domain()
        return [
            Registration(poll.question, poll.document, terms, self.number, self.keys[index].address, commitment).sign(
                index, self.keys[index], domain
            )
            for index, commitment in zip(indices, self.commitments(indices), strict=True)
        ]

    def register(self, indices: Sequence[int]) -> int:
        """Have voters registered; gives the gas used."""
        return int(self.box.register(self.number, self.signed(indices)).transact(self.suite.relayer)["gasUsed"])

    def publish_group(self, root: int | None = None) -> None:
        """End the registration and publish the group; or another root, where somebody lies."""
        self.suite.move_clock_to(self.spec.registration_end)
        computed = compute_group(self.box, self.number, self.prover).root if root is None else root
        self.box.publish_group(self.number, computed).transact(self.suite.officers[Role.ELECTION_OFFICER])

    def start(self) -> None:
        """Let the voting start."""
        self.suite.move_clock_to(self.spec.poll.start)

    def prove(self, choices: Mapping[int, int]) -> list[SecretVote]:
        """Prove voters' choices, bit masks by index, in one process: about two seconds each."""
        leaves, booth = [member.commitment for member in self.box.members(self.number)], self.booth
        ways = [self.prover.path(leaves, leaves.index(each)) for each in self.commitments(choices)]
        tasks = [
            Task(self.secret(index), way, booth.scope, booth.message(mask))
            for (index, mask), way in zip(choices.items(), ways, strict=True)
        ]
        made = zip(choices.values(), self.prover.prove(tasks), strict=True)
        return [SecretVote(mask, proved.nullifier, proved.proof) for mask, proved in made]
