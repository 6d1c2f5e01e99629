"""Records of a vehicle's history: their packed words, the head over them, and the batches that carry them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eth_typing import ChecksumAddress

from dongne.hashing import keccak
from dongne.vehicle.errors import (
    GaugeWithoutKilometres,
    KilometresOutOfRange,
    KilometresUnread,
    NotARecord,
    OutcomeOutOfRange,
    TimeOutOfRange,
    WrongHashLength,
)
from dongne.vehicle.identity import VehicleId
from dongne.vehicle.kinds import Gauge, Kind, Reason

NO_DOCUMENT = bytes(32)

STRUCK_BY = 0
"""Recorder's number in withdrawals of tainted records, which anyone may send."""

CHECKPOINT_EVERY = 32
"""The registry keeps the head after every so many records."""

MOST_OUTCOME = 2**16 - 1

MOST_KM = 2**24 - 1
LATEST = 2**40 - 1
"""Last Unix second that the registry can hold; an accreditation until then does not end."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a recorder submits.

    Attributes:
        kind: what happened.
        occurred_at: Unix seconds of the reading or event.
        km: kilometres on the odometer, 0 to 2**24 - 1; 0 where it was not read.
        gauge: how the odometer was read.
        outcome: what the event came to, 0 to 65,535; its meaning depends on the kind; 0 if unsaid.

    Raises:
        InputError: a number is out of range.
    """

    kind: Kind
    occurred_at: int
    km: int = 0
    gauge: Gauge = Gauge.NOT_READ
    outcome: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.km <= MOST_KM:
            raise KilometresOutOfRange(self.km, MOST_KM)
        if not 0 <= self.occurred_at <= LATEST:
            raise TimeOutOfRange(self.occurred_at, LATEST)
        if not 0 <= self.outcome <= MOST_OUTCOME:
            raise OutcomeOutOfRange(self.outcome, MOST_OUTCOME)
        if self.gauge is Gauge.NOT_READ and self.km:
            raise KilometresUnread(self.km)

    def pack(self) -> bytes:
        """Twelve bytes: kind 1, gauge 1, outcome 2, occurredAt 5, km 3."""
        what = bytes((self.kind, self.gauge)) + self.outcome.to_bytes(2, "big")
        return what + self.occurred_at.to_bytes(5, "big") + self.km.to_bytes(3, "big")

    def word(self) -> bytes:
        """The entry as a call takes it: its twelve bytes at the front of 32."""
        return self.pack().ljust(32, b"\0")


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the registry completed it; the layout is drawn in Record.sol.

    Attributes:
        kind, gauge, occurred_at, km, outcome: as in `Entry`.
        reason: what the registry found about the reading when it was recorded.
        number: place in the vehicle's history, from 1.
        recorded_at: Unix seconds of the block.
        recorder: number of the recorder.
        supersedes: number of the record that this one corrects; 0 for none.
        older: number of the record with the next older reading when this one was recorded; 0 for none, and where the
            reading came too late to be one of the two latest.
    """

    kind: Kind
    gauge: Gauge
    occurred_at: int
    km: int
    reason: Reason
    number: int
    recorded_at: int
    recorder: int
    supersedes: int = 0
    outcome: int = 0
    older: int = 0

    def pack(self) -> int:
        """The word as events carry it."""
        return (
            self.kind << 248
            | self.gauge << 240
            | self.outcome << 224
            | self.occurred_at << 184
            | self.km << 160
            | self.reason << 152
            | self.number << 128
            | self.recorded_at << 88
            | self.recorder << 56
            | self.supersedes << 32
            | self.older << 8
        )

    @classmethod
    def unpack(cls, word: int) -> "Record":
        """Read a word from an event.

        Raises:
            NotARecord: kind, gauge or reason are not among those that there are, or bits that are not used are set.
        """
        try:
            record = cls._read(word)
        except ValueError as error:
            raise NotARecord(word) from error
        if record.pack() != word:
            raise NotARecord(word)
        return record

    @classmethod
    def _read(cls, word: int) -> "Record":
        return cls(
            kind=Kind(word >> 248),
            gauge=Gauge(word >> 240 & 0xFF),
            outcome=word >> 224 & MOST_OUTCOME,
            occurred_at=word >> 184 & LATEST,
            km=word >> 160 & MOST_KM,
            reason=Reason(word >> 152 & 0xFF),
            number=word >> 128 & 0xFFFFFF,
            recorded_at=word >> 88 & LATEST,
            recorder=word >> 56 & 0xFFFFFFFF,
            supersedes=word >> 32 & 0xFFFFFF,
            older=word >> 8 & 0xFFFFFF,
        )

    @property
    def is_reading(self) -> bool:
        """Whether the odometer was read."""
        return self.gauge is not Gauge.NOT_READ


@dataclass(frozen=True, slots=True)
class Evidence:
    """A record with the hash of the document behind it: what a head covers."""

    record: Record
    document: bytes

    def fold(self, head: bytes) -> bytes:
        """The head after this record."""
        return keccak(head + self.record.pack().to_bytes(32, "big") + self.document)


@dataclass(frozen=True, slots=True)
class RecordItem:
    """One record of a batch."""

    vehicle: VehicleId
    entry: Entry
    document: bytes = NO_DOCUMENT

    def pack(self) -> bytes:
        """76 bytes: vehicle 32, entry 12, document 32."""
        return self.vehicle + self.entry.pack() + _document(self.document)


@dataclass(frozen=True, slots=True)
class RegistrationItem:
    """One vehicle of a batch of registrations; its entry is of kind REGISTRATION."""

    vehicle: VehicleId
    owner: ChecksumAddress
    entry: Entry
    document: bytes = NO_DOCUMENT

    def pack(self) -> bytes:
        """96 bytes: vehicle 32, owner 20, entry 12, document 32."""
        return self.vehicle + bytes.fromhex(self.owner[2:]) + self.entry.pack() + _document(self.document)


def pack_batch(items: Sequence[RecordItem] | Sequence[RegistrationItem]) -> bytes:
    """The bytes that `recordBatch` and `registerBatch` take."""
    return b"".join(item.pack() for item in items)


def rederive_head(vehicle: VehicleId, history: Iterable[Evidence]) -> bytes:
    """The running head over a vehicle's records, in order; the vehicle's id where there are none."""
    head: bytes = vehicle
    for evidence in history:
        head = evidence.fold(head)
    return head


def entry_of(kind: Kind, occurred_at: int, km: int | None, gauge: Gauge | None, outcome: int = 0) -> Entry:
    """An entry; where nobody says how the gauge was read, it was read if there are kilometres.

    Raises:
        InputError: kilometres without a reading or the other way round, or a number out of range.
    """
    if gauge is None:
        gauge = Gauge.NOT_READ if km is None else Gauge.READ
    if km is None and gauge is not Gauge.NOT_READ:
        raise GaugeWithoutKilometres(gauge)
    return Entry(kind, occurred_at, km or 0, gauge, outcome)


def _document(document: bytes) -> bytes:
    if len(document) != 32:
        raise WrongHashLength(len(document))
    return document
