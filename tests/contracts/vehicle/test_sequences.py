"""Random sequences of records, late evidence, corrections, taint and strikes: the registry and its model never differ.

Each sequence is one `eth_call`, so that nothing has to be undone. DONGNE_SEQUENCES says how many: some hundred by
default, 50,000 take about ten minutes.
"""

import os
from copy import deepcopy
from itertools import pairwise
from random import Random

import pytest
from brownie import CityAccess, Script, VehicleRegistry, web3
from eth_abi import decode
from eth_utils.crypto import keccak

from dongne.suite import Role
from dongne.vehicle import Entry, Gauge, History, Kind, Reason, Verdict, mask
from tests.contracts.vehicle.conftest import DAY, FOREVER, PACE, T0
from tests.contracts.vehicle.model import VehicleModel
from tests.contracts.wiring import wire

SEQUENCES = int(os.environ.get("DONGNE_SEQUENCES", "300"))
LENGTH = 12
KINDS = (Kind.ODOMETER, Kind.FLOOD, Kind.REBUILT, Kind.GAUGE_DEFECTIVE)
KEPT = "(uint24,uint40,uint24)"
STATE = f"(uint24,{KEPT},{KEPT},uint8,uint8,uint16,uint8,bool,bool,bool,bool,uint64,uint16,uint8,bytes32)"


class World:
    """A registry, an honest garage that is its accreditor as well, and a garage that may be revoked."""

    def __init__(self, accounts):
        self.admin, self.registrar = accounts[:2]
        access = CityAccess.deploy(self.admin, {"from": self.admin})
        self.registry = VehicleRegistry.deploy("Title", "TTL", PACE, access, {"from": self.admin})
        self.honest, self.other = (Script.deploy({"from": self.admin}) for _ in range(2))
        wire(access, self.registry, {Role.VEHICLE_REGISTRAR: self.registrar, Role.ACCREDITOR: self.admin}, self.admin)
        wire(
            access,
            self.registry,
            {Role.ACCREDITOR: self.honest, Role.HISTORY_OFFICER: self.honest},
            self.admin,
        )
        for garage in (self.honest, self.other):
            kinds = mask({*KINDS, Kind.MAINTENANCE}, gauge_changes=True)
            self.registry.accredit(garage, kinds, 1, FOREVER, {"from": self.admin})
        self.numbers = {garage: self.registry.accreditationOf(garage)["number"] for garage in (self.honest, self.other)}
        self.look = (self.registry.address, self.registry.stateOf.encode_input(keccak(b"fuzzed")))

    def register(self):
        """The vehicle of all sequences."""
        entry, vehicle = Entry(Kind.REGISTRATION, T0), keccak(b"fuzzed")
        registered = self.registry.register(vehicle, self.admin, entry.word(), bytes(32), {"from": self.registrar})
        model = VehicleModel(vehicle, PACE)
        model.add(entry, bytes(32), self.registry.accreditationOf(self.registrar)["number"], registered.timestamp)
        return model

    def run(self, sequence):
        """What the state is after each step, without leaving a trace."""
        data = self.honest.run.encode_input(sequence.steps, self.look)
        answer = web3.eth.call({"to": self.honest.address, "data": data, "gas": 2**24 * 10})
        return [decode([STATE], each)[0] for each in decode(["bytes[]"], answer)[0]]

    def send(self, sequence):
        self.honest.run(sequence.steps, self.look, {"from": self.admin})


class Sequence:
    """Steps that a random generator chooses, what the model says after each, and how to take them."""

    def __init__(self, world, model, seed, now, length, *, revoking=True):
        self.world, self.model, self.random, self.now = world, deepcopy(model), Random(seed), now
        self.revoking, self.revoked = revoking, False
        self.steps, self.expected = [], []
        # A few days only, so that many readings share one, or few so that most are late.
        self.days = self.random.choice([3, 12, 60])
        while len(self.steps) < length:
            self.choose()

    def choose(self):
        choice = self.random.random()
        if choice < 0.5:
            self.record()
        elif choice < 0.8:
            self.correct()
        elif choice < 0.88:
            self.correct(officer=True)
        elif self.revoked:
            self.strike()
        elif self.revoking and choice > 0.96:
            self.revoke()

    def record(self):
        garage, entry, document = self.garage(), self.entry(), keccak(bytes([self.random.randrange(9)]))
        before = self.model.illogical
        self.model.add(entry, document, self.world.numbers[garage], self.now)
        assert self.model.illogical >= before, "only a correction can clear a finding"
        self.step(garage, self.world.registry.record.encode_input(self.model.vehicle, entry.word(), document))

    def correct(self, *, officer=False):
        garage = self.world.honest if officer else self.garage()
        own = self.world.numbers[garage]
        open_ = [
            each.number
            for each in self.model.records[1:]
            if (officer or each.recorder == own) and each.number not in self.model.superseded
        ]
        if not open_:
            return
        # The newest are the ones that the word keeps.
        number = self.random.choice(open_[-4:] if self.random.random() < 0.5 else open_)
        entry = Entry(Kind.CORRECTION, T0) if self.random.random() < 0.5 else self.entry()
        document = keccak(b"correction")
        witness = self.witness(number)
        self.model.correct(number, entry, document, own, self.now)
        function = self.world.registry.correctAsOfficer if officer else self.world.registry.correct
        self.step(garage, function.encode_input(self.model.vehicle, entry.word(), document, witness))

    def strike(self):
        tainted = [each.number for each in self.model.records if each.recorder == self.world.numbers[self.world.other]]
        open_ = [
            number
            for number in tainted
            if number not in self.model.superseded or self.model.hides(self.model.records[number - 1])
        ]
        if not open_:
            return
        number = self.random.choice(open_)
        witness = self.witness(number, frozenset(tainted))
        self.model.strike(number, self.now)
        self.step(self.world.honest, self.world.registry.strike.encode_input(self.model.vehicle, witness))

    def revoke(self):
        self.revoked = True
        self.step(self.world.honest, self.world.registry.revoke.encode_input(self.world.other, 1))

    def garage(self):
        return self.world.honest if self.revoked or self.random.random() < 0.6 else self.world.other

    def entry(self):
        when = T0 + self.random.randrange(self.days) * DAY
        gauge = self.random.choices(list(Gauge), [1, 12, 1, 1, 1])[0]
        km = 0 if gauge is Gauge.NOT_READ else self.random.choice([self.random.randrange(9), (when - T0) // 100])
        return Entry(
            self.random.choices(KINDS, [16, 1, 1, 1])[0], when, km * 100 if gauge is not Gauge.NOT_READ else 0, gauge
        )

    def witness(self, number, tainted=frozenset()):
        return History(self.model.vehicle, tuple(self.model.evidence), tainted).witness(number).argument()

    def step(self, garage, call):
        registry = self.world.registry.address
        if garage is not self.world.honest:
            call = garage.run.encode_input([(registry, call)], self.world.look)
            registry = garage.address
        self.steps.append((registry, call))
        self.expected.append(self.state())

    def state(self):
        model = self.model
        kept = [(0, 0, 0), (0, 0, 0), *((each.number, each.occurred_at, each.km) for each in model.kept)]
        reason = model.found[model.kept[-1].number] if model.kept else Reason.NOT_READ
        return (
            len(model.evidence),
            kept[-1],
            kept[-2],
            model.verdict,
            reason,
            model.illogical,
            model.gauge_changes,
            any(each >= Reason.LOWER_THAN_EARLIER for each in model.seen),
            Reason.IMPLAUSIBLE in model.seen,
            any(each.is_gauge_change for each in model.seen),
            any(each.supersedes for each in model.records),
            mask(model.brands),
            0,
            0,
            model.head,
        )

    def unflagged_rollbacks(self):
        """Standing readings below the one before them, of those that came in the order of their dates."""
        series = self.model.linked
        pairs = pairwise(series)
        return [
            later
            for earlier, later in pairs
            if later.gauge is Gauge.READ
            and later.km < earlier.km
            and self.model.found[later.number].verdict is not Verdict.ILLOGICAL
        ]


@pytest.fixture(scope="module")
def world(accounts):
    return World(accounts)


def _check(world, model, seeds):
    now = world.honest.time()
    for seed in seeds:
        sequence = Sequence(world, model, seed, now, LENGTH)
        assert world.run(sequence) == sequence.expected, seed
        assert not sequence.unflagged_rollbacks(), seed


def test_the_registry_keeps_the_two_latest_standing_readings_whatever_happens(world):
    model = world.register()
    for part, history in enumerate((0, 26, 35, 40)):
        if history:
            now = web3.eth.get_block("latest")["timestamp"] + 1
            grown = Sequence(world, model, -history, now, history, revoking=False)
            web3.provider.make_request("evm_setNextBlockTimestamp", [now])
            world.send(grown)
            model = grown.model
        _check(world, model, range(part, SEQUENCES, 4))
