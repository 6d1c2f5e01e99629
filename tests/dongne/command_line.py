"""Runs the command line as a person would."""

import json
import os

from eth_account import Account

from dongne import book as books
from dongne.cli import run
from dongne.suite import Role


def dongne(capsys, *arguments):
    """Run a command; returns its exit code, standard output and standard error."""
    capsys.readouterr()
    code = run([str(argument) for argument in arguments], os.environ)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def commands(capsys, folder, city, *group):
    """Commands of a group on a local chain; `key` is whose they are: a role's holder, or somebody's own."""
    books.save(city.book, folder / "deployments")
    (folder / "password").write_text("secret")

    def command(*arguments, key=None, options=("--json",), group=group):
        shared = ["--rpc", city.chain.rpc, "--deployments", folder / "deployments"]
        if key is not None:
            account = city.officers[key] if isinstance(key, Role) else key
            file = folder / f"{account.address}.json"
            file.write_text(json.dumps(Account.encrypt(account.key, "secret", kdf="pbkdf2", iterations=1_000)))
            shared += ["--keystore", file, "--password-file", folder / "password"]
        return dongne(capsys, *group, *arguments, *shared, *options)

    return command
