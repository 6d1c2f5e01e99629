"""Settings, read once from the environment and frozen; wrong ones fail at the start with what to fix."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import inf
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlparse

from dongne.errors import SettingError
from dongne.language import Language, Message, _

DEFAULT_RPC = "http://127.0.0.1:8545"
_GWEI = 10**9
_PROJECT_MARK = "brownie-config.yaml"
_PROVER = "prover"
_HOST_AND_PORT = re.compile(r"[a-z.-]+:[0-9]{1,5}")
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(eq=False)
class SettingNotValid(SettingError):
    """An environment variable has a value that is not valid."""

    template = _("{variable} is {value!r}; it must be {expected}")
    variable: str
    value: str
    expected: Message


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the chain is and how to speak to its users.

    Attributes:
        rpc: JSON-RPC address of a node, or of several with commas between (DONGNE_RPC).
        chain_id: the chain that must answer there (DONGNE_CHAIN_ID); None takes the node's word.
        deployments: folder of the address books (DONGNE_DEPLOYMENTS); else `deployments` of the project around the
            working folder, else of the working folder.
        language: of what people read (DONGNE_LANG, else the locale's).
        keystore: of the sender (DONGNE_KEYSTORE).
        password_file: with the keystore's password (DONGNE_KEYSTORE_PASSWORD_FILE).
        signer: what signs where no keystore is named: a command, or Web3Signer's address (DONGNE_SIGNER).
        sender: whose transactions it signs (DONGNE_SENDER).
        private_key: a key that a secrets manager put there (DONGNE_PRIVATE_KEY); never shown.
        retry_seconds: how long a request is repeated while the nodes fail (DONGNE_RETRY_SECONDS).
        max_fee: most that a unit of gas may cost, wei (DONGNE_MAX_FEE, in gwei).
        confirmations: blocks that must hold a transaction before a command goes on (DONGNE_CONFIRMATIONS); 0 for
            "final".
        final_blocks: blocks that make a transaction final (DONGNE_FINAL_BLOCKS); None takes the chain's word for it.
        store: address of the database (DONGNE_STORE); None for a file beside the address books.
        city: the city's file (DONGNE_CITY), for a deployment.
        metrics_file: where commands that send write figures for Prometheus (DONGNE_METRICS_FILE).
        prover: folder of what makes and checks proofs of secret votes (DONGNE_PROVER); else in the user's data folder.
    """

    URL: ClassVar[str] = _("an http:// or https:// address, e.g. http://127.0.0.1:8545")

    rpc: str = DEFAULT_RPC
    chain_id: int | None = None
    deployments: Path = Path("deployments")
    language: Language = "en"
    keystore: Path | None = None
    password_file: Path | None = None
    signer: str | None = None
    sender: str | None = None
    private_key: str | None = field(default=None, repr=False)
    retry_seconds: float = 20
    max_fee: int = 500 * _GWEI
    confirmations: int = 1
    final_blocks: int | None = None
    store: str | None = None
    city: Path | None = None
    metrics_file: Path | None = None
    prover: Path = Path(_PROVER)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], folder: Path | None = None) -> "Settings":
        """Read DONGNE_* variables; `folder` is the working folder.

        Raises:
            SettingError: a variable has a value that is not valid.
        """
        named = environment.get("DONGNE_DEPLOYMENTS")
        return cls(
            rpc=",".join(_url(each.strip()) for each in (environment.get("DONGNE_RPC") or DEFAULT_RPC).split(",")),
            chain_id=_chain_id(environment.get("DONGNE_CHAIN_ID", "")),
            deployments=Path(named) if named else _deployments_around(folder or Path.cwd()),
            language=_language(environment),
            keystore=_path(environment.get("DONGNE_KEYSTORE")),
            password_file=_path(environment.get("DONGNE_KEYSTORE_PASSWORD_FILE")),
            store=environment.get("DONGNE_STORE") or None,
            city=_path(environment.get("DONGNE_CITY")),
            metrics_file=_path(environment.get("DONGNE_METRICS_FILE")),
            prover=_path(environment.get("DONGNE_PROVER")) or _data_folder(environment) / _PROVER,
            signer=environment.get("DONGNE_SIGNER") or None,
            sender=environment.get("DONGNE_SENDER") or None,
            private_key=environment.get("DONGNE_PRIVATE_KEY") or None,
            **_sending(environment),
        )


def language_of(environment: Mapping[str, str]) -> Language:
    """The language that was asked for, English where what was asked for is not valid."""
    try:
        return _language(environment)
    except SettingError:
        return "en"


def without_secrets(url: str) -> str:
    """A node's address as messages and logs may show it: user, path and query often hold an access key.

    Of a text that is no address nothing is shown, for any part of it may be the key, but for a host with its port.
    """
    if _HOST_AND_PORT.fullmatch(url):
        return url
    try:
        parsed = urlparse(url)
    except ValueError:
        return "…"
    if not parsed.netloc:
        return "…"
    hidden = "/…" if parsed.path.strip("/") or parsed.query else ""
    return f"{parsed.scheme}://{parsed.netloc.rpartition('@')[2]}{hidden}"


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _data_folder(environment: Mapping[str, str]) -> Path:
    """Where programs keep their data for a user (XDG base directories)."""
    named = environment.get("XDG_DATA_HOME")
    return (Path(named) if named else Path(environment.get("HOME") or Path.cwd()) / ".local" / "share") / "dongne"


def _deployments_around(folder: Path) -> Path:
    for place in (folder, *folder.parents):
        # Unlike the methods of Path, these do not fail in a folder that this user may not enter.
        if os.path.isdir(place / "deployments") or os.path.exists(place / _PROJECT_MARK):  # noqa: PTH112, PTH110
            return place / "deployments"
    return folder / "deployments"


def _url(text: str) -> str:
    try:
        parsed = urlparse(text)
        sound = parsed.scheme in ("http", "https") and parsed.hostname and (parsed.port is None or parsed.port > 0)
    except ValueError:
        sound = False
    if not sound or not text.isascii() or " " in text:
        raise SettingNotValid("DONGNE_RPC", without_secrets(text), Message(Settings.URL))
    return text


def fee_of(text: str, source: str = "DONGNE_MAX_FEE") -> int:
    """Wei from gwei as people write them.

    Args:
        source: what a message names as the place of the text.

    Raises:
        SettingNotValid: it is not a positive number, or finer than a wei.
    """
    try:
        wei = Decimal(text) * _GWEI
        if wei > 0 and wei == wei.to_integral_value():
            return int(wei)
    except (ArithmeticError, ValueError):
        pass
    raise SettingNotValid(source, text, Message(_("a positive number of gwei, e.g. 30 or 0.5")))


def _sending(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings of the sender that are set."""
    readers: dict[str, tuple[str, Callable[[str], object]]] = {
        "retry_seconds": ("DONGNE_RETRY_SECONDS", _seconds),
        "max_fee": ("DONGNE_MAX_FEE", fee_of),
        "confirmations": ("DONGNE_CONFIRMATIONS", _confirmations),
        "final_blocks": ("DONGNE_FINAL_BLOCKS", _final_blocks),
    }
    return {name: read(environment[key]) for name, (key, read) in readers.items() if environment.get(key)}


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
        if 0 <= seconds < inf:
            return seconds
    except ValueError:
        pass
    raise SettingNotValid("DONGNE_RETRY_SECONDS", text, Message(_("a number of seconds, e.g. 20")))


def _confirmations(text: str) -> int:
    if text == "final":
        return 0
    return _positive("DONGNE_CONFIRMATIONS", text, _("a positive whole number of blocks, or final"))


def _final_blocks(text: str) -> int:
    return _positive("DONGNE_FINAL_BLOCKS", text, _("a positive whole number of blocks, e.g. 12"))


def _chain_id(text: str) -> int | None:
    return _positive("DONGNE_CHAIN_ID", text, _("a positive whole number, e.g. 11155111 for Sepolia")) if text else None


def _positive(variable: str, text: str, expected: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) == 0:
        raise SettingNotValid(variable, text, Message(expected))
    return int(text)


def _language(environment: Mapping[str, str]) -> Language:
    asked = environment.get("DONGNE_LANG")
    if asked:
        if asked == "ko":
            return "ko"
        if asked == "en":
            return "en"
        raise SettingNotValid("DONGNE_LANG", asked, Message(_("ko or en")))
    locale = next((environment[name] for name in _LOCALE_VARIABLES if environment.get(name)), "")
    return "ko" if locale.startswith("ko") else "en"
