"""Readings are judged by the pace of the vehicle's class, which its registration says."""

import pytest
from brownie import CityAccess, VehicleRegistry
from eth_utils.crypto import keccak

from dongne.suite import Role
from dongne.vehicle import Entry, Evidence, History, Kind, Paces, Reason, Record, RegistrationItem, pack_batch
from tests.contracts.vehicle.conftest import DAY, DOCUMENT, FOREVER, T0, reading
from tests.contracts.wiring import wire
from tests.reverting import reverts

PACES = Paces((1_000, 3_000, 0, 2_000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 65_535))


@pytest.fixture(scope="module")
def classed(people):
    """A registry with four classes of vehicles, and an accredited garage."""
    access = CityAccess.deploy(people.admin, {"from": people.admin})
    registry = VehicleRegistry.deploy("Title", "TTL", PACES.pack(), access, {"from": people.admin})
    holders = {
        Role.VEHICLE_REGISTRAR: people.registrar,
        Role.HISTORY_OFFICER: people.historian,
        Role.ACCREDITOR: people.accreditor,
    }
    wire(access, registry, holders, people.admin)
    registry.accredit(people.garage, 1 << Kind.ODOMETER, 1, FOREVER, {"from": people.accreditor})
    return registry


@pytest.fixture
def register(classed, people):
    def registered(vehicle_class, name=b"a classed vehicle"):
        vehicle = keccak(name)
        entry = Entry(Kind.REGISTRATION, T0, outcome=vehicle_class).word()
        return vehicle, classed.register(vehicle, people.owner, entry, DOCUMENT, {"from": people.registrar})

    return registered


def rise(registry, people, vehicle, km, day):
    """What is found about a reading of `km` more within a day."""
    registry.record(vehicle, reading(0, day), DOCUMENT, {"from": people.garage})
    transaction = registry.record(vehicle, reading(km, day + 1), DOCUMENT, {"from": people.garage})
    return Record.unpack(transaction.events["Recorded"]["record"]).reason


@pytest.mark.parametrize("vehicle_class", [0, 1, 3, 15])
def test_a_vehicle_is_judged_by_the_pace_of_its_class(classed, people, register, vehicle_class):
    vehicle, _transaction = register(vehicle_class)
    most = 2 * PACES.of(vehicle_class)

    assert rise(classed, people, vehicle, most, 1) is Reason.CONSISTENT
    assert classed.stateOf(vehicle)["class"] == vehicle_class
    other, _transaction = register(vehicle_class, b"another classed vehicle")
    assert rise(classed, people, other, most + 1, 1) is Reason.IMPLAUSIBLE


@pytest.mark.parametrize("vehicle_class", [2, 14, 16, 2**16 - 1])
def test_a_class_that_the_city_does_not_use_is_refused(register, vehicle_class):
    with reverts("UnknownVehicleClass", vehicle_class, 0):
        register(vehicle_class)


def test_a_batch_names_the_vehicle_of_an_unknown_class(classed, people):
    entries = (Entry(Kind.REGISTRATION, T0, outcome=each) for each in (1, 2))
    items = [RegistrationItem(keccak(bytes([place])), people.owner.address, each) for place, each in enumerate(entries)]

    with reverts("UnknownVehicleClass", 2, 1):
        classed.registerBatch(pack_batch(items), {"from": people.registrar})


def test_the_class_is_corrected_with_the_registration(classed, people, register):
    vehicle, transaction = register(0)
    evidence = Evidence(Record.unpack(transaction.events["Recorded"]["record"]), DOCUMENT)
    witness = History(vehicle, (evidence,)).witness(1).argument()
    wrong, right = (Entry(Kind.REGISTRATION, T0, outcome=each).word() for each in (2, 1))
    with reverts("UnknownVehicleClass", 2, 0):
        classed.correctAsOfficer(vehicle, wrong, DOCUMENT, witness, {"from": people.historian})

    classed.correctAsOfficer(vehicle, right, DOCUMENT, witness, {"from": people.historian})

    assert classed.stateOf(vehicle)["class"] == 1
    assert rise(classed, people, vehicle, 6_000, 1) is Reason.CONSISTENT


def test_the_class_survives_readings_late_evidence_and_corrections(classed, people, register):
    vehicle, _transaction = register(3)
    for km, day in ((100, 10), (200, 20), (150, 15), (50, 5)):
        classed.record(vehicle, reading(km, day), DOCUMENT, {"from": people.garage})

    state = classed.stateOf(vehicle)
    assert (state["class"], state["restrictions"], state["records"]) == (3, 0, 5)


def test_paces_are_read_back(classed):
    assert Paces.unpack(classed.paces()) == PACES
    assert DAY == 86_400
