"""Agreements about vehicles as files: what is signed, as wallets take it (EIP-712), and who has signed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from eth_typing import ChecksumAddress
from eth_utils.address import is_checksum_address

from dongne.book import write_whole
from dongne.errors import InputError
from dongne.signing import Domain, compact_of
from dongne.texts import read_text
from dongne.vehicle.errors import AgreementNotReadable, NotASigner, NotSignedYet, NotTheirSignature
from dongne.vehicle.messages import OpenLien, SaleTerms, VehicleMessage

AMessage = TypeVar("AMessage", bound=VehicleMessage)

KINDS: dict[str, type[VehicleMessage]] = {kind.TYPE: kind for kind in (SaleTerms, OpenLien)}
"""Messages that are agreed on in files, by their EIP-712 type."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What several people agree on.

    Attributes:
        message: what they sign.
        domain: for which chain and contract.
        signatures: by signer, those that are there.
    """

    message: VehicleMessage
    domain: Domain
    signatures: Mapping[ChecksumAddress, bytes] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[ChecksumAddress, ...]:
        """Who has not signed."""
        return tuple(each for each in self.message.signers if each not in self.signatures)

    def with_signature(self, signer: ChecksumAddress, signature: bytes, *, has_code: bool) -> "Agreement":
        """The same with one more signature; a smart account's form is its own affair.

        Raises:
            NotASigner: nobody who signs.
            NotTheirSignature: the key of `signer` did not make it over this.
        """
        if signer not in self.message.signers:
            raise NotASigner(signer, self.message.signers)
        checked = signature if has_code else compact_of(signature, self.message.digest(self.domain), signer)
        if checked is None:
            raise NotTheirSignature(signer)
        return Agreement(self.message, self.domain, {**self.signatures, signer: checked})

    def signed(self) -> tuple[bytes, ...]:
        """The signatures, in the order of the signers.

        Raises:
            NotSignedYet: one is missing.
        """
        if self.missing:
            raise NotSignedYet(self.missing)
        return tuple(self.signatures[each] for each in self.message.signers)

    def write(self, file: Path) -> None:
        """Write the file, whole or not at all."""
        data = {
            "typedData": self.message.typed_data(self.domain),
            "signatures": {signer: _hexadecimal(signature) for signer, signature in self.signatures.items()},
        }
        write_whole(file, json.dumps(data, indent=2, default=_hexadecimal) + "\n")


def read_agreement(file: Path, kind: type[AMessage], domain: Domain) -> tuple[AMessage, Agreement]:
    """An agreement of one kind, for one chain and contract.

    Raises:
        UnreadableFile: the file cannot be read.
        AgreementNotReadable: it is not such an agreement, or for another chain or contract.
    """
    try:
        data = json.loads(read_text(file))
        message = _message(data["typedData"], kind)
        signatures = {_address(signer): _bytes(text) for signer, text in data["signatures"].items()}
        same = data["typedData"] == json.loads(json.dumps(message.typed_data(domain), default=_hexadecimal))
    except InputError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise AgreementNotReadable(file, kind.TYPE) from error
    if not same or not set(signatures) <= set(message.signers):
        raise AgreementNotReadable(file, kind.TYPE)
    return message, Agreement(message, domain, signatures)


def kind_in(file: Path) -> type[VehicleMessage]:
    """Which kind of agreement a file holds.

    Raises:
        UnreadableFile: the file cannot be read.
        AgreementNotReadable: none that there is.
    """
    try:
        return KINDS[json.loads(read_text(file))["typedData"]["primaryType"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise AgreementNotReadable(file, ", ".join(KINDS)) from error


def _message(data: Mapping[str, Any], kind: type[AMessage]) -> AMessage:
    types = dict(kind.FIELDS)
    values = [_READERS[types[name]](data["message"][name]) for name, _type in kind.FIELDS]
    return kind(**dict(zip((each.name for each in fields(kind)), values, strict=True)))


def _bytes(text: str) -> bytes:
    if not text.startswith("0x"):
        raise ValueError(text)
    return bytes.fromhex(text[2:])


def _word(text: str) -> bytes:
    word = _bytes(text)
    if len(word) != 32:
        raise ValueError(text)
    return word


def _address(text: str) -> ChecksumAddress:
    if not is_checksum_address(text):
        raise ValueError(text)
    return ChecksumAddress(text)  # type: ignore[arg-type]


def _number(value: int) -> int:
    if type(value) is not int or not 0 <= value < 2**256:
        raise ValueError(value)
    return value


_READERS: dict[str, Any] = {"bytes32": _word, "address": _address, "uint256": _number}


def _hexadecimal(value: Any) -> str:
    return "0x" + bytes(value).hex()
