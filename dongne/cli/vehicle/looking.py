"""Commands that look at vehicles, their histories and the recorders; none of them needs a key of the chain."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from eth_typing import ChecksumAddress

from dongne.addresses import address_of
from dongne.chain import Chain
from dongne.cli.commands import command
from dongne.cli.output import Fact, Number
from dongne.cli.session import Session, Yes
from dongne.cli.vehicle.arguments import KeyFile, Which, disclosure_named, history_of, vehicle_named
from dongne.cli.vehicle.certifying import is_certificate, verify_file
from dongne.cli.vehicle.group import app
from dongne.cli.vehicle.trusting import FOLLOWS, WithoutProof, say_what_a_liar_could_do
from dongne.language import Joined, Message, Readable, _
from dongne.vehicle import (
    Accreditation,
    CityKey,
    Finding,
    History,
    KeptReading,
    Reason,
    Record,
    VehicleRegistry,
    VehicleState,
    Verdict,
    class_words,
    outcome_words,
    read_city_key,
)
from dongne.vehicle.errors import VehicleUnknown
from dongne.vehicle.id_list import find_ids, read_vins, write_ids
from dongne.vehicle.records import LATEST
from dongne.vehicle.verification import Verification, verify_history

NONE = Message(_("none"))
NEVER = Message(_("never"))
READING = _("Reading the history (blocks)")

WhichOrFile = Annotated[
    str, typer.Argument(metavar="VEHICLE|FILE", help=_("VIN, the vehicle's id (0x…), or a certificate's file"))
]


@command(
    app,
    epilog=_("Examples:\n\ndongne vehicle show 0x6f3c…\n\ndongne vehicle show KMHCT41BBDU123456 --key-file city.key"),
)
def show(session: Session, which: Which, key_file: KeyFile = None) -> None:
    """Show a vehicle: owner, odometer and verdict."""
    registry, vehicle = session.client(VehicleRegistry), vehicle_named(session, which, key_file)
    state = registry.state(vehicle)
    if not state.records:
        raise VehicleUnknown(vehicle)
    owner = registry.owner_of(vehicle)
    data = {"vehicle": "0x" + vehicle.hex(), "owner": owner, **_state_json(state)}
    session.show(data, lambda: session.facts("0x" + vehicle.hex(), Fact(_("owner"), owner), *_facts(session, state)))


@command(
    app,
    epilog=_(
        "Examples:\n\ndongne vehicle lookup KMHCT41BBDU123456 --key-file city.key\n\n"
        "dongne vehicle lookup vins.csv --key-file city.key --out ids.csv"
    ),
)
def lookup(
    session: Session,
    vin: Annotated[str, typer.Argument(metavar="VIN|FILE", help=_("VIN or chassis number; or a CSV list of them"))],
    key_file: Annotated[Path, typer.Option("--key-file", help=_("File with the city's key"))],
    owner: Annotated[bool, typer.Option("--for-owner", help=_("Show the salt too, which only the owner gets"))] = False,
    out: Annotated[Path | None, typer.Option("--out", help=_("File for the list with the ids, CSV"))] = None,
) -> None:
    """Find a vehicle's id by its VIN, to hand it to a recorder: with the id, nobody else needs the city's key."""
    if out is not None:
        _look_up_list(session, Path(vin), read_city_key(key_file), out)
        return
    disclosure = disclosure_named(session, vin, key_file)
    registered = any(session.client(VehicleRegistry).head(disclosure.vehicle))
    data = {"vin": disclosure.vin, "vehicle": "0x" + disclosure.vehicle.hex(), "registered": registered}
    rows = [Fact(_("vehicle"), data["vehicle"]), Fact(_("registered"), Yes(registered))]
    if owner:
        data["salt"] = "0x" + disclosure.salt.hex()
        rows.append(Fact(_("salt"), data["salt"]))
    session.show(data, lambda: session.facts(disclosure.vin, *rows))


def _look_up_list(session: Session, file: Path, city_key: CityKey, out: Path) -> None:
    """Write a list again with the ids of its vehicles in front, for a recorder who imports it."""
    listed = read_vins(file)
    ids = find_ids(session.client(VehicleRegistry), listed.vins.values(), city_key)
    write_ids(listed, ids, out)
    unknown = sorted(vin for vin, (_vehicle, registered) in ids.items() if not registered)
    data = {"file": str(out), "vehicles": len(ids), "not_registered": unknown}
    rows = (Fact(_("vehicles"), len(ids)), Fact(_("not registered"), ", ".join(unknown) or NONE))
    session.show(data, lambda: session.facts(str(out), *rows))


@command(app, epilog=_("Example: dongne vehicle history KMHCT41BBDU123456 --key-file city.key"))
def history(session: Session, which: Which, key_file: KeyFile = None) -> None:
    """Show all records of a vehicle, proven complete, and the verdict on the whole."""
    registry = session.client(VehicleRegistry)
    found = history_of(session, registry, vehicle_named(session, which, key_file))
    recorders = registry.recorders(sorted({each.recorder for each in found.records}))
    paces = registry.paces()
    findings = {finding.record.number: finding for finding in found.findings(paces)}
    verdict = found.verdict(paces)
    data = {
        "vehicle": "0x" + found.vehicle.hex(),
        "head": "0x" + found.head.hex(),
        "verdict": verdict.name,
        "records": [_record_json(found, each, recorders[each.recorder], findings) for each in found.records],
    }
    session.show(data, lambda: _history_table(session, found, recorders, verdict, findings))


@command(
    app,
    epilog=_(
        "Examples:\n\ndongne vehicle verify 0x6f3c…\n\n"
        "dongne vehicle verify 0x6f3c… --also-rpc https://rpc.example.org --also-rpc https://other.example.org\n\n"
        "dongne vehicle verify car.json --rpc https://rpc.example.org"
    ),
)
def verify(
    session: Session,
    which: WhichOrFile,
    key_file: KeyFile = None,
    also: Annotated[
        list[str] | None, typer.Option("--also-rpc", help=_("Another node that must state the same; may be repeated"))
    ] = None,
    without_proof: WithoutProof = False,
) -> None:
    """Prove that a vehicle's history, or a certificate's file, is complete and unaltered, as of one block."""
    if is_certificate(which):
        verify_file(session, Path(which), also or (), READING, prove=not without_proof)
        return
    registry, vehicle = session.client(VehicleRegistry), vehicle_named(session, which, key_file)
    others = [VehicleRegistry(Chain(rpc, session.chain.id), registry.entry) for rpc in also or ()]
    with session.progress(READING, session.chain.block_number() - registry.entry.block) as seen:
        found = verify_history(registry, vehicle, others, seen, prove=not without_proof)
    if not found.history.evidence:
        raise VehicleUnknown(vehicle)
    session.show(_verification_json(found), lambda: _verification_text(session, found))
    say_what_a_liar_could_do(session, found.proof, found.nodes)


@command(app, epilog=_("Example: dongne vehicle accreditation 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"))
def accreditation(session: Session, who: Annotated[str, typer.Argument(metavar="ADDRESS", help=_("Address"))]) -> None:
    """Show what a recorder may write, from when until when, and whether it is revoked."""
    recorder = address_of(who)
    state = session.client(VehicleRegistry).accreditation(recorder)
    kinds = Joined(tuple(sorted(state.kinds)), ", ") if state.kinds else NONE
    rows = (
        Fact(_("recorder number"), state.number or NONE),
        Fact(_("may record"), kinds),
        Fact(_("changes of the gauge"), Yes(state.gauge_changes)),
        Fact(_("from"), session.time(state.valid_from) if state.kinds else NEVER),
        Fact(_("until"), until(session, state.valid_until) if state.kinds else NEVER),
        Fact(_("revoked from"), session.time(state.revoked_from) if state.revoked_from else NEVER),
    )
    session.show(_accreditation_json(recorder, state), lambda: session.facts(recorder, *rows))


@command(app, epilog=_("Example: dongne vehicle recorders"))
def recorders(session: Session) -> None:
    """List everyone who may write records or ever did, by number."""
    registry = session.client(VehicleRegistry)
    addresses = registry.recorders(range(1, registry.recorder_count() + 1))
    known = registry.accreditations(list(addresses.values()))
    columns = [_("number"), _("address"), _("may record"), _("from"), _("until"), _("revoked from")]
    rows = [_recorder_row(session, address, known[address]) for address in addresses.values()]
    data = [_accreditation_json(address, known[address]) for address in addresses.values()]
    session.show(data, lambda: session.table(session.text(_("Recorders")), columns, rows))


def until(session: Session, seconds: int) -> str | Message:
    """When an accreditation ends."""
    return Message(_("without end")) if seconds >= LATEST else session.time(seconds)


def _facts(session: Session, state: VehicleState) -> Iterator[Fact]:
    yield Fact(_("class of vehicle"), class_words(state.vehicle_class))
    yield Fact(_("records"), state.records)
    yield Fact(_("last reading"), _kept(session, state.last))
    yield Fact(_("verdict on all readings"), state.verdict)
    yield Fact(_("finding on the last reading"), state.reason)
    yield Fact(_("illogical readings"), state.illogical)
    yield Fact(_("ever illogical"), Yes(state.ever_illogical))
    yield Fact(_("ever implausible"), Yes(state.ever_implausible))
    yield Fact(_("gauge ever changed"), Yes(state.gauge_ever_changed))
    yield Fact(_("ever corrected"), Yes(state.corrected))
    yield Fact(_("brands"), Joined(tuple(sorted(state.brands)), ", ") if state.brands else NONE)
    yield Fact(_("restrictions of the title"), state.restrictions or NONE)
    yield Fact(_("head"), state.head)


def _kept(session: Session, kept: KeptReading | None) -> Readable | str:
    return f"{kept.km:,} km ({session.time(kept.occurred_at)})" if kept else NONE


def _history_table(
    session: Session,
    found: History,
    recorders: Mapping[int, ChecksumAddress],
    verdict: Verdict,
    findings: Mapping[int, Finding],
) -> Any:
    title = session.text(_("Verdict on the whole history: {verdict}"), verdict=verdict)
    columns = [_("number"), _("date"), _("kind"), _("km"), _("finding"), _("recorder"), _("remarks")]
    rows = [_row(session, found, each, recorders[each.recorder], findings) for each in found.records]
    return session.table(title, columns, rows)


def _row(
    session: Session, found: History, each: Record, recorder: ChecksumAddress, findings: Mapping[int, Finding]
) -> list[object]:
    finding = findings[each.number].reason if each.number in findings else each.reason
    km = Number(f"{each.km:,}") if each.is_reading else Number("–")
    remarks = Joined(tuple(_remarks(found, each, finding)), ", ")
    return [each.number, session.time(each.occurred_at), each.kind, km, finding, recorder, remarks]


def _remarks(found: History, each: Record, finding: Reason) -> Iterator[Readable]:
    if each.number in found.tainted:
        yield Message(_("TAINTED: the recorder was revoked"))
    if (said := outcome_words(each.kind, each.outcome)) is not None:
        yield said
    if each.supersedes:
        yield Message(_("corrects record {number}"), {"number": each.supersedes})
    if by := found.superseded.get(each.number):
        yield Message(_("corrected by record {number}"), {"number": by})
    if finding is not each.reason:
        yield Message(_("when recorded: {reason}"), {"reason": each.reason})


def _recorder_row(session: Session, address: ChecksumAddress, state: Accreditation) -> list[object]:
    if not state.kinds:
        times: list[object] = [NONE, NEVER, NEVER]
    else:
        kinds = Joined(tuple(sorted(state.kinds)), ", ")
        times = [kinds, session.time(state.valid_from), until(session, state.valid_until)]
    return [state.number, address, *times, session.time(state.revoked_from) if state.revoked_from else NEVER]


def _state_json(state: VehicleState) -> dict[str, Any]:
    return {
        "records": state.records,
        "last": _kept_json(state.last),
        "verdict": state.verdict.name,
        "reason": state.reason.name,
        "illogical": state.illogical,
        "gauge_changes": state.gauge_changes,
        "ever_illogical": state.ever_illogical,
        "ever_implausible": state.ever_implausible,
        "gauge_ever_changed": state.gauge_ever_changed,
        "corrected": state.corrected,
        "brands": [kind.name for kind in sorted(state.brands)],
        "restrictions": state.restrictions,
        "vehicle_class": state.vehicle_class,
        "head": "0x" + state.head.hex(),
    }


def _kept_json(kept: KeptReading | None) -> dict[str, int] | None:
    return {"record": kept.number, "occurred_at": kept.occurred_at, "km": kept.km} if kept else None


def _verification_json(found: Verification) -> dict[str, Any]:
    return {
        "vehicle": "0x" + found.history.vehicle.hex(),
        "records": len(found.history.records),
        "head": "0x" + found.history.head.hex(),
        "block": found.block,
        "block_hash": found.block_hash,
        "time": found.time,
        "nodes": found.nodes,
        "proof": found.proof.name,
        "verified": True,
    }


def _verification_text(session: Session, found: Verification) -> Any:
    text = _("The history is complete and unaltered: {records} records lead to head {head}, as the registry states.")
    return session.facts(
        session.text(text, records=len(found.history.records), head=found.history.head),
        Fact(_("as of block"), found.block),
        Fact(_("hash of the block"), found.block_hash),
        Fact(_("time of the block"), session.time(found.time)),
        Fact(_("nodes that agree"), found.nodes),
        Fact(FOLLOWS, found.proof),
    )


def _record_json(
    found: History, each: Record, recorder: ChecksumAddress, findings: Mapping[int, Finding]
) -> dict[str, Any]:
    return {
        "number": each.number,
        "kind": each.kind.name,
        "occurred_at": each.occurred_at,
        "km": each.km if each.is_reading else None,
        "gauge": each.gauge.name,
        "outcome": each.outcome,
        "verdict": each.reason.verdict.name,
        "reason": each.reason.name,
        "finding": findings[each.number].reason.name if each.number in findings else None,
        "recorded_at": each.recorded_at,
        "recorder": recorder,
        "supersedes": each.supersedes or None,
        "superseded_by": found.superseded.get(each.number),
        "tainted": each.number in found.tainted,
        "document": "0x" + found.evidence[each.number - 1].document.hex(),
    }


def _accreditation_json(recorder: ChecksumAddress, state: Accreditation) -> dict[str, Any]:
    return {
        "recorder": recorder,
        "number": state.number,
        "kinds": [kind.name for kind in sorted(state.kinds)],
        "gauge_changes": state.gauge_changes,
        "valid_from": state.valid_from,
        "valid_until": state.valid_until,
        "revoked_from": state.revoked_from,
    }
