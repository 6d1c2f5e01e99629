"""Reads the file from which an edition of a roll is made: who is struck, who is appended, who gets a new place.

A row with a voter alone strikes; one with an address and a district alone appends. One with a voter and an address, a
district, or both gives the voter a new place: with a new key, in another district, or both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from eth_utils.address import to_checksum_address

from dongne.addresses import address_of
from dongne.ballot.errors import (
    ChangesNothing,
    DistrictMissing,
    EmptyChange,
    KeyOnTwoLines,
    OnTheRollAlready,
    UnknownKey,
    WrongNumberOfVoters,
)
from dongne.ballot.messages import MOST_VOTERS
from dongne.ballot.rollfile import district_code, voter_address
from dongne.ballot.rolls import Address, VoterList
from dongne.language import Message, _
from dongne.problems import Problems
from dongne.tables import Column, ColumnMissing, Listed, Row, parse_rows, read_table
from dongne.texts import excerpt

COLUMNS = (Column("voter", required=False), Column("address", required=False), Column("district", required=False))
_NAMED = {"voter", "address"}
"""Columns of which a file has one at least: without them no row says whom it is about."""

KEY_COLUMNS = (Column("key"), Column("address"))

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Changes:
    """What an edition changes.

    Attributes:
        struck: indices of the base that it strikes.
        added: the voters whom it appends.
    """

    struck: frozenset[int]
    added: VoterList


@dataclass(frozen=True, slots=True)
class _Change:
    line: int
    struck: int | None
    added: tuple[int, Address] | None


def read_keys(file: Path, mapping: Mapping[str, str] | None = None) -> dict[str, str]:
    """The city's own keys of its voters, with their addresses; the file never leaves the office.

    Raises:
        RejectedFile: with every problem in it.
        UnreadableFile: it cannot be read.
    """
    problems = Problems(file)
    table = read_table(file, KEY_COLUMNS, problems=problems, mapping=mapping)
    lines: dict[str, int] = {}

    def read(row: Row) -> tuple[str, str]:
        first = lines.setdefault(row["key"], row.line)
        if first != row.line:
            raise KeyOnTwoLines(excerpt(row["key"]), first)
        return row["key"], row.value("address", address_of)

    rows = parse_rows(table, problems, read)
    problems.raise_if_any()
    return dict(rows)


def read_changes(
    file: Path,
    number: int,
    base: VoterList,
    keys: Mapping[str, str] | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Changes:
    """What a file changes of a roll.

    Args:
        number: of the roll, for messages.
        base: the roll.
        keys: addresses by the city's own keys, where the file names voters by those; otherwise by index or address.
        mapping: name of the column by heading in the file.

    Raises:
        RejectedFile: with every problem in it: an unknown voter, one named twice, an address that votes already …;
            nothing of the file is used then.
        UnreadableFile: it cannot be read.
    """
    problems = Problems(file)
    table = read_table(file, COLUMNS, problems=problems, mapping=mapping)
    if table.rows and not _NAMED & table.rows[0].headings.keys():
        problems.add(ColumnMissing("voter", COLUMNS[0].expected, table.header))
        problems.raise_if_any()
    listed, given = Listed(), Listed()
    places = {voter: index for index, voter in enumerate(base.voters)}

    def find(text: str) -> int:
        return _found(text, number, base, places, keys)

    changes = parse_rows(table, problems, lambda row: _change(row, base, find, listed, given))
    struck = frozenset(change.struck for change in changes if change.struck is not None)
    districts: dict[int, list[Address]] = {}
    for change in changes:
        if change.added is None:
            continue
        district, voter = change.added
        if (index := places.get(voter)) is not None and index not in struck:
            problems.add(OnTheRollAlready(to_checksum_address(voter), index), change.line)
        districts.setdefault(district, []).append(voter)
    count = base.size - len(struck) + sum(map(len, districts.values()))
    if not 1 <= count <= MOST_VOTERS:
        problems.add(WrongNumberOfVoters(count, MOST_VOTERS))
    problems.raise_if_any()
    return Changes(struck, VoterList.of(districts))


def _found(
    text: str, number: int, base: VoterList, places: Mapping[Address, int], keys: Mapping[str, str] | None
) -> int:
    """The index of a voter, by what the file names voters by."""
    if keys is not None and not text.lower().startswith("0x"):
        if text not in keys:
            raise UnknownKey(excerpt(text))
        text = keys[text]
    if not text.lower().startswith("0x"):
        return base.find(number, text)
    voter = bytes.fromhex(address_of(text)[2:])
    return places[voter] if voter in places else base.index_of(to_checksum_address(voter))


def _change(row: Row, base: VoterList, find: Callable[[str], int], listed: Listed, given: Listed) -> _Change:
    struck, address, district = row.values(
        ("voter", _optional(find)), ("address", _optional(voter_address)), ("district", _optional(district_code))
    )
    if struck is None and address is None:
        raise EmptyChange()
    if struck is None and district is None:
        raise DistrictMissing()
    if struck is not None:
        listed.add(str(struck), row.line, Message(_("voter {index}"), {"index": struck}))
    if address is None and district is None:
        return _Change(row.line, struck, None)
    if struck is not None:
        before = (base.district_of(struck), base.voters[struck])
        after = (before[0] if district is None else district, before[1] if address is None else address)
        if before == after:
            raise ChangesNothing(struck)
    else:
        assert address is not None and district is not None
        after = (district, address)
    given.add(to_checksum_address(after[1]), row.line)
    return _Change(row.line, struck, after)


def _optional(parse: Callable[[str], _Value]) -> Callable[[str], _Value | None]:
    return lambda text: parse(text) if text else None
