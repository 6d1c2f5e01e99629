"""The ballot from the command line: a roll and a poll from files, votes relayed, checked and recounted."""

import json
import os
from datetime import UTC, datetime
from io import StringIO

import pytest
from eth_account import Account

from dongne import book as books
from dongne.ballot import BallotBox, Booth, ElectoralRoll, VoterList, districts_of, mask_of, publish, write_votes
from dongne.cli import run as run_command
from dongne.suite import Role
from scripts.localchain.suite import local_suite, person

VOTERS = 6
DAY = 86_400


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def folder(tmp_path_factory, city):
    """A folder with the address book and the keystores of officer, relayer and a voter."""
    made = tmp_path_factory.mktemp("office")
    books.save(city.book, made)
    (made / "password").write_text("pw", encoding="utf-8")
    people = {"officer": city.officers[Role.ELECTION_OFFICER], "relayer": city.relayer, "voter": person("cli 3")}
    for name, key in people.items():
        keystore = Account.encrypt(key.key, "pw", kdf="pbkdf2", iterations=1_000)
        (made / name).write_text(json.dumps(keystore), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def command(city, folder):
    """Runs a command, in JSON unless told otherwise; returns exit code, output and what was said beside it."""

    def run(*arguments, key=None, lang="en", as_json=True, group="ballot"):
        keys = ("--keystore", folder / key, "--password-file", folder / "password") if key else ()
        shared = ("--rpc", city.chain.rpc, "--deployments", folder, "--lang", lang, *(["--json"] if as_json else []))
        capture = pytest.MonkeyPatch()
        out, err = StringIO(), StringIO()
        with capture.context() as patch:
            patch.setattr("sys.stdout", out)
            patch.setattr("sys.stderr", err)
            code = run_command([str(part) for part in (group, *arguments, *shared, *keys)], os.environ)
        return code, out.getvalue(), err.getvalue()

    return run


@pytest.fixture(scope="module")
def dongne(command):
    """Runs a command that must succeed: as JSON if `lang` is not given, else what a person reads."""

    def run(*arguments, key=None, lang=None):
        yes = ("--yes",) if arguments[0] in ("open", "cast") or "register" in arguments else ()
        code, out, err = command(*arguments, *yes, key=key, lang=lang or "en", as_json=lang is None)
        assert code == 0, err
        return out if lang else json.loads(out)

    return run


@pytest.fixture(scope="module")
def roll(dongne, folder):
    rows = [f"{person(f'cli {number}').address},{200 if number % 2 else 100}" for number in range(VOTERS)]
    file = folder / "roll.csv"
    file.write_text("\n".join(["address,district", *rows]) + "\n", encoding="utf-8")
    return dongne("roll", "register", file, key="officer")["roll"]


@pytest.fixture(scope="module")
def keys():
    """Keys by index: the roll is sorted by district, even numbers first."""
    return [person(f"cli {number}") for number in (0, 2, 4, 1, 3, 5)]


@pytest.fixture(scope="module")
def poll(dongne, city, folder, roll):
    """A poll of the second district, open, with one vote by each of its voters but the last and one forged."""
    start = city.chain.timestamp() + 60
    document = {"question": "Which bench?", "options": ["Oak", "Elm", "Ash", "Fir", "Yew"]}
    (folder / "wording.json").write_text(json.dumps(document), encoding="utf-8")
    lines = [
        'content = "wording.json"',
        'content_uri = "https://city.example/wording.json"',
        f"roll = {roll}",
        'rule = "up-to"',
        "options = 5",
        "picks = 2",
        f"start = {datetime.fromtimestamp(start, UTC).isoformat()}",
        f"end = {datetime.fromtimestamp(start + DAY, UTC).isoformat()}",
        "districts = [200]",
        'quorum = "50%"',
    ]
    file = folder / "poll.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    number = dongne("open", file, key="officer")["poll"]
    city.pass_time(60)
    return number


@pytest.fixture(scope="module")
def cast(dongne, city, folder, poll, keys):
    booth = Booth(city.client(BallotBox).domain(), poll)
    votes = [
        booth.sign(3, mask_of([0, 4]), keys[3]),
        booth.sign(4, mask_of([4]), keys[4]),
        booth.sign(5, mask_of([1]), keys[0]),
    ]
    write_votes(folder / "votes.jsonl", poll, votes)
    return dongne("cast", poll, folder / "votes.jsonl", key="relayer")


def test_a_registered_roll_is_shown_and_sound(dongne, roll):
    shown, audited = dongne("roll", "show", roll), dongne("roll", "audit", roll)

    assert (shown["voters"], shown["frozen"]) == (VOTERS, True)
    assert shown["districts"] == [{"code": 100, "first": 0, "count": 3}, {"code": 200, "first": 3, "count": 3}]
    assert audited["commitment"] == shown["commitment"]
    assert (audited["commitment_matches"], audited["duplicates"]) == (True, {})
    assert shown["roll"] in [each["roll"] for each in dongne("roll", "list")]


def test_a_roll_with_a_voter_twice_fails_its_audit(command, city):
    voter, officer = bytes.fromhex(person("twice").address[2:]), city.officers[Role.ELECTION_OFFICER]
    twice = VoterList((voter, voter), districts_of([(1, 2)]))
    number = publish(city.client(ElectoralRoll), twice, lambda call: call.transact(officer))

    code, _out, err = command("roll", "audit", number)

    assert code == 1
    assert "1 voter is listed more than once" in err


def test_relaying_tells_what_was_counted_and_what_was_not(cast):
    assert cast["counted"] == 2
    assert cast["skipped"] == [{"voter": 5, "reason": "bad_signature"}]


def test_a_poll_is_shown_with_turnout_and_tally(dongne, poll, cast, roll):
    shown = dongne("show", poll)

    assert (shown["ballots"], shown["eligible"], shown["tally"]) == (2, 3, [1, 0, 0, 0, 2])
    assert (shown["roll"], shown["rule"], shown["picks"], shown["quorum_bps"]) == (roll, "up_to", 2, 5_000)
    assert shown["ranges"] == [[3, 3]]
    assert shown["result"] is None
    assert poll in [each["poll"] for each in dongne("list")]


def test_a_recount_agrees_and_tells_districts_apart(dongne, poll, cast):
    assert dongne("recount", poll) == {
        "poll": poll,
        "district": None,
        "ballots": 2,
        "tally": [1, 0, 0, 0, 2],
        "option_names": [],
        "districts": [{"code": 200, "ballots": 2, "eligible": 3, "tally": [1, 0, 0, 0, 2]}],
        "sound": True,
        "findings": [],
    }
    assert dongne("recount", poll, "--district", 100)["ballots"] == 0


def test_a_voter_checks_the_own_vote_by_address_or_index(dongne, poll, cast, keys):
    by_address, by_index = dongne("check", poll, keys[3].address), dongne("check", poll, 3)

    assert by_address == by_index == {"poll": poll, "voter": 3, "eligible": True, "recorded": True, "choices": [0, 4]}
    assert dongne("check", poll, 5)["recorded"] is False
    assert dongne("check", poll, 0)["eligible"] is False


@pytest.mark.parametrize(("lang", "words"), [("en", "turnout"), ("ko", "투표율")])
def test_people_read_it_in_their_language(dongne, poll, cast, roll, lang, words):
    assert words in dongne("show", poll, lang=lang)
    for command in (("list",), ("recount", poll), ("check", poll, 3), ("roll", "show", roll), ("roll", "audit", roll)):
        assert dongne(*command, lang=lang).strip()


def test_the_result_is_shown_after_the_end(dongne, city, poll, cast):
    city.pass_time(DAY)

    assert dongne("show", poll)["result"] == {
        "quorum_met": True,
        "leaders": [4],
        "votes": 2,
        "tied": False,
        "passed": True,
    }
    assert "가결" in dongne("show", poll, lang="ko")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", 999), "no poll 999"),
        (("show", 0), "no poll 0"),
        (("show", 2**300), "There is no poll 2037035976…"),
        (("recount", 2**256), "There is no poll"),
        (("recount", 1, "--district", 7), "The roll has no district 7; it has 100, 200"),
        (("recount", 1, "--district", 2**70), "The roll has no district"),
        (("recount", 1, "--poll-file", "nowhere.toml"), "There is no file nowhere.toml"),
        (("check", 1, person("nobody").address), "not on the roll"),
        (("check", 1, "6"), "Roll 1 has no voter 6; its voters are numbered from 0 to 5"),
        (("check", 1, "0x12"), "is not an address"),
        (("check", 1, "٣"), "has no voter"),
        (("roll", "show", 0), "no electoral roll 0"),
        (("roll", "show", 99), "no electoral roll 99"),
        (("roll", "audit", 2**32), "no electoral roll 4294967296"),
    ],
)
def test_mistakes_are_refused_with_what_to_do(command, poll, arguments, message):
    code, out, err = command(*arguments)

    assert (code, out) == (1, "")
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [("cast", 1), ("open",), ("roll", "register")])
def test_a_file_that_is_not_there_is_named(command, folder, arguments):
    code, _out, err = command(*arguments, folder / "nothing", key="officer")

    assert code == 1
    assert "There is no file" in err
