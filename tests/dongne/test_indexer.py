"""The index against the contracts: what its tables say at a block is what the chain says there."""

from collections import Counter, defaultdict
from dataclasses import replace
from threading import Thread

import pytest
from eth_utils.address import to_checksum_address
from sqlalchemy import select, text

from dongne.currency import CashOutDesk, Holds, LocalCurrency
from dongne.currency.events import OrderPaid, OrdersPaid, Transfer
from dongne.currency.vouchers import Vouchers
from dongne.indexer import HANDLERS, Contracts, Indexer
from dongne.indexer.errors import NoIndex, OtherIndex, ReorganizationTooDeep
from dongne.rpc.bulk import Rpc
from dongne.store import Store, undo
from dongne.store.currency import Account, CashOut, Hold, Payment, Programme, Voucher
from dongne.store.vehicle import Lien, Recorder, Sale, Vehicle, VehicleRecord
from dongne.vehicle import VehicleId, VehicleLiens, VehicleRegistry, VehicleSale
from dongne.vehicle.events import JudgedAgain
from dongne.vehicle.kinds import kinds_in
from dongne.words import CashOutStage, HoldStage
from scripts.localchain.anvil import anvil
from tests.dongne.bustle import bustling_city
from tests.dongne.indexing import CHAIN, catch_up, contents, contracts, indexer, replayed
from tests.faults.rows import shows

NOBODY = "0x" + 40 * "0"


@pytest.fixture(scope="module")
def city():
    """A city where a lot has happened."""
    with bustling_city(seed=7) as bustle:
        for _ in range(60):
            bustle.happen(12, bustle.everyday())
            bustle.mine()
        yield bustle


@pytest.fixture
def store(store_url):
    found = Store.open(store_url)
    yield found
    found.close()


def rows(store, kind):
    with store.reading() as connection:
        return [kind(*row) for row in connection.execute(select(kind.table))]


def indexed(city, store, **options):
    index = indexer(city.suite.chain.rpc, city.suite.book, store, **options)
    catch_up(index)
    return index


# What the tables say


def test_accounts_are_those_of_the_contract(city, store):
    indexed(city, store)

    found = rows(store, Account)

    states = city.suite.client(LocalCurrency).accounts([to_checksum_address(each.address) for each in found])
    for account, state in zip(found, states, strict=True):
        assert (account.balance, account.held) == (state.balance + state.held, state.held)
        assert (account.kind, account.category) == (state.registered_kind, state.category)
        assert account.frozen == (state.kind != state.registered_kind)
    assert Counter(account.frozen for account in found)[True] > 0
    assert sum(account.held for account in found) > 0


def test_payments_are_the_transfers_with_their_orders(city, store):
    currency = city.suite.client(LocalCurrency)
    indexed(city, store)

    found = rows(store, Payment)

    transfers = list(currency.events(Transfer))
    stated = {(each.at.block, each.at.log): (each.from_, each.to, each.value) for each in transfers}
    assert {(each.block, each.log): parties(each) for each in found} == stated
    single = [each.order for each in currency.events(OrderPaid)]
    many = [each.orders[at : at + 32] for each in currency.events(OrdersPaid) for at in range(0, len(each.orders), 32)]
    assert single
    assert many
    assert Counter(each.order_reference for each in found if each.order_reference) == Counter(single + many)


def parties(payment):
    payer, payee = ((to_checksum_address(each) if each else NOBODY) for each in (payment.payer, payment.payee))
    return payer, payee, payment.amount


def test_an_order_belongs_to_the_payment_that_it_paid(city, store):
    indexed(city, store)

    paid = {each.order_reference: each for each in rows(store, Payment) if each.order_reference}

    assert city.ordered.keys() >= paid.keys() != set()
    for order, payment in paid.items():
        signed = city.ordered[order]
        assert parties(payment) == (signed.payer, signed.payee, signed.amount)


def test_payments_name_the_time_and_the_kinds_of_both_sides(city, store):
    chain = city.suite.chain
    indexed(city, store)

    found = rows(store, Payment)

    assert {each.block: each.time for each in found} == {each.block: chain.timestamp(each.block) for each in found}
    assert {(each.payer_kind, each.payee_kind) for each in found} >= {(0, 1), (1, 2), (2, 1), (2, 4), (3, 4)}


def test_programmes_and_vouchers_are_those_of_the_contract(city, store):
    vouchers = city.suite.client(Vouchers)
    indexed(city, store)

    programmes, held = rows(store, Programme), rows(store, Voucher)

    assert len(programmes) == vouchers.count()
    for row in programmes:
        fund, owed = vouchers.fund_of(row.programme), row.granted - row.spent - row.redeemed
        assert row.funded - row.spent - row.redeemed - row.swept == fund.held
        assert (owed, row.cap, row.closed) == (fund.committed, fund.cap, fund.closed)
        assert row.categories == "5411,7"
    assert sum(row.spent for row in programmes) > 0
    for row in held:
        state = vouchers.voucher(row.programme, to_checksum_address(row.holder))
        assert (row.balance, row.face, row.redeemed) == (state.balance, state.face, state.redeemed)


def test_cash_outs_are_those_of_the_contract(city, store):
    desk = city.suite.client(CashOutDesk)
    indexed(city, store)

    found = rows(store, CashOut)

    waiting = {each.id: each.amount for each in found if each.stage == CashOutStage.WAITING}
    assert waiting == {each.id: each.amount for each in desk.open_cash_outs()}
    settled = [each for each in found if each.stage == CashOutStage.SETTLED]
    assert sum(each.amount for each in settled) == desk.settled_total() > 0
    assert all(each.bank_reference and each.closed for each in settled)
    assert {each.stage for each in found} == set(CashOutStage)


def test_holds_are_those_of_the_contract(city, store):
    holds = city.suite.client(Holds)
    indexed(city, store)

    found = rows(store, Hold)

    assert len(found) == holds.cases()
    for row in found:
        case = holds.case(row.id)
        assert (row.stage, row.amount, row.appealed) == (case.stage, case.amount, case.appealed)
        assert row.stage == HoldStage.FLAGGED or row.ends == case.ends
    assert len({row.stage for row in found}) > 2


def test_vehicles_and_their_records_are_those_of_the_registry(city, store):
    registry = city.suite.client(VehicleRegistry)
    indexed(city, store)

    vehicles, records = rows(store, Vehicle), rows(store, VehicleRecord)

    histories = registry.histories()
    assert {row.vehicle for row in vehicles} == histories.keys()
    assert {row.vehicle: to_checksum_address(row.owner) for row in vehicles} == registry.owners_of(list(histories))
    for vehicle in vehicles:
        own = sorted((row for row in records if row.vehicle == vehicle.vehicle), key=lambda row: row.number)
        assert vehicle.records == len(own) == registry.state(VehicleId(vehicle.vehicle)).records
        for row, evidence in zip(own, histories[vehicle.vehicle].evidence, strict=True):
            word = evidence.record
            assert (row.number, row.kind, row.gauge, row.km) == (word.number, word.kind, word.gauge, word.km)
            assert (row.occurred_at, row.recorded_at) == (word.occurred_at, word.recorded_at)
            assert (row.recorder, row.supersedes, row.outcome) == (word.recorder, word.supersedes, word.outcome)
            assert row.document == evidence.document
        superseded = {row.supersedes: row.number for row in own if row.supersedes}
        assert {row.number: row.superseded_by for row in own if row.superseded_by} == superseded
    assert any(row.superseded_by for row in records)


def test_a_reading_that_is_judged_again_has_its_new_finding(city, store):
    registry = city.suite.client(VehicleRegistry)
    indexed(city, store)

    found = {(row.vehicle, row.number): row.reason for row in rows(store, VehicleRecord)}

    again = {(event.vehicle, event.number): event.reason for event in registry.events(JudgedAgain)}
    assert again
    assert {key: found[key] for key in again} == again


def test_recorders_are_those_of_the_registry(city, store):
    registry = city.suite.client(VehicleRegistry)
    indexed(city, store)

    found = rows(store, Recorder)

    assert len([row for row in found if row.number]) == registry.recorder_count() > 2
    for row in found:
        given = registry.accreditation(to_checksum_address(row.recorder))
        assert (row.number or 0, row.start, row.until) == (given.number, given.valid_from, given.valid_until)
        assert (kinds_in(row.kinds), row.gauge_changes) == (given.kinds, given.gauge_changes)
        assert row.revoked_from == given.revoked_from


def test_liens_are_those_of_the_contract(city, store):
    liens = city.suite.client(VehicleLiens)
    indexed(city, store)

    found = rows(store, Lien)

    for row in found:
        restriction = liens.restriction(row.id)
        assert (restriction is not None) == (row.released is None)
        assert restriction is None or (restriction.vehicle, restriction.kind) == (row.vehicle, row.kind)
    assert {row.released is None for row in found} == {True, False}


def test_sales_are_those_of_the_contract(city, store):
    sales = city.suite.client(VehicleSale)
    indexed(city, store)

    found = {row.sale: row for row in rows(store, Sale)}

    opened = {sales.sale_of(terms): terms for terms in city.sold}
    assert found.keys() == {sale for sale in opened if sales.progress(sale).stage}
    for sale, row in found.items():
        terms = opened[sale]
        assert row.stage == sales.progress(sale).stage
        assert (row.price, row.deposit, row.settle_by) == (terms.price, terms.deposit, terms.settle_by)
        assert (to_checksum_address(row.seller), to_checksum_address(row.buyer)) == (terms.seller, terms.buyer)
    assert len({row.stage for row in found.values()}) > 1


# How it gets there


def test_old_blocks_in_spans_and_recent_ones_one_by_one_give_the_same(city, store, tmp_path):
    indexed(city, store, window=5)

    assert contents(store) == replayed(city.suite.chain.rpc, city.suite.book, tmp_path, window=10_000)


def test_both_databases_hold_the_same(city, store, tmp_path):
    indexed(city, store)

    assert contents(store) == replayed(city.suite.chain.rpc, city.suite.book, tmp_path)


def test_it_goes_on_where_it_stopped(city, store, store_url):
    index = indexer(city.suite.chain.rpc, city.suite.book, store, window=5)
    index.step()
    middle = index.block

    again = Store.open(store_url)
    resumed = indexer(city.suite.chain.rpc, city.suite.book, again, window=5)
    assert resumed.block == middle
    catch_up(resumed)

    assert contents(again) == contents(store)
    assert resumed.block == city.suite.chain.block_number()
    again.close()


@shows("index", "two indexers write one store", "each block is written once; the tables equal a replay")
def test_two_indexers_of_one_store_do_the_work_of_one(city, store, store_url, tmp_path):
    stores = [Store.open(store_url) for _ in range(2)]
    indexes = [indexer(city.suite.chain.rpc, city.suite.book, each, window=20) for each in stores]

    threads = [Thread(target=catch_up, args=(each,)) for each in indexes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for index in indexes:
        catch_up(index)

    assert contents(store) == replayed(city.suite.chain.rpc, city.suite.book, tmp_path)
    for each in stores:
        each.close()


def test_indexes_that_were_left_out_at_the_beginning_are_there_at_the_end(city, store):
    def names():
        question = "SELECT name FROM sqlite_master WHERE type = 'index'"
        if not store.is_sqlite:
            question = "SELECT indexname FROM pg_indexes"
        with store.reading() as connection:
            return {row[0] for row in connection.execute(text(question)) if row[0].startswith("payments_by")}

    index = indexer(city.suite.chain.rpc, city.suite.book, store, window=5)
    before = names()
    index.step()
    during = names()
    catch_up(index)

    assert before == names() == {"payments_by_payer_time", "payments_by_payee_time", "payments_by_order_reference"}
    assert during == set()


def test_payments_of_a_month_have_a_partition(city, postgresql_server):
    store = Store.open(postgresql_server.database())
    city.suite.pass_time(40 * 86_400)
    city.happen(60)
    city.mine()
    indexed(city, store)

    with store.reading() as connection:
        found = connection.execute(text("SELECT tableoid::regclass::text, count(*) FROM payments GROUP BY 1")).all()

    assert len(found) == 2
    assert all(name.startswith("payments_20") and count > 0 for name, count in found)
    store.close()


# Reorganizations


def test_blocks_that_are_dropped_are_taken_back(city, store, tmp_path):
    index = indexed(city, store)
    city.happen(20)
    city.mine(3)
    catch_up(index)
    changed = contents(store)

    city.reorganize(3)
    step = index.step()

    assert step.dropped == 3
    catch_up(index)
    assert contents(store) == replayed(city.suite.chain.rpc, city.suite.book, tmp_path) != changed


def test_a_node_that_is_behind_is_waited_for_and_then_followed(city, store):
    city.happen(8)
    city.mine(3)
    index = indexed(city, store, lag_seconds=3_600)
    before = contents(store)

    city.roll_back(2)

    assert index.step().is_idle
    assert contents(store) == before
    index.lag_seconds = 0
    assert index.step().dropped == 2
    assert index.block == city.suite.chain.block_number()


@shows("index", "a reorganization deeper than the window", "it stops and says what to do")
def test_a_reorganization_deeper_than_the_window_stops_with_what_to_do(city, store):
    for _ in range(7):  # empty blocks would be replaced by the very same ones
        city.happen(2)
        city.mine()
    index = indexed(city, store, window=4)
    before = contents(store)

    city.reorganize(7)
    with pytest.raises(ReorganizationTooDeep) as refused:
        index.step()

    assert refused.value.window == 4
    assert "dongne index reset" in str(refused.value)
    assert contents(store) == before


def test_a_chain_that_was_reset_is_another_chain(city, store):
    indexed(city, store)

    with anvil() as other, pytest.raises(OtherIndex, match="first block"):
        indexer(other, city.suite.book, store)


def test_other_contracts_need_another_index(city, store):
    indexed(city, store)
    fewer = contracts(city.suite.book)
    fewer = replace(fewer, addresses={name: fewer.addresses[name] for name in ("LocalCurrency", "Vouchers")})

    with pytest.raises(OtherIndex, match="set of contracts"):
        Indexer(Rpc([city.suite.chain.rpc], CHAIN), store, fewer, HANDLERS)


def test_an_index_that_was_emptied_is_begun_anew(city, store):
    index = indexed(city, store)
    full = contents(store)

    with store.writing() as connection:
        undo.clear(connection)

    with pytest.raises(NoIndex):
        index.step()
    assert {name: len(rows) for name, rows in contents(store).items() if rows} == {}
    indexed(city, store)
    assert contents(store) == full


def test_contracts_without_handlers_are_no_obstacle(city, store):
    access = city.suite.book.entry("CityAccess")
    index = Indexer(
        Rpc([city.suite.chain.rpc], CHAIN), store, Contracts({"CityAccess": access.address}, access.block), HANDLERS
    )

    assert catch_up(index).block == city.suite.chain.block_number()
    assert not any(rows for name, rows in contents(store).items() if name != "progress")


def test_monthly_turnover_can_be_asked_for(city, store):
    """What an analyst would ask: the sum by merchant, from the same rows."""
    indexed(city, store)
    question = "SELECT payee, sum(amount) FROM payments WHERE payer_kind = 1 AND payee_kind = 2 GROUP BY payee"

    with store.reading() as connection:
        found = {bytes(payee): int(total) for payee, total in connection.execute(text(question))}

    expected = defaultdict(int)
    for each in rows(store, Payment):
        if (each.payer_kind, each.payee_kind) == (1, 2):
            expected[each.payee] += each.amount
    assert found == expected
