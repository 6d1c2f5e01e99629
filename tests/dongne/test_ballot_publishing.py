"""A roll whose publishing is cut off goes on where it stopped: one roll, every voter once."""

import random

import pytest

from dongne.ballot import BLOB_VOTERS, ElectoralRoll, VoterList, begun, districts_of, publish
from dongne.ballot.errors import RollChangedMeanwhile
from dongne.suite import Role
from scripts.localchain.suite import local_suite

VOTERS = 2 * BLOB_VOTERS + 5
CALLS = 5
"""Transactions of such a roll: open, three blobs, freeze."""


class CutOffError(Exception):
    """The power fails."""


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def rolls(city):
    return city.client(ElectoralRoll)


@pytest.fixture
def deliver(city):
    officer = city.officers[Role.ROLL_OFFICER]
    return lambda call: call.transact(officer)


@pytest.fixture
def cut_off(deliver):
    """Delivers some calls, then fails: before the next one is sent, or after it was mined without anybody's hearing."""

    def failing(after, *, unheard):
        sent = []

        def run(call):
            if len(sent) == after and not unheard:
                raise CutOffError
            sent.append(call)
            receipt = deliver(call)
            if len(sent) > after:
                raise CutOffError
            return receipt

        return run

    return failing


def list_of(seed, count=VOTERS):
    chance = random.Random(seed)
    voters = sorted(chance.randbytes(20) for _voter in range(count))
    return VoterList(tuple(voters), districts_of([(7, count - 1), (8, 1)]))


@pytest.mark.parametrize("unheard", [False, True])
@pytest.mark.parametrize("after", range(CALLS))
def test_a_roll_that_was_cut_off_is_completed_and_no_other_is_opened(rolls, deliver, cut_off, after, unheard):
    voters, before = list_of(f"cut {after} {unheard}"), rolls.numbers()
    with pytest.raises(CutOffError):
        publish(rolls, voters, cut_off(after, unheard=unheard))
    sent = []

    roll = publish(rolls, voters, lambda call: sent.append(call) or deliver(call))

    assert rolls.numbers() == [*before, roll]
    assert rolls.read(roll) == voters
    assert len(sent) == CALLS - after - unheard


def test_a_list_that_was_published_is_not_published_again(rolls, deliver):
    voters = list_of("twice")
    roll = publish(rolls, voters, deliver)
    sent = []

    assert publish(rolls, voters, sent.append) == roll
    assert sent == []


def test_a_roll_that_was_begun_with_other_voters_is_left_alone(rolls, deliver, cut_off):
    with pytest.raises(CutOffError):
        publish(rolls, list_of("one"), cut_off(2, unheard=False))
    left = rolls.numbers()[-1]

    roll = publish(rolls, list_of("another"), deliver)

    assert roll == left + 1
    assert rolls.state(left).voters == BLOB_VOTERS


def test_a_list_in_other_districts_is_another_list(rolls, deliver):
    voters = list_of("districts")
    other = VoterList(voters.voters, districts_of([(7, VOTERS)]))

    assert publish(rolls, voters, deliver) != publish(rolls, other, deliver)


def test_nothing_more_is_sent_once_somebody_else_appends(rolls, deliver):
    voters = list_of("disturbed")

    def disturbed(call):
        receipt = deliver(call)
        if call.title == "ElectoralRoll.append":
            others = b"".join((number + 1).to_bytes(20, "big") for number in range(BLOB_VOTERS))
            deliver(rolls.append(rolls.numbers()[-1], others))
        return receipt

    with pytest.raises(RollChangedMeanwhile):
        publish(rolls, voters, disturbed)

    assert not rolls.state(rolls.numbers()[-1]).frozen


def test_progress_hears_every_voter_once_also_of_a_roll_that_goes_on(rolls, deliver, cut_off):
    voters, heard = list_of("progress"), []
    with pytest.raises(CutOffError):
        publish(rolls, voters, cut_off(2, unheard=False))

    publish(rolls, voters, deliver, heard.append)

    assert heard == [BLOB_VOTERS, BLOB_VOTERS, 5]


def test_a_rehearsal_ends_with_the_first_call(rolls):
    rehearsed = []

    assert publish(rolls, list_of("rehearsed"), rehearsed.append) is None
    assert [call.title for call in rehearsed] == ["ElectoralRoll.open"]
    assert begun(rolls, list_of("rehearsed")).roll is None
