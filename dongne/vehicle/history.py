"""A vehicle's whole history as its reader sees it: provably complete, and judged as a whole."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from dongne.vehicle.errors import HistoryMismatch, NoSuchRecord, RecordOutOfPlace
from dongne.vehicle.identity import VehicleId
from dongne.vehicle.kinds import BRANDING_KINDS, GAUGE_BRANDS, Gauge, Kind, Reason, Verdict
from dongne.vehicle.paces import Paces
from dongne.vehicle.records import CHECKPOINT_EVERY, STRUCK_BY, Entry, Evidence, Record, rederive_head
from dongne.vehicle.series import Series

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive records up to a checkpoint or to the head.

    Attributes:
        head_before: head before the first of them.
        evidence: the records.
    """

    head_before: bytes
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """Proof of a record and of its neighbours in the series of readings, as `correct` takes it.

    Attributes:
        number: the record.
        newer: record with the next newer reading, where the contract has to be told; else 0.
        runs: records among which these are.
    """

    number: int
    newer: int
    runs: tuple[Run, ...]

    @property
    def superseded(self) -> Evidence:
        """The record that is to be superseded."""
        found = (each for run in self.runs for each in run.evidence if each.record.number == self.number)
        return next(found)

    def argument(self) -> tuple[int, int, list[tuple[bytes, list[tuple[int, bytes]]]]]:
        """The witness as the contract's ABI has it."""
        runs = [(run.head_before, [_pair(evidence) for evidence in run.evidence]) for run in self.runs]
        return self.number, self.newer, runs


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
        """Number of the correction by number of what it superseded; tainted and struck ones supersede nothing."""
        struck = {record.supersedes for record in self.records if record.recorder == STRUCK_BY}
        return {
            record.supersedes: record.number
            for record in self.records
            if record.supersedes and record.number not in self.tainted | struck
        }

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """All records, in order."""
        return tuple(evidence.record for evidence in self.evidence)

    @cached_property
    def series(self) -> Series:
        """The readings as the registry links them; what is tainted is in it until it is struck."""
        return Series.of(self.records)

    @cached_property
    def standing(self) -> tuple[Record, ...]:
        """The records that count: neither superseded nor tainted nor mere withdrawals."""
        return tuple(
            record
            for record in self.records
            if record.number not in self.superseded
            and record.number not in self.tainted
            and record.kind is not Kind.CORRECTION
        )

    @cached_property
    def brands(self) -> frozenset[Kind]:
        """Kinds of standing records that stay with the vehicle, such as a flood."""
        return frozenset(record.kind for record in self.standing) & BRANDING_KINDS

    def verify(self, head: bytes) -> None:
        """Make sure that these are all records and none was altered.

        Raises:
            RecordOutOfPlace: their numbers are not 1, 2, 3 and so on.
            HistoryMismatch: they do not lead to `head`, which the registry states.
        """
        for expected, record in enumerate(self.records, start=1):
            if record.number != expected:
                raise RecordOutOfPlace(self.vehicle, expected, record.number)
        if self.head != head:
            raise HistoryMismatch(self.vehicle, len(self.evidence), self.head, head)

    @cached_property
    def vehicle_class(self) -> int:
        """Class of the vehicle, as its registration says, or the latest correction of that."""
        registrations = [record for record in self.standing if record.kind is Kind.REGISTRATION]
        return registrations[-1].outcome if registrations else 0

    def findings(self, paces: Paces) -> tuple[Finding, ...]:
        """Every standing reading against the one before it by date, oldest first."""
        # Readings of the same second count in the order of their numbers, as in the contract: sorting keeps it.
        readings = sorted((record for record in self.standing if record.is_reading), key=lambda each: each.occurred_at)
        if not readings:
            return ()
        first = Finding(readings[0], _alone(readings[0]), None)
        pace = paces.of(self.vehicle_class)
        return first, *(Finding(later, compare(earlier, later, pace), earlier) for earlier, later in pairwise(readings))

    def verdict(self, paces: Paces) -> Verdict:
        """The verdict on the series: illogical if one finding is; else none without two, or where the gauge changed or
        does not tell the distance.
        """
        reasons = {finding.reason for finding in self.findings(paces)}
        if any(reason.verdict is Verdict.ILLOGICAL for reason in reasons):
            return Verdict.ILLOGICAL
        if any(reason.is_gauge_change for reason in reasons) or self.brands & GAUGE_BRANDS:
            return Verdict.NO_VERDICT
        return Verdict.LOGICAL if any(reason.verdict is Verdict.LOGICAL for reason in reasons) else Verdict.NO_VERDICT

    def repeated(self, entry: Entry, document: bytes, recorder: int, since: int | None = None) -> Record | None:
        """The record by which a recorder has said the same already.

        Args:
            entry: what is about to be recorded.
            document: hash of the document behind it.
            recorder: number of the recorder.
            since: where the entry's time was not chosen but is that of sending: Unix seconds from which a record of
                the same is a repetition, whatever its time.
        """
        wanted = (entry.kind, entry.gauge, entry.outcome, entry.km, document, recorder)
        for each in reversed(self.evidence):
            record = each.record
            same_time = record.occurred_at == entry.occurred_at if since is None else record.recorded_at >= since
            said = (record.kind, record.gauge, record.outcome, record.km, each.document, record.recorder)
            if same_time and said == wanted and record in self.standing:
                return record
        return None

    def witness(self, number: int) -> Witness:
        """Proof of record `number`, for its correction, with what takes the place of its reading.

        Raises:
            NoSuchRecord: the history has none of that number.
        """
        if not 1 <= number <= len(self.evidence):
            raise NoSuchRecord(number, len(self.evidence))
        newer, neighbours = self.series.neighbours(number)
        taken_back = self.records[number - 1].supersedes if number in self.tainted else 0
        return Witness(number, newer, self._runs({number, *neighbours, taken_back} - {0}))

    def _runs(self, numbers: set[int]) -> tuple[Run, ...]:
        """The shortest runs in which all the numbers are, one for each checkpoint that they need."""
        first = dict[int, int]()
        for number in sorted(numbers, reverse=True):
            first[(number - 1) // CHECKPOINT_EVERY] = number
        return tuple(self._run(start, (part + 1) * CHECKPOINT_EVERY) for part, start in sorted(first.items()))

    def _run(self, start: int, end: int) -> Run:
        return Run(rederive_head(self.vehicle, self.evidence[: start - 1]), self.evidence[start - 1 : end])


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
