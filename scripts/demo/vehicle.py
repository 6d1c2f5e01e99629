"""The demo's second chapter: auction sales become odometer records; every head is derived again from logs."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from dongne.suite import Role
from dongne.vehicle import (
    Entry,
    Finding,
    History,
    Kind,
    RegistrationItem,
    Sale,
    Unit,
    VehicleId,
    VehicleRegistry,
    read_sales,
    vehicle_id,
)
from scripts.demo.sample_sales import write_sales
from scripts.localchain.suite import LocalSuite, person

SAMPLE_VEHICLES = 2_000
REGISTRATIONS, RECORDS = 200, 100
"""Items of a batch, well below what a block holds."""

CITY_KEY = hashlib.sha256(b"dongne demo: the city's key, known to everyone").digest()
"""A real city draws 32 random bytes and keeps them secret."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A reading that a buyer should know of.

    Attributes:
        vin: public here, as the auctions published it.
        finding: what is wrong, and with respect to which earlier reading.
    """

    vin: str
    finding: Finding


class Registry:
    """The registry of the demo and the VINs behind its ids."""

    def __init__(self, stage: LocalSuite) -> None:
        self.stage = stage
        self.client = VehicleRegistry(stage.chain, stage.book.entry("VehicleRegistry"))
        self.auctioneer = person("auction house")
        self.vins: dict[VehicleId, str] = {}

    def found(self, sales: Sequence[Sale]) -> Iterator[int]:
        """Accredit the auction house and register every car; gives how many each transaction registered."""
        officer, now = self.stage.officers[Role.ACCREDITOR], self.stage.chain.timestamp()
        scope, end = frozenset({Kind.ODOMETER}), now + 365 * 86_400
        self.client.accredit(self.auctioneer.address, scope, now, end).transact(officer)
        self.vins = {vehicle_id(vin, CITY_KEY): vin for vin in dict.fromkeys(sale.vin for sale in sales)}
        for part in _parts(list(self.vins.items()), REGISTRATIONS):
            entry = Entry(Kind.REGISTRATION, now)
            items = [RegistrationItem(vehicle, person(f"owner of {vin}").address, entry) for vehicle, vin in part]
            self.client.register_batch(items).transact(self.stage.officers[Role.VEHICLE_REGISTRAR])
            yield len(items)

    def record(self, sales: Sequence[Sale]) -> Iterator[int]:
        """Record every sale; gives how many each transaction recorded."""
        for part in _parts(sales, RECORDS):
            self.client.record_batch([sale.item(CITY_KEY) for sale in part]).transact(self.auctioneer)
            yield len(part)

    def histories(self) -> dict[VehicleId, History]:
        """Every car's history from the logs alone."""
        found = self.client.histories()
        return {vehicle: history for vehicle, history in found.items() if vehicle in self.vins}


def play(stage: LocalSuite, source: Path | None, scale: float, screen: Console) -> dict[str, Any]:
    """Play the sales of `source`, or of a made-up sample."""
    with tempfile.TemporaryDirectory() as folder:
        file = source or write_sales(Path(folder) / "sample.csv", SAMPLE_VEHICLES)
        sales = read_sales(file, stage.chain.timestamp(), UTC, Unit.MILES)
    chosen = _share(sales.accepted, scale)
    registry = Registry(stage)
    _write(registry, chosen, screen)
    histories = registry.histories()
    flags = list(_flags(registry, histories))
    figures = {
        **_figures(registry, histories, chosen),
        "rejected_rows": [problem.message.text("en") for problem in sales.rejected],
        "check_digit_warnings": len(sales.warnings),
        "flagged": [_as_json(flag) for flag in flags],
    }
    screen.print(_flags_table(flags), _figures_table(figures))
    for problem in sales.rejected:
        screen.print(f"rejected: {problem.message.text('en')}", style="yellow", markup=False)
    return figures


def _share(sales: Sequence[Sale], scale: float) -> list[Sale]:
    """All sales of the first vehicles of the file, as many as `scale` says."""
    vins = list(dict.fromkeys(sale.vin for sale in sorted(sales, key=lambda sale: sale.line)))
    chosen = set(vins[: max(1, round(len(vins) * scale))])
    return [sale for sale in sales if sale.vin in chosen]


def _write(registry: Registry, sales: Sequence[Sale], screen: Console) -> None:
    with Progress(console=screen) as progress:
        task = progress.add_task("Registering vehicles", total=len({sale.vin for sale in sales}))
        for count in registry.found(sales):
            progress.advance(task, count)
        task = progress.add_task("Recording odometers", total=len(sales))
        for count in registry.record(sales):
            progress.advance(task, count)


def _figures(registry: Registry, histories: dict[VehicleId, History], sales: Sequence[Sale]) -> dict[str, Any]:
    pace = registry.client.plausible_km_per_day()
    records = [record for history in histories.values() for record in history.records if record.kind is Kind.ODOMETER]
    found = {finding.record: finding.reason for history in histories.values() for finding in history.findings(pace)}
    heads = registry.client.heads(list(registry.vins))
    return {
        "rows": len(sales),
        "vehicles": len(histories),
        "records": len(records),
        "not_read": sum(not record.is_reading for record in records),
        "heads_match": heads == {vehicle: history.head for vehicle, history in histories.items()},
        "verdicts_match": all(found[record] is record.reason for record in records if record.is_reading),
    }


def _flags(registry: Registry, histories: dict[VehicleId, History]) -> Iterator[Flag]:
    pace = registry.client.plausible_km_per_day()
    for vehicle, vin in sorted(registry.vins.items(), key=lambda item: item[1]):
        for finding in histories[vehicle].findings(pace):
            if finding.reason.is_flagged:
                yield Flag(vin, finding)


def _as_json(flag: Flag) -> dict[str, Any]:
    finding = flag.finding
    earlier = finding.earlier
    return {
        "vin": flag.vin,
        "verdict": finding.reason.verdict.name,
        "reason": finding.reason.name,
        "date": _day(finding.record.occurred_at),
        "km": finding.record.km,
        "earlier_date": _day(earlier.occurred_at) if earlier else None,
        "earlier_km": earlier.km if earlier else None,
    }


def _flags_table(flags: Sequence[Flag]) -> Table:
    table = Table("VIN 차대번호", "earlier 이전", "later 이후", "km", "days 일", "why 사유", title_justify="left")
    table.title = f"{len({flag.vin for flag in flags})} vehicles with readings that a buyer should ask about"
    for flag in flags:
        finding, earlier = flag.finding, flag.finding.earlier
        before = f"{_day(earlier.occurred_at)} {earlier.km:,} km" if earlier else ""
        after = f"{_day(finding.record.occurred_at)} {finding.record.km:,} km"
        reason = f"{finding.reason.text('en')} {finding.reason.text('ko')}"
        table.add_row(flag.vin, before, after, f"{finding.km:+,}", str(finding.days), reason)
    return table


def _figures_table(figures: dict[str, Any]) -> Table:
    table = Table(show_header=False)
    for name in ("rows", "vehicles", "records", "not_read", "check_digit_warnings"):
        table.add_row(name.replace("_", " "), f"{figures[name]:,}")
    table.add_row("rejected rows", f"{len(figures['rejected_rows']):,}")
    for name, text in (
        ("heads_match", "heads derived again from logs equal the chain's"),
        ("verdicts_match", "verdicts too"),
    ):
        table.add_row(text, "[green]yes" if figures[name] else "[red bold]NO")
    return table


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _parts(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))
