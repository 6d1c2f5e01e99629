"""The incidents of docs/operations.md: every command is whole, and the main ones are played as they are typed there."""

import json
import re
from contextlib import chdir
from pathlib import Path

import pytest
from eth_account import Account

from dongne.cli import command as command_line
from dongne.errors import ExitCode
from dongne.suite import OFFICES, Role
from tests.docs.local_chain import served
from tests.docs.pages import Page, rows
from tests.docs.test_docs import command_path, words
from tests.docs.test_tour import answer

OPERATIONS = Page("docs/operations.md")
INCIDENTS = OPERATIONS.text.split("\n## Incidents\n")[1].split("\n## Growing\n")[0]
_COMMANDS = re.findall(r"^dongne (.*?)(?: +#.*)?$|`dongne ([^`]+)`", INCIDENTS, re.MULTILINE)
TYPED = sorted({(line or cell) for line, cell in _COMMANDS} - {"ballot cast", "currency relay", "vehicle history"})
"""All commands, but for those that are only named."""


@pytest.mark.parametrize("typed", TYPED)
def test_a_command_at_night_lacks_nothing(typed):
    """Whatever stands with options or values is complete: no argument is missing, every option exists."""
    arguments = words(typed)
    path = command_path(arguments)
    command = command_line()
    for name in path:
        command = command.commands[name]

    context = command.make_context(path[-1], arguments[len(path) :], resilient_parsing=False)

    sends = any("--dry-run" in option.opts for option in command.params)
    assert not sends or "--keystore" in arguments, f"whose key sends `dongne {typed}`?"
    context.close()


def test_every_role_of_a_city_has_its_row():
    table = INCIDENTS.split("| key | what a thief can do |")[1].split("\n\n")[0]
    keys = {name.strip() for row in rows(table) for name in row[0].split(",")}

    assert {role.name.lower().replace("_", " ") for role in OFFICES} - keys == set()


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A terminal in a folder with a running city, its officers' keystores and a few papers."""
    folder = tmp_path_factory.mktemp("night")
    with served(folder) as chain, chdir(folder), pytest.MonkeyPatch.context() as shell:
        for name in ("report.pdf", "ruling.pdf", "reason.pdf", "check.pdf"):
            (folder / name).write_text(name)
        for file in (folder / "localchain/keystores").iterdir():
            (folder / file.name).symlink_to(file)
        shell.setenv("DONGNE_RPC", chain.rpc)
        shell.setenv("DONGNE_KEYSTORE_PASSWORD_FILE", "localchain/password")
        shell.setenv("DONGNE_LANG", "en")
        shell.delenv("DONGNE_DEPLOYMENTS", raising=False)
        shell.setattr("dongne.cli.session.Session.confirm", lambda *_question, **_values: None)  # the operator says yes
        yield chain


def holder(name):
    """Address of a keystore's key."""
    return json.loads(answer(f"key address {name}.json --json")[1])["address"]


def typed(text, **put_in):
    """Type a command of the runbook; capitals are replaced."""
    assert text in TYPED, f"the runbook does not say `dongne {text}`"
    for name, value in put_in.items():
        text = re.sub(rf"\b{name}\b", value, text)
    code, printed = answer(text)
    assert code == ExitCode.DONE, f"dongne {text}\n{printed}"
    return printed


def announced():
    return json.loads(answer("roles list --json")[1])["announced"]


def roles(role):
    return json.loads(answer("roles list --json")[1])["roles"][role.name]


def test_a_stolen_key_of_the_currency_officer(city):
    thief, fresh = holder("currency_officer"), Account.create().address

    typed("currency allowance --less 9,000,000,000 --keystore guardian.json")
    typed("currency pause 86400 --keystore guardian.json")
    typed("roles revoke currency-officer OLD --keystore administrator.json", OLD=thief)
    typed("roles grant currency-officer NEW --keystore administrator.json", NEW=fresh)

    assert "may issue   0 " in answer("currency allowance")[1]
    assert roles(Role.CURRENCY_OFFICER) == [fresh]
    assert re.search("paused +until", answer("currency show")[1])


def test_a_stolen_key_of_an_officer_who_freezes(city):
    resident = holder("resident")

    typed("currency freeze place OLD --document report.pdf --keystore holds_officer.json", OLD=resident)
    assert "frozen" in answer(f"currency account {resident}")[1]
    typed("currency freeze lift OLD --keystore holds_reviewer.json", OLD=resident)

    assert "frozen" not in answer(f"currency account {resident}")[1]


def test_money_that_was_issued_wrongly_is_held_and_given_back(city):
    neighbour, owner = holder("neighbour"), holder("resident")

    typed("currency hold flag OLD 50,000 --document report.pdf --keystore detector.json", OLD=neighbour)
    (case,) = [each["case"] for each in json.loads(answer("currency hold list --json")[1])]
    typed("currency hold place CASE 50,000 --keystore holds_officer.json", CASE=str(case))
    typed(
        "currency hold confirm CASE NEW --document ruling.pdf --keystore holds_reviewer.json", CASE=str(case), NEW=owner
    )

    assert "50,000" in answer(f"currency hold show {case}")[1]


def test_a_stolen_key_of_a_recorder_and_of_the_accreditor(city):
    garage = holder("inspector")

    typed("vehicle revoke OLD --from 2026-01-31 --keystore accreditor.json", OLD=garage)
    assert "2026-01-31" in answer(f"vehicle accreditation {garage}")[1]
    typed("vehicle lift-revocation OLD --keystore administrator.json", OLD=garage)


def test_somebody_who_lost_a_key_gets_a_new_one_and_the_guardian_may_doubt_it(city):
    old, new = holder("merchant"), holder("stranger")
    assert answer("key address stranger.json")[0] == 0
    Path("new.json").symlink_to("stranger.json")

    signed = typed("sign recovery OLD --keystore new.json", OLD=old)
    (signature,) = re.findall(r"0x[0-9a-f]{128,130}", signed)
    announce = "currency recovery announce OLD NEW --consent SIGNATURE --document check.pdf"
    typed(f"{announce} --keystore membership_officer.json", OLD=old, NEW=new, SIGNATURE=signature)
    assert new in answer(f"currency recovery show {old}")[1]
    typed("currency recovery veto OLD --keystore guardian.json", OLD=old)

    assert new not in answer(f"currency recovery show {old}")[1]


def test_a_stolen_key_of_an_administrator_stands_against_the_other_one(city):
    """Neither gets anywhere while the other looks: what the thief announces is cancelled, and the other way round."""
    thief, second, fresh = holder("administrator"), holder("stranger"), Account.create().address
    Path("administrator2.json").symlink_to("stranger.json")
    for account in (second, thief):
        assert answer(f"roles grant administrator {account} --delay 86400 --keystore administrator.json --yes")[0] == 0
    assert answer(f"roles grant currency-officer {thief} --keystore administrator.json")[0] == 0

    (operation,) = [each["operation"] for each in announced()]
    typed("roles cancel OPERATION --keystore administrator2.json", OPERATION=operation)
    typed("roles revoke administrator OLD --keystore administrator2.json", OLD=thief)
    typed("roles grant administrator NEW --keystore administrator2.json", NEW=fresh)

    assert [each["caller"] for each in announced()] == [second, second]
    for each in announced():
        assert answer(f"roles cancel {each['operation']} --keystore administrator.json")[0] == 0
    assert announced() == []
