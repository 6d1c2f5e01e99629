"""Commands of recorders: record, correct, import."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from web3.types import TxReceipt

from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.cli.vehicle.arguments import (
    Columns,
    Document,
    GaugeState,
    KeyFile,
    Km,
    OutcomeText,
    UnitOfReadings,
    When,
    Which,
    entry,
    hash_of,
    history_of,
    past,
    recordable_kind,
    unit_of,
    vehicle_named,
    zone_of,
)
from dongne.cli.vehicle.group import app
from dongne.cli.vehicle.inspecting import date_of, km_of, outcome_in, sheet_behind
from dongne.documents import salt_of
from dongne.language import Message, _
from dongne.results import Outcome, left_out, write_results
from dongne.tables import read_mapping
from dongne.vehicle import (
    CityKey,
    Entry,
    Evidence,
    Fresh,
    Gauge,
    ImportPlan,
    Kind,
    Record,
    RecordItem,
    Sales,
    Unit,
    VehicleRegistry,
    entry_of,
    outcome_of,
    plan_import,
    read_city_key,
    read_sales,
    record_sales,
    word_of,
)
from dongne.vehicle.errors import RowsLeftOut, RowsNotUsable
from dongne.vehicle.odometer import kilometres
from dongne.vehicle.registry import VehicleState

REPEATED_SECONDS = 3_600
"""So long after a record without a date, the same command is taken for a repetition."""

RECORDED, RECORDED_BEFORE = _("recorded"), _("already recorded")


@command(
    app,
    sends=True,
    epilog=_(
        "Example: dongne vehicle record KMHCT41BBDU123456 periodic-inspection --km 48200 --date 2026-11-22 "
        "--key-file city.key --keystore garage.json"
    ),
)
def record(
    session: Session,
    which: Which,
    kind: Annotated[str, typer.Argument(help=_("Kind of record, such as odometer, periodic-inspection or flood"))],
    km: Km = None,
    gauge: GaugeState = None,
    date: When = None,
    document: Document = None,
    outcome: OutcomeText = None,
    key_file: KeyFile = None,
) -> None:
    """Append a record to a vehicle's history, as an accredited recorder."""
    what, vehicle = recordable_kind(kind), vehicle_named(session, which, key_file)
    sheet = sheet_behind(what, document, which)
    hashed = hash_of(document)
    registry = session.client(VehicleRegistry)
    when = date_of(sheet, date)
    told = outcome_in(what, sheet, outcome)
    item = RecordItem(vehicle, entry(session, what, when, km_of(sheet, km), gauge, told), hashed)
    sender = session.sender
    sender.settle()
    if repeated := _repeated(session, registry, item, dated=when is not None):
        _show_repeated(session, repeated)
        return
    receipt = sender.deliver(registry.record(item))
    if receipt is not None:
        _show_recorded(session, session.text(_("Recorded")), receipt, registry.state(vehicle))


@command(
    app,
    sends=True,
    epilog=_(
        "Examples:\n\ndongne vehicle correct 0x6f3c… 3 --km 51000 --keystore garage.json\n\n"
        "dongne vehicle correct 0x6f3c… 3 --withdraw --as-officer --keystore history-officer.json"
    ),
)
def correct(
    session: Session,
    which: Which,
    number: Annotated[int, typer.Argument(help=_("Number of the record, as `history` shows it"))],
    kind: Annotated[str | None, typer.Option("--kind", help=_("Right kind of record"))] = None,
    km: Km = None,
    gauge: GaugeState = None,
    date: When = None,
    document: Document = None,
    outcome: OutcomeText = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help=_("Put nothing in its place"))] = False,
    as_officer: Annotated[
        bool, typer.Option("--as-officer", help=_("Correct what another recorder wrote, as the history officer"))
    ] = False,
    key_file: KeyFile = None,
) -> None:
    """Correct or withdraw a record; what is not given stays as it was, and the old record stays visible."""
    registry, vehicle = session.client(VehicleRegistry), vehicle_named(session, which, key_file)
    hashed = hash_of(document) if document else None
    sender = session.sender
    sender.settle()
    witness = history_of(session, registry, vehicle).witness(number)
    old = witness.superseded
    new = (
        _withdrawal(old)
        if withdraw
        else _corrected(session, old, kind=kind, date=date, km=km, gauge=gauge, outcome=outcome)
    )
    item = RecordItem(vehicle, new, hashed if hashed is not None else bytes(32) if withdraw else old.document)
    question = _("Withdraw record {number}?") if withdraw else _("Correct record {number}?")
    session.confirm(
        _("{question} Both records stay in the history for good."), question=Message(question, {"number": number})
    )
    receipt = sender.deliver(registry.correct(item, witness, as_officer=as_officer))
    if receipt is not None:
        title = session.text(_("Record {number} is corrected"), number=number)
        _show_recorded(session, title, receipt, registry.state(vehicle))


@command(
    app,
    sends=True,
    epilog=_("Example: dongne vehicle strike 0x6f3c… 4 --keystore anyone.json"),
)
def strike(
    session: Session,
    which: Which,
    number: Annotated[int, typer.Argument(help=_("Number of the tainted record, as `history` shows it"))],
    key_file: KeyFile = None,
) -> None:
    """Withdraw a record whose recorder was revoked, and take back what it had corrected; anyone may."""
    registry, vehicle = session.client(VehicleRegistry), vehicle_named(session, which, key_file)
    sender = session.sender
    sender.settle()
    witness = history_of(session, registry, vehicle).witness(number)
    receipt = sender.deliver(registry.strike(vehicle, witness))
    if receipt is not None:
        title = session.text(_("Record {number} is struck"), number=number)
        _show_recorded(session, title, receipt, registry.state(vehicle))


@command(
    app,
    "import",
    sends=True,
    epilog=_(
        "Examples:\n\ndongne vehicle import sales.csv --unit miles --keystore auctioneer.json\n\n"
        "dongne vehicle import station-day.csv --columns station.toml --keystore station.json"
    ),
)
def import_sales(
    session: Session,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=_("CSV with vehicle, odometer and date; kind and outcome if you like")),
    ],
    unit: UnitOfReadings = None,
    columns: Columns = None,
    key_file: KeyFile = None,
) -> None:
    """Record a list, one record a row; what is there is skipped, and a file beside it tells of each row."""
    city_key, given = read_city_key(key_file) if key_file else None, unit_of(unit)
    mapping = read_mapping(columns) if columns else None
    registry, sender = session.client(VehicleRegistry), session.sender
    sales = read_sales(file, session.chain.timestamp(), zone_of(session), given, mapping)
    sender.settle()
    plan = _plan(session, registry, sales, city_key, salt_of(file))
    problems = tuple(sorted((*sales.rejected, *plan.unknown), key=lambda problem: problem.line or 0))
    rejected = left_out(problems)
    done, results = _record(session, registry, sales, plan)
    data = {
        "recorded": len(done),
        "already_recorded": len(plan.recorded),
        "left_out": len(rejected),
        "not_read": sum(each.sale.km is None for each in plan.fresh),
        "not_sent": len(plan.fresh) - len(done),
        "warnings": [warning.text(session.settings.language) for warning in sales.warnings],
        "results": str(results) if results else None,
    }
    session.show(data, lambda: session.facts(session.text(_("Import of sales")), *_import_facts(data)))
    if rejected and results is None:
        raise RowsNotUsable(file, problems)
    if rejected and results is not None:
        rows = len(sales.table.rows) + len(sales.table.rejected)
        raise RowsLeftOut(len(rejected), rows, results)


def _repeated(session: Session, registry: VehicleRegistry, item: RecordItem, *, dated: bool) -> Record | None:
    """The record that a former run of the same command has made."""
    recorder = registry.accreditation(session.sender.address).number
    since = None if dated else item.entry.occurred_at - REPEATED_SECONDS
    found = history_of(session, registry, item.vehicle)
    return found.repeated(item.entry, item.document, recorder, since)


def _show_repeated(session: Session, record: Record) -> None:
    text = _("This is record {number} already, recorded at {time}; nothing was sent. To record it again, give --date.")
    data = {"transaction": None, "record": record.number}
    session.show(data, lambda: session.text(text, number=record.number, time=session.time(record.recorded_at)))


def _plan(
    session: Session, registry: VehicleRegistry, sales: Sales, city_key: CityKey | None, salt: bytes
) -> ImportPlan:
    blocks = session.chain.block_number() - registry.entry.block
    with session.progress(_("Looking for rows that are recorded already (blocks)"), blocks) as seen:
        return plan_import(
            registry,
            sales.accepted,
            city_key,
            salt,
            recorder=session.sender.address,
            zone=zone_of(session),
            seen=seen,
        )


def _record(
    session: Session, registry: VehicleRegistry, sales: Sales, plan: ImportPlan
) -> tuple[Mapping[int, Outcome], Path | None]:
    """Record what is fresh; gives what was recorded by line, and the file with the outcomes. Also after a refusal."""
    done: dict[int, Outcome] = {}
    file = None
    try:
        with session.progress(_("Recording sales"), len(plan.fresh)) as advance:
            for part, receipt in record_sales(registry, plan.fresh, session.sender.deliver):
                done |= _outcomes(part, receipt)
                advance(len(part))
    except BaseException:
        session.note(
            _("{done} of {count} rows are recorded, as far as is known. Import the file again to go on."),
            done=len(done),
            count=len(plan.fresh),
        )
        raise
    finally:
        written = not session.sending.dry_run and (not plan.fresh or not session.sending.safe)
        if done or written:
            before = {sale.line: Outcome(Message(RECORDED_BEFORE)) for sale in plan.recorded}
            outcomes = {**left_out((*sales.rejected, *plan.unknown)), **before, **done}
            file = write_results(sales.table, outcomes, session.settings.language)
    return done, file


def _outcomes(part: Iterable[Fresh], receipt: TxReceipt | None) -> dict[int, Outcome]:
    """What became of a batch, by line; nothing where it was only rehearsed or written to a Safe's file."""
    if receipt is None:
        return {}
    transaction = receipt["transactionHash"].to_0x_hex()
    return {each.sale.line: Outcome(Message(RECORDED), transaction) for each in part}


def _import_facts(data: Mapping[str, Any]) -> Iterable[Fact]:
    yield Fact(_("recorded"), data["recorded"])
    yield Fact(_("already recorded"), data["already_recorded"])
    yield Fact(_("left out"), data["left_out"])
    if data["not_read"]:
        yield Fact(_("without a reading"), data["not_read"])
    if data["not_sent"]:
        yield Fact(_("not sent"), data["not_sent"])
    for warning in data["warnings"]:
        yield Fact(_("warning"), warning)
    if data["results"]:
        yield Fact(_("row by row in"), data["results"])


def _corrected(
    session: Session,
    old: Evidence,
    *,
    kind: str | None,
    date: str | None,
    km: str | None,
    gauge: str | None,
    outcome: str | None,
) -> Entry:
    """The record as it should have been."""
    was = old.record
    state = word_of(Gauge, gauge) if gauge else None
    if km is None and state is not Gauge.NOT_READ and was.is_reading:
        read: int | None = was.km
        state = state or was.gauge
    else:
        read = kilometres(km, Unit.KM) if km else None
    what = word_of(Kind, kind) if kind else was.kind
    return entry_of(
        what,
        past(session, date) if date else was.occurred_at,
        read,
        state,
        was.outcome if outcome is None else outcome_of(what, outcome),
    )


def _withdrawal(old: Evidence) -> Entry:
    return Entry(Kind.CORRECTION, old.record.occurred_at)


def _show_recorded(session: Session, title: str, receipt: TxReceipt, after: VehicleState) -> None:
    data = {
        "transaction": receipt["transactionHash"].to_0x_hex(),
        "record": after.records,
        "verdict": after.verdict.name,
        "reason": after.reason.name,
    }
    rows = (
        Fact(_("record"), after.records),
        Fact(_("verdict on all readings"), after.verdict),
        Fact(_("finding on the last reading"), after.reason),
        Fact(_("transaction"), data["transaction"]),
    )
    session.show(data, lambda: session.facts(title, *rows))
