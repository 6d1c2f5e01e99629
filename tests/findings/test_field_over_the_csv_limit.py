"""Found by trying: a field of more than 131,072 characters ended four importers in a traceback of the csv module."""

from dongne.delimited import FieldTooLong
from dongne.problems import Problems
from dongne.tables import Column, read_table


def test_an_overlong_field_is_a_problem_of_its_line(tmp_path):
    file = tmp_path / "residents.csv"
    file.write_text(f"address,kind\n0x1,resident\n0x2,{'x' * 200_000}\n0x3,resident\n", encoding="utf-8")
    problems = Problems(file)

    table = read_table(file, (Column("address"), Column("kind")), problems=problems)

    assert [row["address"] for row in table.rows] == ["0x1", "0x3"]
    (problem,) = problems.found
    assert (problem.line, problem.column, type(problem.reason)) == (3, "kind", FieldTooLong)
    assert "200,000 characters" in str(problem.reason)
