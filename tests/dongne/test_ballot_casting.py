"""A file of votes is relayed whole, whatever stops it: nothing is lost, nothing sent twice, nothing told too early."""

import csv
import json
import os
import random

import pytest

from dongne.ballot import BLOB_VOTERS, BallotBox, ElectoralRoll, casting, mask_of, vote_line
from dongne.errors import ExitCode
from dongne.rpc import Nodes
from dongne.sending.flight import Flight
from dongne.sending.sender import Sender
from scripts.localchain.suite import local_suite
from tests.dongne.election_office import DAY, Office, by_index
from tests.killing import calls_of, killed_after

NAMES = tuple(f"cast {number}" for number in range(12))
KEYS = by_index(NAMES, (100, 200))
BATCH = 3
POINTS = int(os.environ.get("DONGNE_KILL_POINTS", "8"))


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def office(tmp_path_factory, city):
    return Office.on(city, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def box(city):
    return city.client(BallotBox)


@pytest.fixture(scope="module")
def roll(office):
    return office.json("ballot", "roll", "register", office.voters_file(NAMES, (100, 200)), key="registrar")["roll"]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(casting, "BATCH_VOTES", BATCH)


@pytest.fixture
def open_poll(office, city, roll):
    def opened(name):
        number = office.json("ballot", "open", office.poll_file(name, roll), key="officer")["poll"]
        city.pass_time(60)
        return number

    return opened


@pytest.fixture
def poll(open_poll, request):
    return open_poll(f"cast-{abs(hash(request.node.name))}")


def lines_of(box, poll, choices):
    """A vote's line for each (voter, picks, number of the key that signs)."""
    booth = box.booth(poll)
    return [vote_line(poll, booth.sign(voter, mask_of(picks), KEYS[key])) for voter, picks, key in choices]


def vote_file(office, name, lines):
    file = office.folder / f"{name}.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def everybodys(office, box, poll):
    return vote_file(office, f"all-{poll}", lines_of(box, poll, [(at, [at % 5], at) for at in range(len(NAMES))]))


def results_of(file):
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [(int(row["line"]), row["voter"], row["result"], row["detail"]) for row in csv.DictReader(lines)]


def test_a_bad_line_costs_no_other_line_its_vote(office, box, city, poll):
    good = lines_of(box, poll, [(0, [0], 0), (1, [1], 1)])
    file = vote_file(office, f"mixed-{poll}", [good[0], "no vote at all", good[1], good[1].replace("0x", "0x1234")])

    code, out, err = office.run("ballot", "cast", poll, file, "--json", key="relayer")

    assert code == ExitCode.INPUT
    assert json.loads(out)["counted"] == 2
    assert [each["line"] for each in json.loads(out)["skipped"]] == [2, 4]
    assert "2 of the 4 lines of" in err
    assert "line 2:" in err
    assert [row[2] for row in results_of(file.with_suffix(".result.csv"))] == [
        "counted",
        "no usable vote",
        "counted",
        "no usable vote",
    ]
    assert box.turnout(poll).ballots == 2


def test_of_several_votes_by_one_voter_the_first_good_one_is_cast(office, box, poll):
    forged, first, second, again = lines_of(box, poll, [(0, [4], 1), (0, [1], 0), (0, [2], 0), (0, [1], 0)])
    file = vote_file(office, f"several-{poll}", [forged, first, second, again])

    code, _out, err = office.run("ballot", "cast", poll, file, key="relayer")

    assert code == ExitCode.INPUT
    assert "2 of the 4 lines" in err
    assert [row[2:] for row in results_of(file.with_suffix(".result.csv"))] == [
        ("not counted", "signature does not match"),
        ("counted", ""),
        ("not counted", "has voted already"),
        ("counted with another line", "the same vote as on line 2"),
    ]
    assert box.tally(poll) == [0, 1, 0, 0, 0]


def test_a_whole_file_leaves_at_once_and_no_batch_waits_for_another(office, box, poll, monkeypatch):
    posted, really = [], Flight.post
    monkeypatch.setattr(Flight, "post", lambda self, orders: posted.append(len(orders)) or really(self, orders))

    said = office.json("ballot", "cast", poll, everybodys(office, box, poll), key="relayer")

    assert said["counted"] == len(NAMES)
    assert posted == [len(NAMES) // BATCH]


def test_no_batch_is_estimated(office, box, poll, monkeypatch):
    asked, request = [], Nodes._request
    monkeypatch.setattr(
        Nodes, "_request", lambda self, method, params: asked.append(method) or request(self, method, params)
    )

    office.json("ballot", "cast", poll, everybodys(office, box, poll), key="relayer")

    assert box.turnout(poll).ballots == len(NAMES)
    assert "eth_sendRawTransaction" in asked
    assert "eth_estimateGas" not in asked


def test_a_vote_that_others_relay_meanwhile_is_counted_and_told_so(office, box, city, poll, monkeypatch):
    file, really = everybodys(office, box, poll), Sender.deliver_all
    votes = [box.booth(poll).sign(at, mask_of([at % 5]), KEYS[at]) for at in (0, 5)]

    def overtaken(self, orders):
        box.cast_batch(poll, votes).transact(city.officers[next(iter(city.officers))])
        return really(self, orders)

    monkeypatch.setattr(Sender, "deliver_all", overtaken)

    assert office.json("ballot", "cast", poll, file, key="relayer")["counted"] == len(NAMES)


def test_a_poll_that_ends_in_the_midst_leaves_the_rest_uncounted_and_says_which(office, box, city, poll, monkeypatch):
    file, really, passed = everybodys(office, box, poll), Flight.post, []

    def ended(self, orders):
        if passed:
            city.pass_time(DAY)
        passed.append(1)
        return really(self, orders)

    monkeypatch.setattr(Flight, "post", ended)
    monkeypatch.setattr(Sender, "deliver_all", one_at_a_time(Sender.deliver_all))

    code, out, err = office.run("ballot", "cast", poll, file, "--json", key="relayer")

    assert code == ExitCode.INPUT
    assert json.loads(out)["counted"] == box.turnout(poll).ballots == BATCH
    assert f"{len(NAMES) - BATCH} of the {len(NAMES)} lines" in err
    assert f"Poll {poll}" in json.loads(out)["skipped"][0]["reason"]


def one_at_a_time(really):
    """Every call in a window of its own."""

    def delivered(self, orders):
        for order in orders:
            yield from really(self, [order])

    return delivered


def test_votes_are_told_only_once_they_are_final_and_what_a_reorg_drops_is_brought_back(
    office, box, city, poll, monkeypatch
):
    really, looks, reorganised = Flight.blocks_to_final, [], []

    def watched(flight):
        left = really(flight)
        looks.append(left)
        if not reorganised:
            reorganised.append(box.turnout(poll).ballots)
            city.chain.nodes.ask("anvil_reorg", 2, [])
            reorganised.append(box.turnout(poll).ballots)
        city.chain.nodes.ask("evm_mine")
        return left

    for _block in range(3):  # whose clock goes on from blocks after the poll's start
        city.chain.nodes.ask("evm_mine")
    monkeypatch.setattr(Flight, "blocks_to_final", watched)
    monkeypatch.setenv("DONGNE_FINAL_BLOCKS", "4")

    said = office.json("ballot", "cast", poll, everybodys(office, box, poll), key="relayer")

    assert reorganised[1] < reorganised[0] == len(NAMES)
    assert said["counted"] == box.turnout(poll).ballots == len(NAMES)
    assert looks[0] > 0
    assert looks[-1] == 0


def test_killed_at_any_point_of_casting_the_next_run_counts_and_tells_every_vote(office, box, open_poll):
    def cast(poll):
        file = everybodys(office, box, poll)
        return lambda: office.run("ballot", "cast", poll, file, key="relayer")

    calls, chance, killed = calls_of(cast(open_poll("kill-measured"))), random.Random(9), 0
    for number in range(POINTS):
        poll = open_poll(f"kill-{number}")
        killed += killed_after(chance.randrange(calls * number // POINTS, calls * (number + 1) // POINTS), cast(poll))

        said = office.json("ballot", "cast", poll, office.folder / f"all-{poll}.jsonl", key="relayer")

        assert said["counted"] + said["counted_earlier"] == box.turnout(poll).ballots == len(NAMES)
        assert box.tally(poll) == [3, 3, 2, 2, 2]
    assert killed > POINTS / 2


def test_killed_at_any_point_of_registering_the_next_run_completes_the_same_roll(office, city):
    rolls = city.client(ElectoralRoll)

    def voters(number):
        rows = [
            f"0x{random.Random(f'{number} {at}').randbytes(20).hex()},{7 + at % 2}" for at in range(BLOB_VOTERS + 9)
        ]
        file = office.folder / f"roll-{number}.csv"
        file.write_text("\n".join(["address,district", *rows]) + "\n", encoding="utf-8")
        return file

    def register(file):
        return lambda: office.run("ballot", "roll", "register", file, "--yes", key="registrar")

    calls, chance, killed = calls_of(register(voters("measured"))), random.Random(10), 0
    for number in range(POINTS):
        file, before = voters(number), len(rolls.numbers())
        # The first half of the calls reads the file.
        point = calls // 2 + chance.randrange(calls * number // POINTS, calls * (number + 1) // POINTS) // 2
        killed += killed_after(point, register(file))

        done = office.json("ballot", "roll", "register", file, key="registrar")

        assert (done["voters"], done["frozen"]) == (BLOB_VOTERS + 9, True)
        assert len(rolls.numbers()) == before + 1
    assert killed > POINTS / 2
