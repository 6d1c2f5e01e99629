"""From a VIN to the vehicle's id: checked, salted and hashed, so that nobody guesses one from the other."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import NewType

from eth_utils.crypto import keccak
from vininfo import Vin

from dongne.errors import InputError
from dongne.explanations.sentence import Sentence

VIN_LENGTH = 17
VIN_ALPHABET = frozenset("ABCDEFGHJKLMNPRSTUVWXYZ0123456789")
"""Letters and digits of ISO 3779: without I, O and Q."""

SHORTEST_KEY = 32
"""Bytes of a city's key: fewer could be guessed, and with the key every VIN."""

VehicleId = NewType("VehicleId", bytes)
"""keccak256(VIN || salt), 32 bytes; the number of the vehicle's title as well."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What an owner shows so that anyone can check that a VIN belongs to an id."""

    vin: str
    salt: bytes

    @property
    def vehicle(self) -> VehicleId:
        """The id that VIN and salt give."""
        return VehicleId(keccak(self.vin.encode("ascii") + self.salt))


def normalise_vin(text: str) -> str:
    """A VIN in capitals, without spaces around it.

    Raises:
        InputError: not 17 characters of the ISO 3779 alphabet.
    """
    vin = text.strip().upper()
    if len(vin) != VIN_LENGTH:
        raise InputError(
            Sentence(
                f"VIN {text!r} has {len(vin)} characters; a VIN has {VIN_LENGTH}",
                f"차대번호 {text!r}은(는) {len(vin)}자입니다. 차대번호는 {VIN_LENGTH}자여야 합니다",
            )
        )
    if wrong := sorted(set(vin) - VIN_ALPHABET):
        raise InputError(
            Sentence(
                f"VIN {text!r} contains {', '.join(wrong)}; a VIN has digits and letters but I, O and Q",
                f"차대번호 {text!r}에 {', '.join(wrong)}이(가) 있습니다. 숫자와 I, O, Q를 뺀 영문자만 쓰세요",
            )
        )
    return vin


def has_wrong_check_digit(vin: str) -> bool:
    """Whether the ninth character is not the right check digit, although the maker is not known to set none.

    Many makers outside North America set none, so this is a warning and never a reason to refuse.
    """
    parsed = Vin(vin)
    sets_one = getattr(parsed.assembler, "uses_sae_checkdigit", True)
    return bool(sets_one) and not parsed.verify_checksum(check_year=False)


def disclose(vin: str, city_key: bytes) -> Disclosure:
    """VIN and salt of a vehicle: salt = HMAC-SHA256(city's key, VIN).

    Raises:
        InputError: no VIN, or a key shorter than 32 bytes.
    """
    vin = normalise_vin(vin)
    return Disclosure(vin, _salt(vin.encode("ascii"), city_key))


def document_hash(document: bytes, city_key: bytes) -> bytes:
    """What the chain gets of a document: keccak256(document || salt); salt = HMAC-SHA256(key, document).

    Raises:
        InputError: a key shorter than 32 bytes.
    """
    return keccak(document + _salt(document, city_key))


def vehicle_id(vin: str, city_key: bytes) -> VehicleId:
    """The vehicle's id on the chain."""
    return disclose(vin, city_key).vehicle


def _salt(message: bytes, city_key: bytes) -> bytes:
    if len(city_key) < SHORTEST_KEY:
        raise InputError(
            Sentence(
                f"The city's key has {len(city_key)} bytes; it needs at least {SHORTEST_KEY} random ones",
                f"시의 키가 {len(city_key)}바이트입니다. 무작위로 만든 {SHORTEST_KEY}바이트 이상이어야 합니다",
            )
        )
    return hmac.new(city_key, message, sha256).digest()
