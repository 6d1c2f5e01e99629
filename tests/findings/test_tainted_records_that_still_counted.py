"""Found by trial: what a revoked recorder wrote after the date still counted.

Its readings stayed in the series, its corrections still superseded. Anyone may now strike such a record: its reading
leaves the series, and what it had superseded stands again. Readers leave it out without waiting for that.
"""

import pytest

from dongne.vehicle import Kind, Paces, Reason, Verdict
from tests.contracts.vehicle.conftest import (  # noqa: F401
    DAY,
    OTHER_VEHICLE,
    T0,
    event,
    garage,
    inspector,
    people,
    reading,
    registry,
)
from tests.contracts.vehicle.test_correction import WITHDRAWN, book  # noqa: F401
from tests.reverting import reverts


@pytest.fixture
def washed(registry, people, garage, inspector, book):  # noqa: F811
    """150,000 km and then 80,000; the writer of 150,000 withdrew it, and was revoked from just before that."""
    book.record(reading(150_000, 10), garage)
    book.record(reading(80_000, 20), inspector)
    withdrawal = book.correct(2, WITHDRAWN, garage)
    registry.revoke(garage, withdrawal.recorded_at, {"from": people.accreditor})
    return book


def test_a_struck_withdrawal_lets_the_reading_stand_again(registry, people, washed):  # noqa: F811
    assert registry.stateOf(OTHER_VEHICLE)["verdict"] == Verdict.NO_VERDICT

    strike = washed.strike(4, people.stranger)

    state = registry.stateOf(OTHER_VEHICLE)
    assert (strike.kind, strike.supersedes, strike.recorder) == (Kind.CORRECTION, 4, 0)
    assert state["previous"] == (2, T0 + 10 * DAY, 150_000)
    assert state["last"] == (3, T0 + 20 * DAY, 80_000)
    assert (state["verdict"], state["reason"]) == (Verdict.ILLOGICAL, Reason.LOWER_THAN_EARLIER)


def test_readers_leave_a_tainted_withdrawal_out_before_it_is_struck(washed):
    found = washed.history(frozenset({4}))

    assert [record.number for record in found.standing if record.is_reading] == [2, 3]
    assert found.verdict(Paces((1_000,))) is Verdict.ILLOGICAL


def test_a_struck_reading_leaves_the_series(registry, people, garage, inspector, book):  # noqa: F811
    book.record(reading(50_000, 10), inspector)
    typo = book.record(reading(10, 20), garage)
    registry.revoke(garage, typo.recorded_at, {"from": people.accreditor})

    book.strike(3, people.owner)

    state = registry.stateOf(OTHER_VEHICLE)
    assert state["last"] == (2, T0 + 10 * DAY, 50_000)
    assert (state["illogical"], state["everIllogical"]) == (0, True)


def test_what_was_recorded_before_the_date_is_not_struck(people, inspector, washed):  # noqa: F811
    with reverts("NotTainted", 3, inspector):
        washed.strike(3, people.stranger)


def test_a_record_is_struck_once(people, washed):  # noqa: F811
    washed.strike(4, people.stranger)

    with reverts("AlreadySuperseded", 4, 5):
        washed.strike(4, people.stranger)


def test_a_withdrawal_that_was_struck_can_be_repeated_by_the_office(registry, people, washed):  # noqa: F811
    washed.strike(4, people.stranger)

    washed.correct_as_officer(2, WITHDRAWN, people.historian)

    assert registry.stateOf(OTHER_VEHICLE)["last"] == (3, T0 + 20 * DAY, 80_000)
    assert registry.stateOf(OTHER_VEHICLE)["previous"] == (0, 0, 0)


def test_a_change_of_owner_is_not_struck(registry, people, book):  # noqa: F811
    moved = registry.transferTitle(
        OTHER_VEHICLE, people.buyer, event(1, Kind.OWNERSHIP_CHANGE), book.document, {"from": people.titles}
    )
    registry.revoke(people.titles, book.take(moved).recorded_at, {"from": people.accreditor})

    with reverts("KindFixed", int(Kind.OWNERSHIP_CHANGE), int(Kind.CORRECTION)):
        book.strike(2, people.stranger)


def test_a_tainted_withdrawal_that_the_office_corrected_is_still_struck(registry, people, washed):  # noqa: F811
    washed.correct_as_officer(4, event(30, Kind.MAINTENANCE), people.historian)

    washed.strike(4, people.stranger)

    state = registry.stateOf(OTHER_VEHICLE)
    assert state["previous"] == (2, T0 + 10 * DAY, 150_000)
    assert state["verdict"] == Verdict.ILLOGICAL
    with reverts("AlreadySuperseded", 4, 6):
        washed.strike(4, people.stranger)
