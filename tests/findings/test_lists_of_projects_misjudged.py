"""Small lies to a hurried clerk: a list with a bad line was said to be too short, and a cap of nothing was no cap.

A cap of 0 left out every ballot of the file, but the poll was opened without one.
"""

import pytest

from dongne.ballot import read_projects
from dongne.cli import sign_vote
from dongne.errors import InputError

META = ("META", "key;value", "description;Parks", "vote_type;approval")
PROJECTS = ("PROJECTS", "project_id;cost;votes;name", "1;100;1;A", "2;200;1;B")


@pytest.mark.parametrize(("rows", "line"), [(["Park,1", "Park,2"], 3), (["Park,1", "Pool,1원"], 3)])
def test_a_list_with_a_bad_line_is_not_said_to_be_too_short(tmp_path, rows, line):
    file = tmp_path / "projects.csv"
    file.write_text("\n".join(["project,cost", *rows]), encoding="utf-8")

    with pytest.raises(InputError) as raised:
        read_projects(file)

    assert f"line {line}" in str(raised.value)
    assert "2 to 256 options" not in str(raised.value)


@pytest.mark.parametrize("rows", [[], ["Park,1"]])
def test_a_list_that_is_too_short_is_said_to_be(tmp_path, rows):
    file = tmp_path / "projects.csv"
    file.write_text("\n".join(["project,cost", *rows]), encoding="utf-8")

    with pytest.raises(InputError, match=r"2 to 256 options|no rows"):
        read_projects(file)


@pytest.mark.parametrize("cap", ["0", "0.00"])
def test_a_cap_of_nothing_is_refused(tmp_path, cap):
    file = tmp_path / "election.pb"
    file.write_text("\n".join([*META, f"max_sum_cost;{cap}", *PROJECTS]), encoding="utf-8")

    with pytest.raises(InputError, match=f"line 5: max_sum_cost is {cap}, and a poll has no such rule"):
        read_projects(file)


@pytest.mark.parametrize("given", ["0:", ":3", "0:1:2", "0:1,"])
def test_half_a_score_is_shown_how_one_is_written(given):
    with pytest.raises(InputError, match="write 0:7,5:3"):
        sign_vote._points(given, 3)
