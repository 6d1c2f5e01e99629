"""Files of the ballot: read whole, or refused whole with every problem named by line."""

from decimal import Decimal

import pytest
from eth_account import Account
from eth_keys.constants import SECPK1_N
from eth_utils import keccak

from dongne.ballot import (
    Aim,
    District,
    Listed,
    Measure,
    OutcomeTerms,
    PollSpec,
    SignedVote,
    Threshold,
    VoterList,
    decision,
    districts_of,
    label_of,
    mask_of,
    read_district_names,
    read_election,
    read_poll,
    read_projects,
    read_voters,
    read_votes,
    settings_of,
    write_votes,
)
from dongne.ballot.scores import points_of
from dongne.errors import InputError, RejectedFile, UnreadableFile
from dongne.signing import expand, sign
from scripts.demo.sample_election import write_election

GOOD = """META
key;value
description;"Budget; with a semicolon
and a second line"
num_projects;3
num_votes;2
vote_type;approval
min_length;1
max_length;2
PROJECTS
project_id;name;cost;votes;selected
7;"Trees; many";5000;2;1
3;Benches;100.50;1;0
9;Lamps;0;0;0
VOTES
voter_id;age;vote
a1;30;7,3
a2;41;7
"""


@pytest.fixture
def write(tmp_path):
    def written(text, name="input"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return written


def problems(file, read=read_election):
    with pytest.raises(RejectedFile) as refused:
        read(file)
    return [(problem.line, str(problem.reason)) for problem in refused.value.problems]


def test_an_election_is_read_with_quotes_extra_columns_and_published_counts(write):
    election = read_election(write(GOOD))

    assert [(project.id, project.name, project.cost, project.selected) for project in election.projects] == [
        ("7", "Trees; many", Decimal(5000), True),
        ("3", "Benches", Decimal("100.50"), False),
        ("9", "Lamps", Decimal(0), False),
    ]
    assert election.published == [2, 1, 0]
    assert [(vote.voter, vote.choices) for vote in election.votes] == [("a1", 0b011), ("a2", 0b001)]
    assert election.most_picks == 2


@pytest.mark.parametrize(
    ("good", "bad", "line", "reason"),
    [
        ("voter_id;age;vote", "voter;age;vote", 16, "lacks column voter_id"),
        ("project_id;name;cost;votes;selected", "project_id;name;price;votes;selected", 11, "lacks column cost"),
        ("key;value", "key;text", 2, "lacks column value"),
        ("project_id;name;cost;votes;selected", "project_id;name;cost;count;selected", 11, "lacks column votes"),
        ("max_length;2", "max_sum_cost;lots", 9, "cost is “lots”"),
        ("max_length;2", "min_sum_cost;20", 9, "min_sum_cost is 20, and a poll has no such rule"),
        ("vote_type;approval", "vote_type;cumulative", 16, "lacks column points"),
        ("vote_type;approval", "vote_type;scoring", 16, "lacks column points"),
        ("max_length;2", "vote_type;cumulative", 9, "vote_type is given twice"),
        ("min_length;1", "min_points;2", 8, "min_points is 2, and a poll has no such rule"),
        ("min_length;1", "min_sum_points;100", 8, "min_sum_points is 100, and a poll has no such rule"),  # no points
        ("min_length;1", "min_sum_points;x", 8, "not a whole number"),
        ("min_length;1", "max_points;256", 8, "in a score poll 255 at most"),
        ("vote_type;approval", "vote_type;guess", 7, "it must be approval, choose-1, cumulative or scoring"),
        ("9;Lamps;0;0;0", f"9;Lamps;{'9' * 5000};0;0", 14, "it must be digits, at most 12"),
        ("9;Lamps;0;0;0", f"9;Lamps;0;{'9' * 5000};0", 14, "it must be a whole number"),
        ("9;Lamps;0;0;0", "9;Lamps;1e5000;0;0", 14, "it must be digits"),
        ("num_votes;2", "num_votes;3", 6, "num_votes says 3, but the file has 2"),
        ("num_projects;3", "num_projects;4", 5, "num_projects says 4, but the file has 3"),
        ("num_votes;2", "num_votes;two", 6, "not a whole number"),
        ("vote_type;approval", "vote_type;ordinal", 7, "give these points (column points)"),
        ("min_length;1", "num_votes;2", 8, "num_votes is given twice"),
        ("3;Benches", "7;Benches", 13, "project 7 is listed twice"),
        ("9;Lamps;0;0;0", "9;Lamps;-1;0;0", 14, "cost is “-1”"),
        ("9;Lamps;0;0;0", "9;Lamps;0;many;0", 14, "votes is “many”"),
        ("META\n", "x;y\nMETA\n", 1, "stands before any section"),
    ],
)
def test_what_is_wrong_with_an_election_is_told_with_its_line(write, good, bad, line, reason):
    found = problems(write(GOOD.replace(good, bad, 1)))

    assert any(where == line and reason in what for where, what in found), found


def test_all_problems_are_told_at_once_and_nothing_is_read(write):
    file = write(GOOD.replace("3;Benches;100.50", "3;Benches;cheap").replace("num_votes;2", "num_votes;5"))

    with pytest.raises(RejectedFile, match="has 2 problems; nothing of the file was used") as refused:
        read_election(file)

    assert [problem.line for problem in refused.value.problems] == [6, 13]
    assert str(refused.value).startswith(
        f"{file} has 2 problems; nothing of the file was used.\nline 6: num_votes says 5"
    )


@pytest.mark.parametrize(
    ("good", "bad", "line", "reason"),
    [
        ("max_length;2", "max_length;2\nmax_sum_cost;5100", 18, "picks projects for 5100.50 together"),
        ("min_length;1", "min_length;2", 18, "picks 1 projects; 2 to 2 are allowed"),
        ("vote_type;approval", "vote_type;choose-1", 17, "picks 2 projects; 1 to 1 are allowed"),
        ("a2;41;7", "a2;41;8", 18, "votes for project 8, which is not listed"),
        ("a2;41;7", "a1;41;7", 18, "voter a1 votes twice"),
        ("a2;41;7", "a2;41;7,7", 18, "names project 7 twice"),
        ("a2;41;7", "a2;41;7,3,9", 18, "picks 3 projects; 1 to 2 are allowed"),
        ("a2;41;7", "a2;41;", 18, "picks 0 projects"),
        ("a2;41;7", "a2;7", 18, "2 fields, but section VOTES has 3 columns"),
    ],
)
def test_a_ballot_that_breaks_the_rule_of_its_file_is_left_out_and_named(write, good, bad, line, reason):
    election = read_election(write(GOOD.replace(good, bad, 1)))

    assert [problem.line for problem in election.left_out] == [line]
    assert reason in str(election.left_out[0].reason)
    assert len(election.votes) == 1


POINTS = """META
key;value
num_projects;3
num_votes;6
vote_type;cumulative
max_length;2
max_points;7
max_sum_points;10
budget;9000
PROJECTS
project_id;name;cost;votes;score;selected
7;Trees;5000;2;13;1
3;Benches;100;1;3;0
9;Lamps;4000;0;0;0
VOTES
voter_id;vote;points
a1;7,3;7,3
a2;7,9;6,0
a3;7;8
a4;7,3;6,5
a5;7,3,9;1,1,1
a6;3;2,2
"""


def test_an_election_by_points_is_read_and_is_that_of_a_score_poll(write):
    election = read_election(write(POINTS))

    assert [(vote.voter, points_of(vote.choices)) for vote in election.votes] == [("a1", {0: 7, 1: 3}), ("a2", {0: 6})]
    assert election.published == [13, 3, 0]
    assert [(problem.line, str(problem.reason)) for problem in election.left_out] == [
        (19, "voter a3 gives 8 points; max_points is 7"),
        (20, "voter a4 gives 11 points; max_sum_points is 10"),
        (21, "voter a5 picks 3 projects; 1 to 2 are allowed"),
        (22, "voter a6 gives “2,2” to 1 projects; each needs one whole number"),
    ]
    settings = settings_of(election)
    assert {name: settings[name] for name in ("rule", "picks", "least", "points", "total")} == {
        **{"rule": "up-to", "picks": 2, "least": 1},
        **{"points": 7, "total": 10},
    }


@pytest.mark.parametrize(
    ("change", "points", "total"),
    [
        ({"max_points;7\n": ""}, 10, 0),
        ({"max_points;7\n": "", "max_sum_points;10\n": ""}, 8, None),
        ({"max_sum_points;10\n": "", "cumulative": "scoring"}, 7, None),
        ({"max_points;7\n": "", "max_sum_points;10": "max_sum_points;1000"}, 255, 1000),
        ({"max_points;7\n": "min_points;1\ndefault_score;0\n"}, 10, 10),
    ],
)
def test_points_of_an_election_follow_from_what_its_settings_say(write, change, points, total):
    text = POINTS
    for old, new in change.items():
        text = text.replace(old, new)

    settings = settings_of(read_election(write(text)))

    assert settings["points"] == points
    assert settings.get("total") == (10 if total == 0 else total)


def test_the_fewest_points_of_a_ballot_are_the_polls_rule(write):
    election = read_election(write(POINTS.replace("budget;9000", "min_sum_points;10\nbudget;9000")))

    assert settings_of(election)["least_total"] == 10
    assert [vote.voter for vote in election.votes] == ["a1"]
    assert str(election.left_out[0].reason) == "voter a2 gives 6 points; min_sum_points is 10"


def test_more_points_than_a_score_poll_counts_have_the_file_refused(write):
    found = problems(write(POINTS.replace("max_points;7\nmax_sum_points;10\n", "").replace("a3;7;8", "a3;7;256")))

    assert [what for _line, what in found] == [
        "a project gets 256 points, and in a score poll 255 at most: divide all points by one number"
    ]


@pytest.mark.parametrize("section", ["META", "PROJECTS", "VOTES"])
def test_a_missing_section_is_named(write, section):
    assert (None, f"section {section} is missing; a .pb file has META, PROJECTS and VOTES") in problems(
        write(GOOD.replace(f"{section}\n", ""))
    )


def test_what_an_election_lacks_as_a_whole_is_told_in_one_sentence(write):
    one = GOOD.replace("3;Benches;100.50;1;0\n9;Lamps;0;0;0\n", "").replace("num_projects;3", "num_projects;1")
    nobody = GOOD.replace("a1;30;7,3\na2;41;7\n", "").replace("num_votes;2", "num_votes;0")

    assert problems(write(one.replace("7,3", "7"))) == [
        (None, "the file lists 1 projects; a poll has at least 2 options")
    ]
    assert problems(write(nobody)) == [(None, "section VOTES lists nobody")]
    assert problems(write(GOOD.replace("vote_type;approval\n", ""))) == [
        (None, "META does not say vote_type; it must be approval, choose-1, cumulative or scoring")
    ]
    with pytest.raises(UnreadableFile, match="is empty"):
        read_election(write(""))


def test_older_files_without_a_header_of_their_settings_are_read(write):
    assert read_election(write(GOOD.replace("key;value\n", ""))) == read_election(write(GOOD))


def test_a_ballot_of_one_project_is_an_approval_of_exactly_one(write):
    text = GOOD.replace("approval", "choose-1").replace("7,3", "7").replace("min_length;1\nmax_length;2\n", "")

    election = read_election(write(text))

    assert (election.least_picks, election.most_picks) == (1, 1)
    assert settings_of(election)["rule"] == "exactly-one"


def test_the_rule_of_an_election_is_that_of_its_poll(write):
    text = GOOD.replace("max_length;2", "max_length;9\nmax_sum_cost;5100.5").replace("a1;30;7,3", "a1;30;7,3")

    settings = settings_of(read_election(write(text)))

    assert settings == {
        "options": ["7: Trees; many", "3: Benches", "9: Lamps"],
        "question": "Budget; with a semicolon and a second line",
        "rule": "up-to",
        "picks": 3,
        "least": 1,
        "cap": 51_005,
        "costs": [50_000, 1_005, 0],
    }


def test_an_election_that_is_still_to_come_has_no_votes_yet(write):
    text = GOOD[: GOOD.index("VOTES")].replace("num_votes;2\n", "").replace(";votes", "").replace(";2;1", ";1")
    text = text.replace(";1;0", ";0").replace("0;0;0", "0;0")

    assert [each.id for each in read_election(write(text), before=True).projects] == ["7", "3", "9"]
    assert (None, "section VOTES is missing; a .pb file has META, PROJECTS and VOTES") in problems(write(text))


def test_names_of_districts_are_read_from_a_file_of_their_own_or_the_rolls(write):
    own = write("code,name\n1135054500,Mok-dong\n1135054600,Sinjeong\n", "names.csv")
    roll = write("address,district,행정동\n0x1,7,무악동\n0x2,7,무악동\n0x3,8,교남동\n", "roll.csv")

    assert read_district_names(own) == {1135054500: "Mok-dong", 1135054600: "Sinjeong"}
    assert read_district_names(roll) == {7: "무악동", 8: "교남동"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,Other", "District 1 is called “Mok-dong” above and “Other” here"),
        ("2,", "0 bytes"),
        ("2,a\u202eb", "U+202E"),
        ("x,Name", "“x” is not a district code"),
        ("2," + "동" * 67, "201"),
    ],
)
def test_what_is_wrong_with_names_of_districts_is_told(write, row, reason):
    file = write(f"district,name\n1,Mok-dong\n{row}\n", "names.csv")

    assert any(line == 3 and reason in what for line, what in problems(file, read_district_names))


@pytest.mark.parametrize("count", [128, 129, 200, 256])
def test_an_election_of_up_to_256_projects_is_read(write, count):
    rows = "\n".join(f"{number};P;1;0;0" for number in range(100, 98 + count))
    text = GOOD.replace("9;Lamps;0;0;0", rows).replace("num_projects;3", f"num_projects;{count}")

    assert len(settings_of(read_election(write(text)))["options"]) == count


def test_projects_of_a_citys_own_columns_become_options(write):
    rows = ["번호;사업명;소요금액;동", "7;가로수 심기;5,000;가", "3;벤치\u200b 놓기;100;나"]

    settings = read_projects(write("\n".join(rows), "own.csv"), {"소요금액": "cost"}).settings

    assert settings == {"options": ["7: 가로수 심기", "3: 벤치 놓기"], "costs": [5_000, 100]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("project\nTrees\n", "a poll has 2 to 256 options, not 1"),
        ("project\nTrees\nTrees\n", "Trees is on line 2 already"),
        ("project,cost\nTrees,5\nLamps,many\n", "“many” is not a whole number"),
        ("project,cost\nTrees,5\nLamps,\n", "“” is not a whole number"),
        ("cost\n5\n", "The column “project” is missing"),
    ],
)
def test_what_is_wrong_with_a_list_of_projects_is_told(write, text, reason):
    assert any(reason in what for _line, what in problems(write(text, "list.csv"), read_projects))


def test_a_label_is_cut_where_a_wallet_has_no_more_room(write):
    label = label_of("7", "나무" * 100)

    assert len(label.encode()) <= 400
    assert label.startswith("7: 나무나무")
    assert label.endswith("…")


def test_a_poll_takes_its_options_from_a_list_of_projects(write):
    write("The plan.", "plan.txt")
    text = "\n".join(line for line in POLL.splitlines() if line.split(" ")[0] not in ("options", "blank", "costs"))
    listed = Listed(write("", "list.csv"), {"options": ["A", "B", "C"], "costs": [300, 400, 500], "question": "Which?"})

    spec = read_poll(write(text), lambda _number: ROLL, listed)

    assert (spec.labels, spec.costs, spec.cap) == (("A", "B", "C"), (300, 400, 500), 900)
    assert spec.question == "Where shall the trees stand?"


def test_a_setting_that_both_the_poll_and_the_list_give_is_refused(write):
    write("The plan.", "plan.txt")
    listed = Listed(write("", "list.csv"), {"options": ["A", "B"], "rule": "exactly-one"})

    found = problems(write(POLL), lambda file: read_poll(file, lambda _number: ROLL, listed))

    assert [what for _line, what in found if "already" in what] == [
        "options is given by list.csv already; leave it out here",
        "rule is given by list.csv already; leave it out here",
    ]


def test_more_projects_than_a_poll_has_options_are_refused(write):
    rows = "\n".join(f"{number};P;1;0;0" for number in range(100, 355))

    assert any(
        "a poll has at most 256 options" in what for _line, what in problems(write(GOOD.replace("9;Lamps;0;0;0", rows)))
    )


def test_a_sample_election_reads_and_its_counts_are_those_of_its_votes(tmp_path):
    election = read_election(write_election(tmp_path / "sample.pb", voters=200, projects=20))

    assert len(election.votes) == 200
    assert election.published == [sum(vote.choices >> option & 1 for vote in election.votes) for option in range(20)]
    assert read_election(write_election(tmp_path / "again.pb", voters=200, projects=20)) == election


def test_files_that_cannot_be_read_are_named(tmp_path):
    binary = tmp_path / "binary"
    binary.write_bytes(b"META\n\xff")

    with pytest.raises(UnreadableFile, match=r"There is no file .*nothing"):
        read_election(tmp_path / "nothing")
    with pytest.raises(UnreadableFile, match=r"not text in UTF-8, CP949 or UTF-16 \(line 2\)"):
        read_election(binary)


A, B, C = ("0x" + digit * 40 for digit in "123")


def test_voters_are_sorted_by_district_and_address(write):
    voters = read_voters(write(f"address,district\n{C},30\n{B},7\n{A},30\n"))

    assert voters.voters == tuple(bytes.fromhex(each[2:]) for each in (B, A, C))
    assert voters.districts == (District(7, 0, 1), District(30, 1, 2))


def test_every_bad_line_of_a_roll_is_told(write):
    mixed = "0x52908400098527886E0F7030069857D2E4169Ee7"
    rows = [
        "address,district",
        f"{A},1",
        f"{A},2",
        "0x12,1",
        B,
        f"{B},Jung-gu",
        f"{mixed},1",
        f"0x{'0' * 40},1",
        f"{C},{2**64}",
    ]
    text = "\n".join(rows)

    assert [line for line, _reason in problems(write(text), read_voters)] == [3, 4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize("head", ["a,b", "district,district", "address,colour"])
def test_a_roll_with_other_columns_is_refused(write, head):
    assert problems(write(f"{head}\n{A},1\n"), read_voters)[0][0] == 1


@pytest.mark.parametrize(
    ("encoding", "head", "row"),
    [
        ("utf-8", "district,address", f"7,{A}"),
        ("utf-8-sig", "address;district", f"{A};7"),
        ("cp949", "이름\t지갑주소\t행정동코드", f"홍길동\t{A}\t7"),
        ("utf-16", "주소,지역", f"{A},7"),
    ],
)
def test_a_roll_is_read_however_it_was_saved_and_headed(tmp_path, encoding, head, row):
    file = tmp_path / "voters.csv"
    file.write_text(f"{head}\n{row}\n", encoding=encoding)

    assert read_voters(file) == VoterList((bytes.fromhex(A[2:]),), (District(7, 0, 1),))


def test_a_column_of_any_heading_is_taken_where_a_mapping_names_it(write):
    voters = read_voters(write(f"key,dong\n{A},7\n"), {"key": "address", "dong": "district"})

    assert voters.districts == (District(7, 0, 1),)


def test_a_roll_without_voters_is_refused(write):
    assert problems(write("address,district\n"), read_voters) == [
        (None, "The file has a header but no rows. Check that it is the right one.")
    ]


def test_a_quote_that_never_closes_costs_its_line_and_hides_none(write):
    rows = [f"0x{number:040x},7" for number in range(1, 502)]
    file = write("\n".join(["address,district", f'"{A},7', *rows, "0x12,7"]))

    assert [line for line, _reason in problems(file, read_voters)] == [2, 504]


def test_duplicates_on_a_roll_are_found():
    one, two = b"\x11" * 20, b"\x22" * 20

    assert VoterList((one, two, one, one), districts_of([(1, 4)])).duplicates() == {"0x" + "11" * 20: [0, 2, 3]}
    assert VoterList((one, two), districts_of([(1, 2)])).duplicates() == {}


def test_votes_written_are_votes_read(tmp_path):
    votes = [SignedVote(4, mask_of([0, 255]), b"\x01" * 64), SignedVote(5, 2, b"\xff" * 64)]

    write_votes(tmp_path / "votes.jsonl", 3, votes)

    read, problems = read_votes(tmp_path / "votes.jsonl", 3)

    assert ([at.vote for at in read], problems) == (votes, ())


def test_every_bad_vote_of_a_file_is_told_and_the_good_ones_are_read(write):
    good = '{"poll": 3, "voter": 1, "choices": [0], "signature": "0x' + "11" * 64 + '"}'
    bad = [
        good.replace('"poll": 3', '"poll": 4'),
        good.replace('"voter": 1', '"voter": true'),
        good.replace("[0]", "[0, 0]"),
        good.replace("[0]", "3"),
        good.replace('"0x11', '"0x'),
        good.replace('"0x', '"'),
        good.replace('"voter": 1, ', ""),
        "[]",
        "{",
        good.replace("11" * 64, "11" * 63),
        good.replace("11" * 64, "11" * 64 + "05"),
        good.replace('"voter": 1', f'"voter": {2**300}'),
        good.replace('"voter": 1', '"voter": 1e2'),
        good.replace("[0]", f"[{2**70}]"),
        "[" * 100_000,
        f'{{"poll": {"9" * 5000}}}',
        good[:-1] + ', "type": "Guess"}',
    ]

    votes, found = read_votes(write("\n".join([good, "", *bad, good])), 3)

    assert [at.line for at in votes] == [1, 20]
    assert [problem.line for problem in found] == list(range(3, 20))


POLL = """question = "Where shall the trees stand?"
options = ["By the river", "At the school", "On the square", "None of these"]
blank = ["None of these"]
document = "plan.txt"
document_uri = "https://city.example/plan.txt"
roll = 2
rule = "up-to"
picks = 3
start = 2026-12-01T09:00:00+09:00
end = 2026-12-08T18:00:00+09:00
districts = [30, 20, 50]
cap = 900
costs = [300, 400, 500, 0]
aim = "election"
seats = 2
quorum = "at least 33.33% of eligible"
majority = "more than 1/3 of ballots"
"""
ROLL = VoterList((b"somebody",) * 10, districts_of([(10, 1), (20, 2), (30, 3), (40, 1), (50, 3)]))


def test_a_poll_is_read_from_its_file(write):
    write("The plan.", "plan.txt")

    spec = read_poll(write(POLL), lambda number: {2: ROLL}[number])

    assert spec == PollSpec(
        roll=2,
        start=1_796_083_200,
        end=1_796_720_400,
        question="Where shall the trees stand?",
        labels=("By the river", "At the school", "On the square", "None of these"),
        ranges=((1, 5), (7, 3)),
        least=1,
        most=3,
        cap=900,
        costs=(300, 400, 500, 0),
        document=keccak(text="The plan."),
        document_uri="https://city.example/plan.txt",
        outcome=OutcomeTerms(
            Aim.ELECTION,
            2,
            0,
            0b1000,
            Threshold(Measure.BALLOTS, Measure.ELIGIBLE, 3_333, 10_000),
            Threshold(Measure.SUPPORT, Measure.BALLOTS, 1, 3, more_than=True),
        ),
    )


DECISION = """question = "Plant them?"
options = ["Yes", "No", "Abstain"]
blank = ["Abstain"]
document = "plan.txt"
document_uri = ""
roll = 2
rule = "exactly-one"
start = 2026-12-01T09:00:00+09:00
end = 2026-12-08T18:00:00+09:00
aim = "decision"
proposal = ["Yes"]
quorum = "support at least 1/4 of eligible"
majority = "at least 2/3 of valid"
"""


def test_a_decision_is_read_from_its_file(write):
    write("The plan.", "plan.txt")

    spec = read_poll(write(DECISION), lambda _number: ROLL)

    quorum = Threshold(Measure.SUPPORT, Measure.ELIGIBLE, 1, 4)
    majority = Threshold(Measure.SUPPORT, Measure.VALID, 2, 3)
    assert spec.outcome == decision(0b001, blank=0b100, quorum=quorum, majority=majority)
    assert (spec.least, spec.most, spec.ranges) == (1, 1, ((0, 10),))


@pytest.mark.parametrize(
    ("good", "bad", "reason"),
    [
        ("roll = 2\n", "", "roll is missing"),
        ("roll = 2", "roll = 2\ncolour = 1", "colour is not a setting"),
        ('"up-to"', '"most"', "rule is most"),
        ('"up-to"', "[1]", "rule is [1]"),
        ("picks = 3\n", "", "picks is missing"),
        ("picks = 3", "picks = 13", "picks is 13; it must be 1 to 4"),
        ("picks = 3", "picks = 3\nleast = 4", "least is 4; it must be 1 to 3"),
        ('"By the river"', "7", "it must be a list of texts in quotes"),
        ('"By the river"', '""', "options[0] has 0 bytes"),
        ('"By the river"', '"At  the SCHOOL"', "options 0 and 1 are both “At the school”"),
        ('"By the river"', '"By the\u200b river"', "a character that nobody sees (U+200B)"),
        ('"By the river"', '" By the river"', "a space at its beginning or end"),
        ('"By the river"', '"By the \u202eriver"', "a character that nobody sees (U+202E)"),
        ('"By the river"', '"' + "가" * 134 + '"', "options[0] has 402 bytes"),
        ("Where shall the trees stand?", "x" * 1_001, "question has 1001 bytes"),
        ('"Where shall the trees stand?"', "[]", "question is []; it must be text"),
        ('blank = ["None of these"]', 'blank = ["Nothing"]', "blank lists Nothing"),
        ("roll = 2", "roll = 0", "roll is 0; it must be 1 to"),
        ("2026-12-08T18:00:00+09:00", "2026-11-08T18:00:00+09:00", "before it starts"),
        ("2026-12-08T18:00:00+09:00", "1926-11-08T18:00:00+09:00", "write date, time and offset"),
        ('"plan.txt"', "7", "document is 7; it must be text"),
        ('"https://city.example/plan.txt"', "[]", "document_uri is []; it must be text"),
        ("more than 1/3 of ballots", "more than 1e9% of ballots", "write a share"),
        ("more than 1/3 of ballots", "more than 1/0 of ballots", "write a share"),
        ("more than 1/3 of ballots", "more than 100% of ballots", "write a share that can be reached"),
        ("more than 1/3 of ballots", "at least 4/3 of ballots", "write a share that can be reached"),
        ("more than 1/3 of ballots", "ballots more than 1/3 of ballots", "write a share"),
        ("at least 33.33% of eligible", "33.33%", "write a share"),
        ("at least 33.33% of eligible", "at least 33.33% of votes", "write a share"),
        ('quorum = "at least 33.33% of eligible"', "quorum = 5", "quorum is 5; it must be text"),
        ("[30, 20, 50]", "[[1]]", "districts is [[1]]"),
        ("[30, 20, 50]", "[]", "districts is []"),
        ("[30, 20, 50]", "30", "districts is 30"),
        ("picks = 3", "picks = true", "picks is True; it must be a whole number"),
        ("start = 2026-12-01T09:00:00+09:00", "start = 2026-12-01T09:00:00", "write date, time and offset"),
        ("[30, 20, 50]", "[99]", "no district 99"),
        ("cap = 900\n", "", "cap is missing"),
        ("costs = [300, 400, 500, 0]\n", "", "costs is missing"),
        ("[300, 400, 500, 0]", "[300, 400, 500]", "one for each of the 4 options"),
        ("[300, 400, 500, 0]", "[300, 400, 500, -1]", "costs is -1; it must be 0 to"),
        ('aim = "election"', 'aim = "fun"', "aim is fun"),
        ('aim = "election"', 'aim = "decision"', "proposal is missing"),
        ('aim = "election"', 'aim = "decision"', "seats has no meaning where the aim is decision"),
        ('aim = "election"', 'aim = "tally"', "majority has no meaning where the aim is tally"),
        ("seats = 2", 'proposal = ["By the river"]', "proposal has no meaning where the aim is election"),
        ("seats = 2", "seats = 0", "seats is 0; it must be 1 to 255"),
        ("roll = 2", "roll = ", "is not TOML"),
    ],
)
def test_what_is_wrong_with_a_poll_is_told_with_its_file(write, good, bad, reason):
    write("text", "plan.txt")
    file = write(POLL.replace(good, bad, 1), "poll.toml")

    with pytest.raises(InputError, match=r"poll\.toml") as refused:
        read_poll(file, lambda _number: ROLL)

    assert reason in str(refused.value)


@pytest.mark.parametrize("count", [0, 1, 257])
def test_a_poll_has_2_to_256_options(write, count):
    write("text", "plan.txt")
    options = ", ".join(f'"Option {number}"' for number in range(count))
    text = DECISION.replace('["Yes", "No", "Abstain"]', f"[{options}]")

    with pytest.raises(RejectedFile, match=f"a poll has 2 to 256 options, not {count}"):
        read_poll(write(text), lambda _number: ROLL)


def test_a_poll_without_its_document_is_refused(write):
    with pytest.raises(RejectedFile, match=r"plan\.txt.*cannot be read"):
        read_poll(write(POLL), lambda _number: ROLL)


def test_every_wrong_setting_of_a_poll_is_told_at_once(write):
    write("text", "plan.txt")
    file = write(POLL.replace('"up-to"', '"most"').replace("1/3", "half").replace("roll = 2", "roll = true"))

    with pytest.raises(RejectedFile, match="has 3 problems"):
        read_poll(file, lambda _number: ROLL)


@pytest.mark.parametrize("number", ["9" * 5000, "[" * 5000])
def test_a_poll_file_beyond_reason_is_refused(write, number):
    with pytest.raises(UnreadableFile, match="is not TOML"):
        read_poll(write(f"roll = {number}"), lambda _number: ROLL)


def test_a_poll_in_cp949_is_read(tmp_path, write):
    write("text", "plan.txt")
    file = tmp_path / "poll.toml"
    file.write_text(POLL.replace("By the river", "하천가"), encoding="cp949")

    assert read_poll(file, lambda _number: ROLL).labels[0] == "하천가"


def test_a_wallets_signature_of_65_bytes_becomes_compact(write):
    key, digest = Account.from_key(b"\x07" * 32), keccak(text="vote")
    short = sign(digest, key)
    high = SECPK1_N - int.from_bytes(expand(short)[32:64], "big")
    mirrored = short[:32] + high.to_bytes(32, "big") + bytes([55 - expand(short)[64]])
    line = '{"poll": 3, "voter": 1, "choices": [0], "signature": "0x%s"}'
    forms = [short, expand(short), expand(short)[:64] + bytes([expand(short)[64] - 27]), mirrored]

    votes, _problems = read_votes(write("\n".join(line % form.hex() for form in forms)), 3)

    assert [at.vote.signature for at in votes] == [short] * 4


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (GOOD.replace("a1;30;7,3", 'a1;30;"7,3'), 17, "quote opens here"),
        (GOOD.replace("Benches", "B" * 140_000), 13, "A field has 140,000 characters"),
        (GOOD.replace("Benches", "B\0"), 13, "NUL"),
        (GOOD.replace("max_length;2", "max_length;" + "9" * 5000), 9, "not a whole number"),
    ],
)
def test_a_damaged_election_is_told_with_its_line(write, text, line, reason):
    assert any(where == line and reason in what for where, what in problems(write(text)))


def test_an_election_in_cp949_is_read(tmp_path):
    file = tmp_path / "cp949.pb"
    file.write_text(GOOD.replace("Benches", "벤치"), encoding="cp949")

    assert read_election(file).projects[1].name == "벤치"
