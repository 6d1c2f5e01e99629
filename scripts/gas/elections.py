"""Gas of votes as an election feels it: from the first batch of a poll, in order or as they arrive, by picks."""

import random
from collections.abc import Iterator, Sequence

from dongne.ballot import mask_of
from scripts.gas.ballot import BATCH, ROLL_VOTERS, WORD_VOTERS, City, with_neighbours
from scripts.gas.measurement import Measurement
from scripts.localchain.suite import LocalSuite

SHAPES = ((1, 2), (1, 10), (3, 30), (5, 64), (10, 128))
"""How many options a ballot picks, of how many; every ballot picks on its own."""

BUDGETS = {
    ("sorted", "first"): (5_500, 5_700, 9_200, 10_600, 13_650),
    ("sorted", "later"): (5_300, 5_400, 8_750, 9_900, 12_400),
    ("arriving", "first"): (22_900, 23_350, 26_850, 28_300, 31_350),
    ("arriving", "later"): (10_250, 10_600, 13_950, 15_100, 17_600),
}
"""By order and batch, for each shape."""

_LANES = 8
"""Options whose votes are counted in one word."""

_SIGNATURE, _TOUCHED, _NEW = 4_180, 5_000, 22_100
"""Floors: a vote's signature, calldata, log and share of the transaction; a word that changes, one that was zero."""

_SEED = 20231122


def measure(suite: LocalSuite) -> Iterator[Measurement]:
    """Measure batches of neighbours and of voters by chance from 100,000, in new polls and in polls of which every word
    that the batch meets was written."""
    chance = random.Random(_SEED)
    voters = {"sorted": range(500, 500 + BATCH), "arriving": sorted(chance.sample(range(ROLL_VOTERS), BATCH))}
    city = City(suite, list(voters.values()))
    for order, indices in voters.items():
        words = len({index // WORD_VOTERS for index in indices})
        before = sorted(set(with_neighbours(indices)) - set(indices))
        for place, (picks, options) in enumerate(SHAPES):
            votes = {index: mask_of(chance.sample(range(options), picks)) for index in indices}
            touching = {index: _touching(at, options, picks) for at, index in enumerate(before)}
            found = {
                "first": city.batches(options, picks, votes)[0],
                "later": city.batches(options, picks, touching, votes)[1],
            }
            for batch, gas in found.items():
                floor = _SIGNATURE + words * (_NEW if batch == "first" else _TOUCHED) // BATCH
                name = f"vote_{picks}_of_{options}_{order}_{batch}_batch_each"
                yield Measurement(name, [gas], floor, BUDGETS[order, batch][place])


def _touching(place: int, options: int, picks: int) -> int:
    """Choices by which two earlier voters leave no word of the tally at zero."""
    lanes: Sequence[int] = range(0, options, _LANES)
    return mask_of({lanes[(place * picks + pick) % len(lanes)] for pick in range(picks)})
