"""Gas of the vehicle registry."""

from collections.abc import Iterator

from web3 import Web3

from dongne.suite import Role
from dongne.vehicle import Entry, Gauge, Kind, RecordItem, RegistrationItem, VehicleId, VehicleRegistry
from scripts.gas.measurement import Measurement
from scripts.localchain.suite import LocalSuite, person

_BATCH = 50
_DAY = 86_400


def measure(stage: LocalSuite) -> Iterator[Measurement]:
    """Measure vehicles that have had a reading before: the everyday case."""
    station = _Station(stage)
    yield Measurement("vehicle_record", station.record(), 36_642, 38_000)
    yield Measurement("vehicle_recordBatch_50_each", station.record_batch(), 13_200, 15_000)


class _Station:
    """An inspection station and fifty cars that it has seen twice: both readings kept are non-zero."""

    def __init__(self, stage: LocalSuite) -> None:
        self.registry = VehicleRegistry(stage.chain, stage.book.address("VehicleRegistry"))
        self.recorder = person("inspection station")
        self.vehicles = [VehicleId(Web3.keccak(text=f"measured vehicle {number}")) for number in range(_BATCH)]
        self.start = stage.chain.timestamp() - 1_000 * _DAY
        self.day = 0
        self._register(stage)
        self.record_batch()
        self.record_batch()

    def record(self) -> int:
        """The next record of one vehicle."""
        self.day += 100
        return int(self.registry.record(self.recorder, self._item(0))["gasUsed"])

    def record_batch(self) -> float:
        """The next record of every vehicle, in one transaction."""
        self.day += 100
        items = [self._item(number) for number in range(_BATCH)]
        return self.registry.record_batch(self.recorder, items)["gasUsed"] / _BATCH

    def _register(self, stage: LocalSuite) -> None:
        officer, registrar = stage.officers[Role.ACCREDITOR], stage.officers[Role.VEHICLE_REGISTRAR]
        kinds = frozenset({Kind.PERIODIC_INSPECTION})
        self.registry.accredit(officer, self.recorder.address, kinds, self.start, self.start + 10_000 * _DAY)
        entry, owner = Entry(Kind.REGISTRATION, self.start), person("owner of measured vehicles").address
        self.registry.register_batch(registrar, [RegistrationItem(vehicle, owner, entry) for vehicle in self.vehicles])

    def _item(self, number: int) -> RecordItem:
        km = 70_000 + 1_111 * number + 37 * self.day
        entry = Entry(Kind.PERIODIC_INSPECTION, self.start + self.day * _DAY, km, Gauge.READ)
        document = Web3.keccak(text=f"inspection {number} of day {self.day}")
        return RecordItem(self.vehicles[number], entry, document)
