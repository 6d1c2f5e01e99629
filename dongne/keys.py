"""Private keys as people keep them: encrypted keystores (Web3 Secret Storage), readable by their owner alone."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from eth_utils.address import is_address, to_checksum_address

from dongne.errors import SettingError
from dongne.language import Message, _


@dataclass(eq=False)
class KeystoreNotUsable(SettingError):
    """A keystore cannot be unlocked."""

    template = _("The keystore {file} cannot be unlocked: {reason}")
    file: Path
    reason: Message | str


@dataclass(eq=False)
class PasswordFileNotReadable(SettingError):
    """The file that should hold the keystore's password cannot be read."""

    template = _("The password file {file} cannot be read: {reason}")
    file: Path
    reason: str


@dataclass(eq=False)
class KeyFileExists(SettingError):
    """A key is never written over another file."""

    template = _("{file} exists already. A key is never written over a file: choose another name, or move it away.")
    file: Path


@dataclass(eq=False)
class PasswordsDiffer(SettingError):
    """A new password was not typed the same way twice."""

    template = _("The two passwords differ. Nothing was written; run the command again.")


@dataclass(eq=False)
class PasswordEmpty(SettingError):
    """A new keystore would be open to everybody who gets its file."""

    template = _("The password is empty, so that the keystore would protect nothing. Nothing was written.")


@dataclass(eq=False)
class KeyFileNotWritable(SettingError):
    """A key cannot be written."""

    template = _("{file} cannot be written: {reason}")
    file: Path
    reason: str


def load_key(keystore: Path, password_file: Path | None, ask: Callable[[], str]) -> LocalAccount:
    """Unlock a keystore with the password of a file, or with what `ask` returns where none is named.

    Raises:
        SettingError: there is no such keystore or password file, or the password is wrong.
    """
    encrypted = _read(keystore)
    password = ask() if password_file is None else password_in(password_file)
    try:
        key: LocalAccount = Account.from_key(Account.decrypt(encrypted, password))
    except (ValueError, KeyError, TypeError, AttributeError, NotImplementedError) as error:
        reason = _WRONG_PASSWORD if "MAC mismatch" in str(error) else _NO_KEYSTORE
        raise KeystoreNotUsable(keystore, Message(reason)) from error
    return key


def address_in(keystore: Path) -> ChecksumAddress | None:
    """The address that a keystore states without its password; None where it states none."""
    address = _read(keystore).get("address")
    return to_checksum_address(address) if isinstance(address, str) and is_address(address) else None


def save_key(key: LocalAccount, password: str, file: Path) -> None:
    """Write a keystore that only its owner can read (mode 0600).

    Raises:
        PasswordEmpty: it would protect nothing.
        KeyFileExists: the file is there already.
    """
    if not password:
        raise PasswordEmpty()
    write_secret(file, json.dumps(key.encrypt(password)) + "\n")


def write_secret(file: Path, text: str) -> None:
    """Write a new file that only its owner can read (mode 0600).

    Raises:
        KeyFileExists: the file is there already.
    """
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyFileExists(file) from error
    except OSError as error:
        raise KeyFileNotWritable(file, error.strerror or str(error)) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as secret:
        secret.write(text)


_NO_KEYSTORE = _(
    "it is not an encrypted keystore. Name the JSON file that a wallet or `dongne key new` wrote, "
    "with a “crypto” section in it"
)
_WRONG_PASSWORD = _("the password is wrong")


def _read(keystore: Path) -> dict[str, Any]:
    try:
        encrypted = json.loads(keystore.read_text(encoding="utf-8"))
    except OSError as error:
        raise KeystoreNotUsable(keystore, error.strerror or str(error)) from error
    except ValueError as error:
        raise KeystoreNotUsable(keystore, Message(_NO_KEYSTORE)) from error
    if not isinstance(encrypted, dict) or not {"crypto", "Crypto"} & encrypted.keys():
        raise KeystoreNotUsable(keystore, Message(_NO_KEYSTORE))
    return encrypted


def password_in(file: Path) -> str:
    """The password that a file holds, without the line's end.

    Raises:
        PasswordFileNotReadable: the file is missing or not text.
    """
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise PasswordFileNotReadable(file, reason or str(error)) from error
