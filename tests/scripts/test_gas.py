"""Every operation's gas, measured on a fresh chain, lies between its arithmetic floor and its budget."""

import json

import pytest

from scripts.gas import __main__ as gas
from scripts.gas.measurement import Measurement
from scripts.localchain.suite import local_suite

OPERATIONS = {
    "transfer",
    "transferFrom",
    "permit",
    "pay",
    "payMany_50_each",
    "issueBatch_500_each",
    "vehicle_record",
    "vehicle_recordBatch_50_each",
    "vote_batch_250_adjacent_each",
    "vote_batch_250_random_each",
    "vote_batch_250_approval64_each",
    "roll_register_each",
}


@pytest.fixture(scope="module")
def measured():
    with local_suite() as on:
        return {measurement.operation: measurement for measurement in gas.measure(on)}


def test_every_operation_is_measured(measured):
    assert set(measured) >= OPERATIONS


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_an_operation_is_within_its_floor_and_budget(measured, operation):
    m = measured[operation]

    assert m.floor <= m.gas <= m.budget


def test_gas_outside_fails_the_command_and_is_still_reported(monkeypatch, tmp_path):
    dear = Measurement("dear", 2_001, 1_000, 2_000)
    impossible = Measurement("impossible", 999, 1_000, 2_000)
    monkeypatch.setattr(gas, "REPORT", tmp_path / "reports" / "gas.json")
    monkeypatch.setattr(gas, "measure", lambda _on: iter([dear, impossible]))

    assert gas.main() == 1
    assert json.loads(gas.REPORT.read_text()) == {
        "dear": {"gas": 2_001, "floor": 1_000, "budget": 2_000},
        "impossible": {"gas": 999, "floor": 1_000, "budget": 2_000},
    }
