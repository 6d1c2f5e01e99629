"""Commands of the accreditor."""

from typing import Annotated

import typer

from dongne.addresses import address_of
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.session import Session, Yes
from dongne.cli.vehicle.arguments import accreditable_kind, any_time
from dongne.cli.vehicle.group import app
from dongne.cli.vehicle.looking import until as end_of
from dongne.cli.vehicle.outcome import carry_out
from dongne.language import Joined, _
from dongne.vehicle import Kind, VehicleRegistry
from dongne.vehicle.errors import EndBeforeStart, NoKinds
from dongne.vehicle.records import LATEST

Recorder = Annotated[str, typer.Argument(metavar="ADDRESS", help=_("Address of the recorder"))]


@command(
    app,
    sends=True,
    epilog=_(
        "Example: dongne vehicle accredit 0x7099… --kinds odometer,periodic-inspection --from 2027-01-01 "
        "--until 2028-01-01 --keystore accreditor.json"
    ),
)
def accredit(
    session: Session,
    who: Recorder,
    kinds: Annotated[str, typer.Option("--kinds", help=_("Kinds of records, with commas between them"))],
    start: Annotated[str | None, typer.Option("--from", help=_("First moment; else now"))] = None,
    until: Annotated[str | None, typer.Option("--until", help=_("First moment after it; else without end"))] = None,
    gauge_changes: Annotated[
        bool, typer.Option("--gauge-changes", help=_("It may record that a gauge was replaced or its unit changed"))
    ] = False,
) -> None:
    """Let a recorder write records of some kinds for some time; replaces what it could write before."""
    registry, recorder, scope = session.client(VehicleRegistry), address_of(who), _kinds(kinds)
    first = any_time(session, start) if start else session.chain.timestamp()
    end = any_time(session, until) if until else LATEST
    if end <= first:
        raise EndBeforeStart(session.time(first), session.time(end))
    session.sender.settle()
    known = registry.accreditation(recorder)
    same = (known.kinds, known.gauge_changes, known.valid_until) == (scope, gauge_changes, end)
    if same and known.valid_from == (first if start else known.valid_from):
        session.show({"transaction": None}, lambda: session.text(_("This is in force already; nothing was sent.")))
        return
    kinds_as_json = [kind.name for kind in sorted(scope)]
    carry_out(
        session,
        registry.accredit(recorder, scope, first, end, gauge_changes=gauge_changes),
        _("Accredited"),
        {
            "recorder": recorder,
            "kinds": kinds_as_json,
            "gauge_changes": gauge_changes,
            "valid_from": first,
            "valid_until": end,
        },
        Fact(_("recorder"), recorder),
        Fact(_("may record"), Joined(tuple(sorted(scope)), ", ")),
        Fact(_("changes of the gauge"), Yes(gauge_changes)),
        Fact(_("from"), session.time(first)),
        Fact(_("until"), end_of(session, end)),
    )


@command(
    app,
    sends=True,
    epilog=_('Example: dongne vehicle revoke 0x7099… --from "2027-03-01 00:00" --keystore accreditor.json'),
)
def revoke(
    session: Session,
    who: Recorder,
    since: Annotated[str, typer.Option("--from", help=_("Since when its records are not to be trusted"))],
) -> None:
    """End a recorder's accreditation, and mark what it recorded since then as tainted."""
    registry, recorder = session.client(VehicleRegistry), address_of(who)
    first = any_time(session, since)
    session.sender.settle()
    session.confirm(
        _("Revoke {recorder} from {time} on? Only the administrator takes this back, but not what was struck by then."),
        recorder=recorder,
        time=session.time(first),
    )
    carry_out(
        session,
        registry.revoke(recorder, first),
        _("Revoked"),
        {"recorder": recorder, "revoked_from": first},
        Fact(_("recorder"), recorder),
        Fact(_("revoked from"), session.time(first)),
    )


@command(
    app,
    "lift-revocation",
    sends=True,
    epilog=_("Example: dongne vehicle lift-revocation 0x7099… --keystore administrator.json"),
)
def lift_revocation(session: Session, who: Recorder) -> None:
    """Take back a revocation that was a mistake, or made with a stolen key (administrator)."""
    registry, recorder = session.client(VehicleRegistry), address_of(who)
    session.sender.settle()
    session.confirm(
        _("Trust again all that {recorder} recorded? It may record again once it is accredited anew."),
        recorder=recorder,
    )
    carry_out(
        session,
        registry.lift_revocation(recorder),
        _("The revocation is lifted"),
        {"recorder": recorder},
        Fact(_("recorder"), recorder),
    )


def _kinds(text: str) -> frozenset[Kind]:
    named = [part for part in text.split(",") if part.strip()]
    if not named:
        raise NoKinds()
    return frozenset(accreditable_kind(part) for part in named)
