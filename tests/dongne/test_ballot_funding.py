"""Real budgets, end to end: from the city's file to the poll, its votes, its tally and the projects that are funded."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule

from dongne.ballot import BallotBox, ElectoralRoll, read_election, write_votes
from dongne.errors import ExitCode
from scripts.demo.sample_election import write_election
from scripts.localchain.suite import local_suite, person
from tests.dongne.election_office import DAY, Office

REAL = Path(__file__).parents[3] / "shared" / "data" / "participatory_budget_wieliczka_2023.pb"
"""A real election, where it is at hand."""

DISTRICT = 1


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def office(tmp_path_factory, city):
    return Office.on(city, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def sample(office, city):
    """A sample election of 120 voters, held and over."""
    file = write_election(office.folder / "sample.pb", voters=120, projects=12)
    return file, held(office, city, file)


def held(office, city, file):
    """Hold the election of a file on the chain, by the commands of an office; returns the poll's number."""
    election = read_election(file)
    keys = {vote.voter: person(f"{file.stem} {vote.voter}") for vote in election.votes}
    rows = "".join(f"{key.address},{DISTRICT}\n" for key in keys.values())
    (office.folder / "voters.csv").write_text("address,district\n" + rows, encoding="utf-8")
    roll = office.json("ballot", "roll", "register", office.folder / "voters.csv", key="registrar")["roll"]
    poll = office.json("ballot", "open", poll_file(office, city, roll), "--projects", file, key="officer")["poll"]
    city.pass_time(60)
    booth, places = city.client(BallotBox).booth(poll), city.client(ElectoralRoll).read(roll)
    index = {address: at for at, address in enumerate(places.voters)}
    signed = [
        booth.sign(index[bytes.fromhex(keys[vote.voter].address[2:])], vote.choices, keys[vote.voter])
        for vote in election.votes
    ]
    write_votes(office.folder / "votes.jsonl", poll, signed)
    said = office.json("ballot", "cast", poll, office.folder / "votes.jsonl", key="relayer")
    assert said["counted"] == len(election.votes)
    city.pass_time(DAY)
    return poll


def poll_file(office, city, roll):
    (office.folder / "plan.txt").write_text("The projects.", encoding="utf-8")
    start = city.chain.timestamp() + 60
    file = office.folder / "budget.toml"
    file.write_text(
        f'document = "plan.txt"\ndocument_uri = ""\nroll = {roll}\naim = "tally"\n'
        f"start = {datetime.fromtimestamp(start, UTC).isoformat()}\n"
        f"end = {datetime.fromtimestamp(start + DAY, UTC).isoformat()}\n",
        encoding="utf-8",
    )
    return file


def of_the_raw_file(file, rule, increment=None):
    """Ids of the projects that pabutools funds from the file itself; ties go to the first in the file."""
    instance, profile = parse_pabulib(str(file))
    order = [project.id for project in read_election(file).projects]
    terms = {
        "sat_class": Cost_Sat,
        "tie_breaking": TieBreakingRule(lambda _instance, _profile, project: order.index(project.name)),
    }
    if rule == "greedy":
        chosen = greedy_utilitarian_welfare(instance, profile, **terms)
    else:
        chosen = method_of_equal_shares(instance, profile, voter_budget_increment=increment, **terms)
    return sorted((project.name for project in chosen), key=order.index)


def on_the_chain(office, poll, file, *options):
    said = office.json("ballot", "fund", poll, "--projects", file, *options)
    ids = [project.id for project in read_election(file).projects]
    return [ids[each["option"]] for each in said["funded"]], said


def test_the_tally_of_a_budget_is_the_published_column(city, sample):
    file, poll = sample

    assert city.client(BallotBox).tally(poll) == read_election(file).published


@pytest.mark.parametrize(("rule", "increment"), [("greedy", None), ("equal-shares", None), ("equal-shares", 2_000)])
def test_what_is_funded_from_the_chain_is_what_the_raw_file_gives(office, sample, rule, increment):
    file, poll = sample

    funded, said = on_the_chain(office, poll, file, "--rule", rule, *(["--increment", increment] if increment else []))

    assert funded == of_the_raw_file(file, rule, increment)
    assert 0 < said["spent"] <= said["budget"]


def test_a_published_funding_follows_from_the_chain_and_a_forged_one_does_not(office, sample):
    file, poll = sample
    published = office.folder / "funded.json"
    on_the_chain(office, poll, file, "--rule", "equal-shares", "--out", published)

    checked = office.json("ballot", "fund", poll, "--check", published)
    forged = json.loads(published.read_text(encoding="utf-8"))
    forged["funded"] = forged["funded"][1:]
    (office.folder / "forged.json").write_text(json.dumps(forged), encoding="utf-8")
    code, _out, err = office.run("ballot", "fund", poll, "--check", office.folder / "forged.json")

    assert checked["funded"] == json.loads(published.read_text(encoding="utf-8"))["funded"]
    assert code == ExitCode.DIFFERENT
    assert "does not follow from the chain: funded differs" in err


def test_other_inputs_have_another_hash(office, sample):
    file, poll = sample

    hashes = {
        on_the_chain(office, poll, file, *options)[1]["inputs_hash"]
        for options in (
            [],
            ["--rule", "equal-shares"],
            ["--budget", 5],
            ["--rule", "equal-shares", "--increment", 1_000],
        )
    }

    assert len(hashes) == 4


def test_a_tie_that_decides_is_named(office, city):
    file = office.folder / "tied.pb"
    head = "META\nkey;value\ndescription;Tied\nvote_type;approval\nbudget;100\n"
    projects = "PROJECTS\nproject_id;cost;votes;name\na;100;1;A\nb;100;1;B\nc;10;0;C\n"
    file.write_text(head + projects + "VOTES\nvoter_id;vote\n1;a\n2;b\n", encoding="utf-8")
    poll = held(office, city, file)

    _code, out, _err = office.run("ballot", "fund", poll, "--projects", file)
    funded, said = on_the_chain(office, poll, file)

    assert funded == ["a"]
    assert said["tied"] == [0, 1]
    assert "a: A, b: B" in out


SPOILT = """META
key;value
description;Spoilt ballots
vote_type;approval
max_sum_cost;500
budget;600
PROJECTS
project_id;cost;votes;name
a;400;2;A
b;300;1;B
VOTES
voter_id;vote
1;a
2;a,b
3;b
1;b
4;c
"""


def test_ballots_that_the_files_own_rule_leaves_out_are_named_where_it_is_used(office, city):
    file = office.folder / "spoilt.pb"
    file.write_text(SPOILT, encoding="utf-8")
    reasons = [
        (14, "voter 2 picks projects for 700 together; max_sum_cost is 500"),
        (16, "voter 1 votes twice"),
        (17, "voter 4 votes for project c, which is not listed"),
    ]

    poll = held(office, city, file)
    opened = office.json("ballot", "open", office.folder / "budget.toml", "--projects", file, key="officer")
    _code, shown, _err = office.run("ballot", "fund", poll, "--projects", file)
    funded = office.json("ballot", "fund", poll, "--projects", file)

    assert [(each["line"], each["reason"]) for each in funded["left_out"]] == reasons
    assert (opened["opened"], opened["left_out"]) == (False, funded["left_out"])
    assert "3 ballots of the file are left out" in shown
    assert all(reason in shown for _line, reason in reasons)


def test_of_many_ballots_that_are_left_out_people_see_the_first_and_json_has_all(office, city):
    file = office.folder / "many.pb"
    file.write_text(SPOILT.replace("Spoilt", "Many") + "".join(f"{voter};c\n" for voter in range(5, 20)), "utf-8")
    poll = held(office, city, file)

    _code, shown, _err = office.run("ballot", "fund", poll, "--projects", file)

    assert "18 ballots of the file are left out" in shown
    assert "8 more, which --json lists" in shown
    assert "voter 19" not in shown
    assert len(office.json("ballot", "fund", poll, "--projects", file)["left_out"]) == 18


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "The costs of the 12 options are not known"),
        (["--projects", "other.csv"], "does not list the options of poll"),
        (["--check", "sample.pb"], "is not what `dongne ballot fund --out` writes"),
        (["--check", "half.json"], "is not what `dongne ballot fund --out` writes"),
    ],
)
def test_what_is_missing_for_funding_is_said(office, sample, options, message):
    _file, poll = sample
    (office.folder / "other.csv").write_text("project,cost\nTrees,5\nLamps,7\n", encoding="utf-8")
    (office.folder / "half.json").write_text('{"format": "dongne-funding-1"}', encoding="utf-8")
    named = [office.folder / each if "." in each else each for each in options]

    code, _out, err = office.run("ballot", "fund", poll, *named)

    assert code == ExitCode.INPUT
    assert message in err


@pytest.mark.skipif(not REAL.exists(), reason=f"the real election is not at hand: {REAL.name}")
def test_wieliczka_2023_is_held_again_and_the_same_projects_are_funded(office, city):
    election = read_election(REAL)

    poll = held(office, city, REAL)

    tally = city.client(BallotBox).tally(poll)
    assert tally == election.published
    for rule in ("greedy", "equal-shares"):
        assert on_the_chain(office, poll, REAL, "--rule", rule)[0] == of_the_raw_file(REAL, rule)
