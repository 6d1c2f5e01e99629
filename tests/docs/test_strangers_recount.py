"""What docs/ballot.md says is enough to count a poll a second time, without a line of the project."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dongne.ballot import BallotBox, ElectoralRoll, OutcomeTerms, PollSpec, VoterList, mask_of, publish, recount
from dongne.ballot.assistance import offices_of
from dongne.ballot.scores import ScoreBallotBox, ScorePollSpec, choices_of
from dongne.suite import Role
from scripts.localchain.suite import local_suite, person
from tests.docs.pages import Page

SCRIPT = Path(__file__).with_name("strangers_recount.py")
PEOPLE = [person(f"stranger's voter {number}") for number in range(9)]
OPTIONS, BLANK = 10, 1 << 9
PICKS = ([0], [9], [0, 3], [3, 8], [8], [9], [1, 2])
"""The fourth is dearer than the cap."""

SCORES = ({0: 4, 5: 2}, {9: 1}, {0: 5}, {1: 2, 2: 5}, {8: 5, 9: 1}, {3: 1}, {2: 3, 4: 3})
"""The second is blank; the fourth gives too many points altogether, the fifth some beside a blank one."""


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def poll(city):
    """A poll with a cap and a blank option; two batches, one vote of a voter's own, two that are skipped."""
    box, rolls = city.client(BallotBox), city.client(ElectoralRoll)
    voters = VoterList.of({1: [bytes.fromhex(key.address[2:]) for key in PEOPLE]})
    keys = sorted(PEOPLE, key=lambda key: key.address.lower())
    roll = publish(rolls, voters, lambda call: call.transact(city.officers[Role.ROLL_OFFICER]))
    start, labels = city.chain.timestamp() + 60, tuple(f"공원 {number}" for number in range(OPTIONS))
    spec = PollSpec(
        roll, start, start + 86_400, "Which parks?", labels, ((0, 5), (6, 3)), most=2, cap=12, costs=(*range(1, 10), 0),
        document=b"\x11" * 32, document_uri="https://city.example/parks", outcome=OutcomeTerms(blank=BLANK),
    )  # fmt: skip
    number = box.opened_in(box.open(spec).transact(city.officers[Role.ELECTION_OFFICER]))
    city.pass_time(60)
    booth, index = box.booth(number), [0, 1, 2, 3, 4, 6, 7]
    votes = [booth.sign(at, mask_of(picks), keys[at]) for at, picks in zip(index, PICKS, strict=True)]
    box.cast_batch(number, [*votes[:4], booth.sign(4, 1, keys[0])]).transact(city.relayer)
    box.cast_batch(number, votes[4:]).transact(city.relayer)
    own = keys[8]
    city.chain.nodes.ask("anvil_setBalance", own.address, hex(10**20))
    box.vote(number, 8, 1).transact(own)
    return number


@pytest.fixture(scope="module")
def score_poll(city, poll):
    """A cumulative poll with a cap and a blank option; two batches, a vote of a voter's own, four that are skipped."""
    plain, box = city.client(BallotBox).spec(poll), city.client(ScoreBallotBox)
    decided = {name: getattr(plain, name) for name in PollSpec.__dataclass_fields__}
    start = city.chain.timestamp() + 60
    decided |= {"start": start, "end": start + 86_400}
    spec = ScorePollSpec(**decided, most_points=5, most_total=6, least_total=2)
    number = box.opened_in(box.open(spec).transact(city.officers[Role.ELECTION_OFFICER]))
    city.pass_time(60)
    keys = sorted(PEOPLE, key=lambda key: key.address.lower())
    booth, index = box.booth(number), [0, 1, 2, 3, 4, 6, 7]
    votes = [booth.sign(at, choices_of(given), keys[at]) for at, given in zip(index, SCORES, strict=True)]
    box.cast_batch(number, [*votes[:4], booth.sign(8, choices_of({0: 1}), keys[0])]).transact(city.relayer)
    box.cast_batch(number, votes[4:]).transact(city.relayer)
    city.chain.nodes.ask("anvil_setBalance", keys[8].address, hex(10**20))
    box.vote(number, 8, choices_of({0: 3, 1: 3})).transact(keys[8])
    return number


@pytest.fixture(scope="module")
def assisted_poll(city):
    """A poll of twenty, in which one votes by signature, and for one an office does."""
    box, rolls, people = (
        city.client(BallotBox),
        city.client(ElectoralRoll),
        [person(f"of twenty {n}") for n in range(20)],
    )
    voters = VoterList.of({1: [bytes.fromhex(key.address[2:]) for key in people]})
    roll = publish(rolls, voters, lambda call: call.transact(city.officers[Role.ROLL_OFFICER]))
    start, office, assistance = city.chain.timestamp() + 60, city.relayer, offices_of(box)
    spec = PollSpec(roll, start, start + 86_400, "Which?", ("One", "Other"), ((0, 20),))
    number = box.opened_in(box.open(spec).transact(city.officers[Role.ELECTION_OFFICER]))
    accredited = assistance.accredit(box.address, number, office.address, 1, b"\x22" * 32)
    accredited.transact(city.officers[Role.POLLING_SUPERVISOR])
    city.pass_time(60)
    keys = sorted(people, key=lambda key: key.address.lower())
    box.cast_batch(number, [box.booth(number).sign(3, 0b01, keys[3])]).transact(city.relayer)
    assistance.cast(box.address, number, {4: 0b10}, 2, b"\x33" * 32).transact(office)
    return number


def counted_by_the_stranger(city, box, poll):
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, city.chain.rpc, box.address, str(poll)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_stranger_counts_what_the_contract_and_the_package_count(city, poll):
    box = city.client(BallotBox)

    found = counted_by_the_stranger(city, box, poll)

    assert found["tally"] == found["stated"] == recount(box, city.client(ElectoralRoll), poll).tally()
    assert (found["ballots"], found["signed"], found["voters"]) == (7, 6, 9)


def test_a_stranger_counts_the_points_of_a_score_poll(city, score_poll):
    box = city.client(ScoreBallotBox)

    found = counted_by_the_stranger(city, box, score_poll)

    assert found["tally"] == found["stated"] == recount(box, city.client(ElectoralRoll), score_poll).tally()
    assert found["tally"] == [12, 3, 3, 0, 3, 2, 0, 0, 0, 1]
    assert (found["ballots"], found["signed"], found["voters"]) == (5, 4, 9)


def test_a_stranger_counts_what_offices_cast(city, assisted_poll):
    found = counted_by_the_stranger(city, city.client(BallotBox), assisted_poll)

    assert found["tally"] == found["stated"] == [1, 1]
    assert (found["ballots"], found["signed"], found["assisted"]) == (2, 1, 1)


def test_the_stranger_imports_nothing_of_the_project():
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    named = [each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)]
    named += [alias.name for each in ast.walk(tree) if isinstance(each, ast.Import) for alias in each.names]

    assert {name.split(".")[0] for name in named} <= {"json", "sys", "urllib", "eth_abi", "eth_keys", "eth_utils"}


def test_every_signature_that_the_stranger_uses_is_on_the_page():
    text = SCRIPT.read_text(encoding="utf-8")
    page = re.sub(r"\s+", "", Path(Page("docs/ballot.md").path).read_text(encoding="utf-8"))

    names = ("SPEC", "OPENED", "COUNTED", "APPENDED", "AMENDED", "STRUCK", "FROZEN", "VOTE", "DOMAIN", "CAST_BATCH")
    names += ("SCORES_OPENED", "SCORES_COUNTED", "SCORE_VOTE", "SCORE", "ASSISTED", "ACCREDITED")
    found = {}
    exec(compile(ast.Module(constants(text), []), "strangers_recount", "exec"), found)
    for name in names:
        told = re.sub(r"\s+", "", found[name]).replace(re.sub(r"\s+", "", found["SPEC"]), "SPEC")
        assert (told if name != "SPEC" else re.sub(r"\s+", "", found["SPEC"])) in page, name


def constants(text):
    """The assignments of capital names at the top of a script."""
    return [each for each in ast.parse(text).body if isinstance(each, ast.Assign)]
