"""The index of a roll that was amended, and of polls on it."""

import pytest
from sqlalchemy import select

from dongne.ballot import (
    BLOB_VOTERS,
    Amending,
    BallotBox,
    Changes,
    ElectoralRoll,
    PollSpec,
    VoterList,
    amend,
    publish,
)
from dongne.store import Store
from dongne.store.ballot import Poll, Roll, RollDistrict, Turnout
from dongne.store.database import sqlite_file
from dongne.suite import Role
from scripts.localchain.suite import local_suite, person
from tests.dongne.indexing import catch_up, indexer

PEOPLE = [person(f"indexed edition {number}") for number in range(7)]
CODES = (100, 100, 200, 200, 200, 100, 300)
"""Of the seven; the last two are appended."""


def listed(*numbers):
    districts = {}
    for number in numbers:
        districts.setdefault(CODES[number], []).append(bytes.fromhex(PEOPLE[number].address[2:]))
    return VoterList.of(districts)


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def polls(city):
    """A poll of everybody on the edition, and one of its first part; one voter of each part voted."""
    box, rolls = city.client(BallotBox), city.client(ElectoralRoll)
    send = lambda call: call.transact(city.officers[Role.ROLL_OFFICER])  # noqa: E731
    voters = listed(*range(5))
    base = publish(rolls, voters, send)
    edition = amend(rolls, Amending(base, voters, Changes(frozenset({0, 3}), listed(5, 6))), send)
    start = city.chain.timestamp() + 60
    found = []
    for ranges in (rolls.read(edition).ranges(), ((0, 5),)):
        spec = PollSpec(edition, start, start + 86_400, f"Which of {ranges}?", ("A", "B"), ranges)
        found.append(box.opened_in(box.open(spec).transact(city.officers[Role.ELECTION_OFFICER])))
    city.pass_time(60)
    keys = {bytes.fromhex(key.address[2:]): key for key in PEOPLE}
    booth, whole = box.booth(found[0]), rolls.read(edition)
    votes = [booth.sign(index, 1, keys[whole.voters[index]]) for index in (1, BLOB_VOTERS, BLOB_VOTERS + 1)]
    box.cast_batch(found[0], votes).transact(city.relayer)
    return base, edition, found


@pytest.fixture(scope="module")
def rows(city, polls, tmp_path_factory):
    store = Store.open(sqlite_file(tmp_path_factory.mktemp("index") / "store.sqlite"))
    catch_up(indexer(city.chain.rpc, city.book, store))
    with store.reading() as connection:
        yield lambda kind: [
            kind(*row) for row in connection.execute(select(kind.table).order_by(*kind.table.primary_key))
        ]
    store.close()


def test_an_edition_is_indexed_with_the_districts_of_its_lineage(city, polls, rows):
    base, edition, _polls = polls
    rolls = city.client(ElectoralRoll)
    first, second = rows(Roll)

    assert (first.amends, first.voters, first.struck) == (None, 5, 0)
    assert (second.amends, second.first, second.voters, second.struck) == (base, BLOB_VOTERS, 5, 2)
    assert second.voters == rolls.state(edition).voters
    stated = [(each.code, each.first, each.count) for each in rolls.districts(edition)]
    found = [(row.code, row.first, row.voters) for row in rows(RollDistrict) if row.roll == edition]
    assert found == stated
    assert second.districts == len(stated) == 4


def test_its_polls_are_counted_by_the_parts_of_districts(polls, rows):
    everybody, part = rows(Poll)

    assert (everybody.eligible, everybody.ballots) == (5, 3)
    # Asked in part, an edition's struck voters cannot be told from the logs alone.
    assert part.eligible == 5
    ballots = {row.district: row.ballots for row in rows(Turnout) if row.poll == everybody.poll}
    assert [ballots[place] for place in range(4)] == [1, 0, 1, 1]
