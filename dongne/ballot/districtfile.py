"""Reads what districts are called: CSV with the columns `district` and `name`. Names are not on the chain.

A file of voters that has a column of names besides serves as well: a district may stand on many lines, under one name.
"""

from collections.abc import Mapping
from pathlib import Path

from dongne.ballot.errors import DistrictNamedTwice
from dongne.ballot.rollfile import district_code
from dongne.ballot.wording import check_name
from dongne.problems import Problems
from dongne.tables import Column, Row, parse_rows, read_table

COLUMNS = (
    Column("district", headings=("code",)),
    Column("name", headings=("district name",)),
)


def read_district_names(file: Path, mapping: Mapping[str, str] | None = None) -> dict[int, str]:
    """Names of districts by their code, in the order of the file.

    Args:
        mapping: name of the column by heading in the file.

    Raises:
        RejectedFile: with every problem in it: a bad code, a name that nobody can read, a district with two names …
        UnreadableFile: it cannot be read.
    """
    problems = Problems(file)
    table = read_table(file, COLUMNS, problems=problems, mapping=mapping)
    names: dict[int, str] = {}
    parse_rows(table, problems, lambda row: _add(row, names))
    problems.raise_if_any()
    return names


def _add(row: Row, names: dict[int, str]) -> None:
    code, name = row.values(("district", district_code), ("name", check_name))
    first = names.setdefault(code, name)
    if first != name:
        raise DistrictNamedTwice(code, first, name)
