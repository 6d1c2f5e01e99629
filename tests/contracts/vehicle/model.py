"""The vehicle registry in plain Python, written from the rules and not from the contract: lists, sorting, no words."""

from dataclasses import dataclass, field

from dongne.vehicle import Entry, Evidence, Gauge, Kind, Reason, Record, Verdict
from dongne.vehicle.kinds import BRANDING_KINDS, GAUGE_BRANDS

DAY = 86_400


def by_date(record):
    return record.occurred_at, record.number


@dataclass
class VehicleModel:
    """One vehicle: its records, its readings by date, and what is found about each.

    Attributes:
        linked: the series: standing readings, but for those that came too late.
        late: standing readings that were older than the two latest when they came.
        found: what is found about a reading now, by the number of its record.
        superseded: number of the correction by number of the record.
    """

    vehicle: bytes
    pace: int
    evidence: list[Evidence] = field(default_factory=list)
    linked: list[Record] = field(default_factory=list)
    late: list[Record] = field(default_factory=list)
    found: dict[int, Reason] = field(default_factory=dict)
    seen: set[Reason] = field(default_factory=set)
    superseded: dict[int, int] = field(default_factory=dict)
    heads: list[bytes] = field(default_factory=list)

    @property
    def head(self):
        while len(self.heads) <= len(self.evidence):
            newest = self.heads[-1] if self.heads else self.vehicle
            self.heads.append(self.evidence[len(self.heads) - 1].fold(newest) if self.heads else newest)
        return self.heads[-1]

    @property
    def records(self):
        return [each.record for each in self.evidence]

    @property
    def standing(self):
        """All standing readings by date: of these the registry keeps the two latest."""
        readings = [each for each in self.records if each.is_reading and each.number not in self.superseded]
        return sorted(readings, key=by_date)

    @property
    def kept(self):
        return self.standing[-2:]

    @property
    def illogical(self):
        return sum(self.found[each.number].verdict is Verdict.ILLOGICAL for each in self.standing)

    @property
    def gauge_changes(self):
        return sum(each.gauge is not Gauge.READ for each in self.standing)

    @property
    def brands(self):
        return {each.kind for each in self.records if each.number not in self.superseded} & BRANDING_KINDS

    @property
    def verdict(self):
        if self.illogical:
            return Verdict.ILLOGICAL
        if self.brands & GAUGE_BRANDS:
            return Verdict.NO_VERDICT
        return Verdict.NO_VERDICT if self.gauge_changes or len(self.standing) < 2 else Verdict.LOGICAL

    def add(self, entry, document, recorder, recorded_at, supersedes=0):
        """Judge an entry, place it and append it; gives the record that the registry must emit."""
        reason = self.judge(entry)
        number = len(self.evidence) + 1
        before = [each for each in self.linked if each.occurred_at <= entry.occurred_at]
        is_late = len(self.linked) > 1 and entry.occurred_at < self.linked[-2].occurred_at
        record = Record(
            kind=entry.kind,
            gauge=entry.gauge,
            occurred_at=entry.occurred_at,
            km=entry.km,
            reason=reason,
            number=number,
            recorded_at=recorded_at,
            recorder=recorder,
            supersedes=supersedes,
            outcome=entry.outcome,
            older=before[-1].number if before and entry.gauge is not Gauge.NOT_READ and not is_late else 0,
        )
        self.evidence.append(Evidence(record, document))
        if record.is_reading:
            self.find(record, reason)
            self.place(record, is_late=is_late)
        return record

    def correct(self, number, entry, document, recorder, recorded_at):
        """Take a record out and add the one that replaces it."""
        self.superseded[number] = len(self.evidence) + 1
        self.remove(self.records[number - 1])
        return self.add(entry, document, recorder, recorded_at, number)

    def strike(self, number, recorded_at):
        """Withdraw a tainted record, and let stand again what it had superseded."""
        gone = self.records[number - 1]
        record = self.correct(number, Entry(Kind.CORRECTION, recorded_at), bytes(32), 0, recorded_at)
        if self.hides(gone):
            back = self.records[gone.supersedes - 1]
            del self.superseded[back.number]
            if back.is_reading:
                is_late = len(self.linked) > 1 and by_date(back) < by_date(self.linked[-2])
                self.seen.add(self.found[back.number])
                self.place(back, is_late=is_late)
                if not is_late:
                    self.judge_again(self.linked.index(back))
        return record

    def hides(self, correction):
        """Whether a record is superseded by this correction still."""
        return self.superseded.get(correction.supersedes) == correction.number

    def place(self, record, *, is_late):
        """Into the series; what comes after it there is judged again."""
        if is_late:
            self.late.append(record)
            return
        self.linked = sorted([*self.linked, record], key=by_date)
        self.judge_again(self.linked.index(record) + 1)

    def remove(self, record):
        if record in self.late:
            self.late.remove(record)
        if record not in self.linked:
            return
        place = self.linked.index(record)
        if place < len(self.linked) - 2:
            self.linked.remove(record)
            self.judge_again(place)
            return
        # One of the two latest is gone: a late reading may take the place.
        self.linked.remove(record)
        latest = max(self.late, key=by_date, default=None)
        if latest and (len(self.linked) < 2 or by_date(latest) > by_date(self.linked[-2])):
            self.late.remove(latest)
            self.linked.insert(len(self.linked) - 1, latest)
            self.judge_again(len(self.linked) - 2)
        self.judge_again(len(self.linked) - 1)

    def judge_again(self, place):
        """Against the reading before it in the series."""
        if not 0 <= place < len(self.linked) or self.linked[place].gauge is not Gauge.READ:
            return
        reading = self.linked[place]
        if place == 0:
            self.find(reading, Reason.NO_BASELINE)
            return
        earlier = self.linked[place - 1]
        reason = self.step(earlier, reading)
        # Late evidence clears nothing that was found.
        self.find(reading, max(reason, self.found[reading.number]) if earlier.number > reading.number else reason)

    def find(self, record, reason):
        self.found[record.number] = reason
        self.seen.add(reason)

    def judge(self, entry):
        """The worst that a neighbour in time says about an entry, of the two readings that are kept."""
        if entry.gauge is not Gauge.READ:
            return Reason(entry.gauge)
        earlier = [kept for kept in self.kept if kept.occurred_at <= entry.occurred_at]
        later = [kept for kept in self.kept if kept.occurred_at > entry.occurred_at]
        said = [self.step(earlier[-1], entry)] if earlier else []
        said += [self.step_back(later[0], entry)] if later else []
        return max(said, default=Reason.NO_BASELINE)

    def step(self, earlier, later):
        if later.km < earlier.km:
            return Reason.LOWER_THAN_EARLIER
        return self.stride(earlier, later)

    def step_back(self, later, earlier):
        if later.gauge is not Gauge.READ:
            return Reason.CONSISTENT
        return Reason.HIGHER_THAN_LATER if earlier.km > later.km else self.stride(earlier, later)

    def stride(self, earlier, later):
        days = (later.occurred_at - earlier.occurred_at) / DAY + 1
        return Reason.IMPLAUSIBLE if later.km - earlier.km > self.pace * days else Reason.CONSISTENT
