"""Brands stay with a vehicle: set by records, cleared only by the correction of every record that set them."""

import pytest

from dongne.vehicle import Entry, Evidence, Gauge, History, Kind, Record, Verdict, kinds_in, mask
from dongne.vehicle.kinds import BRANDING_KINDS, GAUGE_BRANDS, RESTRICTING_KINDS
from tests.contracts.vehicle.conftest import DOCUMENT, FOREVER, T0, VEHICLE, event, reading

WRITABLE = sorted(BRANDING_KINDS - RESTRICTING_KINDS)


@pytest.fixture
def insurer(registry, people):
    registry.accredit(people.inspector, mask(frozenset(WRITABLE)), 1, FOREVER, {"from": people.accreditor})
    return people.inspector


def brands(registry, vehicle):
    return kinds_in(registry.stateOf(vehicle)["brands"])


class Written:
    """Keeps what was recorded, for witnesses."""

    def __init__(self, registry, vehicle):
        self.registry, self.vehicle = registry, vehicle
        self.transactions = []

    def add(self, transaction):
        for each in transaction.events["Recorded"]:
            self.transactions.append(Evidence(Record.unpack(each["record"]), bytes.fromhex(str(each["document"])[2:])))
        return self.transactions[-1].record.number

    def witness(self, number):
        return History(self.vehicle, tuple(self.transactions)).witness(number).argument()


@pytest.fixture
def written(registry, people):
    kept = Written(registry, VEHICLE)
    kept.add(
        registry.register(VEHICLE, people.owner, event(0, Kind.REGISTRATION), DOCUMENT, {"from": people.registrar})
    )
    return kept


@pytest.mark.parametrize("kind", WRITABLE)
def test_each_branding_kind_brands_and_no_other(registry, insurer, written, kind):
    registry.record(written.vehicle, event(1, kind), DOCUMENT, {"from": insurer})

    assert brands(registry, written.vehicle) == {kind}


def test_a_brand_goes_only_with_the_last_record_that_set_it(registry, insurer, written):
    first, second = (
        written.add(registry.record(written.vehicle, event(day, Kind.FLOOD), DOCUMENT, {"from": insurer}))
        for day in (1, 2)
    )
    withdrawal = Entry(Kind.CORRECTION, T0).word()

    written.add(registry.correct(written.vehicle, withdrawal, DOCUMENT, written.witness(first), {"from": insurer}))
    assert brands(registry, written.vehicle) == {Kind.FLOOD}
    written.add(registry.correct(written.vehicle, withdrawal, DOCUMENT, written.witness(second), {"from": insurer}))
    assert brands(registry, written.vehicle) == frozenset()


def test_a_record_corrected_into_another_brand_leaves_only_that(registry, insurer, written):
    number = written.add(registry.record(written.vehicle, event(1, Kind.FLOOD), DOCUMENT, {"from": insurer}))

    registry.correct(written.vehicle, event(1, Kind.FIRE), DOCUMENT, written.witness(number), {"from": insurer})

    assert brands(registry, written.vehicle) == {Kind.FIRE}


def test_what_a_liar_withdrew_brands_again_once_its_withdrawal_is_struck(registry, people, insurer, written):
    number = written.add(registry.record(written.vehicle, event(1, Kind.TOTAL_LOSS), DOCUMENT, {"from": insurer}))
    withdrawal = written.add(
        registry.correct(
            written.vehicle, Entry(Kind.CORRECTION, T0).word(), DOCUMENT, written.witness(number), {"from": insurer}
        )
    )
    since = written.transactions[-1].record.recorded_at
    registry.revoke(insurer, since, {"from": people.accreditor})
    tainted = frozenset({withdrawal})
    witness = History(written.vehicle, tuple(written.transactions), tainted).witness(withdrawal).argument()

    registry.strike(written.vehicle, witness, {"from": people.stranger})

    assert Kind.TOTAL_LOSS in brands(registry, written.vehicle)


@pytest.mark.parametrize("kind", sorted(GAUGE_BRANDS))
def test_a_gauge_that_does_not_tell_the_distance_ends_the_verdict(registry, garage, insurer, vehicle, kind):
    for day in (1, 2):
        registry.record(vehicle, reading(day * 100, day), DOCUMENT, {"from": garage})
    assert registry.stateOf(vehicle)["verdict"] == Verdict.LOGICAL

    registry.record(vehicle, event(3, kind), DOCUMENT, {"from": insurer})

    assert registry.stateOf(vehicle)["verdict"] == Verdict.NO_VERDICT


def test_a_rollback_stays_illogical_whatever_is_said_of_the_gauge(registry, garage, insurer, vehicle):
    for day, km in ((1, 900), (2, 100)):
        registry.record(vehicle, reading(km, day), DOCUMENT, {"from": garage})

    registry.record(vehicle, event(3, Kind.GAUGE_NOT_ACTUAL), DOCUMENT, {"from": insurer})

    assert registry.stateOf(vehicle)["verdict"] == Verdict.ILLOGICAL


def test_the_readers_brands_are_those_of_the_word(registry, insurer, written):
    for day, kind in enumerate(WRITABLE, 1):
        written.add(registry.record(written.vehicle, event(day, kind), DOCUMENT, {"from": insurer}))

    assert History(written.vehicle, tuple(written.transactions)).brands == brands(registry, written.vehicle)
    assert brands(registry, written.vehicle) == frozenset(WRITABLE)


def test_a_brand_with_a_reading_counts_as_both(registry, people, vehicle):
    registry.accredit(people.inspector, mask(frozenset({Kind.TAXI_USE})), 1, FOREVER, {"from": people.accreditor})

    registry.record(vehicle, reading(500, 1, Kind.TAXI_USE, Gauge.READ), DOCUMENT, {"from": people.inspector})

    assert registry.stateOf(vehicle)["last"][2] == 500
    assert brands(registry, vehicle) == {Kind.TAXI_USE}
