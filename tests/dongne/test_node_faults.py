"""No command shows a traceback, whatever the node, the keystore or the address does: one message and its exit code."""

import itertools

import pytest

from dongne import book as books
from dongne.cli import command
from dongne.errors import ExitCode
from scripts.localchain.anvil import anvil
from scripts.localchain.suite import funded, local_suite, officers
from tests.dongne.command_line import dongne
from tests.dongne.faulty_node import FAULTS, faulty_node
from tests.dongne.node_fault_city import FaultyCity, cases
from tests.undoing import undone

CASES = cases(officers(), funded(9))
ASKING = [name for name, case in CASES.items() if case.asks_node]
SENDING = [name for name, case in CASES.items() if case.key]

UNANSWERED = "http://127.0.0.1:9"
URLS = ("localhost:8545", "ftp://node", "http://", "http://node:99999", "http://[::1", UNANSWERED)
SPARED = (0, 1, 3)
"""Requests that are answered before the node fails: from the start, after the first answer, midway."""

COMMON = [fault for fault in FAULTS if fault not in ("a number", "an error for everything")]

FAILING = [
    *((name, fault, SPARED[at % 3]) for at, (name, fault) in enumerate(itertools.product(ASKING, COMMON))),
    *itertools.product(("roles grant",), FAULTS, SPARED),
]
"""Every command with every common fault, the moments in turn; one of them with every fault at every moment."""

KEYSTORES = ("{}", "[]", "", "5", '{"crypto": {}}', '{"crypto": 5}', "\x00\x01", '{"address": 1}')
HUGE = "9" * 90

OUT_OF_RANGE = (
    ("currency issue", ("--purpose", "")),
    ("currency pause", ("0",)),
    ("currency pause", ("259201",)),
    ("currency pause", (HUGE,)),
    ("currency transfer", (funded(11).address, HUGE)),
    ("currency transfer", (funded(11).address, "0.5")),
    ("sign cash-out", (HUGE,)),
    ("sign cash-out", ("1", "--reference", "A" * 33)),
    ("currency cash-out return", (HUGE, "--reason", "A")),
    ("currency cash-out risk", ("king", HUGE)),
    ("currency allowance", (funded(2).address, "--more", HUGE)),
    ("currency reclassify", (funded(11).address, "merchant", "--category", "65536")),
    ("vehicle show", ("0x" + "f" * 65,)),
    ("vehicle record", ("0x" + "12" * 32, "odometer", "--km", HUGE)),
    ("vehicle record", ("0x" + "12" * 32, "odometer", "--km", "-1")),
    ("vehicle record", ("0x" + "12" * 32, "odometer", "--date", "99999-01-01")),
    ("vehicle accredit", (funded(14).address, "--kinds", "odometer", "--until", "1969-01-01")),
    ("vehicle revoke", (funded(14).address, "--from", "1969-01-01")),
    ("vehicle correct", ("0x" + "12" * 32, HUGE)),
    ("vehicle correct", ("0x" + "12" * 32, "0")),
    *((name, (number,)) for name in ("ballot show", "ballot recount", "ballot roll show") for number in ("0", HUGE)),
    ("ballot roll audit", (HUGE,)),
    ("ballot recount", ("1", "--district", HUGE)),
    ("ballot check", ("1", HUGE)),
    ("ballot check", (HUGE, "0")),
    ("ballot cast", (HUGE, "votes.jsonl")),
    ("sign vote", ("1", HUGE)),
    ("sign vote", (HUGE, "0")),
    ("sign vote", ("1", "0", "--voter", HUGE)),
    ("sign payment", (funded(11).address, HUGE)),
    ("sign payment", (funded(11).address, "5", "--until", HUGE)),
    ("sign payment", (funded(11).address, "5", "--until", "1969-01-01")),
    ("sign payment", (funded(11).address, "5", "--nonce", HUGE)),
    *(("roles grant", ("guardian", funded(14).address, "--delay", delay)) for delay in ("-1", "31536001", "1e3", HUGE)),
)
"""Commands with a number, a date or a text that is not possible."""


def commands(node, path=()):
    """Names of all commands of the tree."""
    children = getattr(node, "commands", None)
    if not children:
        yield " ".join(path)
        return
    for name, child in children.items():
        yield from commands(child, (*path, name))


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A city with money, a vehicle and a poll, behind a faulty node."""
    with local_suite() as suite, faulty_node(suite.chain.rpc) as node:
        yield FaultyCity.at(node, suite, tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def fresh():
    """A chain of the same number without any contract."""
    with anvil() as rpc:
        yield rpc


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """What failed is repeated for a while, with growing pauses: too slow for a table."""
    monkeypatch.setenv("DONGNE_RETRY_SECONDS", "0.1")
    monkeypatch.setattr("dongne.sending.flight.LAG_SECONDS", 0.1)


def assert_one_message(code, out, err, *expected):
    assert code in expected, (out, err)
    assert out == ""
    assert [line.startswith("dongne: ") for line in err.splitlines()].count(True) == 1, err
    assert "Traceback" not in err
    assert "<html>" not in err


def test_the_table_names_every_command():
    there = set(commands(command("en")))
    missing = sorted(there - set(CASES))

    assert not missing, f"add a line for each to tests/dongne/node_fault_city.py: {missing}"
    assert sorted(set(CASES) - there) == [], "no command has these names"


@pytest.mark.parametrize("name", CASES)
def test_on_a_healthy_node_the_command_passes(capsys, city, name):
    city.node.misbehave("")

    with undone(city.suite.chain):
        code, _, err = dongne(capsys, *city.command_line(name))

    assert (code == 0) is CASES[name].passes, err
    expected = (ExitCode.DONE, ExitCode.SETTING, ExitCode.INPUT, ExitCode.LATER, ExitCode.REFUSED)
    # The city's clock runs ahead of the machine's, as the doctor rightly says.
    assert code in (*expected, *((ExitCode.DIFFERENT,) if name == "doctor" else ()))
    assert "Traceback" not in err


@pytest.mark.parametrize(("name", "fault", "spared"), FAILING)
def test_a_node_that_fails_is_one_message(capsys, city, name, fault, spared):
    before = city.suite.chain.block_number()
    city.node.misbehave(fault, spared)

    assert_one_message(*dongne(capsys, *city.command_line(name)), ExitCode.LATER)

    assert city.suite.chain.block_number() == before


@pytest.mark.parametrize("name", ASKING)
def test_a_chain_that_was_reset_under_the_address_book_is_one_message(capsys, city, fresh, name):
    code, _, err = dongne(capsys, *city.command_line(name), "--rpc", fresh)

    assert code in (ExitCode.LATER, ExitCode.DIFFERENT)
    assert err.splitlines()[-1].startswith("dongne: ")
    assert "Traceback" not in err


@pytest.mark.parametrize(("name", "url"), [*zip(ASKING, itertools.cycle(URLS), strict=False)])
def test_an_address_that_is_malformed_or_answers_nothing_is_one_message(capsys, city, name, url):
    expected = ExitCode.LATER if url == UNANSWERED else ExitCode.SETTING
    assert_one_message(*dongne(capsys, *city.command_line(name), "--rpc", url), expected)


@pytest.mark.parametrize("url", URLS)
def test_status_with_any_such_address_is_one_message(capsys, city, url):
    expected = ExitCode.LATER if url == UNANSWERED else ExitCode.SETTING
    assert_one_message(*dongne(capsys, *city.command_line("status"), "--rpc", url), expected)


@pytest.mark.parametrize(
    ("name", "text"),
    [*((name, "{}") for name in SENDING), *(("roles grant", text) for text in KEYSTORES)],
)
def test_a_keystore_that_is_none_is_one_message(capsys, city, name, text, tmp_path):
    city.node.misbehave("")
    (tmp_path / "key.json").write_text(text)

    words = [*city.command_line(name), "--keystore", tmp_path / "key.json"]
    expected = [ExitCode.SETTING] if CASES[name].passes else [ExitCode.SETTING, ExitCode.INPUT, ExitCode.LATER]
    assert_one_message(*dongne(capsys, *words), *expected)


@pytest.mark.parametrize("text", KEYSTORES)
def test_the_address_of_a_keystore_that_is_none_is_one_message(capsys, city, text, tmp_path):
    (tmp_path / "key.json").write_text(text)
    password = city.folder / "password.txt"

    words = ["key", "address", tmp_path / "key.json", "--password-file", password]
    assert_one_message(*dongne(capsys, *words), ExitCode.SETTING)


@pytest.mark.parametrize(("name", "arguments"), OUT_OF_RANGE)
def test_what_is_out_of_range_is_one_message(capsys, city, name, arguments):
    city.node.misbehave("")
    before = city.suite.chain.block_number()
    given = [city.folder / each if each.endswith(".jsonl") else each for each in arguments]

    code, out, err = dongne(capsys, *city.command_line(name, given))

    assert code in (ExitCode.USAGE, ExitCode.INPUT, ExitCode.REFUSED), err
    assert out == ""
    assert "Traceback" not in err
    assert "dongne: " in err
    assert city.suite.chain.block_number() == before


def test_an_address_book_that_is_damaged_is_one_message(capsys, city, tmp_path):
    city.node.misbehave("")
    books.path(tmp_path, city.suite.chain.id).write_text("{}")

    words = [*city.command_line("status"), "--deployments", tmp_path]
    assert_one_message(*dongne(capsys, *words), ExitCode.SETTING)
