"""The actors of a vehicle registry, and a registered vehicle to work with."""

from types import SimpleNamespace

import pytest
from brownie import CityAccess, VehicleRegistry, web3
from eth_utils.crypto import keccak

from dongne.suite import Role
from dongne.vehicle import Entry, Gauge, Kind, mask
from tests.contracts.wiring import wire

PACE = 1_000
DAY = 86_400
T0 = 1_600_000_000
FOREVER = 2**40 - 1
DOCUMENT = keccak(b"a document")
VEHICLE = keccak(b"a vehicle")
OTHER_VEHICLE = keccak(b"another vehicle")
GARAGE_KINDS = frozenset({Kind.ODOMETER, Kind.PERIODIC_INSPECTION, Kind.MAINTENANCE})


def reading(km, day, kind=Kind.ODOMETER, gauge=Gauge.READ):
    """An entry as a call takes it: `km` on `day` after T0."""
    return Entry(kind, T0 + day * DAY, km, gauge).word()


def event(day, kind):
    """An entry without a reading."""
    return Entry(kind, T0 + day * DAY).word()


@pytest.fixture(scope="module")
def people(accounts):
    names = (
        "admin",
        "registrar",
        "accreditor",
        "garage",
        "inspector",
        "owner",
        "buyer",
        "stranger",
        "titles",
        "historian",
    )
    return SimpleNamespace(**dict(zip(names, accounts, strict=False)))


@pytest.fixture(scope="module")
def registry(people):
    access = CityAccess.deploy(people.admin, {"from": people.admin})
    registry = VehicleRegistry.deploy("Title", "TTL", PACE, access, {"from": people.admin})
    holders = {
        Role.VEHICLE_REGISTRAR: people.registrar,
        Role.TITLE_OFFICER: people.titles,
        Role.HISTORY_OFFICER: people.historian,
        Role.ACCREDITOR: people.accreditor,
    }
    wire(access, registry, holders, people.admin)
    return registry


@pytest.fixture
def garage(registry, people):
    """An accredited recorder that may record changes of the gauge."""
    registry.accredit(people.garage, mask(GARAGE_KINDS, gauge_changes=True), 1, FOREVER, {"from": people.accreditor})
    return people.garage


@pytest.fixture
def inspector(registry, people):
    """Another accredited recorder; it may not record changes of the gauge."""
    registry.accredit(people.inspector, mask(GARAGE_KINDS), 1, FOREVER, {"from": people.accreditor})
    return people.inspector


@pytest.fixture
def vehicle(registry, people):
    """A vehicle registered on day 0 without a reading."""
    registry.register(VEHICLE, people.owner, event(0, Kind.REGISTRATION), DOCUMENT, {"from": people.registrar})
    return VEHICLE


class Storage:
    """Reads and writes raw storage, for states that would take millions of transactions to reach."""

    HISTORIES_SLOT = 7

    def __init__(self, registry):
        self.registry = registry

    def vehicle_state(self, vehicle):
        return int.from_bytes(web3.eth.get_storage_at(self.registry.address, self._slot(vehicle)), "big")

    def set_vehicle_state(self, vehicle, word):
        web3.provider.make_request(
            "anvil_setStorageAt",
            [self.registry.address, hex(self._slot(vehicle)), "0x" + word.to_bytes(32, "big").hex()],
        )

    def _slot(self, vehicle):
        return int.from_bytes(keccak(vehicle + self.HISTORIES_SLOT.to_bytes(32, "big")), "big")


@pytest.fixture
def storage(registry):
    return Storage(registry)
