"""What every command of `dongne` shares: settings, chain, language and the two ways of printing."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from eth_account import Account
from eth_account.signers.local import LocalAccount
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dongne import book as books
from dongne.book import AddressBook
from dongne.chain import Chain, ContractClient
from dongne.config import Settings
from dongne.errors import DongneError, SettingError
from dongne.explanations.sentence import Language, Sentence

Keystore = Annotated[Path, typer.Option(help="Encrypted key of the sender / 보내는 계정의 키 파일")]
PasswordFile = Annotated[Path | None, typer.Option(help="File with its password / 암호 파일")]

Client = TypeVar("Client", bound=ContractClient)


class Session:
    """One run of the command line. Connects only when a command needs the chain."""

    def __init__(self, settings: Settings, as_json: bool) -> None:
        self.settings, self.as_json = settings, as_json
        self.screen = Console()

    @cached_property
    def chain(self) -> Chain:
        """The configured node."""
        return Chain(self.settings.rpc, self.settings.chain_id)

    @cached_property
    def book(self) -> AddressBook:
        """The address book of that node's chain."""
        return books.load(self.settings.deployments, self.chain.id)

    def client(self, kind: type[Client]) -> Client:
        """A typed client of a deployed contract."""
        return kind(self.chain, self.book.address(kind.NAME))

    def text(self, en: str, ko: str) -> str:
        """The words in the session's language."""
        return ko if self.settings.language == "ko" else en

    def show(self, data: Any, human: Callable[[], object]) -> None:
        """Print `data` as JSON with --json, else what `human` gives."""
        if self.as_json:
            typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
        else:
            self.screen.print(human())


@dataclass(frozen=True, slots=True)
class Row:
    """One fact under a bilingual label."""

    en: str
    ko: str
    value: object


def facts(session: Session, title: str, rows: Sequence[Row]) -> Table:
    """A two-column table of facts; values are shown letter by letter, for brackets in them are no markup."""
    table = Table(title=title, show_header=False, title_justify="left")
    for row in rows:
        table.add_row(session.text(row.en, row.ko), Text(str(row.value)))
    return table


def session_of(context: typer.Context) -> Session:
    """The session that the root command has set up."""
    session = context.obj
    assert isinstance(session, Session), "the root command sets up the session"
    return session


def load_key(keystore: Path, password_file: Path | None) -> LocalAccount:
    """Unlock an eth-account keystore; asks for the password where no file has it.

    Raises:
        SettingError: there is no such keystore, or the password is wrong.
    """
    try:
        encrypted = keystore.read_text(encoding="utf-8")
        password = (
            password_file.read_text(encoding="utf-8").strip()
            if password_file
            else typer.prompt("Password / 암호", hide_input=True)
        )
        key: LocalAccount = Account.from_key(Account.decrypt(json.loads(encrypted), password))
    except (OSError, ValueError) as error:
        raise SettingError(
            Sentence(
                f"The keystore {keystore} cannot be unlocked: {error}",
                f"키스토어 {keystore}을(를) 열 수 없습니다: {error}",
            )
        ) from error
    return key


def run(app: Callable[[], object], environment: Mapping[str, str]) -> None:
    """Run the command line; errors of ours end with one line and exit code 1."""
    try:
        app()
    except DongneError as error:
        language = _language(sys.argv, environment)
        Console(stderr=True).print(f"dongne: {error.explain(language)}", style="red", markup=False, highlight=False)
        sys.exit(1)


def _language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """The language that was asked for, even where the settings could not be read; the option is above the variable."""
    asked = [after for before, after in pairwise(arguments) if before == "--lang"]
    asked += [argument.removeprefix("--lang=") for argument in arguments if argument.startswith("--lang=")]
    return "ko" if (asked or [environment.get("DONGNE_LANG", "en")])[-1] == "ko" else "en"
