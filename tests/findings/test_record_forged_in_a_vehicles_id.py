"""Found by trial: who chose an id as keccak256(x || forged record || document) could 'prove' a record that never was.

A history starts at the vehicle's id, so the id passed for the head after the forged record. The number of records now
has to fit: as many as the history has up to the checkpoint or head at which they end.
"""

from dataclasses import replace

import pytest
from eth_utils.crypto import keccak

from dongne.vehicle import Evidence, Gauge, Kind, Reason, Record
from tests.contracts.vehicle.conftest import DOCUMENT, T0, event, garage, people, reading, registry  # noqa: F401
from tests.reverting import reverts


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_record_hidden_in_the_id_proves_nothing(registry, people, garage, number):  # noqa: F811
    recorder = registry.accreditationOf(garage)["number"]
    forged = Record(Kind.ODOMETER, Gauge.READ, T0, 5, Reason.NO_BASELINE, number, T0, recorder)
    secret = keccak(b"chosen by the forger")
    vehicle = Evidence(forged, DOCUMENT).fold(secret)
    registered = registry.register(
        vehicle, people.owner, event(0, Kind.REGISTRATION), DOCUMENT, {"from": people.registrar}
    )
    word = registered.events["Recorded"]["record"]
    run = secret, [(forged.pack(), DOCUMENT), (word, DOCUMENT)]

    with pytest.raises(Exception, match=r"WitnessOutOfPlace: |RecordNotShown: |NotTheRecorder: "):
        registry.correct(vehicle, reading(1, 1), DOCUMENT, (number, 0, [run]), {"from": garage})
    assert registry.stateOf(vehicle)["records"] == 1


def test_a_registrars_forgery_is_refused_as_well(registry, people, garage):  # noqa: F811
    forged = Record(Kind.ODOMETER, Gauge.READ, T0, 5, Reason.NO_BASELINE, 1, T0, 1)
    vehicle = Evidence(replace(forged, number=0), DOCUMENT).fold(bytes(32))
    registered = registry.register(
        vehicle, people.owner, event(0, Kind.REGISTRATION), DOCUMENT, {"from": people.registrar}
    )
    real = registered.events["Recorded"]["record"]
    run = bytes(32), [(replace(forged, number=0).pack(), DOCUMENT), (real, DOCUMENT)]

    with reverts("WitnessOutOfPlace", 0, 2, 1):
        registry.correctAsOfficer(vehicle, reading(1, 1), DOCUMENT, (0, 0, [run]), {"from": people.historian})
