"""The answer to a file: beside it, whole, and never in the place of another one."""

import csv

import pytest

from dongne.language import Message
from dongne.problems import Problems
from dongne.results import Outcome, ResultUnwritable, left_out, write_results
from dongne.tables import Column, read_table

PAID = Outcome(Message("paid"), "0xabc")


@pytest.fixture
def read(tmp_path):
    def write_and_read(text, name="issues.csv"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        problems = Problems(file)
        return read_table(file, (Column("address"), Column("amount")), problems=problems), problems.found

    return write_and_read


def rows(file, delimiter=","):
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines, delimiter=delimiter))


def test_every_row_is_answered_used_or_not(read):
    table, problems = read('주소,금액,메모\n0x1,"1,000",a\n0x2,300\n0x3,5,"b\nc"\n')

    file = write_results(table, {2: PAID, **left_out(problems)}, "en")

    assert file.name == "issues.result.csv"
    header, first, second, third = rows(file)
    assert header == ["주소", "금액", "메모", "result", "detail"]
    assert first == ["0x1", "1,000", "a", "paid", "0xabc"]
    assert second[:4] == ["0x2", "300", "", "left out"]
    assert second[4].startswith("2 fields, but the header has 3.")
    assert third == ["0x3", "5", "b\nc", "", ""]


def test_a_spreadsheet_opens_it_as_it_opened_the_input(read):
    table, _problems = read("address;amount\n0x1;300\n")

    data = write_results(table, {2: PAID}, "en").read_bytes()

    assert data == "\ufeffaddress;amount;result;detail\r\n0x1;300;paid;0xabc\r\n".encode()


def test_reasons_name_their_column(read):
    table, problems = read('address,amount\n0x1,"300\n')

    file = write_results(table, left_out(problems), "en")

    assert rows(file)[1][3].startswith("amount: A quote opens here")


def test_another_answer_gets_another_name(read):
    table, _problems = read("address,amount\n0x1,300\n")

    first = write_results(table, {2: PAID}, "en")
    content = first.read_bytes()

    assert write_results(table, {2: PAID}, "en") == first
    assert write_results(table, {}, "en").name == "issues.result-2.csv"
    assert write_results(table, {2: Outcome(Message("refused"))}, "en").name == "issues.result-3.csv"
    assert first.read_bytes() == content
    assert len(list(first.parent.iterdir())) == 4


def test_an_answer_that_is_read_again_is_answered_in_its_own_columns(read):
    table, _problems = read("address,amount,result,detail\n0x1,300,left out,because\n", "issues.result.csv")

    file = write_results(table, {2: PAID}, "en")

    assert rows(file) == [["address", "amount", "result", "detail"], ["0x1", "300", "paid", "0xabc"]]


def test_the_answer_may_be_read_by_whom_the_input_may_be_read(read):
    table, _problems = read("address,amount\n0x1,300\n")
    table.file.chmod(0o640)

    assert write_results(table, {}, "en").stat().st_mode & 0o777 == 0o640


def test_where_hard_links_are_not_possible_it_is_written_all_the_same(read, monkeypatch):
    table, _problems = read("address,amount\n0x1,300\n")
    monkeypatch.setattr("pathlib.Path.hardlink_to", lambda *_: (_ for _ in ()).throw(OSError("not supported")))

    file = write_results(table, {2: PAID}, "en")

    assert rows(file)[1][2] == "paid"
    assert len(list(file.parent.iterdir())) == 2


def test_a_folder_that_takes_no_file_is_named(read, monkeypatch):
    table, _problems = read("address,amount\n0x1,300\n")
    monkeypatch.setattr("tempfile.mkstemp", lambda **_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))

    with pytest.raises(ResultUnwritable, match=r"Permission denied. What was done is done"):
        write_results(table, {}, "en")
