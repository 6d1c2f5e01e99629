"""The odometer verdict: each rule, on both sides of its boundary."""

import pytest

from dongne.vehicle import Gauge, Reason, Record, Verdict
from tests.contracts.vehicle.conftest import DAY, DOCUMENT, PACE, T0, reading


@pytest.fixture
def say(registry, garage, vehicle):
    """Records a reading and gives what the registry found about it."""

    def record(km, day, gauge=Gauge.READ):
        transaction = registry.record(vehicle, reading(km, day, gauge=gauge), DOCUMENT, {"from": garage})
        return Record.unpack(transaction.events["Recorded"]["record"]).reason

    return record


def test_the_first_reading_has_nothing_to_be_compared_with(say, registry, vehicle):
    assert say(80_000, 10) is Reason.NO_BASELINE
    assert registry.stateOf(vehicle)["verdict"] == Verdict.NO_VERDICT


def test_a_reading_that_did_not_fall_is_logical(say, registry, vehicle):
    say(80_000, 10)

    assert say(80_000, 20) is Reason.CONSISTENT
    assert say(80_001, 30) is Reason.CONSISTENT
    assert registry.stateOf(vehicle)["verdict"] == Verdict.LOGICAL


def test_a_lower_reading_is_recorded_and_the_series_stays_illogical(say, registry, vehicle):
    say(80_000, 10)

    assert say(79_999, 20) is Reason.LOWER_THAN_EARLIER
    assert registry.stateOf(vehicle)["verdict"] == Verdict.ILLOGICAL

    assert say(80_100, 30) is Reason.CONSISTENT
    state = registry.stateOf(vehicle)
    assert (state["verdict"], state["reason"]) == (Verdict.ILLOGICAL, Reason.CONSISTENT)
    assert (state["illogical"], state["everIllogical"]) == (1, True)
    assert state["last"] == (4, T0 + 30 * DAY, 80_100)


def test_a_rise_is_plausible_up_to_the_pace_with_one_day_of_grace(say, registry, vehicle):
    say(0, 10)

    assert say(11 * PACE, 20) is Reason.CONSISTENT
    assert not registry.stateOf(vehicle)["everImplausible"]
    assert say(11 * PACE + 11 * PACE + 1, 30) is Reason.IMPLAUSIBLE
    state = registry.stateOf(vehicle)
    assert (state["verdict"], state["everImplausible"]) == (Verdict.LOGICAL, True)


@pytest.mark.parametrize(
    ("gauge", "reason"),
    [
        (Gauge.REPLACED, Reason.GAUGE_REPLACED),
        (Gauge.UNIT_CHANGED, Reason.UNIT_CHANGED),
        (Gauge.IMPORTED, Reason.IMPORTED),
    ],
)
def test_a_changed_gauge_restarts_the_series_without_a_verdict(say, registry, vehicle, gauge, reason):
    say(80_000, 10)

    assert say(5, 20, gauge) is reason
    assert registry.stateOf(vehicle)["verdict"] == Verdict.NO_VERDICT
    assert registry.stateOf(vehicle)["gaugeEverChanged"]
    assert say(6, 30) is Reason.CONSISTENT
    assert registry.stateOf(vehicle)["verdict"] == Verdict.NO_VERDICT
    assert say(4, 40) is Reason.LOWER_THAN_EARLIER
    assert registry.stateOf(vehicle)["verdict"] == Verdict.ILLOGICAL


@pytest.mark.parametrize("day", [15, 30])
def test_what_was_found_before_a_changed_gauge_stays_found(say, registry, vehicle, day):
    say(150_000, 10)
    assert say(60_000, 20) is Reason.LOWER_THAN_EARLIER

    say(60_100, day, Gauge.REPLACED)

    assert registry.stateOf(vehicle)["verdict"] == Verdict.ILLOGICAL
    assert registry.stateOf(vehicle)["gaugeChanges"] == 1


def test_late_evidence_between_two_readings_is_judged_against_both(say):
    say(10_000, 10)
    say(20_000, 40)

    assert say(20_001, 30) is Reason.HIGHER_THAN_LATER


def test_late_evidence_that_fits_takes_its_place_before_the_last_reading(say, registry, vehicle):
    say(10_000, 10)
    say(20_000, 40)

    assert say(15_000, 30) is Reason.CONSISTENT
    state = registry.stateOf(vehicle)
    assert state["last"] == (3, T0 + 40 * DAY, 20_000)
    assert state["previous"] == (4, T0 + 30 * DAY, 15_000)


def test_late_evidence_below_an_earlier_reading_is_illogical(say):
    say(10_000, 10)
    say(20_000, 40)

    assert say(9_999, 30) is Reason.LOWER_THAN_EARLIER


def test_late_evidence_too_far_above_the_earlier_of_two_readings_is_implausible(say):
    say(10_000, 10)
    say(20_000, 20)

    assert say(19_999, 10) is Reason.IMPLAUSIBLE


def test_late_evidence_too_far_below_the_later_of_two_readings_is_implausible(say):
    say(10_000, 10)
    say(90_000, 100)

    assert say(10_001, 99) is Reason.IMPLAUSIBLE


def test_late_evidence_too_far_below_the_only_reading_is_implausible(say):
    say(100_000, 40)

    assert say(1_000, 39) is Reason.IMPLAUSIBLE


def test_evidence_older_than_all_kept_readings_is_compared_with_the_oldest_of_them(say, registry, vehicle):
    say(10_000, 10)
    say(20_000, 40)

    assert say(10_001, 5) is Reason.HIGHER_THAN_LATER
    assert say(9_000, 5) is Reason.CONSISTENT
    assert registry.stateOf(vehicle)["previous"] == (2, T0 + 10 * DAY, 10_000)


def test_late_evidence_before_a_replaced_gauge_is_not_held_against_the_new_one(say):
    say(100_000, 10)
    say(0, 40, Gauge.REPLACED)

    assert say(105_000, 30) is Reason.CONSISTENT


def test_readings_of_the_same_second_count_in_the_order_they_came(say, registry, vehicle):
    say(10_000, 10)

    assert say(9_000, 10) is Reason.LOWER_THAN_EARLIER
    assert registry.stateOf(vehicle)["last"] == (3, T0 + 10 * DAY, 9_000)


def test_late_evidence_of_the_same_second_as_the_reading_before_the_last_comes_after_it(say, registry, vehicle):
    say(10_000, 10)
    say(20_000, 40)

    assert say(9_000, 10) is Reason.LOWER_THAN_EARLIER
    assert registry.stateOf(vehicle)["previous"] == (4, T0 + 10 * DAY, 9_000)


def test_a_gauge_replaced_in_the_second_of_the_last_reading_comes_after_it(say, registry, vehicle):
    say(10_000, 10)

    assert say(0, 10, Gauge.REPLACED) is Reason.GAUGE_REPLACED
    assert registry.stateOf(vehicle)["last"] == (3, T0 + 10 * DAY, 0)
