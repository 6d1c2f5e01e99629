"""Sheets of performance inspections: what passes, what is refused, and what the refusal says."""

import json
from copy import deepcopy
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from dongne.errors import RejectedFile
from dongne.vehicle import read_inspection
from dongne.vehicle.inspection import schema

EXAMPLE = Path("docs/examples/performance_inspection.json")
ALL_PARTS = schema()["properties"]["accident_and_repair"]["properties"]["panels"]["items"]["properties"]["panel"][
    "enum"
]


@pytest.fixture
def fields():
    return json.loads(EXAMPLE.read_text(encoding="utf-8"))


@pytest.fixture
def read(tmp_path):
    """What becomes of a sheet with these fields."""

    def run(fields, encoding="utf-8"):
        file = tmp_path / "sheet.json"
        file.write_text(json.dumps(fields, ensure_ascii=False), encoding=encoding)
        return read_inspection(file)

    return run


@pytest.fixture
def refused(read):
    def run(fields):
        with pytest.raises(RejectedFile) as error:
            read(fields)
        return str(error.value)

    return run


def changed(fields, path, value):
    """A copy of a sheet with another value at a place such as `condition.odometer.km`."""
    copy = deepcopy(fields)
    *way, last = path.split(".")
    place = copy
    for step in way:
        place = place[step]
    place[last] = value
    return copy


def test_the_example_of_the_docs_is_read():
    sheet = read_inspection(EXAMPLE)

    assert (sheet.vin, sheet.km, sheet.gauge_works) == ("KMHCT41BBDU123456", 48_200, True)
    assert (sheet.inspected_on, sheet.accident) == (date(2026, 11, 22), False)
    assert sheet.panels == ("front_fender left X", "door right A")


def test_the_schema_is_a_valid_schema():
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949"])
def test_a_sheet_written_by_windows_is_read(read, fields, encoding):
    assert read(fields, encoding).fields == fields


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("condition.odometer.km", -1, "condition.odometer.km is -1; the form allows: >= 0"),
        ("condition.odometer.km", "48,200", 'condition.odometer.km is "48,200"; the form allows: integer'),
        ("condition.odometer.km", 2**24, "condition.odometer.km is 16777216; the form allows: <= 16777214"),
        ("condition.odometer.gauge", "ok", "the form allows: good, defective"),
        ("condition.special_history", ["storm"], "condition.special_history[0]"),
        ("condition.recall", None, "the form allows: none, remedied, open"),
        ("inspected_on", "2026-13-22", 'inspected_on is "2026-13-22"; the form allows: 2026-11-22'),
        ("inspected_on", "2012-01-01", "lies before the first registration on 2013-03-02"),
        ("vehicle.vin", "KMHCT41BBDU12345", "has 16 characters"),
        ("form", "performance-inspection/2", "the form allows: performance-inspection/1"),
        ("details.engine.oil_level", "low ", "details.engine.oil_level"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place_and_what_is_allowed(refused, fields, place, value, said):
    assert said in refused(changed(fields, place, value))


def test_every_missing_and_every_foreign_field_is_named_once(refused, fields):
    del fields["vehicle"]["vin"], fields["vehicle"]["fuel"], fields["inspector"]
    fields["vehicle"]["vim"] = "KMHCT41BBDU123456"

    said = refused(fields)

    assert "4 problems" not in said and "3 problems" in said
    assert "vehicle: the form asks for vin, fuel." in said
    assert "$: the form asks for inspector." in said
    assert "vehicle: the form does not have vim." in said


@pytest.mark.parametrize("part", ALL_PARTS)
@pytest.mark.parametrize("mark", ["X", "W"])
def test_no_repaired_part_can_be_declared_free_of_accident_and_repair(refused, fields, part, mark):
    fields["accident_and_repair"] = {
        "accident": False,
        "simple_repair": False,
        "panels": [{"panel": part, "marks": ["C", mark]}],
    }

    assert "not declared" in refused(fields)


@pytest.mark.parametrize("part", ["side_member", "wheel_house", "floor_panel"])
def test_a_repaired_frame_is_no_simple_repair(refused, read, fields, part):
    fields["accident_and_repair"] = {
        "accident": False,
        "simple_repair": True,
        "panels": [{"panel": "door", "marks": ["A"]}, {"panel": part, "marks": ["W"]}],
    }

    assert "a repaired frame is an accident" in refused(fields)
    assert read(changed(fields, "accident_and_repair.accident", True)).accident


@pytest.mark.parametrize("mark", ["C", "A", "U", "T"])
def test_rust_and_scratches_need_no_declaration(read, fields, mark):
    fields["accident_and_repair"] = {
        "accident": False,
        "simple_repair": False,
        "panels": [{"panel": "side_member", "marks": [mark]}],
    }

    assert not read(fields).accident


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "not valid JSON"), ("[]", "the form allows: object"), ("NaN", "the form allows: object"), ('"x"', "object")],
)
def test_what_is_not_a_sheet_is_refused(tmp_path, text, said):
    file = tmp_path / "sheet.json"
    file.write_text(text)

    with pytest.raises(RejectedFile) as error:
        read_inspection(file)

    assert said in str(error.value)
