"""Gas of a vote by the shape of its poll: picks and options, in a poll that is new and in one that is not."""

import random
from collections.abc import Sequence
from typing import Any

from eth_account.signers.local import LocalAccount

from dongne.ballot import BATCH_VOTES, BallotBox, PollSpec, SignedVote, VoterList, mask_of
from dongne.ballot.batch import in_batch_order
from dongne.parts import parts
from dongne.suite import Role
from scripts.localchain.suite import LocalSuite

SHAPES = ((1, 2), (1, 10), (3, 30), (5, 64), (10, 128))
"""How many options a ballot picks, of how many."""

VOTERS = 2_500
"""Ten words of the bitmap: a batch of 250 at random meets all of them."""

BATCHES = 4
DAY, HOUR, SEED = 86_400, 3_600, 11


def shapes(suite: LocalSuite, roll: int, voters: VoterList, keys: dict[bytes, LocalAccount]) -> list[dict[str, Any]]:
    """Gas of a vote in the first batch of a poll, and on average in the next ones; every ballot picks on its own.

    Args:
        keys: of the first voters of the roll, by address.
    """
    return [_measured(suite, roll, voters, keys, picks, options) for picks, options in SHAPES]


def _measured(
    suite: LocalSuite, roll: int, voters: VoterList, keys: dict[bytes, LocalAccount], picks: int, options: int
) -> dict[str, Any]:
    box, chance = suite.client(BallotBox), random.Random(SEED)
    start, count = suite.chain.timestamp() + HOUR, min(VOTERS, len(voters.voters))
    labels = tuple(f"Project {number}" for number in range(options))
    spec = PollSpec(roll, start, start + DAY, "Which?", labels, ((0, count),), most=picks)
    poll = box.opened_in(box.open(spec).transact(suite.officers[Role.ELECTION_OFFICER]))
    suite.pass_time(HOUR)
    booth = box.booth(poll)
    coming = chance.sample(range(count), min(count, BATCHES * BATCH_VOTES))
    votes = [
        booth.sign(index, mask_of(chance.sample(range(options), picks)), keys[voters.voters[index]]) for index in coming
    ]
    first, *later = [_gas(suite, box, poll, batch) / len(batch) for batch in parts(votes, BATCH_VOTES)]
    return {
        "picks": picks,
        "options": options,
        "first_batch": round(first),
        "later_batches": round(sum(later) / len(later)) if later else round(first),
    }


def _gas(suite: LocalSuite, box: BallotBox, poll: int, batch: Sequence[SignedVote]) -> int:
    call = box.cast_batch(poll, in_batch_order(batch))
    return int(call.transact(suite.relayer)["gasUsed"])
