"""The ballot from the command line: a roll and a poll from files, votes relayed, checked and recounted."""

import json

import pytest

from dongne.ballot import BallotBox, ElectoralRoll, VoterList, districts_of, mask_of, publish, write_votes
from dongne.errors import ContractRefused, ExitCode
from dongne.suite import Role
from scripts.localchain.suite import local_suite, person
from tests.dongne.election_office import DAY, OPTIONS, Office, by_index

VOTERS = 6


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def office(tmp_path_factory, city):
    return Office.on(city, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def folder(office):
    return office.folder


@pytest.fixture(scope="module")
def dongne(office):
    """Runs a command that must succeed: as JSON if `lang` is not given, else what a person reads."""

    def run(*arguments, key=None, lang=None):
        if lang is None:
            return office.json("ballot", *arguments, key=key)
        code, out, err = office.run("ballot", *arguments, key=key, lang=lang)
        assert code == 0, err
        return out

    return run


@pytest.fixture(scope="module")
def roll(dongne, office):
    file = office.voters_file(tuple(f"cli {number}" for number in range(VOTERS)), (100, 200))
    return dongne("roll", "register", file, key="registrar")["roll"]


@pytest.fixture(scope="module")
def keys():
    """Keys by index: the roll is sorted by district, even numbers first."""
    return by_index(tuple(f"cli {number}" for number in range(VOTERS)), (100, 200))


@pytest.fixture(scope="module")
def poll(dongne, city, office, roll):
    """A poll of the second district, open, with one vote by each of its voters but the last and one forged."""
    file = office.poll_file("benches", roll, "districts = [200]", 'quorum = "at least 50% of eligible"')
    number = dongne("open", file, key="officer")["poll"]
    city.pass_time(60)
    return number


@pytest.fixture(scope="module")
def cast(office, city, folder, poll, keys):
    booth = city.client(BallotBox).booth(poll)
    votes = [
        booth.sign(3, mask_of([0, 4]), keys[3]),
        booth.sign(4, mask_of([4]), keys[4]),
        booth.sign(5, mask_of([1]), keys[0]),
    ]
    write_votes(folder / "votes.jsonl", poll, votes)
    code, out, _err = office.run("ballot", "cast", poll, folder / "votes.jsonl", "--json", key="relayer")
    assert code == ExitCode.INPUT
    return json.loads(out)


def test_a_registered_roll_is_shown_and_sound(dongne, roll):
    shown, audited = dongne("roll", "show", roll), dongne("roll", "audit", roll)

    assert (shown["voters"], shown["frozen"]) == (VOTERS, True)
    assert shown["districts"] == [{"code": 100, "first": 0, "count": 3}, {"code": 200, "first": 3, "count": 3}]
    assert audited["commitment"] == shown["commitment"]
    assert (audited["commitment_matches"], audited["duplicates"]) == (True, {})
    assert shown["roll"] in [each["roll"] for each in dongne("roll", "list")]


def test_a_voter_in_two_districts_fails_the_audit_has_no_poll_and_is_proven_by_anyone(office, dongne, city):
    voter, officer = bytes.fromhex(person("twice").address[2:]), city.officers[Role.ROLL_OFFICER]
    twice = VoterList((voter, voter + b""), districts_of([(1, 1), (2, 1)]))
    with pytest.raises(ContractRefused, match="the same one twice"):
        publish(city.client(ElectoralRoll), twice, lambda call: call.transact(officer))
    other = bytes.fromhex(person("once").address[2:])
    voters = VoterList((voter, *sorted([other, voter])), districts_of([(1, 1), (2, 2)]))
    if voters.voters[0] == voters.voters[1]:  # whichever address is lower, the two must not be neighbours
        voters = VoterList((*sorted([other, voter]), voter), districts_of([(1, 2), (2, 1)]))
    number = publish(city.client(ElectoralRoll), voters, lambda call: call.transact(officer))
    places = [index for index, each in enumerate(voters.voters) if each == voter]

    code, _out, err = office.run("ballot", "roll", "audit", number)
    assert code == 1
    assert "1 voter is listed more than once" in err
    code, _out, err = office.run("ballot", "open", office.poll_file("twice", number), "--yes", key="officer")
    assert code == 1
    assert "1 voter is listed more than once" in err

    proven = dongne("roll", "prove-duplicate", number, *places, key="relayer")
    assert proven["withdrawn"] is True


def test_relaying_tells_what_was_counted_and_what_was_not(cast):
    assert cast["counted"] == 2
    assert cast["skipped"] == [{"line": 3, "voter": 5, "reason": "bad_signature"}]


def test_a_poll_is_shown_with_turnout_and_tally(dongne, poll, cast, roll):
    shown = dongne("show", poll)

    assert (shown["ballots"], shown["eligible"], shown["tally"]) == (2, 3, [1, 0, 0, 0, 2])
    assert (shown["roll"], shown["least"], shown["most"], shown["options"]) == (roll, 1, 2, list(OPTIONS))
    half = {"part": "ballots", "whole": "eligible", "numerator": 1, "denominator": 2, "more_than": False}
    assert (shown["aim"], shown["quorum"], shown["majority"]) == ("election", half, None)
    assert shown["ranges"] == [[3, 3]]
    assert shown["outcome"] is None
    assert poll in [each["poll"] for each in dongne("list")]


LEADING = {
    "valid": 2,
    "quorum_met": True,
    "leaders": [4],
    "votes": 2,
    "support": 2,
    "won": [4],
    "tied": [],
    "passed": True,
}


def test_a_recount_agrees_and_tells_districts_apart(dongne, poll, cast):
    found = dongne("recount", poll)

    assert found.pop("block_hash") and found.pop("time") and found.pop("block")
    assert found == {
        "poll": poll,
        "question": "Which trees for benches?",
        "options": list(OPTIONS),
        "district": None,
        "district_name": None,
        "ballots": 2,
        "tally": [1, 0, 0, 0, 2],
        "outcome": None,
        "districts": [{"code": 200, "name": None, "ballots": 2, "eligible": 3, "tally": [1, 0, 0, 0, 2]}],
        "sound": True,
        "findings": [],
        "votes": {"nothing": 0, "signed": 2, "sent": 0, "told": 0, "untraced": 0, "office": 0},
        "assisted": {},
        "assisted_tally": [0, 0, 0, 0, 0],
        "nodes": 1,
        "proven": True,
    }
    assert dongne("recount", poll, "--district", 100)["ballots"] == 0


def test_a_voter_checks_the_own_vote_by_address_or_index(dongne, poll, cast, keys):
    by_address, by_index_ = dongne("check", poll, keys[3].address), dongne("check", poll, 3)

    assert by_address == by_index_
    assert {**by_address, "block": 0, "block_hash": "", "time": 0} == {
        "poll": poll,
        "voter": 3,
        "eligible": True,
        "recorded": True,
        "choices": [0, 4],
        "labels": ["Oak", "Yew"],
        "office": None,
        "block": 0,
        "block_hash": "",
        "time": 0,
        "proven": True,
    }
    assert dongne("check", poll, 5)["recorded"] is False
    assert dongne("check", poll, 0)["eligible"] is False


@pytest.mark.parametrize(("lang", "words"), [("en", "turnout"), ("ko", "투표율")])
def test_people_read_it_in_their_language(dongne, poll, cast, roll, lang, words):
    assert words in dongne("show", poll, lang=lang)
    for command in (("list",), ("recount", poll), ("check", poll, 3), ("roll", "show", roll), ("roll", "audit", roll)):
        assert dongne(*command, lang=lang).strip()


def test_the_result_is_shown_after_the_end(dongne, city, poll, cast):
    city.pass_time(DAY)

    assert dongne("show", poll)["outcome"] == dongne("recount", poll)["outcome"] == LEADING
    assert "당선: Yew" in dongne("show", poll, lang="ko")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", 999), "no poll 999"),
        (("show", 0), "no poll 0"),
        (("show", 2**300), "There is no poll 20370359763344860862684456884093781610514683936659362506361…"),
        (("recount", 2**256), "There is no poll"),
        (("recount", 1, "--district", 7), "The roll has no district 7; it has 100, 200"),
        (("recount", 1, "--district", 2**70), "The roll has no district"),
        (("check", 1, person("nobody").address), "not on the roll"),
        (("check", 1, "6"), "Roll 1 has no voter 6; its voters are numbered from 0 to 5"),
        (("check", 1, "0x12"), "is not an address"),
        (("check", 1, "٣"), "has no voter"),
        (("roll", "show", 0), "no electoral roll 0"),
        (("roll", "show", 99), "no electoral roll 99"),
        (("roll", "audit", 2**32), "no electoral roll 4294967296"),
    ],
)
def test_mistakes_are_refused_with_what_to_do(office, poll, arguments, message):
    code, out, err = office.run("ballot", *arguments)

    assert code in (ExitCode.INPUT, ExitCode.REFUSED)
    assert out == ""
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize("places", [(0, 2**24), (0, 2**300), (1, 2)])
def test_what_is_no_duplicate_is_not_proven(office, roll, places):
    code, _out, err = office.run("ballot", "roll", "prove-duplicate", roll, *places, key="relayer")

    assert code in (ExitCode.INPUT, ExitCode.REFUSED)
    assert "is out of range" in err or "are not two indices of one address" in err


@pytest.mark.parametrize("arguments", [("cast", 1), ("open",), ("roll", "register")])
def test_a_file_that_is_not_there_is_named(office, arguments):
    code, _out, err = office.run("ballot", *arguments, office.folder / "nothing", key="officer")

    assert code == ExitCode.INPUT
    assert "There is no file" in err
