"""Brands and open restrictions of a title as the registry counts them, replayed from the records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dongne.vehicle.kinds import BRANDING_KINDS, RELEASING_KINDS, RESTRICTING_KINDS, Kind
from dongne.vehicle.records import STRUCK_BY, Record

_OFF_THE_ROAD = frozenset({Kind.DEREGISTRATION, Kind.EXPORT, Kind.SCRAP})

RELEASED_BY = {
    Kind.LIEN_RELEASE: frozenset({Kind.LIEN}),
    Kind.SEIZURE_RELEASE: frozenset({Kind.SEIZURE}),
    Kind.PROVISIONAL_DISPOSITION_RELEASE: frozenset({Kind.PROVISIONAL_DISPOSITION}),
    Kind.RECOVERY: frozenset({Kind.THEFT}),
    Kind.REINSTATEMENT: _OFF_THE_ROAD,
}
"""The blocks that each kind of release ends."""


@dataclass(frozen=True, slots=True)
class OpenRestriction:
    """A lien, seizure or the like that keeps a title from moving.

    Attributes:
        kind: what it is.
        record: number of the record that opened it.
    """

    kind: Kind
    record: int


def open_restrictions(records: Iterable[Record]) -> tuple[OpenRestriction, ...]:
    """The blocks that records leave open, oldest first; as many as the registry counts.

    A release does not name what it releases: of several blocks that it may end the newest is taken. A correction
    changes what a record says, not whether the title is blocked.
    """
    found: list[OpenRestriction] = []
    for record in records:
        if record.supersedes:
            continue
        if record.kind in RESTRICTING_KINDS:
            found.append(OpenRestriction(record.kind, record.number))
        elif record.kind in RELEASING_KINDS and found:
            found.remove(_released(found, RELEASED_BY[record.kind]))
    return tuple(found)


def counted_brands(records: Sequence[Record]) -> frozenset[Kind]:
    """The brands in the registry's state: those of tainted records are among them until they are struck."""
    written = {record.number: record for record in records}
    hidden: dict[int, int] = {}
    for record in records:
        gone = written.get(record.supersedes)
        if gone is None:
            continue
        if record.recorder == STRUCK_BY and hidden.get(gone.supersedes) == gone.number:
            del hidden[gone.supersedes]
        hidden[gone.number] = record.number
    return frozenset(record.kind for record in records if record.number not in hidden) & BRANDING_KINDS


def _released(found: Sequence[OpenRestriction], kinds: frozenset[Kind]) -> OpenRestriction:
    return next((block for block in reversed(found) if block.kind in kinds), found[-1])
