"""A secret ballot by the command line: from the voters' secrets to the recount, and what is said to whom."""

import json
from datetime import UTC, datetime

import pytest

from dongne.ballot.secret import SecretBallotBox
from scripts.localchain.suite import local_suite
from tests.dongne.election_office import DAY, Office, by_index

NAMES = ("cli 3", "b", "c", "d", "e", "f")


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with local_suite() as city:
        yield Office.on(city, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def roll(office):
    file = office.voters_file(NAMES, (101, 102))
    return office.json("ballot", "roll", "register", file, key="registrar")["roll"]


def poll_file(office, roll, name):
    """A poll on a proposal; registration for an hour, then an hour of objections, then a day of voting."""
    now = office.city.chain.timestamp()
    file = office.poll_file(name, roll)
    wanted = {"start": now + 7_200, "end": now + 7_200 + DAY, "registration_end": now + 3_600}
    lines = [line for line in file.read_text().splitlines() if not line.startswith(("start", "end"))]
    lines += [f"{key} = {datetime.fromtimestamp(moment, UTC).isoformat()}" for key, moment in wanted.items()]
    file.write_text("\n".join([*lines, "least_members = 3"]))
    return file, wanted


@pytest.fixture(scope="module")
def held(office, roll):
    """A poll at its end: six registered, three voted; with what each command said."""
    folder, said = office.folder, {}
    file, wanted = poll_file(office, roll, "market")
    said["open"] = office.json("ballot", "secret", "open", file, key="officer")
    poll = said["open"]["poll"]
    keys, registrations, votes = by_index(NAMES, (101, 102)), folder / "registrations.jsonl", folder / "votes.jsonl"
    for index, key in enumerate(keys):
        secret = folder / f"{index}.secret"
        said["new"] = office.run("ballot", "secret", "new", secret)
        shown = office.run("ballot", "secret", "sign", poll, "--secret", secret, "--voter", index, "--typed-data")[1]
        signature = key.sign_typed_data(full_message=json.loads(shown)).signature.to_0x_hex()
        said["sign"] = office.run(
            "ballot",
            "secret",
            "sign",
            poll,
            "--secret",
            secret,
            "--voter",
            index,
            "--signature",
            signature,
            "--append",
            registrations,
        )
    said["typed data"] = json.loads(shown)
    with registrations.open("a") as lines:
        lines.write("nonsense\n")
    said["register"] = office.run("ballot", "secret", "register", poll, registrations, "--yes", "--json", key="relayer")
    said["early"] = office.run("ballot", "secret", "publish", poll, "--yes", key="officer")
    office.city.move_clock_to(wanted["registration_end"])
    said["publish"] = office.json("ballot", "secret", "publish", poll, key="officer")
    office.city.move_clock_to(wanted["start"])
    for index, options in ((0, "0"), (1, "0,2"), (2, "0")):
        secret = folder / f"{index}.secret"
        said["vote"] = office.run("ballot", "secret", "vote", poll, options, "--secret", secret, "--append", votes)
    said["cast"] = office.run("ballot", "secret", "cast", poll, votes, "--yes", "--json", key="relayer")
    return poll, said, wanted


def test_the_poll_counts_what_was_proved(office, held):
    poll, said, _wanted = held

    assert said["cast"][0] == 0, said["cast"][2]
    assert json.loads(said["cast"][1])["taken"] == 3
    shown = office.json("ballot", "secret", "show", poll)
    assert (shown["members"], shown["ballots"], shown["tally"]) == (6, 3, [3, 0, 1, 0, 0])
    assert shown["question"] == "Which trees for market?"
    assert office.json("ballot", "secret", "list")[0]["ballots"] == 3


def test_a_bad_line_is_refused_and_the_others_are_taken(office, held):
    _poll, said, _wanted = held
    code, out, _err = said["register"]

    assert code != 0
    assert (json.loads(out)["taken"], [each["line"] for each in json.loads(out)["refused"]]) == (6, [7])
    results = office.folder / "registrations.result.csv"
    assert "nonsense" in results.read_text(encoding="utf-8-sig")


def test_running_again_sends_nothing_twice(office, held):
    poll, _said, _wanted = held
    before = office.city.chain.block_number()

    again = office.run(
        "ballot", "secret", "cast", poll, office.folder / "votes.jsonl", "--yes", "--json", key="relayer"
    )
    office.run("ballot", "secret", "publish", poll, "--yes", key="officer")

    assert json.loads(again[1])["taken_earlier"] == 3
    assert office.city.chain.block_number() == before


def test_a_poll_is_not_opened_twice(office, held):
    poll, _said, _wanted = held

    again = office.json("ballot", "secret", "open", office.folder / "market.toml", key="officer")

    assert (again["poll"], again["opened"]) == (poll, False)


def test_the_group_is_not_published_before_registration_has_ended(held):
    code, _out, err = held[1]["early"]

    assert code != 0 and "Publish the group then" in err


def test_a_wallet_reads_the_question_and_what_it_signs(held):
    poll, said, _wanted = held
    message = said["typed data"]["message"]

    assert said["typed data"]["domain"]["name"] == "Dongne SecretBallotBox"
    assert message["question"] == "Which trees for market?"
    assert message["statement"].startswith("I register this commitment for the secret ballot on this question.")
    assert message["poll"] == poll


def test_the_limits_are_said_where_a_voter_meets_them(held):
    said = held[1]

    assert "nobody can replace it" in said["new"][2] and "Nothing protects you" in said["new"][2]
    assert "That you registered is public" in said["sign"][2]
    for limit in ("6 registered voters", "can betray its voter", "are public while", "Nothing protects you"):
        assert limit in " ".join(said["vote"][2].split())


def test_the_limits_are_said_in_korean_too(office, held, tmp_path):
    code, _out, err = office.run("ballot", "secret", "new", tmp_path / "secret", lang="ko")

    assert code == 0
    assert "보관" in err and "Nothing protects" not in err


def test_a_printed_vote_names_nobody(held):
    line = json.loads(held[1]["vote"][1])

    assert set(line) == {"poll", "choices", "nullifier", "proof"}


def test_a_voter_finds_the_own_vote_and_nobody_elses(office, held):
    poll, _said, _wanted = held

    found = office.json("ballot", "secret", "check", poll, "--secret", office.folder / "1.secret")
    other = office.json("ballot", "secret", "check", poll, "--secret", office.folder / "5.secret")

    assert (found["registered"], found["counted"], found["labels"]) == (True, True, ["Oak", "Ash"])
    assert (other["registered"], other["counted"], other["labels"]) == (True, False, None)


def test_the_group_can_be_checked_by_anyone(office, held):
    poll, said, _wanted = held

    found = office.json("ballot", "secret", "group", poll)

    assert (found["members"], found["matches"]) == (6, True)
    assert found["root"] == found["published"] == said["publish"]["root"]


def test_the_recount_checks_every_signature_and_every_proof(office, held):
    poll, _said, _wanted = held

    found = office.json("ballot", "secret", "recount", poll)

    assert found["sound"] and found["findings"] == []
    assert (found["members"], found["signed"], found["alone"]) == (6, 6, 0)
    assert (found["ballots"], found["proofs"], found["tally"]) == (3, 3, [3, 0, 1, 0, 0])
    assert "logs, signatures, proofs and contract agree" in office.run("ballot", "secret", "recount", poll)[1]


def test_a_stranger_to_the_group_cannot_vote(office, held, tmp_path):
    poll, _said, _wanted = held
    office.run("ballot", "secret", "new", tmp_path / "secret")

    code, _out, err = office.run("ballot", "secret", "vote", poll, "0", "--secret", tmp_path / "secret")

    assert code != 0 and "not that of a registered voter" in err


@pytest.mark.parametrize("options", ["5", "0,0", "0,1,2", "x"])
def test_options_that_the_poll_does_not_have_are_refused_before_anything_is_proved(office, held, options):
    secret = office.folder / "4.secret"

    code, _out, err = office.run("ballot", "secret", "vote", held[0], options, "--secret", secret)

    assert code != 0 and err


def test_another_keys_signature_registers_nobody(office, roll):
    file, _wanted = poll_file(office, roll, "signed")
    poll = office.json("ballot", "secret", "open", file, key="officer")["poll"]
    office.run("ballot", "secret", "new", office.folder / "other.secret")
    arguments = ("ballot", "secret", "sign", poll, "--secret", office.folder / "other.secret", "--voter", "1")

    code, _out, err = office.run(*arguments, "--signature", "0x" + "11" * 65)

    assert code != 0 and "not the signature of voter 1" in err


def test_a_key_signs_for_itself(office, roll):
    file, _wanted = poll_file(office, roll, "own")
    poll = office.json("ballot", "secret", "open", file, key="officer")["poll"]
    secret = office.folder / "0.secret"

    code, out, _err = office.run("ballot", "secret", "sign", poll, "--secret", secret, key="voter")

    assert code == 0
    assert set(json.loads(out)) == {"poll", "voter", "commitment", "signature"}


def test_a_poll_can_be_cancelled_before_its_start(office, roll):
    file, _wanted = poll_file(office, roll, "withdrawn")
    poll = office.json("ballot", "secret", "open", file, key="officer")["poll"]
    reason = office.folder / "reason.txt"
    reason.write_text("The question was wrong.")

    said = office.json("ballot", "secret", "cancel", poll, reason, key="officer")

    assert said["cancelled"]
    assert office.city.client(SecretBallotBox).state(poll).cancelled
    assert "cancelled before its start" in office.run("ballot", "secret", "show", poll)[1]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("registration_end = 5", "registration_end"),
        ("", "registration_end"),
        ("least_members = 1", "least_members"),
        ('least_members = "many"', "least_members"),
    ],
)
def test_a_poll_file_that_lacks_what_secret_polls_need_is_refused(office, roll, line, problem):
    file, _wanted = poll_file(office, roll, "wrong")
    kept = [each for each in file.read_text().splitlines() if not each.startswith(problem)]
    file.write_text("\n".join([*kept, line]))

    code, _out, err = office.run("ballot", "secret", "open", file, "--yes", key="officer")

    assert code != 0 and problem in err


def test_the_prover_is_there_already(office):
    assert office.json("ballot", "secret", "prover")["folder"]


def test_the_end_brings_the_outcome(office, held):
    """The last one: it moves the clock beyond the poll's end."""
    poll, _said, wanted = held
    office.city.move_clock_to(wanted["end"])

    shown, counted = office.json("ballot", "secret", "show", poll), office.json("ballot", "secret", "recount", poll)

    assert shown["outcome"] == counted["outcome"]
    assert shown["outcome"]["won"] == [0]
