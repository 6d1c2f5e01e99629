"""Whatever stops the relayer, nothing that was handed in is lost and nothing takes effect twice."""

import json
import random
from dataclasses import replace

import pytest
from eth_abi.abi import encode

from dongne.chain import Call, Chain
from dongne.currency import Issue, Kind, Payment, SignedPayment
from dongne.currency.paymentfile import order_of, payment_line
from dongne.relay import Pace, Quotas
from dongne.relay.errors import QuotaReached
from dongne.sending import Policy, flight
from dongne.signing import expand, sign
from dongne.store import Store
from dongne.store.relay import State
from dongne.suite import Role
from scripts.deployment.artifacts import artifact
from scripts.localchain.anvil import funded
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
