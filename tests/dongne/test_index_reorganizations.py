"""Reorganizations and rollbacks at random while a city is busy: the tables stay what the chain says.

DONGNE_INDEX_ROUNDS sets how many; the default is for every day.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic, sleep

import pytest
from prometheus_client import CollectorRegistry

from dongne.indexer.following import Follower
from dongne.indexer.metrics import IndexMetrics
from dongne.store import Store
from dongne.store.database import sqlite_file
from dongne.telemetry import logger
from tests.dongne.bustle import bustling_city
from tests.dongne.indexing import contents, indexer, replayed
from tests.faults.rows import shows

ROUNDS = int(os.environ.get("DONGNE_INDEX_ROUNDS", "40"))
DEEPEST, WINDOW = 6, 48
COMPARED_EVERY = 10
PATIENCE_SECONDS = 300


class Followed:
    """An index that follows its node in a thread."""

    def __init__(self, rpc, book, url):
        self.store, self.stop, self.registry = Store.open(url), Event(), CollectorRegistry()
        index = indexer(rpc, book, self.store, window=WINDOW)
        follower = Follower(
            index, IndexMetrics(self.registry), logger("test"), give_up_seconds=PATIENCE_SECONDS, stop=self.stop
        )
        self._pool = ThreadPoolExecutor(1)
        self.running = self._pool.submit(follower.follow, None, 0.01)

    def wait_for(self, city):
        """Wait until the index is at the head of a chain that stands still."""
        until = monotonic() + PATIENCE_SECONDS
        head = city.suite.chain.block_number()
        while (at := contents(self.store)["progress"]) is None or at[:2] != (head, block_hash(city, head)):
            if self.running.done():
                self.running.result()
            assert monotonic() < until, f"the index stays at {at}, the head is {head}"
            sleep(0.02)

    def end(self):
        self.stop.set()
        self.running.result(PATIENCE_SECONDS)
        self._pool.shutdown()
        self.store.close()

    def count(self, name):
        return self.registry.get_sample_value(name)


def block_hash(city, number):
    return bytes.fromhex(city.suite.chain.block_hash(number)[2:])


def chaos(city):
    """Something happens, perhaps is mined, perhaps is dropped again."""
    city.happen(city.random.randint(0, 8))
    if city.random.random() < 0.9:
        city.mine(city.random.randint(1, 3))
    depth = city.random.randint(1, DEEPEST)
    if city.random.random() < 0.75:
        city.reorganize(depth)
    else:
        city.roll_back(depth)
        city.happen(city.random.randint(0, 4))
        city.mine(city.random.randint(0, 2))


def seen_by_all(city, both):
    """A reorganization that every index has to follow, however slow it is: it was at the head before."""
    for _ in range(2):
        city.happen(8)
        city.mine()
    for each in both:
        each.wait_for(city)
    city.reorganize(2)
    city.happen(8)
    city.mine()
    for each in both:
        each.wait_for(city)


@pytest.fixture
def followed(request, tmp_path):
    """A busy city, followed on both kinds of stores at once."""
    server = request.getfixturevalue("postgresql_server")
    with bustling_city(seed=ROUNDS) as city:
        for _ in range(DEEPEST):
            city.happen(8)
            city.mine()
        urls = (sqlite_file(tmp_path / "followed.sqlite"), server.database())
        both = [Followed(city.suite.chain.rpc, city.suite.book, url) for url in urls]
        yield city, both
        for each in both:
            each.end()


@shows(
    "index",
    "reorganizations and rollbacks at random, up to 6 deep, under transactions",
    "the tables equal a replay from scratch, on both databases",
)
def test_derived_tables_equal_a_replay_from_scratch(followed, tmp_path):
    city, both = followed

    for number in range(1, ROUNDS + 1):
        chaos(city)
        if number % COMPARED_EVERY and number != ROUNDS:
            continue
        seen_by_all(city, both)
        expected = replayed(city.suite.chain.rpc, city.suite.book, tmp_path)
        assert [contents(each.store) for each in both] == [expected, expected]

    for each in both:
        assert each.count("dongne_index_reorganizations_total") >= ROUNDS / COMPARED_EVERY
        assert each.count("dongne_index_dropped_blocks_total") >= 2 * ROUNDS / COMPARED_EVERY
