"""Reads the file from which a roll is published: CSV with the columns `address` and `district`."""

import csv
import io
from collections import Counter
from pathlib import Path

from dongne.addresses import address_of
from dongne.ballot.electoral_roll import VoterList, districts_of
from dongne.ballot.messages import MOST_VOTERS
from dongne.errors import InputError
from dongne.explanations.sentence import Sentence
from dongne.problems import Problems, text_of

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
        problems.add(
            1,
            Sentence(
                f"the columns are {', '.join(head) or 'missing'}; expected address,district",
                f"열이 {', '.join(head) or '없음'}입니다. address,district여야 합니다",
            ),
        )
        return []
    seen: dict[bytes, int] = {}
    found = [row for fields in reader if fields for row in _row(fields, reader.line_num, seen, problems)]
    if not 1 <= len(found) <= MOST_VOTERS:
        problems.add(
            None,
            Sentence(
                f"{len(found)} voters; a roll has 1 to {MOST_VOTERS}",
                f"선거인이 {len(found)}명입니다. 명부에는 1~{MOST_VOTERS}명이 있어야 합니다",
            ),
        )
    return found


def _row(fields: list[str], line: int, seen: dict[bytes, int], problems: Problems) -> list[tuple[int, bytes]]:
    """The row as (district, voter), or nothing if something is wrong with it."""
    if len(fields) != len(_COLUMNS):
        problems.add(
            line,
            Sentence(
                f"{len(fields)} fields; expected address,district",
                f"값이 {len(fields)}개입니다. address,district만 쓰세요",
            ),
        )
        return []
    address, district = (field.strip() for field in fields)
    reason = _flaw(address, district)
    if reason:
        problems.add(line, reason)
        return []
    voter = bytes.fromhex(address[2:])
    if voter in seen:
        problems.add(
            line,
            Sentence(
                f"{address} stands on line {seen[voter]} already; one voter, one line",
                f"{address} 주소는 이미 {seen[voter]}번째 줄에 있습니다. 선거인마다 한 줄만 쓰세요",
            ),
        )
    seen.setdefault(voter, line)
    return [(int(district), voter)]


def _flaw(address: str, district: str) -> Sentence | None:
    try:
        account = address_of(address)
    except InputError as error:
        return error.reason
    if bytes.fromhex(account[2:]) == _ZERO:
        return Sentence("the zero address cannot vote", "0 주소는 투표할 수 없습니다")
    if not district.isdecimal() or int(district) > _MOST_CODE:
        return Sentence(
            f"district {district!r} is no code; expected digits, e.g. 1135054500",
            f"district 값 {district!r}은(는) 지역 코드가 아닙니다. 숫자를 쓰세요(예: 1135054500)",
        )
    return None
