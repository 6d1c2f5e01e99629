"""Votes that offices cast for voters, from the command line to the recount that accounts for them apart."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from dongne.addresses import address_of
from dongne.ballot import BallotBox, ElectoralRoll, Origin, check_receipt, read_receipt, recount
from dongne.ballot.assistance import assistance_of
from dongne.ballot.errors import (
    AssistedCountDiffers,
    CastByNoOffice,
    OfficeAboveCap,
    OfficesAboveCeiling,
    ReceiptDisproven,
)
from dongne.chain import Chain
from dongne.errors import ExitCode
from dongne.suite import Role
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite, person
from tests.dongne.election_office import Office, by_index

NAMES = tuple(f"cli {number}" for number in range(40))
KEYS = by_index(NAMES, (100, 200))
BOOTH = funded(7)


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def office(tmp_path_factory, city):
    folder = tmp_path_factory.mktemp("office")
    made = Office.on(city, folder)
    for name, key in (
        ("supervisor", city.officers[Role.POLLING_SUPERVISOR]),
        ("guardian", city.officers[Role.GUARDIAN]),
        ("booth", BOOTH),
    ):
        (folder / name).write_text(json.dumps(key.encrypt("pw", kdf="pbkdf2", iterations=1_000)), encoding="utf-8")
    (folder / "paper.pdf").write_text("signed by three", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def box(city):
    return city.client(BallotBox)


@pytest.fixture(scope="module")
def rolls(city):
    return city.client(ElectoralRoll)


@pytest.fixture(scope="module")
def roll(office):
    return office.json("ballot", "roll", "register", office.voters_file(NAMES, (100, 200)), key="registrar")["roll"]


@pytest.fixture
def poll(office, roll, city, request):
    """A poll that runs, in which the booth may cast two votes, the most that 5 % of 40 voters allow."""
    file = office.poll_file(f"poll-{abs(hash(request.node.name))}", roll)
    number = office.json("ballot", "open", file, key="officer")["poll"]
    paper = office.folder / "paper.pdf"
    accredit = ("ballot", "office", "accredit", number, BOOTH.address, "--cap", 2, "--document", paper)
    assert office.json(*accredit, key="supervisor")["accredited"]
    city.pass_time(60)
    return number


@pytest.fixture
def votes_file(office):
    def written(rows):
        file = office.folder / "booth.csv"
        file.write_text("\n".join(["voter,choices", *rows]) + "\n", encoding="utf-8")
        return file

    return written


@pytest.fixture
def cast(office):
    def casting(poll, file):
        return office.json("ballot", "office", "cast", poll, file, "--record", office.folder / "paper.pdf", key="booth")

    return casting


def test_a_booths_votes_are_cast_shown_apart_and_recounted(office, box, rolls, city, poll, votes_file, cast):
    box.cast_batch(poll, [box.booth(poll).sign(3, 0b1, KEYS[3])]).transact(city.relayer)

    file, paper = votes_file([f"{KEYS[1].address},0 4", "2,4", "3,0"]), office.folder / "paper.pdf"
    code, out, err = office.run(
        "ballot", "office", "cast", poll, file, "--record", paper, "--yes", "--json", key="booth"
    )
    said = json.loads(out)

    assert (code, said["counted"], said["not_counted"]) == (ExitCode.INPUT, 2, 1)
    assert "line 4: voted already" in err
    with Path(said["results"]).open(encoding="utf-8-sig") as lines:
        assert [row["result"] for row in csv.DictReader(lines)] == ["counted", "counted", "voted already"]
    found = recount(box, rolls, poll)
    assert found.findings == ()
    assert found.origins == {Origin.SIGNED: 1, Origin.OFFICE: 2}
    assert found.assisted == {BOOTH.address: {1: 0b10001, 2: 0b10000}}
    assert (found.tally(), found.assisted_tally()) == ([2, 0, 0, 0, 2], [1, 0, 0, 0, 2])
    counted = office.json("ballot", "recount", poll)
    assert (counted["assisted"], counted["assisted_tally"]) == ({BOOTH.address: 2}, [1, 0, 0, 0, 2])
    assert "cast by offices for voters: 2" in office.run("ballot", "recount", poll)[1]
    (listed,) = office.json("ballot", "office", "list", poll)["offices"]
    assert listed == {"office": BOOTH.address, "cap": 2, "cast": 2, "revoked": False}


def test_the_same_file_again_sends_nothing(city, poll, votes_file, cast):
    file = votes_file(["5,0", "6,1"])
    cast(poll, file)
    before = city.chain.block_number()

    again = cast(poll, file)

    assert (again["counted"], again["counted_earlier"], again["not_counted"]) == (0, 2, 0)
    assert city.chain.block_number() == before


def test_more_than_the_cap_is_refused_and_nothing_counted(office, box, poll, votes_file):
    file, paper = votes_file(["5,0", "6,1", "7,1"]), office.folder / "paper.pdf"

    code, _out, err = office.run("ballot", "office", "cast", poll, file, "--record", paper, "--yes", key="booth")

    assert code == ExitCode.INPUT
    assert "may cast only 2 more" in err
    assert "its cap is 2" in err
    assert box.turnout(poll).ballots == 0


def test_a_file_with_flaws_is_refused_whole_and_names_them(office, box, poll, votes_file):
    file, paper = votes_file(["5,0 1 2", "nobody,0", "6,9", "7,one", "8,0", "8,1"]), office.folder / "paper.pdf"

    code, _out, err = office.run("ballot", "office", "cast", poll, file, "--record", paper, "--yes", key="booth")

    assert code == ExitCode.INPUT
    for line in (2, 3, 4, 5, 7):
        assert f"line {line}" in err or f":{line}" in err
    assert box.turnout(poll).ballots == 0


def test_the_voter_finds_out_and_has_a_receipt_that_says_so(office, box, rolls, poll, votes_file, cast, tmp_path):
    cast(poll, votes_file(["5,0 1"]))

    assert office.json("ballot", "check", poll, 5)["office"] == BOOTH.address
    assert BOOTH.address in office.run("ballot", "check", poll, 5)[1]
    file = tmp_path / "receipt.json"
    office.json("ballot", "receipt", poll, 5, "--out", file)
    data = json.loads(file.read_text(encoding="utf-8"))
    assert (data["signed"], data["office"], data["signature"]) == ("office", BOOTH.address, "0x")
    checked = check_receipt(read_receipt(file), box, rolls)
    assert (checked.origin, checked.final) == (Origin.OFFICE, True)
    assert BOOTH.address in office.run("ballot", "verify", file)[1]
    file.write_text(json.dumps(data | {"office": address_of("0x" + "11" * 20)}), encoding="utf-8")
    with pytest.raises(ReceiptDisproven, match="its office"):
        check_receipt(read_receipt(file), box, rolls)


def test_a_revoked_office_is_told(office, poll, votes_file):
    paper = office.folder / "paper.pdf"
    revoke = ("ballot", "office", "revoke", poll, BOOTH.address, "--document", paper)
    assert office.json(*revoke, key="guardian")["revoked"]

    code, _out, err = office.run(
        *("ballot", "office", "cast", poll, votes_file(["5,0"]), "--record", paper, "--yes"), key="booth"
    )

    assert code == ExitCode.REFUSED
    assert "it casts no more votes" in err


def test_votes_that_a_node_makes_up_as_an_offices_are_found(box, rolls, poll, votes_file, cast):
    """It names another choice than the office's transaction holds, and an office that nobody accredited."""
    cast(poll, votes_file(["5,0", "6,0"]))
    assistance = assistance_of(box)
    (log,) = assistance.counted_logs(box.address, poll)

    class Lying(Chain):
        change = {}  # noqa: RUF012 one test's

        def logs(self, address, topics, first, last=None):
            for each in super().logs(address, topics, first, last):
                changed = type(log).topic() == bytes(each["topics"][0])
                yield {**each, **self.change} if changed else each

    node = Lying(box.chain.rpc)
    lying = BallotBox(node, box.entry)
    raw = next(iter(box.chain.logs(assistance.address, type(log).topics(box=box.address, poll=poll), 0)))
    data = bytes(raw["data"])
    node.change = {"data": type(raw["data"])(data.replace(log.groups, bytes([log.groups[0] ^ 0b11]) + log.groups[1:]))}
    kinds = {type(finding) for finding in recount(lying, ElectoralRoll(node, rolls.entry), poll, prove=False).findings}
    assert CastByNoOffice in kinds
    stranger = bytes(12) + bytes.fromhex(person("stranger").address[2:])
    node.change = {"topics": [*raw["topics"][:3], type(raw["topics"][3])(stranger)]}
    found = recount(lying, ElectoralRoll(node, rolls.entry), poll, prove=False)
    assert [type(finding) for finding in found.findings] == [CastByNoOffice]


def test_caps_ceiling_and_the_contracts_count_are_checked_against_the_logs(
    box, rolls, poll, votes_file, cast, monkeypatch
):
    cast(poll, votes_file(["5,0", "6,0"]))
    kind = type(assistance_of(box))
    honest = kind.accreditations

    def smaller(self, *arguments):
        return [replace(each, cap=1) for each in honest(self, *arguments)]

    monkeypatch.setattr(kind, "accreditations", smaller)
    monkeypatch.setattr(kind, "ceiling", lambda self, block=None: 0)
    monkeypatch.setattr(kind, "cast_in", lambda self, box, poll, block=None: 1)

    kinds = [type(finding) for finding in recount(box, rolls, poll).findings]

    assert kinds == [OfficeAboveCap, OfficesAboveCeiling, AssistedCountDiffers]


def test_the_offices_own_count_is_proven_from_the_blocks_hash(box, rolls, poll, votes_file, cast, monkeypatch):
    cast(poll, votes_file(["5,0", "6,0"]))
    monkeypatch.setattr("dongne.ballot.assistance.assisted_in", lambda word: 7)

    assert [type(each) for each in recount(box, rolls, poll).findings] == [AssistedCountDiffers]
