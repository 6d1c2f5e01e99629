"""One run of the command line: settings, chain, address book, sender, and the two ways of printing."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from getpass import GetPassWarning
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from warnings import catch_warnings, simplefilter

import typer
from rich.console import Console

from dongne import book as books
from dongne.book import DEFAULT_TIME_ZONE, AddressBook, make_folder
from dongne.cli.options import SendingOptions, SharedOptions
from dongne.cli.output import Fact, facts, screen, table
from dongne.config import Settings
from dongne.errors import Declined, MissingSender, NoPassword
from dongne.language import Message, Moment, Readable, Template, _
from dongne.suite import Role

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from dongne.chain import Call, Chain
    from dongne.cli.sender import Executor
    from dongne.contract import ContractClient
    from dongne.sending import Listener, Policy, Sender
    from dongne.store.database import Store
    from dongne.transactions import Signer

Client = TypeVar("Client", bound="ContractClient")


class Session:
    """One run of the command line. Connects only when a command needs the chain."""

    def __init__(self, settings: Settings, as_json: bool = False, sending: SendingOptions | None = None) -> None:
        self.settings, self.as_json, self.sending = settings, as_json, sending or SendingOptions()
        self.screen, self.notes = screen(), Console(stderr=True, soft_wrap=True, highlight=False, markup=False)

    @classmethod
    def of(cls, shared: SharedOptions, sending: SendingOptions) -> "Session":
        """The session that the options and the environment ask for."""
        given = {"DONGNE_RPC": shared.rpc, "DONGNE_DEPLOYMENTS": shared.deployments, "DONGNE_LANG": shared.lang}
        environment = {**os.environ, **{name: str(value) for name, value in given.items() if value is not None}}
        return cls(Settings.from_environment(environment), bool(shared.as_json), sending)

    @cached_property
    def chain(self) -> "Chain":
        """The configured node."""
        from dongne.chain import Chain

        return Chain(self.settings.rpc, self.settings.chain_id, retry_seconds=self.settings.retry_seconds)

    @cached_property
    def book(self) -> AddressBook:
        """The address book of that node's chain."""
        return books.load(self.settings.deployments, self.chain.id)

    @cached_property
    def store(self) -> "Store":
        """The store that is set, its tables up to date; else a file beside the address books, one a chain.

        Raises:
            SettingError, StoreError: it cannot be opened.
        """
        from dongne.store.database import Store, sqlite_file

        if self.settings.store is None:
            make_folder(self._store_file.parent)
        return Store.open(self.settings.store or sqlite_file(self._store_file))

    @property
    def has_store(self) -> bool:
        """Whether a store is set, or was made beside the address books."""
        return self.settings.store is not None or os.path.exists(self._store_file)  # noqa: PTH110

    @property
    def _store_file(self) -> Path:
        return self.settings.deployments / "store" / f"{self.chain.id}.sqlite"

    def client(self, kind: type[Client]) -> Client:
        """A typed client of a deployed contract.

        Raises:
            NoContractThere: the chain has no contract at its address; its lists would be empty, not wrong.
        """
        entry = self.book.entry(kind.NAME)
        if not self.chain.code(entry.address):
            raise self.chain.no_contract()
        return kind(self.chain, entry)

    @cached_property
    def sender(self) -> "Executor":
        """Who sends: a key through its outbox, a rehearsal (--dry-run), or a Safe's file (--safe).

        What a delay of the sender's role demands is announced.

        Raises:
            SettingError: no keystore was named, or it cannot be unlocked.
            InputError: the Safe's address is not valid.
        """
        from dongne.access import CityAccess
        from dongne.cli.sender import Announcing

        access = CityAccess(self.chain, self.book.entry(CityAccess.NAME))
        return Announcing(self._sending(), access, self.book.names(), self.note, self.time)

    def _sending(self) -> "Executor":
        from dongne.addresses import address_of
        from dongne.cli.sender import SAFE_FILE, SafeFile

        options = self.sending
        if options.safe:
            return SafeFile(address_of(options.safe), self.chain.id, options.safe_file or SAFE_FILE, self.note)
        return self._rehearsal() if options.dry_run else self._key_sender()

    def _rehearsal(self) -> "Executor":
        from dongne.cli.sender import Rehearsal
        from dongne.keys import address_in

        keystore = self._keystore
        return Rehearsal((keystore and address_in(keystore)) or self._signer().address, self.preview)

    def _key_sender(self) -> "Executor":
        from dongne.cli.sender import KeySender
        from dongne.sending import Listener

        heard = Listener(sent=self.sent, replaced=self.replaced)
        if self.settings.metrics_file is None:
            return KeySender(self.key_sender(heard), self.note)
        from prometheus_client import CollectorRegistry

        from dongne.sending.metrics import SenderMetrics
        from dongne.telemetry import MetricsFile

        figures = SenderMetrics(CollectorRegistry())
        file = MetricsFile(self.settings.metrics_file, figures.registry)
        return KeySender(self.key_sender(figures.counting(heard, file.changed)), self.note, file.write)

    def key_sender(self, listener: "Listener | None" = None) -> "Sender":
        """Who sends with the sender's key, for a service that keeps no terminal waiting.

        Raises:
            SettingError: no key was named, or it cannot be unlocked.
        """
        return self.chain.sender(self._signer(), self.settings.deployments, policy=self._policy(), listener=listener)

    @property
    def _keystore(self) -> Path | None:
        """The sender's keystore, unless the settings name a signer or a key in its place."""
        elsewhere = self.settings.signer or self.settings.private_key
        return self.sending.keystore or (None if elsewhere else self.settings.keystore)

    def _signer(self) -> "LocalAccount | Signer":
        """Who signs: the keystore of an option, else a signer or a key that the settings name, else their keystore."""
        from dongne.addresses import address_of
        from dongne.signers import external_signer, key_in

        settings, keystore = self.settings, self._keystore
        if keystore:
            return self.unlock(keystore, self.sending.password_file)
        if settings.signer:
            return external_signer(settings.signer, address_of(settings.sender or ""))
        if settings.private_key:
            return key_in(settings.private_key)
        raise MissingSender()

    def _policy(self) -> "Policy":
        from dongne.config import fee_of
        from dongne.sending import Policy

        settings, asked = self.settings, self.sending.max_fee
        return Policy(
            confirmations=settings.confirmations,
            final_blocks=settings.final_blocks,
            fee_cap=settings.max_fee if asked is None else fee_of(asked, "--max-fee"),
        )

    def unlock(self, keystore: Path, password_file: Path | None) -> "LocalAccount":
        """The key in a keystore; its password is asked for where neither an option nor a setting names a file with it.

        Raises:
            SettingError: the keystore cannot be unlocked.
        """
        from dongne.keys import load_key

        file = password_file or self.settings.password_file
        return load_key(keystore, file, lambda: self.secret(_("Password of {file}"), file=keystore))

    def text(self, template: Template, **values: object) -> str:
        """A text in the reader's language."""
        return Message(template, values).text(self.settings.language)

    def time(self, seconds: int) -> str:
        """Unix seconds as the city's clocks show them."""
        return Moment(seconds, self.zone).text(self.settings.language)

    @property
    def zone(self) -> str:
        """The city's time zone; the usual one as long as no address book was read."""
        return self.book.time_zone if "book" in self.__dict__ else DEFAULT_TIME_ZONE

    def show(self, data: Any, *parts: Callable[[], object]) -> None:
        """Print `data` as JSON with --json, else what `parts` give."""
        if self.as_json:
            typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
            return
        for part in parts:
            self.screen.print(part())

    def facts(self, title: str, *rows: Fact) -> Any:
        """A list of facts, for `show`."""
        return facts(self.settings.language, title, rows)

    def table(self, title: str, columns: Sequence[Template], rows: Any) -> Any:
        """A table, for `show`."""
        return table(self.settings.language, title, columns, rows)

    def note(self, template: Template, **values: object) -> None:
        """Say something beside the result: on standard error."""
        self.say(Message(template, values))

    def say(self, message: Readable) -> None:
        """Say a message beside the result: on standard error."""
        self.notes.print(message.text(self.settings.language))

    def confirm(self, template: Template, **values: object) -> None:
        """Ask before what cannot be taken back; --yes answers, a rehearsal or a Safe's file does not ask.

        Raises:
            Declined: the answer was no, or nobody is there to answer.
        """
        if self.sending.yes or self.sending.dry_run or self.sending.safe:
            return
        question = self.text(template, **values)
        if not sys.stdin.isatty():
            raise Declined(Message(_("{question} Nobody is there to answer: give --yes."), {"question": question}))
        try:
            agreed = typer.confirm(question, err=True)
        except typer.Abort:
            agreed = False
        if not agreed:
            raise Declined(Message(_("Nothing was sent.")))

    def secret(self, template: Template, **values: object) -> str:
        """Ask for a password, which the terminal does not show.

        Raises:
            NoPassword: Ctrl-C, or nobody is there to type one.
        """
        with catch_warnings():
            simplefilter("ignore", GetPassWarning)  # without a terminal: a password may still come by a pipe
            try:
                return str(typer.prompt(self.text(template, **values), hide_input=True, err=True))
            except typer.Abort as error:
                raise NoPassword() from error

    def preview(self, call: "Call", gas: int) -> None:
        """Show what a call would do and cost, on standard error: an object a line with --json."""
        from dongne.cli.preview import Preview

        found = Preview.of(call, gas, self.book.names())
        if self.as_json:
            typer.echo(json.dumps(found.as_json(), ensure_ascii=False), err=True)
            return
        for line in found.lines(self.labels(), self.settings.language):
            self.notes.print(line)

    def labels(self) -> dict[str, Readable | str]:
        """What the address book calls the addresses in it: contracts by name, officers by role."""
        officers = {str(holder): Role[name] for name, holder in self.book.roles.items() if name in Role.__members__}
        return {**officers, **self.book.names()}

    def sent(self, transaction: str, title: str) -> None:
        """Show a transaction's hash before it is waited for."""
        self.note(_("{title}: sent as {transaction}; waiting until it is mined"), title=title, transaction=transaction)

    def replaced(self, transaction: str, title: str) -> None:
        """Show the hash of a version that pays more."""
        self.note(
            _("{title}: waits too long; sent again at a higher price as {transaction}"),
            title=title,
            transaction=transaction,
        )

    @contextmanager
    def progress(self, template: Template, total: int) -> Iterator[Callable[[int], None]]:
        """A progress bar on standard error; gives a function that hears how much more is done."""
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(self.text(template), total=total)
            yield lambda count: progress.advance(task, count)


@dataclass(frozen=True, slots=True)
class Yes:
    """A fact that is so or not, as a word."""

    fact: bool

    def text(self, language: Any) -> str:
        """Yes or no."""
        return Message(_("yes") if self.fact else _("no")).text(language)
