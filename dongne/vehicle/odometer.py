"""Readings of an odometer in files: in which unit a column is, and what its cells mean in kilometres."""

from collections.abc import Callable
from dataclasses import dataclass

from dongne.language import Word, _
from dongne.numbers import NumberOutOfRange, whole_number
from dongne.tables import Column, ColumnMissing, ColumnTwice, Table
from dongne.units import miles_to_kilometres
from dongne.vehicle.errors import OdometerOutOfRange, UnitContradicted, UnitMissing
from dongne.vehicle.records import MOST_KM


class Unit(Word):
    """What an odometer counts."""

    KM = 0, _("kilometres")
    MILES = 1, _("miles")


UNIT_UNSAID = Column("odometer", required=False)
"""A column of readings whose heading does not say in which unit they are."""

UNITS_BY_COLUMN = {"odometer_km": Unit.KM, "odometer_miles": Unit.MILES}

ODOMETER_COLUMNS = (UNIT_UNSAID, *(Column(name, required=False) for name in UNITS_BY_COLUMN))
"""Columns in which a file may bring readings: one of them."""


@dataclass(frozen=True, slots=True)
class OdometerColumn:
    """Where a file has its readings.

    Attributes:
        name: of the column, as in `ODOMETER_COLUMNS`.
        unit: of its numbers.
    """

    name: str
    unit: Unit

    @property
    def parse(self) -> Callable[[str], int | None]:
        """Reads a cell: kilometres, or None where it is empty."""
        return lambda text: kilometres(text, self.unit) if text else None


def odometer_column(table: Table, given: Unit | None, *, required: bool = True) -> OdometerColumn | None:
    """The column with the readings, and its unit: as its heading says, else as `given`; it is never guessed.

    Raises:
        InputError: there are several such columns, or none though one is `required`; or the unit is not known, or
            contradicted.
    """
    headings = next(iter((*table.rows, *table.rejected))).headings
    found = {name: heading for name, heading in headings.items() if name in _NAMES}
    if len(found) > 1:
        raise ColumnTwice(UNIT_UNSAID.name, tuple(found.values()))
    for name, heading in found.items():
        return OdometerColumn(name, _unit(name, heading, given))
    if required:
        expected = tuple(heading for column in ODOMETER_COLUMNS for heading in column.expected)
        raise ColumnMissing(UNIT_UNSAID.name, expected, table.header)
    return None


def kilometres(text: str, unit: Unit) -> int:
    """Whole kilometres of a reading such as "48,200".

    Raises:
        NotAWholeNumber: not digits.
        OdometerOutOfRange: more than the registry holds.
    """
    try:
        number = whole_number(text, 0, MOST_KM)
        km = number if unit is Unit.KM else miles_to_kilometres(number)
    except NumberOutOfRange as error:
        raise OdometerOutOfRange(error.text, MOST_KM) from error
    if km > MOST_KM:
        raise OdometerOutOfRange(text, MOST_KM)
    return km


_NAMES = {column.name for column in ODOMETER_COLUMNS}


def _unit(name: str, heading: str, given: Unit | None) -> Unit:
    stated = UNITS_BY_COLUMN.get(name)
    if stated is None and given is None:
        raise UnitMissing(heading)
    if stated is not None and given not in (None, stated):
        raise UnitContradicted(heading, stated, given)
    unit = given if stated is None else stated
    assert unit is not None, "refused above"
    return unit
