"""The store: the same tables in both databases, transactions that are whole, many rows at once, and taking back."""

import random
import sqlite3
from dataclasses import dataclass

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Integer, MetaData, Table, func, select, text

from dongne.months import begin_of, month_of
from dongne.store import Store, bulk, undo
from dongne.store.currency import Account, Payment, Voucher
from dongne.store.database import sqlite_file
from dongne.store.errors import (
    NumberTooLarge,
    StoreAddressNotValid,
    StoreFailed,
    StoreNewer,
    StoreUnreachable,
)
from dongne.store.partitions import make_room
from dongne.store.rows import JOURNALS, METADATA, STATES, Number, Row, Wide, names, plain

NOVEMBER = 1_795_000_000
CHANCE = random.Random(8)


@pytest.fixture
def store(store_url):
    found = Store.open(store_url)
    yield found
    found.close()


def account(number=1, **values):
    return Account(number.to_bytes(20, "big"), **values)


def values_of(row):
    return tuple(getattr(row, name) for name in names(type(row)))


def payment(block, log=0, time=NOVEMBER, amount=5):
    return Payment(block, log, time, bytes(32), b"\x01" * 20, b"\x02" * 20, amount, 1, 2)


def all_of(store, kind):
    with store.reading() as connection:
        return [kind(*row) for row in connection.execute(select(kind.table).order_by(*kind.table.primary_key.columns))]


# Opening


def test_steps_make_the_tables_that_the_classes_describe(store):
    def is_ours(_object, name, kind, _reflected, _compared):
        return kind != "table" or not name.startswith("payments_")  # partitions

    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_ours})
        differences = compare_metadata(context, METADATA)

    assert differences == []


def test_every_state_has_a_table_of_former_rows(store):
    with store.reading() as connection:
        for kind in STATES:
            assert connection.scalar(select(func.count()).select_from(kind.before)) == 0


def test_opening_again_changes_nothing(store, store_url):
    with store.writing() as connection:
        bulk.upsert(connection, Account.table, [values_of(account())])

    again = Store.open(store_url)

    assert all_of(again, Account) == [account()]
    again.close()


def test_a_store_of_a_newer_version_is_refused(store, store_url):
    with store.writing() as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES ('from_the_future')"))

    with pytest.raises(StoreNewer, match="from_the_future"):
        Store.open(store_url)


@pytest.mark.parametrize(
    "url", ["", "store.sqlite", "sqlite://", "mysql://root@localhost/x", "postgresql+pg8000://x/y", "::", "/etc/passwd"]
)
def test_an_address_that_is_none_is_refused_without_being_shown(url):
    with pytest.raises(StoreAddressNotValid) as refused:
        Store.open(url)

    assert "DONGNE_STORE" in str(refused.value)


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.sqlite", "postgresql://dongne@127.0.0.1:9/dongne"])
def test_a_database_that_is_not_there_is_one_message(url):
    with pytest.raises(StoreUnreachable, match="cannot be opened"):
        Store.open(url)


def test_a_file_that_is_no_database_is_one_message(tmp_path):
    file = tmp_path / "store.sqlite"
    file.write_bytes(b"nothing of the kind " * 500)

    with pytest.raises(StoreUnreachable, match="not a database"):
        Store.open(sqlite_file(file))


def test_a_password_is_not_shown():
    store = Store("postgresql://dongne:secret@db.example/dongne")

    assert "secret" not in store.address
    assert store.address.startswith("postgresql://dongne:***@db.example/dongne")


def test_sqlite_lets_others_read_while_one_writes(tmp_path):
    store = Store.open(sqlite_file(tmp_path / "store.sqlite"))
    with store.writing() as connection:
        bulk.upsert(connection, Account.table, [values_of(account())])

        with store.reading() as other:
            assert other.scalar(select(func.count()).select_from(Account.table)) == 0

    (mode,) = sqlite3.connect(tmp_path / "store.sqlite").execute("PRAGMA journal_mode").fetchone()
    assert mode == "wal"
    store.close()


# Transactions


def test_nothing_is_kept_of_a_transaction_that_fails(store):
    with pytest.raises(ZeroDivisionError), store.writing() as connection:
        bulk.insert(connection, Payment.table, [] if not store.is_sqlite else [values_of(payment(1))])
        bulk.upsert(connection, Account.table, [values_of(account())])
        raise ZeroDivisionError

    assert all_of(store, Account) == all_of(store, Payment) == []


def test_what_the_database_refuses_is_an_error_of_ours(store):
    with pytest.raises(StoreFailed, match=r"nowhere|nonsense"), store.writing() as connection:
        connection.execute(text("SELECT nonsense FROM nowhere"))


@pytest.mark.parametrize("amount", [2**63, -(2**63) - 1, 2**200])
def test_a_number_that_does_not_fit_is_refused(store, amount):
    with pytest.raises(NumberTooLarge), store.writing() as connection:
        bulk.upsert(connection, Account.table, [values_of(account(balance=amount))])


# Many rows


@plain("test_numbers", key=("id",))
@dataclass(slots=True)
class Numbers(Row):
    """Numbers of the chain at their bounds."""

    id: Number
    wide: Wide
    maybe: Wide | None = None


METADATA.remove(Numbers.table)  # it is none of the store's


@pytest.fixture
def numbers(store):
    with store.writing() as connection:
        Numbers.table.create(connection)
    yield store


def test_numbers_of_78_digits_are_kept_exactly(numbers):
    rows = [Numbers(1, 2**256 - 1), Numbers(2, 0, 10**77), Numbers(3, 2**63)]

    with numbers.writing() as connection:
        bulk.insert(connection, Numbers.table, [values_of(row) for row in rows])
        found = bulk.select(connection, Numbers.table, [(1,), (2,), (3,)])

    assert sorted(found) == [values_of(row) for row in rows]


def test_rows_take_the_place_of_those_with_the_same_key(store):
    vouchers = [Voucher(1, bytes([number]) * 20, number, number) for number in range(5)]
    changed = [Voucher(1, bytes([number]) * 20, 100, 0, True) for number in range(3, 8)]

    with store.writing() as connection:
        bulk.upsert(connection, Voucher.table, [values_of(each) for each in vouchers])
        bulk.upsert(connection, Voucher.table, [values_of(each) for each in changed])

    assert all_of(store, Voucher) == [*vouchers[:3], *changed]


@pytest.mark.parametrize("count", [0, 1, bulk.READ_AT_ONCE, 2 * bulk.READ_AT_ONCE + 1])
def test_rows_are_found_by_many_keys(store, count):
    rows = [Voucher(number % 3, number.to_bytes(20, "big"), number, number) for number in range(count)]
    with store.writing() as connection:
        bulk.upsert(connection, Voucher.table, [values_of(row) for row in rows])
        absent = [(9, bytes(20))]

        found = bulk.select(connection, Voucher.table, [*((row.programme, row.holder) for row in rows), *absent])

    assert sorted(found) == sorted(values_of(row) for row in rows)


def test_payments_of_any_month_find_their_place(store):
    times = [begin_of(month) + offset for month in (682, 683, 1_500) for offset in (-1, 0, 1)]
    rows = [payment(number, time=time) for number, time in enumerate(times)]

    with store.writing() as connection:
        make_room(connection, times)
        make_room(connection, times)
        bulk.insert(connection, Payment.table, [values_of(row) for row in rows])

    assert all_of(store, Payment) == rows


@pytest.mark.parametrize("time", [0, begin_of(682) - 1, begin_of(682), begin_of(683) - 1, 4_000_000_000])
def test_a_month_begins_where_the_one_before_ends(time):
    assert begin_of(month_of(time)) <= time < begin_of(month_of(time) + 1)


# Taking back


def test_tables_are_taken_back_to_any_block(store):
    """A random history of rows, against the same kept as dictionaries."""
    now, history = {}, []
    for block in range(1, 30):
        former, changed = [], {}
        for number in CHANCE.sample(range(12), CHANCE.randint(0, 6)):
            before = now.get(number)
            row = account(number, balance=CHANCE.randrange(1_000), frozen=CHANCE.random() < 0.5)
            former.append((block, *values_of(before or account(number)), before is not None))
            changed[number] = row
        now = {**now, **changed}
        with store.writing() as connection:
            bulk.insert(connection, Account.before, former)
            bulk.upsert(connection, Account.table, [values_of(row) for row in changed.values()])
            make_room(connection, [NOVEMBER])
            bulk.insert(connection, Payment.table, [values_of(payment(block, log)) for log in range(block % 3)])
        history.append(now)

    for block in (28, 27, 20, 12, 3, 1):
        with store.writing() as connection:
            undo.take_back(connection, block)

        assert {int.from_bytes(row.address, "big"): row for row in all_of(store, Account)} == history[block - 1]
        assert [row.block for row in all_of(store, Payment)] == [
            at for at in range(1, block + 1) for _ in range(at % 3)
        ]
        with store.reading() as connection:
            assert connection.scalar(select(func.max(Account.before.c.undone_block))) in {None, *range(block + 1)}


def test_former_rows_are_forgotten_up_to_a_block(store):
    with store.writing() as connection:
        bulk.insert(connection, Account.before, [(block, *values_of(account()), True) for block in range(5)])

        undo.forget(connection, 2)
        left = [row.undone_block for row in connection.execute(select(Account.before))]
        undo.forget(connection)

        assert left == [3, 4]
        assert connection.scalar(select(func.count()).select_from(Account.before)) == 0


def test_clearing_leaves_what_is_not_derived(store):
    mine = Table("mine", MetaData(), Column("id", Integer, primary_key=True))
    with store.writing() as connection:
        mine.create(connection)
        connection.execute(mine.insert().values(id=1))
        bulk.upsert(connection, Account.table, [values_of(account())])

        undo.clear(connection)

        assert connection.scalar(select(func.count()).select_from(mine)) == 1
    assert all(all_of(store, kind) == [] for kind in (*JOURNALS, *STATES))
