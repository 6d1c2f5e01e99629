"""Recording: what is accepted, what is refused, and what the registry keeps."""

import pytest
from brownie import chain

from dongne.vehicle import Entry, Evidence, Gauge, Kind, Reason, Record, rederive_head
from tests.contracts.vehicle.conftest import DAY, DOCUMENT, OTHER_VEHICLE, T0, event, reading
from tests.reverting import reverts


def recorded(transaction):
    """The record of a transaction's only `Recorded` event."""
    return Record.unpack(transaction.events["Recorded"]["record"])


def raw(kind=1, gauge=1, occurred_at=T0, km=1, outcome=0):
    """An entry that `Entry` itself would refuse."""
    return (
        bytes((kind, gauge)) + outcome.to_bytes(2, "big") + occurred_at.to_bytes(5, "big") + km.to_bytes(3, "big")
    ).ljust(32, b"\0")


def test_a_record_is_completed_by_the_registry_and_emitted(registry, garage, vehicle):
    transaction = registry.record(vehicle, reading(50_000, 10), DOCUMENT, {"from": garage})

    assert recorded(transaction) == Record(
        kind=Kind.ODOMETER,
        gauge=Gauge.READ,
        occurred_at=T0 + 10 * DAY,
        km=50_000,
        reason=Reason.NO_BASELINE,
        number=2,
        recorded_at=transaction.timestamp,
        recorder=registry.accreditationOf(garage)["number"],
    )
    assert transaction.events["Recorded"]["vehicle"] == "0x" + vehicle.hex()
    assert transaction.events["Recorded"]["document"] == "0x" + DOCUMENT.hex()


def test_the_head_starts_at_the_vehicles_id_and_covers_every_record(registry, garage, people):
    entry = event(0, Kind.REGISTRATION)
    sent = [registry.register(OTHER_VEHICLE, people.owner, entry, DOCUMENT, {"from": people.registrar})]
    sent += [registry.record(OTHER_VEHICLE, reading(km, km), DOCUMENT, {"from": garage}) for km in (300, 200, 400)]

    history = [Evidence(recorded(transaction), DOCUMENT) for transaction in sent]

    assert registry.headOf(OTHER_VEHICLE) == "0x" + rederive_head(OTHER_VEHICLE, history).hex()


def test_an_event_without_a_reading_leaves_the_odometer_alone(registry, garage, vehicle):
    registry.record(vehicle, reading(50_000, 10), DOCUMENT, {"from": garage})

    transaction = registry.record(vehicle, event(20, Kind.MAINTENANCE), DOCUMENT, {"from": garage})

    state = registry.stateOf(vehicle)
    assert recorded(transaction).reason is Reason.NOT_READ
    assert state["records"] == 3
    assert state["last"] == (2, T0 + 10 * DAY, 50_000)
    assert state["reason"] == Reason.NO_BASELINE


def test_what_follows_the_twelve_bytes_of_an_entry_is_ignored(registry, garage, vehicle):
    transaction = registry.record(vehicle, reading(7, 1)[:12] + b"\xff" * 20, DOCUMENT, {"from": garage})

    assert recorded(transaction).km == 7
    assert recorded(transaction).supersedes == 0
    assert transaction.events["Recorded"]["record"] & 0xFF == 0


@pytest.mark.parametrize("km", [0, 1, 2**24 - 1])
@pytest.mark.parametrize("occurred_at", [0, 1, T0])
def test_the_extreme_values_of_a_reading_are_kept_exactly(registry, garage, vehicle, km, occurred_at):
    transaction = registry.record(vehicle, raw(occurred_at=occurred_at, km=km), DOCUMENT, {"from": garage})

    assert (recorded(transaction).occurred_at, recorded(transaction).km) == (occurred_at, km)
    assert registry.stateOf(vehicle)["last"] == (2, occurred_at, km)


def test_a_record_may_be_dated_at_its_block_but_not_after(registry, garage, vehicle):
    now = chain.time() + 100
    chain.mine(timestamp=now)
    future = 2**40 - 1

    assert recorded(registry.record(vehicle, raw(occurred_at=now), DOCUMENT, {"from": garage})).occurred_at == now
    with pytest.raises(Exception, match=f"OccurredInFuture: {future}, "):
        registry.record(vehicle, raw(occurred_at=future), DOCUMENT, {"from": garage})


def test_an_unknown_gauge_state_is_refused(registry, garage, vehicle):
    with reverts("UnknownGauge", 5, 0):
        registry.record(vehicle, raw(gauge=5), DOCUMENT, {"from": garage})


def test_kilometres_without_a_read_gauge_are_refused(registry, garage, vehicle):
    with reverts("UnreadGaugeWithKm", 1, 0):
        registry.record(vehicle, raw(gauge=0, km=1), DOCUMENT, {"from": garage})


@pytest.mark.parametrize(
    "kind", [Kind.REGISTRATION, Kind.FLOOD, Kind.OWNERSHIP_CHANGE, Kind.CORRECTION, Kind.LIEN, len(Kind), 64, 104, 255]
)
def test_a_kind_outside_the_accreditation_is_refused(registry, garage, vehicle, kind):
    with reverts("KindNotAccredited", garage, int(kind), 0):
        registry.record(vehicle, raw(kind=kind), DOCUMENT, {"from": garage})


def test_a_record_of_an_unregistered_vehicle_is_refused(registry, garage):
    with reverts("VehicleNotRegistered", OTHER_VEHICLE, 0):
        registry.record(OTHER_VEHICLE, reading(1, 1), DOCUMENT, {"from": garage})


def test_a_stranger_cannot_record(registry, vehicle, people):
    with reverts("NotAccreditedNow", people.stranger, 0, 0):
        registry.record(vehicle, reading(1, 1), DOCUMENT, {"from": people.stranger})


def test_a_full_history_takes_no_more_records(registry, garage, vehicle, storage):
    state = storage.vehicle_state(vehicle)
    storage.set_vehicle_state(vehicle, state >> 24 << 24 | 2**24 - 2)

    registry.record(vehicle, reading(1, 1), DOCUMENT, {"from": garage})

    assert registry.stateOf(vehicle)["records"] == 2**24 - 1
    with reverts("TooManyRecords", vehicle, 0):
        registry.record(vehicle, reading(2, 2), DOCUMENT, {"from": garage})


@pytest.fixture(scope="module")
def codec(people, RecordCodec):
    return RecordCodec.deploy({"from": people.admin})


def test_entryOf_packs_what_python_packs(codec):  # noqa: N802
    assert (
        codec.entryOf(Kind.TAXI_USE, Gauge.REPLACED, 2**16 - 1, T0, 2**24 - 1)
        == "0x" + Entry(Kind.TAXI_USE, T0, 2**24 - 1, Gauge.REPLACED, 2**16 - 1).word().hex()
    )


def test_the_fields_of_a_record_are_read_back(registry, codec, garage, vehicle):
    registry.record(vehicle, reading(40_000, 9), DOCUMENT, {"from": garage})
    transaction = registry.record(
        vehicle, raw(outcome=513, occurred_at=T0 + 10 * DAY, km=3), DOCUMENT, {"from": garage}
    )

    record = recorded(transaction)

    assert (record.outcome, record.older, record.reason) == (513, 2, Reason.LOWER_THAN_EARLIER)
    assert codec.fieldsOf(transaction.events["Recorded"]["record"]) == (
        record.kind,
        record.gauge,
        record.outcome,
        record.occurred_at,
        record.km,
        record.reason,
        record.number,
        record.recorded_at,
        record.recorder,
        record.supersedes,
        record.older,
    )


def test_the_head_after_a_record_is_the_registrys(registry, codec, garage, vehicle):
    before = registry.headOf(vehicle)
    transaction = registry.record(vehicle, reading(40_000, 9), DOCUMENT, {"from": garage})

    after = codec.headAfter(before, transaction.events["Recorded"]["record"], DOCUMENT)

    assert after == registry.headOf(vehicle)
