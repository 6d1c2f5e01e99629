"""What people type for vehicles, kinds, dates, readings and documents, and what it means."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from dongne.cli.session import Session
from dongne.documents import hash_of_file
from dongne.language import _
from dongne.moments import past_moment, unix_moment
from dongne.vehicle import (
    NO_DOCUMENT,
    RELEASING_KINDS,
    RESERVED_KINDS,
    RESTRICTING_KINDS,
    Disclosure,
    Entry,
    Gauge,
    History,
    Kind,
    Unit,
    VehicleId,
    VehicleRegistry,
    chosen,
    disclosures,
    entry_of,
    possible_ids,
    read_city_key,
    word_of,
)
from dongne.vehicle.errors import NotAccreditable, ReservedKind, VehicleUnknown
from dongne.vehicle.odometer import kilometres

Which = Annotated[str, typer.Argument(metavar="VEHICLE", help=_("VIN, or the vehicle's id (0x…)"))]
KeyFile = Annotated[Path | None, typer.Option("--key-file", help=_("File with the city's key; needed with a VIN"))]
Km = Annotated[str | None, typer.Option("--km", help=_("Kilometres on the odometer; leave out if it was not read"))]
GaugeState = Annotated[
    str | None,
    typer.Option("--gauge", help=_("read, replaced, unit-changed or imported; else read if there are kilometres")),
]
When = Annotated[
    str | None, typer.Option("--date", help=_("When it happened, such as 2026-11-22 or 2026-11-22 09:30; else now"))
]
OutcomeText = Annotated[
    str | None,
    typer.Option("--outcome", help=_("What it came to, in words or as a number; docs/vehicles.md lists them by kind")),
]
Document = Annotated[
    Path | None,
    typer.Option(
        "--document", help=_("File with the evidence; only its salted hash is recorded, and the salt kept beside it")
    ),
]
Columns = Annotated[
    Path | None,
    typer.Option("--columns", help=_("File that says which heading is which column (docs/formats.md)")),
]
UnitOfReadings = Annotated[
    str | None, typer.Option("--unit", help=_("km or miles, where the heading of the odometers does not say it"))
]

_COMMANDS = {
    Kind.REGISTRATION: "dongne vehicle register",
    Kind.OWNERSHIP_CHANGE: "dongne vehicle transfer",
    Kind.CORRECTION: "dongne vehicle correct",
    **dict.fromkeys(RESTRICTING_KINDS | RELEASING_KINDS, "dongne vehicle restriction"),
}


def vehicle_named(session: Session, which: str, key_file: Path | None) -> VehicleId:
    """The vehicle that was typed: by an id, or by its VIN with any edition of the city's key."""
    possible = possible_ids(which, read_city_key(key_file) if key_file else None)
    if len(possible) == 1:
        return possible[0]
    return chosen(possible, session.client(VehicleRegistry).heads(possible))


def disclosure_named(session: Session, vin: str, key_file: Path) -> Disclosure:
    """VIN and salt of a vehicle, by the edition of the city's key with which it is registered."""
    found = {each.vehicle: each for each in disclosures(vin, read_city_key(key_file))}
    if len(found) == 1:
        return next(iter(found.values()))
    return found[chosen(list(found), session.client(VehicleRegistry).heads(list(found)))]


def zone_of(session: Session) -> ZoneInfo:
    """The city's time zone."""
    return ZoneInfo(session.book.time_zone)


def past(session: Session, text: str | None) -> int:
    """When something happened, Unix seconds; the latest block's time where nothing was typed."""
    now = session.chain.timestamp()
    return past_moment(text, now, zone_of(session)) if text else now


def any_time(session: Session, text: str) -> int:
    """A time past or coming, Unix seconds.

    Raises:
        InputError: not a date, or before 1970.
    """
    return unix_moment(text, zone_of(session))


def entry(session: Session, kind: Kind, date: str | None, km: str | None, gauge: str | None, outcome: int = 0) -> Entry:
    """The entry that was typed."""
    state = word_of(Gauge, gauge) if gauge else None
    return entry_of(kind, past(session, date), kilometres(km, Unit.KM) if km else None, state, outcome)


def recordable_kind(text: str) -> Kind:
    """A kind of records that `record` writes.

    Raises:
        InputError: there is no such kind, or it has a command of its own.
    """
    kind = word_of(Kind, text)
    if kind in RESERVED_KINDS:
        raise ReservedKind(kind, _COMMANDS[kind])
    return kind


def accreditable_kind(text: str) -> Kind:
    """A kind of records that recorders can be accredited for.

    Raises:
        InputError: there is no such kind, or only the registrar writes it.
    """
    kind = word_of(Kind, text)
    if kind in RESERVED_KINDS:
        raise NotAccreditable(kind)
    return kind


def unit_of(text: str | None) -> Unit | None:
    """The unit that was typed."""
    return word_of(Unit, text) if text else None


def hash_of(document: Path | None) -> bytes:
    """The salted hash of a document; zeros where none was named.

    Raises:
        UnreadableFile: the document cannot be read.
        InputError: the file beside it does not hold a salt.
    """
    return NO_DOCUMENT if document is None else hash_of_file(document)


def history_of(session: Session, registry: VehicleRegistry, vehicle: VehicleId) -> History:
    """The vehicle's history, proven complete.

    Raises:
        VehicleUnknown: it is not registered.
        HistoryMismatch: a record is missing or altered.
    """
    blocks = session.chain.block_number() - registry.entry.block
    with session.progress(_("Reading the history (blocks)"), blocks) as seen:
        found = registry.verified_history(vehicle, seen)
    if not found.evidence:
        raise VehicleUnknown(vehicle)
    return found
