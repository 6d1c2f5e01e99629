"""Everything that can go wrong, as one tree.

    DongneError
    +-- SettingError            a setting is missing or makes no sense
    +-- InputError              a line of a file, or a value given by a person, is not usable
    +-- SigningError            a message cannot be signed by that key
    +-- ChainError              the node or the network
    |   +-- NodeUnreachable
    |   +-- WrongChain
    |   +-- TransactionNotMined
    +-- ContractRefused         a contract reverted, with its custom error decoded
    +-- EvidenceMismatch        what was recomputed from the chain differs from what was claimed

Messages say what happened, with values, and what to do next, in English and Korean.
"""

from collections.abc import Mapping
from pathlib import Path

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import collapse_if_tuple

from dongne.abi import errors as custom_errors
from dongne.explanations import EXPLANATIONS
from dongne.explanations.sentence import Language, Sentence


class DongneError(Exception):
    """Base of every error that Dongne raises on purpose.

    Attributes:
        said: what happened and what to do, its values filled in; a plain text stands for both languages.
    """

    def __init__(self, said: Sentence | str) -> None:
        self.said = _in_both_languages(said)
        super().__init__(self.said.en)

    def explain(self, language: Language) -> str:
        """A sentence that says what happened and what to do."""
        return self.said.text(language)


class SettingError(DongneError):
    """A setting is missing or makes no sense."""


class InputError(DongneError):
    """A line of a file is not usable.

    Attributes:
        file: the file, or None for a value that a person typed.
        line: line number from 1; None where the whole file is meant.
        reason: what is wrong and what is expected instead, without the place.
    """

    def __init__(self, reason: Sentence | str, file: Path | None = None, line: int | None = None) -> None:
        self.reason, self.file, self.line = _in_both_languages(reason), file, line
        place = "".join(f"{part}:" for part in (file, line) if part is not None)
        before = f"{place} " if place else ""
        super().__init__(Sentence(before + self.reason.en, before + self.reason.ko))


class SigningError(DongneError):
    """A message cannot be signed by that key."""


class ChainError(DongneError):
    """The node or the network did not do what was asked."""


class NodeUnreachable(ChainError):
    """No node answers at the configured address."""

    def __init__(self, url: str, cause: object) -> None:
        super().__init__(
            Sentence(
                f"No node answers at {url} ({cause}). Start one, or set DONGNE_RPC to one that runs.",
                f"{url}에서 응답하는 노드가 없습니다({cause}). "
                "노드를 시작하거나 DONGNE_RPC를 실행 중인 노드로 지정하세요.",
            )
        )


class WrongChain(ChainError):
    """The node serves another chain than the one asked for."""

    def __init__(self, expected: int, actual: int) -> None:
        super().__init__(
            Sentence(
                f"The node serves chain {actual}, but chain {expected} was expected. "
                "Check DONGNE_RPC and DONGNE_CHAIN_ID.",
                f"노드가 제공하는 체인은 {actual}번으로, 지정된 {expected}번 체인이 아닙니다. "
                "DONGNE_RPC와 DONGNE_CHAIN_ID를 확인하세요.",
            )
        )


class TransactionNotMined(ChainError):
    """A transaction was sent but is in no block yet."""

    def __init__(self, transaction: str, seconds: float) -> None:
        super().__init__(
            Sentence(
                f"Transaction {transaction} is in no block after {seconds:.0f} s. "
                "It may still be mined: look it up before sending again.",
                f"거래 {transaction}이(가) {seconds:.0f}초가 지나도 블록에 포함되지 않았습니다. "
                "나중에 포함될 수 있으니 다시 보내기 전에 조회하세요.",
            )
        )


class EvidenceMismatch(DongneError):
    """What was recomputed from the chain differs from what was claimed."""


class ContractRefused(DongneError):
    """A contract reverted.

    Attributes:
        name: name of the custom error; empty where the contract gave none.
        values: its parameters by name.
    """

    def __init__(self, name: str, values: Mapping[str, object], raw: bytes = b"") -> None:
        self.name, self.values, self.raw = name, values, raw
        super().__init__(Sentence(self.explain("en"), self.explain("ko")))

    @classmethod
    def from_data(cls, data: bytes) -> "ContractRefused":
        """Decode what a reverted call returned; what does not decode is an unknown refusal."""
        entry = custom_errors().get(data[:4])
        if entry is None:
            return cls("", {}, data)
        types = [collapse_if_tuple(parameter) for parameter in entry["inputs"]]
        names = [parameter["name"] for parameter in entry["inputs"]]
        try:
            values = decode(types, data[4:])
        except DecodingError:
            return cls("", {}, data)
        return cls(entry["name"], dict(zip(names, values, strict=True)), data)

    def explain(self, language: Language) -> str:
        """A sentence that says what happened and what to do."""
        shown = {name: "0x" + value.hex() if isinstance(value, bytes) else value for name, value in self.values.items()}
        if self.name in EXPLANATIONS:
            return EXPLANATIONS[self.name].say(language, shown)
        if self.name:
            return f"{self.name}({', '.join(f'{name}={value}' for name, value in shown.items())})"
        reason = f" 0x{self.raw.hex()}" if self.raw else ""
        return (
            f"The contract reverted without a known error{reason}."
            if language == "en"
            else f"알려지지 않은 오류로 거절되었습니다{reason}."
        )


def _in_both_languages(said: Sentence | str) -> Sentence:
    return said if isinstance(said, Sentence) else Sentence.same(said)
