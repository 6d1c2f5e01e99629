"""The ballot from the command line: a roll and a poll from files, votes relayed, checked and recounted."""

import json
from datetime import UTC, datetime

import pytest
from eth_account import Account
from typer.testing import CliRunner

from dongne import book as books
from dongne.ballot import BallotBox, Booth, ElectoralRoll, VoterList, districts_of, mask_of, write_votes
from dongne.cli import app
from dongne.errors import ContractRefused, EvidenceMismatch, InputError
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
    """A folder with the address book and the keystores of officer and relayer."""
    made = tmp_path_factory.mktemp("office")
    books.save(city.book, made)
    (made / "password").write_text("pw", encoding="utf-8")
    for name, key in (("officer", city.officers[Role.ELECTION_OFFICER]), ("relayer", city.relayer)):
        keystore = Account.encrypt(key.key, "pw", kdf="pbkdf2", iterations=1_000)
        (made / name).write_text(json.dumps(keystore), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def dongne(city, folder):
    """Runs a command: as JSON if `lang` is not given, else what a person reads."""

    def run(*arguments, key=None, lang=None):
        keys = ("--keystore", folder / key, "--password-file", folder / "password") if key else ()
        root = ("--rpc", city.chain.rpc, "--deployments", folder, *(("--lang", lang) if lang else ("--json",)))
        result = CliRunner().invoke(
            app, [str(part) for part in (*root, "ballot", *arguments, *keys)], env={"COLUMNS": "160"}
        )
        if result.exception is not None:
            raise result.exception
        return result.stdout if lang else json.loads(result.stdout)

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
    (folder / "wording.txt").write_text("Which bench?", encoding="utf-8")
    lines = [
        'content = "wording.txt"',
        'content_uri = "https://city.example/wording.txt"',
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
    booth = Booth(BallotBox(city.chain, city.book.address("BallotBox")).domain(), poll)
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


def test_a_roll_with_a_voter_twice_fails_its_audit(dongne, city):
    client = ElectoralRoll(city.chain, city.book.address("ElectoralRoll"))
    voter = bytes.fromhex(person("twice").address[2:])
    number = client.publish(city.officers[Role.ELECTION_OFFICER], VoterList((voter, voter), districts_of([(1, 2)])))

    with pytest.raises(EvidenceMismatch, match="1 voters are listed twice"):
        dongne("roll", "audit", number)


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


def test_mistakes_are_refused_with_what_to_do(dongne, folder, poll):
    with pytest.raises(ContractRefused, match="no poll 999"):
        dongne("show", 999)
    with pytest.raises(InputError, match="not on the roll"):
        dongne("check", poll, person("nobody").address)
    with pytest.raises(InputError, match="cannot be read"):
        dongne("cast", poll, folder / "nothing", key="relayer")
