"""A published funding was checked against the costs that it stated itself: cheaper projects, and more of them funded.

The costs stood on the chain, in the poll's terms. What the chain does not hold, as the budget, was not said either.
"""

import json

import pytest

from dongne.ballot import BallotBox, Budget, ElectoralRoll, FundingRule, fund, mask_of, recount, write_votes
from dongne.errors import ExitCode
from scripts.localchain.suite import local_suite
from tests.dongne.election_office import DAY, OPTIONS, Office, by_index

NAMES, DISTRICTS, COSTS = tuple(f"budget {number}" for number in range(8)), (100,), (500, 400, 300, 200, 100)


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def office(tmp_path_factory, city):
    return Office.on(city, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def polls(office, city):
    """Two polls with the same votes, at their end: one with costs on the chain, one without."""
    office.json("ballot", "roll", "register", office.voters_file(NAMES, DISTRICTS), key="registrar")
    capped = office.poll_file("capped", 1, "cap = 1000", f"costs = {list(COSTS)}")
    numbers = [
        office.json("ballot", "open", file, key="officer")["poll"] for file in (capped, office.poll_file("free", 1))
    ]
    city.pass_time(120)
    for poll in numbers:
        booth = city.client(BallotBox).booth(poll)
        votes = [booth.sign(at, mask_of([at % 5]), key) for at, key in enumerate(by_index(NAMES, DISTRICTS))]
        write_votes(office.folder / "votes.jsonl", poll, votes)
        office.json("ballot", "cast", poll, office.folder / "votes.jsonl", key="relayer")
    early = office.run("ballot", "fund", numbers[0], "--budget", 900)[1]
    assert "what would be funded if it ended now" in early
    city.pass_time(2 * DAY)
    return numbers


@pytest.fixture(scope="module")
def published(office, polls):
    projects = office.folder / "projects.csv"
    rows = [f"{label},{cost}" for label, cost in zip(OPTIONS, COSTS, strict=True)]
    projects.write_text("\n".join(["project,cost", *rows]) + "\n")
    files = [office.folder / "capped.json", office.folder / "free.json"]
    office.json("ballot", "fund", polls[0], "--budget", 900, "--out", files[0])
    office.json("ballot", "fund", polls[1], "--budget", 900, "--projects", projects, "--out", files[1])
    return projects, files


def cheapened(city, poll, file):
    """The funding that a forger publishes: the costs are false, everything else follows from them."""
    box = city.client(BallotBox)
    found = recount(box, city.client(ElectoralRoll), poll)
    costs = (1, 2, 3, 4, 5)
    funding = fund(found, box.terms(poll), Budget(900, costs, FundingRule.GREEDY))
    said = json.loads(file.read_text(encoding="utf-8")) | {
        "costs": list(costs),
        "spent": funding.spent,
        "tied": list(funding.tied),
        "inputs_hash": "0x" + funding.inputs_hash.hex(),
        "funded": [
            {"option": at, "label": OPTIONS[at], "votes": funding.tally[at], "cost": costs[at]} for at in funding.funded
        ],
    }
    forged = file.with_suffix(".forged.json")
    forged.write_text(json.dumps(said), encoding="utf-8")
    return forged


def check(office, poll, file, *more):
    return office.run("ballot", "fund", poll, "--check", file, *more)


def test_costs_of_the_chain_count_before_those_of_the_file(city, office, polls, published):
    code, out, err = check(office, polls[0], cheapened(city, polls[0], published[1][0]))

    assert (code, out.strip()) == (ExitCode.DIFFERENT, "")
    assert "has other costs than the poll on the chain" in err


def test_costs_that_only_a_list_has_are_compared_with_it_or_said_to_be_believed(city, office, polls, published):
    projects, (_capped, honest) = published
    forged = cheapened(city, polls[1], honest)

    code, _out, err = check(office, polls[1], forged, "--projects", projects)
    believed = check(office, polls[1], forged)

    assert (code, "has other costs than" in err) == (ExitCode.DIFFERENT, True)
    assert believed[0] == 0
    assert "--projects checks it" in believed[2]
    assert check(office, polls[1], honest, "--projects", projects)[0] == 0


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (("--budget", 901), "spends a budget of 900, but --budget says 901"),
        (("--rule", "equal-shares"), "by another rule"),
        (("--increment", 10), "by another rule"),
    ],
)
def test_what_was_decided_and_the_file_has_otherwise_is_named(office, polls, published, named, said):
    code, _out, err = check(office, polls[0], published[1][0], *named)

    assert (code, said in err) == (ExitCode.DIFFERENT, True)


def test_a_budget_that_nobody_named_is_said_to_be_believed(office, polls, published):
    named, unnamed = (check(office, polls[0], published[1][0], *more) for more in (("--budget", 900), ()))

    assert (named[0], unnamed[0]) == (0, 0)
    assert "follows from the counted ballots" in named[1]
    assert "--budget checks it" not in named[2]
    assert "--budget checks it" in unnamed[2]


def test_a_list_with_other_costs_than_the_chain_is_refused(office, polls, published):
    projects = office.folder / "dearer.csv"
    projects.write_text(published[0].read_text().replace("500", "501"))

    code, _out, err = office.run("ballot", "fund", polls[0], "--budget", 900, "--projects", projects)

    assert (code, "other costs than the poll on the chain" in err) == (ExitCode.DIFFERENT, True)
