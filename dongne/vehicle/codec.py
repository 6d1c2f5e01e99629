"""Typed client of the `RecordCodec` contract: what `dongne.vehicle.records` does, for comparison."""

from dongne.contract import ContractClient
from dongne.vehicle.records import Entry, Evidence, Record


class RecordCodec(ContractClient):
    """Packs entries and reads records on the chain, for callers that do not use this package."""

    NAME = "RecordCodec"

    def pack(self, entry: Entry) -> bytes:
        """The entry as a call takes it."""
        return bytes(self._read("entryOf", entry.kind, entry.gauge, entry.outcome, entry.occurred_at, entry.km))

    def fields(self, record: Record) -> tuple[int, ...]:
        """The fields of a record, in the order of `IRecordCodec.Fields`."""
        return tuple(self._read("fieldsOf", record.pack()))

    def head_after(self, head: bytes, evidence: Evidence) -> bytes:
        """The head after a record."""
        return bytes(self._read("headAfter", head, evidence.record.pack(), evidence.document))
