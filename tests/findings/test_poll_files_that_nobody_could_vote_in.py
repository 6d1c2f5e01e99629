"""A cap below every cost opened a poll in which no ballot counts; and one bad setting was told as two.

Options that cannot be used made `picks` wrong as well, and a number in quotes was said not to be a whole one: "2".
"""

import pytest

from dongne.ballot import VoterList, read_poll
from dongne.errors import InputError

ROLL = VoterList.of({1: [bytes([1]) * 20]})
LINES = {
    "question": '"Which?"',
    "options": '["A", "B", "None"]',
    "blank": '["None"]',
    "document": '"plan.txt"',
    "document_uri": '""',
    "roll": "1",
    "rule": '"up-to"',
    "picks": "2",
    "start": "2027-01-01T00:00:00Z",
    "end": "2027-01-02T00:00:00Z",
    "aim": '"tally"',
}


def read(folder, **changes):
    file = folder / "poll.toml"
    (folder / "plan.txt").write_text("The plan.")
    file.write_text("\n".join(f"{name} = {value}" for name, value in {**LINES, **changes}.items()), encoding="utf-8")
    return read_poll(file, lambda _number: ROLL)


@pytest.mark.parametrize(
    ("least", "cap", "said"),
    [
        (1, 4, "cap is 4, but the cheapest option costs 5: nobody could pick one"),
        (2, 11, "cap is 11, but the 2 cheapest options cost 12 together"),
    ],
)
def test_a_cap_within_which_nothing_can_be_picked_is_refused(tmp_path, least, cap, said):
    costs = "[5, 7, 0]"
    with pytest.raises(InputError, match=said):
        read(tmp_path, least=least, cap=cap, costs=costs)

    assert read(tmp_path, least=least, cap=cap + 1, costs=costs).cap == cap + 1


def test_bad_options_are_one_problem(tmp_path):
    with pytest.raises(InputError) as raised:
        read(tmp_path, options='["A", "B\u200b", "None"]', cap="9", costs="[1, 2, 0]")

    assert "1 problem" in str(raised.value)


def test_a_number_in_quotes_is_shown_with_them(tmp_path):
    with pytest.raises(InputError, match='picks is "2"; it must be a whole number'):
        read(tmp_path, picks='"2"')
