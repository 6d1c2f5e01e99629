"""Gas of the ballot: registering a roll, and votes in batches of 250."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from eth_account.signers.local import LocalAccount

from dongne.ballot import (
    BLOB_VOTERS,
    AssistedVoting,
    BallotBox,
    Booth,
    Edition,
    ElectoralRoll,
    PollSpec,
    VoterList,
)
from dongne.ballot.petitions import Filing, PetitionBox, PetitionRules
from dongne.ballot.scores import ScoreBallotBox, ScorePollSpec, choices_of
from dongne.hashing import keccak
from dongne.signing import expand, sign
from dongne.suite import Role
from scripts.demo.sample_election import approval_masks, cumulative_ballots
from scripts.gas.measurement import Measurement
from scripts.localchain.suite import LocalSuite, person

BATCH = 250
OFFICE_BATCH = PETITION_BATCH = 100
SCORED = POINTS = 10
ROLL_VOTERS = 100_000
CHANGED = 1_000
"""Of them, struck and appended by an edition."""

WORD_VOTERS = 256
SEEDS = range(11)
_FIRST_SEED = 20231122

_PAPERS = b"\x21" * 32
"""Hash of an office's papers."""

_TITLE, _SUPPORT = "A crossing at the school", "I support this petition."

_ROUND = 3_600
"""Seconds; far more than a poll takes to be measured."""


def measure(suite: LocalSuite) -> Iterator[Measurement]:
    """Measure polls in which somebody voted before, in the same words of the bitmap and for the same options."""
    neighbours = [range(first, first + BATCH) for first in range(500, 500 + len(SEEDS) * 1_000, 1_000)]
    scattered = [sorted(_chance(seed).sample(range(ROLL_VOTERS), BATCH)) for seed in SEEDS]
    city = City(suite, [*neighbours, *scattered])
    yield Measurement("roll_register_each", city.registration(), 4_330, 4_520)
    yield Measurement(
        "vote_batch_250_adjacent_each",
        [city.votes(4, 1, neighbours[seed], _one_of(4, seed)) for seed in SEEDS],
        4_600,
        5_300,
    )
    yield Measurement(
        "vote_batch_250_random_each",
        [city.votes(2, 1, scattered[seed], _one_of(2, seed)) for seed in SEEDS],
        9_000,
        10_400,
    )
    yield Measurement(
        "vote_batch_250_approval64_each",
        [city.votes(64, 64, neighbours[seed], approval_masks(BATCH, 64, seed)) for seed in SEEDS],
        4_800,
        7_000,
    )
    yield Measurement(
        "vote_batch_250_approval64_independent_each",
        [city.votes(64, 64, neighbours[seed], _independent(64, seed)) for seed in SEEDS],
        4_800,
        7_900,
    )
    yield Measurement("poll_open", [city.opening(4)], 190_000, 285_000)
    yield Measurement("vote_direct", city.direct_votes(), 48_000, 62_000)
    yield from _editions(city, scattered)
    yield Measurement("petition_batch_100_each", [city.signatures(seed) for seed in SEEDS], 4_600, 5_700)
    yield Measurement("score_batch_250_each", [city.scores(seed) for seed in SEEDS], 4_700, 9_000)
    yield Measurement("office_batch_100_each", [city.office_votes(seed) for seed in SEEDS], 450, 2_050)


def _editions(city: "City", scattered: Sequence[Sequence[int]]) -> Iterator[Measurement]:
    """The same roll amended by one percent, beside what publishing it anew would take; and polls on the edition."""
    yield Measurement("roll_100000_new", [city.gas_of_roll], 433_000_000, 452_000_000)
    edition = city.amended()
    yield Measurement("roll_100000_amended_1_percent", [edition.gas], 6_700_000, 8_200_000)
    amended_votes = [
        city.votes(2, 1, sorted(set(scattered[seed]) - edition.struck), _one_of(2, seed), edition) for seed in SEEDS
    ]
    yield Measurement("vote_batch_250_random_amended_each", amended_votes, 9_000, 10_750)
    yield Measurement("poll_open_amended", [city.opening(4, edition)], 190_000, 400_000)


def _chance(seed: int) -> random.Random:
    return random.Random(_FIRST_SEED + seed)


def _struck() -> frozenset[int]:
    """Whom the edition strikes."""
    return frozenset(random.Random(_FIRST_SEED - 1).sample(range(ROLL_VOTERS), CHANGED))


def _one_of(options: int, seed: int) -> list[int]:
    chance = _chance(seed)
    return [1 << chance.randrange(options) for _voter in range(BATCH)]


def _independent(options: int, seed: int) -> list[int]:
    """Approvals by voters of whom none follows a campaign."""
    return approval_masks(BATCH, options, seed, follow=0)


@dataclass(frozen=True)
class _Edition:
    """A published edition: its number, what it cost, whom it struck, and the ranges of everybody."""

    roll: int
    gas: int
    struck: frozenset[int]
    ranges: tuple[tuple[int, int], ...]


class City:
    """A roll of 100,000, on which the voters of several batches have keys."""

    def __init__(self, suite: LocalSuite, batches: Sequence[Sequence[int]]) -> None:
        self.suite = suite
        self.box, self.rolls = suite.client(BallotBox), suite.client(ElectoralRoll)
        struck = _struck()
        wanted = sorted(
            {index for batch in batches for none in (frozenset(), struck) for index in with_neighbours(batch, none)}
        )
        self.keys, addresses = _roll(wanted)
        self.voters = VoterList.of({1: addresses})
        self.roll, self.gas_of_blobs, self.gas_of_roll = self._register()

    def registration(self) -> list[float]:
        """Gas a voter of each full blob but the first, which finds the roll's hash still zero."""
        return [gas / BLOB_VOTERS for gas in self.gas_of_blobs[1:-1]]

    def amended(self) -> _Edition:
        """An edition that strikes some voters at random and appends as many."""
        officer, chance, struck = self.suite.officers[Role.ROLL_OFFICER], _chance(0), _struck()
        newcomers = VoterList.of({1: [chance.randbytes(20) for _voter in struck]})
        opening = self.rolls.amend(self.roll, len(struck)).transact(officer)
        opened = self.rolls.amended_in(opening)
        edition = Edition(self.voters, opened.first, struck, newcomers)
        calls = [self.rolls.strike(opened.roll, page, packed) for page, packed in edition.pages.items()]
        calls += [self.rolls.append(opened.roll, blob) for blob in newcomers.blobs()]
        calls += [self.rolls.freeze(opened.roll, newcomers.districts)]
        gas = opening["gasUsed"] + sum(call.transact(officer)["gasUsed"] for call in calls)
        assert self.rolls.commitment(opened.roll) == edition.commitment()
        return _Edition(opened.roll, gas, struck, ((0, ROLL_VOTERS), (opened.first, len(struck))))

    def votes(
        self,
        options: int,
        most: int,
        indices: Sequence[int],
        choices: Sequence[int],
        edition: _Edition | None = None,
    ) -> float:
        """Gas a vote of a batch, after others voted."""
        poll = self._open(options, most, edition)
        booth = self.box.booth(poll)
        choices = choices[: len(indices)]
        struck = edition.struck if edition else frozenset()
        earlier = sorted(set(with_neighbours(indices, struck)) - set(indices))
        self._cast(poll, booth, earlier, [_touching(place, options, most) for place in range(len(earlier))])
        gas = self._cast(poll, booth, indices, choices)
        counted = self.box.turnout(poll).ballots
        assert counted == len(earlier) + len(indices), "a skipped vote would falsify the figure"
        return gas / len(indices)

    def batches(self, options: int, most: int, *batches: Mapping[int, int]) -> list[float]:
        """Gas a vote of batches (choices by index) that a new poll gets one after another."""
        poll = self._open(options, most)
        booth = self.box.booth(poll)
        gas = [self._cast(poll, booth, list(batch), list(batch.values())) / len(batch) for batch in batches]
        assert self.box.turnout(poll).ballots == sum(map(len, batches)), "a skipped vote would falsify the figure"
        return gas

    def opening(self, options: int, edition: _Edition | None = None) -> float:
        """Gas of opening a poll."""
        call = self.box.open(self._spec(options, 1, edition))
        return float(call.transact(self.suite.officers[Role.ELECTION_OFFICER])["gasUsed"])

    def direct_votes(self) -> list[float]:
        """Gas of a vote that its voter sends, after another one in the same word."""
        poll = self._open(4, 1)
        indices = sorted(self.keys)[:3]
        gas = [self.box.vote(poll, index, 1).transact(self.keys[index])["gasUsed"] for index in indices]
        return [float(each) for each in gas[1:]]

    def signatures(self, seed: int) -> float:
        """Gas a signature of a petition's batch of neighbours, after another voter of their word."""
        box, officer = self.suite.client(PetitionBox), self.suite.officers[Role.ELECTION_OFFICER]
        initiator, *indices = range(500 + seed * 1_000, 500 + seed * 1_000 + PETITION_BATCH + 1)
        rules = PetitionRules(self.roll, 5_000, 86_400, 86_400, 86_400, _SUPPORT, ((0, ROLL_VOTERS),))
        number = box.published_in(box.publish_rules(rules).transact(officer))
        digest = Filing(
            _TITLE, _PAPERS, box.rules_hash(number), self.keys[initiator].address, box.filings(number, initiator)
        ).digest(box.domain())
        signature = expand(sign(digest, self.keys[initiator]))
        filed = box.file(number, initiator, keccak(_TITLE.encode()), _PAPERS, signature).transact(self.suite.relayer)
        petition = box.filed_in(filed)
        box.admit(petition, _TITLE, "").transact(officer)
        booth, earlier = box.booth(petition), [index for index in with_neighbours(indices) if index not in indices]
        gas = 0
        for some in (earlier, indices):
            votes = [booth.sign(index, 1, self.keys[index]) for index in some]
            gas = box.cast_batch(petition, votes).transact(self.suite.relayer)["gasUsed"]
        assert box.state(petition).signatures == len(earlier) + len(indices)
        return gas / len(indices)

    def scores(self, seed: int) -> float:
        """Gas a vote of a batch of neighbours who give ten points to ten projects, after others voted."""
        box, indices = self.suite.client(ScoreBallotBox), range(500 + seed * 1_000, 500 + seed * 1_000 + BATCH)
        spec = self._spec(SCORED, SCORED)
        decided = {name: getattr(spec, name) for name in PollSpec.__dataclass_fields__}
        call = box.open(ScorePollSpec(**decided, most_points=POINTS, most_total=POINTS))
        poll = box.opened_in(call.transact(self.suite.officers[Role.ELECTION_OFFICER]))
        self.suite.move_clock_to(spec.start)
        booth, earlier = box.booth(poll), sorted(set(with_neighbours(indices)) - set(indices))
        touching = choices_of(dict.fromkeys(range(SCORED), 1))
        ballots = cumulative_ballots(BATCH, SCORED, POINTS, seed)
        gas = 0
        for some, given in ((earlier, [touching] * len(earlier)), (indices, [choices_of(each) for each in ballots])):
            votes = [booth.sign(index, each, self.keys[index]) for index, each in zip(some, given, strict=True)]
            gas = box.cast_batch(poll, votes).transact(self.suite.relayer)["gasUsed"]
        assert box.turnout(poll).ballots == len(earlier) + len(indices), "a skipped vote would falsify the figure"
        return gas / len(indices)

    def office_votes(self, seed: int) -> float:
        """Gas a vote of an office's batch for neighbours, after others voted in their words."""
        poll = self._announce(4, 1)
        assistance, office = self.suite.client(AssistedVoting), self.suite.relayer
        supervisor = self.suite.officers[Role.POLLING_SUPERVISOR]
        assistance.accredit(self.box.address, poll, office.address, 1_000, _PAPERS).transact(supervisor)
        self.suite.move_clock_to(self.box.state(poll).start)
        first = 256 * (1 + seed)
        masks = _one_of(4, seed)
        touching = {first - 1: 1, first + OFFICE_BATCH: 2, first + OFFICE_BATCH + 1: 4, first + OFFICE_BATCH + 2: 8}
        gas = 0
        for choices in (touching, {first + place: masks[place] for place in range(OFFICE_BATCH)}):
            call = assistance.cast(self.box.address, poll, choices, 4, _PAPERS)
            gas = call.transact(office)["gasUsed"]
        assert self.box.turnout(poll).ballots == len(touching) + OFFICE_BATCH
        return gas / OFFICE_BATCH

    def _register(self) -> tuple[int, list[int], int]:
        officer = self.suite.officers[Role.ROLL_OFFICER]
        opening = self.rolls.open().transact(officer)
        roll = self.rolls.opened_in(opening)
        gas = [self.rolls.append(roll, blob).transact(officer)["gasUsed"] for blob in self.voters.blobs()]
        freezing = self.rolls.freeze(roll, self.voters.districts).transact(officer)
        return roll, gas, opening["gasUsed"] + sum(gas) + freezing["gasUsed"]

    def _spec(self, options: int, most: int, edition: _Edition | None = None) -> PollSpec:
        # Voters sign the start: the next round moment is the same in every run, however long the blocks took.
        start = (self.suite.chain.timestamp() // _ROUND + 1) * _ROUND
        labels = tuple(f"Project {option + 1} of the neighbourhood" for option in range(options))
        question = "Which projects shall the city fund?"
        roll, ranges = (edition.roll, edition.ranges) if edition else (self.roll, ((0, ROLL_VOTERS),))
        return PollSpec(roll, start, start + 86_400, question, labels, ranges, most=most)

    def _open(self, options: int, most: int, edition: _Edition | None = None) -> int:
        poll = self._announce(options, most, edition)
        self.suite.move_clock_to(self.box.state(poll).start)
        return poll

    def _announce(self, options: int, most: int, edition: _Edition | None = None) -> int:
        opening = self.box.open(self._spec(options, most, edition))
        return self.box.opened_in(opening.transact(self.suite.officers[Role.ELECTION_OFFICER]))

    def _cast(self, poll: int, booth: Booth, indices: Sequence[int], choices: Sequence[int]) -> int:
        votes = [booth.sign(index, mask, self.keys[index]) for index, mask in zip(indices, choices, strict=True)]
        return int(self.box.cast_batch(poll, votes).transact(self.suite.relayer)["gasUsed"])


def _roll(wanted: Sequence[int]) -> tuple[dict[int, LocalAccount], list[bytes]]:
    """A roll on which somebody with a key stands under each index that is wanted; the others are made up."""
    people = sorted((person(f"voter {number}") for number in range(len(wanted))), key=lambda key: key.address.lower())
    keys = dict(zip(wanted, people, strict=True))
    addresses, bounds = [], [(-1, 0), *((index, int(key.address, 16)) for index, key in keys.items())]
    for (before, low), (after, high) in pairwise([*bounds, (ROLL_VOTERS, 2**160)]):
        gap = after - before - 1
        addresses += [(low + (high - low) * place // (gap + 1)).to_bytes(20, "big") for place in range(1, gap + 1)]
        addresses += [high.to_bytes(20, "big")] if after in keys else []
    return keys, addresses


def _touching(place: int, options: int, most: int) -> int:
    """Choices by which earlier voters together leave no word of the tally at zero."""
    return (1 << options) - 1 if most > 1 else 1 << place % options


def with_neighbours(indices: Sequence[int], struck: frozenset[int] = frozenset()) -> list[int]:
    """The voters and, for each word of the bitmap that they share, one voter who is none of them."""
    taken = set(indices) | struck
    words = {index // WORD_VOTERS for index in indices}
    places = (next(i for i in range(word * WORD_VOTERS, (word + 1) * WORD_VOTERS) if i not in taken) for word in words)
    return sorted(set(indices) | set(places))
