"""Found by trial: two readings written and withdrawn made the registry forget those that others had written.

The word kept two readings only, and nothing took the place of a withdrawn one: 150,000 and 160,000 km were gone, 80,000
was the first reading of a new series, and the next one logical.
"""

from dongne.vehicle import Kind, Reason, Verdict
from tests.contracts.vehicle.conftest import (  # noqa: F401
    DAY,
    DOCUMENT,
    OTHER_VEHICLE,
    T0,
    garage,
    inspector,
    people,
    reading,
    registry,
)
from tests.contracts.vehicle.test_correction import WITHDRAWN, book  # noqa: F401


def test_withdrawals_bring_back_the_readings_of_others(registry, garage, inspector, book):  # noqa: F811
    book.record(reading(150_000, 100), inspector)
    book.record(reading(160_000, 200), inspector)
    for km, day in ((160_100, 201), (160_200, 202)):
        book.record(reading(km, day), garage)

    for number in (5, 4):
        book.correct(number, WITHDRAWN, garage)

    state = registry.stateOf(OTHER_VEHICLE)
    assert (state["previous"], state["last"]) == ((2, T0 + 100 * DAY, 150_000), (3, T0 + 200 * DAY, 160_000))
    assert book.record(reading(80_000, 300), garage).reason is Reason.LOWER_THAN_EARLIER
    assert book.record(reading(81_000, 400), garage).reason is Reason.CONSISTENT
    assert registry.stateOf(OTHER_VEHICLE)["verdict"] == Verdict.ILLOGICAL


def test_late_evidence_is_brought_back_too(registry, garage, inspector, book):  # noqa: F811
    for km, day in ((150_000, 100), (170_000, 300)):
        book.record(reading(km, day), garage)
    for km, day in ((120_000, 50), (100_000, 20)):
        book.record(reading(km, day, Kind.MAINTENANCE), inspector)

    for number in (2, 3):
        book.correct(number, WITHDRAWN, garage)

    state = registry.stateOf(OTHER_VEHICLE)
    assert (state["previous"], state["last"]) == ((5, T0 + 20 * DAY, 100_000), (4, T0 + 50 * DAY, 120_000))
