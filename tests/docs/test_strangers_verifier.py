"""A second verifier, written from docs/formats.md and docs/contracts.md alone: none of the package's rules are used."""

import json
from urllib.request import Request, urlopen

import pytest
from eth_utils.crypto import keccak

from dongne.suite import Role
from dongne.vehicle import Entry, Gauge, Kind, RecordItem, RegistrationItem, VehicleRegistry
from scripts.localchain.suite import local_suite, person

VEHICLE = keccak(b"a stranger's vehicle")
SINCE, DAY = 1_600_000_000, 86_400
GARAGE = person("garage")


class Stranger:
    """Knows a node, the registry's address and the documentation."""

    def __init__(self, rpc, registry):
        self.rpc, self.registry = rpc, registry

    def ask(self, method, *parameters):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
        with urlopen(Request(self.rpc, body, {"Content-Type": "application/json"})) as answer:
            return json.load(answer)["result"]

    def call(self, signature, argument):
        data = keccak(text=signature)[:4].hex() + argument.to_bytes(32, "big").hex()
        answer = self.ask("eth_call", {"to": self.registry, "data": "0x" + data}, "latest")
        return [int(answer[place : place + 64], 16) for place in range(2, len(answer), 64)]

    def records(self, vehicle):
        topics = ["0x" + keccak(text="Recorded(bytes32,uint256,bytes32)").hex(), "0x" + vehicle.hex()]
        logs = self.ask("eth_getLogs", {"address": self.registry, "topics": topics, "fromBlock": "0x0"})
        logs.sort(key=lambda log: (int(log["blockNumber"], 16), int(log["logIndex"], 16)))
        return [bytes.fromhex(log["data"][2:]) for log in logs]

    def is_complete(self, vehicle):
        head = vehicle
        for data in self.records(vehicle):
            head = keccak(head + data)
        return head == self.call("headOf(bytes32)", int.from_bytes(vehicle, "big"))[0].to_bytes(32, "big")

    def readings(self, vehicle):
        """Kilometres of the standing readings, by date."""
        words = [int.from_bytes(data[:32], "big") for data in self.records(vehicle)]
        honest = [word for word in words if not self.is_tainted(word)]
        struck = {bits(word, 32, 55) for word in words if bits(word, 56, 87) == 0}
        superseded = {bits(word, 32, 55) for word in honest if bits(word, 128, 151) not in struck}
        standing = [word for word in honest if bits(word, 128, 151) not in superseded and bits(word, 240, 247)]
        return [bits(word, 160, 183) for word in sorted(standing, key=lambda word: bits(word, 128, 223) >> 56)]

    def is_tainted(self, word):
        (recorder,) = self.call("recorderOf(uint32)", bits(word, 56, 87))
        revoked_from = self.call("accreditationOf(address)", recorder)[3]
        return revoked_from != 0 and bits(word, 88, 127) >= revoked_from


def bits(word, first, last):
    return word >> first & (1 << last - first + 1) - 1


@pytest.fixture(scope="module")
def city():
    with local_suite() as running:
        yield running


def test_a_stranger_proves_a_history_and_judges_taint_from_the_page_alone(city):
    registry = city.client(VehicleRegistry)
    registry.accredit(GARAGE.address, frozenset({Kind.ODOMETER}), 0, 2**40 - 1).transact(city.officers[Role.ACCREDITOR])
    registration = RegistrationItem(VEHICLE, person("owner").address, Entry(Kind.REGISTRATION, SINCE))
    registry.register(registration).transact(city.officers[Role.VEHICLE_REGISTRAR])
    for km, day in ((50_000, 10), (60_000, 20), (55_000, 15)):
        registry.record(RecordItem(VEHICLE, Entry(Kind.ODOMETER, SINCE + day * DAY, km, Gauge.READ))).transact(GARAGE)
    city.pass_time(1_000)
    withdrawal = RecordItem(VEHICLE, Entry(Kind.CORRECTION, SINCE))
    registry.correct(withdrawal, registry.history(VEHICLE).witness(3)).transact(GARAGE)
    stranger = Stranger(city.chain.rpc, registry.address)

    assert stranger.is_complete(VEHICLE)
    assert stranger.readings(VEHICLE) == [50_000, 55_000]

    since = registry.history(VEHICLE).records[-1].recorded_at
    registry.revoke(GARAGE.address, since).transact(city.officers[Role.ACCREDITOR])
    assert stranger.readings(VEHICLE) == [50_000, 55_000, 60_000]

    registry.strike(VEHICLE, registry.history(VEHICLE).witness(5)).transact(person("anyone"))
    registry.lift_revocation(GARAGE.address).transact(city.officers[Role.ADMINISTRATOR])
    assert stranger.is_complete(VEHICLE)
    assert stranger.readings(VEHICLE) == [50_000, 55_000, 60_000]
