"""Commands of certificates: issue one with its printable page; verify one against nodes, without the city."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from dongne.book import Entry, NoDeployment
from dongne.chain import Chain
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.cli.vehicle.arguments import KeyFile, Which, disclosure_named
from dongne.cli.vehicle.group import app
from dongne.cli.vehicle.trusting import FOLLOWS, say_what_a_liar_could_do
from dongne.language import Joined, Message, _
from dongne.vehicle import Disclosure, VehicleId, VehicleRegistry, normalise_vin, parse_vehicle_id
from dongne.vehicle.certificate import Certificate
from dongne.vehicle.certificate_file import read_certificate, to_json
from dongne.vehicle.certificate_page import page as page_of
from dongne.vehicle.certification import Confirmation, confirm
from dongne.vehicle.certification import certify as certificate_at
from dongne.vehicle.errors import (
    CertificateDisputed,
    CertificateNotWritable,
    CertificateOfAnotherCity,
    NoCityKey,
    NotAVehicleId,
    NotAVinSalt,
    SaltWithoutVin,
)
from dongne.vehicle.proving import Proof

SUFFIX = ".json"
NONE = Message(_("none"))

Salt = Annotated[str | None, typer.Option("--salt", help=_("The VIN's salt (0x…), in place of the city's key"))]


@command(
    app,
    epilog=_(
        "Examples:\n\ndongne vehicle certify 0x6f3c… --out car.json --page car.html\n\n"
        "dongne vehicle certify KMHCT41BBDU123456 --salt 0x12ab… --out car.json"
    ),
)
def certify(
    session: Session,
    which: Which,
    out: Annotated[Path, typer.Option("--out", help=_("File for the certificate, JSON"))],
    page: Annotated[Path | None, typer.Option("--page", help=_("File for the printable page, HTML for A4"))] = None,
    key_file: KeyFile = None,
    salt: Salt = None,
) -> None:
    """Certify a vehicle's whole history as of the latest block; with a VIN the certificate names it, with an id not."""
    registry = session.client(VehicleRegistry)
    vehicle, disclosure = _named(session, which, key_file, salt)
    blocks = session.chain.block_number() - registry.entry.block
    with session.progress(_("Reading the history (blocks)"), blocks) as seen:
        found = certificate_at(registry, vehicle, disclosure, seen)
    _write(out, to_json(found))
    if page is not None:
        _write(page, page_of(found, session.settings.language, session.zone))
    data = {**_summary(found), "file": str(out), "page": str(page) if page else None}
    session.show(data, lambda: session.facts(_certified(session, out), *_facts(session, found)))


def is_certificate(which: str) -> bool:
    """Whether a person named a certificate's file rather than a vehicle."""
    if which.lower().startswith("0x"):
        return False
    try:
        return which.lower().endswith(SUFFIX) or Path(which).is_file()
    except (OSError, ValueError):  # too long for a file's name
        return False


def verify_file(session: Session, file: Path, also: Sequence[str], seen_title: str, *, prove: bool) -> None:
    """Verify a certificate against the session's node and others; chain and registry are those it names.

    Raises:
        InputError: the file is not a certificate.
        EvidenceMismatch: it contradicts itself, the address book, or a node.
    """
    found = read_certificate(file)
    entry = _registry_entry(session, found)
    chains = [session.chain, *(Chain(rpc, session.chain.id) for rpc in also)]
    registries = [VehicleRegistry(chain, entry) for chain in chains]
    with session.progress(seen_title, len(chains) * max(session.chain.block_number() - entry.block, 0)) as seen:
        confirmation = confirm(found, registries, seen, prove=prove)
    data = {**_summary(found), **_confirmed(confirmation), "verified": True}
    rows = (*_facts(session, found), Fact(FOLLOWS, confirmation.proof))
    session.show(data, lambda: session.facts(_verified(session, found, confirmation), *rows))
    say_what_a_liar_could_do(session, confirmation.proof, confirmation.nodes)
    if not confirmation.from_state:
        session.note(
            _("A node no longer knows its state at block {block}: its logs until then were compared instead."),
            block=found.scope.block,
        )


def _named(
    session: Session, which: str, key_file: Path | None, salt: str | None
) -> tuple[VehicleId, Disclosure | None]:
    """The vehicle, and what the certificate discloses of it: nothing where the id was typed."""
    if which.strip().lower().startswith("0x"):
        if salt is not None:
            raise SaltWithoutVin()
        return parse_vehicle_id(which), None
    if salt is not None:
        disclosure = Disclosure(normalise_vin(which), _salt(salt))
    elif key_file is not None:
        disclosure = disclosure_named(session, which, key_file)
    else:
        raise NoCityKey()
    return disclosure.vehicle, disclosure


def _salt(text: str) -> bytes:
    try:
        return bytes(parse_vehicle_id(text))  # the same form: 0x and 32 bytes
    except NotAVehicleId as error:
        raise NotAVinSalt(error.text, 64) from error


def _registry_entry(session: Session, found: Certificate) -> Entry:
    """Where the registry is: the address book's word counts for more than the file's; without a book the file's."""
    claimed = Entry(found.scope.registry, found.scope.registry_block)
    try:
        book = session.book
    except NoDeployment:
        return claimed
    if session.chain.id != found.scope.chain_id or VehicleRegistry.NAME not in book.contracts:
        return claimed
    known = book.entry(VehicleRegistry.NAME)
    if known.address != claimed.address:
        raise CertificateOfAnotherCity(claimed.address, known.address)
    if known.block < claimed.block:
        raise CertificateDisputed("registry_block", str(claimed.block), "–", str(known.block))
    return known


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise CertificateNotWritable(file, str(getattr(error, "strerror", None) or error)) from error


def _summary(found: Certificate) -> dict[str, Any]:
    return {
        "vehicle": "0x" + found.vehicle.hex(),
        "vin": found.disclosure.vin if found.disclosure else None,
        "records": len(found.evidence),
        "head": "0x" + found.head.hex(),
        "block": found.scope.block,
        "block_hash": found.scope.block_hash,
        "time": found.scope.time,
        "owner": found.owner,
        "verdict": found.verdict.name,
        "brands": [kind.name for kind in found.brands],
        "restrictions": [each.kind.name for each in found.restrictions],
        "tainted": sorted(found.history.tainted),
    }


def _confirmed(confirmation: Confirmation) -> dict[str, Any]:
    return {
        "nodes": confirmation.nodes,
        "records_since": confirmation.since,
        "tainted_since": sorted(confirmation.tainted_since),
        "from_state": confirmation.from_state,
        "proof": confirmation.proof.name,
    }


def _facts(session: Session, found: Certificate) -> tuple[Fact, ...]:
    brands, restrictions = found.brands, tuple(each.kind for each in found.restrictions)
    tainted = ", ".join(str(number) for number in sorted(found.history.tainted))
    return (
        Fact(_("vehicle"), "0x" + found.vehicle.hex()),
        Fact(_("VIN"), found.disclosure.vin if found.disclosure else NONE),
        Fact(_("owner"), found.owner),
        Fact(_("open liens and other restrictions"), Joined(restrictions, ", ") if restrictions else NONE),
        Fact(_("brands"), Joined(brands, ", ") if brands else NONE),
        Fact(_("verdict on all readings"), found.verdict),
        Fact(_("tainted records"), tainted or NONE),
        Fact(_("head"), found.head),
        Fact(_("as of block"), found.scope.block),
        Fact(_("hash of the block"), found.scope.block_hash),
        Fact(_("time of the block"), session.time(found.scope.time)),
    )


def _certified(session: Session, out: Path) -> str:
    return session.text(_("Certified: {file}"), file=out)


def _verified(session: Session, found: Certificate, confirmation: Confirmation) -> str:
    values = {"records": len(found.evidence), "block": found.scope.block, "nodes": confirmation.nodes}
    proven = _(
        "Nothing is altered or left out: complete as of block {block} with {records} records; nodes asked: {nodes}."
    )
    said = _(
        "The file says what the nodes say, but none proved it: {records} records as of block {block}; "
        "nodes asked: {nodes}."
    )
    title = session.text(said if confirmation.proof is Proof.NOTHING else proven, **values)
    lines = [title]
    if confirmation.since:
        later = _("Records that came since: {count}. Ask for a new certificate.")
        lines.append(session.text(later, count=confirmation.since))
    if confirmation.tainted_since:
        numbers = ", ".join(str(number) for number in sorted(confirmation.tainted_since))
        tainted = _("Recorders were revoked since: these records of it count for nothing any more: {numbers}.")
        lines.append(session.text(tainted, numbers=numbers))
    return "\n".join(lines)
