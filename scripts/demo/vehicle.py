"""The demo's vehicles: auction sales become odometer records; every head is derived again from logs."""

import hashlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dongne.book import DEFAULT_TIME_ZONE
from dongne.errors import InputError, RejectedFile
from dongne.language import _
from dongne.parts import parts
from dongne.suite import Role
from dongne.vehicle import (
    Entry,
    Finding,
    Fresh,
    History,
    Kind,
    Paces,
    RegistrationItem,
    Sale,
    Sales,
    Unit,
    VehicleId,
    VehicleRegistry,
    disclose,
    read_sales,
    record_sales,
    vehicle_id,
)
from dongne.vehicle.errors import UnitMissing
from scripts.demo import certificates
from scripts.demo.options import Options
from scripts.demo.output import Output
from scripts.demo.sample_sales import write_sales
from scripts.localchain.suite import LocalSuite, person

SAMPLE_VEHICLES = 2_000
REGISTRATIONS = 200
"""Vehicles registered in one transaction, well below what a block holds."""

CITY_KEY = hashlib.sha256(b"dongne demo: the city's key, known to everyone").digest()
"""A real city draws 32 random bytes and keeps them secret."""

SALT = hashlib.sha256(b"dongne demo: the list's salt, known to everyone").digest()
"""A real importer writes a random one beside its list."""

_YEAR = 365 * 86_400


@dataclass(eq=False)
class NoUsableSale(InputError):
    """A file of sales of which no row can be recorded."""

    template = _("{file}: not one of its rows can be recorded. The first problem: {reason}")
    file: Path
    reason: object


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

    def __init__(self, suite: LocalSuite) -> None:
        self.suite = suite
        self.client = suite.client(VehicleRegistry)
        self.auctioneer = person("auction house")
        self.vins: dict[VehicleId, str] = {}

    def register(self, sales: Sequence[Sale]) -> Iterator[int]:
        """Accredit the auction house and register every car; gives how many each transaction registered."""
        officers, now = self.suite.officers, self.suite.chain.timestamp()
        accredit = self.client.accredit(self.auctioneer.address, frozenset({Kind.ODOMETER}), now, now + _YEAR)
        accredit.transact(officers[Role.ACCREDITOR])
        self.vins = {vehicle_id(vin, CITY_KEY): vin for vin in dict.fromkeys(sale.vehicle for sale in sales)}
        entry = Entry(Kind.REGISTRATION, now)
        for part in parts(list(self.vins.items()), REGISTRATIONS):
            items = [RegistrationItem(vehicle, person(f"owner of {vin}").address, entry) for vehicle, vin in part]
            self.client.register_batch(items).transact(officers[Role.VEHICLE_REGISTRAR])
            yield len(items)

    def record(self, sales: Sequence[Sale]) -> Iterator[int]:
        """Record every sale; gives how many each transaction recorded."""
        fresh = [Fresh(sale, sale.item(vehicle_id(sale.vehicle, CITY_KEY), SALT)) for sale in sales]
        for part, _receipt in record_sales(self.client, fresh, lambda call: call.transact(self.auctioneer)):
            yield len(part)


def load(options: Options) -> Sales:
    """The sales to record: those of the file, or made-up ones; of the vehicles as many as the scale says.

    Raises:
        InputError: the file is not usable.
    """
    now, zone = int(time.time()), ZoneInfo(DEFAULT_TIME_ZONE)
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "sample.csv"
        file = options.sales or write_sales(sample, round(SAMPLE_VEHICLES * max(options.scale, 1)))
        sales = _read(file, now, zone)
    if not sales.accepted:
        reason = sales.rejected[0].message if sales.rejected else ""
        raise NoUsableSale(file, reason)
    return replace(sales, accepted=tuple(_share(sales.accepted, options.scale)))


def run(suite: LocalSuite, sales: Sales, output: Output) -> dict[str, Any]:
    """Record the sales and judge them; returns what reports/demo.json says of the vehicles."""
    registry = Registry(suite)
    _write(registry, sales.accepted, output)
    histories = {key: found for key, found in registry.client.histories().items() if key in registry.vins}
    paces = registry.client.paces()
    flags = list(_flags(registry, histories, paces))
    certified = certificates.run(registry.client, [disclose(vin, CITY_KEY) for vin in registry.vins.values()], output)
    figures = {
        **_figures(registry, histories, paces),
        **certified,
        "rows": len(sales.accepted),
        "rejected_rows": [problem.message.text("en") for problem in sales.rejected],
        "check_digit_warnings": len(sales.warnings),
        "flagged": [_as_json(flag) for flag in flags],
    }
    _show(output, flags, figures)
    for problem in sales.rejected:
        output.say(_("not recorded: {problem}"), style="yellow", problem=problem.message)
    return figures


def latest(sales: Sales) -> int:
    """Unix seconds of the newest sale."""
    return max(sale.sold_at for sale in sales.accepted)


def _read(file: Path, now: int, zone: ZoneInfo) -> Sales:
    """As `read_sales`; where the file does not say the odometers' unit it is miles, as in the auctions' files."""
    try:
        return read_sales(file, now, zone)
    except RejectedFile as error:
        if any(isinstance(problem.reason, UnitMissing) for problem in error.problems):
            return read_sales(file, now, zone, Unit.MILES)
        raise


def _share(sales: Sequence[Sale], scale: float) -> list[Sale]:
    """All sales of the first vehicles of the file, as many as `scale` says."""
    vins = list(dict.fromkeys(sale.vehicle for sale in sorted(sales, key=lambda sale: sale.line)))
    chosen = set(vins[: max(1, round(len(vins) * scale))])
    return [sale for sale in sales if sale.vehicle in chosen]


def _write(registry: Registry, sales: Sequence[Sale], output: Output) -> None:
    with output.progress(_("Registering vehicles"), len({sale.vehicle for sale in sales})) as advance:
        for count in registry.register(sales):
            advance(count)
    with output.progress(_("Recording odometers"), len(sales)) as advance:
        for count in registry.record(sales):
            advance(count)


def _figures(registry: Registry, histories: dict[VehicleId, History], paces: Paces) -> dict[str, Any]:
    records = [record for history in histories.values() for record in history.records if record.kind is Kind.ODOMETER]
    found = {finding.record: finding.reason for history in histories.values() for finding in history.findings(paces)}
    heads = registry.client.heads(list(registry.vins))
    return {
        "vehicles": len(histories),
        "records": len(records),
        "not_read": sum(not record.is_reading for record in records),
        "heads_match": heads == {vehicle: history.head for vehicle, history in histories.items()},
        "verdicts_match": all(found[record] is record.reason for record in records if record.is_reading),
    }


def _flags(registry: Registry, histories: dict[VehicleId, History], paces: Paces) -> Iterator[Flag]:
    for vehicle, vin in sorted(registry.vins.items(), key=lambda item: item[1]):
        for finding in histories[vehicle].findings(paces):
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


def _show(output: Output, flags: Sequence[Flag], figures: dict[str, Any]) -> None:
    left, right = "left", "right"
    output.table(
        output.text(
            _("{vehicles} vehicles with readings that a buyer should ask about"),
            vehicles=len({flag.vin for flag in flags}),
        ),
        (
            (output.text(_("VIN")), left),
            (output.text(_("earlier")), left),
            (output.text(_("later")), left),
            (output.text(_("km")), right),
            (output.text(_("days")), right),
            (output.text(_("why")), left),
        ),
        [_row(output, flag.vin, flag.finding) for flag in flags],
    )
    names = {
        "rows": _("sales in the file"),
        "vehicles": _("vehicles"),
        "records": _("records"),
        "not_read": _("records without an odometer"),
        "check_digit_warnings": _("VINs with a wrong check digit"),
        "certificates_verified": _("certificates issued and verified"),
        "tampered_detected": _("forged certificates found out, of 100"),
    }
    facts = [(output.text(label), f"{figures[name]:,}") for name, label in names.items()]
    output.facts("", [*facts, (output.text(_("rows that cannot be recorded")), f"{len(figures['rejected_rows']):,}")])
    output.check(figures["heads_match"], _("heads derived again from logs equal the chain's"))
    output.check(figures["verdicts_match"], _("verdicts derived again from logs equal the chain's"))
    output.check(certificates.adds_up(figures), _("every certificate verifies, and every forged one is refused"))


def _row(output: Output, vin: str, finding: Finding) -> tuple[str, ...]:
    before = _reading(finding.earlier.occurred_at, finding.earlier.km) if finding.earlier else ""
    after = _reading(finding.record.occurred_at, finding.record.km)
    return vin, before, after, f"{finding.km:+,}", f"{finding.days:,}", output.word(finding.reason)


def _reading(moment: int, km: int) -> str:
    return f"{_day(moment)} {km:,} km"


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
