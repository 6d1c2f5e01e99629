"""The client and the demo's part against a deployed registry on a real Anvil chain."""

import json
from dataclasses import replace
from random import Random

import pytest
from rich.console import Console

from dongne.chain import Chain
from dongne.errors import ContractRefused, EvidenceMismatch
from dongne.suite import Role
from dongne.vehicle import (
    Accredited,
    Entry,
    Gauge,
    Kind,
    Reason,
    RecordItem,
    RegistrationItem,
    Transfer,
    VehicleRegistry,
    Verdict,
    vehicle_id,
)
from dongne.vehicle.verification import verify_history
from scripts.demo import vehicle as demo
from scripts.demo.options import Options
from scripts.demo.output import Output
from scripts.demo.sample_sales import write_sales
from scripts.localchain.suite import local_suite, person
from tests.undoing import undone

KEY = bytes(range(32))
VIN = "4T1BG22K3XU414256"
OTHER_VIN = "JT2GK12E6S0125152"
VEHICLE = vehicle_id(VIN, KEY)
DAY = 86_400
SINCE = 1_600_000_000
GARAGE, OWNER, BUYER = person("garage"), person("owner").address, person("buyer").address


def item(km, day, kind=Kind.ODOMETER):
    return RecordItem(VEHICLE, Entry(kind, SINCE + day * DAY, km, Gauge.READ))


@pytest.fixture(scope="module")
def city():
    with local_suite() as running:
        yield running


@pytest.fixture(scope="module")
def accredited(city):
    """A registry with an accredited garage."""
    registry = VehicleRegistry(city.chain, city.book.entry("VehicleRegistry"))
    kinds = frozenset({Kind.ODOMETER, Kind.MAINTENANCE})
    registry.accredit(GARAGE.address, kinds, SINCE, 2**40 - 1).transact(city.officers[Role.ACCREDITOR])
    return registry


@pytest.fixture
def registry(city, accredited):
    """The registry with one vehicle, undone after each test."""
    with undone(city.chain):
        registration = RegistrationItem(VEHICLE, OWNER, Entry(Kind.REGISTRATION, SINCE))
        accredited.register(registration).transact(city.officers[Role.VEHICLE_REGISTRAR])
        yield accredited


def test_a_vehicles_life_reads_back_as_it_was_written(city, registry):
    registry.record(item(50_000, 10)).transact(GARAGE)
    registry.record_batch([item(51_000, 20), item(500, 30, Kind.MAINTENANCE)]).transact(GARAGE)
    change = Entry(Kind.OWNERSHIP_CHANGE, SINCE + 31 * DAY)
    registry.transfer_title(VEHICLE, BUYER, change).transact(city.officers[Role.TITLE_OFFICER])

    state, history = registry.state(VEHICLE), registry.history(VEHICLE)

    history.verify(registry.head(VEHICLE))
    assert [record.kind for record in history.records] == [
        Kind.REGISTRATION,
        Kind.ODOMETER,
        Kind.ODOMETER,
        Kind.MAINTENANCE,
        Kind.OWNERSHIP_CHANGE,
    ]
    assert (state.records, state.verdict, state.ever_illogical) == (5, Verdict.ILLOGICAL, True)
    assert (state.last.km, state.previous.km) == (500, 51_000)
    assert registry.owner_of(VEHICLE) == BUYER
    assert registry.recorder_of(history.records[1].recorder) == GARAGE.address


def test_an_unknown_vehicle_has_no_state(registry):
    unknown = vehicle_id(OTHER_VIN, KEY)

    state = registry.state(unknown)

    assert (state.records, state.last, state.previous, state.reason) == (0, None, None, Reason.NOT_READ)
    assert registry.head(unknown) == bytes(32)


def test_a_witness_from_the_logs_corrects_a_record(city, registry):
    registry.record(item(50_000, 10)).transact(GARAGE)
    registry.record(item(510_000, 20)).transact(GARAGE)

    registry.correct(item(51_000, 20), registry.history(VEHICLE).witness(3)).transact(GARAGE)
    officer = city.officers[Role.HISTORY_OFFICER]
    withdrawal = RecordItem(VEHICLE, Entry(Kind.CORRECTION, SINCE))
    witness = registry.history(VEHICLE).witness(2)
    registry.correct(withdrawal, witness, as_officer=True).transact(officer)

    history = registry.history(VEHICLE)
    assert history.superseded == {3: 4, 2: 5}
    assert [record.km for record in history.standing if record.is_reading] == [51_000]
    assert registry.state(VEHICLE).corrected


def test_one_revocation_taints_what_every_reader_reads_since(city, registry):
    registry.record(item(50_000, 10)).transact(GARAGE)
    city.pass_time(1_000)
    registry.record(item(51_000, 20)).transact(GARAGE)
    since = registry.history(VEHICLE).records[-1].recorded_at

    registry.revoke(GARAGE.address, since).transact(city.officers[Role.ACCREDITOR])

    assert registry.history(VEHICLE).tainted == {3}
    assert registry.histories()[VEHICLE].tainted == {3}
    assert registry.accreditation(GARAGE.address).revoked_from == since
    with pytest.raises(ContractRefused) as refusal:
        registry.record(item(52_000, 30)).transact(GARAGE)
    assert refusal.value.name == "RecorderRevoked"
    assert GARAGE.address.lower() in refusal.value.explain("ko").lower()


def test_a_tainted_correction_is_struck_by_anyone_and_the_reading_stands_again(city, registry):
    registry.record(item(50_000, 10)).transact(GARAGE)
    city.pass_time(1_000)
    registry.correct(item(5_000, 10), registry.history(VEHICLE).witness(2)).transact(GARAGE)
    since = registry.history(VEHICLE).records[-1].recorded_at
    registry.revoke(GARAGE.address, since).transact(city.officers[Role.ACCREDITOR])
    told = registry.history(VEHICLE)

    registry.strike(VEHICLE, told.witness(3)).transact(city.officers[Role.GUARDIAN])

    assert [record.km for record in told.standing if record.is_reading] == [50_000]
    assert registry.state(VEHICLE).last.km == 50_000
    struck = registry.history(VEHICLE)
    assert (struck.superseded, struck.tainted) == ({3: 4}, {3})
    struck.verify(registry.head(VEHICLE))


def tampered(events, random):
    """The events of a history as a lying node gives them: dropped, altered, moved, repeated or of another."""
    place, other = random.sample(range(len(events)), 2)
    event, kind = events[place], random.randrange(6)
    if kind == 0:
        return events[:place] + events[place + 1 :]
    if kind == 1:
        return [*events[:place], replace(event, record=event.record ^ 1 << random.randrange(256)), *events[place + 1 :]]
    if kind == 2:
        document = bytearray(event.document)
        document[random.randrange(32)] ^= 1 << random.randrange(8)
        return [*events[:place], replace(event, document=bytes(document)), *events[place + 1 :]]
    if kind == 3:
        moved = list(events)
        moved[place], moved[other] = moved[other], moved[place]
        return moved
    if kind == 4:
        return [*events[: place + 1], *events[place:]]
    return [*events[:place], replace(event, record=events[other].record), *events[place + 1 :]]


def test_none_of_a_hundred_tamperings_goes_unseen(registry, monkeypatch):
    for day in range(1, 9):
        registry.record(item(1_000 * day, day)).transact(GARAGE)
    registry.correct(item(500, 8), registry.history(VEHICLE).witness(9)).transact(GARAGE)
    events = list(registry.recorded(VEHICLE))

    for seed in range(100):
        forged = tampered(events, Random(seed))
        monkeypatch.setattr(VehicleRegistry, "recorded", lambda *_, told=forged, **__: iter(told))
        with pytest.raises(EvidenceMismatch):
            verify_history(registry, VEHICLE)


def test_a_verification_names_its_block_and_asks_other_nodes(city, registry, monkeypatch):
    registry.record(item(50_000, 10)).transact(GARAGE)
    block = city.chain.block_number()

    found = verify_history(registry, VEHICLE, [registry])

    assert (found.block, found.block_hash, found.nodes) == (block, city.chain.block_hash(block), 2)
    assert found.time == city.chain.timestamp(block)
    other = VehicleRegistry(Chain(city.chain.rpc), registry.entry)
    monkeypatch.setattr(other, "head", lambda *_: bytes(32))
    with pytest.raises(EvidenceMismatch, match="One of the nodes is on another branch or lies"):
        verify_history(registry, VEHICLE, [other])


def test_histories_of_all_vehicles_are_read_in_one_pass(city, registry):
    other = vehicle_id(OTHER_VIN, KEY)
    registrations = [RegistrationItem(other, OWNER, Entry(Kind.REGISTRATION, SINCE))]
    registry.register_batch(registrations).transact(city.officers[Role.VEHICLE_REGISTRAR])
    registry.record(item(50_000, 10)).transact(GARAGE)

    histories = registry.histories()

    assert {VEHICLE, other} <= histories.keys()
    for vehicle, history in histories.items():
        history.verify(registry.head(vehicle))
    assert histories[VEHICLE] == registry.history(VEHICLE)


def test_the_demo_records_every_row_and_finds_what_is_wrong(city, tmp_path):
    sample = write_sales(tmp_path / "sales.csv", 150)
    with sample.open("a", encoding="utf-8") as file:
        file.write("tooshort,2010,Sample,Car,LE,5,,500,Wed Dec 17 2014 12:30:00 GMT-0800 (PST)\n")

    figures = demo.run(city, demo.load(Options(sales=sample)), Output(Console(quiet=True), "en"))

    assert figures["records"] == figures["rows"] == len(sample.read_text(encoding="utf-8").splitlines()) - 2
    assert figures["vehicles"] == 150
    assert figures["heads_match"] and figures["verdicts_match"]
    assert len(figures["rejected_rows"]) == 1
    assert {flag["reason"] for flag in figures["flagged"]} >= {"LOWER_THAN_EARLIER"}
    assert json.dumps(figures)


def test_heads_of_many_vehicles_are_read_in_one_request(city, registry, monkeypatch):
    vehicles = [VEHICLE, *(vehicle_id(OTHER_VIN, bytes([each]) * 32) for each in range(150))]
    asked = []
    batch = city.chain.batch
    monkeypatch.setattr(city.chain, "batch", lambda requests: asked.append(len(requests)) or batch(requests))

    heads = registry.heads(vehicles)

    assert asked == [151]
    assert heads[VEHICLE] == registry.head(VEHICLE)
    assert [vehicle for vehicle, head in heads.items() if any(head)] == [VEHICLE]


def test_a_history_is_verified_at_one_block_while_others_write(city, registry, monkeypatch):
    head = registry.head

    def and_then_a_record(vehicle, block=None):
        found = head(vehicle, block)
        registry.record(item(50_000, 10)).transact(GARAGE)
        return found

    monkeypatch.setattr(registry, "head", and_then_a_record)

    assert len(registry.verified_history(VEHICLE).records) == 1


def test_recorders_and_their_accreditations_are_read_together(city, registry):
    count = registry.recorder_count()
    addresses = registry.recorders(range(1, count + 1))
    accreditations = registry.accreditations(list(addresses.values()))

    assert {GARAGE.address, city.officers[Role.VEHICLE_REGISTRAR].address} <= set(addresses.values())
    assert [accreditations[addresses[number]].number for number in addresses] == list(addresses)
    assert accreditations[GARAGE.address] == registry.accreditation(GARAGE.address)


def test_events_are_typed(city, registry):
    registry.record(item(50_000, 10)).transact(GARAGE)
    receipt = registry.transfer_title(VEHICLE, BUYER, Entry(Kind.OWNERSHIP_CHANGE, SINCE)).transact(
        city.officers[Role.TITLE_OFFICER]
    )

    (moved,) = registry.events_of(receipt, Transfer)
    (accredited,) = registry.events(Accredited, recorder=GARAGE.address)

    assert (moved.from_, moved.to, moved.vehicle) == (OWNER, BUYER, VEHICLE)
    assert (accredited.scope, accredited.from_) == (frozenset({Kind.ODOMETER, Kind.MAINTENANCE}), SINCE)
    assert [event.evidence.record.number for event in registry.recorded(VEHICLE)] == [1, 2, 3]
