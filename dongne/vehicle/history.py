"""A vehicle's whole history as its reader sees it: provably complete, and judged as a whole."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from dongne.vehicle.errors import HistoryMismatch, NoSuchRecord
from dongne.vehicle.identity import VehicleId
from dongne.vehicle.kinds import Gauge, Kind, Reason, Verdict
from dongne.vehicle.records import Entry, Evidence, Record, rederive_head

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Witness:
    """Proof that a record is in a history, as `correct` takes it.

    Attributes:
        head_before: head before the superseded record.
        superseded: the record that is to be superseded.
        later: every record after it.
    """

    head_before: bytes
    superseded: Evidence
    later: tuple[Evidence, ...]

    def argument(self) -> tuple[bytes, tuple[int, bytes], list[tuple[int, bytes]]]:
        """The witness as the contract's ABI has it."""
        return self.head_before, _pair(self.superseded), [_pair(evidence) for evidence in self.later]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is found about one reading in the light of the whole history.

    Attributes:
        record: the reading.
        reason: the finding.
        earlier: the reading by date before it that it was compared with; None where there is none.
    """

    record: Record
    reason: Reason
    earlier: Record | None

    @property
    def days(self) -> int:
        """Whole days since the earlier reading; 0 where there is none."""
        return (self.record.occurred_at - self.earlier.occurred_at) // _DAY if self.earlier else 0

    @property
    def km(self) -> int:
        """Kilometres since the earlier reading, negative where it went back; 0 where there is none."""
        return self.record.km - self.earlier.km if self.earlier else 0


@dataclass(frozen=True)
class History:
    """All records of one vehicle, in order.

    The registry judges a reading once, when it comes, with two readings at hand. A `History` has all of them,
    knows what was corrected since, and judges again.

    Attributes:
        vehicle: whose history it is.
        evidence: every record with its document's hash.
        tainted: numbers of the records that a revoked recorder wrote since its revocation.
    """

    vehicle: VehicleId
    evidence: tuple[Evidence, ...]
    tainted: frozenset[int] = frozenset()

    @cached_property
    def head(self) -> bytes:
        """The head that these records lead to."""
        return rederive_head(self.vehicle, self.evidence)

    @cached_property
    def superseded(self) -> dict[int, int]:
        """Number of the correction by number of the record that it superseded."""
        return {record.supersedes: record.number for record in self.records if record.supersedes}

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """All records, in order."""
        return tuple(evidence.record for evidence in self.evidence)

    @cached_property
    def standing(self) -> tuple[Record, ...]:
        """The records that count: neither superseded nor mere withdrawals."""
        return tuple(
            record
            for record in self.records
            if record.number not in self.superseded and record.kind is not Kind.CORRECTION
        )

    def verify(self, head: bytes) -> None:
        """Make sure that these are all records and none was altered.

        Raises:
            HistoryMismatch: they do not lead to `head`, which the registry states.
        """
        if self.head != head:
            raise HistoryMismatch(self.vehicle, len(self.evidence), self.head, head)

    def findings(self, plausible_km_per_day: int) -> tuple[Finding, ...]:
        """Every standing reading against the one before it by date, oldest first."""
        # Readings of the same second count in the order of their numbers, as in the contract: sorting keeps it.
        readings = sorted((record for record in self.standing if record.is_reading), key=lambda each: each.occurred_at)
        if not readings:
            return ()
        first = Finding(readings[0], _alone(readings[0]), None)
        return first, *(
            Finding(later, compare(earlier, later, plausible_km_per_day), earlier)
            for earlier, later in pairwise(readings)
        )

    def verdict(self, plausible_km_per_day: int) -> Verdict:
        """The verdict on the whole history: the worst of its findings that is one."""
        return max(
            (finding.reason.verdict for finding in self.findings(plausible_km_per_day)),
            default=Verdict.NO_VERDICT,
        )

    def repeated(self, entry: Entry, document: bytes, recorder: int, since: int | None = None) -> Record | None:
        """The record by which a recorder has said the same already.

        Args:
            entry: what is about to be recorded.
            document: hash of the document behind it.
            recorder: number of the recorder.
            since: where the entry's time was not chosen but is that of sending: Unix seconds from which a record of
                the same is a repetition, whatever its time.
        """
        wanted = (entry.kind, entry.gauge, entry.km, document, recorder)
        for each in reversed(self.evidence):
            record = each.record
            same_time = record.occurred_at == entry.occurred_at if since is None else record.recorded_at >= since
            said = (record.kind, record.gauge, record.km, each.document, record.recorder)
            if same_time and said == wanted and record in self.standing:
                return record
        return None

    def witness(self, number: int) -> Witness:
        """Proof of record `number`, for its correction.

        Raises:
            NoSuchRecord: the history has none of that number.
        """
        if not 1 <= number <= len(self.evidence):
            raise NoSuchRecord(number, len(self.evidence))
        before = self.evidence[: number - 1]
        return Witness(rederive_head(self.vehicle, before), self.evidence[number - 1], self.evidence[number:])


def compare(earlier: Record, later: Record, plausible_km_per_day: int) -> Reason:
    """What the step from one reading to the next says about the later one.

    One day is allowed on top of the time between, as in the contract.
    """
    if later.gauge is not Gauge.READ:
        return _alone(later)
    if later.km < earlier.km:
        return Reason.LOWER_THAN_EARLIER
    seconds = later.occurred_at - earlier.occurred_at + _DAY
    too_far = (later.km - earlier.km) * _DAY > plausible_km_per_day * seconds
    return Reason.IMPLAUSIBLE if too_far else Reason.CONSISTENT


def _alone(record: Record) -> Reason:
    """The finding on a reading with nothing before it."""
    return Reason.NO_BASELINE if record.gauge is Gauge.READ else Reason(record.gauge)


def _pair(evidence: Evidence) -> tuple[int, bytes]:
    return evidence.record.pack(), evidence.document
