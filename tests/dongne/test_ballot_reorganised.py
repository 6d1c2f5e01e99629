"""What voters signed counts for no other poll, even where a reorganisation or a rehearsal gave that one its number."""

from dataclasses import replace

import pytest

from dongne.ballot import BallotBox, ElectoralRoll, PollSpec, Skip, VoterList, publish
from dongne.suite import Role
from scripts.localchain.suite import local_suite, person
from tests.undoing import undone

BUILD, CLOSE = "Build the library?", "Close the library?"
VOTER = person("reorganised")
HOUR = 3_600


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def box(city):
    return city.client(BallotBox)


@pytest.fixture(scope="module")
def publish_roll(city):
    """Publishes a roll on which the voter has index 0 and four others follow, one of them given."""
    officer = city.officers[Role.ROLL_OFFICER]

    def published(other):
        others = [other, *(bytes([number]) * 20 for number in range(1, 4))]
        voters = VoterList.of({1: [bytes.fromhex(VOTER.address[2:])], 2: others})
        return publish(city.client(ElectoralRoll), voters, lambda call: call.transact(officer))

    return published


@pytest.fixture(scope="module")
def roll(publish_roll):
    return publish_roll(b"\x07" * 20)


@pytest.fixture
def spec(city, roll):
    """A poll of everybody, from an hour from now on."""
    start = city.chain.timestamp() + HOUR
    return PollSpec(roll, start, start + HOUR, BUILD, ("Yes", "No"), ((0, 5),))


@pytest.fixture
def open_polls(city, box):
    """Opens polls one after another and gives their numbers."""
    officer = city.officers[Role.ELECTION_OFFICER]
    return lambda *specs: [box.opened_in(box.open(spec).transact(officer)) for spec in specs]


@pytest.fixture
def reorganised(city):
    """Forgets what happened on the chain since, as a reorganisation does."""
    return lambda: undone(city.chain)


def became_of(city, box, poll, vote):
    """What counting says of a vote once the poll has started."""
    if city.chain.timestamp() < box.state(poll).start:
        city.move_clock_to(box.state(poll).start)
    return box.outcomes(box.cast_batch(poll, [vote]).transact(city.relayer), [vote])[0].skip


def test_votes_do_not_count_for_the_other_question_where_a_reorg_swaps_two_openings(
    city, box, spec, open_polls, reorganised
):
    build, close = spec, replace(spec, question=CLOSE)
    with reorganised():
        first, second = open_polls(build, close)
        to_build, to_close = box.booth(first).sign(0, 0b01, VOTER), box.booth(second).sign(0, 0b01, VOTER)

    assert open_polls(close, build) == [first, second]

    assert became_of(city, box, first, to_build) is Skip.BAD_SIGNATURE
    assert became_of(city, box, second, to_close) is Skip.BAD_SIGNATURE


@pytest.mark.parametrize("difference", [{"ranges": ((0, 1),)}, {"most": 2}, {"document_uri": "ipfs://other"}])
def test_nor_where_the_swapped_polls_differ_in_their_terms_alone(city, box, spec, open_polls, reorganised, difference):
    other = replace(spec, **difference)
    with reorganised():
        first, second = open_polls(spec, other)
        vote = box.booth(first).sign(0, 0b01, VOTER)

    assert open_polls(other, spec) == [first, second]

    assert became_of(city, box, first, vote) is Skip.BAD_SIGNATURE


def test_votes_count_after_a_reorg_that_left_the_poll_as_it_was(city, box, spec, open_polls, reorganised):
    with reorganised():
        (poll,) = open_polls(spec)
        vote = box.booth(poll).sign(0, 0b01, VOTER)

    assert open_polls(spec) == [poll]

    assert became_of(city, box, poll, vote) is Skip.NONE


def test_votes_of_a_rehearsal_on_the_same_chain_id_at_the_same_address_do_not_count(
    city, box, spec, open_polls, reorganised
):
    with reorganised():  # chain id, address, number, question and options are those of the real poll
        (rehearsal,) = open_polls(spec)
        vote = box.booth(rehearsal).sign(0, 0b01, VOTER)

    (poll,) = open_polls(replace(spec, start=spec.start + HOUR, end=spec.end + HOUR))

    assert poll == rehearsal
    assert became_of(city, box, poll, vote) is Skip.BAD_SIGNATURE


def test_nor_those_of_a_rehearsal_on_another_roll_with_the_same_number(
    city, box, spec, publish_roll, open_polls, reorganised
):
    with reorganised():
        rehearsed = publish_roll(b"\x08" * 20)
        (rehearsal,) = open_polls(replace(spec, roll=rehearsed))
        vote = box.booth(rehearsal).sign(0, 0b01, VOTER)

    roll = publish_roll(b"\x09" * 20)
    (poll,) = open_polls(replace(spec, roll=roll))

    assert (poll, roll) == (rehearsal, rehearsed)
    assert became_of(city, box, poll, vote) is Skip.BAD_SIGNATURE
