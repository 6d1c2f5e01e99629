"""Files of the currency office: read whole or not at all, in both languages, every problem named with its place."""

import pytest

from dongne.currency import Issue, Kind, Registration, read_issues, read_registrations
from dongne.errors import RejectedFile
from scripts.localchain.suite import person

PEOPLE = [person(f"on the list {number}").address for number in range(3)]
ONE, TWO, THREE = PEOPLE


def written(tmp_path, *lines, encoding="utf-8"):
    file = tmp_path / "list.csv"
    file.write_text("\n".join(lines) + "\n", encoding=encoding)
    return file


def test_accounts_are_read_with_kind_and_category(tmp_path):
    rows = [f"{ONE},resident,", f"{TWO},merchant,5411", f"{THREE.lower()},Institution,0"]

    items = list(read_registrations(written(tmp_path, "address,kind,category", *rows)).items)

    assert items == [
        Registration(ONE, Kind.RESIDENT, 0),
        Registration(TWO, Kind.MERCHANT, 5_411),
        Registration(THREE, Kind.INSTITUTION, 0),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_a_korean_list_is_read_as_an_office_saves_it(tmp_path, encoding):
    rows = [f"{ONE};주민;", f"{TWO};가맹점;5411", f"{THREE};기관;"]

    items = read_registrations(written(tmp_path, "지갑 주소;구분;업종", *rows, encoding=encoding)).items

    assert [item.kind for item in items] == [Kind.RESIDENT, Kind.MERCHANT, Kind.INSTITUTION]
    assert [item.category for item in items] == [0, 5_411, 0]


def test_the_category_may_be_left_out(tmp_path):
    listed = read_registrations(written(tmp_path, "kind,address", f"resident,{ONE}"))
    assert listed.items == (Registration(ONE, Kind.RESIDENT, 0),)
    assert [item.line for item in listed.items] == [2]


def test_unknown_headings_are_read_with_a_mapping(tmp_path):
    file = written(tmp_path, "who,won,note", f"{ONE},100,x")

    assert read_issues(file, 0, {"who": "address", "won": "amount"}).items == (Issue(ONE, 100),)


def test_amounts_are_in_the_currency_and_may_have_thousands_separators(tmp_path):
    file = written(tmp_path, "주소,금액", f'{ONE},"1,234"', f"{TWO},1.5")

    assert read_issues(file, 2).items == (Issue(ONE, 123_400), Issue(TWO, 150))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("0x12,100", "not an address"),
        (f"{ONE[:-1] + ('a' if ONE[-1] != 'a' else 'b')},100", "checksum"),
        ("0x" + "00" * 20 + ",100", "zero address"),
        (f"{ONE},-1", "below zero"),
        (f"{ONE},0", "amount is zero"),
        (f"{ONE},1.5", "decimal places"),
        (f"{ONE},many", "not an amount"),
        (f'{ONE},"1,2,3"', "not an amount"),
        (f"{ONE},1e3", "not an amount"),
        (f"{ONE},１２３", "not an amount"),
        (f"{ONE},{2**48}", "too large"),
        (f"{ONE},{'9' * 5_000}", "not an amount"),
        (f"{ONE}", "1 fields"),
        (f"{TWO},100", "on line 2 already"),
    ],
)
def test_a_bad_line_of_an_issue_list_is_named_and_nothing_is_used(tmp_path, row, why):
    file = written(tmp_path, "address,amount", f"{TWO},100", row)

    with pytest.raises(RejectedFile, match=why) as refused:
        read_issues(file, 0)

    assert [problem.line for problem in refused.value.problems] == [3]
    assert str(file) in str(refused.value)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (f"{ONE},king,", "kind"),
        (f"{ONE},frozen,", "kind"),
        (f"{ONE},none,", "kind"),
        (f"{ONE},merchant,x", "category"),
        (f"{ONE},merchant,65536", "category"),
        (f"{ONE},merchant,-1", "category"),
    ],
)
def test_a_bad_line_of_a_registration_list_is_named_with_its_column(tmp_path, row, column):
    with pytest.raises(RejectedFile) as refused:
        read_registrations(written(tmp_path, "address,kind,category", row))

    assert [(problem.line, problem.column) for problem in refused.value.problems] == [(2, column)]


def test_a_file_without_the_columns_is_rejected(tmp_path):
    with pytest.raises(RejectedFile, match="column “amount” is missing"):
        read_issues(written(tmp_path, "account,won", f"{ONE},100"), 0)
