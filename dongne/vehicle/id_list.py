"""Lists of VINs, written again with the vehicles' ids: what the registrar's office hands to a recorder."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dongne.book import write_whole
from dongne.problems import Problems
from dongne.tables import Column, Table, parse_rows, read_table
from dongne.vehicle.identity import CityKey, VehicleId, chosen, normalise_vin, possible_ids
from dongne.vehicle.registry import VehicleRegistry

_VIN = Column("vin", ("vehicle",))
_ID = "vehicle"


@dataclass(frozen=True, slots=True)
class VinList:
    """A list of vehicles.

    Attributes:
        table: all its rows.
        vins: by line.
    """

    table: Table
    vins: Mapping[int, str]


def read_vins(file: Path) -> VinList:
    """The VINs of a list.

    Raises:
        UnreadableFile: missing, or not text.
        RejectedFile: with all problems; nothing of the list is to be used.
    """
    problems = Problems(file)
    table = read_table(file, (_VIN,), problems=problems)
    found = dict(parse_rows(table, problems, lambda row: (row.line, row.value("vin", normalise_vin))))
    problems.raise_if_any()
    return VinList(table, found)


def find_ids(registry: VehicleRegistry, vins: Iterable[str], city_key: CityKey) -> dict[str, tuple[VehicleId, bool]]:
    """Each VIN's id, and whether it is registered."""
    possible = {vin: possible_ids(vin, city_key) for vin in vins}
    heads = registry.heads(list({each for ids in possible.values() for each in ids}))
    found = {vin: chosen(ids, heads) for vin, ids in possible.items()}
    return {vin: (vehicle, any(heads[vehicle])) for vin, vehicle in found.items()}


def write_ids(listed: VinList, ids: Mapping[str, tuple[VehicleId, bool]], file: Path) -> None:
    """Write the list with the ids in front.

    Raises:
        FileNotWritable: the folder takes no file.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=listed.table.delimiter)
    writer.writerow([_ID, *(heading if heading.lower() != _ID else "vin" for heading in listed.table.header)])
    for row in listed.table.rows:
        vehicle, _registered = ids[listed.vins[row.line]]
        writer.writerow(["0x" + vehicle.hex(), *row.fields[: len(listed.table.header)]])
    write_whole(file, "\ufeff" + text.getvalue().replace("\r\n", "\n"))
