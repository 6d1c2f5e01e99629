"""Accreditations: who may write what and when, and what a revocation does to what was written."""

import pytest
from brownie import chain

from dongne.vehicle import RESERVED_KINDS, Kind, Record, mask
from tests.contracts.vehicle.conftest import DOCUMENT, FOREVER, GARAGE_KINDS, event, reading
from tests.reverting import reverts

ACCREDITABLE = mask(frozenset(Kind) - RESERVED_KINDS)


def test_an_accreditation_is_kept_exactly(registry, people):
    registry.accredit(people.stranger, ACCREDITABLE, 0, FOREVER, {"from": people.accreditor})

    assert registry.accreditationOf(people.stranger) == (ACCREDITABLE, 0, FOREVER, 0, 1)
    assert registry.recorderOf(1) == people.stranger


def test_a_recorder_keeps_its_number_when_its_accreditation_is_replaced(registry, people, garage, inspector):
    registry.accredit(garage, mask({Kind.FLOOD}), 5, 6, {"from": people.accreditor})

    assert registry.accreditationOf(garage) == (mask({Kind.FLOOD}), 5, 6, 0, 1)
    assert registry.accreditationOf(inspector)["number"] == 2
    assert registry.recorders() == 2


def test_a_registrar_gets_a_number_with_its_first_record(registry, people, garage, vehicle):
    number = registry.accreditationOf(people.registrar)["number"]

    assert registry.recorderOf(number) == people.registrar
    assert registry.accreditationOf(people.registrar) == (0, 0, 0, 0, number)


def test_a_numbered_registrar_may_still_not_record_as_a_garage(registry, people, vehicle):
    with reverts("NotAccreditedNow", people.registrar, 0, 0):
        registry.record(vehicle, reading(1, 1), DOCUMENT, {"from": people.registrar})


def test_recording_starts_with_the_period_and_ends_before_its_end(registry, people, vehicle):
    start = chain.time() + 1_000
    registry.accredit(people.stranger, mask(GARAGE_KINDS), start, start + 100, {"from": people.accreditor})

    with reverts("NotAccreditedNow", people.stranger, start, start + 100):
        registry.record(vehicle, reading(1, 1), DOCUMENT, {"from": people.stranger})
    chain.mine(timestamp=start)
    registry.record(vehicle, reading(1, 1), DOCUMENT, {"from": people.stranger})
    chain.mine(timestamp=start + 100)
    with reverts("NotAccreditedNow", people.stranger, start, start + 100):
        registry.record(vehicle, reading(1, 1), DOCUMENT, {"from": people.stranger})


@pytest.mark.parametrize("kinds", [0, *(1 << kind for kind in sorted(RESERVED_KINDS)), 1 << len(Kind), 1 << 63])
def test_only_kinds_that_recorders_write_are_accredited(registry, people, kinds):
    with reverts("BadKinds", kinds, ACCREDITABLE):
        registry.accredit(people.stranger, kinds, 0, FOREVER, {"from": people.accreditor})


@pytest.mark.parametrize(("start", "end"), [(5, 5), (6, 5)])
def test_a_period_must_end_after_it_starts(registry, people, start, end):
    with reverts("BadPeriod", start, end):
        registry.accredit(people.stranger, 2, start, end, {"from": people.accreditor})


def test_only_the_accreditor_accredits_and_revokes(registry, people):
    with reverts("AccessManagedUnauthorized", people.registrar):
        registry.accredit(people.stranger, 2, 0, FOREVER, {"from": people.registrar})
    with reverts("AccessManagedUnauthorized", people.registrar):
        registry.revoke(people.stranger, 1, {"from": people.registrar})


def test_a_revocation_stops_the_recorder(registry, people, garage, vehicle):
    since = chain.time() - 50
    registry.revoke(garage, since, {"from": people.accreditor})

    with reverts("RecorderRevoked", garage, since):
        registry.record(vehicle, reading(1, 1), DOCUMENT, {"from": garage})
    with reverts("RecorderRevoked", garage, since):
        registry.recordBatch(bytes(76), {"from": garage})


def test_a_revocation_for_later_lets_the_recorder_write_until_then(registry, people, garage, vehicle):
    since = chain.time() + 1_000
    registry.revoke(garage, since, {"from": people.accreditor})

    registry.record(vehicle, reading(1, 1), DOCUMENT, {"from": garage})
    chain.mine(timestamp=since)
    with reverts("RecorderRevoked", garage, since):
        registry.record(vehicle, reading(1, 1), DOCUMENT, {"from": garage})


def test_one_write_taints_everything_recorded_since(registry, people, garage, vehicle):
    first = registry.record(vehicle, reading(1, 1), DOCUMENT, {"from": garage}).timestamp
    chain.mine(timestamp=first + 100)
    second = registry.record(vehicle, event(2, Kind.MAINTENANCE), DOCUMENT, {"from": garage})

    registry.revoke(garage, first + 1, {"from": people.accreditor})

    assert not registry.isTainted(garage, first)
    assert registry.isTainted(garage, first + 1)
    assert registry.isTainted(garage, Record.unpack(second.events["Recorded"]["record"]).recorded_at)
    assert not registry.isTainted(people.inspector, second.timestamp)


def test_a_revocation_is_moved_earlier_but_never_later(registry, people, garage):
    registry.revoke(garage, 1_000, {"from": people.accreditor})

    for later in (1_000, 1_001):
        with reverts("AlreadyRevoked", garage, 1_000):
            registry.revoke(garage, later, {"from": people.accreditor})
    registry.revoke(garage, 999, {"from": people.accreditor})

    assert registry.accreditationOf(garage)["revokedFrom"] == 999


def test_the_revoked_are_not_accredited_again(registry, people, garage):
    registry.revoke(garage, FOREVER, {"from": people.accreditor})

    with reverts("AlreadyRevoked", garage, FOREVER):
        registry.accredit(garage, 2, 0, FOREVER, {"from": people.accreditor})


def test_a_revocation_ends_the_period_but_never_extends_it(registry, people):
    registry.accredit(people.stranger, 2, 10, 20, {"from": people.accreditor})

    registry.revoke(people.stranger, 30, {"from": people.accreditor})
    assert registry.accreditationOf(people.stranger) == (2, 10, 20, 30, 1)
    registry.revoke(people.stranger, 15, {"from": people.accreditor})
    assert registry.accreditationOf(people.stranger) == (2, 10, 15, 15, 1)


def test_a_revocation_needs_a_time(registry, people, garage):
    with reverts("BadRevocation", garage, 0):
        registry.revoke(garage, 0, {"from": people.accreditor})
