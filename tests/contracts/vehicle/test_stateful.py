"""Any sequence of records, late evidence and corrections: the registry and a plain model of it never differ."""

from brownie import CityAccess, VehicleRegistry
from brownie.test import strategy
from eth_utils.crypto import keccak

from dongne.suite import Role
from dongne.vehicle import Entry, Gauge, History, Kind, Reason, Record, RecordItem, mask, pack_batch
from tests.contracts.vehicle.conftest import DAY, DOCUMENT, FOREVER, PACE, T0
from tests.contracts.vehicle.model import VehicleModel
from tests.contracts.wiring import wire

FLAGS = {
    "everIllogical": {Reason.LOWER_THAN_EARLIER, Reason.HIGHER_THAN_LATER},
    "everImplausible": {Reason.IMPLAUSIBLE},
    "gaugeEverChanged": {Reason.GAUGE_REPLACED, Reason.UNIT_CHANGED, Reason.IMPORTED},
}


class RegistryMachine:
    """Two vehicles, two garages and a registrar that do as they like."""

    vehicle = strategy("uint8", max_value=1)
    garage = strategy("uint8", max_value=1)
    kilometres = strategy("uint24", max_value=60_000)
    day = strategy("uint16", max_value=60)
    gauge = strategy("uint8", max_value=9)
    number = strategy("uint8", min_value=1, max_value=20)

    def __init__(self, accounts):
        self.admin, self.registrar, self.accreditor, *self.garages, self.owner = accounts[:6]
        access = CityAccess.deploy(self.admin, {"from": self.admin})
        self.registry = VehicleRegistry.deploy("Title", "TTL", PACE, access, {"from": self.admin})
        holders = {Role.VEHICLE_REGISTRAR: self.registrar, Role.ACCREDITOR: self.accreditor}
        wire(access, self.registry, holders, self.admin)
        for garage in self.garages:
            self.registry.accredit(
                garage, mask({Kind.ODOMETER}, gauge_changes=True), 1, FOREVER, {"from": self.accreditor}
            )

    def setup(self):
        self.vehicles = [VehicleModel(keccak(bytes([number])), PACE) for number in range(2)]
        for model in self.vehicles:
            entry = Entry(Kind.REGISTRATION, T0)
            transaction = self.registry.register(
                model.vehicle, self.owner, entry.word(), bytes(32), {"from": self.registrar}
            )
            model.add(entry, bytes(32), self._number(self.registrar), transaction.timestamp)

    def rule_record(self, vehicle, garage, kilometres, day, gauge):
        model, sender = self.vehicles[vehicle], self.garages[garage]
        entry, document = _entry(kilometres, day, gauge), keccak(bytes([day]))

        transaction = self.registry.record(model.vehicle, entry.word(), document, {"from": sender})

        self._check_records(transaction, [model.add(entry, document, self._number(sender), transaction.timestamp)])

    def rule_record_batch(self, garage, kilometres, day):
        sender = self.garages[garage]
        entries = [_entry(kilometres + step * 700, day + step, 1) for step in range(3)]
        models = [self.vehicles[step % 2] for step in range(3)]
        items = [RecordItem(model.vehicle, entry) for model, entry in zip(models, entries, strict=True)]

        transaction = self.registry.recordBatch(pack_batch(items), {"from": sender})

        number, at = self._number(sender), transaction.timestamp
        pairs = zip(models, entries, strict=True)
        self._check_records(transaction, [model.add(entry, bytes(32), number, at) for model, entry in pairs])

    def rule_correct(self, vehicle, number, kilometres, day, gauge):
        model = self.vehicles[vehicle]
        candidates = [
            evidence.record for evidence in model.evidence[1:] if evidence.record.number not in model.superseded
        ]
        if not candidates:
            return
        record, entry = candidates[number % len(candidates)], _entry(kilometres, day, gauge)
        sender = self.registry.recorderOf(record.recorder)
        witness = History(model.vehicle, tuple(model.evidence)).witness(record.number).argument()

        transaction = self.registry.correct(model.vehicle, entry.word(), DOCUMENT, witness, {"from": sender})

        expected = model.correct(record.number, entry, DOCUMENT, record.recorder, transaction.timestamp)
        self._check_records(transaction, [expected])

    def invariant_heads_and_counts_agree(self):
        for model in self.vehicles:
            state = self.registry.stateOf(model.vehicle)
            assert state["head"] == "0x" + model.head.hex()
            assert state["records"] == len(model.evidence)

    def invariant_odometers_agree(self):
        for model in self.vehicles:
            state = self.registry.stateOf(model.vehicle)
            kept = [(0, 0, 0), (0, 0, 0), *((each.number, each.occurred_at, each.km) for each in model.kept)]
            assert (state["previous"], state["last"]) == (kept[-2], kept[-1])
            reason = model.found[model.kept[-1].number] if model.kept else Reason.NOT_READ
            assert (state["reason"], state["verdict"]) == (reason, model.verdict)
            assert state["corrected"] == bool(model.superseded)
            for flag, reasons in FLAGS.items():
                assert state[flag] == bool(model.seen & reasons), flag

    def _check_records(self, transaction, expected):
        assert [Record.unpack(event["record"]) for event in transaction.events["Recorded"]] == expected

    def _number(self, account):
        return self.registry.accreditationOf(account)["number"]


def _entry(kilometres, day, gauge):
    """Mostly plain readings, so that their order matters; now and then every other gauge state."""
    state = Gauge(gauge) if gauge < len(Gauge) else Gauge.READ
    return Entry(Kind.ODOMETER, T0 + day * DAY, 0 if state is Gauge.NOT_READ else kilometres, state)


def test_the_registry_behaves_as_its_model(state_machine, accounts):
    settings = {"max_examples": 12, "stateful_step_count": 16}
    state_machine(RegistryMachine, accounts, settings=settings)
