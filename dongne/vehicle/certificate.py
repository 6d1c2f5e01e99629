"""Certificates: a vehicle's whole history as of one block, with everything that a reader needs to check it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from eth_typing import ChecksumAddress

from dongne.vehicle.history import Finding, History
from dongne.vehicle.identity import Disclosure, VehicleId
from dongne.vehicle.kinds import Kind, Verdict
from dongne.vehicle.paces import Paces
from dongne.vehicle.records import STRUCK_BY, Evidence
from dongne.vehicle.title import OpenRestriction, open_restrictions

FORMAT, VERSION = "dongne vehicle certificate", 1


@dataclass(frozen=True, slots=True)
class Scope:
    """The registry and the block that certificates are about.

    Attributes:
        chain_id: EIP-155 number of the chain.
        registry: address of the `VehicleRegistry`.
        registry_block: block from which its logs are read: that of its deployment, or an earlier one.
        paces: km a day above which a rise is implausible, by class of vehicles, as the registry states them.
        block: number of the block.
        block_hash: its hash, with 0x.
        time: of the block, Unix seconds.
    """

    chain_id: int
    registry: ChecksumAddress
    registry_block: int
    paces: Paces
    block: int
    block_hash: str
    time: int


@dataclass(frozen=True, slots=True)
class Recorder:
    """Whoever wrote records.

    Attributes:
        address: its account.
        revoked_from: Unix second from which its records are tainted; None while it is not revoked.
    """

    address: ChecksumAddress
    revoked_from: int | None

    def taints(self, recorded_at: int) -> bool:
        """Whether a record of that time is tainted."""
        return self.revoked_from is not None and recorded_at >= self.revoked_from


@dataclass(frozen=True)
class Certificate:
    """What one vehicle's history was at one block.

    Attributes:
        scope: where and when.
        vehicle: the vehicle's id.
        evidence: all records with their documents' hashes, in order.
        recorders: whoever wrote them, by number.
        owner: holder of the title.
        disclosure: VIN and salt; None where the owner keeps them out.
    """

    scope: Scope
    vehicle: VehicleId
    evidence: tuple[Evidence, ...]
    recorders: Mapping[int, Recorder]
    owner: ChecksumAddress
    disclosure: Disclosure | None = None

    @cached_property
    def history(self) -> History:
        """The records as a history, judged in the light of all of them."""
        return History(self.vehicle, self.evidence, frozenset(self._tainted()))

    @cached_property
    def heads(self) -> tuple[bytes, ...]:
        """The head after each record."""
        heads: list[bytes] = [self.vehicle]
        for each in self.evidence:
            heads.append(each.fold(heads[-1]))
        return tuple(heads[1:])

    @property
    def head(self) -> bytes:
        """The head after the last record."""
        return self.heads[-1] if self.heads else self.vehicle

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict on the odometer."""
        return self.history.verdict(self.scope.paces)

    @cached_property
    def findings(self) -> dict[int, Finding]:
        """What is found about each standing reading, by the record's number."""
        return {finding.record.number: finding for finding in self.history.findings(self.scope.paces)}

    @cached_property
    def brands(self) -> tuple[Kind, ...]:
        """What stays with the vehicle, such as a flood."""
        return tuple(sorted(self.history.brands))

    @cached_property
    def restrictions(self) -> tuple[OpenRestriction, ...]:
        """What keeps the title from moving."""
        return open_restrictions(self.history.records)

    def header(self) -> dict[str, Any]:
        """The certificate's fields but the records, as JSON has them."""
        scope, disclosure = self.scope, self.disclosure
        return {
            "format": FORMAT,
            "version": VERSION,
            "chain_id": scope.chain_id,
            "registry": scope.registry,
            "registry_block": scope.registry_block,
            "vehicle": _hex(self.vehicle),
            "vin": disclosure.vin if disclosure else None,
            "salt": _hex(disclosure.salt) if disclosure else None,
            "block": {"number": scope.block, "hash": scope.block_hash, "time": scope.time},
            "head": _hex(self.head),
            "owner": self.owner,
            "vehicle_class": self.history.vehicle_class,
            "plausible_km_per_day": list(scope.paces.by_class),
            "verdict": self.verdict.name,
            "brands": [kind.name for kind in self.brands],
            "restrictions": [{"kind": each.kind.name, "record": each.record} for each in self.restrictions],
            "recorders": [
                {"number": number, "address": each.address, "revoked_from": each.revoked_from}
                for number, each in sorted(self.recorders.items())
            ],
        }

    def records(self) -> list[dict[str, Any]]:
        """The records in their fields, as JSON has them; word and document are what the head covers."""
        return [self._fields(place) for place in range(len(self.evidence))]

    def as_json(self) -> dict[str, Any]:
        """The whole certificate as JSON has it."""
        return {**self.header(), "records": self.records()}

    def _fields(self, place: int) -> dict[str, Any]:
        evidence = self.evidence[place]
        record, found = evidence.record, self.findings.get(evidence.record.number)
        return {
            "number": record.number,
            "kind": record.kind.name,
            "occurred": iso(record.occurred_at),
            "km": record.km if record.is_reading else None,
            "gauge": record.gauge.name,
            "outcome": record.outcome,
            "reason": record.reason.name,
            "finding": found.reason.name if found else None,
            "recorded": iso(record.recorded_at),
            "recorder_number": record.recorder,
            "recorder": self.recorders[record.recorder].address,
            "supersedes": record.supersedes or None,
            "superseded_by": self.history.superseded.get(record.number),
            "tainted": record.number in self.history.tainted,
            "word": f"{record.pack():#066x}",
            "document": _hex(evidence.document),
            "head": _hex(self.heads[place]),
        }

    def _tainted(self) -> list[int]:
        records = (each.record for each in self.evidence)
        return [
            each.number
            for each in records
            if each.recorder != STRUCK_BY and self.recorders[each.recorder].taints(each.recorded_at)
        ]


def iso(seconds: int) -> str:
    """Unix seconds as ISO 8601 in UTC, 2026-11-24T09:30:00Z; the number where no calendar has such a day."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return str(seconds)


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
