"""Where the registry keeps what it knows, and what its words say: for proofs; docs/contracts.md has the tables."""

from collections.abc import Iterable

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from dongne.vehicle.identity import VehicleId
from dongne.vehicle.kinds import BRANDING_KINDS, Kind

_OWNERS, _HISTORIES, _ACCREDITATIONS, _RECORDERS = 2, 7, 8, 9
"""Slots of the mappings."""

_BRAND_BITS = 16


def owner_slot(vehicle: VehicleId) -> int:
    """Slot of a title's holder."""
    return _entry(_OWNERS, vehicle)


def state_slot(vehicle: VehicleId) -> int:
    """Slot of a vehicle's state; its head is in the next one, its brands in the one after that."""
    return _entry(_HISTORIES, vehicle)


def head_slot(vehicle: VehicleId) -> int:
    """Slot of a history's head."""
    return state_slot(vehicle) + 1


def brands_slot(vehicle: VehicleId) -> int:
    """Slot of the counts of brands."""
    return state_slot(vehicle) + 2


def accreditation_slot(recorder: ChecksumAddress) -> int:
    """Slot of a recorder's accreditation."""
    return _entry(_ACCREDITATIONS, bytes.fromhex(recorder[2:]))


def recorder_slot(number: int) -> int:
    """Slot of the address that a recorder's number stands for."""
    return _entry(_RECORDERS, number.to_bytes(32, "big"))


def address_in(word: int) -> ChecksumAddress:
    """The address that a word holds."""
    return to_checksum_address(word.to_bytes(32, "big")[-20:])


def records_in(state: int) -> int:
    """Number of records, of a vehicle's state."""
    return state & 0xFFFFFF


def restrictions_in(state: int) -> int:
    """Number of open restrictions, of a vehicle's state."""
    return state >> 48 & 0xFFF


def brands_in(counts: int) -> frozenset[Kind]:
    """Kinds of standing records that brand a vehicle, of their counts."""
    return frozenset(_counted(counts, sorted(BRANDING_KINDS)))


def revoked_from_in(accreditation: int) -> int | None:
    """Unix second from which a recorder's records are tainted, of its accreditation."""
    return (accreditation >> 136 & 0xFFFFFFFFFF) or None


def _counted(counts: int, kinds: Iterable[Kind]) -> Iterable[Kind]:
    return (kind for place, kind in enumerate(kinds) if counts >> _BRAND_BITS * place & 0xFFFF)


def _entry(mapping: int, key: bytes) -> int:
    """Slot of an entry, as Solidity places it."""
    return int.from_bytes(keccak(key.rjust(32, b"\0") + mapping.to_bytes(32, "big")), "big")
