"""Keys that are elsewhere: in the environment, behind a command, or behind Web3Signer's HTTP interface.

Whatever a signer answers is checked: it must be the address's signature over this very transaction. Keys are in no
message and no log.
"""

import json
import shlex
import subprocess
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import requests
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_keys.constants import SECPK1_N
from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from dongne.config import without_secrets
from dongne.errors import SettingError
from dongne.hashing import keccak
from dongne.language import Message, _
from dongne.signing import signer_of
from dongne.transactions import Transaction

_SECONDS = 60
"""How long a signer may take: a person may have to press a button."""


@dataclass(eq=False)
class KeyNotUsable(SettingError):
    """DONGNE_PRIVATE_KEY does not hold a key; what it holds is not shown."""

    template = _("DONGNE_PRIVATE_KEY does not hold a private key: give 0x and 64 hexadecimal digits.")


@dataclass(eq=False)
class SignerNotValid(SettingError):
    """DONGNE_SIGNER is neither an address nor a command line; what it holds is not shown."""

    template = _("DONGNE_SIGNER is not an http:// or https:// address, nor a command line: a quotation mark is open.")


@dataclass(eq=False)
class SignerFailed(SettingError):
    """A signer does not sign."""

    template = _("The signer {signer} does not sign for {address}: {reason}. Nothing was sent.")
    signer: str
    address: str
    reason: Message | str


def key_in(text: str) -> LocalAccount:
    """The key that a secrets manager put into the environment.

    Raises:
        KeyNotUsable: it is not a private key.
    """
    try:
        key: LocalAccount = Account.from_key(text.strip())
    except Exception:  # of many kinds; some of them quote the key
        raise KeyNotUsable from None
    return key


def external_signer(signer: str, address: ChecksumAddress) -> "CommandSigner | Web3Signer":
    """A signer by its address (http, https) or its command line.

    Raises:
        SignerNotValid: it is neither.
    """
    if signer.startswith(("http://", "https://")):
        return Web3Signer(signer.rstrip("/"), address)
    try:
        return CommandSigner(tuple(shlex.split(signer)), address)
    except ValueError as error:
        raise SignerNotValid from error


@dataclass(frozen=True, slots=True)
class CommandSigner:
    """Signs by a command, for example one that asks a security module.

    It gets JSON on standard input: `address`, `digest` (the 32 bytes to sign), `payload` (what was hashed) and
    `transaction`; it writes the signature on standard output, in hexadecimal digits: r and s, with or without v.

    Attributes:
        command: program and arguments.
        address: whose key it signs with.
    """

    command: tuple[str, ...]
    address: ChecksumAddress

    def sign(self, transaction: Transaction) -> bytes:
        """The raw transaction, signed.

        Raises:
            SignerFailed: the command failed, or signed something else.
        """
        digest, payload = transaction.digest(), transaction.payload()
        asked = {"address": self.address, "digest": "0x" + digest.hex(), "payload": "0x" + payload.hex()}
        question = json.dumps({**asked, "transaction": transaction.as_json()})
        try:
            done = subprocess.run(
                self.command, input=question, capture_output=True, text=True, check=True, timeout=_SECONDS
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise SignerFailed(self._label, self.address, type(error).__name__) from error
        return _signed(transaction, done.stdout, self.address, self._label)

    @property
    def _label(self) -> str:
        """The program; a misspelt address of a service is taken for one, and may hold a password."""
        program = self.command[0]
        return without_secrets(program) if ":" in program else program


@dataclass(frozen=True)
class Web3Signer:
    """Signs by Web3Signer's eth1 interface, which keeps keys in vaults and modules.

    Attributes:
        url: address of the service.
        address: whose key it signs with.
    """

    url: str
    address: ChecksumAddress

    def sign(self, transaction: Transaction) -> bytes:
        """The raw transaction, signed.

        Raises:
            SignerFailed: the service failed, has no such key, or signed something else.
        """
        said = self._ask("POST", f"sign/{self._identifier}", {"data": "0x" + transaction.payload().hex()})
        return _signed(transaction, said.text, self.address, self._label)

    @cached_property
    def _identifier(self) -> str:
        """The public key by which the service knows the address."""
        try:
            keys = self._ask("GET", "publicKeys").json()
            found = [key for key in keys if _address_of(key) == self.address]
        except (ValueError, TypeError, AttributeError) as error:
            raise SignerFailed(self._label, self.address, type(error).__name__) from error
        if not found:
            raise SignerFailed(self._label, self.address, Message(_("it has no key of that address")))
        return str(found[0])

    @property
    def _label(self) -> str:
        return without_secrets(self.url)

    def _ask(self, method: str, path: str, body: Any = None) -> requests.Response:
        try:
            said = requests.request(method, f"{self.url}/api/v1/eth1/{path}", json=body, timeout=_SECONDS)
            said.raise_for_status()
        except requests.RequestException as error:
            raise SignerFailed(self._label, self.address, type(error).__name__) from error
        return said


def _address_of(public_key: str) -> ChecksumAddress:
    return to_checksum_address(keccak(bytes.fromhex(public_key.removeprefix("0x"))[-64:])[12:])


def _signed(transaction: Transaction, text: str, address: ChecksumAddress, signer: str) -> bytes:
    """The raw transaction, if the text is the address's signature over it."""
    try:
        signature = bytes.fromhex(text.strip().strip('"').removeprefix("0x"))
    except ValueError:
        signature = b""
    r, s, wanted = signature[:32], int.from_bytes(signature[32:64], "big"), bytes.fromhex(address[2:])
    if len(signature) in (64, 65) and 0 < s < SECPK1_N:
        lower = min(s, SECPK1_N - s).to_bytes(32, "big")  # the mirrored signature says the same; nodes take the lower s
        for parity in (b"\0", b"\1"):
            if signer_of(transaction.digest(), r + lower + parity) == wanted:
                return transaction.signed(r + lower + parity)
    reason = Message(_("what it answered is not the signature of this transaction by that address"))
    raise SignerFailed(signer, address, reason)
