"""Gas of the vehicle registry."""

from collections.abc import Iterator

from web3 import Web3

from dongne.suite import Role
from dongne.vehicle import Entry, Gauge, Kind, RecordItem, RegistrationItem, VehicleId, VehicleRegistry
from scripts.gas.measurement import Measurement
from scripts.localchain.suite import LocalSuite, person

_BATCH = 50
_DAY = 86_400
_SEEDS = 9


def measure(suite: LocalSuite) -> Iterator[Measurement]:
    """The everyday case, a vehicle with readings before; and each vehicle's first reading."""
    station = _Station(suite)
    yield Measurement(
        "vehicle_record_first_reading", [station.record(number) for number in range(_SEEDS)], 36_642, 38_400
    )
    station.record_batch()
    station.record_batch()
    yield Measurement("vehicle_record", [station.record(number) for number in range(_SEEDS)], 36_642, 38_000)
    yield Measurement("vehicle_recordBatch_50_each", [station.record_batch() for _ in range(_SEEDS)], 13_200, 15_000)


class _Station:
    """An inspection station and fifty cars; once each was seen twice, both readings that are kept are non-zero."""

    def __init__(self, suite: LocalSuite) -> None:
        self.registry = suite.client(VehicleRegistry)
        self.recorder = person("inspection station")
        self.vehicles = [VehicleId(Web3.keccak(text=f"measured vehicle {number}")) for number in range(_BATCH)]
        self.start = (suite.chain.timestamp() // _DAY - 10_000) * _DAY  # a midnight: the same bytes in every run
        self.day = 0
        self._register(suite)

    def record(self, number: int) -> int:
        """The next record of one vehicle."""
        self.day += 100
        return int(self.registry.record(self._item(number)).transact(self.recorder)["gasUsed"])

    def record_batch(self) -> float:
        """The next record of every vehicle, in one transaction."""
        self.day += 100
        items = [self._item(number) for number in range(_BATCH)]
        return self.registry.record_batch(items).transact(self.recorder)["gasUsed"] / _BATCH

    def _register(self, suite: LocalSuite) -> None:
        officer, registrar = suite.officers[Role.ACCREDITOR], suite.officers[Role.VEHICLE_REGISTRAR]
        kinds = frozenset({Kind.PERIODIC_INSPECTION})
        until = self.start + 20_000 * _DAY
        self.registry.accredit(self.recorder.address, kinds, self.start, until).transact(officer)
        entry, owner = Entry(Kind.REGISTRATION, self.start), person("owner of measured vehicles").address
        items = [RegistrationItem(vehicle, owner, entry) for vehicle in self.vehicles]
        self.registry.register_batch(items).transact(registrar)

    def _item(self, number: int) -> RecordItem:
        km = 70_000 + 1_111 * number + 37 * self.day
        entry = Entry(Kind.PERIODIC_INSPECTION, self.start + self.day * _DAY, km, Gauge.READ)
        document = Web3.keccak(text=f"inspection {number} of day {self.day}")
        return RecordItem(self.vehicles[number], entry, document)
