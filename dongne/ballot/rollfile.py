"""Reads the file from which a roll is published: CSV with the columns `address` and `district`."""

from collections.abc import Mapping
from pathlib import Path

from eth_utils.address import to_checksum_address

from dongne.addresses import address_of
from dongne.ballot.errors import NotADistrictCode, WrongNumberOfVoters, ZeroAddressVoter
from dongne.ballot.messages import MOST_VOTERS
from dongne.ballot.rolls import Address, VoterList
from dongne.problems import Problems
from dongne.tables import Column, Listed, Row, parse_rows, read_table
from dongne.texts import excerpt

COLUMNS = (Column("address"), Column("district"))
MOST_CODE = 2**64 - 1
_MOST_DIGITS = 20
_ZERO = bytes(20)


def read_voters(file: Path, mapping: Mapping[str, str] | None = None) -> VoterList:
    """Voters sorted by district, within one by address.

    Args:
        mapping: name of the column by heading in the file.

    Raises:
        RejectedFile: with every problem in it: a wrong column, a bad address, a voter listed twice …; nothing of the
            file is used then.
        UnreadableFile: it cannot be read.
    """
    problems = Problems(file)
    table = read_table(file, COLUMNS, problems=problems, mapping=mapping)
    listed = Listed()
    rows = parse_rows(table, problems, lambda row: _voter(row, listed))
    if len(rows) > MOST_VOTERS:
        problems.add(WrongNumberOfVoters(len(rows), MOST_VOTERS))
    problems.raise_if_any()
    districts: dict[int, list[Address]] = {}
    for district, voter in rows:
        districts.setdefault(district, []).append(voter)
    return VoterList.of(districts)


def district_code(text: str) -> int:
    """An official number, from digits.

    Raises:
        NotADistrictCode: anything else, or 2^64 and above.
    """
    digits = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    if not digits or int(text) > MOST_CODE:
        raise NotADistrictCode(excerpt(text))
    return int(text)


def _voter(row: Row, listed: Listed) -> tuple[int, Address]:
    """District and address of a row."""
    voter, district = row.values(("address", voter_address), ("district", district_code))
    listed.add(to_checksum_address(voter), row.line)
    return district, voter


def voter_address(text: str) -> Address:
    """A voter's address.

    Raises:
        InputError: it is none, or the zero address.
    """
    voter = bytes.fromhex(address_of(text)[2:])
    if voter == _ZERO:
        raise ZeroAddressVoter()
    return voter
