"""Gas of the vehicle registry."""

from collections.abc import Iterator

from web3 import Web3

from dongne.suite import Role
from dongne.vehicle import (
    CHECKPOINT_EVERY,
    Entry,
    Gauge,
    Kind,
    RecordItem,
    RegistrationItem,
    VehicleId,
    VehicleRegistry,
)
from scripts.gas.clock import even_clock
from scripts.gas.measurement import Measurement
from scripts.localchain.suite import LocalSuite, person

_BATCH = 50
_DAY = 86_400
_SEEDS = 9

_CORRECTED = range(35, 35 + 2 * _SEEDS, 2)
"""Records to be corrected: right after a checkpoint, where most records have to be shown."""

_MOST = 400
"""Records of one transaction of `bury`."""


def measure(suite: LocalSuite) -> Iterator[Measurement]:
    """The everyday case, a vehicle with readings before; and what happens less often."""
    with even_clock(suite):
        yield from _measured(_Station(suite))


def _measured(station: "_Station") -> Iterator[Measurement]:
    yield Measurement(
        "vehicle_record_first_reading", [station.record(number) for number in range(_SEEDS)], 36_642, 38_400
    )
    station.record_batch()
    station.record_batch()
    yield Measurement("vehicle_record", [station.record(number) for number in range(_SEEDS)], 36_642, 38_000)
    yield Measurement("vehicle_recordBatch_50_each", [station.record_batch() for _ in range(_SEEDS)], 13_200, 15_000)
    yield Measurement(
        "vehicle_record_between", [station.record_between(number) for number in range(_SEEDS)], 58_742, 63_000
    )
    yield Measurement("vehicle_record_late", [station.record_late(number) for number in range(_SEEDS)], 58_742, 88_000)
    checkpoints = [station.record_at_checkpoint(_SEEDS + number) for number in range(_SEEDS)]
    yield Measurement("vehicle_record_at_checkpoint", checkpoints, 58_742, 60_500)
    for place, later in enumerate((10, 1_000, 10_000)):
        station.bury(_BATCH - 1 - place, _CORRECTED[-1] + later)
        corrections = [station.correct(_BATCH - 1 - place, number) for number in _CORRECTED]
        yield Measurement(f"vehicle_correct_{later}_later", corrections, 80_842, 165_000)


class _Station:
    """An inspection station and fifty cars; once each was seen twice, both readings that are kept are non-zero."""

    def __init__(self, suite: LocalSuite) -> None:
        self.registry = suite.client(VehicleRegistry)
        self.recorder = person("inspection station")
        self.vehicles = [VehicleId(Web3.keccak(text=f"measured vehicle {number}")) for number in range(_BATCH)]
        self.start = (suite.chain.timestamp() // _DAY - 20_000) * _DAY  # a midnight: the same bytes in every run
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

    def record_between(self, number: int) -> int:
        """A reading dated between the two that are kept."""
        return self._record_at(number, self.day - 50)

    def record_late(self, number: int) -> int:
        """A reading older than both that are kept."""
        return self._record_at(number, self.day - 150)

    def record_at_checkpoint(self, number: int) -> int:
        """A reading with whose record the head is kept."""
        self.bury(number, CHECKPOINT_EVERY - 1)
        return self.record(number)

    def correct(self, number: int, record: int) -> int:
        """Withdraw a reading that has neighbours on both sides."""
        vehicle = self.vehicles[number]
        witness = self.registry.history(vehicle).witness(record)
        item = RecordItem(vehicle, Entry(Kind.CORRECTION, self.start))
        return int(self.registry.correct(item, witness).transact(self.recorder)["gasUsed"])

    def bury(self, number: int, records: int) -> None:
        """Record one vehicle's readings until its history is so long."""
        there = self.registry.state(self.vehicles[number]).records
        while there < records:
            part = range(min(_MOST, records - there))
            self.day += len(part)
            items = [self._item(number, self.day + place - len(part)) for place in part]
            self.registry.record_batch(items).transact(self.recorder)
            there += len(part)

    def _record_at(self, number: int, day: int) -> int:
        return int(self.registry.record(self._item(number, day)).transact(self.recorder)["gasUsed"])

    def _register(self, suite: LocalSuite) -> None:
        officer, registrar = suite.officers[Role.ACCREDITOR], suite.officers[Role.VEHICLE_REGISTRAR]
        kinds = frozenset({Kind.PERIODIC_INSPECTION})
        until = self.start + 40_000 * _DAY
        self.registry.accredit(self.recorder.address, kinds, self.start, until).transact(officer)
        entry, owner = Entry(Kind.REGISTRATION, self.start), person("owner of measured vehicles").address
        items = [RegistrationItem(vehicle, owner, entry) for vehicle in self.vehicles]
        self.registry.register_batch(items).transact(registrar)

    def _item(self, number: int, day: int | None = None) -> RecordItem:
        day = self.day if day is None else day
        km = 70_000 + 1_111 * number + 37 * day
        entry = Entry(Kind.PERIODIC_INSPECTION, self.start + day * _DAY, km, Gauge.READ)
        document = Web3.keccak(text=f"inspection {number} of day {day}")
        return RecordItem(self.vehicles[number], entry, document)
