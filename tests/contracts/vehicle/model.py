"""The vehicle registry in plain Python, written from the rules and not from the contract: lists, sorting, no words."""

from dataclasses import dataclass, field, replace

from dongne.vehicle import Evidence, Gauge, Reason, Record, rederive_head

DAY = 86_400


@dataclass
class VehicleModel:
    """One vehicle: its records, and the two latest readings that have not been superseded."""

    vehicle: bytes
    pace: int
    evidence: list[Evidence] = field(default_factory=list)
    kept: list[Record] = field(default_factory=list)
    seen: set[Reason] = field(default_factory=set)
    corrected: bool = False

    @property
    def head(self):
        return rederive_head(self.vehicle, self.evidence)

    def add(self, entry, document, recorder, recorded_at, supersedes=0):
        """Judge an entry, place it and append it; gives the record that the registry must emit."""
        record = Record(
            kind=entry.kind,
            gauge=entry.gauge,
            occurred_at=entry.occurred_at,
            km=entry.km,
            reason=self.judge(entry),
            number=len(self.evidence) + 1,
            recorded_at=recorded_at,
            recorder=recorder,
            supersedes=supersedes,
        )
        self.seen.add(record.reason)
        if record.is_reading:
            self.kept = sorted([*self.kept, record], key=lambda kept: (kept.occurred_at, kept.number))[-2:]
        self.evidence.append(Evidence(record, document))
        return record

    def correct(self, number, entry, document, recorder, recorded_at):
        """Take a reading out, add the new one, and judge the last again if it had rested on the old one."""
        rested = len(self.kept) == 2 and self.kept[0].number == number
        self.corrected = True
        self.kept = [kept for kept in self.kept if kept.number != number]
        record = self.add(entry, document, recorder, recorded_at, number)
        if rested and self.kept[-1].gauge is Gauge.READ:
            last = self.kept.pop()
            reason = self.step(self.kept[-1], last) if self.kept else Reason.NO_BASELINE
            self.seen.add(reason)
            self.kept.append(replace(last, reason=reason))
        return record

    def judge(self, entry):
        """The worst that a neighbour in time says about an entry."""
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

    def superseded(self):
        return {evidence.record.supersedes for evidence in self.evidence}
