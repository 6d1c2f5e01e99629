"""Score polls from the command line: from the file to the poll, its votes, its recount, receipts and what is funded."""

import json
from datetime import UTC, datetime

import pytest
from pabutools.election import Additive_Cardinal_Sat, parse_pabulib
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule

from dongne.ballot import ElectoralRoll, SignedAccountVote, read_election, write_votes
from dongne.ballot.choices import ChoiceRule
from dongne.ballot.scores import ScoreBallotBox, choices_of
from dongne.ballot.scores.points import ScoreRule
from dongne.errors import ExitCode
from scripts.demo.sample_election import cumulative_ballots
from scripts.localchain.suite import local_suite, person
from tests.dongne.election_office import DAY, OPTIONS, Office, by_index

VOTERS, PROJECTS, POINTS = 60, 8, 10
NAMES = tuple(f"cli {number}" for number in range(6))
DISTRICTS = (100, 200)


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def office(tmp_path_factory, city):
    return Office.on(city, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def keys():
    return by_index(NAMES, DISTRICTS)


@pytest.fixture(scope="module")
def poll(office, city):
    """A cumulative poll of two districts, open: five options, ten points, at most seven for one."""
    roll = office.json("ballot", "roll", "register", office.voters_file(NAMES, DISTRICTS), key="registrar")["roll"]
    points = ("points = 7", "total = 10", "least_total = 2")
    file = office.poll_file("trees", roll, *points, 'quorum = "at least 50% of eligible"')
    opened = office.json("ballot", "open", file, key="officer")
    assert (opened["poll"], opened["points"], opened["total"], opened["least_total"]) == (1, 7, 10, 2)
    assert office.json("ballot", "open", file, key="officer")["opened"] is False
    city.pass_time(60)
    return "s1"


@pytest.fixture(scope="module")
def cast(office, city, poll, keys):
    """Four good votes, one by `dongne sign vote`; one that gives too much, one too little, one forged, and no vote."""
    booth = city.client(ScoreBallotBox).booth(1)
    given = [{0: 7, 4: 3}, {4: 5}, {1: 1, 2: 1}, {0: 7, 1: 4}]
    votes = [booth.sign(index, choices_of(each), keys[index]) for index, each in enumerate(given)]
    mean, forged = booth.sign(4, choices_of({0: 1}), keys[4]), booth.sign(4, choices_of({0: 2}), keys[5])
    write_votes(office.folder / "votes.jsonl", 1, [*votes, mean, forged], scores=True)
    code, out, err = office.run("sign", "vote", poll, "2:7,3:3", "--append", office.folder / "votes.jsonl", key="voter")
    assert (code, json.loads(out)["scores"]) == (0, [[2, 7], [3, 3]]), err
    with (office.folder / "votes.jsonl").open("a") as lines:
        lines.write('{"poll": 1, "voter": 5, "choices": [0], "signature": "0x00"}\n')
    code, out, _err = office.run("ballot", "cast", poll, office.folder / "votes.jsonl", "--json", key="relayer")
    assert code == ExitCode.INPUT
    return json.loads(out)


@pytest.fixture(scope="module")
def tally():
    return [7, 1, 8, 3, 8]


def test_a_file_of_votes_is_cast_and_every_line_answered(cast, office):
    assert cast["counted"] == 4
    reasons = [each["reason"] for each in cast["skipped"]]
    assert reasons[:3] == ["bad_choices", "bad_choices", "bad_signature"]
    assert "poll, scores, signature, voter" in reasons[3]
    results = (office.folder / "votes.result.csv").read_text(encoding="utf-8")
    assert "0:7 4:3" in results


def test_a_score_poll_is_shown_and_listed_beside_the_others(office, poll, cast, tally):
    shown, listed = office.json("ballot", "show", poll), office.json("ballot", "list")
    _code, text, _err = office.run("ballot", "show", poll)
    _code, names, _err = office.run("ballot", "list")

    assert (shown["tally"], shown["ballots"], shown["box"]) == (tally, 4, "ScoreBallotBox")
    assert [each["box"] for each in listed] == ["ScoreBallotBox"]
    assert [each["ballots"] for each in shown["districts"]] == [3, 1]
    assert "up to 7 points each" in text
    assert "2 to 10 points altogether" in text
    assert "s1" in names


def test_where_a_score_poll_stands_is_read_in_the_order_of_the_contract(city, poll, cast):
    box = city.client(ScoreBallotBox)
    state = box.state(1)

    assert (state.ballots, state.cancelled, state.origin) == (4, False, state.roll)
    assert box.points(1) == (7, 10, 2)


def test_a_score_poll_is_cancelled_before_its_start_and_not_after(office, poll, cast):
    roll = office.json("ballot", "show", poll)["roll"]
    file = office.poll_file("hedges", roll, "points = 3")
    other = "s" + str(office.json("ballot", "open", file, key="officer")["poll"])
    (office.folder / "reason.txt").write_text("The costs were wrong.", encoding="utf-8")
    arguments = ("--uri", "https://city.example/reason", "--yes")

    done = office.json("ballot", "cancel", other, office.folder / "reason.txt", *arguments, key="officer")
    code, _out, err = office.run("ballot", "cancel", poll, office.folder / "reason.txt", *arguments, key="officer")

    assert (done["cancelled"], done["poll"]) == (True, int(other[1:]))
    assert office.json("ballot", "show", other)["cancelled"] is True
    assert "cancelled" in office.run("ballot", "show", other)[1]
    assert (code, office.json("ballot", "show", poll)["cancelled"]) == (ExitCode.REFUSED, False)
    assert "started at" in err


def test_a_score_poll_recounts_with_every_signature(office, poll, cast, tally):
    counted = office.json("ballot", "recount", poll)
    korean = office.run("ballot", "recount", poll, lang="ko")[1]

    assert (counted["tally"], counted["ballots"], counted["sound"], counted["proven"]) == (tally, 4, True, True)
    assert counted["votes"]["signed"] == 4
    assert [each["tally"] for each in counted["districts"]] == [[7, 1, 1, 0, 8], [0, 0, 7, 3, 0]]
    assert "점수" in korean


def test_districts_are_called_by_their_names_in_turnout_and_tallies(office, poll, cast):
    names = office.folder / "names.csv"
    names.write_text("행정동 코드,행정동명\n200,무악동\n900,교남동\n", encoding="utf-8")

    shown = office.json("ballot", "show", poll, "--districts", names)
    counted = office.json("ballot", "recount", poll, "--districts", names)
    one = office.json("ballot", "recount", poll, "--district", 200, "--districts", names)
    texts = [office.run("ballot", command, poll, "--districts", names, lang="ko")[1] for command in ("show", "recount")]

    assert [(each["code"], each["name"], each["ballots"]) for each in shown["districts"]] == [
        (100, None, 3),
        (200, "무악동", 1),
    ]
    assert [(each["name"], each["tally"]) for each in counted["districts"]] == [
        (None, [7, 1, 1, 0, 8]),
        ("무악동", [0, 0, 7, 3, 0]),
    ]
    assert (one["district"], one["district_name"], one["tally"]) == (200, "무악동", [0, 0, 7, 3, 0])
    assert all("200 무악동" in text and "교남동" not in text for text in texts)


def test_a_file_that_names_other_districts_is_said_to(office, poll, cast):
    names = office.folder / "others.csv"
    names.write_text("district,name\n900,Elsewhere\n", encoding="utf-8")

    code, _out, err = office.run("ballot", "show", poll, "--districts", names)

    assert code == 0
    assert "names none of the poll's districts" in err


def test_a_recorded_vote_is_told_with_its_points(office, poll, cast):
    told = office.json("ballot", "check", poll, 0)
    _code, text, _err = office.run("ballot", "check", poll, 0)

    assert (told["choices"], told["points"], told["labels"]) == ([0, 4], [7, 3], [OPTIONS[0], OPTIONS[4]])
    assert f"{OPTIONS[0]}: 7" in text


def test_a_receipt_of_points_is_verified_and_altered_ones_are_not(office, poll, cast):
    file = office.folder / "receipt.json"
    office.json("ballot", "receipt", poll, 1, "--out", file)

    verified = office.json("ballot", "verify", file)

    assert verified["verified"]
    assert verified["choices"] == [{"option": OPTIONS[4], "points": 5}]
    said = json.loads(file.read_text(encoding="utf-8"))
    for change in ({"choices": [{"option": OPTIONS[4], "points": 6}]}, {"mask": "0x600000000"}, {"index": 2}):
        file.write_text(json.dumps(said | change), encoding="utf-8")
        assert office.run("ballot", "verify", file)[0] != 0


@pytest.mark.parametrize("given", ["0", "0:8", "0:7,1:4", "0:1,0:2", "9:1", "0:x", "0:256"])
def test_points_that_the_poll_does_not_have_are_not_signed(office, poll, given):
    code, out, _err = office.run("sign", "vote", poll, given, key="voter")

    assert (code, out) == (ExitCode.INPUT, "")


def test_a_wallet_gets_the_points_in_words(office, poll):
    typed = json.loads(office.run("sign", "vote", poll, "0:7,2:3", "--typed-data")[1])

    assert typed["message"]["scores"] == [{"option": OPTIONS[0], "points": 7}, {"option": OPTIONS[2], "points": 3}]
    assert typed["types"]["Score"] == [{"name": "option", "type": "string"}, {"name": "points", "type": "uint256"}]


@pytest.mark.parametrize("setting", ['majority = "more than 50% of valid"', "points = 256", "total = 0"])
def test_a_poll_file_that_takes_points_for_voters_is_refused(office, poll, setting):
    file = office.poll_file("wrong", 1, setting, *(["points = 3"] if "points" not in setting else []))

    assert office.run("ballot", "open", file, "--yes", key="officer")[0] == ExitCode.INPUT


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (("total = 10", "least_total = 11"), "least_total is 11, but a ballot can give 10 points at most"),
        (("points = 2", "least_total = 5"), "least_total is 5, but a ballot can give 4 points at most"),
        (("least_total = 3",), "total is missing"),
        (("points = 3", "least_total = 0"), "least_total"),
    ],
)
def test_a_least_total_that_no_ballot_reaches_is_refused(office, poll, settings, said):
    file = office.poll_file("too-much", 1, *settings)

    code, _out, err = office.run("ballot", "open", file, "--yes", key="officer")

    assert code == ExitCode.INPUT
    assert said in err


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (0, 0, "5 points each"),
        (1, 10, "up to 10 points altogether"),
        (10, 10, ", 10 points altogether, no fewer"),
        (3, 10, ", 3 to 10 points altogether"),
        (3, 0, ", 3 points altogether or more"),
    ],
)
def test_a_rule_says_how_many_points_there_are_to_give(least, most, words):
    rule = ScoreRule(ChoiceRule(4, 1, 3), 5, most, least)

    assert rule.in_words().text("en").endswith(words)


@pytest.mark.parametrize("name", ["x1", "s", "s-1", "1.5"])
def test_what_is_no_number_of_a_poll_is_refused(office, name):
    assert office.run("ballot", "show", name)[0] == ExitCode.USAGE


def test_a_vote_that_is_relayed_alone_recounts_too(office, city, poll, cast, keys, tally):
    box = city.client(ScoreBallotBox)
    booth, choices = box.booth(1), choices_of({1: 7})
    signature = booth.paper.account_vote(choices, keys[3].address).sign(keys[3], booth.domain)
    box.vote_by_signature(1, SignedAccountVote(3, choices, signature)).transact(city.relayer)

    counted = office.json("ballot", "recount", poll)
    assert (counted["sound"], counted["ballots"], counted["votes"]["signed"]) == (True, 5, 5)
    assert counted["tally"] == [left + right for left, right in zip(tally, [0, 7, 0, 0, 0], strict=True)]


@pytest.fixture(scope="module")
def budget(office, city, cast):
    """A participatory budget by points, from a Pabulib file to its end; the file and the poll's number."""
    file = office.folder / "points.pb"
    ballots = cumulative_ballots(VOTERS, PROJECTS, POINTS)
    file.write_text(pabulib(ballots), encoding="utf-8")
    election = read_election(file)
    people = {vote.voter: person(f"points {vote.voter}") for vote in election.votes}
    rows = "".join(f"{key.address},1\n" for key in people.values())
    (office.folder / "people.csv").write_text("address,district\n" + rows, encoding="utf-8")
    roll = office.json("ballot", "roll", "register", office.folder / "people.csv", key="registrar")["roll"]
    start = city.chain.timestamp() + 60
    terms = office.folder / "budget.toml"
    (office.folder / "plan.txt").write_text("The projects.", encoding="utf-8")
    terms.write_text(
        f'question = "Which projects?"\ndocument = "plan.txt"\ndocument_uri = ""\nroll = {roll}\naim = "tally"\n'
        f"start = {datetime.fromtimestamp(start, UTC).isoformat()}\n"
        f"end = {datetime.fromtimestamp(start + DAY, UTC).isoformat()}\n",
        encoding="utf-8",
    )
    number = office.json("ballot", "open", terms, "--projects", file, key="officer")["poll"]
    city.pass_time(60)
    booth, places = city.client(ScoreBallotBox).booth(number), city.client(ElectoralRoll).read(roll)
    index = {voter: at for at, voter in enumerate(places.voters)}
    signed = [
        booth.sign(index[bytes.fromhex(people[vote.voter].address[2:])], vote.choices, people[vote.voter])
        for vote in election.votes
    ]
    write_votes(office.folder / "points.jsonl", number, signed, scores=True)
    said = office.json("ballot", "cast", f"s{number}", office.folder / "points.jsonl", key="relayer")
    assert said["counted"] == len(election.votes) == VOTERS
    city.pass_time(DAY)
    return file, f"s{number}"


def pabulib(ballots):
    """A cumulative election in the Pabulib format."""
    totals = [sum(ballot.get(project, 0) for ballot in ballots) for project in range(PROJECTS)]
    head = ["META", "key;value", "num_projects;8", f"num_votes;{VOTERS}", "vote_type;cumulative", "budget;10000"]
    projects = [f"{p + 1};Project {p + 1};{1_000 + 731 * p % 4_000};{total}" for p, total in enumerate(totals)]
    votes = [
        f"{voter};{','.join(str(p + 1) for p in ballot)};{','.join(str(points) for points in ballot.values())}"
        for voter, ballot in enumerate(ballots, 1)
    ]
    limits = [f"max_sum_points;{POINTS}"]
    return "\n".join(
        [*head, *limits, "PROJECTS", "project_id;name;cost;score", *projects, "VOTES", "voter_id;vote;points", *votes]
    )


def test_the_published_column_of_an_election_by_points_is_the_tally(office, budget):
    file, poll = budget

    assert office.json("ballot", "show", poll)["tally"] == read_election(file).published


@pytest.mark.parametrize("rule", ["greedy", "equal-shares"])
def test_projects_are_funded_as_pabutools_does_on_the_raw_file(office, budget, rule):
    file, poll = budget
    out = office.folder / f"{rule}.json"

    said = office.json("ballot", "fund", poll, "--rule", rule, "--projects", file, "--out", out)

    assert {each["label"].partition(":")[0] for each in said["funded"]} == of_the_raw_file(file, rule)
    assert office.json("ballot", "fund", poll, "--check", out)["inputs_hash"] == said["inputs_hash"]


def of_the_raw_file(file, rule):
    """Ids of the projects that pabutools funds from the file itself; ties go to the first in the file."""
    instance, profile = parse_pabulib(str(file))
    order = [project.id for project in read_election(file).projects]
    ties = TieBreakingRule(lambda _instance, _profile, project: order.index(project.name))
    funds = greedy_utilitarian_welfare if rule == "greedy" else method_of_equal_shares
    return {str(each.name) for each in funds(instance, profile, sat_class=Additive_Cardinal_Sat, tie_breaking=ties)}
