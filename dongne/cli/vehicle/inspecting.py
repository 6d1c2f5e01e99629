"""The command of inspectors: check a sheet before it is recorded; what a sheet gives to a record."""

from pathlib import Path
from typing import Annotated

import typer

from dongne.cli.commands import command
from dongne.cli.output import Fact, Number
from dongne.cli.session import Session, Yes
from dongne.cli.vehicle.group import app
from dongne.language import Joined, Message, _
from dongne.vehicle import InspectionSheet, Kind, normalise_vin, outcome_of, read_inspection
from dongne.vehicle.errors import SheetDisagrees, SheetOfAnotherVehicle

SHEET_SUFFIX = ".json"
NONE = Message(_("none"))


@command(app, epilog=_("Example: dongne vehicle inspection sheet.json"))
def inspection(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("Performance inspection: JSON, docs/formats.md"))],
) -> None:
    """Check the sheet of a performance inspection against form 82, and show what it says; nothing is sent."""
    sheet = read_inspection(file)
    session.show(sheet.fields, lambda: session.facts(str(file), *_facts(sheet)))


def _facts(sheet: InspectionSheet) -> tuple[Fact, ...]:
    return (
        Fact(_("VIN"), sheet.vin),
        Fact(_("inspected on"), sheet.inspected_on.isoformat()),
        Fact(_("kilometres"), Number(f"{sheet.km:,}")),
        Fact(_("odometer works"), Yes(sheet.gauge_works)),
        Fact(_("accident"), Yes(sheet.accident)),
        Fact(_("special history"), _listed(sheet.special_history)),
        Fact(_("marked parts"), _listed(sheet.panels)),
        Fact(_("outcome"), Joined(sheet.found, ", ")),
    )


def _listed(found: tuple[str, ...]) -> Message | str:
    return ", ".join(found) if found else NONE


def sheet_behind(kind: Kind, document: Path | None, which: str) -> InspectionSheet | None:
    """The checked sheet behind a record of a performance inspection; None where the document is of another sort.

    Raises:
        RejectedFile: it is not a sheet as the form wants it.
        SheetOfAnotherVehicle: it is for another VIN than the one that was typed.
    """
    if kind is not Kind.PERFORMANCE_INSPECTION or document is None or document.suffix.lower() != SHEET_SUFFIX:
        return None
    sheet = read_inspection(document)
    if not which.lower().startswith("0x") and normalise_vin(which) != sheet.vin:
        raise SheetOfAnotherVehicle(sheet.vin)
    return sheet


def km_of(sheet: InspectionSheet | None, typed: str | None) -> str | None:
    """Kilometres to record: as typed, else the sheet's where its odometer works.

    Raises:
        SheetDisagrees: both are there and differ.
    """
    if sheet is None or not sheet.gauge_works:
        return typed
    return _agreed("--km", typed, str(sheet.km))


def date_of(sheet: InspectionSheet | None, typed: str | None) -> str | None:
    """Day to record: as typed, else the sheet's; a typed time must be on that day.

    Raises:
        SheetDisagrees: it is on another day.
    """
    if sheet is None:
        return typed
    written = sheet.inspected_on.isoformat()
    if typed and typed.strip().startswith(written):
        return typed
    return _agreed("--date", typed, written)


def outcome_in(kind: Kind, sheet: InspectionSheet | None, typed: str | None) -> int:
    """Outcome to record: as typed, else what the sheet found.

    Raises:
        SheetDisagrees: both are there and differ.
        InputError: the kind has no such outcome.
    """
    given = outcome_of(kind, typed) if typed else None
    if sheet is None:
        return given or 0
    if given is not None and given != sheet.outcome:
        raise SheetDisagrees("--outcome", str(typed), str(sheet.outcome))
    return sheet.outcome


def _agreed(option: str, typed: str | None, written: str) -> str:
    if typed is not None and typed.replace(",", "").strip() != written:
        raise SheetDisagrees(option, typed, written)
    return written
