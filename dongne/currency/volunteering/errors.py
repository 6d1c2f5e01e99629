"""What can go wrong with shifts, beside what the contract itself refuses."""

from dataclasses import dataclass
from pathlib import Path

from eth_typing import ChecksumAddress

from dongne.errors import InputError, SettingError
from dongne.language import _


@dataclass(eq=False)
class NotOnTheHalfHour(InputError):
    """A begin that is not on a full or half hour."""

    template = _("“{text}” is not on a full or half hour. Shifts begin and end there, e.g. 09:00 or 13:30.")
    text: str


@dataclass(eq=False)
class BeginWithoutTime(InputError):
    """A begin that is only a date: as a spreadsheet shows a cell whose format has no time."""

    template = _("“{text}” names no time. Write when the shift began, e.g. {text} 09:00.")
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

    template = _(
        "The lines of {file} name different documents. Keep the attestations of one list in a file of its own."
    )
    file: Path


@dataclass(eq=False)
class MissingAttester(SettingError):
    """Neither a key nor a wallet's signature was given."""

    template = _(
        "Who attests? Name the attester's key with --keystore (or DONGNE_KEYSTORE); or, where a wallet signs, its "
        "address with --attester and either --typed-data or --signature."
    )


@dataclass(eq=False)
class PartNotNamed(InputError):
    """A wallet signs one part of several."""

    template = _("{file} is signed in {parts} parts. Name the one that the wallet signs: --part 1")
    file: Path
    parts: int


@dataclass(eq=False)
class SignerAttestsNothing(InputError):
    """A key that was named by neither side."""

    template = _(
        "{signer} attests neither for {institution} nor for the city. The institution names its attesters with `dongne "
        "currency reward attester`, the rewards officer the city's with `dongne currency reward city-attester`."
    )
    signer: ChecksumAddress
    institution: ChecksumAddress


@dataclass(eq=False)
class NotTheAttestersSignature(InputError):
    """A signature by another key, or over something else."""

    template = _(
        "This is not the signature of {attester} over this part of the list. Sign what --typed-data prints for the "
        "same file, document and part, with that address's key."
    )
    attester: ChecksumAddress
