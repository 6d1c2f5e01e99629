"""Reads the file from which a roll is published: CSV with the columns `address` and `district`."""

import csv
import io
from collections import Counter
from pathlib import Path

from web3 import Web3

from dongne.ballot.messages import MOST_VOTERS
from dongne.ballot.problems import Problems, text_of
from dongne.ballot.roll import VoterList, districts_of

_COLUMNS = ["address", "district"]
_MOST_CODE = 2**64 - 1
_ZERO = bytes(20)


def read_voters(file: Path) -> VoterList:
    """Voters sorted by district, within one in the order of the file.

    Raises:
        RejectedFile: with every problem in it: a wrong column, a bad address, a voter listed twice …; nothing of the
            file is used then.
        InputError: the file cannot be read.
    """
    problems = Problems(file)
    rows = _rows(text_of(file), problems)
    problems.raise_if_any()
    rows.sort(key=lambda row: row[0])
    counts = Counter(district for district, _voter in rows)
    return VoterList(tuple(voter for _district, voter in rows), districts_of(sorted(counts.items())))


def _rows(text: str, problems: Problems) -> list[tuple[int, bytes]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    head = [column.strip() for column in next(reader, [])]
    if head != _COLUMNS:
        problems.add(1, f"the columns are {', '.join(head) or 'missing'}; expected address,district")
        return []
    seen: dict[bytes, int] = {}
    found = [row for fields in reader if fields for row in _row(fields, reader.line_num, seen, problems)]
    if not 1 <= len(found) <= MOST_VOTERS:
        problems.add(None, f"{len(found)} voters; a roll has 1 to {MOST_VOTERS}")
    return found


def _row(fields: list[str], line: int, seen: dict[bytes, int], problems: Problems) -> list[tuple[int, bytes]]:
    """The row as (district, voter), or nothing if something is wrong with it."""
    if len(fields) != len(_COLUMNS):
        problems.add(line, f"{len(fields)} fields; expected address,district")
        return []
    address, district = (field.strip() for field in fields)
    reason = _flaw(address, district)
    if reason:
        problems.add(line, reason)
        return []
    voter = bytes.fromhex(address[2:])
    if voter in seen:
        problems.add(line, f"{address} stands on line {seen[voter]} already; one voter, one line")
    seen.setdefault(voter, line)
    return [(int(district), voter)]


def _flaw(address: str, district: str) -> str:
    digits = address[2:]
    # Digits in one case carry no checksum (EIP-55); in mixed case they must be right.
    in_one_case = digits in (digits.lower(), digits.upper())
    if not (address.startswith("0x") and Web3.is_address(address)) or not (
        in_one_case or Web3.is_checksum_address(address)
    ):
        return f"{address!r} is no address (0x and 40 hexadecimal digits, with a right checksum if in mixed case)"
    if bytes.fromhex(digits) == _ZERO:
        return "the zero address cannot vote"
    if not district.isdecimal() or int(district) > _MOST_CODE:
        return f"district {district!r} is no code; expected digits, e.g. 1135054500"
    return ""
