"""The importer of auction sales: what becomes a record, and what is said about what does not."""

from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dongne.errors import InputError, RejectedFile, UnreadableFile
from dongne.tables import ColumnMapping
from dongne.units import miles_to_kilometres
from dongne.vehicle import Entry, Gauge, Kind, Unit, read_sales, vehicle_id
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

    def write_and_read(*lines, header="vin,odometer,saledate", unit=Unit.MILES, zone=UTC, encoding="utf-8"):
        file = tmp_path / "sales.csv"
        file.write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
        return read_sales(file, NOW, zone, unit)

    return write_and_read


def reasons(sales):
    return [(problem.line, problem.column, str(problem.reason)) for problem in sales.rejected]


def test_a_row_becomes_an_odometer_record_in_kilometres_at_its_date(read):
    (sale,) = read(f"{VIN},197705,{DATE}").accepted

    assert sale.vehicle == VIN.upper()
    assert sale.entry() == Entry(Kind.ODOMETER, DATE_SECONDS, 318_175, Gauge.READ)
    item = sale.item(vehicle_id(VIN, KEY), KEY)
    assert (item.vehicle, item.entry) == (vehicle_id(VIN, KEY), sale.entry())
    assert item.document != bytes(32)


def test_a_row_without_odometer_becomes_a_record_whose_gauge_was_not_read(read):
    (sale,) = read(f"{VIN},,{DATE}").accepted

    assert sale.entry() == Entry(Kind.ODOMETER, DATE_SECONDS, 0, Gauge.NOT_READ)


def test_columns_are_found_by_name_and_others_are_not_used(read):
    sales = read(f"red,{DATE},5,{VIN},x", header="Colour, SaleDate ,odometer,VIN,price")

    assert [(sale.vehicle, sale.km) for sale in sales.accepted] == [(VIN.upper(), miles_to_kilometres(5))]


def test_rows_are_ordered_by_date_and_then_by_line(read):
    later = "Thu Dec 18 2014 12:30:00 GMT-0800 (PST)"

    sales = read(f"{VIN},3,{later}", f"{VIN},2,{DATE}", f"{VIN},1,{DATE}")

    assert [sale.line for sale in sales.accepted] == [3, 4, 2]


NOT_DIGITS = "is not a whole number. Write digits, e.g. 12500 or 12,500."
TOO_FAR = "is out of range: the registry takes up to 16,777,215 km."


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (f"{VIN},-5,{DATE}", "odometer", f"“-5” {NOT_DIGITS}"),
        (f"{VIN},1.5,{DATE}", "odometer", f"“1.5” {NOT_DIGITS}"),
        (f"{VIN},٥,{DATE}", "odometer", f"“٥” {NOT_DIGITS}"),
        (f"{VIN},1e3,{DATE}", "odometer", f"“1e3” {NOT_DIGITS}"),
        (f'{VIN},"1,2,3",{DATE}', "odometer", f"“1,2,3” {NOT_DIGITS}"),
        (f"{VIN},10424879,{DATE}", "odometer", f"“10424879” {TOO_FAR}"),
        (f"{VIN},{'9' * 5000},{DATE}", "odometer", f"“{'9' * 59}…” {TOO_FAR}"),
        (
            f"{VIN[:16]},5,{DATE}",
            "vin",
            f"The VIN “{VIN[:16].upper()}” has 16 characters; a VIN has 17, a chassis number 5 to 13 with "
            "letters and digits. Compare it with the registration.",
        ),
        (f"{VIN},5", "", "2 fields, but the header has 3. Add what is missing; an empty field counts."),
        (
            f"{VIN},5,{DATE},extra",
            "",
            "4 fields, but the header has 3. Put a value that contains “,” in quotes.",
        ),
        (
            f"{VIN},5,yesterday",
            "saledate",
            "“yesterday” is not a date. Write it like 2026-12-01, or 2026-12-01 09:30 with a time.",
        ),
        (
            f"{VIN},5,2031-12-17",
            "saledate",
            "“2031-12-17” is in the future. Check the date and its time zone.",
        ),
        (f"{VIN},5,1969-12-17", "saledate", "“1969-12-17” is before 1970. Check the year."),
        (
            f"{VIN},5,03/04/2014",
            "saledate",
            "“03/04/2014” could be 2014-03-04 or 2014-04-03. Write the year first, then the month, then the day.",
        ),
    ],
)
def test_a_bad_row_is_rejected_with_line_and_column_and_the_rest_is_read(read, row, column, reason):
    sales = read(f"{VIN},1,{DATE}", row, f"{VIN},2,{DATE}")

    assert reasons(sales) == [(3, column, reason)]
    assert [sale.line for sale in sales.accepted] == [2, 4]


def test_everything_that_is_wrong_with_a_row_is_listed(read):
    sales = read(f"{VIN[:16]},-5,yesterday")

    assert [problem.column for problem in sales.rejected] == ["vin", "odometer", "saledate"]


@pytest.mark.parametrize(
    ("heading", "km"),
    [("odometer_km", 1_000), ("odometer (miles)", 1_609), ("주행거리(km)", 1_000), ("주행거리(마일)", 1_609)],
)
def test_a_heading_that_says_the_unit_decides_it(read, heading, km):
    (sale,) = read(f'{VIN},"1,000",{DATE}', header=f"차대번호,{heading},판매일", unit=None).accepted

    assert sale.km == km


@pytest.mark.parametrize("heading", ["odometer", "주행거리"])
def test_a_unit_is_never_guessed(read, heading):
    with pytest.raises(RejectedFile, match=f"“{heading}” does not say its unit. Give --unit km or --unit miles"):
        read(f"{VIN},1,{DATE}", header=f"vin,{heading},saledate", unit=None)


def test_a_unit_that_contradicts_the_heading_is_refused(read):
    with pytest.raises(RejectedFile, match="“odometer_km” is in kilometres, but --unit says miles"):
        read(f"{VIN},1,{DATE}", header="vin,odometer_km,saledate", unit=Unit.MILES)


def test_two_columns_of_readings_are_refused(read):
    with pytest.raises(RejectedFile, match="could be “odometer”: odometer_km, odometer_miles"):
        read(f"{VIN},1,1,{DATE}", header="vin,odometer_km,odometer_miles,saledate")


def test_a_korean_file_in_cp949_is_read(read):
    (sale,) = read(
        f"{VIN};48200;2014년 12월 17일 오후 2:30",
        header="차대번호;주행거리(km);판매일",
        unit=None,
        zone=ZoneInfo("Asia/Seoul"),
        encoding="cp949",
    ).accepted

    assert (sale.km, sale.sold_at) == (48_200, 1_418_794_200)


def test_a_mapping_names_the_columns_of_a_file(tmp_path):
    file = tmp_path / "sales.csv"
    file.write_text(f"Fahrgestell,Stand,Tag\n{VIN},7,2014-12-17\n")
    mapping = ColumnMapping({"Fahrgestell": "vehicle", "Stand": "odometer_km", "Tag": "saledate"})

    (sale,) = read_sales(file, NOW, UTC, mapping=mapping).accepted

    assert (sale.vehicle, sale.km) == (VIN.upper(), 7)


@pytest.mark.parametrize("cell", ["1", "001", "n/a", " N/A ", "999,999", "999999"])
def test_a_placeholder_that_the_mapping_names_is_no_reading(tmp_path, cell):
    file = tmp_path / "sales.csv"
    file.write_text(f'vin,odometer_km,saledate\n{VIN},"{cell}",2014-12-17\n')
    mapping = ColumnMapping({}, {"odometer_km": ["1", "999999", "n/a"]})

    (sale,) = read_sales(file, NOW, UTC, mapping=mapping).accepted

    assert sale.km is None


@pytest.mark.parametrize("cell", ["10", "-1", "1.0", "na"])
def test_what_the_mapping_does_not_name_is_no_placeholder(tmp_path, cell):
    file = tmp_path / "sales.csv"
    file.write_text(f"vin,odometer_km,saledate\n{VIN},{cell},2014-12-17\n")

    sales = read_sales(file, NOW, UTC, mapping=ColumnMapping({}, {"odometer_km": ["1", "n/a"]}))

    assert [sale.km for sale in sales.accepted] == ([10] if cell == "10" else [])


def test_a_stations_day_says_kind_and_outcome_of_each_record(read):
    engine = f"{VIN},periodic-inspection,48200,2014-12-17,passed"
    korean = f'0x{"ab" * 32},정비,,2014-12-17,"engine, brakes"'
    header = "vehicle,kind,odometer_km,date,outcome"

    inspected, served = read(engine, korean, header=header, unit=None).accepted

    assert (inspected.kind, inspected.km, inspected.outcome) == (Kind.PERIODIC_INSPECTION, 48_200, 1)
    assert (served.vehicle, served.kind, served.outcome) == ("0x" + "ab" * 32, Kind.MAINTENANCE, 1 << 5 | 1 << 1)
    assert served.entry().gauge is Gauge.NOT_READ


def test_a_list_that_says_kinds_needs_no_odometer(read):
    (served,) = read(f"{VIN},flood,2014-12-17", header="vin,kind,date", unit=None).accepted

    assert (served.kind, served.km) == (Kind.FLOOD, None)


@pytest.mark.parametrize(
    ("kind", "outcome", "said"),
    [
        ("registration", "", "A list of records does not write registration"),
        ("lien", "", "A list of records does not write lien"),
        ("flying", "", "is not known here"),
        ("periodic-inspection", "brilliant", "is no outcome of the kind periodic inspection"),
        ("periodic-inspection", "65536", "is out of range"),
    ],
)
def test_a_kind_or_outcome_that_is_none_is_told(read, kind, outcome, said):
    sales = read(f"{VIN},{kind},1,2014-12-17,{outcome}", header="vin,kind,odometer_km,date,outcome", unit=None)

    assert said in str(sales.rejected[0].reason)


def test_dates_without_a_zone_are_the_citys(read):
    (sale,) = read(f"{VIN},1,2014-12-17", zone=ZoneInfo("Asia/Seoul")).accepted

    assert sale.sold_at == 1_418_742_000


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
    assert [warning.text("en") for warning in sales.warnings] == [
        f"line 2: the check digit of VIN {typo.upper()} is wrong; the row is recorded all the same"
    ]


@pytest.mark.parametrize("header", ["vin,odometer", "vin,vin,odometer,saledate", "vin,saledate", "", "\x00"])
def test_a_file_with_a_wrong_header_is_refused_whole(read, header):
    with pytest.raises(InputError, match=r"sales.csv"):
        read(f"{VIN},1,{DATE}", header=header)


def test_a_file_without_readings_says_how_their_column_may_be_headed(read):
    with pytest.raises(RejectedFile, match=r"“odometer” is missing; it may be headed odometer, .*odometer_km"):
        read(f"{VIN},{DATE}", header="vin,saledate")


def test_a_file_that_is_not_text_is_refused_whole(tmp_path):
    file = tmp_path / "sales.csv"
    file.write_bytes(b"PK\x03\x04 a workbook")

    with pytest.raises(UnreadableFile, match="is a spreadsheet's own format"):
        read_sales(file, NOW, UTC)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="There is no file"):
        read_sales(tmp_path / "none.csv", NOW, UTC)


@pytest.mark.skipif(not REAL_FILE.exists(), reason=f"{REAL_FILE} is not here")
def test_every_row_of_the_real_file_is_accepted():
    sales = read_sales(REAL_FILE, NOW, UTC, Unit.MILES)

    assert (len(sales.accepted), sales.rejected) == (2_247, ())
    assert sum(sale.km is None for sale in sales.accepted) == 6
    assert len({sale.vehicle for sale in sales.accepted}) == 2_121


def test_the_made_up_sample_has_the_real_files_columns_and_is_the_same_each_time(tmp_path):
    first, second = write_sales(tmp_path / "a.csv", 50), write_sales(tmp_path / "b.csv", 50)

    assert first.read_bytes() == second.read_bytes()
    assert first.read_text(encoding="utf-8").splitlines()[0] == ",".join(HEADER)
    assert read_sales(first, NOW, UTC, Unit.MILES).rejected == ()
    assert len({sale.vehicle for sale in read_sales(first, NOW, UTC, Unit.MILES).accepted}) == 50
