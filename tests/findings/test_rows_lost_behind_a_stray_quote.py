"""Found by trying: behind a quote that never closed, 501 rows of a list vanished without a word.

Python's reader takes all that follows such a quote for the rest of one field.
"""

from dongne.delimited import QuoteNeverCloses
from dongne.problems import Problems
from dongne.tables import Column, read_table

ROWS, STRAY = 1_000, 500


def test_a_stray_quote_loses_one_row_and_is_named(tmp_path):
    file = tmp_path / "residents.csv"
    lines = [f"0x{number:040x},resident,  " for number in range(1, ROWS + 1)]
    lines[STRAY - 1] = lines[STRAY - 1].replace(",resident", ',"resident')
    file.write_text("\n".join(["address,kind,category", *lines]) + "\n", encoding="utf-8")
    problems = Problems(file)

    table = read_table(file, (Column("address"), Column("kind")), problems=problems)

    assert len(table.rows) == ROWS - 1
    (problem,) = problems.found
    assert (problem.line, problem.column, type(problem.reason)) == (STRAY + 1, "kind", QuoteNeverCloses)
