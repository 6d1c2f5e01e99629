"""The reader of every CSV: however a file was saved, its rows are read, and all that is wrong with it is said."""

import codecs
import csv
import io
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dongne.delimited import FieldTooLong, NulCharacter, QuoteNeverCloses, Record, records
from dongne.errors import InputError, RejectedFile
from dongne.numbers import whole_number
from dongne.problems import Problems
from dongne.tables import (
    AlreadyListed,
    Column,
    ColumnMissing,
    ColumnTwice,
    ColumnUnknown,
    HeadingUnknown,
    Listed,
    NoRows,
    TooFewFields,
    TooManyFields,
    parse_rows,
    read_mapping,
    read_table,
)
from dongne.texts import FileEmpty, FileNotToml, lines_of

COLUMNS = (Column("address"), Column("amount"), Column("category", required=False))
SALES = Path(__file__).parents[2] / "../shared/data/used_car_sales.csv"


@pytest.fixture
def read(tmp_path):
    """Writes a file, reads it, and gives its table and problems."""

    def write_and_read(content, columns=COLUMNS, mapping=None):
        file = tmp_path / "input.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        problems = Problems(file)
        return read_table(file, columns, problems=problems, mapping=mapping), problems.found

    return write_and_read


@pytest.fixture
def refusal(read):
    """The only problem of a file of which nothing can be read."""

    def read_and_fail(content, columns=COLUMNS, mapping=None):
        with pytest.raises(RejectedFile) as refused:
            read(content, columns, mapping)
        (problem,) = refused.value.problems
        return problem

    return read_and_fail


def places(problems):
    """What was found where."""
    return [(problem.line, problem.column, type(problem.reason)) for problem in problems]


def cells(table):
    return [(row["address"], row["amount"]) for row in table.rows]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("cp949", b""),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_line_ends_and_delimiter_do_not_matter(read, encoding, mark, end, delimiter):
    lines = ["주소,금액,상호", "0x1,300,행복분식", "0x2,400,동네책방"]
    text = "".join(line.replace(",", delimiter) + end for line in lines)

    table, problems = read(mark + text.encode(encoding))

    assert cells(table) == [("0x1", "300"), ("0x2", "400")]
    assert table.header == tuple(lines[0].split(","))
    assert [row.line for row in table.rows] == [2, 3]
    assert table.rows[1].fields == ("0x2", "400", "동네책방")
    assert not problems
    assert table.delimiter == delimiter


@pytest.mark.parametrize(
    "header",
    [
        "address,amount",
        " ADDRESS , Amount ",
        '"address","amount"',
        "wallet_address,amount",
        "Wallet Address,AMOUNT",
        "주소,금액",
        "지갑 주소,지급액",
        "\ufeffaddress,\u200bamount\xa0",
        "\u110c\u116e\u1109\u1169,\u1100\u1173\u11b7\u110b\u1162\u11a8",  # decomposed, as macOS writes them
    ],
)
def test_columns_are_found_by_any_of_their_headings(read, header):
    table, _problems = read(f"{header}\n0x1,300\n")

    assert cells(table) == [("0x1", "300")]


def test_columns_stand_in_any_order_among_others(read):
    table, _problems = read("memo,amount,address,memo\na,300,0x1,b\n")

    assert cells(table) == [("0x1", "300")]
    assert table.rows[0]["category"] == ""


def test_a_column_s_own_name_counts_before_other_headings(read):
    table, problems = read("account,address,amount\n17,0x1,300\n")

    assert cells(table) == [("0x1", "300")]
    assert not problems


def test_a_mapping_counts_before_names(read):
    table, _problems = read("address,그이의 지갑,amount\nSeoul,0x1,300\n", mapping={"그이의지갑": "address"})

    assert cells(table) == [("0x1", "300")]


def test_a_heading_may_belong_to_one_caller_only(read):
    table, _problems = read("수령인,amount\n0x1,300\n", (Column("address", ("수령인",)), Column("amount")))

    assert cells(table) == [("0x1", "300")]


def test_a_missing_column_is_named_with_what_there_is_and_what_it_may_be_headed(refusal):
    problem = refusal("name,sum,amount\nx,1,2\n")

    assert problem.line == 1
    assert isinstance(problem.reason, ColumnMissing)
    assert problem.reason.column == "address"
    assert {"address", "주소", "wallet"} <= set(problem.reason.expected)
    assert "The file has: name, sum, amount." in str(problem.reason)


def test_all_missing_columns_are_named_at_once(read):
    with pytest.raises(RejectedFile) as refused:
        read("name,sum\nx,1\n")

    assert [problem.reason.column for problem in refused.value.problems] == ["address", "amount"]


@pytest.mark.parametrize("header", ["address,address,amount", "주소,지갑,amount", "wallet,account,amount"])
def test_two_columns_that_could_be_meant_are_refused(refusal, header):
    reason = refusal(f"{header}\n0x1,0x2,300\n").reason

    assert isinstance(reason, ColumnTwice)
    assert reason.found == tuple(header.split(",")[:2])


@pytest.mark.parametrize(
    ("mapping", "flaw"),
    [({"지갑 번호": "address"}, HeadingUnknown), ({"address": "adress"}, ColumnUnknown)],
)
def test_a_wrong_mapping_is_refused(read, mapping, flaw):
    with pytest.raises(RejectedFile) as refused:
        read("address,amount\n0x1,300\n", mapping=mapping)

    assert flaw in {type(problem.reason) for problem in refused.value.problems}


def test_the_first_line_may_say_what_separates_fields(read):
    table, problems = read("sep=|\naddress|amount\n0x1|300\n")

    assert cells(table) == [("0x1", "300")]
    assert table.rows[0].line == 3
    assert not problems


def test_blank_lines_and_empty_columns_of_spreadsheets_are_no_rows(read):
    table, problems = read("\n\naddress,amount,,\n\n0x1,300,,\n,,,\n  \n0x2,400,,\n,,,\n")

    assert cells(table) == [("0x1", "300"), ("0x2", "400")]
    assert [row.line for row in table.rows] == [5, 8]
    assert not problems


def test_invisible_characters_around_a_cell_do_not_count(read):
    table, _problems = read("address,amount\n\u200b0x1\xa0 , \ufeff300\u3000\n")

    assert cells(table) == [("0x1", "300")]
    assert table.rows[0].fields == ("\u200b0x1\xa0 ", " \ufeff300\u3000")


def test_rows_with_fields_missing_or_too_many_are_listed_and_the_others_read(read):
    table, problems = read("address,amount\n0x1\n0x2,300,000\n0x3,300\n")

    assert cells(table) == [("0x3", "300")]
    assert places(problems) == [(2, "", TooFewFields), (3, "", TooManyFields)]
    assert [row.fields for row in table.rejected] == [("0x1",), ("0x2", "300", "000")]


@pytest.mark.parametrize("content", ["", "\n", "\ufeff", " \r\n \n"])
def test_a_file_with_nothing_in_it_is_refused(read, content):
    with pytest.raises(FileEmpty):
        read(content)


def test_a_header_alone_is_refused(refusal):
    assert isinstance(refusal("address,amount\n\n").reason, NoRows)


def test_a_nul_character_is_named_with_its_place(read):
    table, problems = read("address,amount,memo\n0x1,3\x0000,nothing to see here\n0x2,300,or here\n")

    assert places(problems) == [(2, "amount", NulCharacter)]
    assert cells(table) == [("0x2", "300")]


class TestQuotes:
    @pytest.mark.parametrize(
        "cell", ['"a,b"', '"a ""b"" c"', '""', '"""x"""', ' "a,b" ', '"first\nsecond"', '"a\n\n\nb"', '"x\n"', 'five"']
    )
    def test_quotes_are_read_as_the_standard_library_reads_them(self, cell):
        text = f'x,{cell},y\n1,2,3\n"4",5,"6"\n'

        expected = list(csv.reader(io.StringIO(text), skipinitialspace=True))
        expected[0][1] = expected[0][1].rstrip(" ")

        assert [list(record.fields) for record in records(lines_of(text), ",")] == expected

    def test_a_record_starts_at_its_first_line(self):
        found = records(lines_of('a,b\n1,"2\n3\n4"\n5,6'), ",")

        assert [(record.line, record.fields) for record in found] == [
            (1, ("a", "b")),
            (2, ("1", "2\n3\n4")),
            (5, ("5", "6")),
        ]

    @pytest.mark.parametrize(
        "row",
        [
            '"0x1,300',  # to the end of the file
            '0x1,"300',
            '0x1,"300"0',  # text after the closing quote
            '0x1,"Kim "Bob" Lee"',
            '0x1,"300\n0x9,500"',  # a row inside the field
        ],
    )
    def test_a_stray_quote_costs_its_line_and_no_other(self, read, row):
        table, problems = read(f"address,amount\n0x0,1\n{row}\n0x2,400\n0x3,500\n")

        assert places(problems)[0][0::2] == (3, QuoteNeverCloses)
        assert cells(table)[0] == ("0x0", "1")
        assert cells(table)[-2:] == [("0x2", "400"), ("0x3", "500")]

    def test_a_stray_quote_that_meets_the_next_one_is_found_at_its_own_line(self, read):
        table, problems = read('address,amount\n"0x1,300\n0x2,"1,000"\n0x3,500\n')

        assert places(problems) == [(2, "address", QuoteNeverCloses)]
        assert cells(table) == [("0x2", "1,000"), ("0x3", "500")]

    def test_problems_behind_a_stray_quote_are_still_listed(self, read):
        _table, problems = read('address,amount\n0x1,"300\n0x2\n0x3,1,2\n')

        assert places(problems) == [(2, "amount", QuoteNeverCloses), (3, "", TooFewFields), (4, "", TooManyFields)]

    def test_a_header_with_a_stray_quote_is_refused(self, refusal):
        problem = refusal('"address,amount\n0x1,300\n')

        assert (problem.line, type(problem.reason)) == (1, QuoteNeverCloses)

    def test_a_field_of_too_many_lines_is_a_stray_quote(self, read):
        table, problems = read('address,amount\n0x1,"' + "\n" * 200 + '"\n0x2,300\n')

        assert (2, "amount", QuoteNeverCloses) in places(problems)
        assert cells(table) == [("0x2", "300")]


TEXT = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\r"), max_size=12)


@given(st.lists(st.lists(TEXT, min_size=3, max_size=3), min_size=1, max_size=8), st.sampled_from(",;\t"), st.booleans())
@settings(deadline=None)
def test_what_the_standard_library_writes_is_read_back(rows, delimiter, all_quoted):
    rows = [row for row in rows if any(field.strip() for field in row)]
    looks_like_rows = any(line.count(delimiter) == 2 for row in rows for each in row for line in each.split("\n")[1:])
    if looks_like_rows:
        return
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL).writerows(rows)

    found = list(records(lines_of(text.getvalue()), delimiter))

    assert [list(record.fields) for record in found] == rows
    assert not any(record.flaw for record in found)


@given(st.text(alphabet='"a,;\n\r\t b\0\u2028', max_size=60), st.sampled_from(",;\t"))
@settings(deadline=None)
def test_nothing_of_any_text_gets_lost(text, delimiter):
    def letters(part):
        return [letter for letter in part if letter not in f'" \n\r\t\u2028{delimiter}']

    found = list(records(lines_of(text), delimiter))

    assert letters("".join(field for record in found for field in record.fields)) == letters(text)
    assert [record.line for record in found] == sorted({record.line for record in found})


def test_a_long_field_is_read_up_to_the_limit():
    found = list(records([f"a,{'x' * 131_072}", f"a,{'x' * 131_073}", "a,b"], ","))

    assert [type(record.flaw) for record in found] == [type(None), FieldTooLong, type(None)]
    assert found[1].place == 1


def test_records_know_blank_ones():
    assert Record(1, ("", " ")).is_blank
    assert not Record(1, ("", ""), NulCharacter()).is_blank


class TestRows:
    def test_a_refused_cell_is_a_problem_with_line_and_heading(self, read):
        table, _problems = read("주소,금액\n0x1,300\n0x2,많이\n")
        problems = Problems(table.file)

        amounts = parse_rows(table, problems, lambda row: row.value("amount", lambda text: whole_number(text, 0, 999)))

        assert amounts == [300]
        (problem,) = problems.found
        assert problem.message.text("en").startswith("line 3, column 금액: “많이” is not a whole number.")

    def test_all_refused_cells_of_a_row_are_problems(self, read):
        table, _problems = read("address,amount\nx,y\n")
        problems = Problems(table.file)

        def number(text):
            return whole_number(text, 0, 9)

        parse_rows(table, problems, lambda row: row.values(("address", number), ("amount", number)))

        assert [(problem.line, problem.column) for problem in problems.found] == [(2, "address"), (2, "amount")]

    def test_values_come_in_the_order_that_was_asked_for(self, read):
        table, _problems = read("address,amount\n0x1,12\n")

        (row,) = table.rows

        assert row.values(("amount", int), ("address", str)) == (12, "0x1")

    def test_an_error_about_the_whole_row_has_its_line(self, read):
        table, _problems = read("address,amount\n0x1,1\n0x2,1\n0x1,1\n")
        problems, listed = Problems(table.file), Listed()

        parse_rows(table, problems, lambda row: listed.add(row["address"], row.line))

        assert places(problems.found) == [(4, "", AlreadyListed)]
        assert str(problems.found[0].reason) == "0x1 is on line 2 already. List it once."

    def test_a_refused_cell_says_so_where_nobody_collects_problems(self, read):
        table, _problems = read("address,amount\n0x1,x\n")

        with pytest.raises(InputError, match="line 2, column amount: “x” is not a whole number"):
            table.rows[0].value("amount", lambda text: whole_number(text, 0, 9))


class TestMappings:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("columns.toml", '"그이의 지갑" = "address"\n"돈" = "amount"\n'),
            ("columns.csv", "heading,column\n그이의 지갑,address\n돈,amount\n"),
            ("columns.csv", "파일의 열;항목\n그이의 지갑;address\n돈;amount\n"),
        ],
    )
    def test_a_mapping_is_toml_or_csv(self, tmp_path, name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")

        assert read_mapping(tmp_path / name) == {"그이의 지갑": "address", "돈": "amount"}

    def test_what_is_not_toml_is_refused(self, tmp_path):
        file = tmp_path / "columns.toml"
        file.write_text("돈 = amount", encoding="utf-8")

        with pytest.raises(FileNotToml, match="is not TOML"):
            read_mapping(file)

    def test_a_heading_is_mapped_once(self, tmp_path):
        file = tmp_path / "columns.csv"
        file.write_text("heading,column\n돈,amount\n돈,address\n", encoding="utf-8")

        with pytest.raises(RejectedFile, match="돈 is on line 2 already"):
            read_mapping(file)


def test_20_000_rows_are_read_in_well_under_a_second(read):
    rows = "\n".join(f'0x{number:040x},"{number:,}",note' for number in range(20_000))

    start = time.process_time()
    table, _problems = read("address,amount,memo\n" + rows)

    assert len(table.rows) == 20_000
    assert time.process_time() - start < 1


def test_stray_quotes_on_every_line_take_no_longer(read):
    rows = "\n".join(f'0x{number:040x},"{number}' for number in range(20_000))

    start = time.process_time()
    table, problems = read("address,amount\n" + rows)

    assert len(table.rejected) == len(problems) == 20_000
    assert time.process_time() - start < 3


@pytest.mark.skipif(not SALES.exists(), reason="the real input in ../shared/data is not there")
def test_the_city_s_own_file_is_read_as_the_standard_library_reads_it():
    problems = Problems(SALES)

    table = read_table(SALES, (Column("vin"), Column("odometer"), Column("saledate")), problems=problems)

    with SALES.open(encoding="utf-8", newline="") as lines:
        expected = list(csv.reader(lines))
    assert [list(table.header), *(list(row.fields) for row in table.rows)] == expected
    assert not problems.found
