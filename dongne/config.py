"""Settings, read once from the environment and frozen; wrong ones fail at the start with what to fix."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

from dongne.errors import SettingError
from dongne.explanations.sentence import Language

DEFAULT_RPC = "http://127.0.0.1:8545"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the chain is and how to speak to its users.

    Attributes:
        rpc: JSON-RPC address of a node (DONGNE_RPC).
        chain_id: the chain that must answer there (DONGNE_CHAIN_ID); None takes the node's word.
        deployments: folder of the address books (DONGNE_DEPLOYMENTS).
        language: of what people read (DONGNE_LANG).
    """

    rpc: str = DEFAULT_RPC
    chain_id: int | None = None
    deployments: Path = Path("deployments")
    language: Language = "en"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read DONGNE_* variables.

        Raises:
            SettingError: a variable has a value that makes no sense.
        """
        return cls(
            rpc=_url(environment.get("DONGNE_RPC", DEFAULT_RPC)),
            chain_id=_chain_id(environment.get("DONGNE_CHAIN_ID", "")),
            deployments=Path(environment.get("DONGNE_DEPLOYMENTS", "deployments")),
            language=_language(environment.get("DONGNE_LANG", "en")),
        )


def _url(text: str) -> str:
    if urlparse(text).scheme not in ("http", "https"):
        raise SettingError(f"DONGNE_RPC is {text!r}; it must be an http:// or https:// address")
    return text


def _chain_id(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) == 0:
        raise SettingError(
            f"DONGNE_CHAIN_ID is {text!r}; it must be a positive whole number, e.g. 11155111 for Sepolia"
        )
    return int(text)


def _language(text: str) -> Language:
    if text == "ko":
        return "ko"
    if text == "en":
        return "en"
    raise SettingError(f"DONGNE_LANG is {text!r}; it must be ko or en")
