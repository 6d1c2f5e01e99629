"""Records of a vehicle's history: their packed words, the head over them, and the batches that carry them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak

from dongne.errors import InputError
from dongne.explanations.sentence import Sentence
from dongne.vehicle.identity import VehicleId
from dongne.vehicle.kinds import Gauge, Kind, Reason

NO_DOCUMENT = bytes(32)

MOST_KM = 2**24 - 1
_LATEST = 2**40 - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """What a recorder submits.

    Attributes:
        kind: what happened.
        occurred_at: Unix seconds of the reading or event.
        km: kilometres on the odometer, 0 to 2**24 - 1; 0 where it was not read.
        gauge: how the odometer was read.

    Raises:
        InputError: a number is out of range.
    """

    kind: Kind
    occurred_at: int
    km: int = 0
    gauge: Gauge = Gauge.NOT_READ

    def __post_init__(self) -> None:
        if not 0 <= self.km <= MOST_KM:
            raise InputError(
                Sentence(
                    f"{self.km:,} km is no odometer reading; expected 0 to {MOST_KM:,}",
                    f"{self.km:,} km는 주행거리가 될 수 없습니다. 0~{MOST_KM:,}을 지정하세요",
                )
            )
        if not 0 <= self.occurred_at <= _LATEST:
            raise InputError(
                Sentence(
                    f"{self.occurred_at} is no date; expected Unix seconds from 1970 on",
                    f"{self.occurred_at}은(는) 일시가 아닙니다. 1970년 이후의 유닉스 초를 지정하세요",
                )
            )
        if self.gauge is Gauge.NOT_READ and self.km:
            raise InputError(
                Sentence(
                    f"{self.km:,} km with a gauge that was not read; give the gauge's state, or 0 km",
                    f"계기를 확인하지 않았는데 {self.km:,} km입니다. 계기 상태를 지정하거나 0 km로 하세요",
                )
            )

    def pack(self) -> bytes:
        """Ten bytes: kind 1, gauge 1, occurredAt 5, km 3."""
        return bytes((self.kind, self.gauge)) + self.occurred_at.to_bytes(5, "big") + self.km.to_bytes(3, "big")

    def word(self) -> bytes:
        """The entry as a call takes it: its ten bytes at the front of 32."""
        return self.pack().ljust(32, b"\0")


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the registry completed it; the layout is drawn in Record.sol.

    Attributes:
        kind, gauge, occurred_at, km: as in `Entry`.
        reason: what the registry found about the reading when it was recorded.
        number: place in the vehicle's history, from 1.
        recorded_at: Unix seconds of the block.
        recorder: number of the recorder.
        supersedes: number of the record that this one corrects; 0 for none.
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

    def pack(self) -> int:
        """The word as events carry it."""
        return (
            self.kind << 248
            | self.gauge << 240
            | self.occurred_at << 200
            | self.km << 176
            | self.reason << 168
            | self.number << 144
            | self.recorded_at << 104
            | self.recorder << 72
            | self.supersedes << 48
        )

    @classmethod
    def unpack(cls, word: int) -> "Record":
        """Read a word from an event."""
        return cls(
            kind=Kind(word >> 248),
            gauge=Gauge(word >> 240 & 0xFF),
            occurred_at=word >> 200 & _LATEST,
            km=word >> 176 & MOST_KM,
            reason=Reason(word >> 168 & 0xFF),
            number=word >> 144 & 0xFFFFFF,
            recorded_at=word >> 104 & _LATEST,
            recorder=word >> 72 & 0xFFFFFFFF,
            supersedes=word >> 48 & 0xFFFFFF,
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
        """74 bytes: vehicle 32, entry 10, document 32."""
        return self.vehicle + self.entry.pack() + _document(self.document)


@dataclass(frozen=True, slots=True)
class RegistrationItem:
    """One vehicle of a batch of registrations; its entry is of kind REGISTRATION."""

    vehicle: VehicleId
    owner: ChecksumAddress
    entry: Entry
    document: bytes = NO_DOCUMENT

    def pack(self) -> bytes:
        """94 bytes: vehicle 32, owner 20, entry 10, document 32."""
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


def _document(document: bytes) -> bytes:
    if len(document) != 32:
        raise InputError(
            Sentence(
                f"A document's hash has 32 bytes, not {len(document)}",
                f"문서의 해시는 32바이트여야 하는데 {len(document)}바이트입니다",
            )
        )
    return document
