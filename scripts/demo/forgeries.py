"""Forges certificates in the ways a fraud would: crudely in the file, and with everything derived again to fit."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from dongne.vehicle import Evidence, Gauge, VehicleId
from dongne.vehicle.certificate import Certificate, Recorder

FORGED = 100
"""Forgeries of one seeded set."""

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Forgery:
    """A forged certificate.

    Attributes:
        way: how it was forged.
        text: of the file.
        record: number of the record that an error has to name; None where something else was forged.
    """

    way: str
    text: str
    record: int | None


Fields = dict[str, Any]


def forge(certificate: Certificate, random: Random, place: int) -> Forgery:
    """A forgery of a certificate of at least two records; `place` chooses the way, so that all have their turn."""
    way = WAYS[place % len(WAYS)]
    fields, record = way(certificate, random)
    return Forgery(way.__name__, json.dumps(fields), record)


def drop(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    fields = certificate.as_json()
    number = _number(fields["records"], random)
    del fields["records"][number - 1]
    return fields, number


def reorder(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    fields = certificate.as_json()
    records = fields["records"]
    number = random.randint(1, len(records) - 1)
    records[number - 1], records[number] = records[number], records[number - 1]
    return fields, number


def relabel(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    """Change what people read, and leave the word."""
    fields = certificate.as_json()
    number = _number(fields["records"], random)
    record = fields["records"][number - 1]
    field = random.choice(sorted(_RELABELLED))
    record[field] = _RELABELLED[field](record[field])
    return fields, number


def alter(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    """Change a hash or the word: the stated head after it no longer fits."""
    fields = certificate.as_json()
    number = _number(fields["records"], random)
    record = fields["records"][number - 1]
    field = random.choice(["word", "document", "head"])
    record[field] = _other_digit(record[field], random)
    return fields, number


def swap_fields(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    """Give a record the date of another day in word and fields, but leave the heads."""
    number = random.randint(1, len(certificate.evidence))
    earlier = certificate.evidence[number - 1].record.occurred_at - _DAY
    forged = _with(certificate, number, occurred_at=earlier).as_json()
    for mine, right in zip(forged["records"], certificate.records(), strict=True):
        mine["head"] = right["head"]
    return {**forged, "head": "0x" + certificate.head.hex()}, number


def rewrite(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    """Change a record and derive all heads again: only the chain can tell."""
    number = random.randint(1, len(certificate.evidence))
    record = certificate.evidence[number - 1].record
    changes: list[Fields] = [{"occurred_at": record.occurred_at - _DAY}, {"outcome": record.outcome ^ 1}]
    if record.gauge is not Gauge.NOT_READ:
        changes.append({"km": max(record.km - 20_000, record.km // 2 - 1, 0) if record.km else 1})
    return _with(certificate, number, **random.choice(changes)).as_json(), number


def leave_out(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    """Drop a record, number the others anew and derive all heads again."""
    number = random.randint(1, len(certificate.evidence))
    kept = [each for each in certificate.evidence if each.record.number != number]
    return _renumbered(certificate, kept).as_json(), number


def exchange(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    """Exchange two records, number them anew and derive all heads again."""
    evidence = list(certificate.evidence)
    number = random.randint(1, len(evidence) - 1)
    evidence[number - 1], evidence[number] = evidence[number], evidence[number - 1]
    return _renumbered(certificate, evidence).as_json(), number


def invent(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    """Append a reading that nobody recorded, and derive all heads again."""
    last = certificate.evidence[-1]
    number = len(certificate.evidence) + 1
    again = Evidence(replace(last.record, number=number, occurred_at=last.record.occurred_at + _DAY), last.document)
    return replace(certificate, evidence=(*certificate.evidence, again)).as_json(), number


def another_head(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    fields = certificate.as_json()
    return {**fields, "head": _other_digit(fields["head"], random)}, None


def another_vehicle(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    other = VehicleId(random.randbytes(32))
    return replace(certificate, vehicle=other, disclosure=None).as_json(), None


def another_salt(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    return {**certificate.as_json(), "vin": "4T1BG22K3XU414256", "salt": "0x" + random.randbytes(32).hex()}, None


def another_owner(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    other = next(iter(certificate.recorders.values())).address
    return replace(certificate, owner=other).as_json(), None


def another_brand(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    fields = certificate.as_json()
    return {**fields, "brands": [] if fields["brands"] else ["FLOOD"]}, None


def another_restriction(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    return {**certificate.as_json(), "restrictions": [{"kind": "LIEN", "record": 1}]}, None


def another_verdict(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    fields = certificate.as_json()
    return {**fields, "verdict": "ILLOGICAL" if fields["verdict"] != "ILLOGICAL" else "LOGICAL"}, None


def another_recorder(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    """Put a record down to somebody else, wherever it says so."""
    number = certificate.evidence[0].record.recorder
    recorders = {**certificate.recorders, number: Recorder(certificate.owner, None)}
    return replace(certificate, recorders=recorders).as_json(), 1


def another_revocation(certificate: Certificate, random: Random) -> tuple[Fields, int | None]:
    """Taint the first record, wherever it says so; or clear it."""
    record = certificate.evidence[0].record
    mine = certificate.recorders[record.recorder]
    revoked = None if mine.taints(record.recorded_at) else record.recorded_at
    recorders = {**certificate.recorders, record.recorder: replace(mine, revoked_from=revoked)}
    return replace(certificate, recorders=recorders).as_json(), 1


WAYS: tuple[Callable[[Certificate, Random], tuple[Fields, int | None]], ...] = (
    drop,
    reorder,
    relabel,
    alter,
    swap_fields,
    rewrite,
    leave_out,
    exchange,
    invent,
    another_head,
    another_vehicle,
    another_salt,
    another_owner,
    another_brand,
    another_restriction,
    another_verdict,
    another_recorder,
    another_revocation,
)

_RELABELLED: dict[str, Callable[[Any], Any]] = {
    "number": lambda number: number + 1,
    "kind": lambda kind: "RECALL" if kind != "RECALL" else "FLOOD",
    "occurred": lambda _text: "2001-01-01T00:00:00Z",
    "km": lambda km: 1 if km is None else None,
    "gauge": lambda gauge: "REPLACED" if gauge != "REPLACED" else "READ",
    "outcome": lambda outcome: outcome ^ 1,
    "reason": lambda reason: "CONSISTENT" if reason != "CONSISTENT" else "NO_BASELINE",
    "finding": lambda finding: "HIGHER_THAN_LATER" if finding != "HIGHER_THAN_LATER" else None,
    "recorded": lambda _text: "2001-01-01T00:00:00Z",
    "recorder_number": lambda number: number + 1,
    "recorder": lambda _address: "0x000000000000000000000000000000000000dEaD",
    "supersedes": lambda number: 1 if number is None else None,
    "superseded_by": lambda number: 1 if number is None else None,
    "tainted": lambda tainted: not tainted,
}


def _number(records: list[Fields], random: Random) -> int:
    return random.randint(1, len(records))


def _with(certificate: Certificate, number: int, **changes: Any) -> Certificate:
    evidence = list(certificate.evidence)
    old = evidence[number - 1]
    evidence[number - 1] = Evidence(replace(old.record, **changes), old.document)
    return replace(certificate, evidence=tuple(evidence))


def _renumbered(certificate: Certificate, evidence: list[Evidence]) -> Certificate:
    """With the numbers 1, 2, 3 and so on; what would correct a later record corrects none."""
    anew = tuple(
        Evidence(replace(each.record, number=number, supersedes=min(each.record.supersedes, number - 1)), each.document)
        for number, each in enumerate(evidence, start=1)
    )
    wrote = {each.record.recorder for each in anew}
    recorders = {number: each for number, each in certificate.recorders.items() if number in wrote}
    return replace(certificate, evidence=anew, recorders=recorders)


def _other_digit(text: str, random: Random) -> str:
    """Another hexadecimal digit in one place."""
    place = random.randint(len(text) - 8, len(text) - 1)
    return text[:place] + f"{int(text[place], 16) ^ 1:x}" + text[place + 1 :]
