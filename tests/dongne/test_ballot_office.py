"""What an election office can repeat, look up and hand over: nothing is sent twice, everything has its name."""

import csv
import json

import pytest
from eth_account import Account

from dongne import book as books
from dongne.ballot import BallotBox, ElectoralRoll, mask_of, write_votes
from dongne.book import AddressBook, Entry
from dongne.errors import ExitCode
from dongne.sending.flight import Flight
from dongne.signing import expand
from scripts.localchain.suite import local_suite, person
from tests.dongne.election_office import Office, by_index

NAMES = tuple(f"cli {number}" for number in range(6))
KEYS = by_index(NAMES, (100, 200))
VOTER = KEYS.index(person("cli 3"))
"""Index of the voter whose keystore the office's folder holds."""


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


@pytest.fixture
def poll_file(office, roll, request):
    return office.poll_file(f"poll-{abs(hash(request.node.name))}", roll)


@pytest.fixture
def poll(office, poll_file, city):
    number = office.json("ballot", "open", poll_file, key="officer")["poll"]
    city.pass_time(60)
    return number


@pytest.fixture
def interrupt(monkeypatch):
    """Somebody presses Ctrl-C while a transaction is waited for, after so many were mined."""

    def on(mined):
        look, waited, stopped = Flight.look, set(), []

        def pressed(flight):
            waited.update(entry.hash for entry in flight.unmined)
            if len(waited) > mined and not stopped:
                stopped.append(flight)
                raise KeyboardInterrupt
            look(flight)

        monkeypatch.setattr(Flight, "look", pressed)

    return on


def votes_of(box, poll, choices, file):
    booth = box.booth(poll)
    write_votes(file, poll, [booth.sign(index, mask_of(picks), KEYS[index]) for index, picks in choices.items()])
    return file


def results_of(file):
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [(row["voter"], row["result"], row["detail"]) for row in csv.DictReader(lines)]


def test_a_poll_file_that_was_opened_is_not_opened_again(office, box, poll_file, poll):
    before = box.polls()

    code, out, err = office.run("ballot", "open", poll_file, "--yes", key="officer")

    assert code == 0
    assert f"Poll {poll} has exactly these terms already. Nothing was sent" in err
    assert f"Poll {poll}" in out
    assert box.polls() == before


def test_a_poll_file_is_opened_again_only_where_that_is_asked_for(office, box, poll_file):
    first = office.json("ballot", "open", poll_file, key="officer")

    second = office.json("ballot", "open", poll_file, "--again", key="officer")

    assert second["poll"] == first["poll"] + 1
    assert (first["opened"], second["opened"]) == (True, True)


def test_opening_asks_first_and_sends_nothing_where_nobody_answers(office, box, poll_file):
    before = box.polls()

    code, _out, err = office.run("ballot", "open", poll_file, key="officer")

    assert code == ExitCode.DECLINED
    assert "of 6 voters of roll 1, up to 2 options of 5, from 20" in err
    assert "and only be cancelled before its start. Nobody is there to answer: give --yes." in err
    assert box.polls() == before


def test_opening_that_was_interrupted_is_resumed_instead_of_repeated(office, box, poll_file, interrupt):
    before = len(box.polls())
    interrupt(0)
    code, _out, err = office.run("ballot", "open", poll_file, "--yes", key="officer")
    assert code == 130
    assert "Stopped while transaction 0x" in err

    again = office.json("ballot", "open", poll_file, key="officer")

    assert len(box.polls()) == before + 1
    assert again["poll"] == before + 1


def test_a_rehearsed_opening_opens_nothing(office, box, poll_file):
    before = box.polls()

    code, _out, err = office.run("ballot", "open", poll_file, "--dry-run", key="officer")

    assert code == 0
    assert "would send BallotBox.open" in err
    assert box.polls() == before


@pytest.mark.parametrize(
    ("name", "given", "columns", "left_out", "more"),
    [
        ("own.csv", "No.;Wish;Price\n7;Trees;500\n3;Lamps;70\n", "own.toml", ("options",), "cap = 500"),
        (
            "budget.pb",
            "META\nkey;value\ndescription;A budget\nvote_type;approval\nmax_sum_cost;500\n"
            "PROJECTS\nproject_id;cost;name\n7;500;Trees\n3;70;Lamps\n",
            None,
            ("options", "rule", "picks"),
            "",
        ),
    ],
)
def test_one_command_opens_a_budget_from_a_list_of_projects(office, box, roll, name, given, columns, left_out, more):
    (office.folder / name).write_text(given, encoding="utf-8")
    mapping = '"No." = "project_id"\nWish = "project"\nPrice = "cost"\n'
    (office.folder / "own.toml").write_text(mapping, encoding="utf-8")
    file = office.poll_file(f"budget-{name}", roll)
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if line.split(" ")[0] not in left_out]
    file.write_text("\n".join([*kept, more]), encoding="utf-8")
    with_columns = ("--columns", office.folder / columns) if columns else ()

    opened = office.json("ballot", "open", file, "--projects", office.folder / name, *with_columns, key="officer")

    spec = box.spec(opened["poll"])
    assert spec.labels == ("7: Trees", "3: Lamps")
    assert (spec.cap, spec.costs) == (500, (500, 70))


def test_votes_that_were_cast_are_not_sent_again(office, box, city, poll):
    file = votes_of(box, poll, {0: [0], 1: [1, 2]}, office.folder / f"votes-{poll}.jsonl")
    first = office.json("ballot", "cast", poll, file, key="relayer")
    sent = city.chain.nonce(city.relayer.address)

    second = office.json("ballot", "cast", poll, file, key="relayer")

    assert (first["counted"], first["counted_earlier"]) == (2, 0)
    assert (second["counted"], second["counted_earlier"]) == (0, 2)
    assert city.chain.nonce(city.relayer.address) == sent


def test_votes_are_sent_once_where_relaying_was_interrupted(office, box, city, poll, interrupt):
    file = votes_of(box, poll, {index: [index % 5] for index in range(6)}, office.folder / f"cut-{poll}.jsonl")
    sent = city.chain.nonce(city.relayer.address)
    interrupt(0)
    code, _out, _err = office.run("ballot", "cast", poll, file, "--yes", key="relayer")
    assert code == 130

    again = office.json("ballot", "cast", poll, file, key="relayer")

    assert (again["counted"], again["counted_earlier"]) == (0, 6)
    assert city.chain.nonce(city.relayer.address) == sent + 1
    assert box.turnout(poll).ballots == 6


def test_a_file_beside_the_votes_says_what_became_of_each(office, box, city, poll):
    booth = box.booth(poll)
    office.json("ballot", "cast", poll, votes_of(box, poll, {2: [0]}, office.folder / "early.jsonl"), key="relayer")
    votes = [
        booth.sign(2, mask_of([1]), KEYS[2]),
        booth.sign(0, mask_of([0]), KEYS[0]),
        booth.sign(1, mask_of([0, 1, 2]), KEYS[1]),
        booth.sign(3, mask_of([0]), KEYS[0]),
        booth.sign(9, mask_of([0]), KEYS[0]),
        booth.sign(0, mask_of([3]), KEYS[0]),
    ]
    write_votes(office.folder / "mixed.jsonl", poll, votes)
    sent = city.chain.nonce(city.relayer.address)

    code, out, err = office.run("ballot", "cast", poll, office.folder / "mixed.jsonl", "--json", key="relayer")

    assert code == ExitCode.INPUT
    said = json.loads(out)
    assert "5 of the 6 lines of" in err
    assert "line 3: choices break the rule" in err
    assert results_of(office.folder / "mixed.result.csv") == [
        ("2", "not counted", "has voted already"),
        ("0", "counted", ""),
        ("1", "not counted", "choices break the rule"),
        ("3", "not counted", "signature does not match"),
        ("9", "not counted", "not eligible"),
        ("0", "not counted", "has voted already"),
    ]
    assert said["results"] == str(office.folder / "mixed.result.csv")
    assert city.chain.nonce(city.relayer.address) == sent + 1
    assert box.turnout(poll).ballots == 2


def test_votes_that_cannot_be_counted_are_not_sent_at_all(office, box, city, poll):
    booth = box.booth(poll)
    write_votes(office.folder / "forged.jsonl", poll, [booth.sign(3, 1, KEYS[0])])
    sent = city.chain.nonce(city.relayer.address)

    code, out, _err = office.run("ballot", "cast", poll, office.folder / "forged.jsonl", "--json", key="relayer")

    assert code == ExitCode.INPUT
    assert json.loads(out)["skipped"] == [{"line": 1, "voter": 3, "reason": "bad_signature"}]
    assert city.chain.nonce(city.relayer.address) == sent


def test_a_rehearsal_of_relaying_counts_nothing_and_writes_nothing(office, box, poll):
    file = votes_of(box, poll, {0: [0]}, office.folder / "rehearsed.jsonl")

    said = office.json("ballot", "cast", poll, file, "--dry-run", key="relayer")

    assert (said["not_sent"], said["results"]) == (1, None)
    assert not (office.folder / "rehearsed.result.csv").exists()
    assert box.turnout(poll).ballots == 0


def test_a_keystores_vote_is_signed_relayed_and_recorded(office, poll):
    file = office.folder / f"signed-{poll}.jsonl"

    code, out, err = office.run("sign", "vote", poll, "0,4", "--append", file, key="voter")

    assert code == 0, err
    assert json.loads(out)["voter"] == VOTER
    assert "Which trees for poll-" in err
    assert "Oak, Yew" in err
    assert office.json("ballot", "cast", poll, file, key="relayer")["counted"] == 1
    assert office.json("ballot", "check", poll, person("cli 3").address)["choices"] == [0, 4]


def test_a_wallets_vote_is_signed_from_its_typed_data_and_relayed(office, box, poll):
    file, wallet = office.folder / f"wallet-{poll}.jsonl", KEYS[5]
    _code, out, _err = office.run("sign", "vote", poll, "1", "--typed-data")
    asked = json.loads(out)
    assert asked["message"]["choices"] == ["Elm"]
    assert asked["message"]["question"].startswith("Which trees for poll-")
    assert asked["domain"] == box.domain().as_dict()
    signature = Account.sign_typed_data(wallet.key, full_message=asked).signature.to_0x_hex()
    assert len(signature) == 132

    arguments = ("--voter", wallet.address, "--signature", signature, "--append", file)
    code, _out, err = office.run("sign", "vote", poll, "1", *arguments)

    assert code == 0, err
    assert office.json("ballot", "cast", poll, file, key="relayer")["counted"] == 1


def test_a_smart_accounts_vote_is_signed_and_relayed_alone(office, box, poll):
    file = office.folder / f"account-{poll}.jsonl"
    voter = ("--account", "--voter", VOTER)
    _code, out, _err = office.run("sign", "vote", poll, "2", *voter, "--typed-data")
    asked = json.loads(out)
    assert (asked["primaryType"], asked["message"]["account"]) == ("AccountVote", KEYS[VOTER].address)

    code, out, err = office.run("sign", "vote", poll, "2", *voter, "--append", file, key="voter")

    assert code == 0, err
    assert json.loads(out)["type"] == "AccountVote"
    assert office.json("ballot", "cast", poll, file, key="relayer")["counted"] == 1
    assert office.json("ballot", "cast", poll, file, key="relayer")["counted_earlier"] == 1


def test_a_smart_accounts_wrong_signature_is_told_and_the_others_are_counted(office, box, poll):
    file = office.folder / f"wrong-{poll}.jsonl"
    other = next(index for index in range(3) if index != VOTER)
    office.run("sign", "vote", poll, "2", "--account", "--voter", other, "--append", file, key="voter")
    office.run("sign", "vote", poll, "2", "--account", "--voter", VOTER, "--append", file, key="voter")

    code, out, _err = office.run("ballot", "cast", poll, file, "--json", key="relayer")

    assert code == ExitCode.INPUT
    said = json.loads(out)
    assert said["counted"] == 1
    assert f"The signature is not that of voter {other}" in said["skipped"][0]["reason"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("0,1,2",), "These choices break the rule of poll"),
        (("5",), "5 is out of range: 0 to 4 is possible"),
        (("0,0",), "Option 0 is named twice"),
        (("oak",), "is not a whole number"),
        (("0", "--voter", "77"), "has no voter 77"),
        (("0", "--voter", "0"), "This is not the signature of voter 0"),
        (("0", "--account"), "Name the voter with --voter"),
        (("0", "--voter", "0", "--signature", "0x12"), "This is not the signature of voter 0"),
        (("0", "--voter", "0", "--signature", "twelve"), "The signature is not 0x and hexadecimal digits"),
    ],
)
def test_a_vote_that_would_not_count_is_not_signed(office, poll, arguments, message):
    code, out, err = office.run("sign", "vote", poll, *arguments, key="voter")

    assert (code, out) == (ExitCode.INPUT, "")
    assert message in err


def test_a_vote_without_a_key_says_how_to_sign(office, poll):
    code, _out, err = office.run("sign", "vote", poll, "0")

    assert code == ExitCode.INPUT
    assert "Name the voter's key with --keystore" in err


def test_options_and_districts_are_named_in_every_tally(office, box, city, poll):
    file = votes_of(box, poll, {0: [0], 1: [0, 4], 3: [4]}, office.folder / f"named-{poll}.jsonl")
    office.json("ballot", "cast", poll, file, key="relayer")

    _code, shown, _err = office.run("ballot", "show", poll)
    _code, recounted, _err = office.run("ballot", "recount", poll)
    _code, checked, _err = office.run("ballot", "check", poll, 1)

    assert "Which trees for poll-" in shown
    assert {"Oak", "Yew"} <= {line.split()[-1] for line in shown.splitlines() if line.strip()}
    assert {("100", "3", "2"), ("200", "3", "1")} <= {tuple(line.split()[:3]) for line in shown.splitlines()}
    assert "District 100: 2 of 3 voted" in recounted
    assert "District 200: 1 of 3 voted" in recounted
    assert "Oak, Yew" in checked
    assert "KST" in shown


def test_a_poll_is_cancelled_with_a_reason_before_its_start(office, box, poll_file):
    poll = office.json("ballot", "open", poll_file, key="officer")["poll"]
    (office.folder / "reason.txt").write_text("The costs were wrong.", encoding="utf-8")
    arguments = ("ballot", "cancel", poll, office.folder / "reason.txt", "--uri", "https://city.example/reason")
    code, _out, err = office.run(*arguments, key="officer")
    assert code == ExitCode.DECLINED
    assert "It cannot be opened again. Nobody is there to answer: give --yes." in err

    assert office.json(*arguments, key="officer")["cancelled"] is True

    assert office.json("ballot", "show", poll)["cancelled"] is True
    assert next(each for each in office.json("ballot", "list") if each["poll"] == poll)["cancelled"] is True
    assert "cancelled" in office.run("ballot", "list")[1]


def test_a_poll_that_has_started_is_not_cancelled(office, poll):
    (office.folder / "late.txt").write_text("Too late.", encoding="utf-8")

    code, _out, err = office.run("ballot", "cancel", poll, office.folder / "late.txt", "--yes", key="officer")

    assert code == ExitCode.REFUSED
    assert f"Poll {poll} started at" in err


def test_a_roll_whose_objection_period_is_over_is_not_withdrawn(office, roll):
    (office.folder / "objection.txt").write_text("A voter is missing.", encoding="utf-8")

    arguments = ("ballot", "roll", "withdraw", roll, office.folder / "objection.txt", "--yes")
    code, _out, err = office.run(*arguments, key="registrar")

    assert code == ExitCode.REFUSED
    assert f"Roll {roll} could be withdrawn until before" in err


def test_a_roll_that_is_registered_twice_is_noticed(office, city, roll):
    code, out, err = office.run("ballot", "roll", "register", office.folder / "roll.csv", "--yes", key="registrar")

    assert code == 0
    assert f"Roll {roll} holds exactly these voters already. Nothing was sent." in err
    assert f"Roll {roll}" in out
    assert city.client(ElectoralRoll).numbers() == [roll]


@pytest.mark.parametrize("mined", [0, 1, 2])
def test_a_roll_whose_registration_was_interrupted_is_completed(office, city, roll, interrupt, mined):
    rolls = city.client(ElectoralRoll)
    file, before = office.voters_file(tuple(f"new {mined} {at}" for at in range(3)), (7,)), len(rolls.numbers())
    interrupt(mined)
    code, _out, _err = office.run("ballot", "roll", "register", file, "--yes", key="registrar")
    assert code == 130

    done = office.json("ballot", "roll", "register", file, key="registrar")

    assert (done["voters"], done["frozen"]) == (3, True)
    assert len(rolls.numbers()) == before + 1


def test_a_roll_with_headings_of_its_own_is_registered_with_a_mapping(office, roll):
    (office.folder / "mapping.toml").write_text('key = "address"\ndong = "district"\n', encoding="utf-8")
    (office.folder / "own.csv").write_text(f"key,dong\n{person('own').address},9\n", encoding="utf-8")

    arguments = (office.folder / "own.csv", "--columns", office.folder / "mapping.toml")

    assert office.json("ballot", "roll", "register", *arguments, key="registrar")["voters"] == 1


@pytest.mark.parametrize("arguments", [("list",), ("roll", "list"), ("show", 1), ("recount", 1), ("roll", "show", 1)])
def test_a_chain_without_the_contracts_is_named_instead_of_an_empty_table(office, tmp_path, arguments):
    contracts = {name: Entry("0x" + "99" * 20, 0) for name in ("BallotBox", "ElectoralRoll")}
    books.save(AddressBook(office.city.chain.id, contracts), tmp_path)

    code, out, err = Office(office.city, tmp_path).run("ballot", *arguments)

    assert (code, out) == (ExitCode.LATER, "")
    assert "There is no contract of this suite at its address" in err


def test_the_long_form_of_a_signature_is_counted_as_the_short_one(office, box, poll):
    short = box.booth(poll).sign(0, 1, KEYS[0])
    line = {"poll": poll, "voter": 0, "choices": [0], "signature": "0x" + expand(short.signature).hex()}
    file = office.folder / f"long-{poll}.jsonl"
    file.write_text(json.dumps(line), encoding="utf-8")

    assert office.json("ballot", "cast", poll, file, key="relayer")["counted"] == 1
