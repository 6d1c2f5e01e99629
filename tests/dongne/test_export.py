"""Exported files hold what the tables hold, in words, and an analyst's tools read them."""

import csv
import json

import duckdb
import pytest
from eth_utils.address import to_checksum_address

from dongne import book as books
from dongne import export as exporting
from dongne.currency import LocalCurrency
from dongne.currency.events import Transfer
from dongne.export import TABLES, ExportUnwritable, Format, NoSuchTable, ParquetMissing, export
from dongne.store import Store
from dongne.store.progress import progress_of
from tests.dongne.bustle import bustling_city
from tests.dongne.command_line import dongne
from tests.dongne.indexing import catch_up, contents, indexer


@pytest.fixture(scope="module")
def city():
    with bustling_city(seed=5) as bustle:
        for _ in range(20):
            bustle.happen(10)
            bustle.mine()
        yield bustle


@pytest.fixture
def store(city, store_url):
    found = Store.open(store_url)
    catch_up(indexer(city.suite.chain.rpc, city.suite.book, found))
    yield found
    found.close()


@pytest.mark.parametrize("form", Format)
def test_every_table_is_written_whole(store, tmp_path, form):
    expected = {name: len(rows) for name, rows in contents(store).items() if name != "progress"}

    found = export(store, tmp_path / "out", form=form)

    assert {file.stem: rows for file, rows in found.items()} == expected
    for name, count in expected.items():
        assert duckdb.sql(f"SELECT count(*) FROM '{tmp_path / 'out' / name}.{form}'").fetchall() == [(count,)]
    assert sum(expected.values()) > 100


def test_votes_stand_in_words(store, tmp_path):
    (file,) = export(store, tmp_path, ["votes"])

    found = duckdb.sql(f"SELECT way, skip, count(choices) FROM '{file}' GROUP BY ALL").fetchall()

    assert {"BATCH", "SENT"} <= {way for way, _skip, _count in found}
    assert {"NONE"} < {skip for _way, skip, _count in found}
    assert all((count == 0) == (skip != "NONE") for _way, skip, count in found)


def test_duckdb_reads_the_turnover_of_merchants(city, store, tmp_path):
    (file,) = export(store, tmp_path, ["payments"])
    currency = city.suite.client(LocalCurrency)

    found = dict(
        duckdb.sql(f"SELECT payee, sum(amount) FROM '{file}' WHERE payee IS NOT NULL GROUP BY payee").fetchall()
    )

    expected = {}
    for event in currency.events(Transfer):
        if int(event.to, 16):
            expected[event.to] = expected.get(event.to, 0) + event.value
    assert found == expected


def test_kinds_and_stages_are_words_and_large_numbers_text(store, tmp_path):
    export(store, tmp_path)

    def values(table, column):
        return {row[0] for row in duckdb.sql(f"SELECT DISTINCT {column} FROM '{tmp_path / table}.parquet'").fetchall()}

    assert values("accounts", "kind") >= {"RESIDENT", "MERCHANT", "INSTITUTION"}
    assert values("payments", "payer_kind") >= {"NONE", "RESIDENT"}
    assert "REGISTRATION" in values("records", "kind")
    assert values("programmes", "cap") == {"1000000"}
    assert values("accounts", "frozen") <= {True, False}
    assert all(address == to_checksum_address(address) for address in values("accounts", "address"))


def test_a_spreadsheet_reads_the_same_as_duckdb(store, tmp_path):
    export(store, tmp_path, ["accounts"])
    (file,) = export(store, tmp_path, ["accounts"], Format.CSV)

    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))

    parquet = duckdb.sql(f"SELECT address, balance FROM '{tmp_path / 'accounts.parquet'}'").fetchall()
    assert {row["address"]: int(row["balance"]) for row in rows} == dict(parquet)


def test_a_description_says_of_which_block_it_is_and_in_which_units(store, tmp_path):
    files = export(store, tmp_path)

    told = json.loads((tmp_path / "export.json").read_text(encoding="utf-8"))
    with store.reading() as connection:
        progress = progress_of(connection)
    assert (told["block"], told["hash"], told["time"]) == (progress.block, "0x" + progress.hash.hex(), progress.time)
    assert set(told["tables"]) == {file.stem for file in files} == set(TABLES)
    for name, columns in told["tables"].items():
        described = duckdb.sql(f"DESCRIBE SELECT * FROM '{tmp_path / name}.parquet'").fetchall()
        types = {"text": "VARCHAR", "number": "BIGINT", "flag": "BOOLEAN"}
        assert [(row[0], row[1]) for row in described] == [
            (name, types[each["type"]]) for name, each in columns.items()
        ]
    payments = told["tables"]["payments"]
    assert payments["time"]["unit"] == "Unix seconds, UTC"
    assert payments["amount"]["unit"].startswith("base units")
    assert (payments["payer"]["empty"], payments["payee_kind"]["empty"]) == (True, False)
    assert "RESIDENT" in payments["payer_kind"]["words"]
    # A time or an address that is not called so would be a riddle.
    for columns in told["tables"].values():
        for name, each in columns.items():
            if name in ("time", "starts", "ends", "registered", "deadline", "owned_since"):
                assert each["unit"] == "Unix seconds, UTC", name


def test_rows_come_in_pieces(store, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "ROWS_AT_ONCE", 7)
    heard = []

    (file,) = export(store, tmp_path, ["payments"], heard=heard.append)

    assert max(heard) == 7
    assert duckdb.sql(f"SELECT count(*) FROM '{file}'").fetchall() == [(sum(heard),)]


def test_a_table_that_there_is_not_is_named_with_those_there_are(store, tmp_path):
    with pytest.raises(NoSuchTable, match="payments"):
        export(store, tmp_path, ["accounts", "passwords"])

    assert list(tmp_path.glob("*.parquet")) == []


def test_a_folder_that_takes_no_file_is_one_message(store, tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(ExportUnwritable):
        export(store, tmp_path / "file")


def test_a_former_export_stays_until_the_new_one_is_whole(store, tmp_path, monkeypatch):
    (file,) = export(store, tmp_path, ["accounts"])
    before = file.read_bytes()
    monkeypatch.setattr(exporting, "_parquet", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))

    with pytest.raises(ExportUnwritable, match="No space left"):
        export(store, tmp_path, ["accounts"])

    assert file.read_bytes() == before
    assert list(tmp_path.glob("*.part")) == []


def test_without_the_library_parquet_says_how_to_get_it(store, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)

    with pytest.raises(ParquetMissing, match=r"\.whl\[export\]"):
        export(store, tmp_path)


def test_the_command_exports_what_is_indexed(capsys, city, store_url, tmp_path, monkeypatch):
    monkeypatch.setenv("DONGNE_STORE", store_url)
    books.save(city.suite.book, tmp_path / "deployments")
    options = ["--rpc", city.suite.chain.rpc, "--deployments", tmp_path / "deployments"]

    empty, _, said = dongne(capsys, "export", "--out", tmp_path / "out", *options)
    indexed, *_ = dongne(capsys, "index", "once", *options)
    code, out, _ = dongne(capsys, "export", "payments", "--out", tmp_path / "out", "--lang", "ko", *options)

    assert (empty, indexed, code) == (3, 0, 0)
    assert "dongne index once" in said
    assert "payments.parquet" in out
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"payments.parquet", "export.json"}


def test_words_are_of_columns_that_there_are():
    for table, column in exporting._WORDS:
        assert column in TABLES[table].columns
