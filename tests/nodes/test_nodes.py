"""Three real execution clients: what reaches one reaches all, and what they take back is done again, once."""

from concurrent.futures import ThreadPoolExecutor

from tests.nodes.network import PATIENCE_SECONDS, wait_until
from tests.nodes.office import finalized, notes, waiting


def both_under_way(office, pool, note):
    """A note and a payment on their way, through the pools of all of the office's clients, none of them mined."""
    office.hand_in()
    running = [pool.submit(office.note, note), pool.submit(office.carry, "mined")]
    senders = (office.writer, office.carrier)
    wait_until(lambda: all(waiting(office.clients[0], each) for each in senders), "nothing reaches the pool")
    return running


def test_a_transaction_that_one_client_is_given_is_mined_by_another(net, office_at):
    first, second, third = net.clients
    office = office_at(third)

    with ThreadPoolExecutor() as pool:
        running = both_under_way(office, pool, "gossip")
        for client in (first, second):
            for sender in (office.writer, office.carrier):
                wait_until(lambda c=client, s=sender: waiting(c, s) == 1, f"{client} is told of nothing")
        net.side.propose(by=second)
        for each in running:
            each.result(PATIENCE_SECONDS)

    assert [notes(client, ["gossip"]) for client in net.clients] == [{"gossip": 1}] * 3
    assert office.relayer.states() == {"mined": 1}
    assert office.indexed() == office.from_scratch()


def test_what_a_reorganization_of_depth_3_drops_is_sent_and_indexed_again(net, office_at):
    first, second, third = net.clients
    office, side = office_at(third), net.side
    side.lag, paid = None, office.relayer.town.paid()

    with ThreadPoolExecutor() as pool:
        running = both_under_way(office, pool, "dropped")
        wait_until(lambda: all(waiting(second, each) for each in (office.writer, office.carrier)), "no gossip")
        side.propose(by=second)
        for each in running:
            each.result(PATIENCE_SECONDS)
    side.propose(2)
    before = office.indexed()
    assert before["progress"][0] == side.blocks[-1].number
    assert (notes(third, ["dropped"]), office.relayer.town.paid()) == ({"dropped": 1}, paid + 10)

    replaced = side.replace(3, by=first)

    assert not any(block.transactions for block in replaced)
    assert (notes(third, ["dropped"]), office.relayer.town.paid()) == ({"dropped": 0}, paid)
    assert office.indexed() == office.from_scratch()
    assert len(office.indexed()["payments"]) == len(before["payments"]) - 1
    with side.proposing():
        office.note("after")
        office.work_until(lambda: office.relayer.town.paid() == paid + 10)
        office.carry("mined")
    assert [notes(client, ["dropped", "after"]) for client in net.clients] == [{"dropped": 1, "after": 1}] * 3
    assert office.indexed() == office.from_scratch()
    assert len(office.indexed()["payments"]) == len(before["payments"])
    side.lag = 6


def test_nothing_is_final_before_the_chain_says_so(net, office_at):
    client, side = net.clients[2], net.side
    office = office_at(client)
    office.hand_in(3)
    side.lag = None

    with side.proposing():
        office.note("waits")
        office.carry("mined")
        mined = side.blocks[-1].number
        wait_until(lambda: side.blocks[-1].number > mined + 16, "no more blocks")
        for _turn in range(3):
            office.worker._round()
    assert office.relayer.states() == {"mined": 3}
    assert office.sender.final_block() == finalized(client) < mined
    assert len(office.sender.outbox.entries()) == 1

    side.lag = 4
    with side.proposing():
        office.carry("final")
        office.sender.finalize()

    assert office.sender.outbox.entries() == []
    assert finalized(client) >= mined
    assert office.indexed() == office.from_scratch()


def test_what_only_one_side_of_a_partition_has_mined_is_done_again_when_it_heals(net, office_at):
    first, _second, third = net.clients
    lonely, elsewhere = office_at(third), office_at(first)
    paid = lonely.relayer.town.paid()

    with net.partition() as (ours, alone):
        with alone.proposing():
            lonely.hand_in(2)
            lonely.note("alone 1", "alone 2")
            lonely.carry("mined")
        with ours.proposing():
            elsewhere.hand_in(3)
            elsewhere.note("ours")
            elsewhere.carry("final")
            wait_until(lambda: len(ours.blocks) > len(alone.blocks) + 2, "no more blocks")
        for _turn in range(3):
            lonely.worker._round()
        assert lonely.relayer.states() == {"mined": 2}
        assert elsewhere.relayer.states() == {"final": 3}
        assert lonely.indexed() == lonely.from_scratch() != elsewhere.indexed()
        assert notes(third, ["alone 1", "alone 2", "ours"]) == {"alone 1": 1, "alone 2": 1, "ours": 0}
        assert notes(first, ["alone 1", "alone 2", "ours"]) == {"alone 1": 0, "alone 2": 0, "ours": 1}

    assert notes(third, ["alone 1", "alone 2", "ours"]) == {"alone 1": 0, "alone 2": 0, "ours": 1}
    assert lonely.indexed() == lonely.from_scratch() == elsewhere.indexed()
    with net.side.proposing():
        lonely.note("healed")
        lonely.carry("final")
    everything = dict.fromkeys(("alone 1", "alone 2", "ours", "healed"), 1)
    assert [notes(client, everything) for client in net.clients] == [everything] * 3
    assert lonely.relayer.town.paid() == paid + 50
    assert lonely.indexed() == lonely.from_scratch() == elsewhere.indexed()


def test_a_client_that_dies_under_a_window_is_replaced_by_the_next(net, office_at):
    *others, third = net.clients
    office, missed = office_at(third, *others), len(net.side.blocks)
    texts = [f"window {number}" for number in range(20)]

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(office.note, *texts)
        wait_until(lambda: waiting(third, office.writer) > 0, "nothing reaches the pool")
        third.stop()
        net.side.clients = others
        with net.side.proposing():
            running.result(PATIENCE_SECONDS)

    assert notes(others[0], texts) == dict.fromkeys(texts, 1)
    net.restart(third)
    net.side.tell(third, net.side.blocks[missed:])
    net.side.clients = net.clients
    net.side.propose(2)
    assert third.head() == others[0].head()
    assert notes(third, texts) == dict.fromkeys(texts, 1)
    assert office.indexed() == office.from_scratch()
