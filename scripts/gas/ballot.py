"""Gas of the ballot: registering a roll, and votes in batches of 250."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eth_account.signers.local import LocalAccount

from dongne.ballot import (
    BLOB_VOTERS,
    BallotBox,
    Booth,
    ElectoralRoll,
    PollSpec,
    Rule,
    SignedVote,
    VoterList,
    districts_of,
)
from dongne.suite import Role
from scripts.demo.sample_election import approval_masks
from scripts.gas.measurement import Measurement
from scripts.localchain.suite import LocalSuite, person

BATCH = 250
ROLL_VOTERS = 100_000
WORD_VOTERS = 256
SEED = 20231122


def measure(stage: LocalSuite) -> Iterator[Measurement]:
    """Measure polls in which somebody voted before, in the same words of the bitmap and for the same options."""
    chance = random.Random(SEED)
    adjacent = range(500, 500 + BATCH)
    scattered = sorted(chance.sample(range(ROLL_VOTERS), BATCH))
    city = _City(stage, chance, [*adjacent, *scattered])
    one_of_four = [1 << chance.randrange(4) for _voter in adjacent]
    yes_or_no = [1 << chance.randrange(2) for _voter in scattered]
    yield Measurement("roll_register_each", city.registration(), 4_330, 4_450)
    yield Measurement(
        "vote_batch_250_adjacent_each", city.votes(Rule.EXACTLY_ONE, 4, adjacent, one_of_four), 4_600, 5_300
    )
    yield Measurement(
        "vote_batch_250_random_each", city.votes(Rule.EXACTLY_ONE, 2, scattered, yes_or_no), 9_000, 10_000
    )
    yield Measurement(
        "vote_batch_250_approval64_each",
        city.votes(Rule.UP_TO, 64, adjacent, approval_masks(BATCH, 64)),
        4_800,
        6_500,
    )


@dataclass(slots=True)
class _City:
    """A roll of 100,000, on which chosen voters have keys."""

    stage: LocalSuite
    keys: dict[int, LocalAccount]
    voters: VoterList
    roll: int
    register_gas: int

    def __init__(self, stage: LocalSuite, chance: random.Random, voters: Sequence[int]) -> None:
        self.stage = stage
        self.keys = {index: person(f"voter {index}") for index in _with_neighbours(voters)}
        addresses = [self._address(index, chance) for index in range(ROLL_VOTERS)]
        self.voters = VoterList(tuple(addresses), districts_of([(1, ROLL_VOTERS)]))
        self.roll, self.register_gas = self._register()

    def registration(self) -> float:
        """Gas a voter of a full blob."""
        return self.register_gas / BLOB_VOTERS

    def votes(self, rule: Rule, options: int, indices: Sequence[int], choices: Sequence[int]) -> float:
        """Gas a vote of a batch, after others voted."""
        box = self.stage.client(BallotBox)
        poll = self._open(box, rule, options)
        booth = Booth(box.domain(), poll)
        earlier = sorted(set(_with_neighbours(indices)) - set(indices))
        first = [
            booth.sign(index, _touching(place, rule, options), self.keys[index]) for place, index in enumerate(earlier)
        ]
        self._cast(box, poll, first)
        votes = [booth.sign(index, mask, self.keys[index]) for index, mask in zip(indices, choices, strict=True)]
        gas = self._cast(box, poll, votes)
        assert box.turnout(poll).ballots == len(first) + len(votes), "a skipped vote would falsify the figure"
        return gas / len(votes)

    def _register(self) -> tuple[int, int]:
        rolls = self.stage.client(ElectoralRoll)
        officer = self.stage.officers[Role.ELECTION_OFFICER]
        roll = rolls.opened_in(rolls.open().transact(officer))
        gas = [rolls.append(roll, blob).transact(officer)["gasUsed"] for blob in self.voters.blobs()]
        rolls.freeze(roll, self.voters.districts).transact(officer)
        return roll, int(gas[1])

    def _open(self, box: BallotBox, rule: Rule, options: int) -> int:
        start = self.stage.chain.timestamp() + 60
        picks = 1 if rule is Rule.EXACTLY_ONE else options
        ranges = ((0, ROLL_VOTERS),)
        spec = PollSpec(self.roll, rule, options, picks, start, start + 86_400, bytes(32), "", ranges)
        poll = box.opened_in(box.open(spec).transact(self.stage.officers[Role.ELECTION_OFFICER]))
        self.stage.pass_time(61)
        return poll

    def _cast(self, box: BallotBox, poll: int, votes: Sequence[SignedVote]) -> int:
        return int(box.cast_batch(poll, votes).transact(self.stage.relayer)["gasUsed"])

    def _address(self, index: int, chance: random.Random) -> bytes:
        return bytes.fromhex(self.keys[index].address[2:]) if index in self.keys else chance.randbytes(20)


def _touching(place: int, rule: Rule, options: int) -> int:
    """Choices by which earlier voters together leave no word of the tally at zero."""
    return (1 << options) - 1 if rule is Rule.UP_TO else 1 << place % options


def _with_neighbours(indices: Sequence[int]) -> list[int]:
    """The voters and, for each word of the bitmap that they share, one voter who is none of them."""
    taken = set(indices)
    words = {index // WORD_VOTERS for index in indices}
    places = (next(i for i in range(word * WORD_VOTERS, (word + 1) * WORD_VOTERS) if i not in taken) for word in words)
    return sorted(taken | set(places))
