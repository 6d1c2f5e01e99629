"""Found by trial: a recorder accredited for rental use only turned 150,000 -> 60,000 km into a logical series.

Every recorder could say that the gauge was replaced, without a document; one such record, even dated late, cleared a
vehicle that had been found illogical.
"""

import pytest

from dongne.vehicle import Entry, Gauge, Kind, Reason, Verdict, mask
from tests.contracts.vehicle.conftest import (  # noqa: F401
    DOCUMENT,
    FOREVER,
    OTHER_VEHICLE,
    T0,
    garage,
    people,
    reading,
    registry,
    vehicle,
)
from tests.contracts.vehicle.test_correction import WITHDRAWN, book  # noqa: F401
from tests.reverting import reverts

CHANGES = [Gauge.REPLACED, Gauge.UNIT_CHANGED, Gauge.IMPORTED]


@pytest.mark.parametrize("gauge", CHANGES)
def test_a_change_of_the_gauge_is_accredited_apart(registry, people, vehicle, gauge):  # noqa: F811
    registry.accredit(people.stranger, mask({Kind.RENTAL_USE}), 1, FOREVER, {"from": people.accreditor})
    entry = reading(60_000, 20, Kind.RENTAL_USE, gauge)

    with reverts("GaugeChangeNotAccredited", people.stranger, int(gauge), 0):
        registry.record(vehicle, entry, DOCUMENT, {"from": people.stranger})


@pytest.mark.parametrize("gauge", CHANGES)
def test_a_change_of_the_gauge_needs_a_document(registry, garage, vehicle, gauge):  # noqa: F811
    with reverts("GaugeChangeWithoutDocument", int(gauge), 0):
        registry.record(vehicle, reading(60_000, 20, gauge=gauge), bytes(32), {"from": garage})


@pytest.mark.parametrize("day", [5, 15, 25])
def test_a_change_of_the_gauge_clears_nothing_that_was_found(registry, garage, vehicle, day):  # noqa: F811
    registry.record(vehicle, reading(150_000, 10), DOCUMENT, {"from": garage})
    registry.record(vehicle, reading(60_000, 20), DOCUMENT, {"from": garage})

    registry.record(vehicle, reading(60_000, day, gauge=Gauge.REPLACED), DOCUMENT, {"from": garage})
    registry.record(vehicle, reading(61_000, 40), DOCUMENT, {"from": garage})

    assert registry.stateOf(vehicle)["verdict"] == Verdict.ILLOGICAL
    assert registry.stateOf(vehicle)["reason"] == Reason.CONSISTENT


def test_the_registrar_says_that_a_vehicle_was_imported(registry, people):  # noqa: F811
    entry = Entry(Kind.REGISTRATION, T0, 60_000, Gauge.IMPORTED).word()

    with reverts("GaugeChangeWithoutDocument", int(Gauge.IMPORTED), 0):
        registry.register(b"\1" * 32, people.owner, entry, bytes(32), {"from": people.registrar})
    registry.register(b"\1" * 32, people.owner, entry, DOCUMENT, {"from": people.registrar})

    assert registry.stateOf(b"\1" * 32)["verdict"] == Verdict.NO_VERDICT


def test_late_evidence_that_is_withdrawn_again_clears_nothing(registry, garage, book):  # noqa: F811
    book.record(reading(150_000, 10), garage)
    book.record(reading(60_000, 20), garage)
    book.record(reading(60_000, 15), garage)
    book.record(reading(60_000, 12, gauge=Gauge.REPLACED), garage)

    book.correct(4, WITHDRAWN, garage)

    assert registry.stateOf(OTHER_VEHICLE)["verdict"] == Verdict.ILLOGICAL
