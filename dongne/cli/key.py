"""Commands of keystores: make one, read its address, make the city's key. They need no chain."""

import secrets
import subprocess
from pathlib import Path
from typing import Annotated

import typer
from eth_account import Account

from dongne.book import write_whole
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.keys import KeyFileExists, PasswordsDiffer, address_in, load_key, password_in, save_key, write_secret
from dongne.language import _

app = typer.Typer(no_args_is_help=True)

CITY_KEY_BYTES = 32

NewFile = Annotated[Path, typer.Argument(help=_("File to write; it must not exist yet"))]
Password = Annotated[
    Path | None, typer.Option("--password-file", help=_("File with the keystore's password; else it is asked for"))
]


@command(app, epilog=_("Example: dongne key new ~/keys/issuer.json"))
def new(session: Session, file: NewFile, password_file: Password = None) -> None:
    """Make a key and write it as an encrypted keystore that only its owner can read."""
    if file.exists():
        raise KeyFileExists(file)
    key = Account.create()
    save_key(key, _new_password(session, password_file), file)
    _warn_of_git(session, file)
    data = {"address": key.address, "file": str(file.resolve())}
    session.show(
        data, lambda: session.facts("", Fact(_("address"), key.address), Fact(_("keystore"), str(file.resolve())))
    )


@command(app, epilog=_("Example: dongne key address ~/keys/issuer.json"))
def address(
    session: Session,
    file: Annotated[Path, typer.Argument(help=_("Keystore"))],
    password_file: Password = None,
) -> None:
    """Print the address of a keystore; asks for the password only where the file does not state the address."""
    stated = address_in(file) or load_key(file, password_file, lambda: _ask(session)).address
    session.show({"address": stated}, lambda: stated)


@command(app, epilog=_("Examples:\n\ndongne key city ~/keys/city.key\n\ndongne key city ~/keys/city.key --new-edition"))
def city(
    session: Session,
    file: NewFile,
    new_edition: Annotated[
        bool, typer.Option("--new-edition", help=_("Add a new key to the file: vehicles keep the ids of the old ones"))
    ] = False,
) -> None:
    """Make the city's secret key, from which vehicles get their numbers: 32 random bytes that only its owner reads."""
    from dongne.vehicle.city_key import read_city_key  # imported here: `dongne --help` starts without it

    key, place = secrets.token_hex(CITY_KEY_BYTES) + "\n", str(file.resolve())
    if new_edition:
        editions = [edition.hex() + "\n" for edition in read_city_key(file).editions]
        write_whole(file, "".join((*editions, key)), mode=0o600)
        count = len(editions) + 1
        text = _(
            "{file} has {count} editions now; the newest is for vehicles that are not registered yet. Keep a copy."
        )
        session.show({"file": place, "editions": count}, lambda: session.text(text, file=place, count=count))
        return
    write_secret(file, key)
    _warn_of_git(session, file)
    session.show({"file": place}, lambda: session.text(_("The city's key is in {file}. Keep a copy."), file=place))


def _new_password(session: Session, password_file: Path | None) -> str:
    if password_file is not None:
        return password_in(password_file)
    password = _ask(session)
    again = session.secret(_("The same password again"))
    if password != again:
        raise PasswordsDiffer()
    return password


def _ask(session: Session) -> str:
    return session.secret(_("Password"))


def _warn_of_git(session: Session, file: Path) -> None:
    """A key in a folder that git does not ignore is soon in a commit."""
    folder = file.resolve().parent
    try:
        inside = subprocess.run(["git", "-C", str(folder), "rev-parse"], capture_output=True, check=False)
        ignored = subprocess.run(
            ["git", "-C", str(folder), "check-ignore", "-q", file.name], capture_output=True, check=False
        )
    except OSError:
        return
    if inside.returncode == 0 and ignored.returncode == 1:
        session.note(_("Beware: git does not ignore {file}. Move it out of the project, never commit it."), file=file)
