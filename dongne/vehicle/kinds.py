"""The numbered words of a vehicle's history (kinds, gauges, reasons, verdicts) and how people read them."""

from enum import IntEnum

from dongne.explanations.sentence import Language, Sentence


class Kind(IntEnum):
    """What a record is about; numbered as in Kind.sol."""

    REGISTRATION = 0
    ODOMETER = 1
    PERFORMANCE_INSPECTION = 2
    PERIODIC_INSPECTION = 3
    ACCIDENT = 4
    REPAIR_SIMPLE = 5
    REPAIR_FRAME = 6
    FLOOD = 7
    TOTAL_LOSS = 8
    THEFT = 9
    RECOVERY = 10
    MAINTENANCE = 11
    RECALL = 12
    RECALL_REMEDY = 13
    RENTAL_USE = 14
    TAXI_USE = 15
    TUNING = 16
    LIEN = 17
    LIEN_RELEASE = 18
    SEIZURE = 19
    EXPORT = 20
    SCRAP = 21
    OWNERSHIP_CHANGE = 22
    CORRECTION = 23


class Gauge(IntEnum):
    """How the odometer was read."""

    NOT_READ = 0
    READ = 1
    REPLACED = 2
    UNIT_CHANGED = 3
    IMPORTED = 4


class Verdict(IntEnum):
    """The odometer verdict."""

    NO_VERDICT = 0
    LOGICAL = 1
    ILLOGICAL = 2


class Reason(IntEnum):
    """Why a reading was judged as it was."""

    NOT_READ = 0
    NO_BASELINE = 1
    GAUGE_REPLACED = 2
    UNIT_CHANGED = 3
    IMPORTED = 4
    CONSISTENT = 5
    IMPLAUSIBLE = 6
    LOWER_THAN_EARLIER = 7
    HIGHER_THAN_LATER = 8

    @property
    def verdict(self) -> Verdict:
        """The verdict that this reason gives."""
        if self < Reason.CONSISTENT:
            return Verdict.NO_VERDICT
        return Verdict.LOGICAL if self <= Reason.IMPLAUSIBLE else Verdict.ILLOGICAL

    @property
    def is_flagged(self) -> bool:
        """Whether a buyer should look twice."""
        return self >= Reason.IMPLAUSIBLE


Word = Kind | Gauge | Verdict | Reason

RESERVED_KINDS = frozenset({Kind.REGISTRATION, Kind.OWNERSHIP_CHANGE, Kind.CORRECTION})
"""Kinds that come with functions of their own: no accreditation covers them."""


def mask(kinds: frozenset[Kind]) -> int:
    """Bit k for kind k, as accreditations are written."""
    return sum(1 << kind for kind in kinds)


def kinds_in(bits: int) -> frozenset[Kind]:
    """The kinds whose bits are set."""
    return frozenset(kind for kind in Kind if bits >> kind & 1)


def label(word: Word, language: Language) -> str:
    """The word as a person reads it."""
    return _LABELS[type(word).__name__, word.name].say(language, {})


_LABELS = {
    ("Kind", "REGISTRATION"): Sentence("registration", "신규 등록"),
    ("Kind", "ODOMETER"): Sentence("odometer reading", "주행거리 기록"),
    ("Kind", "PERFORMANCE_INSPECTION"): Sentence("performance inspection", "성능·상태점검"),
    ("Kind", "PERIODIC_INSPECTION"): Sentence("periodic inspection", "정기검사"),
    ("Kind", "ACCIDENT"): Sentence("accident", "사고"),
    ("Kind", "REPAIR_SIMPLE"): Sentence("simple repair", "단순 수리"),
    ("Kind", "REPAIR_FRAME"): Sentence("frame repair", "주요 골격 수리"),
    ("Kind", "FLOOD"): Sentence("flood", "침수"),
    ("Kind", "TOTAL_LOSS"): Sentence("total loss", "전손"),
    ("Kind", "THEFT"): Sentence("theft", "도난"),
    ("Kind", "RECOVERY"): Sentence("recovery", "도난 회수"),
    ("Kind", "MAINTENANCE"): Sentence("maintenance", "정비"),
    ("Kind", "RECALL"): Sentence("recall", "리콜"),
    ("Kind", "RECALL_REMEDY"): Sentence("recall remedied", "리콜 조치"),
    ("Kind", "RENTAL_USE"): Sentence("rental use", "렌터카 사용"),
    ("Kind", "TAXI_USE"): Sentence("taxi use", "택시 사용"),
    ("Kind", "TUNING"): Sentence("tuning", "튜닝"),
    ("Kind", "LIEN"): Sentence("lien", "저당"),
    ("Kind", "LIEN_RELEASE"): Sentence("lien released", "저당 해제"),
    ("Kind", "SEIZURE"): Sentence("seizure", "압류"),
    ("Kind", "EXPORT"): Sentence("export", "수출"),
    ("Kind", "SCRAP"): Sentence("scrapped", "폐차"),
    ("Kind", "OWNERSHIP_CHANGE"): Sentence("change of owner", "소유자 변경"),
    ("Kind", "CORRECTION"): Sentence("withdrawal of a record", "기록 철회"),
    ("Gauge", "NOT_READ"): Sentence("not read", "미확인"),
    ("Gauge", "READ"): Sentence("read", "확인"),
    ("Gauge", "REPLACED"): Sentence("gauge replaced", "계기판 교체"),
    ("Gauge", "UNIT_CHANGED"): Sentence("unit changed", "단위 변경"),
    ("Gauge", "IMPORTED"): Sentence("imported", "수입"),
    ("Verdict", "NO_VERDICT"): Sentence("no verdict", "판정 불가"),
    ("Verdict", "LOGICAL"): Sentence("logical", "정상"),
    ("Verdict", "ILLOGICAL"): Sentence("illogical", "비정상"),
    ("Reason", "NOT_READ"): Sentence("odometer not read", "주행거리 미확인"),
    ("Reason", "NO_BASELINE"): Sentence("nothing to compare with yet", "비교할 기록 없음"),
    ("Reason", "GAUGE_REPLACED"): Sentence("gauge replaced", "계기판 교체"),
    ("Reason", "UNIT_CHANGED"): Sentence("unit changed", "단위 변경"),
    ("Reason", "IMPORTED"): Sentence("imported", "수입 차량"),
    ("Reason", "CONSISTENT"): Sentence("consistent with its neighbours", "앞뒤 기록과 일치"),
    ("Reason", "IMPLAUSIBLE"): Sentence("implausibly many km a day", "하루 주행거리 과다"),
    ("Reason", "LOWER_THAN_EARLIER"): Sentence("lower than an earlier reading", "이전 기록보다 낮음"),
    ("Reason", "HIGHER_THAN_LATER"): Sentence("higher than a later reading", "이후 기록보다 높음"),
}
