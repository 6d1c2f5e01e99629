"""Found by playing a hurried clerk: a row that was pasted twice became two records, without a word."""

from datetime import UTC
from pathlib import Path

from dongne.vehicle import read_sales

NOW = 1_800_000_000
ROW = "KMHCT41BBDU123456,31990,2026-11-06,{price}"


def read(folder: Path, *rows):
    file = folder / "sales.csv"
    file.write_text("\n".join(["vin,odometer_km,saledate,price", *rows]) + "\n", encoding="utf-8")
    return read_sales(file, NOW, UTC)


def test_a_row_that_stands_twice_is_recorded_once_and_the_second_is_told(tmp_path):
    found = read(tmp_path, ROW.format(price=500), ROW.format(price=500), ROW.format(price=500) + " ")

    assert [sale.line for sale in found.accepted] == [2]
    assert [problem.line for problem in found.rejected] == [3, 4]


def test_rows_that_differ_in_another_column_are_two_records(tmp_path):
    found = read(tmp_path, ROW.format(price=500), ROW.format(price=900))

    assert [sale.line for sale in found.accepted] == [2, 3]
    assert not found.rejected
