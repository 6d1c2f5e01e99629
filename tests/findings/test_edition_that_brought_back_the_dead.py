"""An office amended a roll twice by the same command, and the second edition listed again whom the first had struck.

Nothing said that a roll was amended already: not `amend`, not the list of rolls, not the opening of a poll on it.
"""

import json

import pytest

from dongne.ballot import ElectoralRoll
from dongne.errors import ExitCode
from scripts.localchain.suite import local_suite
from tests.dongne.election_office import Office, by_index

NAMES, DISTRICTS = tuple(f"month {number}" for number in range(6)), (100, 200)
DEAD, LATER, MOVED = 1, 2, 4


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def office(tmp_path_factory, city):
    return Office.on(city, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def rolls(city):
    return city.client(ElectoralRoll)


@pytest.fixture(scope="module")
def keys():
    return by_index(NAMES, DISTRICTS)


@pytest.fixture(scope="module")
def base(office):
    return office.json("ballot", "roll", "register", office.voters_file(NAMES, DISTRICTS), key="registrar")["roll"]


@pytest.fixture(scope="module")
def amend(office):
    def amended(base, *rows, more=(), header="voter,address,district"):
        file = office.folder / "changes.csv"
        file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        command = ("ballot", "roll", "amend", file, "--base", base, "--json", "--yes", *more)
        code, out, err = office.run(*command, key="registrar")
        return code, json.loads(out) if code == 0 else None, err

    return amended


@pytest.fixture(scope="module")
def first(base, amend):
    _code, found, _err = amend(base, f"{DEAD},,", f"{MOVED},,300")
    return found["roll"]


def test_a_roll_is_not_amended_beside_an_edition_of_it(rolls, base, amend, first):
    before = rolls.numbers()

    code, _found, err = amend(base, f"{LATER},,")

    assert (code, rolls.numbers()) == (ExitCode.INPUT, before)
    assert f"Amend roll {first} with --base {first}" in err


def test_the_latest_edition_is_named_and_the_same_file_is_still_known(base, amend, first):
    _code, second, _err = amend(first, f"{LATER},,")

    assert f"--base {second['roll']}" in amend(base, "0,,")[2]
    assert amend(base, f"{DEAD},,", f"{MOVED},,300")[1]["roll"] == first
    assert second["voters"] == len(NAMES) - 2


def test_beside_a_false_edition_another_one_is_published(rolls, base, amend, first):
    code, found, _err = amend(base, "3,,", more=["--beside"])

    assert code == 0
    assert rolls.read(found["roll"]).struck == {3}


def test_lists_say_what_amends_what(office, base, first):
    listed = {each["roll"]: each["base"] for each in office.json("ballot", "roll", "list")}

    assert (listed[base], listed[first]) == (None, base)
    assert first in office.json("ballot", "roll", "show", base)["amended_by"]
    assert "amended by roll" in office.run("ballot", "roll", "show", base)[1]


def test_whoever_opens_a_poll_on_an_amended_roll_is_told(office, rolls, base, first):
    file = office.poll_file("olives", base)

    code, _out, err = office.run("ballot", "open", file, "--dry-run", "--yes", key="officer")

    assert code == 0
    assert "was amended; its latest edition is roll" in err
    latest = office.poll_file("figs", rolls.latest_edition(base))
    assert "was amended" not in office.run("ballot", "open", latest, "--dry-run", "--yes", key="officer")[2]


def test_the_struck_are_told_that_they_are_and_where_they_vote_now(office, rolls, keys, first):
    poll = office.json("ballot", "open", office.poll_file("pears", first), key="officer")["poll"]
    now = rolls.read(first).index_of(keys[MOVED].address)

    said = [office.run("ballot", "check", poll, who)[2] for who in (keys[DEAD].address, DEAD, MOVED)]

    assert f"was struck from the roll, where it had the index {DEAD}" in said[0]
    assert "its voter was struck" in said[1]
    assert f"its voter votes under index {now} now" in said[2]
    assert "never given" in office.run("ballot", "check", poll, len(NAMES))[2]


def test_a_file_with_korean_headings_is_read_and_one_with_none_is_named(amend, first):
    assert (
        amend(first, "0,,", header="선거인 번호,주소,행정동 코드", more=["--dry-run", "--beside"])[1]["amends"][
            "struck"
        ]
        == 1
    )
    code, _found, err = amend(first, "0", header="name")
    assert code == ExitCode.INPUT
    assert "The column “voter” is missing" in err


def test_a_voter_named_twice_is_named_as_such(amend, first, keys):
    address = keys[0].address

    assert "voter 0 is on line 2 already" in amend(first, f"{address.lower()},,", f"{address},,")[2]


def test_a_district_that_the_roll_did_not_have_is_asked_about(amend, first):
    new = amend(first, "0,,999", more=["--dry-run", "--beside"])
    known = amend(first, "0,,200", more=["--dry-run", "--beside"])

    assert (new[0], known[0]) == (0, 0)
    assert f"Roll {first} has no district 999 so far" in new[2]
    assert "so far" not in known[2]
