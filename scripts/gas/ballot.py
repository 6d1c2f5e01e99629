"""Gas of the ballot: registering a roll, and votes in batches of 250."""

import random
from collections.abc import Iterator, Sequence

from eth_account.signers.local import LocalAccount

from dongne.ballot import (
    BLOB_VOTERS,
    BallotBox,
    Booth,
    ElectoralRoll,
    PollSpec,
    Rule,
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
SEEDS = range(9)
_FIRST_SEED = 20231122


def measure(suite: LocalSuite) -> Iterator[Measurement]:
    """Measure polls in which somebody voted before, in the same words of the bitmap and for the same options."""
    neighbours = [range(first, first + BATCH) for first in range(500, 500 + len(SEEDS) * 1_000, 1_000)]
    scattered = [sorted(_chance(seed).sample(range(ROLL_VOTERS), BATCH)) for seed in SEEDS]
    city = _City(suite, [*neighbours, *scattered])
    yield Measurement("roll_register_each", city.registration(), 4_330, 4_450)
    yield Measurement(
        "vote_batch_250_adjacent_each",
        [city.votes(Rule.EXACTLY_ONE, 4, neighbours[seed], _one_of(4, seed)) for seed in SEEDS],
        4_600,
        5_300,
    )
    yield Measurement(
        "vote_batch_250_random_each",
        [city.votes(Rule.EXACTLY_ONE, 2, scattered[seed], _one_of(2, seed)) for seed in SEEDS],
        9_000,
        10_500,
    )
    yield Measurement(
        "vote_batch_250_approval64_each",
        [city.votes(Rule.UP_TO, 64, neighbours[seed], approval_masks(BATCH, 64, seed)) for seed in SEEDS],
        4_800,
        6_800,
    )


def _chance(seed: int) -> random.Random:
    return random.Random(_FIRST_SEED + seed)


def _one_of(options: int, seed: int) -> list[int]:
    chance = _chance(seed)
    return [1 << chance.randrange(options) for _voter in range(BATCH)]


class _City:
    """A roll of 100,000, on which the voters of several batches have keys."""

    def __init__(self, suite: LocalSuite, batches: Sequence[Sequence[int]]) -> None:
        self.suite = suite
        self.box, self.rolls = suite.client(BallotBox), suite.client(ElectoralRoll)
        self.keys: dict[int, LocalAccount] = {}
        for batch in batches:
            self.keys |= {index: person(f"voter {index}") for index in _with_neighbours(batch)}
        chance = _chance(0)
        addresses = [self._address(index, chance) for index in range(ROLL_VOTERS)]
        self.voters = VoterList(tuple(addresses), districts_of([(1, ROLL_VOTERS)]))
        self.roll, self.gas_of_blobs = self._register()

    def registration(self) -> list[float]:
        """Gas a voter of each full blob but the first, which finds the roll's hash still zero."""
        return [gas / BLOB_VOTERS for gas in self.gas_of_blobs[1:-1]]

    def votes(self, rule: Rule, options: int, indices: Sequence[int], choices: Sequence[int]) -> float:
        """Gas a vote of a batch, after others voted."""
        poll = self._open(rule, options)
        booth = Booth(self.box.domain(), poll)
        earlier = sorted(set(_with_neighbours(indices)) - set(indices))
        self._cast(poll, booth, earlier, [_touching(place, rule, options) for place in range(len(earlier))])
        gas = self._cast(poll, booth, indices, choices)
        counted = self.box.turnout(poll).ballots
        assert counted == len(earlier) + len(indices), "a skipped vote would falsify the figure"
        return gas / len(indices)

    def _register(self) -> tuple[int, list[int]]:
        officer = self.suite.officers[Role.ELECTION_OFFICER]
        roll = self.rolls.opened_in(self.rolls.open().transact(officer))
        gas = [self.rolls.append(roll, blob).transact(officer)["gasUsed"] for blob in self.voters.blobs()]
        self.rolls.freeze(roll, self.voters.districts).transact(officer)
        return roll, gas

    def _open(self, rule: Rule, options: int) -> int:
        start = self.suite.chain.timestamp() + 60
        picks = 1 if rule is Rule.EXACTLY_ONE else options
        ranges = ((0, ROLL_VOTERS),)
        spec = PollSpec(self.roll, rule, options, picks, start, start + 86_400, bytes(32), "", ranges)
        poll = self.box.opened_in(self.box.open(spec).transact(self.suite.officers[Role.ELECTION_OFFICER]))
        self.suite.pass_time(61)
        return poll

    def _cast(self, poll: int, booth: Booth, indices: Sequence[int], choices: Sequence[int]) -> int:
        votes = [booth.sign(index, mask, self.keys[index]) for index, mask in zip(indices, choices, strict=True)]
        return int(self.box.cast_batch(poll, votes).transact(self.suite.relayer)["gasUsed"])

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
