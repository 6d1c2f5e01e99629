"""An index whose node or database fails ends where one does whose never did, or stops with a message that says why."""

import random
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import event, text

from dongne.errors import (
    EvidenceMismatch,
    NodeBusy,
    NodeRefused,
    NodeSilent,
    NodeTalksNonsense,
    TooMuchAsked,
    WrongChain,
)
from dongne.indexer.errors import NodeContradictsItself
from dongne.indexer.following import Follower
from dongne.indexer.metrics import IndexMetrics
from dongne.indexer.spans import ENOUGH_LOGS, SpanSize
from dongne.rpc.bulk import Rpc
from dongne.store import Store
from dongne.store.database import sqlite_file
from dongne.store.errors import StoreFull
from dongne.telemetry import logger
from tests.dongne.bustle import bustling_city
from tests.dongne.faulty_node import faulty_node
from tests.dongne.indexing import CHAIN, catch_up, contents, indexer, replayed
from tests.faults.rows import shows

PASSING = {
    "dropped connection": (),
    "truncated answer": (),
    "a page instead of JSON": (),
    "a number": (),
    "nonsense": (),
    "HTTP 429": (),
    "HTTP 500": (),
    "HTTP 502 with a page": (),
    "asked too often": (),
    "an error for everything": (),
    "lost answer": (),
}
PATIENCE = 120


@pytest.fixture(scope="module")
def city():
    with bustling_city(seed=11) as bustle:
        for _ in range(30):
            bustle.happen(6)
            bustle.mine()
        yield bustle


@pytest.fixture
def node(city):
    with faulty_node(city.suite.chain.rpc) as made:
        yield made


@pytest.fixture
def store(tmp_path):
    found = Store.open(sqlite_file(tmp_path / "store.sqlite"))
    yield found
    found.close()


def followed(index, stop=None):
    registry = CollectorRegistry()
    return Follower(index, IndexMetrics(registry), logger("test"), give_up_seconds=PATIENCE, stop=stop), registry


def failures(registry):
    return sum(each.value for metric in registry.collect() for each in metric.samples if "failures_total" in each.name)


@shows(
    "index",
    "reset, lost, truncated, HTML and senseless answers, HTTP 429, 500, 502, -32005",
    "asked again; the tables equal a replay",
)
@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_by_itself_is_waited_for(city, node, store, tmp_path, fault):
    index = indexer(node.url, city.suite.book, store, window=10)
    node.misbehave(fault, spared=random.Random(fault).randrange(3), times=3)
    follower, registry = followed(index)

    follower.catch_up()

    assert failures(registry) >= 1
    assert contents(store) == replayed(city.suite.chain.rpc, city.suite.book, tmp_path)


@shows("index", "answers take longer than usual", "waited for; the tables equal a replay")
def test_a_slow_node_is_waited_for(city, node, store, tmp_path):
    index = indexer(node.url, city.suite.book, store, window=10)
    node.misbehave("delay", times=3, seconds=0.3)

    followed(index)[0].catch_up()

    assert contents(store) == replayed(city.suite.chain.rpc, city.suite.book, tmp_path)


@shows("index", "a node fails", "the next one is asked; the tables equal a replay")
def test_another_node_takes_the_place_of_one_that_fails(city, node, store, tmp_path):
    index = indexer(node.url, city.suite.book, store)
    index._rpc.urls = (node.url, city.suite.chain.rpc)
    node.misbehave("HTTP 500")

    followed(index)[0].catch_up()

    assert contents(store) == replayed(city.suite.chain.rpc, city.suite.book, tmp_path)


def changed(method, change):
    """Changes the results of a method."""

    def apply(asked, answer):
        if asked["method"] == method and answer.get("result") is not None:
            answer["result"] = change(asked["params"], answer["result"])
        return answer

    return apply


def lie(node, method, change, **how):
    node.change = changed(method, change)
    node.misbehave("a changed answer", **how)


@shows("index", "a node contradicts itself about a parent", "nothing is taken back; asked again")
def test_a_parent_hash_that_is_a_lie_takes_nothing_back(city, node, store, tmp_path):
    index = indexer(node.url, city.suite.book, store)
    catch_up(index)
    before = contents(store)
    city.happen(5)
    city.mine(2)
    lie(node, "eth_getBlockByNumber", lambda _asked, block: block | {"parentHash": "0x" + "ab" * 32})

    with pytest.raises(NodeContradictsItself, match="parent"):
        index.step()

    assert contents(store) == before
    node.misbehave("")
    catch_up(index)
    assert contents(store) == replayed(city.suite.chain.rpc, city.suite.book, tmp_path)


@shows("index", "a node answers with logs of another block", "an error that says so; nothing is kept")
def test_logs_of_another_block_are_refused(city, node, store):
    index = indexer(node.url, city.suite.book, store, window=10_000)
    lie(node, "eth_getLogs", lambda _asked, logs: [log | {"blockHash": "0x" + "cd" * 32} for log in logs])

    with pytest.raises(NodeContradictsItself, match="another block"):
        catch_up(index)


@shows("index", "a node leaves logs out", "noticed where the sums do not add up; nothing is kept")
def test_logs_that_are_left_out_are_noticed_where_they_are_missed(city, node, store):
    """Without its issues a resident pays what it does not have."""
    issued = "0x" + "0" * 64
    index = indexer(node.url, city.suite.book, store)
    lie(node, "eth_getLogs", lambda _asked, logs: [log for log in logs if issued not in log["topics"][1:2]])

    with pytest.raises(EvidenceMismatch, match="do not add up"):
        catch_up(index)


def test_a_log_with_the_wrong_values_is_refused(city, node, store):
    index = indexer(node.url, city.suite.book, store)
    lie(node, "eth_getLogs", lambda _asked, logs: [log | {"data": log["data"][:-2]} for log in logs])

    with pytest.raises(NodeTalksNonsense, match="in transaction 0x"):
        catch_up(index)


def test_a_node_whose_logs_name_no_time_is_asked_for_the_headers(city, node, store, tmp_path):
    index = indexer(node.url, city.suite.book, store, window=5)
    lie(
        node,
        "eth_getLogs",
        lambda _asked, logs: [{k: v for k, v in log.items() if k != "blockTimestamp"} for log in logs],
    )

    catch_up(index)

    assert contents(store) == replayed(city.suite.chain.rpc, city.suite.book, tmp_path)


# Spans

SAID = (
    (-32005, "query returned more than 10000 results"),
    (-32602, "block range is too wide"),
    (-32000, "exceed maximum block range: 5000"),
    (-32600, "eth_getLogs is limited to a 10,000 range"),
    (-32005, "Requested range exceeds maximum RPC range limit"),
    (-32614, "Log response size exceeded. this block range should work: [0x1, 0x2]"),
    (-32000, "query timeout exceeded"),
)


@shows("index", "a span is too long for the node", "halved until it answers, then grown again")
@pytest.mark.parametrize(("code", "message"), SAID)
def test_a_span_that_is_too_long_is_halved_until_the_node_answers(city, node, store, tmp_path, code, message):
    asked = []

    def refuse_long(request, answer):
        if request["method"] != "eth_getLogs" or "fromBlock" not in request["params"][0]:
            return answer
        span = int(request["params"][0]["toBlock"], 16) - int(request["params"][0]["fromBlock"], 16) + 1
        asked.append(span)
        if span <= 4:
            return answer
        return {"jsonrpc": "2.0", "id": answer["id"], "error": {"code": code, "message": message}}

    node.change = refuse_long
    node.misbehave("a changed answer")
    index = indexer(node.url, city.suite.book, store, window=5)

    catch_up(index)

    assert max(asked) > 4
    assert [span for span in asked if span <= 4]
    assert contents(store) == replayed(city.suite.chain.rpc, city.suite.book, tmp_path)


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        (-32005, "daily request count exceeded, request rate limited", NodeBusy),
        (-32005, "limit exceeded", NodeBusy),
        (429, "Your app has exceeded its compute units per second capacity", NodeBusy),
        (-32000, "unknown block", NodeRefused),
        (-32000, "BlockOutOfRangeError: block height is 5 but requested was 9", NodeRefused),
        *((code, message, TooMuchAsked) for code, message in SAID),
    ],
)
def test_errors_of_a_node_are_told_apart_by_what_it_says(city, node, code, message, error):
    rpc = Rpc([node.url], CHAIN)
    rpc.ask("eth_chainId", [], str)
    node.change = lambda _asked, answer: {"id": answer["id"], "error": {"code": code, "message": message}}
    node.misbehave("a changed answer")

    with pytest.raises(error) as raised:
        rpc.ask("eth_getLogs", [{}], list)

    assert isinstance(raised.value, TooMuchAsked) == (error is TooMuchAsked)


def test_an_answer_larger_than_memory_is_meant_for_counts_as_too_much(city):
    rpc = Rpc([city.suite.chain.rpc], CHAIN, most_bytes=5_000)

    with pytest.raises(TooMuchAsked, match="5,000 bytes"):
        rpc.ask("eth_getLogs", [{"fromBlock": "0x0", "toBlock": "latest"}], list)


@shows("index", "another chain answers at the node's address", "an error with both numbers; nothing is kept")
def test_a_node_of_another_chain_is_refused(city):
    with pytest.raises(WrongChain):
        Rpc([city.suite.chain.rpc], 1).ask("eth_blockNumber", [], str)


def test_a_node_that_is_not_there_is_silent():
    with pytest.raises(NodeSilent):
        Rpc(["http://127.0.0.1:9"], CHAIN).ask("eth_blockNumber", [], str)


def test_a_span_grows_again_but_not_into_the_limit_that_the_node_had():
    span, limit, refused = SpanSize(first=64, largest=10_000), 800, 0
    for _ in range(200):
        if span.blocks > limit:
            assert span.refused()
            refused += 1
        else:
            span.served(span.blocks, 0)

    assert limit / 4 <= span.blocks <= 2 * limit
    assert refused < 20


def test_a_single_block_cannot_be_halved():
    assert not SpanSize(first=1).refused()


def test_many_logs_make_a_span_shorter():
    span = SpanSize(first=100)

    span.served(100, 200_000)

    assert span.blocks == 10


@pytest.mark.parametrize("logs", [ENOUGH_LOGS // 4, ENOUGH_LOGS // 2, ENOUGH_LOGS * 3 // 4, ENOUGH_LOGS])
def test_a_span_grows_to_plenty_of_logs_and_no_further(logs):
    span = SpanSize(first=1_000)

    span.served(1_000, logs)

    assert span.blocks == min(2_000, 1_000 * ENOUGH_LOGS // logs)


@pytest.mark.parametrize("window", [5, 10_000], ids=["old blocks", "recent blocks"])
def test_full_blocks_behind_quiet_ones_are_asked_for_again_by_fewer(city, store, tmp_path, monkeypatch, window):
    halved, refused = SpanSize.refused, []
    monkeypatch.setattr("dongne.indexer.source.ENOUGH_BYTES", 20_000)
    monkeypatch.setattr(SpanSize, "refused", lambda span: refused.append(span.blocks) or halved(span))

    catch_up(indexer(city.suite.chain.rpc, city.suite.book, store, window=window))

    assert refused
    monkeypatch.undo()
    assert contents(store) == replayed(city.suite.chain.rpc, city.suite.book, tmp_path)


def test_a_single_block_is_taken_however_much_it_holds(city, store, tmp_path, monkeypatch):
    monkeypatch.setattr("dongne.indexer.source.ENOUGH_BYTES", 1)

    catch_up(indexer(city.suite.chain.rpc, city.suite.book, store, window=5))

    monkeypatch.undo()
    assert contents(store) == replayed(city.suite.chain.rpc, city.suite.book, tmp_path)


# The database


@shows("index", "the disk is full", "an error that says so; nothing of the step is kept")
def test_a_full_disk_stops_with_a_message_and_keeps_nothing_of_the_step(city, tmp_path):
    store = Store.open(sqlite_file(tmp_path / "small.sqlite"))
    index = indexer(city.suite.chain.rpc, city.suite.book, store, window=5)
    full = [True]

    @event.listens_for(store.engine, "checkout")
    def _limit(connection, _record, _proxy):
        connection.execute(f"PRAGMA max_page_count={1 if full[0] else 2**30}")

    with pytest.raises(StoreFull, match="Make room"):
        while True:
            before = contents(store)
            if index.step().is_idle:  # there was room for all of it
                city.happen(40)
                city.mine()
    assert contents(store) == before

    full[0] = False
    catch_up(index)

    assert contents(store) == replayed(city.suite.chain.rpc, city.suite.book, tmp_path)
    store.close()


@shows("index", "the database restarts", "waited for; the tables equal a replay")
def test_a_database_that_restarts_in_the_midst_of_it_is_waited_for(city, postgresql_server, tmp_path):
    store, stop = Store.open(postgresql_server.database()), Event()
    index = indexer(city.suite.chain.rpc, city.suite.book, store, window=5)
    follower, registry = followed(index, stop)
    thread = Thread(target=follower.follow, args=(None, 0.01))
    thread.start()
    try:
        for _ in range(3):
            city.happen(5)
            city.mine(2)
            with postgresql_server.connect() as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                )
        postgresql_server.stop()
        city.happen(5)
        city.mine(2)
        until = monotonic() + PATIENCE
        while not failures(registry) and monotonic() < until:
            sleep(0.02)
        postgresql_server.start()
        while index_block(store) != city.suite.chain.block_number():
            assert monotonic() < until
            sleep(0.05)
    finally:
        stop.set()
        thread.join(PATIENCE)

    assert failures(registry) >= 1
    assert contents(store) == replayed(city.suite.chain.rpc, city.suite.book, tmp_path)
    store.close()


def index_block(store):
    try:
        with store.reading() as connection:
            return connection.scalar(text("SELECT block FROM index_progress"))
    except Exception:
        return None
