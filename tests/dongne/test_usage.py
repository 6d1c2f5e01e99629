"""Command lines that are not valid, help at 80 columns, and what an exit code says: in both languages."""

import re
import subprocess
import sys

import pytest

from dongne.cli import command
from dongne.deployment.errors import ContractGone
from dongne.errors import (
    ChainMoved,
    ContractRefused,
    Declined,
    DongneError,
    ExitCode,
    Interrupted,
    MissingSender,
    NodeSilent,
    NoPassword,
    SigningError,
    TransactionPending,
    UnreadableFile,
    WrongChain,
)
from dongne.language import Message
from tests.docs.pages import ROOT
from tests.dongne.command_line import dongne

WRONG = {
    "an unknown option": (["status", "--jso"], "There is no option --jso. Did you mean --json?"),
    "an option without its value": (["deploy", "--city"], "The option --city needs a value."),
    "a switch with a value": (["deploy", "--yes=3"], "The option --yes takes no value."),
    "an argument left out": (["roles", "grant"], "ROLE is missing."),
    "an option left out": (["currency", "issue", "x.csv"], "--purpose is missing."),
    "a word too many": (["status", "a", "b"], "There are more words than the command takes: a b."),
    "an unknown command": (["deplo"], "There is no command deplo. Did you mean deploy?"),
    "a text for a number": (["ballot", "show", "x"], "POLL must be a whole number."),
    "a text for a length of time": (["relay", "work", "--age", "x"], "--age must be a number from 0"),
    "a length of time without an end": (
        ["index", "once", "--give-up", "-1"],
        "--give-up must be a number of at least 0",
    ),
    "no choice there is": (["export", "--format", "xml"], "--format must be one of these: parquet, csv."),
    "a number out of range": (["deploy", "--confirmations", "500"], "--confirmations must be a whole number from 1 to"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_command_line_is_one_message_that_names_the_help(capsys, name):
    arguments, said = WRONG[name]

    code, out, err = dongne(capsys, "--lang", "en", *arguments)

    assert (code, out) == (ExitCode.USAGE, "")
    assert err.startswith(f"dongne: {said}")
    assert re.search(r"See `dongne[a-z ]* --help`\.\n$", err)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_command_line_is_explained_in_korean(capsys, name):
    arguments, _said = WRONG[name]

    code, _, err = dongne(capsys, "--lang", "ko", *arguments)

    assert code == ExitCode.USAGE
    assert not re.search(r"\b(There|must|needs|takes|missing|mean|See)\b", err), err
    assert re.search("[가-힣]", err)


def test_a_group_alone_shows_its_help(capsys):
    code, out, _ = dongne(capsys, "--lang", "en", "roles")

    assert code == ExitCode.USAGE
    assert "grant" in out


def nodes(node, path=()):
    yield path, node
    for name, child in getattr(node, "commands", {}).items():
        yield from nodes(child, (*path, name))


def shown(text: str) -> str:
    """A text without what wrapping adds to it or takes from it."""
    return re.sub(r"[\s│]", "", text)


@pytest.fixture
def narrow(monkeypatch):
    from typer import rich_utils

    monkeypatch.setattr(rich_utils, "MAX_WIDTH", 80)


@pytest.mark.parametrize("path", [path for path, _ in nodes(command("en"))], ids=" ".join)
def test_korean_help_loses_no_letter_at_80_columns_and_has_no_english_titles(capsys, narrow, path):
    tree = command("ko")
    for name in path:
        tree = tree.commands[name]

    _, out, _ = dongne(capsys, "--lang", "ko", *path, "--help")

    parameters = tree.get_params(tree.context_class(tree, info_name=tree.name))
    for text in (tree.help, tree.epilog, *(each.help for each in parameters)):
        assert shown(text or "") in shown(out), text
    titles = re.findall(r"^╭─ (.*?) ─", out, re.MULTILINE)
    assert titles
    assert not [title for title in titles if re.search("[a-z]", title)]
    assert "Usage:" not in out
    assert "[required]" not in out
    assert "[default" not in out


def test_the_help_speaks_english_after_it_spoke_korean(capsys):
    dongne(capsys, "--lang", "ko", "status", "--help")

    out = dongne(capsys, "--lang", "en", "status", "--help")[1]

    assert "Usage: dongne status" in out
    assert "─ Options ─" in out


# Exit codes


def subclasses(kind: type) -> set[type]:
    return {kind, *(each for child in kind.__subclasses__() for each in subclasses(child))}


EXITS = {
    ExitCode.DIFFERENT: [ChainMoved(1), ContractGone(ROOT, "X", "0x", 1)],
    ExitCode.SETTING: [MissingSender()],
    ExitCode.INPUT: [UnreadableFile(ROOT, "x"), SigningError()],
    ExitCode.LATER: [NodeSilent("x", "y"), TransactionPending("a", "b"), WrongChain("x", 1, 2)],
    ExitCode.REFUSED: [ContractRefused("", {})],
    ExitCode.DECLINED: [Declined(Message("no")), NoPassword()],
    ExitCode.INTERRUPTED: [Interrupted(("0x",)), KeyboardInterrupt()],
    ExitCode.BUG: [ZeroDivisionError()],
}


def test_every_exit_code_of_an_error_is_tried_here():
    assert {*EXITS, ExitCode.DONE, ExitCode.USAGE} == set(ExitCode)


@pytest.mark.parametrize(("code", "error"), [(code, error) for code, errors in EXITS.items() for error in errors])
def test_a_command_ends_with_the_code_of_its_error(capsys, monkeypatch, code, error):
    def fail(*_arguments):
        raise error

    monkeypatch.setattr("dongne.cli.session.Session.of", fail)

    ended, out, err = dongne(capsys, "status")

    assert (ended, out) == (code, "")
    assert err.splitlines()[-1].startswith("dongne: ")
    assert ("Traceback" in err) is (code == ExitCode.BUG)


def test_only_errors_that_are_not_of_ours_count_as_faults_of_the_program():
    codes = {each.exit_code for each in subclasses(DongneError)}

    assert codes == {code for code in EXITS if code != ExitCode.BUG}


# Start

LIGHT = 450
"""Modules that --help may load. It loads 384 now, most of them of typer and Rich, in a third of a second."""


def loaded(*arguments: str) -> set[str]:
    code = (
        f"import sys; from dongne.cli import run; run({list(arguments)!r}, {{}}); print(*sys.modules, file=sys.stderr)"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(told.stderr.split())


def test_help_loads_few_modules_and_no_command():
    modules = loaded("--help")

    assert len(modules) < LIGHT
    assert not {name for name in modules if name.startswith(("dongne.currency", "dongne.vehicle", "dongne.ballot"))}
