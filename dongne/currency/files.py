"""Reads the currency office's files: CSV lists of accounts to register and of money to issue.

A file is used whole or not at all: money and membership are decided lists, and half of one is another list.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from eth_typing import ChecksumAddress

from dongne.addresses import address_of
from dongne.currency.batch import MAX_AMOUNT, Issue
from dongne.currency.local_currency import Kind
from dongne.errors import InputError
from dongne.explanations.sentence import Sentence
from dongne.problems import Problems, text_of
from dongne.units import to_base_units

REGISTRATION_COLUMNS = ("address", "kind", "category")
ISSUE_COLUMNS = ("address", "amount")
_KINDS = {kind.name.lower(): kind for kind in (Kind.RESIDENT, Kind.MERCHANT, Kind.INSTITUTION, Kind.SYSTEM_CONTRACT)}
_MOST_CATEGORY = 2**16 - 1
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Registration:
    """One account to register.

    Attributes:
        account: its address.
        kind: what it will be.
        category: the city's trade code of a merchant, else 0.
    """

    account: ChecksumAddress
    kind: Kind
    category: int


def read_registrations(file: Path) -> list[Registration]:
    """Accounts of a CSV file with the columns address, kind, category; the category may be empty.

    Raises:
        RejectedFile: with every problem in it; nothing of the file is used then.
        InputError: the file cannot be read.
    """
    return _read(file, REGISTRATION_COLUMNS, _registration, lambda item: item.account)


def read_issues(file: Path, decimals: int) -> list[Issue]:
    """Amounts of a CSV file with the columns address, amount; an account may stand in it once.

    Raises:
        RejectedFile: with every problem in it; nothing of the file is used then.
        InputError: the file cannot be read.
    """
    return _read(file, ISSUE_COLUMNS, lambda fields: _issue(fields, decimals), lambda item: item.account)


def _read(
    file: Path,
    columns: tuple[str, ...],
    parse: Callable[[list[str]], _Item],
    account_of: Callable[[_Item], ChecksumAddress],
) -> list[_Item]:
    problems, items, lines = Problems(file), list[_Item](), dict[ChecksumAddress, int]()
    for line, fields in _rows(text_of(file), columns, problems):
        try:
            item = parse(fields)
        except InputError as error:
            problems.add(line, error.reason)
            continue
        first = lines.setdefault(account_of(item), line)
        if first != line:
            problems.add(line, _repeated(account_of(item), first))
        items.append(item)
    problems.raise_if_any()
    return items


def _rows(text: str, columns: tuple[str, ...], problems: Problems) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    head = [column.strip() for column in next(reader, [])]
    expected = ",".join(columns)
    if head != list(columns):
        problems.add(
            1,
            Sentence(
                f"the columns are {', '.join(head) or 'missing'}; expected {expected}",
                f"열이 {', '.join(head) or '없음'}입니다. {expected}여야 합니다",
            ),
        )
        return
    for fields in reader:
        if fields and len(fields) != len(columns):
            problems.add(
                reader.line_num,
                Sentence(
                    f"{len(fields)} fields; expected {expected}", f"값이 {len(fields)}개입니다. {expected}만 쓰세요"
                ),
            )
        elif fields:
            yield reader.line_num, [field.strip() for field in fields]


def _registration(fields: list[str]) -> Registration:
    address, kind, category = fields
    if kind not in _KINDS:
        raise InputError(
            Sentence(
                f"kind {kind!r} is none of {', '.join(_KINDS)}",
                f"구분 {kind!r}은(는) {', '.join(_KINDS)} 중 하나가 아닙니다",
            )
        )
    if category and not (category.isdecimal() and int(category) <= _MOST_CATEGORY):
        raise InputError(
            Sentence(
                f"category {category!r} is no trade code; expected 0 to {_MOST_CATEGORY}, or nothing",
                f"업종 {category!r}은(는) 코드가 아닙니다. 0~{_MOST_CATEGORY}을 쓰거나 비워 두세요",
            )
        )
    return Registration(_address(address), _KINDS[kind], int(category or 0))


def _issue(fields: list[str], decimals: int) -> Issue:
    amount = to_base_units(fields[1], decimals)
    if not 0 < amount <= MAX_AMOUNT:
        raise InputError(
            Sentence(
                f"amount {fields[1]!r} is not above zero, or too large for one item (at most {MAX_AMOUNT} base units)",
                f"금액 {fields[1]!r}은(는) 0보다 크고 한 건의 한도({MAX_AMOUNT}) 이하여야 합니다",
            )
        )
    return Issue(_address(fields[0]), amount)


def _address(text: str) -> ChecksumAddress:
    account = address_of(text)
    if not int(account, 16):
        raise InputError(Sentence("the zero address is nobody's", "0 주소는 누구의 계정도 아닙니다"))
    return account


def _repeated(account: ChecksumAddress, line: int) -> Sentence:
    return Sentence(
        f"{account} stands on line {line} already; one account, one line",
        f"{account} 주소는 이미 {line}번째 줄에 있습니다. 계정마다 한 줄만 쓰세요",
    )
