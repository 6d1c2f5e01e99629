"""What can go wrong with shifts, beside what the contract itself refuses."""

from dataclasses import dataclass
from pathlib import Path

from eth_typing import ChecksumAddress

from dongne.errors import InputError
from dongne.language import _


@dataclass(eq=False)
class NotOnTheHalfHour(InputError):
    """A begin that is not on a full or half hour."""

    template = _("“{text}” is not on a full or half hour. Shifts begin and end there, e.g. 09:00 or 13:30.")
    text: str


@dataclass(eq=False)
class NotHalfHours(InputError):
    """Hours that are not 0.5 to 24 in halves."""

    template = _("“{text}” hours are not possible: 0.5 to 24, in halves.")
    text: str


@dataclass(eq=False)
class ShiftsOverlap(InputError):
    """Two shifts of one person at the same time."""

    template = _("{volunteer} worked another shift at this time: line {line}. Correct one of them.")
    volunteer: ChecksumAddress
    line: int


@dataclass(eq=False)
class AttestationMissing(InputError):
    """A part of a list without one of its two signatures."""

    template = _(
        "In {file} the attester of {side} has not signed shifts {first} to {last} of this list, as it is. Nothing more "
        "was sent. Have the very list signed: dongne sign shifts"
    )
    file: Path
    side: object
    first: int
    last: int


@dataclass(eq=False)
class AttestationsOfTwoDocuments(InputError):
    """A file whose lines speak of different sign-in sheets."""

    template = _("The lines of {file} name different documents. Keep the attestations of one list in a file of its own.")
    file: Path
