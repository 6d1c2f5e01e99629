"""An indexer that is killed at any point has done each step whole or not at all."""

import random

import pytest

from dongne.store import Store
from tests.dongne.bustle import bustling_city
from tests.dongne.indexing import catch_up, contents, indexer, replayed
from tests.dongne.killed_indexer import calls_of_a_run, killed_after
from tests.faults.rows import shows

POINTS = 20


@pytest.fixture(scope="module")
def city():
    with bustling_city(seed=3) as bustle:
        for _ in range(25):
            bustle.happen(6)
            bustle.mine()
        yield bustle


@pytest.fixture
def other_url(store_url, request, tmp_path):
    """Another database of the same kind."""
    if store_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'other.sqlite'}"
    return request.getfixturevalue("postgresql_server").database()


@shows("index", "kill -9 at 20 random points", "the next run goes on; the tables equal a replay, on both databases")
def test_killed_at_twenty_random_points_it_loses_and_doubles_nothing(city, store_url, other_url, tmp_path):
    """Killed again and again in one store, while blocks come and go, until a last run finishes the work."""
    where = (city.suite.chain.rpc, city.suite.book)
    calls, chance, killed = calls_of_a_run(*where, other_url), random.Random(20), 0

    for number in range(POINTS):
        killed += killed_after(chance.randrange(calls), *where, store_url)
        if number % 4 == 3:
            city.happen(6)
            city.mine(2)
        if number % 8 == 7:
            city.reorganize(chance.randint(1, 4))

    store = Store.open(store_url)
    catch_up(indexer(*where, store, window=20))
    assert killed > POINTS / 4
    assert contents(store) == replayed(*where, tmp_path)
    store.close()


def test_killed_at_the_first_points_of_a_new_store_it_begins_anew(city, store_url, tmp_path):
    where = (city.suite.chain.rpc, city.suite.book)

    assert all(killed_after(calls, *where, store_url) for calls in (10, 1_000, 4_000, 8_000))

    store = Store.open(store_url)
    catch_up(indexer(*where, store))
    assert contents(store) == replayed(*where, tmp_path)
    store.close()
