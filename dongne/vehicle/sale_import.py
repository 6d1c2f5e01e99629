"""Imports lists of records, such as auction sales or an inspection station's day: a CSV file, a record a row."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.chain import Call
from dongne.errors import InputError, Problem
from dongne.language import Message, _
from dongne.moments import past_moment
from dongne.parts import parts
from dongne.problems import Problems
from dongne.tables import Column, ColumnMapping, Row, Table, parse_rows, read_table
from dongne.texts import trimmed
from dongne.vehicle.errors import ReservedKindInList, RowTwice, VinUnknown
from dongne.vehicle.identity import (
    CityKey,
    VehicleId,
    chosen,
    has_wrong_check_digit,
    named_vehicle,
    possible_ids,
    row_hash,
)
from dongne.vehicle.kinds import RESERVED_KINDS, Gauge, Kind, word_of
from dongne.vehicle.odometer import ODOMETER_COLUMNS, OdometerColumn, Unit, odometer_column
from dongne.vehicle.outcomes import outcome_of
from dongne.vehicle.records import Entry, Record, RecordItem
from dongne.vehicle.registry import Seen, VehicleRegistry

COLUMNS = (
    Column("vehicle"),
    *ODOMETER_COLUMNS,
    Column("saledate"),
    Column("kind", required=False),
    Column("outcome", required=False),
)
"""Columns that are read; a file may have others, in any order."""

RECORDS = 100
"""Records of one transaction, well below what a block holds."""


@dataclass(frozen=True, slots=True)
class Sale:
    """One row: a sold car, or another record.

    Attributes:
        line: line of the file, from 1.
        vehicle: VIN in capitals, or the vehicle's id (0x…).
        sold_at: Unix seconds.
        km: odometer in kilometres; None where the file gives none.
        text: the row as it stands in the file, with commas between its fields.
        kind: of the record.
        outcome: of the record.
    """

    line: int
    vehicle: str
    sold_at: int
    km: int | None
    text: str
    kind: Kind = Kind.ODOMETER
    outcome: int = 0

    def entry(self) -> Entry:
        """The record that this row becomes; without an odometer one whose gauge was not read."""
        gauge = Gauge.NOT_READ if self.km is None else Gauge.READ
        return Entry(self.kind, self.sold_at, self.km or 0, gauge, self.outcome)

    def item(self, vehicle: VehicleId, salt: bytes) -> RecordItem:
        """The row as an item of a batch; its document is the row, salted and hashed."""
        return RecordItem(vehicle, self.entry(), row_hash(self.text.encode("utf-8"), salt))


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
    """A row that is still to be recorded."""

    sale: Sale
    item: RecordItem


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import has to do.

    Attributes:
        fresh: rows to record, in order.
        recorded: rows that an earlier import recorded; they are not recorded twice.
        unknown: what is wrong with rows of vehicles that are not registered.
    """

    fresh: tuple[Fresh, ...]
    recorded: tuple[Sale, ...]
    unknown: tuple[Problem, ...]


def read_sales(
    file: Path, now: int, zone: tzinfo, unit: Unit | None = None, mapping: ColumnMapping | None = None
) -> Sales:
    """Read a file of sales or other records. A bad row is rejected and the rest is read.

    Args:
        file: CSV with a header.
        now: Unix seconds after which no row can be dated.
        zone: the city's; counts for dates that name none.
        unit: of the odometers, where their heading does not say it.
        mapping: columns by headings that are not expected, and cells that say nothing.

    Raises:
        InputError: the file as a whole is not usable: unreadable, or without the needed columns.
    """
    problems = Problems(file)
    table = read_table(file, COLUMNS, problems=problems, mapping=mapping)
    odometer = _odometer(table, unit, file)
    read = (odometer.name, odometer.parse) if odometer else ("kind", lambda _text: None)
    width = len(table.header)
    listed: dict[tuple[str, ...], int] = {}

    def sale(row: Row) -> Sale:
        fields = tuple(trimmed(field) for field in row.fields[:width])
        if listed.setdefault(fields, row.line) != row.line:
            raise RowTwice(listed[fields])
        vehicle, km, sold_at, kind = row.values(
            ("vehicle", named_vehicle),
            read,
            ("saledate", lambda text: past_moment(text, now, zone)),
            ("kind", lambda text: _kind(text) if text else Kind.ODOMETER),
        )
        outcome = row.value("outcome", lambda text: outcome_of(kind, text) if text else 0)
        return Sale(row.line, vehicle, sold_at, km, ",".join(row.fields[:width]), kind, outcome)

    accepted = sorted(parse_rows(table, problems, sale), key=lambda each: (each.sold_at, each.line))
    return Sales(table, tuple(accepted), problems.found, tuple(_warnings(accepted)))


def plan_import(
    registry: VehicleRegistry,
    sales: Sequence[Sale],
    city_key: CityKey | None,
    salt: bytes,
    *,
    recorder: ChecksumAddress,
    zone: tzinfo,
    seen: Seen | None = None,
) -> ImportPlan:
    """Find out what is still to be recorded; call `Sender.settle` first, lest a pending transaction be overlooked.

    A row is recorded already if a record that is not tainted has its document, or says the same of the same day and
    comes from the same recorder: so a list whose columns were moved is known again.

    Args:
        registry: where the rows are to be recorded.
        sales: the rows.
        city_key: for VINs.
        salt: of the list.
        recorder: who records.
        zone: the city's; days are its.
        seen: hears how many more blocks have been read.

    Raises:
        NoCityKey: there are VINs, and no key.
    """
    named = {sale.vehicle: possible_ids(sale.vehicle, city_key) for sale in sales}
    heads = registry.heads(list({each for possible in named.values() for each in possible}))
    ids = {name: chosen(possible, heads) for name, possible in named.items()}
    items = [Fresh(sale, sale.item(ids[sale.vehicle], salt)) for sale in sales if any(heads[ids[sale.vehicle]])]
    unknown = (sale for sale in sales if not any(heads[ids[sale.vehicle]]))
    there = _Recorded(registry, recorder, zone, seen if items else None) if items else None
    recorded = there.among(items) if there else set()
    return ImportPlan(
        tuple(each for each in items if each.sale.line not in recorded),
        tuple(each.sale for each in items if each.sale.line in recorded),
        tuple(Problem(VinUnknown(sale.vehicle), sale.line, "vehicle") for sale in unknown),
    )


def record_sales(
    registry: VehicleRegistry, fresh: Sequence[Fresh], deliver: Callable[[Call], TxReceipt | None]
) -> Iterator[tuple[Sequence[Fresh], TxReceipt | None]]:
    """Record rows batch by batch; gives each batch with what delivering it returned.

    Raises:
        ContractRefused: a batch was refused; those before it are recorded.
    """
    for part in parts(fresh, RECORDS):
        yield part, deliver(registry.record_batch([each.item for each in part]))


_Key = tuple[object, ...]


class _Recorded:
    """What the registry has of a list: by document, and by what its recorder said of a day."""

    def __init__(self, registry: VehicleRegistry, recorder: ChecksumAddress, zone: tzinfo, seen: Seen | None) -> None:
        self.zone = zone
        events = list(registry.recorded(seen=seen))
        counts = registry.untainted(events)
        number = registry.accreditation(recorder).number
        self.events = [event for event, untainted in zip(events, counts, strict=True) if untainted]
        self.own = [event.evidence.record.recorder == number for event in self.events]

    def among(self, items: Sequence[Fresh]) -> set[int]:
        """Lines of the rows that are recorded. Rows may be equal: each record accounts for one of them."""
        documents: Counter[_Key] = Counter((event.vehicle, event.document) for event in self.events)
        known = set(self._lines(items, documents, lambda item: (item.vehicle, item.document)))
        # What a row accounts for by its document is not there for another one.
        taken = {(each.item.vehicle, each.item.document) for each in items if each.sale.line in known}
        said = Counter(
            self._said(event.vehicle, event.evidence.record)
            for event, own in zip(self.events, self.own, strict=True)
            if own and (event.vehicle, event.document) not in taken
        )
        rest = [each for each in items if each.sale.line not in known]
        return known | set(self._lines(rest, said, lambda item: self._said(item.vehicle, item.entry)))

    def _lines(
        self,
        items: Sequence[Fresh],
        there: Counter[tuple[object, ...]],
        key: Callable[[RecordItem], tuple[object, ...]],
    ) -> Iterator[int]:
        for each in items:
            place = key(each.item)
            if there[place]:
                there[place] -= 1
                yield each.sale.line

    def _said(self, vehicle: VehicleId, said: Record | Entry) -> _Key:
        day = datetime.fromtimestamp(said.occurred_at, self.zone).date()
        return vehicle, said.kind, said.gauge, said.outcome, said.km, day


def _kind(text: str) -> Kind:
    kind = word_of(Kind, text)
    if kind in RESERVED_KINDS:
        raise ReservedKindInList(kind)
    return kind


def _odometer(table: Table, unit: Unit | None, file: Path) -> OdometerColumn | None:
    """The column of readings; a list that says the kind of each record may do without."""
    problems = Problems(file)
    says_kind = "kind" in next(iter((*table.rows, *table.rejected))).headings
    try:
        return odometer_column(table, unit, required=not says_kind)
    except InputError as error:
        problems.add(error, 1)
        problems.raise_if_any()
        raise


def _warnings(sales: Iterable[Sale]) -> Iterator[Message]:
    seen: set[str] = set()
    for sale in sorted(sales, key=lambda sale: sale.line):
        if sale.vehicle not in seen and has_wrong_check_digit(sale.vehicle):
            yield Message(WRONG_CHECK_DIGIT, {"line": sale.line, "vin": sale.vehicle})
        seen.add(sale.vehicle)


WRONG_CHECK_DIGIT = _("line {line}: the check digit of VIN {vin} is wrong; the row is recorded all the same")
