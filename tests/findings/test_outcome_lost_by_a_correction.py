"""`vehicle record` could not say an outcome, and `vehicle correct` dropped the one that a record had."""

import json

import pytest
from eth_account import Account

from dongne import book as books
from dongne.suite import Role
from dongne.vehicle import Entry, Kind, RegistrationItem, VehicleId, VehicleRegistry
from scripts.localchain.suite import local_suite, person
from tests.dongne.command_line import dongne

CAR = VehicleId(b"\x51" * 32)
ID = "0x" + CAR.hex()
GARAGE = person("garage")


@pytest.fixture
def run(capsys, tmp_path):
    with local_suite() as city:
        registry, now = city.client(VehicleRegistry), city.chain.timestamp()
        kinds = frozenset({Kind.PERIODIC_INSPECTION})
        registry.accredit(GARAGE.address, kinds, 1, 2**40 - 1).transact(city.officers[Role.ACCREDITOR])
        item = RegistrationItem(CAR, GARAGE.address, Entry(Kind.REGISTRATION, now - 9))
        registry.register(item).transact(city.officers[Role.VEHICLE_REGISTRAR])
        books.save(city.book, tmp_path / "deployments")
        (tmp_path / "password").write_text("x")
        key = Account.encrypt(GARAGE.key, "x", kdf="pbkdf2", iterations=1_000)
        (tmp_path / "key.json").write_text(json.dumps(key))
        shared = ("--rpc", city.chain.rpc, "--deployments", tmp_path / "deployments", "--json")
        signer = ("--keystore", tmp_path / "key.json", "--password-file", tmp_path / "password")

        def command(*words, signed=True):
            code, out, err = dongne(capsys, "vehicle", *words, *shared, *(signer if signed else ()))
            assert code == 0, err
            return json.loads(out)

        yield command


def test_a_corrected_record_keeps_its_outcome(run):
    run("record", ID, "periodic-inspection", "--km", "5000", "--outcome", "513")
    run("correct", ID, "2", "--km", "5001", "--yes")
    run("correct", ID, "3", "--outcome", "7", "--yes")

    records = run("history", ID, signed=False)["records"]

    assert [each["outcome"] for each in records] == [0, 513, 513, 7]
    assert [each["km"] for each in records] == [None, 5_000, 5_001, 5_001]


def test_another_outcome_is_another_record(run):
    for outcome in ("1", "2", "2"):
        run("record", ID, "periodic-inspection", "--km", "5000", "--date", "2026-01-05", "--outcome", outcome)

    assert len(run("history", ID, signed=False)["records"]) == 3
