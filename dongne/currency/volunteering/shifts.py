"""Lists of volunteers' shifts: read from CSV, brought into one order, cut into parts, and what is signed of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress

from dongne.currency.files import Mapped, account_of
from dongne.currency.volunteering.errors import BeginWithoutTime, NotHalfHours, NotOnTheHalfHour, ShiftsOverlap
from dongne.errors import InputError
from dongne.moments import names_time, unix_moment
from dongne.parts import parts
from dongne.problems import Problems
from dongne.signing import Domain, TypedMessage, sign
from dongne.tables import Column, Row, Table, parse_rows, read_table
from dongne.texts import excerpt
from dongne.units import to_base_units

PART = 100
"""Shifts of one transaction, and of one pair of signatures: 6 to 7.5 million gas."""

HALF_HOUR = 1_800
MOST_HALF_HOURS = 48
COLUMNS = ("address", "begins", "hours")


@dataclass(frozen=True, slots=True)
class Shift:
    """What one person worked at a stretch.

    Attributes:
        volunteer: who.
        begins: Unix seconds, on a full or half hour.
        half_hours: how long, 1 to 48.
        line: where it stands in a file, from 1; 0 where there is no file.
    """

    volunteer: ChecksumAddress
    begins: int
    half_hours: int
    line: int = 0

    @property
    def ends(self) -> int:
        """Unix seconds."""
        return self.begins + self.half_hours * HALF_HOUR

    @property
    def hours(self) -> Decimal:
        """How long it lasted."""
        return Decimal(self.half_hours) / 2

    def packed(self) -> bytes:
        """As a list packs it, 26 bytes."""
        account = bytes.fromhex(self.volunteer[2:])
        return account + self.begins.to_bytes(5, "big") + self.half_hours.to_bytes(1, "big")


@dataclass(frozen=True, slots=True)
class ShiftList(TypedMessage):
    """That these shifts were worked for an activity: an attester of each side signs it.

    Attributes:
        activity: its number.
        document: salted hash of the sign-in sheet; zeros if there is none.
        volunteers: who worked, one for each shift.
        begins: Unix seconds of each.
        ends: Unix seconds of each.
    """

    TYPE: ClassVar[str] = "ShiftList"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("activity", "uint256"),
        ("document", "bytes32"),
        ("volunteers", "address[]"),
        ("begins", "uint256[]"),
        ("ends", "uint256[]"),
    )

    activity: int
    document: bytes
    volunteers: tuple[ChecksumAddress, ...]
    begins: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, activity: int, document: bytes, shifts: Iterable[Shift]) -> "ShiftList":
        """The message about some shifts, in their order."""
        listed = tuple(shifts)
        fields = ((each.volunteer, each.begins, each.ends) for each in listed)
        volunteers, begins, ends = zip(*fields, strict=True)
        return cls(activity, document, volunteers, begins, ends)

    def sign(self, key: LocalAccount, domain: Domain) -> bytes:
        """Sign for one chain and one contract: 64 bytes, EIP-2098."""
        return sign(self.digest(domain), key)


@dataclass(frozen=True)
class ShiftPlan:
    """An institution's list of shifts.

    Attributes:
        activity: number of the activity.
        shifts: by volunteer, then by begin: the same shifts are the same list, however the rows are sorted.
    """

    activity: int
    shifts: tuple[Shift, ...]

    @classmethod
    def of(cls, activity: int, shifts: Iterable[Shift]) -> "ShiftPlan":
        """The list of some shifts in any order."""
        return cls(activity, tuple(sorted(shifts, key=Shift.packed)))

    @cached_property
    def parts(self) -> tuple[tuple[Shift, ...], ...]:
        """As they are signed and paid, `PART` shifts each."""
        return tuple(tuple(part) for part in parts(self.shifts, PART))

    def messages(self, document: bytes) -> tuple[ShiftList, ...]:
        """What attesters sign, part by part."""
        return tuple(ShiftList.of(self.activity, document, part) for part in self.parts)


def pack_shifts(shifts: Iterable[Shift]) -> bytes:
    """A list as `settle` takes it."""
    return b"".join(each.packed() for each in shifts)


def read_shifts(file: Path, zone: tzinfo, mapping: Mapped = None) -> tuple[Table, list[Shift]]:
    """Shifts of a CSV file with the columns address, begins and hours; nobody works two of them at a time.

    Args:
        zone: the city's; counts for times that name none.

    Raises:
        RejectedFile: with every problem in it; nothing of the file is used then.
        UnreadableFile: the file cannot be read.
    """
    problems = Problems(file)
    table = read_table(file, [Column(name) for name in COLUMNS], problems=problems, mapping=mapping)

    def shift(row: Row) -> Shift:
        volunteer, begins, half_hours = row.values(
            ("address", account_of), ("begins", lambda text: _begin(text, zone)), ("hours", _half_hours)
        )
        return Shift(volunteer, begins, half_hours, row.line)

    found = parse_rows(table, problems, shift)
    for line, error in _overlaps(found):
        problems.add(error, line)
    problems.raise_if_any()
    return table, found


def _overlaps(shifts: Iterable[Shift]) -> Iterable[tuple[int, ShiftsOverlap]]:
    latest = dict[ChecksumAddress, Shift]()
    for each in sorted(shifts, key=lambda shift: (shift.begins, shift.line)):
        former = latest.get(each.volunteer)
        if former is not None and each.begins < former.ends:
            yield each.line, ShiftsOverlap(each.volunteer, former.line)
        if former is None or each.ends > former.ends:
            latest[each.volunteer] = each


def _begin(text: str, zone: tzinfo) -> int:
    moment = unix_moment(text, zone)
    if not names_time(text):
        raise BeginWithoutTime(excerpt(text))
    if moment % HALF_HOUR or moment >> 40:
        raise NotOnTheHalfHour(excerpt(text))
    return moment


def _half_hours(text: str) -> int:
    try:
        halves, rest = divmod(to_base_units(text, 1), 5)
    except InputError as error:
        raise NotHalfHours(excerpt(text)) from error
    if rest or not 1 <= halves <= MOST_HALF_HOURS:
        raise NotHalfHours(excerpt(text))
    return halves
