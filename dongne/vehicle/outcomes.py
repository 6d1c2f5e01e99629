"""What the outcome of a record means, by its kind: the suite's list; docs/vehicles.md has it as a table.

An outcome is 16 bits. Of some kinds it is one of several numbers, of others each bit says something of its own. A city
adds numbers from `FIRST_OF_THE_CITY` on; where the outcome is bits, those that this list leaves out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from dongne.language import Joined, Language, Message, Readable, Word, _, translated
from dongne.numbers import NotAWholeNumber, whole_number
from dongne.texts import excerpt, folded
from dongne.vehicle.errors import OutcomeUnknown
from dongne.vehicle.kinds import Kind, name_of
from dongne.vehicle.records import MOST_OUTCOME

FIRST_OF_THE_CITY = 0x8000
"""Numbers from here on are the city's own; this list will never use them."""


class VehicleClass(Word):
    """Outcome of a registration: the class by whose pace a vehicle's readings are judged; 6 to 15 are the city's."""

    PRIVATE_CAR = 0, _("car in private use")
    COMMERCIAL_CAR = 1, _("car in commercial use")
    BUS = 2, _("bus or van")
    TRUCK = 3, _("truck")
    SPECIAL = 4, _("special vehicle")
    MOTORCYCLE = 5, _("motorcycle")


class InspectionFinding(Word):
    """What a performance inspection found, by form 82, a bit each; `SHEET` says that a sheet was checked."""

    SIMPLE_REPAIR = 0, _("outer panels repaired")
    ACCIDENT = 1, _("frame repaired")
    FLOOD = 2, _("flooded")
    FIRE = 3, _("burnt")
    GAUGE = 4, _("odometer defective")
    VIN_MARKING = 5, _("VIN marking not in order")
    UNLAWFUL_TUNING = 6, _("unlawful tuning")
    ENGINE = 7, _("engine")
    TRANSMISSION = 8, _("transmission")
    POWER_TRAIN = 9, _("power train")
    STEERING = 10, _("steering")
    BRAKES = 11, _("brakes")
    ELECTRICAL = 12, _("electrical parts")
    HIGH_VOLTAGE = 13, _("high-voltage parts")
    FUEL_LEAK = 14, _("fuel leak")
    SHEET = 15, _("checked against form 82")


class PeriodicResult(Word):
    """Outcome of a periodic inspection."""

    PASSED = 1, _("passed")
    PASSED_WITH_ADVICE = 2, _("passed with advice")
    FAILED = 3, _("failed")


class Occasion(Word):
    """On what occasion an odometer was read."""

    SALE = 1, _("at a sale")
    SERVICE = 2, _("at a service")
    TELEMETRY = 3, _("sent by the vehicle")
    CHECK = 4, _("at a check of the authorities")


class Damage(Word):
    """What an accident did, a bit each."""

    FRONT = 0, _("front")
    REAR = 1, _("rear")
    LEFT = 2, _("left side")
    RIGHT = 3, _("right side")
    ROOF = 4, _("roof")
    UNDERBODY = 5, _("underbody")
    FRAME = 6, _("frame damaged")
    AIRBAGS = 7, _("airbags released")
    NOT_DRIVABLE = 8, _("not drivable")
    DRIVE_BATTERY = 9, _("drive battery damaged")


class OuterPanel(Word):
    """Which outer panels were repaired or replaced, a bit each, as in form 82."""

    HOOD = 0, _("hood")
    FRONT_FENDER = 1, _("front fender")
    DOOR = 2, _("door")
    TRUNK_LID = 3, _("trunk lid")
    RADIATOR_SUPPORT = 4, _("radiator support")
    QUARTER_PANEL = 5, _("quarter panel")
    ROOF_PANEL = 6, _("roof panel")
    SIDE_SILL_PANEL = 7, _("side sill panel")


class FramePart(Word):
    """Which parts of the frame were repaired or replaced, a bit each, as in form 82."""

    FRONT_PANEL = 0, _("front panel")
    CROSS_MEMBER = 1, _("cross member")
    INSIDE_PANEL = 2, _("inside panel")
    TRUNK_FLOOR = 3, _("trunk floor")
    REAR_PANEL = 4, _("rear panel")
    SIDE_MEMBER = 5, _("side member")
    WHEEL_HOUSE = 6, _("wheel house")
    PILLAR_PANEL = 7, _("pillar panel")
    PACKAGE_TRAY = 8, _("package tray")
    DASH_PANEL = 9, _("dash panel")
    FLOOR_PANEL = 10, _("floor panel")


class Depth(Word):
    """How far the water of a flood came."""

    FLOOR = 1, _("to the floor")
    SEATS = 2, _("to the seats")
    DASHBOARD = 3, _("to the dashboard")
    ABOVE = 4, _("above the dashboard")


class Burnt(Word):
    """What a fire burnt."""

    ENGINE_BAY = 1, _("engine bay")
    INTERIOR = 2, _("interior")
    DRIVE_BATTERY = 3, _("drive battery")
    WHOLE = 4, _("whole vehicle")


class LossReason(Word):
    """Why a vehicle was a total loss."""

    REPAIR_TOO_DEAR = 1, _("repair dearer than the vehicle")
    FLOODED = 2, _("flooded")
    BURNT = 3, _("burnt")
    STOLEN = 4, _("stolen and not found")


class Work(Word):
    """What was done at a service, a bit each."""

    OIL = 0, _("oil and filters")
    BRAKES = 1, _("brakes")
    TYRES = 2, _("tyres")
    BATTERY = 3, _("battery")
    TIMING_BELT = 4, _("timing belt")
    ENGINE = 5, _("engine")
    TRANSMISSION = 6, _("transmission")
    STEERING = 7, _("steering and suspension")
    AIR_CONDITIONING = 8, _("air conditioning")
    DRIVE_BATTERY = 9, _("drive battery")


class Use(Word):
    """Whether a use began or ended."""

    BEGAN = 1, _("began")
    ENDED = 2, _("ended")


class Approval(Word):
    """Whether a change of the vehicle was approved."""

    APPROVED = 1, _("approved")
    NOT_APPROVED = 2, _("not approved")
    UNDONE = 3, _("undone")


class SalvageUse(Word):
    """What becomes of a wreck."""

    PARTS = 1, _("for parts")
    REBUILDING = 2, _("to be rebuilt")


class LemonRemedy(Word):
    """What the maker gave for a vehicle that it took back."""

    REPLACED = 1, _("replaced")
    REFUNDED = 2, _("refunded")


class VinReason(Word):
    """Why a VIN was issued again."""

    DAMAGED = 1, _("marking damaged")
    ERASED = 2, _("marking erased or altered")


class GaugeDoubt(Word):
    """Why a gauge does not tell the distance."""

    STUCK = 1, _("stands still")
    DARK = 2, _("cannot be read")
    TURNED_BACK = 3, _("known to be turned back")
    WITHOUT_PAPERS = 4, _("replaced without papers")


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcomes of a kind.

    Attributes:
        words: what its numbers say, or its bits.
        bits: whether each bit says something of its own.
    """

    words: type[Word]
    bits: bool = False


OUTCOMES: Mapping[Kind, Outcomes] = {
    Kind.REGISTRATION: Outcomes(VehicleClass),
    Kind.ODOMETER: Outcomes(Occasion),
    Kind.PERFORMANCE_INSPECTION: Outcomes(InspectionFinding, bits=True),
    Kind.PERIODIC_INSPECTION: Outcomes(PeriodicResult),
    Kind.ACCIDENT: Outcomes(Damage, bits=True),
    Kind.REPAIR_SIMPLE: Outcomes(OuterPanel, bits=True),
    Kind.REPAIR_FRAME: Outcomes(FramePart, bits=True),
    Kind.FLOOD: Outcomes(Depth),
    Kind.FIRE: Outcomes(Burnt),
    Kind.TOTAL_LOSS: Outcomes(LossReason),
    Kind.MAINTENANCE: Outcomes(Work, bits=True),
    Kind.RENTAL_USE: Outcomes(Use),
    Kind.TAXI_USE: Outcomes(Use),
    Kind.LEASE_USE: Outcomes(Use),
    Kind.OFFICIAL_USE: Outcomes(Use),
    Kind.TUNING: Outcomes(Approval),
    Kind.SALVAGE: Outcomes(SalvageUse),
    Kind.LEMON_RETURN: Outcomes(LemonRemedy),
    Kind.VIN_REISSUED: Outcomes(VinReason),
    Kind.GAUGE_DEFECTIVE: Outcomes(GaugeDoubt),
    Kind.GAUGE_NOT_ACTUAL: Outcomes(GaugeDoubt),
}
"""The outcomes of the kinds that have any; those of a recall are numbers of campaigns, and the city's."""


def outcome_of(kind: Kind, text: str) -> int:
    """The outcome that a person wrote: a number, or the list's words with commas between them where it is bits.

    Raises:
        OutcomeUnknown: a word that the kind does not have.
        NumberOutOfRange: beyond 16 bits.
    """
    try:
        return whole_number(text, 0, MOST_OUTCOME)
    except NotAWholeNumber:
        pass
    known = OUTCOMES.get(kind)
    parts = text.split(",") if known and known.bits else [text]
    numbers = [_number(kind, known, part) for part in parts]
    return bits_of(numbers) if known and known.bits else numbers[0]


def bits_of(numbers: Iterable[int]) -> int:
    """An outcome with these bits."""
    return sum({1 << number for number in numbers})


def outcome_words(kind: Kind, outcome: int) -> Readable | None:
    """What an outcome says; numbers that are not of this list as numbers; None where nothing is said."""
    known = OUTCOMES.get(kind)
    if known is None or not known.bits:
        said = _word(known, outcome)
        return said if said is not None or not outcome else Message(_("outcome {number}"), {"number": outcome})
    words = tuple(_bits(known.words, outcome))
    return Joined(words, ", ") if words else None


def class_words(vehicle_class: int) -> Readable:
    """The class of a vehicle."""
    said = outcome_words(Kind.REGISTRATION, vehicle_class)
    assert said is not None, "class 0 has a word"
    return said


def _bits(words: type[Word], outcome: int) -> Iterator[Readable]:
    known = {int(word): word for word in words}
    for bit in range(outcome.bit_length()):
        if outcome >> bit & 1:
            yield known[bit] if bit in known else Message(_("outcome bit {number}"), {"number": bit})


def _word(known: Outcomes | None, outcome: int) -> Readable | None:
    return next((word for word in known.words if word == outcome), None) if known else None


def _number(kind: Kind, known: Outcomes | None, text: str) -> int:
    wanted = folded(text)
    for word in known.words if known else ():
        if wanted in {folded(name) for name in (word.name, *(translated(word.label, each) for each in _LANGUAGES))}:
            return int(word)
    possible = tuple(name_of(word) for word in known.words) if known else ()
    raise OutcomeUnknown(excerpt(text.strip()), kind, possible)


_LANGUAGES: tuple[Language, ...] = get_args(Language)
