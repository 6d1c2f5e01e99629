"""Commands of the registrar: register vehicles, move titles."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from eth_typing import ChecksumAddress

from dongne.addresses import address_of
from dongne.chain import Call
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.cli.vehicle.arguments import (
    Columns,
    Document,
    GaugeState,
    KeyFile,
    Km,
    UnitOfReadings,
    When,
    Which,
    entry,
    hash_of,
    past,
    unit_of,
    vehicle_named,
    zone_of,
)
from dongne.cli.vehicle.group import app
from dongne.cli.vehicle.outcome import carry_out
from dongne.language import Message, _, _n
from dongne.results import Outcome, write_results
from dongne.tables import read_mapping
from dongne.vehicle import (
    Entry,
    Kind,
    RegistrationItem,
    RegistrationPlan,
    Registrations,
    VehicleId,
    VehicleRegistry,
    outcome_of,
    plan_registrations,
    read_city_key,
    read_registrations,
    register_listed,
)
from dongne.vehicle.errors import AlreadyTheOwner, OwnerMissing, VehicleUnknown
from dongne.vehicle.identity import VIN_LENGTH

ClassOfVehicle = Annotated[
    str | None,
    typer.Option(
        "--class",
        help=_("private-car, commercial-car, bus, truck, special or motorcycle; else private-car. It sets the pace"),
    ),
]

REGISTERED, REGISTERED_BEFORE = _("registered"), _("already registered")


@command(
    app,
    sends=True,
    epilog=_(
        "Examples:\n\ndongne vehicle register KMHCT41BBDU123456 --owner 0x7099… --km 12 --key-file city.key "
        "--keystore registrar.json\n\n"
        "dongne vehicle register vehicles.csv --key-file city.key --keystore registrar.json"
    ),
)
def register(
    session: Session,
    what: Annotated[
        str, typer.Argument(metavar="VEHICLE|FILE", help=_("VIN or id with --owner; or a CSV list of vehicles"))
    ],
    owner: Annotated[str | None, typer.Option("--owner", help=_("Address of the owner of one vehicle"))] = None,
    km: Km = None,
    gauge: GaugeState = None,
    date: When = None,
    document: Document = None,
    vehicle_class: ClassOfVehicle = None,
    unit: UnitOfReadings = None,
    columns: Columns = None,
    key_file: KeyFile = None,
) -> None:
    """Register one vehicle, or all of a list: mint its title and open its history."""
    if owner is None:
        _register_list(session, what, unit, columns, key_file)
        return
    vehicle = vehicle_named(session, what, key_file)
    holder, hashed = address_of(owner), hash_of(document)
    registry = session.client(VehicleRegistry)
    told = outcome_of(Kind.REGISTRATION, vehicle_class) if vehicle_class else 0
    first = entry(session, Kind.REGISTRATION, date, km, gauge, told)
    item = RegistrationItem(vehicle, holder, first, hashed)
    session.sender.settle()
    session.confirm(
        _("Register vehicle {vehicle} to {owner}? A registration cannot be undone."), vehicle=vehicle, owner=holder
    )
    _carry_out(session, registry.register(item), _("Registered"), vehicle, holder)


@command(
    app,
    sends=True,
    epilog=_("Example: dongne vehicle transfer 0x6f3c… 0x7099… --date 2026-11-22 --keystore title-officer.json"),
)
def transfer(
    session: Session,
    which: Which,
    to: Annotated[str, typer.Argument(metavar="ADDRESS", help=_("Address of the new owner"))],
    date: When = None,
    document: Document = None,
    key_file: KeyFile = None,
) -> None:
    """Move a vehicle's title to a new owner and record the change."""
    vehicle, holder = vehicle_named(session, which, key_file), address_of(to)
    hashed = hash_of(document)
    registry = session.client(VehicleRegistry)
    change = Entry(Kind.OWNERSHIP_CHANGE, past(session, date))
    session.sender.settle()
    if not any(registry.head(vehicle)):
        raise VehicleUnknown(vehicle)
    owner = registry.owner_of(vehicle)
    if owner == holder:
        raise AlreadyTheOwner(vehicle, owner)
    session.confirm(
        _("Move the title of vehicle {vehicle} from {owner} to {to}? Only another transfer can move it back."),
        vehicle=vehicle,
        owner=owner,
        to=holder,
    )
    _carry_out(
        session, registry.transfer_title(vehicle, holder, change, hashed), _("The title has moved"), vehicle, holder
    )


def _register_list(session: Session, what: str, unit: str | None, columns: Path | None, key_file: Path | None) -> None:
    file = Path(what)
    if not file.exists() and (what.startswith("0x") or (len(what) == VIN_LENGTH and what.isalnum())):
        raise OwnerMissing(what)
    city_key = read_city_key(key_file) if key_file else None
    mapping = read_mapping(columns) if columns else None
    registry, now = session.client(VehicleRegistry), session.chain.timestamp()
    found = read_registrations(file, now, zone_of(session), city_key, unit_of(unit), mapping)
    session.sender.settle()
    plan = plan_registrations(registry, found.listed, file)
    if plan.fresh:
        question = _n(
            "Register {count} vehicle? A registration cannot be undone.",
            "Register {count} vehicles? A registration cannot be undone.",
        )
        session.confirm(question, count=len(plan.fresh))
    done, results = _register(session, registry, found, plan)
    data = {
        "registered": len(done),
        "already_registered": len(plan.registered),
        "not_sent": len(plan.fresh) - len(done),
        "results": str(results) if results else None,
    }
    session.show(data, lambda: _list_table(session, data))


def _register(
    session: Session, registry: VehicleRegistry, found: Registrations, plan: RegistrationPlan
) -> tuple[Mapping[int, Outcome], Path | None]:
    """Register what is fresh; gives what was registered by line, and the file with the outcomes."""
    done: dict[int, Outcome] = {}
    file = None
    try:
        with session.progress(_("Registering vehicles"), len(plan.fresh)) as advance:
            for part, receipt in register_listed(registry, plan.fresh, session.sender.deliver):
                if receipt is not None:
                    transaction = receipt["transactionHash"].to_0x_hex()
                    done |= {each.line: Outcome(Message(REGISTERED), transaction) for each in part}
                advance(len(part))
    except BaseException:
        session.note(
            _("{done} of {count} vehicles are registered, as far as is known. Run the command again to go on."),
            done=len(done),
            count=len(plan.fresh),
        )
        raise
    finally:
        if done or plan.registered:
            before = {each.line: Outcome(Message(REGISTERED_BEFORE)) for each in plan.registered}
            file = write_results(found.table, {**before, **done}, session.settings.language)
    return done, file


def _list_table(session: Session, data: Mapping[str, Any]) -> Any:
    rows = [
        Fact(_("registered"), data["registered"]),
        Fact(_("already registered"), data["already_registered"]),
    ]
    if data["not_sent"]:
        rows.append(Fact(_("not sent"), data["not_sent"]))
    if data["results"]:
        rows.append(Fact(_("row by row in"), data["results"]))
    return session.facts(session.text(_("Registration of vehicles")), *rows)


def _carry_out(session: Session, call: Call, title: str, vehicle: VehicleId, owner: ChecksumAddress) -> None:
    """Deliver a call that gives a title to an owner."""
    shown = "0x" + vehicle.hex()
    rows = (Fact(_("vehicle"), shown), Fact(_("owner"), owner))
    carry_out(session, call, title, {"vehicle": shown, "owner": owner}, *rows)
