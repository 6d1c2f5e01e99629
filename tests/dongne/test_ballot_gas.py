"""What a batch of votes declares is enough where it costs most: voters apart, no two votes alike, nothing counted."""

import random

import pytest

from dongne.ballot import BallotBox, ElectoralRoll, PollSpec, VoterList, mask_of, publish
from dongne.ballot.scores import ScoreBallotBox, ScorePollSpec, choices_of
from dongne.suite import Role
from scripts.localchain.suite import local_suite, person

KEYS = [person(f"apart {number}") for number in range(8)]
CHANCE = random.Random(3)


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def voters():
    """Voters whose neighbours are strangers: each has a word of the roll of its own."""
    strangers = [CHANCE.randbytes(20) for _stranger in range(6_000)]
    return VoterList.of({1: [*(bytes.fromhex(key.address[2:]) for key in KEYS), *strangers]})


@pytest.fixture(scope="module")
def roll(city, voters):
    officer = city.officers[Role.ROLL_OFFICER]
    return publish(city.client(ElectoralRoll), voters, lambda call: call.transact(officer))


@pytest.mark.parametrize(("options", "most"), [(2, 1), (3, 2), (128, 10), (255, 255)])
@pytest.mark.parametrize("count", [1, 8])
@pytest.mark.parametrize("scores", [False, True])
def test_the_gas_that_a_batch_declares_is_enough(city, roll, voters, options, most, count, scores):
    now, box = city.chain.timestamp(), city.client(ScoreBallotBox if scores else BallotBox)
    kind, points = (ScorePollSpec, {"most_points": 255}) if scores else (PollSpec, {})
    labels = tuple(f"Project {number}" for number in range(options))
    terms = {"roll": roll, "question": "Which?", "labels": labels, "ranges": voters.ranges(), "most": most}
    spec = kind(**terms, **points, start=now + 60, end=now + 86_400 * 30)
    poll = box.opened_in(box.open(spec).transact(city.officers[Role.ELECTION_OFFICER]))
    city.pass_time(120)
    booth, votes = box.booth(poll), []
    for key in KEYS[:count]:
        picked = CHANCE.sample(range(options), most)
        choices = choices_of({each: CHANCE.randint(1, 255) for each in picked}) if scores else mask_of(picked)
        votes.append(booth.sign(voters.voters.index(bytes.fromhex(key.address[2:])), choices, key))

    receipt = box.cast_batch(poll, votes).transact(city.relayer)

    assert [outcome.skip for outcome in box.outcomes(receipt, votes)] == [0] * count
    assert receipt["gasUsed"] * 1.05 < spec.form.gas(votes)
