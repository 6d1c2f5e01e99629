"""Imports auction sales: a CSV file whose rows become odometer records, in the order of their dates."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from web3.types import TxReceipt

from dongne.chain import Call
from dongne.errors import InputError, Problem
from dongne.language import Message, _
from dongne.moments import past_moment
from dongne.parts import parts
from dongne.problems import Problems
from dongne.tables import Column, Row, Table, parse_rows, read_table
from dongne.vehicle.errors import VinUnknown
from dongne.vehicle.identity import has_wrong_check_digit, normalise_vin, row_hash, vehicle_id
from dongne.vehicle.kinds import Gauge, Kind
from dongne.vehicle.odometer import ODOMETER_COLUMNS, OdometerColumn, Unit, odometer_column
from dongne.vehicle.records import Entry, RecordItem
from dongne.vehicle.registry import Seen, VehicleRegistry

COLUMNS = (Column("vin"), *ODOMETER_COLUMNS, Column("saledate"))
"""Columns that are read; a file may have others, in any order."""

RECORDS = 100
"""Records of one transaction, well below what a block holds."""


@dataclass(frozen=True, slots=True)
class Sale:
    """One sold car.

    Attributes:
        line: line of the file, from 1.
        vin: 17 characters, in capitals.
        sold_at: Unix seconds.
        km: odometer in kilometres; None where the file gives none.
        text: the row as it stands in the file, with commas between its fields.
    """

    line: int
    vin: str
    sold_at: int
    km: int | None
    text: str

    def entry(self) -> Entry:
        """The record that this sale becomes; without an odometer one whose gauge was not read."""
        if self.km is None:
            return Entry(Kind.ODOMETER, self.sold_at)
        return Entry(Kind.ODOMETER, self.sold_at, self.km, Gauge.READ)

    def item(self, city_key: bytes) -> RecordItem:
        """The sale as an item of a batch; its document is the row, salted and hashed."""
        document = row_hash(self.text.encode("utf-8"), city_key)
        return RecordItem(vehicle_id(self.vin, city_key), self.entry(), document)


@dataclass(frozen=True, slots=True)
class Sales:
    """What a file holds.

    Attributes:
        table: all its rows.
        accepted: usable rows by date, then by line.
        rejected: what is wrong with the others, by line.
        warnings: one for each VIN whose check digit is wrong; its rows are accepted.
    """

    table: Table
    accepted: tuple[Sale, ...]
    rejected: tuple[Problem, ...]
    warnings: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Fresh:
    """A sale that is still to be recorded."""

    sale: Sale
    item: RecordItem


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import has to do.

    Attributes:
        fresh: sales to record, in order.
        recorded: sales that an earlier import recorded; they are not recorded twice.
        unknown: what is wrong with sales of vehicles that are not registered.
    """

    fresh: tuple[Fresh, ...]
    recorded: tuple[Sale, ...]
    unknown: tuple[Problem, ...]


def read_sales(
    file: Path, now: int, zone: tzinfo, unit: Unit | None = None, mapping: Mapping[str, str] | None = None
) -> Sales:
    """Read a file of sales. A bad row is rejected and the rest is read.

    Args:
        file: CSV with a header.
        now: Unix seconds after which no sale can be dated.
        zone: the city's; counts for dates that name none.
        unit: of the odometers, where their heading does not say it.
        mapping: name of the column by heading in the file, for headings that are not expected.

    Raises:
        InputError: the file as a whole is not usable: unreadable, or without the needed columns.
    """
    problems = Problems(file)
    table = read_table(file, COLUMNS, problems=problems, mapping=mapping)
    odometer = _odometer(table, unit, file)
    width = len(table.header)

    def sale(row: Row) -> Sale:
        vin, km, sold_at = row.values(
            ("vin", normalise_vin),
            (odometer.name, odometer.parse),
            ("saledate", lambda text: past_moment(text, now, zone)),
        )
        return Sale(row.line, vin, sold_at, km, ",".join(row.fields[:width]))

    accepted = sorted(parse_rows(table, problems, sale), key=lambda each: (each.sold_at, each.line))
    return Sales(table, tuple(accepted), problems.found, tuple(_warnings(accepted)))


def plan_import(
    registry: VehicleRegistry, sales: Sequence[Sale], city_key: bytes, seen: Seen | None = None
) -> ImportPlan:
    """Find out what is still to be recorded; call `Sender.settle` first, lest a pending transaction be overlooked.

    Args:
        seen: hears how many more blocks have been read.
    """
    items = [Fresh(sale, sale.item(city_key)) for sale in sales]
    heads = registry.heads(list(dict.fromkeys(each.item.vehicle for each in items)))
    here = [each for each in items if any(heads[each.item.vehicle])]
    there = Counter((event.vehicle, event.document) for event in registry.recorded(seen=seen)) if here else Counter()
    fresh, recorded = list[Fresh](), list[Sale]()
    for each in here:
        # Rows may be equal: each that was recorded accounts for one of them.
        place = each.item.vehicle, each.item.document
        if there[place]:
            there[place] -= 1
            recorded.append(each.sale)
        else:
            fresh.append(each)
    unknown = (each.sale for each in items if not any(heads[each.item.vehicle]))
    return ImportPlan(
        tuple(fresh), tuple(recorded), tuple(Problem(VinUnknown(sale.vin), sale.line, "vin") for sale in unknown)
    )


def record_sales(
    registry: VehicleRegistry, fresh: Sequence[Fresh], deliver: Callable[[Call], TxReceipt | None]
) -> Iterator[tuple[Sequence[Fresh], TxReceipt | None]]:
    """Record sales batch by batch; gives each batch with what delivering it returned.

    Raises:
        ContractRefused: a batch was refused; those before it are recorded.
    """
    for part in parts(fresh, RECORDS):
        yield part, deliver(registry.record_batch([each.item for each in part]))


def _odometer(table: Table, unit: Unit | None, file: Path) -> OdometerColumn:
    problems = Problems(file)
    try:
        found = odometer_column(table, unit)
    except InputError as error:
        problems.add(error, 1)
        problems.raise_if_any()
        raise
    assert found is not None, "it is required"
    return found


def _warnings(sales: Iterable[Sale]) -> Iterator[Message]:
    seen: set[str] = set()
    for sale in sorted(sales, key=lambda sale: sale.line):
        if sale.vin not in seen and has_wrong_check_digit(sale.vin):
            yield Message(WRONG_CHECK_DIGIT, {"line": sale.line, "vin": sale.vin})
        seen.add(sale.vin)


WRONG_CHECK_DIGIT = _("line {line}: the check digit of VIN {vin} is wrong; the row is recorded all the same")
