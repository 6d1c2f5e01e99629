"""Whatever stops the relayer, nothing that was handed in is lost and nothing takes effect twice."""

import json
import random
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from eth_abi.abi import encode
from prometheus_client import CollectorRegistry
from sqlalchemy import event

from dongne.chain import Call, Chain
from dongne.currency import Issue, Kind, Payment, SignedPayment
from dongne.currency.paymentfile import order_of, payment_line
from dongne.relay import Pace, Queue, Quotas, RelayMetrics
from dongne.relay.errors import QuotaReached
from dongne.sending import Policy, flight
from dongne.signing import expand, sign
from dongne.store import Store
from dongne.store.database import sqlite_file
from dongne.store.errors import StoreFailed, StoreFull, StoreUnreachable
from dongne.store.relay import State
from dongne.suite import Role
from scripts.deployment.artifacts import artifact
from scripts.localchain.anvil import anvil, funded
from scripts.localchain.suite import GAS_LIMIT
from tests.contracts.currency.conftest import MODES
from tests.dongne.faulty_node import faulty_node
from tests.faults.rows import shows
from tests.killing import killed_after
from tests.relay.conftest import postgresql_server, relayer, store_url, town, whole_town
from tests.relay.relaying import AT_ONCE, FAR, PEOPLE, PURSE, SHOP, Relayer
from tests.undoing import undone

__all__ = ["postgresql_server", "relayer", "store_url", "town", "whole_town"]

ALICE, BOB = PEOPLE[:2]
FIRST, SECOND = funded(9), funded(20)
PATIENCE = 120


@pytest.fixture(autouse=True)
def short_lag(monkeypatch):
    monkeypatch.setattr(flight, "LAG_SECONDS", 0.2)


@pytest.fixture
def mined_by_hand(town):
    """Blocks come only when a test makes them."""
    provider = town.chain.web3.provider
    provider.make_request("evm_setAutomine", [False])
    yield lambda blocks=1: provider.make_request("anvil_mine", [hex(blocks)])
    provider.make_request("evm_setAutomine", [True])


def hand_in(relayer, *payments):
    return relayer.intake().accept("payments", list(payments), "here")


@shows("relayer", "two workers at once", "no message is taken twice, and each signer's messages keep their turn")
def test_two_workers_share_a_queue_and_keep_everybodys_turn(relayer, town):
    hand_in(relayer, *[town.payment(payer, nonce) for nonce in range(6) for payer in PEOPLE])
    small = [relayer.worker(key) for key in (FIRST, SECOND)]
    for kind in (kind for worker in small for kind in worker._kinds.values()):
        kind.most = lambda _lane: 5

    feeds = [worker.next_carrier for worker in small]
    taken = [feed() for _turn in range(3) for feed in feeds]

    places = [id_ for carrier in taken if carrier for id_ in carrier.ids]
    assert len(places) == len(set(places))
    assert {carrier.id for carrier in relayer.queue.open(FIRST.address)}
    assert {carrier.id for carrier in relayer.queue.open(SECOND.address)}
    for _round in range(12):
        for worker in small:
            worker._round()
    assert relayer.states() == {"final": 72}
    assert town.paid() == 720


@shows("relayer", "a worker's machine is lost", "another carries what it had taken, once it is released")
def test_what_a_lost_worker_had_taken_is_carried_by_another_once_it_is_released(relayer, town):
    hand_in(relayer, town.payment(ALICE, 0))
    lost = relayer.worker(SECOND).next_carrier()
    relayer.work()
    stuck = relayer.states()

    relayer.queue.give_back([lost.id])
    relayer.work()

    assert stuck == {"sent": 1}
    assert relayer.states() == {"final": 1}
    assert town.paid() == 10


@shows("relayer", "duplicate submission by somebody else", "the message is refused and says so; it takes effect once")
def test_a_message_that_was_carried_by_somebody_else_meanwhile_is_refused_not_repeated(relayer, town):
    body = town.payment(ALICE, 0)
    hand_in(relayer, body)
    (signed,) = [kind.read(row.content).message for kind in relayer.kinds()[:1] for row in waiting(relayer)]
    town.currency.pay_many([signed]).transact(FIRST)
    relayer.work()

    assert relayer.states() == {"refused": 1}
    assert town.paid() == 10


def waiting(relayer):
    return relayer.queue.candidates("payments", 10)


@shows("relayer", "a reorganization takes a batch back", "the same bytes are handed in again; final is said later only")
def test_what_the_chain_takes_back_is_carried_again(relayer, town, mined_by_hand):
    relayer.policy = Policy(poll_seconds=0.005, final_blocks=3)
    hand_in(relayer, town.payment(ALICE, 0), town.payment(BOB, 0))
    snapshot = town.chain.web3.provider.make_request("evm_snapshot", [])["result"]
    town.chain.web3.provider.make_request("evm_setAutomine", [True])
    worker = relayer.worker()
    worker._round()
    assert relayer.states() == {"mined": 2}
    assert town.paid() == 20

    town.chain.web3.provider.make_request("evm_revert", [snapshot])
    assert town.paid() == 0
    town.chain.web3.provider.make_request("anvil_mine", ["0x1"])
    for _turn in range(8):
        town.chain.web3.provider.make_request("anvil_mine", ["0x1"])
        worker._round()

    assert relayer.states() == {"final": 2}
    assert town.paid() == 20


def test_mined_is_told_from_final(relayer, town):
    relayer.policy = Policy(poll_seconds=0.005, final_blocks=3)
    hand_in(relayer, town.payment(ALICE, 0))
    worker = relayer.worker()
    worker._round()
    before = relayer.states()
    town.chain.web3.provider.make_request("anvil_mine", ["0x3"])
    worker._round()

    assert (before, relayer.states()) == ({"mined": 1}, {"final": 1})


@pytest.fixture
def smart_account(town):
    """Registers a smart account that holds 100 and whose owner is Alice; the mode is that of its mock contract."""

    def deploy(mode):
        creation = artifact("ERC1271Wallet").creation_code + encode(
            ["address", "uint8"], [ALICE.address, MODES.index(mode)]
        )
        address = Call(town.chain, None, creation, "ERC1271Wallet").transact(FIRST)["contractAddress"]
        town.currency.register(Kind.RESIDENT, [address]).transact(town.suite.officers[Role.MEMBERSHIP_OFFICER])
        town.suite.issue([Issue(address, 100)], bytes.fromhex(address[2:]).ljust(32, b"\0"))
        return address

    return deploy


def by_contract(town, address):
    order = Payment(address, SHOP.address, 10, 0, FAR, order_of("by a contract"))
    signature = expand(sign(order.digest(town.currency.domain()), ALICE))
    return json.loads(payment_line(SignedPayment(order, signature), 0))


@shows("relayer", "a smart account that burns all gas", "it travels apart; no other message is touched")
def test_smart_accounts_travel_apart_and_spoil_nobodys_payment(relayer, town, smart_account):
    honest, greedy = smart_account("HONEST"), smart_account("BURNING_GAS")
    answers = hand_in(relayer, by_contract(town, honest), by_contract(town, greedy), town.payment(BOB, 0))
    lanes = {lane for _kind, lane, _count, _seconds in relayer.queue.lanes()}
    relayer.work()

    assert len(lanes) == 2
    found = relayer.queue.find(each.id for each in answers if each.id)
    assert [found[answers[place].id].state for place in (0, 2)] == [State.FINAL, State.FINAL]
    assert town.paid() == 20


@shows("relayer", "a batch reverts", "its messages are sent one by one")
def test_a_transaction_that_reverts_is_taken_apart_so_that_one_message_spoils_no_other(relayer, town, monkeypatch):
    hand_in(relayer, *[town.payment(payer, 0) for payer in PEOPLE])
    worker = relayer.worker()
    kind = worker._kinds["payments"]
    whole = kind.call

    def too_little_gas(items):
        call = whole(items)
        enough_to_begin = 50_000 + 40 * len(call.calldata)
        return replace(call, gas=enough_to_begin) if len(items) > 1 else call

    monkeypatch.setattr(kind, "call", too_little_gas)
    worker.run(until_idle=True, give_up_seconds=0)

    assert relayer.states() == {"final": len(PEOPLE)}
    assert town.paid() == 10 * len(PEOPLE)


def test_one_who_hands_in_too_much_is_told_when_to_come_again(relayer, town):
    relayer.quotas = Quotas(a_minute=2, waiting=3)
    hand_in(relayer, town.payment(ALICE, 0), town.payment(ALICE, 1))

    with pytest.raises(QuotaReached, match="At most 2 messages a minute"):
        hand_in(relayer, town.payment(ALICE, 2))
    relayer.intake().accept("payments", [town.payment(ALICE, 2)], "elsewhere")
    (answer,) = relayer.intake().accept("payments", [town.payment(ALICE, 3)], "elsewhere")
    assert answer.error == "TooManyWaiting"


def test_a_batch_waits_for_company_only_so_long(relayer, town):
    hand_in(relayer, town.payment(ALICE, 0))
    patient = relayer.worker(pace=Pace(age_seconds=30))
    hasty = relayer.worker(pace=Pace(age_seconds=0))

    assert patient.next_carrier() is None
    assert hasty.next_carrier() is not None


@shows("relayer", "reset, lost and truncated answers", "the worker resumes; each message takes effect once")
def test_a_node_that_fails_now_and_then_costs_time_only(relayer, town):
    hand_in(relayer, *[town.payment(payer, nonce) for payer in PEOPLE for nonce in range(3)])
    chance = random.Random(8)
    with faulty_node(town.chain.rpc) as node:
        chain = Chain(node.url, poll_seconds=0.005, retry_seconds=5)
        worker = relayer.worker(chain=chain, pace=AT_ONCE)
        for fault in ("dropped connection", "lost answer", "truncated answer"):
            node.misbehave(fault, spared=chance.randrange(6), times=2)
            worker._round()
        node.misbehave("")
        worker.run(until_idle=True, give_up_seconds=0)

    assert relayer.states() == {"final": 36}
    assert town.paid() == 360
    assert town.currency.balance_of(ALICE.address) == PURSE - 30


@shows("relayer", "kill -9 at 20 random points", "nothing is lost, nothing doubled; the next run goes on")
def test_killed_at_twenty_random_points_it_loses_and_doubles_nothing(whole_town, store_url, tmp_path):
    """One worker after the other is killed, until a last one finishes the work; then another town's worth follows."""
    town = whole_town
    with undone(town.chain):
        store = Store.open(store_url)
        relayer = Relayer(town, store, tmp_path / "deployments")
        bodies = [town.payment(payer, nonce) for nonce in range(20) for payer in PEOPLE]
        for body in bodies[: 4 * len(PEOPLE)]:
            hand_in(relayer, body)
        store.close()

        def work():
            own = Store.open(store_url)
            Relayer(town, own, tmp_path / "deployments").work()
            own.close()

        calls, chance, killed, handed = 150_000, random.Random(11), 0, 4 * len(PEOPLE)
        for _point in range(20):
            killed += killed_after(chance.randrange(calls), work)
            store = Store.open(store_url)
            hand_in(Relayer(town, store, tmp_path / "deployments"), *bodies[handed : handed + 6])
            handed += 6
            store.close()
        store = Store.open(store_url)
        relayer = Relayer(town, store, tmp_path / "deployments")
        relayer.work()

        assert killed >= 8
        assert relayer.states() == {"final": handed}
        assert town.paid() == 10 * handed
        store.close()


@contextmanager
def working(relayer, chain):
    """A worker in a thread of its own, as a service runs it, until the block ends; gives its figures."""
    registry, stop = CollectorRegistry(), Event()
    worker = relayer.worker(chain=chain)
    worker._metrics, worker._stop = RelayMetrics(registry), stop
    thread = Thread(target=worker.run)
    thread.start()
    try:
        yield lambda: sum(
            each.value for metric in registry.collect() for each in metric.samples if "failures_total" in each.name
        )
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def wait_until(reached):
    until = monotonic() + PATIENCE
    while not reached():
        assert monotonic() < until
        sleep(0.02)


@shows("relayer", "the database restarts", "intake says that nothing was queued; workers wait; each message once")
def test_a_database_that_restarts_is_waited_for(town, postgresql_server, tmp_path):
    store = Store.open(postgresql_server.database())
    relayer, chain = Relayer(town, store, tmp_path / "deployments"), Chain(town.chain.rpc, poll_seconds=0.005)
    with working(relayer, chain) as failures:
        for nonce in range(3):
            with postgresql_server.connect() as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                )
            persistently(lambda nonce=nonce: hand_in(relayer, *[town.payment(payer, nonce) for payer in PEOPLE]))
        postgresql_server.stop()
        try:
            with pytest.raises((StoreFailed, StoreUnreachable)):
                hand_in(relayer, town.payment(ALICE, 3))
            wait_until(failures)
        finally:
            postgresql_server.start()
        persistently(lambda: hand_in(relayer, town.payment(ALICE, 3)))
        wait_until(lambda: persistently(relayer.states) == {"final": 37})

    assert town.paid() == 370
    store.close()


def persistently(work):
    """As a client of the relayer does where it is told to try again."""
    until = monotonic() + PATIENCE
    while True:
        try:
            return work()
        except (StoreFailed, StoreUnreachable):
            assert monotonic() < until
            sleep(0.05)


@shows(
    "relayer",
    "the disk of its queue is full",
    "an error that says so; what was taken in is carried once there is room, the rest was never taken in; once",
)
def test_a_full_disk_of_the_queue_loses_and_doubles_nothing(town, tmp_path):
    store, full = Store.open(sqlite_file(tmp_path / "small.sqlite")), []
    relayer, taken = Relayer(town, store, tmp_path / "deployments"), 0

    @event.listens_for(store.engine, "checkout")
    def _limit(connection, _record, _proxy):
        ((pages,),) = connection.execute("PRAGMA page_count").fetchall()
        full[:] = full and [full[0] or pages + 16]
        connection.execute(f"PRAGMA max_page_count={full[0] if full else 2**30}")

    full.append(0)
    with pytest.raises(StoreFull, match="Make room"):
        for nonce in range(32):
            taken += len(hand_in(relayer, *[town.payment(payer, nonce) for payer in PEOPLE]))
    before = relayer.states()
    with suppress(StoreFull):
        relayer.work()

    full.clear()
    relayer.work()
    assert taken
    assert before == {"queued": taken}
    assert relayer.states() == {"final": taken}
    assert town.paid() == 10 * taken
    hand_in(relayer, *[town.payment(payer, taken // len(PEOPLE)) for payer in PEOPLE])
    relayer.work()
    assert town.paid() == 10 * (taken + len(PEOPLE))
    store.close()


@shows(
    "relayer",
    "the disk of its queue is full when an outcome is to be noted",
    "the worker stops; the next run finds the transaction by its hash and notes it; once",
)
def test_an_outcome_that_could_not_be_noted_is_noted_later(relayer, town, monkeypatch):
    hand_in(relayer, *[town.payment(payer, 0) for payer in PEOPLE])

    def full(*_arguments, **_named):
        raise StoreFull("the queue")

    with monkeypatch.context() as patched:
        patched.setattr(Queue, "outcome", full)
        with pytest.raises(StoreFull):
            relayer.work()
    assert relayer.states() == {"sent": len(PEOPLE)}
    assert town.paid() == 10 * len(PEOPLE)

    relayer.work()

    assert relayer.states() == {"final": len(PEOPLE)}
    assert town.paid() == 10 * len(PEOPLE)


@shows(
    "relayer",
    "the node is restarted with batches under way, and its pool is gone",
    "the same bytes are handed in again; each message once",
)
def test_a_node_that_restarts_under_batches(town, tmp_path):
    old = town.chain.nodes
    with faulty_node(town.chain.rpc) as node:
        behind = Chain(node.url, poll_seconds=0.005)
        moved = replace(town, suite=replace(town.suite, chain=behind))
        store = Store.open(sqlite_file(tmp_path / "store.sqlite"))
        relayer = Relayer(moved, store, tmp_path / "deployments")
        hand_in(relayer, *[town.payment(payer, nonce) for nonce in range(3) for payer in PEOPLE])
        old.ask("evm_setAutomine", False)
        try:
            with working(relayer, Chain(node.url, poll_seconds=0.005)):
                wait_until(lambda: relayer.states() == {"sent": 36})
                wait_until(lambda: int(old.ask("txpool_status")["pending"], 16) > 0)
                node.misbehave("dropped connection")
                state = old.ask("anvil_dumpState")
                with anvil("--gas-limit", str(GAS_LIMIT), "--base-fee", "0", "--gas-price", "0") as restarted:
                    Chain(restarted).nodes.ask("anvil_loadState", state)
                    sleep(0.5)
                    node.upstream = restarted
                    node.misbehave("")
                    wait_until(lambda: relayer.states() == {"final": 36})
                    assert moved.paid() == 360
        finally:
            old.ask("anvil_dropAllTransactions")
            old.ask("evm_setAutomine", True)
            store.close()
