"""Found by asking what a thief can do: a stolen accreditor's key revoked honest garages backwards, and for good.

The administrator lifts such a revocation, whom the accreditor cannot be. Nothing is tainted then; what anyone struck
meanwhile stays struck, in the registry and for every reader alike, and the history officer writes it again.
"""

import pytest

from dongne.vehicle import Entry, Gauge, Kind, Paces, mask
from tests.contracts.vehicle.conftest import (  # noqa: F401
    FOREVER,
    GARAGE_KINDS,
    OTHER_VEHICLE,
    T0,
    garage,
    inspector,
    people,
    reading,
    registry,
)
from tests.contracts.vehicle.test_correction import book  # noqa: F401
from tests.reverting import reverts


@pytest.fixture
def revoked(registry, people, garage, inspector, book):  # noqa: F811
    """A typo of the inspector, corrected by an honest garage that was then revoked backwards."""
    book.record(reading(50_000, 10), inspector)
    book.record(reading(600_000, 20), garage)
    book.correct(3, reading(60_000, 20), garage)
    registry.revoke(garage, 1, {"from": people.accreditor})
    return book


def test_a_lifted_revocation_taints_nothing(registry, people, garage, revoked):  # noqa: F811
    registry.liftRevocation(garage, {"from": people.admin})

    assert not registry.isTainted(garage, FOREVER)
    assert registry.accreditationOf(garage)["revokedFrom"] == 0
    with reverts("NotTainted", 4, garage):
        revoked.strike(4, people.stranger)


def test_whoever_revokes_does_not_lift(registry, people, garage, revoked):  # noqa: F811
    for officer in (people.accreditor, people.historian, people.registrar, garage):
        with reverts("AccessManagedUnauthorized", officer):
            registry.liftRevocation(garage, {"from": officer})


def test_only_what_was_revoked_is_lifted(registry, people, inspector, revoked):  # noqa: F811
    with reverts("NotRevoked", inspector):
        registry.liftRevocation(inspector, {"from": people.admin})


def test_the_lifted_records_again_once_it_is_accredited_anew(registry, people, garage, revoked):  # noqa: F811
    registry.liftRevocation(garage, {"from": people.admin})
    with reverts("NotAccreditedNow", garage, 1, 1):
        revoked.record(reading(61_000, 30), garage)

    registry.accredit(garage, mask(GARAGE_KINDS), 1, FOREVER, {"from": people.accreditor})
    revoked.record(reading(61_000, 30), garage)

    assert registry.stateOf(OTHER_VEHICLE)["last"]["km"] == 61_000


def test_a_revocation_is_lifted_and_made_again_from_the_right_date(registry, people, garage, revoked):  # noqa: F811
    registry.liftRevocation(garage, {"from": people.admin})

    registry.revoke(garage, FOREVER, {"from": people.accreditor})

    assert not registry.isTainted(garage, FOREVER - 1)


def test_what_was_struck_meanwhile_stays_struck_for_the_registry_and_for_readers(registry, people, garage, revoked):  # noqa: F811
    revoked.strike(4, people.stranger)
    registry.liftRevocation(garage, {"from": people.admin})

    state, found = registry.stateOf(OTHER_VEHICLE), revoked.history()
    standing = [record.number for record in found.standing if record.is_reading]
    assert (state["previous"]["number"], state["last"]["number"]) == (2, 3)
    assert standing == [2, 3]


def test_the_history_officer_writes_again_what_was_struck(registry, people, garage, revoked):  # noqa: F811
    strike = revoked.strike(4, people.stranger)
    registry.liftRevocation(garage, {"from": people.admin})
    again = Entry(Kind.ODOMETER, T0 + 20 * 86_400, 60_000, Gauge.READ).word()

    revoked.correct_as_officer(3, again, people.historian)

    assert strike.recorder == 0
    assert registry.stateOf(OTHER_VEHICLE)["last"]["km"] == 60_000
    assert [finding.record.km for finding in revoked.history().findings(Paces((1_000,)))] == [50_000, 60_000]
