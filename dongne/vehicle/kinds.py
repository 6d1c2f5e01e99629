"""The numbered words of a vehicle's history (kinds, gauges, reasons, verdicts) and how people read them."""

from typing import TypeVar, get_args

from dongne.language import Language, Word, _, translated
from dongne.texts import excerpt, folded
from dongne.vehicle.errors import UnknownWord
from dongne.words import RecordKind

AWord = TypeVar("AWord", bound=Word)


Kind = RecordKind
"""What a record is about."""


class Gauge(Word):
    """How the odometer was read."""

    NOT_READ = 0, _("not read")
    READ = 1, _("read")
    REPLACED = 2, _("gauge replaced")
    UNIT_CHANGED = 3, _("unit changed")
    IMPORTED = 4, _("imported")


class Verdict(Word):
    """The odometer verdict."""

    NO_VERDICT = 0, _("no verdict")
    LOGICAL = 1, _("logical")
    ILLOGICAL = 2, _("illogical")


class Reason(Word):
    """Why a reading was judged as it was."""

    NOT_READ = 0, _("odometer not read")
    NO_BASELINE = 1, _("nothing to compare with yet")
    GAUGE_REPLACED = 2, _("gauge replaced")
    UNIT_CHANGED = 3, _("unit changed")
    IMPORTED = 4, _("imported vehicle")
    CONSISTENT = 5, _("consistent with its neighbours")
    IMPLAUSIBLE = 6, _("implausibly many km a day")
    LOWER_THAN_EARLIER = 7, _("lower than an earlier reading")
    HIGHER_THAN_LATER = 8, _("higher than a later reading")

    @property
    def verdict(self) -> Verdict:
        """The verdict that this reason gives."""
        if self < Reason.CONSISTENT:
            return Verdict.NO_VERDICT
        return Verdict.LOGICAL if self <= Reason.IMPLAUSIBLE else Verdict.ILLOGICAL

    @property
    def is_gauge_change(self) -> bool:
        """Whether the gauge or its unit changed, or the vehicle was imported."""
        return Reason.GAUGE_REPLACED <= self <= Reason.IMPORTED

    @property
    def is_flagged(self) -> bool:
        """Whether a buyer should look twice."""
        return self >= Reason.IMPLAUSIBLE


RESTRICTING_KINDS = frozenset(
    {
        Kind.LIEN,
        Kind.SEIZURE,
        Kind.PROVISIONAL_DISPOSITION,
        Kind.THEFT,
        Kind.DEREGISTRATION,
        Kind.EXPORT,
        Kind.SCRAP,
    }
)
"""Kinds that keep the title from moving until they are released."""

RELEASING_KINDS = frozenset(
    {
        Kind.LIEN_RELEASE,
        Kind.SEIZURE_RELEASE,
        Kind.PROVISIONAL_DISPOSITION_RELEASE,
        Kind.RECOVERY,
        Kind.REINSTATEMENT,
    }
)
"""Kinds that release a restriction."""

RESERVED_KINDS = RESTRICTING_KINDS | RELEASING_KINDS | {Kind.REGISTRATION, Kind.OWNERSHIP_CHANGE, Kind.CORRECTION}
"""Kinds that come with functions of their own: no accreditation covers them."""

GAUGE_BRANDS = frozenset({Kind.GAUGE_DEFECTIVE, Kind.GAUGE_NOT_ACTUAL, Kind.GAUGE_BEYOND_DIGITS})
"""Kinds that say that the gauge does not tell the distance: no verdict while one stands."""

BRANDING_KINDS = GAUGE_BRANDS | {
    Kind.REPAIR_FRAME,
    Kind.FLOOD,
    Kind.FIRE,
    Kind.TOTAL_LOSS,
    Kind.THEFT,
    Kind.SALVAGE,
    Kind.REBUILT,
    Kind.LEMON_RETURN,
    Kind.VIN_REISSUED,
    Kind.RENTAL_USE,
    Kind.TAXI_USE,
    Kind.LEASE_USE,
    Kind.OFFICIAL_USE,
}
"""Kinds that stay with a vehicle: a brand goes only when all records that set it are corrected."""


GAUGE_CHANGES = 63
"""The bit of an accreditation that allows records to say that the gauge changed."""


def mask(kinds: frozenset[Kind], *, gauge_changes: bool = False) -> int:
    """Bit k for kind k, as accreditations are written, and the bit for changes of the gauge."""
    return sum(1 << kind for kind in kinds) | gauge_changes << GAUGE_CHANGES


def allows_gauge_changes(bits: int) -> bool:
    """Whether an accreditation allows records to say that the gauge changed."""
    return bool(bits >> GAUGE_CHANGES & 1)


def kinds_in(bits: int) -> frozenset[Kind]:
    """The kinds whose bits are set."""
    return frozenset(kind for kind in Kind if bits >> kind & 1)


def word_of(words: type[AWord], text: str) -> AWord:
    """The word that a person wrote: its name or its label in either language, in any case; spaces and hyphens as well.

    Raises:
        UnknownWord: none of them.
    """
    wanted = _plain(text)
    for word in words:
        if wanted in {_plain(name) for name in (word.name, *(translated(word.label, each) for each in _LANGUAGES))}:
            return word
    raise UnknownWord(excerpt(text), tuple(name_of(word) for word in words))


def name_of(word: Word) -> str:
    """The word as commands and files take it in every language: `periodic-inspection`."""
    return word.name.lower().replace("_", "-")


def _plain(text: str) -> str:
    return folded(text).replace("\N{MIDDLE DOT}", "")


_LANGUAGES: tuple[Language, ...] = get_args(Language)
