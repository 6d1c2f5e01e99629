"""The importer of auction sales: what becomes a record, and what is said about what does not."""

from pathlib import Path

import pytest

from dongne.errors import InputError
from dongne.units import miles_to_kilometres
from dongne.vehicle import Entry, Gauge, Kind, read_sales, vehicle_id
from scripts.demo.sample_sales import HEADER, write_sales

NOW = 1_700_000_000
KEY = bytes(range(32))
REAL_FILE = Path("../shared/data/used_car_sales.csv")
VIN = "4t1bg22k3xu414256"
DATE = "Wed Dec 17 2014 12:30:00 GMT-0800 (PST)"
DATE_SECONDS = 1_418_848_200


@pytest.fixture
def read(tmp_path):
    """Reads a file made of these lines."""

    def write_and_read(*lines, header="vin,odometer,saledate"):
        file = tmp_path / "sales.csv"
        file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return read_sales(file, NOW)

    return write_and_read


def reasons(sales):
    return [(error.line, error.reason.en) for error in sales.rejected]


def test_a_row_becomes_an_odometer_record_in_kilometres_at_its_date(read):
    (sale,) = read(f"{VIN},197705,{DATE}").accepted

    assert sale.vin == VIN.upper()
    assert sale.entry() == Entry(Kind.ODOMETER, DATE_SECONDS, 318_175, Gauge.READ)
    assert sale.item(KEY).vehicle == vehicle_id(VIN, KEY)
    assert sale.item(KEY).document != bytes(32)


def test_a_row_without_odometer_becomes_a_record_whose_gauge_was_not_read(read):
    (sale,) = read(f"{VIN},,{DATE}").accepted

    assert sale.entry() == Entry(Kind.ODOMETER, DATE_SECONDS, 0, Gauge.NOT_READ)


def test_columns_are_found_by_name_and_others_are_not_used(read):
    sales = read(f"red,{DATE},5,{VIN},x", header="Colour, SaleDate ,odometer,VIN,price")

    assert [(sale.vin, sale.km) for sale in sales.accepted] == [(VIN.upper(), miles_to_kilometres(5))]


def test_rows_are_ordered_by_date_and_then_by_line(read):
    later = "Thu Dec 18 2014 12:30:00 GMT-0800 (PST)"

    sales = read(f"{VIN},3,{later}", f"{VIN},2,{DATE}", f"{VIN},1,{DATE}")

    assert [sale.line for sale in sales.accepted] == [3, 4, 2]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"{VIN},-5,{DATE}", "odometer '-5' is no reading; expected whole miles, 0 or more, or nothing"),
        (f"{VIN},1.5,{DATE}", "odometer '1.5' is no reading; expected whole miles, 0 or more, or nothing"),
        (f"{VIN},٥,{DATE}", "odometer '٥' is no reading; expected whole miles, 0 or more, or nothing"),
        (f"{VIN},10424879,{DATE}", "odometer '10424879' is out of range; the registry takes up to 16,777,215 km"),
        (
            f"{VIN},{'9' * 5000},{DATE}",
            f"odometer '{'9' * 5000}' is out of range; the registry takes up to 16,777,215 km",
        ),
        (f"{VIN[:16]},5,{DATE}", f"VIN '{VIN[:16]}' has 16 characters; a VIN has 17"),
        (f"{VIN},5", "2 columns, but the header has 3"),
        (f"{VIN},5,{DATE},extra", "4 columns, but the header has 3"),
        (
            f"{VIN},5,yesterday",
            "sale date 'yesterday' is not understood; expected a date such as Wed Dec 17 2014 12:30:00 GMT-0800 (PST)",
        ),
        (
            f"{VIN},5,Wed Dec 17 2031 12:30:00 GMT-0800 (PST)",
            "sale date 'Wed Dec 17 2031 12:30:00 GMT-0800 (PST)' is in the future or before 1970",
        ),
        (
            f"{VIN},5,Wed Dec 17 1969 12:30:00 GMT-0800 (PST)",
            "sale date 'Wed Dec 17 1969 12:30:00 GMT-0800 (PST)' is in the future or before 1970",
        ),
    ],
)
def test_a_bad_row_is_reported_with_its_line_and_the_rest_is_read(read, tmp_path, row, reason):
    sales = read(f"{VIN},1,{DATE}", row, f"{VIN},2,{DATE}")

    assert reasons(sales) == [(3, reason)]
    assert str(sales.rejected[0]) == f"{tmp_path / 'sales.csv'}:3: {reason}"
    assert [sale.line for sale in sales.accepted] == [2, 4]


def test_the_greatest_odometer_fits(read):
    (sale,) = read(f"{VIN},10424878,{DATE}").accepted

    assert sale.km == 2**24 - 1


def test_empty_lines_are_no_rows(read):
    sales = read("", f"{VIN},1,{DATE}", "")

    assert (len(sales.accepted), sales.rejected) == (1, ())


def test_a_wrong_check_digit_is_a_warning_once_a_vin(read):
    typo = VIN[:8] + "4" + VIN[9:]

    sales = read(f"{typo},1,{DATE}", f"{VIN},1,{DATE}", f"{typo},2,{DATE}")

    assert len(sales.accepted) == 3
    assert [warning.en for warning in sales.warnings] == [
        f"line 2: the check digit of VIN {typo.upper()} is wrong; recorded all the same"
    ]


@pytest.mark.parametrize("header", ["vin,odometer", "vin,vin,odometer,saledate", "", "\x00"])
def test_a_file_with_a_wrong_header_is_refused_whole(read, header):
    with pytest.raises(InputError, match=r"sales.csv"):
        read(f"{VIN},1,{DATE}", header=header)


def test_a_file_that_is_not_text_is_refused_whole(tmp_path):
    file = tmp_path / "sales.csv"
    file.write_bytes(b"vin,odometer,saledate\n\xff\xfe\n")

    with pytest.raises(InputError, match="cannot be read as CSV in UTF-8"):
        read_sales(file, NOW)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_sales(tmp_path / "none.csv", NOW)


@pytest.mark.skipif(not REAL_FILE.exists(), reason=f"{REAL_FILE} is not here")
def test_every_row_of_the_real_file_is_accepted():
    sales = read_sales(REAL_FILE, NOW)

    assert (len(sales.accepted), sales.rejected) == (2_247, ())
    assert sum(sale.km is None for sale in sales.accepted) == 6
    assert len({sale.vin for sale in sales.accepted}) == 2_121


def test_the_made_up_sample_has_the_real_files_columns_and_is_the_same_each_time(tmp_path):
    first, second = write_sales(tmp_path / "a.csv", 50), write_sales(tmp_path / "b.csv", 50)

    assert first.read_bytes() == second.read_bytes()
    assert first.read_text(encoding="utf-8").splitlines()[0] == ",".join(HEADER)
    assert read_sales(first, NOW).rejected == ()
    assert len({sale.vin for sale in read_sales(first, NOW).accepted}) == 50
