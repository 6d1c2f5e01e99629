"""Sheets of performance inspections: JSON with the fields of Korea's form 82, checked before anything is recorded.

The form is annex form 82 of the Enforcement Rule of the Motor Vehicle Management Act, article 120;
`schemas/performance_inspection.schema.json` names its fields, with the form's own words as titles.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from dongne.errors import InputError
from dongne.problems import Problems
from dongne.texts import excerpt, read_text
from dongne.vehicle.errors import (
    InspectionBeforeRegistration,
    NotJson,
    RepairNotDeclared,
    SheetFieldsForeign,
    SheetFieldsMissing,
    SheetValueWrong,
)
from dongne.vehicle.identity import normalise_vin
from dongne.vehicle.outcomes import InspectionFinding, bits_of

SCHEMA = "performance_inspection.schema.json"


@dataclass(frozen=True, slots=True)
class InspectionSheet:
    """What a checked sheet says.

    Attributes:
        vin: of the vehicle, normalised.
        km: on the odometer.
        gauge_works: whether the inspector found the odometer in good order.
        inspected_on: day of the inspection.
        accident: whether the frame was repaired or parts of it replaced.
        special_history: `flood`, `fire`.
        panels: parts with marks, such as `side_member left XW`.
        found: what the record's outcome says of it.
        fields: everything, as the schema names it.
    """

    vin: str
    km: int
    gauge_works: bool
    inspected_on: date
    accident: bool
    special_history: tuple[str, ...]
    panels: tuple[str, ...]
    found: tuple[InspectionFinding, ...]
    fields: dict[str, Any]

    @property
    def outcome(self) -> int:
        """The outcome of its record: a bit for each finding."""
        return bits_of(self.found)


def schema() -> dict[str, Any]:
    """The JSON schema of a sheet (draft 2020-12)."""
    text = resources.files("dongne.vehicle").joinpath("schemas", SCHEMA).read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def read_inspection(file: Path) -> InspectionSheet:
    """The sheet in a file.

    Raises:
        UnreadableFile: the file cannot be read.
        RejectedFile: it is not JSON, or its fields are not those of the form; every problem is named.
    """
    problems = Problems(file)
    fields = _json(read_text(file), problems)
    for reason in _violations(fields):
        problems.add(reason)
    problems.raise_if_any()
    try:
        sheet = _sheet(fields)
    except InputError as error:
        problems.add(error)
    problems.raise_if_any()
    return sheet


def _json(text: str, problems: Problems) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        problems.add(NotJson(), getattr(error, "lineno", None))
        problems.raise_if_any()


def _sheet(fields: dict[str, Any]) -> InspectionSheet:
    condition, repairs = fields["condition"], fields["accident_and_repair"]
    inspected, registered = (
        date.fromisoformat(text) for text in (fields["inspected_on"], fields["vehicle"]["first_registered"])
    )
    if inspected < registered:
        raise InspectionBeforeRegistration(inspected.isoformat(), registered.isoformat())
    return InspectionSheet(
        vin=normalise_vin(fields["vehicle"]["vin"]),
        km=condition["odometer"]["km"],
        gauge_works=condition["odometer"]["gauge"] == "good",
        inspected_on=inspected,
        accident=repairs["accident"],
        special_history=tuple(condition["special_history"]),
        panels=tuple(_panel(each) for each in repairs["panels"]),
        found=tuple(finding for finding, holds in _findings(fields) if holds),
        fields=fields,
    )


def _findings(fields: dict[str, Any]) -> Iterator[tuple[InspectionFinding, bool]]:
    """Each finding, and whether the sheet has it; what leaks a little, or is used up, is none."""
    condition, repairs, details = fields["condition"], fields["accident_and_repair"], fields.get("details", {})
    diagnosis = details.get("self_diagnosis", {})
    yield InspectionFinding.SHEET, True
    yield InspectionFinding.SIMPLE_REPAIR, repairs["simple_repair"]
    yield InspectionFinding.ACCIDENT, repairs["accident"]
    yield InspectionFinding.FLOOD, "flood" in condition["special_history"]
    yield InspectionFinding.FIRE, "fire" in condition["special_history"]
    yield InspectionFinding.GAUGE, condition["odometer"]["gauge"] != "good"
    yield InspectionFinding.VIN_MARKING, condition["vin_marking"] != "good"
    yield InspectionFinding.UNLAWFUL_TUNING, not all(each["lawful"] for each in condition["tuning"])
    for finding in _PARTS:
        part = finding.name.lower()
        yield finding, _is_defective(details.get(part)) or _is_defective(diagnosis.get(part))


_PARTS = (
    InspectionFinding.ENGINE,
    InspectionFinding.TRANSMISSION,
    InspectionFinding.POWER_TRAIN,
    InspectionFinding.STEERING,
    InspectionFinding.BRAKES,
    InspectionFinding.ELECTRICAL,
    InspectionFinding.HIGH_VOLTAGE,
    InspectionFinding.FUEL_LEAK,
)
"""Findings that are named after fields of `details`."""

_DEFECTS = frozenset({"needs_repair", "present", "low", "excessive"})


def _is_defective(part: Any) -> bool:
    """Whether anything in a part of the form is marked as not in order."""
    return any(map(_is_defective, part.values())) if isinstance(part, dict) else part in _DEFECTS


def _panel(found: dict[str, Any]) -> str:
    return " ".join(part for part in (found["panel"], found.get("side"), "".join(found["marks"])) if part)


def _violations(fields: Any) -> Iterator[InputError]:
    """Each violation of the schema once: jsonschema tells of every missing field apart."""
    found = sorted(_validator().iter_errors(fields), key=lambda error: (error.json_path, str(error.validator)))
    for _place, same in groupby(found, key=lambda error: (error.json_path, error.validator)):
        yield _reason_of(next(same))


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema(), format_checker=FormatChecker(["date"]))


def _reason_of(error: ValidationError) -> InputError:
    """A violation of the schema as one of our errors: jsonschema's own sentences are English only."""
    place = error.json_path.removeprefix("$.")
    if error.validator == "required":
        return SheetFieldsMissing(place, tuple(each for each in error.validator_value if each not in error.instance))
    if error.validator == "additionalProperties":
        return SheetFieldsForeign(place, tuple(sorted(set(error.instance) - set(error.schema["properties"]))))
    if place.startswith("accident_and_repair") and error.validator in {"const", "anyOf"}:
        return RepairNotDeclared()
    return SheetValueWrong(place, excerpt(json.dumps(error.instance, ensure_ascii=False)), _expected(error))


def _expected(error: ValidationError) -> str:
    """What the schema allows there, in the notation of JSON."""
    told: dict[str, Callable[[Any], str]] = {
        "enum": lambda allowed: ", ".join(str(each) for each in allowed),
        "minimum": lambda least: f">= {least}",
        "maximum": lambda most: f"<= {most}",
        "format": lambda _name: "2026-11-22",
    }
    say = told.get(str(error.validator), str)
    return say(error.validator_value)
