"""Issues certificates from a node, and checks them against any node: by issuing them again as of the same block."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from dongne.errors import ChainMoved, NoContractThere, NodeRefused
from dongne.proofs import Header, proven_header
from dongne.texts import excerpt
from dongne.vehicle.certificate import Certificate, Recorder, Scope
from dongne.vehicle.errors import (
    CertificateBlockUnknown,
    CertificateDisputed,
    CertificateLogsMissing,
    CertificateOfAnotherChain,
    CertificateRecordDisputed,
    CertificateRecordInvented,
    CertificateRecordLeftOut,
    RecordOutOfTime,
    TitleMismatch,
    VehicleUnknown,
)
from dongne.vehicle.events import Recorded, RecorderNumbered, RevocationLifted, Revoked, Transfer
from dongne.vehicle.history import History
from dongne.vehicle.identity import Disclosure, VehicleId
from dongne.vehicle.proving import Proof, prove_records, prove_state
from dongne.vehicle.records import STRUCK_BY, Evidence
from dongne.vehicle.registry import Seen, VehicleRegistry
from dongne.vehicle.title import counted_brands, open_restrictions

NOBODY = to_checksum_address(bytes(20))


_OF_THE_RECORD = ("number", "kind", "occurred", "km", "gauge", "outcome", "recorded", "recorder", "document", "word")
"""Fields that no other record has a say in: where these differ, it is this record that was forged."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What nodes say of a certificate that they agree with.

    Attributes:
        nodes: how many agree.
        since: records that came after the certificate's block.
        from_state: whether all of them still know their state at that block; else its logs were read instead.
        proof: what follows from the hashes of blocks, as the node that proves the most of it does.
        tainted_since: numbers of records that count in the certificate and whose recorder was revoked since.
    """

    nodes: int
    since: int
    from_state: bool
    proof: Proof
    tainted_since: frozenset[int] = frozenset()


def scope_at(registry: VehicleRegistry, block: int) -> Scope:
    """The registry at one block, for certificates."""
    chain = registry.chain
    paces = registry.paces()
    place = (chain.id, registry.address, registry.entry.block)
    return Scope(*place, paces, block, chain.block_hash(block), chain.timestamp(block))


def recorders_at(registry: VehicleRegistry, evidence: Iterable[Evidence], block: int) -> dict[int, Recorder]:
    """Whoever wrote these records, by number, as of a block."""
    addresses = registry.recorders(sorted({each.record.recorder for each in evidence}), block)
    known = registry.accreditations(list(addresses.values()), block)
    return {number: Recorder(address, known[address].revoked_from) for number, address in addresses.items()}


def certify(
    registry: VehicleRegistry, vehicle: VehicleId, disclosure: Disclosure | None = None, seen: Seen | None = None
) -> Certificate:
    """The certificate of a vehicle as of the latest block.

    Args:
        registry: at the node that is asked.
        vehicle: whose certificate.
        disclosure: VIN and salt, where they are to be in it.
        seen: hears how many more blocks have been read.

    Raises:
        VehicleUnknown: it is not registered.
        EvidenceMismatch: the node's records do not lead to its head, or the block was dropped meanwhile.
    """
    scope = scope_at(registry, registry.chain.block_number())
    history = registry.verified_history(vehicle, seen, scope.block)
    if not history.evidence:
        raise VehicleUnknown(vehicle)
    certificate = replace(_from_state(registry, scope, history), disclosure=disclosure)
    if registry.chain.block_hash(scope.block) != scope.block_hash:
        raise ChainMoved(scope.block)
    return certificate


def certify_all(registry: VehicleRegistry, seen: Seen | None = None) -> dict[VehicleId, Certificate]:
    """The certificates of all vehicles as of the latest block, without their VINs, in one pass over the logs.

    Raises:
        EvidenceMismatch: a vehicle's records do not lead to its head, or the block was dropped meanwhile.
    """
    scope = scope_at(registry, registry.chain.block_number())
    histories = registry.histories(scope.block, seen)
    heads = registry.heads(list(histories), scope.block)
    owners = registry.owners_of(list(histories), scope.block)
    known = recorders_at(registry, (each for found in histories.values() for each in found.evidence), scope.block)
    for vehicle, history in histories.items():
        history.verify(heads[vehicle])
    if registry.chain.block_hash(scope.block) != scope.block_hash:
        raise ChainMoved(scope.block)
    return {
        vehicle: Certificate(scope, vehicle, history.evidence, _those_of(history, known), owners[vehicle])
        for vehicle, history in histories.items()
    }


def confirm(
    certificate: Certificate,
    registries: Sequence[VehicleRegistry],
    seen: Seen | None = None,
    *,
    prove: bool = True,
) -> Confirmation:
    """Make sure that each node states what the certificate does, as of its block.

    A node has to know the latest state and all logs of the registry; where it does not know the state of the
    certificate's block any more, owner and revocations come from logs as well.

    Args:
        certificate: that was presented.
        registries: its registry at each node.
        seen: hears how many more blocks have been read.
        prove: whether headers must have their blocks' hashes, and state follow from them where a node gives proofs.

    Raises:
        EvidenceMismatch: a node states something else, or does not know the block; the error names the record.
        ChainError: a node does not answer, or there is no contract at the registry's address.
    """
    found = [_confirm(certificate, registry, seen, prove=prove) for registry in registries]
    return Confirmation(
        nodes=len(found),
        since=max(each.since for each in found),
        from_state=all(each.from_state for each in found),
        proof=max(each.proof for each in found),
        tainted_since=frozenset[int]().union(*(each.tainted_since for each in found)),
    )


def compare(certificate: Certificate, actual: Certificate, node: str) -> None:
    """Make sure that two certificates of one vehicle say the same, but for the VIN, which no chain knows.

    Args:
        certificate: that was presented.
        actual: what a node states as of the same block.
        node: its address, for the error.

    Raises:
        EvidenceMismatch: the first difference; records come before anything else.
    """
    said, true = certificate.records(), actual.records()
    _compare_records(said, true, node, _OF_THE_RECORD)
    if len(said) < len(true):
        raise CertificateRecordLeftOut(len(said) + 1, node)
    if len(said) > len(true):
        raise CertificateRecordInvented(len(true) + 1, node)
    _compare_records(said, true, node, tuple(said[0]))
    ours, theirs = certificate.header(), {**actual.header(), **_disclosed(certificate)}
    for field in _differing(ours, theirs):
        raise CertificateDisputed(field, _shown(ours[field]), node, _shown(theirs[field]))


def _confirm(certificate: Certificate, registry: VehicleRegistry, seen: Seen | None, *, prove: bool) -> Confirmation:
    """What one node says."""
    scope = _known_scope(certificate, registry)
    proof = Proof.NOTHING
    events, latest = _proven_events(certificate, registry, seen)
    if prove:
        header = proven_header(registry.chain, scope.block, scope.block_hash)
        _check_times(events, header, registry)
        proof = _proof_of_records(registry, events, latest)
    until = [event.evidence for event in events if event.at.block <= scope.block]
    if not until:
        raise CertificateRecordInvented(1, registry.chain.node)
    history = History(certificate.vehicle, tuple(until))
    try:
        actual, from_state = _from_state(registry, scope, history), True
    except (NodeRefused, NoContractThere):
        # Most nodes forget old state: they refuse, or answer as if there was no contract then. They keep logs.
        actual, from_state = _from_logs(registry, scope, history), False
    if prove and from_state and prove_state(registry, actual, header):
        proof = Proof.STATE
    compare(certificate, actual, registry.chain.node)
    tainted = _tainted_at(registry, actual, latest) - actual.history.tainted
    return Confirmation(1, len(events) - len(until), from_state, proof, tainted)


def _tainted_at(registry: VehicleRegistry, certificate: Certificate, block: int) -> frozenset[int]:
    """Numbers of a certificate's records that are tainted at a later block."""
    recorders = recorders_at(registry, certificate.evidence, block)
    return replace(certificate, recorders=recorders).history.tainted


def _proof_of_records(registry: VehicleRegistry, events: Sequence[Recorded], latest: int) -> Proof:
    """Of all records until the latest block, whose state every node knows."""
    header = proven_header(registry.chain, latest, registry.chain.block_hash(latest))
    history = History(events[0].vehicle, tuple(event.evidence for event in events))
    return Proof.RECORDS if prove_records(registry, history, header) else Proof.NOTHING


def _check_times(events: Sequence[Recorded], header: Header, registry: VehicleRegistry) -> None:
    """A record's time, which the head covers, says on which side of a block it is, whatever the node says."""
    for event in events:
        number, recorded_at = event.evidence.record.number, event.evidence.record.recorded_at
        is_until = event.at.block <= header.number
        if recorded_at != header.time and is_until != (recorded_at < header.time):
            raise RecordOutOfTime(registry.chain.node, event.vehicle, number, event.at.block)


def _compare_records(
    said: Sequence[dict[str, Any]], true: Sequence[dict[str, Any]], node: str, fields: Sequence[str]
) -> None:
    for number, (ours, theirs) in enumerate(zip(said, true, strict=False), start=1):
        for field in fields:
            if ours[field] != theirs[field]:
                raise CertificateRecordDisputed(number, field, _shown(ours[field]), node, _shown(theirs[field]))


def _known_scope(certificate: Certificate, registry: VehicleRegistry) -> Scope:
    """The certificate's scope as this node knows it."""
    chain, claimed = registry.chain, certificate.scope
    if chain.id != claimed.chain_id:
        raise CertificateOfAnotherChain(claimed.chain_id, chain.node, chain.id)
    if not chain.code(registry.address):
        raise chain.no_contract()
    unknown = CertificateBlockUnknown(chain.node, claimed.block, claimed.block_hash, claimed.time)
    if claimed.block > chain.block_number():
        raise unknown
    scope = scope_at(registry, claimed.block)
    if (scope.block_hash, scope.time) != (claimed.block_hash, claimed.time):
        raise unknown
    return scope


def _proven_events(
    certificate: Certificate, registry: VehicleRegistry, seen: Seen | None
) -> tuple[list[Recorded], int]:
    """All records until the latest block, proven by its head, which every node knows; and that block's number."""
    latest, vehicle = registry.chain.block_number(), certificate.vehicle
    events = list(registry.recorded(vehicle, last=latest, seen=seen))
    if not events or events[0].evidence.record.number != 1:
        raise CertificateLogsMissing(registry.chain.node, vehicle, registry.entry.block)
    History(vehicle, tuple(event.evidence for event in events)).verify(registry.head(vehicle, latest))
    return events, latest


def _from_state(registry: VehicleRegistry, scope: Scope, history: History) -> Certificate:
    """What the registry's state says at the block; head, brands and blocks have to be those of the records."""
    vehicle, block = history.vehicle, scope.block
    owner, state = registry.owner_of(vehicle, block), registry.state(vehicle, block)
    history.verify(state.head)
    if (state.brands, state.restrictions) != (counted_brands(history.records), len(open_restrictions(history.records))):
        raise TitleMismatch(registry.chain.node, vehicle, block)
    recorders = recorders_at(registry, history.evidence, block)
    return Certificate(scope, vehicle, history.evidence, recorders, owner)


def _from_logs(registry: VehicleRegistry, scope: Scope, history: History) -> Certificate:
    """The same from the logs until the block: whoever got the title last, and who was revoked."""
    vehicle, last = history.vehicle, scope.block
    owners = [event.to for event in registry.events(Transfer, last=last, token_id=int.from_bytes(vehicle, "big"))]
    numbered = {event.number: event.recorder for event in registry.events(RecorderNumbered, last=last)}
    revoked = _revoked(registry, last)
    known = {STRUCK_BY: NOBODY, **numbered}
    wrote = {each.record.recorder for each in history.evidence}
    if not wrote <= known.keys() or not owners:
        raise CertificateLogsMissing(registry.chain.node, vehicle, registry.entry.block)
    recorders = {number: Recorder(known[number], revoked.get(known[number])) for number in sorted(wrote)}
    return Certificate(scope, vehicle, history.evidence, recorders, owners[-1])


def _revoked(registry: VehicleRegistry, last: int) -> dict[ChecksumAddress, int]:
    """Who is revoked at a block, and from when, by the logs until then."""
    said = [
        *((event.at.block, event.at.log, event.recorder, event.from_) for event in registry.events(Revoked, last=last)),
        *((event.at.block, event.at.log, event.recorder, 0) for event in registry.events(RevocationLifted, last=last)),
    ]
    known = {recorder: since for _block, _log, recorder, since in sorted(said)}
    return {recorder: since for recorder, since in known.items() if since}


def _those_of(history: History, known: Mapping[int, Recorder]) -> dict[int, Recorder]:
    return {number: known[number] for number in sorted({record.recorder for record in history.records})}


def _disclosed(certificate: Certificate) -> dict[str, Any]:
    """What no chain knows, and what only says from where to read."""
    header = certificate.header()
    return {field: header[field] for field in ("vin", "salt", "registry_block")}


def _differing(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    return [field for field, value in ours.items() if value != theirs[field]]


def _shown(value: Any) -> str:
    return excerpt(str(value))
