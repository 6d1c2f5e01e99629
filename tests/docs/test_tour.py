"""The three officers' day of docs/tour.md, replayed on the chain that `make chain` starts."""

import io
import os
import re
import shlex
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass

import pytest

from dongne.cli import run
from tests.docs.local_chain import served
from tests.docs.pages import Page

README, TOUR = Page("README.md"), Page("docs/tour.md")
_PROMPT = "$ tools/run dongne "


@dataclass(frozen=True)
class Exchange:
    """A command and what the page says that it prints; … stands for anything within a line."""

    typed: str
    shown: str

    def matches(self, seen: str) -> bool:
        pattern = "[^\n]*".join(_spaced(part) for part in self.shown.split("…"))
        return re.fullmatch(pattern, seen) is not None


def _spaced(text: str) -> str:
    """A pattern of a text in which columns may be wider or narrower: … stands for values of other widths."""
    return re.sub(r"(\\ )+", " +", re.escape(text))


def exchanges() -> list[Exchange]:
    found = []
    for block in TOUR.blocks("console"):
        for part in f"\n{block}".split(f"\n{_PROMPT}")[1:]:
            typed, _, shown = part.partition("\n")
            found.append(Exchange(typed, shown.strip()))
    return found


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A terminal in a folder where `make chain` runs."""
    folder = tmp_path_factory.mktemp("tour")
    with served(folder) as chain, chdir(folder), pytest.MonkeyPatch.context() as shell:
        shell.setenv("DONGNE_RPC", chain.rpc)
        shell.setenv("DONGNE_KEYSTORE_PASSWORD_FILE", "localchain/password")
        shell.setenv("DONGNE_LANG", "en")
        shell.delenv("DONGNE_DEPLOYMENTS", raising=False)
        yield chain


@pytest.fixture(scope="module")
def seen(desk):
    """What each command printed, in order, without empty lines."""
    return [answer(exchange.typed)[1] for exchange in exchanges()]


def answer(typed: str) -> tuple[int, str]:
    """Exit code and output of a command."""
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        code = run(shlex.split(typed), os.environ)
    lines = (line.rstrip() for line in printed.getvalue().splitlines())
    return code, "\n".join(line for line in lines if line)


def test_the_commands_of_the_readme_can_be_followed_line_by_line(desk):
    lines = [
        line for block in README.section("## The dongne command").split("```sh\n")[1:] for line in block.splitlines()
    ]
    commands = [line.removeprefix("tools/run dongne ") for line in lines if line.startswith("tools/run dongne ")]

    assert len(commands) >= 6
    assert {command: answer(command) for command in commands if answer(command)[0] != 0} == {}


def test_what_the_chain_suggests_to_try_works(desk):
    run_ = "tools/run dongne "
    suggested = [line.strip() for line in desk.said.splitlines() if line.strip().startswith(run_)]

    assert len(suggested) >= 4
    for line in suggested:
        code, printed = answer(
            f"{line.removeprefix(run_)} --dry-run" if "--keystore" in line else line.removeprefix(run_)
        )
        assert code == 0, printed


def test_the_tour_takes_each_office_through_its_day():
    commands = {" ".join(exchange.typed.split()[:2]) for exchange in exchanges()}

    assert len(exchanges()) >= 30
    assert commands >= {
        "currency register",
        "currency issue",
        "currency allowance",
        "currency relay",
        "currency freeze",
        "currency pause",
        "currency audit",
        "sign payment",
        "vehicle register",
        "vehicle accredit",
        "vehicle record",
        "vehicle import",
        "vehicle verify",
        "vehicle revoke",
        "vehicle sale",
        "sign agreement",
        "vehicle certify",
        "ballot roll",
        "ballot open",
        "sign vote",
        "ballot cast",
        "ballot check",
        "ballot recount",
    }


@pytest.mark.parametrize("number", range(len(exchanges())), ids=lambda number: exchanges()[number].typed[:40])
def test_a_command_prints_what_the_tour_says(seen, number):
    exchange = exchanges()[number]

    assert exchange.matches(seen[number]), f"{exchange.typed}\nprints\n{seen[number]}\nnot\n{exchange.shown}"
