"""A roll of 100,000 voters on a chain with a block a second: a window of blobs against one after the other."""

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from dongne.ballot import ElectoralRoll, VoterList, publish
from dongne.suite import Role
from scripts.bench.figures import Figure
from scripts.bench.sending import a_block_a_second
from scripts.localchain.suite import LocalSuite, local_suite

_VOTERS, _DISTRICTS = 100_000, 20
LEAST_TO_ONE_BY_ONE = 4


def measure() -> Iterator[Figure]:
    """By the clock, from the opening of a roll to its freezing."""
    with local_suite() as suite, a_block_a_second(suite.chain):
        singly, window = (_seconds(suite, at_once=at_once) for at_once in (False, True))
    yield Figure("roll_one_by_one_seconds", singly, "s")
    yield Figure("roll_seconds", window, "s")
    yield Figure("roll_ratio_to_one_by_one", singly / window, "times", least=LEAST_TO_ONE_BY_ONE)


def _seconds(suite: LocalSuite, *, at_once: bool) -> float:
    rolls, voters = suite.client(ElectoralRoll), _voters(f"at once: {at_once}")
    with tempfile.TemporaryDirectory() as folder:
        sender = suite.chain.sender(suite.officers[Role.ROLL_OFFICER], Path(folder))
        began = perf_counter()
        roll = publish(rolls, voters, sender.deliver, deliver_all=sender.deliver_all if at_once else None)
        seconds = perf_counter() - began
    assert roll is not None
    assert rolls.state(roll).voters == _VOTERS
    return seconds


def _voters(seed: str) -> VoterList:
    chance, each = random.Random(seed), _VOTERS // _DISTRICTS
    return VoterList.of({code: [chance.randbytes(20) for _voter in range(each)] for code in range(1, _DISTRICTS + 1)})
