"""Imports auction sales: a CSV file whose rows become odometer records, in the order of their dates."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dongne.errors import InputError
from dongne.explanations.sentence import Sentence
from dongne.units import miles_to_kilometres
from dongne.vehicle.identity import document_hash, has_wrong_check_digit, normalise_vin, vehicle_id
from dongne.vehicle.kinds import Gauge, Kind
from dongne.vehicle.records import MOST_KM, Entry, RecordItem

COLUMNS = ("vin", "odometer", "saledate")
"""Columns that must be there; others may be, in any order, and are not used."""

_DATE = "%a %b %d %Y %H:%M:%S GMT%z"


@dataclass(frozen=True, slots=True)
class Sale:
    """One sold car.

    Attributes:
        line: line of the file, from 1.
        vin: 17 characters, in capitals.
        sold_at: Unix seconds.
        km: odometer in kilometres; None where the file gives none.
        text: the row as it stands in the file.
    """

    line: int
    vin: str
    sold_at: int
    km: int | None
    text: str

    def entry(self) -> Entry:
        """The record that this sale becomes; without an odometer one whose gauge was not read."""
        if self.km is None:
            return Entry(Kind.ODOMETER, self.sold_at)
        return Entry(Kind.ODOMETER, self.sold_at, self.km, Gauge.READ)

    def item(self, city_key: bytes) -> RecordItem:
        """The sale as an item of a batch; its document is the row, salted and hashed."""
        document = document_hash(self.text.encode("utf-8"), city_key)
        return RecordItem(vehicle_id(self.vin, city_key), self.entry(), document)


@dataclass(frozen=True, slots=True)
class Sales:
    """What a file holds.

    Attributes:
        accepted: usable rows by date, then by line.
        rejected: one error for each unusable row, with file and line.
        warnings: one sentence for each VIN whose check digit is wrong; its rows are accepted.
    """

    accepted: tuple[Sale, ...]
    rejected: tuple[InputError, ...]
    warnings: tuple[Sentence, ...]


def read_sales(file: Path, now: int) -> Sales:
    """Read a file of sales. A bad row is rejected and the rest is read.

    Args:
        file: CSV in UTF-8 with a header; odometers in miles.
        now: Unix seconds after which no sale can be dated.

    Raises:
        InputError: the file as a whole is not usable: unreadable, or without the needed columns.
    """
    accepted: list[Sale] = []
    rejected: list[InputError] = []
    for row in _rows(file):
        try:
            accepted.append(row.sale(now))
        except InputError as error:
            rejected.append(InputError(error.reason, file, row.line))
    accepted.sort(key=lambda sale: (sale.sold_at, sale.line))
    return Sales(tuple(accepted), tuple(rejected), tuple(_warnings(accepted)))


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the file, not yet judged."""

    line: int
    header: tuple[str, ...]
    cells: tuple[str, ...]

    def sale(self, now: int) -> Sale:
        if len(self.cells) != len(self.header):
            raise InputError(
                Sentence(
                    f"{len(self.cells)} columns, but the header has {len(self.header)}",
                    f"열이 {len(self.cells)}개인데 머리글은 {len(self.header)}개입니다",
                )
            )
        named = dict(zip(self.header, self.cells, strict=True))
        return Sale(
            line=self.line,
            vin=normalise_vin(named["vin"]),
            sold_at=_date(named["saledate"], now),
            km=_kilometres(named["odometer"].strip()),
            text=",".join(self.cells),
        )


def _rows(file: Path) -> Iterator[_Row]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            header = _header(next(reader, []), file)
            yield from (_Row(reader.line_num, header, tuple(cells)) for cells in reader if cells)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            Sentence(f"cannot be read as CSV in UTF-8: {error}", f"UTF-8 CSV로 읽을 수 없습니다: {error}"), file
        ) from error


def _header(cells: Iterable[str], file: Path) -> tuple[str, ...]:
    header = tuple(cell.strip().lower() for cell in cells)
    if missing := [column for column in COLUMNS if header.count(column) != 1]:
        found = ", ".join(header)
        raise InputError(
            Sentence(
                f"the header must name {', '.join(missing)} once; it has {found or 'nothing'}",
                f"머리글에 {', '.join(missing)}이(가) 한 번씩 있어야 합니다. 지금 머리글: {found or '없음'}",
            ),
            file,
            1,
        )
    return header


def _date(text: str, now: int) -> int:
    try:
        moment = int(datetime.strptime(text.split("(")[0].strip(), _DATE).timestamp())
    except (ValueError, OverflowError):
        expected = "Wed Dec 17 2014 12:30:00 GMT-0800 (PST)"
        raise InputError(
            Sentence(
                f"sale date {text!r} is not understood; expected a date such as {expected}",
                f"판매일 {text!r}을(를) 읽을 수 없습니다. 다음과 같이 쓰세요: {expected}",
            )
        ) from None
    if not 0 <= moment <= now:
        raise InputError(
            Sentence(
                f"sale date {text!r} is in the future or before 1970",
                f"판매일 {text!r}이(가) 미래이거나 1970년 이전입니다",
            )
        )
    return moment


def _kilometres(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise InputError(
            Sentence(
                f"odometer {text!r} is no reading; expected whole miles, 0 or more, or nothing",
                f"주행거리 {text!r}을(를) 읽을 수 없습니다. 0 이상의 정수 마일을 쓰거나 비워 두세요",
            )
        )
    km = miles_to_kilometres(int(text)) if len(text) <= 9 else MOST_KM + 1
    if km > MOST_KM:
        raise InputError(
            Sentence(
                f"odometer {text!r} is out of range; the registry takes up to {MOST_KM:,} km",
                f"주행거리 {text!r}은(는) 범위를 벗어납니다. {MOST_KM:,} km까지 기록할 수 있습니다",
            )
        )
    return km


def _warnings(sales: Iterable[Sale]) -> Iterator[Sentence]:
    seen: set[str] = set()
    for sale in sorted(sales, key=lambda sale: sale.line):
        if sale.vin not in seen and has_wrong_check_digit(sale.vin):
            yield Sentence(
                f"line {sale.line}: the check digit of VIN {sale.vin} is wrong; recorded all the same",
                f"{sale.line}번째 줄: 차대번호 {sale.vin}의 검사 숫자가 맞지 않습니다. 그대로 기록합니다",
            )
        seen.add(sale.vin)
