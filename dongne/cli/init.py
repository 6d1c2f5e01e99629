"""The command that makes a city's file and a settings file by asking."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from dongne.chain import Chain
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.config import DEFAULT_RPC, Settings
from dongne.deployment.city import NONE, SECOND, City, officer_of, setting_of
from dongne.deployment.deployment import refuse_officer
from dongne.errors import ChainError, DongneError, SettingError
from dongne.keys import address_in, write_secret
from dongne.language import Message, Template, _
from dongne.suite import OFFICES

app = typer.Typer()

CITY, ENVIRONMENT = "city.toml", "dongne.env"

ASKED: dict[str, Template] = {
    "currency_name": _("Name of the currency; residents sign it, and it never changes"),
    "currency_symbol": _("Symbol of the currency"),
    "currency_decimals": _("Decimal places of amounts; 0 for won"),
    "registry_name": _("Name of the vehicles' titles"),
    "registry_symbol": _("Symbol of the titles"),
    "time_zone": _("Time zone of the city"),
}
"""Settings that are asked for; the others keep their defaults until somebody writes them into the file."""


@dataclass(eq=False)
class ThereAlready(SettingError):
    """What would be written is there."""

    template = _("{file} exists already, and nothing is written over. Move it away, or name another folder.")
    file: Path


@command(app, "init", epilog=_("Example: dongne init ~/nowon"))
def init(
    session: Session,
    folder: Annotated[Path, typer.Argument(help=_("Folder for both files; it is made where it is missing"))] = Path(),
) -> None:
    """Make a city's file and a settings file by asking; each answer is checked as the deployment checks it.

    They are city.toml, for `dongne deploy`, and dongne.env, for a shell, systemd and Docker. Nothing is written over.
    """
    files = [folder / CITY, folder / ENVIRONMENT]
    for file in files:
        if file.exists():
            raise ThereAlready(file)
    text = _city_text(session)
    city = _checked(text)
    variables = _variables(session, folder, city)
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in zip(files, (text, _lines(variables)), strict=True):
        write_secret(file, content)  # a node's address may hold an access key
    data = {"city": str(files[0]), "settings": str(files[1])}
    facts = [Fact(_("the city's file"), str(files[0])), Fact(_("settings"), str(files[1]))]
    session.show(data, lambda: session.facts(session.text(_("Written")), *facts))
    session.note(_("Load the settings with `set -a; . {file}; set +a`, then run `dongne deploy`."), file=files[1])


def _city_text(session: Session) -> str:
    usual = {each.name: each.default for each in fields(City)}
    lines = []
    for name, question in ASKED.items():
        value = _ask(session, question, lambda text, name=name: setting_of(name, text), usual[name])  # type: ignore[misc]
        lines.append(f"{name} = {_toml(value)}")
    gives = typer.confirm(session.text(_("May residents pay one another?")), default=True, err=True)
    lines += [f"residents_may_give = {_toml(gives)}", "", "[officers]"]
    for role in OFFICES:
        name = role.name.lower()
        holder = _ask(session, _("Address of the {role}"), lambda text, name=name: officer_of(name, text), role=role)  # type: ignore[misc]
        lines.append(f"{name} = {_toml(holder)}")
    second = _ask(session, _("Address of a second administrator, with a cold key; none to do without"), _second)
    return "\n".join([*lines, f"{SECOND} = {_toml(second)}", ""])


def _second(text: str) -> str:
    return NONE if text.strip().lower() == NONE else officer_of(SECOND, text)


def _checked(text: str) -> City:
    """The city as the deployment will read it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / CITY
        file.write_text(text, encoding="utf-8")
        return City.from_file(file)


def _variables(session: Session, folder: Path, city: City) -> dict[str, str]:
    rpc = _ask(session, _("Address of a node"), _node, DEFAULT_RPC)
    found = _chain_at(session, rpc)
    number = _ask(session, _("Number of the chain to deploy to"), _chain_number, found)
    keystore = _ask(
        session, _("Keystore of the deployer; Enter to name it later"), lambda text: _keystore(text, city), ""
    )
    variables = {
        "DONGNE_RPC": rpc,
        "DONGNE_CHAIN_ID": str(number),
        "DONGNE_DEPLOYMENTS": str((folder / "deployments").resolve()),
        "DONGNE_CITY": str((folder / CITY).resolve()),
        "DONGNE_LANG": session.settings.language,
    }
    return variables | ({"DONGNE_KEYSTORE": keystore} if keystore else {})


def _node(text: str) -> str:
    return Settings.from_environment({"DONGNE_RPC": text}).rpc


def _chain_number(text: str) -> int:
    return Settings.from_environment({"DONGNE_CHAIN_ID": text or "0"}).chain_id or 0


def _keystore(text: str, city: City) -> str:
    """A keystore that is there and is no officer's: the deployer ends with no role."""
    if not text:
        return ""
    file = Path(text).expanduser().resolve()
    address = address_in(file)
    if address is not None:
        refuse_officer(address, city)
    return str(file)


def _chain_at(session: Session, rpc: str) -> int | None:
    """The chain that answers at an address; a node that is not there yet is said and is no error."""
    try:
        return Chain(rpc, retry_seconds=0).id
    except ChainError as error:
        session.say(error.message)
        return None


def _ask(
    session: Session, question: Template, parse: Callable[[str], Any], usual: object = None, **values: object
) -> Any:
    """Ask until the answer is valid; what is wrong with one is said."""
    while True:
        text = typer.prompt(session.text(question, **values), default=usual, err=True, show_default=usual != "")
        try:
            return parse(str(text))
        except DongneError as error:
            session.say(Message("{reason}", {"reason": error.message}))


def _toml(value: object) -> str:
    """JSON's texts, numbers and truths are TOML's too."""
    return json.dumps(value, ensure_ascii=False)


def _lines(variables: dict[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in _quoted(variables))


def _quoted(variables: dict[str, str]) -> Iterator[tuple[str, str]]:
    """In single quotes where a shell would take a value apart; systemd and Docker read those too."""
    for name, value in variables.items():
        plain = all(letter.isalnum() or letter in "/._-:@%+,~" for letter in value)
        yield name, value if plain else f"'{value}'"
