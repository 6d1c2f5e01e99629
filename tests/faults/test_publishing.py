"""A roll is published with several blobs under way; whatever happens to them, it holds every voter once."""

import random
from dataclasses import replace

import pytest

from dongne.access import CityAccess
from dongne.ballot import BLOB_VOTERS, Amending, Changes, ElectoralRoll, VoterList, amend, begun, filling, publish
from dongne.ballot.errors import RollChangedMeanwhile
from dongne.ballot.gas import append_gas
from dongne.chain import Chain
from dongne.errors import ContractRefused
from dongne.sending import flight
from dongne.suite import Role
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite
from tests.dongne.faulty_node import faulty_node
from tests.faults.rows import shows
from tests.killing import killed_after
from tests.undoing import undone

BLOBS = 8
OTHER = funded(21)


@pytest.fixture(autouse=True)
def short_lag(monkeypatch):
    monkeypatch.setattr(flight, "LAG_SECONDS", 0.3)
    monkeypatch.setattr(flight, "_DROPPED_SECONDS", 0.2)
    monkeypatch.setattr(filling, "_LAG_SECONDS", 0.5)
    monkeypatch.setattr(filling, "UNDER_WAY", 2)


@pytest.fixture(scope="module")
def suite():
    with local_suite() as on:
        yield on


@pytest.fixture
def city(suite):
    with undone(suite.chain):
        yield suite


@pytest.fixture
def rolls(city):
    return city.client(ElectoralRoll)


@pytest.fixture
def officer(city):
    return city.officers[Role.ROLL_OFFICER]


@pytest.fixture
def office(city, officer, tmp_path):
    """Publishes as the command does, through a node or directly."""

    def publishing(voters, chain=city.chain, heard=lambda _count: None):
        on = replace_chain(city, chain)
        sender = chain.sender(officer, tmp_path, policy=replace(chain.policy, final_blocks=8))
        sender.settle()
        return publish(on, voters, sender.deliver, heard, deliver_all=sender.deliver_all)

    return publishing


def replace_chain(city, chain):
    return ElectoralRoll(chain, city.client(ElectoralRoll).entry)


def list_of(seed, count=BLOBS * BLOB_VOTERS - 14):
    chance = random.Random(seed)
    return VoterList.of({1: [chance.randbytes(20) for _ in range(9)], 2: [chance.randbytes(20) for _ in range(count)]})


def appended(rolls, roll):
    return len(rolls.stored(roll))


@shows("roll", "answers to blobs are lost, cut off, or asked too often", "each blob once; the hash is that of the file")
@pytest.mark.parametrize("fault", ["lost answer", "truncated answer", "HTTP 429", "dropped connection"])
def test_lost_answers(city, rolls, office, fault):
    voters = list_of(fault)
    with faulty_node(city.chain.rpc) as node:
        chain = Chain(node.url, poll_seconds=0.005, retry_seconds=5)
        node.misbehave(fault, spared=3, times=4, methods=("eth_sendRawTransaction",))

        roll = office(voters, chain)

    assert rolls.read(roll) == voters
    assert appended(rolls, roll) == BLOBS
    assert rolls.numbers() == [roll]


@shows("roll", "the chain is rolled back under a window of blobs", "handed in again in their order; each blob once")
def test_a_rollback(city, rolls, office):
    voters, heard = list_of("rollback"), []

    def hear(count):
        heard.append(count)
        if len(heard) == 3:
            city.chain.nodes.ask("anvil_rollback", 2)

    roll = office(voters, heard=hear)

    assert rolls.read(roll) == voters
    assert appended(rolls, roll) == BLOBS


@shows("roll", "somebody else adds a blob in between", "nothing is frozen; an error names the first blob that differs")
def test_somebody_else_adds(city, rolls, office, officer):
    voters, heard, others = list_of("disturbed"), [], b"".join(bytes([n // 256 + 1, n % 256]) * 10 for n in range(1228))
    access = city.client(CityAccess)
    access.grant(Role.ROLL_OFFICER, OTHER.address).transact(city.officers[access.manager(Role.ROLL_OFFICER)])

    def hear(count):
        heard.append(count)
        if len(heard) == 3:
            rolls.append(rolls.numbers()[-1], others).transact(OTHER)

    with pytest.raises(RollChangedMeanwhile) as raised:
        office(voters, heard=hear)

    roll, stored = rolls.numbers()[-1], rolls.stored(rolls.numbers()[-1])
    strange = [place for place, (_address, content) in enumerate(stored, 1) if content == others]
    assert [raised.value.number] == strange
    assert raised.value.blob == stored[strange[0] - 1][0]
    assert not rolls.state(roll).frozen
    assert len(stored) < BLOBS
    again = office(voters)
    assert again == roll + 1
    assert rolls.read(again) == voters


@shows("roll", "kill -9 at 20 random points, with a window of blobs under way", "the next run goes on; each blob once")
def test_killed_at_twenty_random_points(city, rolls, office):
    voters, chance, killed = list_of("killed"), random.Random(5), 0
    for _point in range(20):
        killed += killed_after(chance.randrange(40_000), lambda: office(voters))

    roll = office(voters)

    assert killed >= 8
    assert rolls.read(roll) == voters
    assert appended(rolls, roll) == BLOBS
    assert rolls.numbers() == [roll]


def test_an_edition_is_filled_by_the_same_window_and_goes_on(city, rolls, office, officer, tmp_path):
    voters = list_of("base", 1_000)
    base, sender = office(voters), city.chain.sender(officer, tmp_path)
    chance = random.Random("added")
    added = VoterList.of({1: [chance.randbytes(20) for _ in range(4 * BLOB_VOTERS)]})
    amending, done = Amending(base, voters, Changes(frozenset({3, 4}), added)), []

    def cut_off(calls):
        for delivery in sender.deliver_all(calls):
            done.append(delivery.order.title)
            yield delivery
            if len(done) == 3:
                raise ConnectionError

    with pytest.raises(ConnectionError):
        amend(rolls, amending, sender.deliver, deliver_all=cut_off)
    sender.settle()

    roll = amend(rolls, amending, sender.deliver, deliver_all=sender.deliver_all)

    assert rolls.numbers() == [base, roll]
    assert rolls.read(roll) == amending.edition(BLOB_VOTERS).roll()
    assert len(rolls.stored(roll)) == 5


def test_who_may_not_append_is_told_before_anything_is_sent(city, rolls, office, officer, tmp_path):
    voters = list_of("no role")
    receipt = rolls.open().transact(officer)
    stranger = city.chain.sender(OTHER, tmp_path)

    with pytest.raises(ContractRefused):
        publish(rolls, voters, stranger.deliver, onto=begun(rolls, voters), deliver_all=stranger.deliver_all)

    assert city.chain.nonce(OTHER.address, pending=True) == 0
    assert appended(rolls, rolls.opened_in(receipt)) == 0


@pytest.mark.parametrize("voters", [1, 2, 600, BLOB_VOTERS])
def test_gas_that_a_blob_declares_is_enough_however_its_addresses_stand(rolls, officer, voters):
    chance = random.Random(voters)
    falling = sorted((b"\xff" + chance.randbytes(19) for _ in range(voters)), reverse=True)
    rolls.open().transact(officer)

    receipt = rolls.append(rolls.numbers()[-1], b"".join(falling)).transact(officer)

    assert receipt["gasUsed"] * 1.02 < append_gas(voters) < 2**24
