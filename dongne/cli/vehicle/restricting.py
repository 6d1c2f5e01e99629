"""Commands of what keeps a title from moving: liens, seizures, theft, deregistration."""

from pathlib import Path
from typing import Annotated

import typer
from eth_typing import ChecksumAddress

from dongne.addresses import address_of
from dongne.chain import Call
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.cli.vehicle.arguments import KeyFile, When, Which, past, vehicle_named
from dongne.cli.vehicle.group import app as vehicle_app
from dongne.cli.vehicle.outcome import carry_out
from dongne.documents import hash_of_file
from dongne.language import Template, _
from dongne.numbers import whole_number
from dongne.signing import signature_of
from dongne.vehicle import Kind, VehicleId, VehicleRegistry, word_of
from dongne.vehicle.agreements import Agreement, read_agreement
from dongne.vehicle.errors import CreditorsSignatureNeeded, NotTheKindOfRestriction, RestrictionUnknown
from dongne.vehicle.liens import Restriction, VehicleLiens
from dongne.vehicle.messages import OpenLien

app = typer.Typer(no_args_is_help=True)
vehicle_app.add_typer(app, name="restriction", help=_("Liens, seizures and whatever else keeps a title from moving"))

MOST = 2**64
MOST_AMOUNT = 2**128 - 1
SEIZURES = (Kind.SEIZURE, Kind.PROVISIONAL_DISPOSITION)
OFF_ROAD = (Kind.DEREGISTRATION, Kind.EXPORT, Kind.SCRAP)

Document = Annotated[
    Path,
    typer.Option("--document", help=_("The document; only its salted hash is recorded, and the salt kept beside it")),
]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help=_("Number of the restriction, as `list` shows it"))]
Why = Annotated[str | None, typer.Option("--kind", help=_("seizure or provisional-disposition; else seizure"))]
HowGone = Annotated[str | None, typer.Option("--kind", help=_("deregistration, export or scrap; else deregistration"))]


@command(
    app,
    "list",
    epilog=_("Example: dongne vehicle restriction list KMHCT41BBDU123456 --key-file city.key"),
)
def list_restrictions(session: Session, which: Which, key_file: KeyFile = None) -> None:
    """List what keeps a vehicle's title from moving."""
    found = session.client(VehicleLiens).restrictions_of(vehicle_named(session, which, key_file))
    data = [_data(each) for each in found]
    rows = [(each.id, each.kind, each.holder, each.rank or "–") for each in found]
    columns = [_("number"), _("kind"), _("held by"), _("rank")]
    title = session.text(_("Restrictions of the title"))
    session.show(data, lambda: session.table(title, columns, rows))


@command(
    app,
    "draft-lien",
    epilog=_(
        "Example: dongne vehicle restriction draft-lien 0x6f3c… --creditor 0x7099… --amount 12000000 "
        "--document loan.pdf --out lien.json"
    ),
)
def draft_lien(
    session: Session,
    which: Which,
    creditor: Annotated[str, typer.Option("--creditor", help=_("Address of the creditor"))],
    amount: Annotated[str, typer.Option("--amount", help=_("Of the claim, in whole won"))],
    document: Document,
    out: Annotated[Path, typer.Option("--out", help=_("File for owner and creditor to sign"))],
    key_file: KeyFile = None,
) -> None:
    """Write a lien for the owner and the creditor to sign with `dongne sign agreement`."""
    liens, vehicle = session.client(VehicleLiens), vehicle_named(session, which, key_file)
    lien = OpenLien(
        vehicle=vehicle,
        debtor=session.client(VehicleRegistry).owner_of(vehicle),
        creditor=address_of(creditor),
        amount=whole_number(amount.replace(",", ""), 0, MOST_AMOUNT),
        rank=liens.next_rank(vehicle),
        document=hash_of_file(document),
    )
    Agreement(lien, liens.domain()).write(out)
    data = {"file": str(out), "signers": lien.signers}
    rows = (Fact(_("owner"), lien.debtor), Fact(_("creditor"), lien.creditor), Fact(_("rank"), lien.rank))
    session.show(data, lambda: session.facts(str(out), *rows, Fact(_("amount"), f"{lien.amount:,}")))


@command(
    app, "lien", sends=True, epilog=_("Example: dongne vehicle restriction lien lien.json --keystore lien-officer.json")
)
def lien(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("Lien that owner and creditor have signed"))],
) -> None:
    """Enter a lien that owner and creditor have signed (lien officer)."""
    liens = session.client(VehicleLiens)
    terms, agreement = read_agreement(file, OpenLien, liens.domain())
    _open(session, liens.open_lien(terms, *agreement.signed()), terms.vehicle, Kind.LIEN)


@command(
    app,
    "seize",
    sends=True,
    epilog=_("Example: dongne vehicle restriction seize 0x6f3c… --document order.pdf --keystore court.json"),
)
def seize(session: Session, which: Which, document: Document, kind: Why = None, key_file: KeyFile = None) -> None:
    """Seize a vehicle, or forbid its sale for the time being (seizing authority)."""
    vehicle, why = vehicle_named(session, which, key_file), _one_of(kind, SEIZURES)
    _open(session, session.client(VehicleLiens).seize(vehicle, why, hash_of_file(document)), vehicle, why)


@command(
    app,
    "theft",
    sends=True,
    epilog=_(
        "Example: dongne vehicle restriction theft 0x6f3c… --date 2026-11-22 --document report.pdf "
        "--keystore police.json"
    ),
)
def theft(session: Session, which: Which, document: Document, date: When = None, key_file: KeyFile = None) -> None:
    """Report a vehicle as stolen (police)."""
    vehicle = vehicle_named(session, which, key_file)
    call = session.client(VehicleLiens).report_theft(vehicle, past(session, date), hash_of_file(document))
    _open(session, call, vehicle, Kind.THEFT)


@command(
    app,
    "deregister",
    sends=True,
    epilog=_(
        "Example: dongne vehicle restriction deregister 0x6f3c… --kind scrap --document form.pdf "
        "--keystore registrar.json"
    ),
)
def deregister(
    session: Session, which: Which, document: Document, kind: HowGone = None, key_file: KeyFile = None
) -> None:
    """Take a vehicle off the road: deregistered, exported or scrapped (registrar)."""
    vehicle, why = vehicle_named(session, which, key_file), _one_of(kind, OFF_ROAD)
    _open(session, session.client(VehicleLiens).deregister(vehicle, why, hash_of_file(document)), vehicle, why)


@command(
    app,
    "release",
    sends=True,
    epilog=_(
        "Examples:\n\ndongne vehicle restriction release 7 --document decision.pdf --keystore court.json\n\n"
        "dongne vehicle restriction release 8 --document receipt.pdf --signature 0x… --keystore relayer.json"
    ),
)
def release(
    session: Session,
    number: Number,
    document: Document,
    signature: Annotated[
        str | None,
        typer.Option("--signature", help=_("Of the creditor, where it is a lien: `dongne sign lien-release`")),
    ] = None,
    by_judgment: Annotated[
        bool,
        typer.Option(
            "--by-judgment",
            help=_("Of a lien whose creditor cannot sign any more: by a court's judgment (administrator)"),
        ),
    ] = False,
) -> None:
    """Release a restriction: the office that opened it, or anyone with the creditor's signature."""
    liens, place = session.client(VehicleLiens), whole_number(number, 1, MOST)
    open_ = liens.restriction(place)
    if open_ is None:
        raise RestrictionUnknown(place)
    carry_out(
        session,
        _release(liens, open_, hash_of_file(document), signature, by_judgment=by_judgment),
        _("Released"),
        {**_data(open_), "released": True},
        Fact(_("number"), place),
        Fact(_("kind"), open_.kind),
    )


def _release(
    liens: VehicleLiens, open_: Restriction, document: bytes, signature: str | None, *, by_judgment: bool
) -> Call:
    if open_.kind is Kind.LIEN:
        if by_judgment:
            return liens.discharge_lien(open_.id, document)
        if signature is None:
            raise CreditorsSignatureNeeded(open_.id, open_.holder)
        return liens.release_lien(open_.id, document, signature_of(signature))
    if open_.kind in SEIZURES:
        return liens.release_seizure(open_.id, document)
    return liens.report_found(open_.id, document) if open_.kind is Kind.THEFT else liens.reinstate(open_.id, document)


def _open(session: Session, call: Call, vehicle: VehicleId, kind: Kind) -> None:
    """Deliver what opens a restriction, and show its number."""
    receipt = session.sender.deliver(call)
    if receipt is None:
        return
    number = session.client(VehicleLiens).opened_in(receipt)
    data = {"number": number, "vehicle": "0x" + vehicle.hex(), "kind": kind.name}
    title: Template = _("Restriction entered")
    session.show(data, lambda: session.facts(session.text(title), Fact(_("number"), number), Fact(_("kind"), kind)))


def _one_of(text: str | None, possible: tuple[Kind, ...]) -> Kind:
    kind = word_of(Kind, text) if text else possible[0]
    if kind not in possible:
        raise NotTheKindOfRestriction(kind, possible)
    return kind


def _data(each: Restriction) -> dict[str, object]:
    holder: ChecksumAddress = each.holder
    return {"number": each.id, "vehicle": "0x" + each.vehicle.hex(), "kind": each.kind.name, "held_by": holder} | (
        {"rank": each.rank} if each.rank else {}
    )
