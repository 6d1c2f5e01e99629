"""Settings, read once from the environment and frozen; wrong ones fail at the start with what to fix."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

from dongne.errors import SettingError
from dongne.explanations.sentence import Language, Sentence

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
        raise SettingError(
            Sentence(
                f"DONGNE_RPC is {text!r}; it must be an http:// or https:// address",
                f"DONGNE_RPC 값이 {text!r}입니다. http:// 또는 https:// 주소를 지정하세요",
            )
        )
    return text


def _chain_id(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) == 0:
        raise SettingError(
            Sentence(
                f"DONGNE_CHAIN_ID is {text!r}; it must be a positive whole number, e.g. 11155111 for Sepolia",
                f"DONGNE_CHAIN_ID 값이 {text!r}입니다. 양의 정수를 지정하세요(예: Sepolia는 11155111)",
            )
        )
    return int(text)


def _language(text: str) -> Language:
    if text == "ko":
        return "ko"
    if text == "en":
        return "en"
    raise SettingError(
        Sentence(
            f"DONGNE_LANG is {text!r}; it must be ko or en",
            f"DONGNE_LANG 값이 {text!r}입니다. ko 또는 en을 지정하세요",
        )
    )
