"""Checks what a node says of a vehicle against the registry's storage, proven from the hash of a block."""

from collections.abc import Iterator, Mapping
from itertools import chain

from eth_utils.crypto import keccak

from dongne.language import Word, _
from dongne.proofs import Header, prove_storage
from dongne.vehicle.certificate import Certificate
from dongne.vehicle.errors import StateDisproven
from dongne.vehicle.history import History
from dongne.vehicle.identity import VehicleId
from dongne.vehicle.registry import VehicleRegistry
from dongne.vehicle.storage import (
    accreditation_slot,
    address_in,
    brands_in,
    brands_slot,
    head_slot,
    owner_slot,
    recorder_slot,
    records_in,
    restrictions_in,
    revoked_from_in,
    state_slot,
)
from dongne.vehicle.title import counted_brands, open_restrictions

_PUSH32 = b"\x7f"
"""Opcode that the 32 bytes of an immutable follow."""


class Proof(Word):
    """What follows from the hash of a block; the rest is a node's word."""

    NOTHING = 0, _("nothing: the node's word only")
    RECORDS = 1, _("all records")
    STATE = 2, _("all records, owner, brands, restrictions and revocations")


def prove_records(registry: VehicleRegistry, history: History, header: Header) -> bool:
    """Make sure that these are all records of a vehicle at a block; False where the node gives no proofs of it.

    Raises:
        StateDisproven: the node's proof shows another history.
        ProofMismatch: its proof is none.
    """
    vehicle = history.vehicle
    found = prove_storage(registry.chain, registry.address, [state_slot(vehicle), head_slot(vehicle)], header)
    return found is not None and _hold(registry, vehicle, header, _history(history, found.words))


def prove_state(registry: VehicleRegistry, certificate: Certificate, header: Header) -> bool:
    """Make sure that all of a certificate was so at a block; False where the node gives no proofs of it.

    Raises:
        StateDisproven: the node's proof shows something else.
        ProofMismatch: its proof is none.
    """
    found = prove_storage(registry.chain, registry.address, list(_slots(certificate)), header)
    if found is None:
        return False
    code = registry.chain.code(registry.address)
    said = chain(_state(certificate, found.words), _code(certificate, code, found.code_hash))
    return _hold(registry, certificate.vehicle, header, said)


def _slots(certificate: Certificate) -> Iterator[int]:
    vehicle = certificate.vehicle
    yield from (state_slot(vehicle), head_slot(vehicle), brands_slot(vehicle), owner_slot(vehicle))
    for number, recorder in certificate.recorders.items():
        yield recorder_slot(number)
        yield accreditation_slot(recorder.address)


def _history(history: History, words: Mapping[int, int]) -> Iterator[tuple[str, bool]]:
    """What was read, and whether the registry's words say the same."""
    yield "head", words[head_slot(history.vehicle)] == int.from_bytes(history.head, "big")
    yield "records", records_in(words[state_slot(history.vehicle)]) == len(history.records)


def _state(certificate: Certificate, words: Mapping[int, int]) -> Iterator[tuple[str, bool]]:
    yield from _history(certificate.history, words)
    vehicle, records = certificate.vehicle, certificate.history.records
    yield "owner", address_in(words[owner_slot(vehicle)]) == certificate.owner
    yield "brands", brands_in(words[brands_slot(vehicle)]) == counted_brands(records)
    yield "restrictions", restrictions_in(words[state_slot(vehicle)]) == len(open_restrictions(records))
    for number, recorder in certificate.recorders.items():
        yield "recorders", address_in(words[recorder_slot(number)]) == recorder.address
        yield "recorders", revoked_from_in(words[accreditation_slot(recorder.address)]) == recorder.revoked_from


def _code(certificate: Certificate, code: bytes, code_hash: bytes) -> Iterator[tuple[str, bool]]:
    """The paces are in the registry's code, which never changes: an immutable is pushed as a whole word."""
    yield "code", keccak(code) == code_hash
    yield "plausible_km_per_day", _PUSH32 + certificate.scope.paces.pack().to_bytes(32, "big") in code


def _hold(registry: VehicleRegistry, vehicle: VehicleId, header: Header, said: Iterator[tuple[str, bool]]) -> bool:
    for what, holds in said:
        if not holds:
            raise StateDisproven(registry.chain.node, vehicle, what, header.number)
    return True
