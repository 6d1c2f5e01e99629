"""Found by trying: `vehicle import --dry-run` said that the sales file says why rows were left out; nothing did."""

import json

import pytest

from dongne import book as books
from dongne.cli import run
from dongne.errors import ExitCode
from dongne.suite import Role
from dongne.vehicle import Entry, Kind, RegistrationItem, VehicleRegistry, vehicle_id
from scripts.localchain.suite import local_suite, person

VIN, CITY_KEY, SINCE = "4T1BG22K3XU414256", bytes(range(32)), 1_600_000_000


@pytest.fixture
def rehearse(tmp_path):
    """Rehearses the import of two sales, one with a date that could be two days."""
    with local_suite() as city:
        registry, entry = city.client(VehicleRegistry), Entry(Kind.REGISTRATION, SINCE)
        item = RegistrationItem(vehicle_id(VIN, CITY_KEY), person("owner").address, entry)
        registry.register(item).transact(city.officers[Role.VEHICLE_REGISTRAR])
        kinds, accreditor = frozenset({Kind.ODOMETER}), city.officers[Role.ACCREDITOR]
        registry.accredit(city.relayer.address, kinds, SINCE, 2**40 - 1).transact(accreditor)
        books.save(city.book, tmp_path / "deployments")
        (tmp_path / "key.json").write_text(json.dumps(city.relayer.encrypt("secret", kdf="pbkdf2", iterations=1_000)))
        (tmp_path / "password").write_text("secret")
        (tmp_path / "city.key").write_text(CITY_KEY.hex())
        (tmp_path / "sales.csv").write_text(f"vin,odometer_km,saledate\n{VIN},5,2024-12-25\n{VIN},6,3/4/2024\n")
        options = ["--rpc", city.chain.rpc, "--deployments", str(tmp_path / "deployments"), "--lang", "en", "--dry-run"]
        options += ["--keystore", str(tmp_path / "key.json"), "--password-file", str(tmp_path / "password")]
        options += ["--key-file", str(tmp_path / "city.key")]
        yield lambda: run(["vehicle", "import", str(tmp_path / "sales.csv"), *options], {})


def test_a_rehearsal_lists_why_rows_would_be_left_out(rehearse, capsys):
    assert rehearse() == ExitCode.INPUT

    said = capsys.readouterr().err
    assert "line 3, column saledate: \u201c3/4/2024\u201d could be" in said
    assert "says why" not in said
