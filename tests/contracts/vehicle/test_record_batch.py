"""A station's day: many records in one transaction, whole or not at all."""

import pytest

from dongne.vehicle import Entry, Gauge, Kind, Reason, Record, RecordItem, pack_batch
from tests.contracts.vehicle.conftest import DAY, DOCUMENT, OTHER_VEHICLE, T0, event
from tests.reverting import reverts


def item(vehicle, km, day, kind=Kind.ODOMETER):
    return RecordItem(vehicle, Entry(kind, T0 + day * DAY, km, Gauge.READ), DOCUMENT)


@pytest.fixture
def other_vehicle(registry, people):
    registry.register(OTHER_VEHICLE, people.owner, event(0, Kind.REGISTRATION), DOCUMENT, {"from": people.registrar})
    return OTHER_VEHICLE


def test_a_batch_records_its_items_in_order(registry, garage, vehicle, other_vehicle):
    items = [item(vehicle, 100, 1), item(other_vehicle, 900, 1), item(vehicle, 50, 2, Kind.MAINTENANCE)]

    transaction = registry.recordBatch(pack_batch(items), {"from": garage})

    records = [Record.unpack(event["record"]) for event in transaction.events["Recorded"]]
    assert [(record.kind, record.km, record.number, record.reason) for record in records] == [
        (Kind.ODOMETER, 100, 2, Reason.NO_BASELINE),
        (Kind.ODOMETER, 900, 2, Reason.NO_BASELINE),
        (Kind.MAINTENANCE, 50, 3, Reason.LOWER_THAN_EARLIER),
    ]
    documents = [event["document"] for event in transaction.events["Recorded"]]
    assert documents == ["0x" + DOCUMENT.hex()] * 3
    assert registry.stateOf(vehicle)["records"] == 3
    assert registry.stateOf(other_vehicle)["records"] == 2


def test_a_bad_item_refuses_the_whole_batch_and_is_named(registry, garage, vehicle):
    head = registry.headOf(vehicle)

    with reverts("VehicleNotRegistered", OTHER_VEHICLE, 1):
        registry.recordBatch(pack_batch([item(vehicle, 1, 1), item(OTHER_VEHICLE, 1, 1)]), {"from": garage})
    with reverts("KindNotAccredited", garage, int(Kind.FLOOD), 2):
        batch = [item(vehicle, 1, 1), item(vehicle, 2, 2), item(vehicle, 3, 3, Kind.FLOOD)]
        registry.recordBatch(pack_batch(batch), {"from": garage})

    assert registry.headOf(vehicle) == head


def test_bad_values_in_a_batch_are_refused_with_their_index(registry, garage, vehicle):
    good = item(vehicle, 1, 1).pack()
    future = item(vehicle, 1, 1).pack()[:36] + b"\xff" * 5 + good[41:]
    gauge = good[:33] + b"\x05" + good[34:]
    unread = good[:33] + b"\x00" + good[34:]

    with pytest.raises(Exception, match=r"OccurredInFuture: 1099511627775, \d+, 1"):
        registry.recordBatch(good + future, {"from": garage})
    with reverts("UnknownGauge", 5, 1):
        registry.recordBatch(good + gauge, {"from": garage})
    with reverts("UnreadGaugeWithKm", 1, 1):
        registry.recordBatch(good + unread, {"from": garage})


@pytest.mark.parametrize("length", [0, 1, 75, 77, 151])
def test_a_batch_of_broken_length_is_refused(registry, garage, length):
    with reverts("BadBatchLength", length, 76):
        registry.recordBatch(bytes(length), {"from": garage})


def test_a_stranger_cannot_record_a_batch(registry, vehicle, people):
    with reverts("NotAccreditedNow", people.stranger, 0, 0):
        registry.recordBatch(pack_batch([item(vehicle, 1, 1)]), {"from": people.stranger})
