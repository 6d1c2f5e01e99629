"""From a VIN to the vehicle's id: checked, salted and hashed, so that nobody guesses one from the other."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NewType

from vininfo import Vin

from dongne.documents import document_hash
from dongne.errors import InputError
from dongne.hashing import keccak
from dongne.texts import excerpt, trimmed
from dongne.vehicle.errors import NoCityKey, NotAVehicleId, ShortCityKey, WrongVinLength, WrongVinLetters

VIN_LENGTH = 17
SHORTEST_CHASSIS, LONGEST_CHASSIS = 5, 13
"""Characters of chassis numbers, such as Japan's GX81-1234567, without spaces and hyphens."""

VIN_ALPHABET = frozenset("ABCDEFGHJKLMNPRSTUVWXYZ0123456789")
"""Letters and digits of ISO 3779: without I, O and Q."""

SHORTEST_KEY = 32
"""Bytes of a city's key: fewer could be guessed, and with the key every VIN."""

_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")

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
    """A VIN in capitals, without spaces around it; or the chassis number of an import, without spaces and hyphens.

    Raises:
        WrongVinLength: neither 17 characters nor a chassis number.
        WrongVinLetters: 17 characters, but not of the ISO 3779 alphabet.
    """
    vin = trimmed(text).upper()
    if len(vin) != VIN_LENGTH:
        return _chassis_number(vin)
    if wrong := sorted(set(vin) - VIN_ALPHABET):
        raise WrongVinLetters(vin, tuple(wrong))
    return vin


def is_vin(text: str) -> bool:
    """Whether a text is a VIN or chassis number in the one way of writing it from which ids are made."""
    try:
        return normalise_vin(text) == text
    except InputError:
        return False


def has_wrong_check_digit(vin: str) -> bool:
    """Whether the ninth character is not the right check digit, although the maker is not known to set none.

    Many makers outside North America set none, so this is a warning and never a reason to refuse. Chassis numbers have
    none.
    """
    if len(vin) != VIN_LENGTH:
        return False
    parsed = Vin(vin)
    sets_one = getattr(parsed.assembler, "uses_sae_checkdigit", True)
    return bool(sets_one) and not parsed.verify_checksum(check_year=False)


def disclose(vin: str, city_key: bytes) -> Disclosure:
    """VIN and salt of a vehicle: salt = HMAC-SHA256(city's key, VIN).

    Raises:
        InputError: not a valid VIN, or a key shorter than 32 bytes.
    """
    vin = normalise_vin(vin)
    return Disclosure(vin, _salt(vin.encode("ascii"), city_key))


def row_hash(row: bytes, salt: bytes) -> bytes:
    """What the chain gets of a row of a list: its own salt is HMAC-SHA256(salt of the list, row)."""
    return document_hash(row, hmac.new(salt, row, sha256).digest())


def vehicle_id(vin: str, city_key: bytes) -> VehicleId:
    """The vehicle's id on the chain."""
    return disclose(vin, city_key).vehicle


def parse_vehicle_id(text: str) -> VehicleId:
    """An id as people copy it: 0x and 64 hexadecimal digits.

    Raises:
        NotAVehicleId: not one.
    """
    digits = trimmed(text).removeprefix("0x")
    if len(digits) != 64 or not set(digits) <= _HEXADECIMAL:
        raise NotAVehicleId(excerpt(text))
    return VehicleId(bytes.fromhex(digits))


@dataclass(frozen=True, slots=True)
class CityKey:
    """The city's key. When it is replaced, a vehicle keeps the id that it was registered with.

    Attributes:
        editions: the newest last; it gives the ids of vehicles that are not registered yet.
    """

    editions: tuple[bytes, ...]


def named_vehicle(text: str) -> str:
    """What a person calls a vehicle, in one way of writing: its VIN in capitals, or its id, 0x and small digits.

    Raises:
        InputError: neither.
    """
    if _is_id(text):
        return "0x" + parse_vehicle_id(text).hex()
    return normalise_vin(text)


def disclosures(vin: str, city_key: CityKey) -> tuple[Disclosure, ...]:
    """VIN and salt by each edition of the city's key, the newest first.

    Raises:
        InputError: not a valid VIN.
    """
    return tuple(disclose(vin, edition) for edition in reversed(city_key.editions))


def possible_ids(text: str, city_key: CityKey | None) -> tuple[VehicleId, ...]:
    """The vehicles that a person can mean by an id (0x…), or by a VIN together with the city's key: the newest first.

    Raises:
        InputError: not a valid id or VIN.
        NoCityKey: a VIN, and no key.
    """
    if _is_id(text):
        return (parse_vehicle_id(text),)
    if city_key is None:
        raise NoCityKey()
    return tuple(each.vehicle for each in disclosures(text, city_key))


def chosen(possible: Sequence[VehicleId], heads: Mapping[VehicleId, bytes]) -> VehicleId:
    """Of the ids of one VIN the one that is registered; the newest where none is.

    Args:
        possible: the newest first.
        heads: what the registry states of each; zeros where it is not registered.
    """
    return next((each for each in possible if any(heads[each])), possible[0])


def _is_id(text: str) -> bool:
    return text.strip().lower().startswith("0x")


def _chassis_number(text: str) -> str:
    """Short enough that a VIN with a character too few or too many is not taken for one."""
    number = text.replace(" ", "").replace("-", "")
    plain = number.isascii() and number.isalnum() and not number.isalpha() and not number.isdigit()
    if not plain or not SHORTEST_CHASSIS <= len(number) <= LONGEST_CHASSIS:
        raise WrongVinLength(excerpt(text), len(text), VIN_LENGTH, SHORTEST_CHASSIS, LONGEST_CHASSIS)
    return number


def _salt(message: bytes, city_key: bytes) -> bytes:
    if len(city_key) < SHORTEST_KEY:
        raise ShortCityKey(len(city_key), SHORTEST_KEY)
    return hmac.new(city_key, message, sha256).digest()
