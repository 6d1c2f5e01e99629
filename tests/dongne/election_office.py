"""An election office on a local chain: its folder with keystores, and its command line."""

import json
import os
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from eth_account import Account
from eth_account.signers.local import LocalAccount

from dongne import book as books
from dongne.cli import run
from dongne.suite import Role
from scripts.localchain.suite import LocalSuite, person

DAY = 86_400
OPTIONS = ("Oak", "Elm", "Ash", "Fir", "Yew")


@dataclass(frozen=True)
class Office:
    """Where the election office works.

    Attributes:
        city: the local chain with the suite.
        folder: address book, keystores (registrar, officer, relayer, voter) and input files.
    """

    city: LocalSuite
    folder: Path

    @classmethod
    def on(cls, city: LocalSuite, folder: Path) -> "Office":
        """An office whose voter is the person "cli 3"."""
        books.save(city.book, folder)
        (folder / "password").write_text("pw", encoding="utf-8")
        officers = {"registrar": city.officers[Role.ROLL_OFFICER], "officer": city.officers[Role.ELECTION_OFFICER]}
        people = {**officers, "relayer": city.relayer, "voter": person("cli 3")}
        for name, key in people.items():
            keystore = Account.encrypt(key.key, "pw", kdf="pbkdf2", iterations=1_000)
            (folder / name).write_text(json.dumps(keystore), encoding="utf-8")
        return cls(city, folder)

    def run(self, *arguments: object, key: str | None = None, lang: str = "en") -> tuple[int, str, str]:
        """Run a command; returns exit code, output and what was said beside it."""
        keys = ("--keystore", self.folder / key, "--password-file", self.folder / "password") if key else ()
        shared = ("--rpc", self.city.chain.rpc, "--deployments", self.folder, "--lang", lang)
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            code = run([str(part) for part in (*arguments, *shared, *keys)], os.environ)
        return code, out.getvalue(), err.getvalue()

    def json(self, *arguments: object, key: str | None = None) -> dict:
        """Run a command that must succeed; returns what it says in JSON."""
        code, out, err = self.run(*arguments, "--json", *(["--yes"] if key else []), key=key)
        assert code == 0, err
        return json.loads(out)

    def voters_file(self, names: tuple[str, ...], districts: tuple[int, ...]) -> Path:
        """A CSV file of persons, in districts that take turns."""
        rows = [f"{person(name).address},{districts[at % len(districts)]}" for at, name in enumerate(names)]
        file = self.folder / "roll.csv"
        file.write_text("\n".join(["address,district", *rows]) + "\n", encoding="utf-8")
        return file

    def poll_file(self, name: str, roll: int, *more: str) -> Path:
        """A poll with five named options, of which up to two may be chosen, from a minute from now for a day."""
        (self.folder / f"{name}.txt").write_text(f"Everything about {name}", encoding="utf-8")
        start = self.city.chain.timestamp() + 60
        lines = [
            f'question = "Which trees for {name}?"',
            f"options = {json.dumps(OPTIONS)}",
            f'document = "{name}.txt"',
            f'document_uri = "https://city.example/{name}.txt"',
            f"roll = {roll}",
            'rule = "up-to"',
            "picks = 2",
            'aim = "election"',
            f"start = {datetime.fromtimestamp(start, UTC).isoformat()}",
            f"end = {datetime.fromtimestamp(start + DAY, UTC).isoformat()}",
            *more,
        ]
        file = self.folder / f"{name}.toml"
        file.write_text("\n".join(lines), encoding="utf-8")
        return file


def by_index(names: tuple[str, ...], districts: tuple[int, ...]) -> list[LocalAccount]:
    """Keys of the persons of a voters' file in the order of its roll: by district, then by address."""
    people = [(districts[at % len(districts)], person(name)) for at, name in enumerate(names)]
    return [key for _code, key in sorted(people, key=lambda each: (each[0], each[1].address.lower()))]
