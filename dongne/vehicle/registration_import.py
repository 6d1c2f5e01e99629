"""Registers lists of vehicles: a CSV file with a vehicle, its owner and its first reading a row."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from web3.types import TxReceipt

from dongne.addresses import address_of
from dongne.chain import Call
from dongne.errors import InputError
from dongne.moments import past_moment
from dongne.parts import parts
from dongne.problems import Problems
from dongne.tables import Column, ColumnMapping, Listed, Row, Table, parse_rows, read_table
from dongne.vehicle.errors import VehicleRegisteredToAnother
from dongne.vehicle.identity import CityKey, VehicleId, chosen, possible_ids
from dongne.vehicle.kinds import Gauge, Kind, word_of
from dongne.vehicle.odometer import ODOMETER_COLUMNS, OdometerColumn, Unit, odometer_column
from dongne.vehicle.outcomes import outcome_of
from dongne.vehicle.records import RegistrationItem, entry_of
from dongne.vehicle.registry import VehicleRegistry

COLUMNS = (
    Column("vehicle"),
    Column("owner"),
    Column("date", required=False),
    *ODOMETER_COLUMNS,
    Column("gauge", required=False),
    Column("class", required=False),
)
"""Columns that are read; a file may have others, in any order."""

REGISTRATIONS = 100
"""Vehicles of one transaction, well below what a block holds."""


@dataclass(frozen=True, slots=True)
class Registration:
    """One vehicle of a list.

    Attributes:
        line: line of the file, from 1.
        item: as a batch takes it.
        possible: ids that the vehicle can have, by the editions of the city's key; that of the item first.
    """

    line: int
    item: RegistrationItem
    possible: tuple[VehicleId, ...]


@dataclass(frozen=True, slots=True)
class Registrations:
    """What a file holds.

    Attributes:
        table: all its rows.
        listed: one for each row, in the order of the file.
    """

    table: Table
    listed: tuple[Registration, ...]


@dataclass(frozen=True, slots=True)
class RegistrationPlan:
    """What a list has to do.

    Attributes:
        fresh: vehicles to register, in order.
        registered: those that are registered to the same owner already; they are skipped.
    """

    fresh: tuple[Registration, ...]
    registered: tuple[Registration, ...]


def read_registrations(
    file: Path,
    now: int,
    zone: tzinfo,
    city_key: CityKey | None,
    unit: Unit | None = None,
    mapping: ColumnMapping | None = None,
) -> Registrations:
    """Read a list of vehicles.

    Args:
        file: CSV with a header.
        now: Unix seconds after which nothing can be dated, and that count where no date is given.
        zone: the city's; counts for dates that name none.
        city_key: for VINs.
        unit: of the odometers, where their heading does not say it.
        mapping: columns by headings that are not expected, and cells that say nothing.

    Raises:
        UnreadableFile: missing, or not text.
        RejectedFile: with all problems; nothing of the list is to be used.
    """
    problems, listed = Problems(file), Listed()
    table = read_table(file, COLUMNS, problems=problems, mapping=mapping)
    odometer = _odometer(table, unit, problems)

    def registration(row: Row) -> Registration:
        possible, owner, date, gauge = row.values(
            ("vehicle", lambda text: possible_ids(text, city_key)),
            ("owner", address_of),
            ("date", lambda text: past_moment(text, now, zone) if text else now),
            ("gauge", lambda text: word_of(Gauge, text) if text else None),
        )
        told = row.value("class", lambda text: outcome_of(Kind.REGISTRATION, text) if text else 0)
        km = row.value(odometer.name, odometer.parse) if odometer else None
        listed.add("0x" + possible[0].hex(), row.line)
        first = entry_of(Kind.REGISTRATION, date, km, gauge, told)
        return Registration(row.line, RegistrationItem(possible[0], owner, first), possible)

    found = parse_rows(table, problems, registration)
    problems.raise_if_any()
    return Registrations(table, tuple(found))


def plan_registrations(registry: VehicleRegistry, listed: Sequence[Registration], file: Path) -> RegistrationPlan:
    """Find out which vehicles are still to be registered.

    Raises:
        RejectedFile: some are registered already, to other owners than the list says.
    """
    heads = registry.heads([vehicle for each in listed for vehicle in each.possible])
    known = {each.line: chosen(each.possible, heads) for each in listed}
    registered = [each for each in listed if any(heads[known[each.line]])]
    owners = registry.owners_of([known[each.line] for each in registered])
    problems = Problems(file)
    for each in registered:
        if (owner := owners[known[each.line]]) != each.item.owner:
            problems.add(VehicleRegisteredToAnother(known[each.line], owner), each.line)
    problems.raise_if_any()
    fresh = (each for each in listed if not any(heads[known[each.line]]))
    return RegistrationPlan(tuple(fresh), tuple(registered))


def register_listed(
    registry: VehicleRegistry, fresh: Sequence[Registration], deliver: Callable[[Call], TxReceipt | None]
) -> Iterator[tuple[Sequence[Registration], TxReceipt | None]]:
    """Register vehicles batch by batch; gives each batch with what delivering it returned.

    Raises:
        ContractRefused: a batch was refused; the vehicles of those before it are registered.
    """
    for part in parts(fresh, REGISTRATIONS):
        yield part, deliver(registry.register_batch([each.item for each in part]))


def _odometer(table: Table, unit: Unit | None, problems: Problems) -> OdometerColumn | None:
    try:
        return odometer_column(table, unit, required=False)
    except InputError as error:
        problems.add(error, 1)
        problems.raise_if_any()
        raise
