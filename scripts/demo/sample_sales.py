"""Made-up auction sales in the format of `used_car_sales.csv`, for where no real file is at hand."""

import csv
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

SEED = 2_015
HEADER = ("vin", "year", "make", "model", "trim", "odometer", "condition", "sellingprice", "saledate")

_ALPHABET = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_VALUES = dict(zip(_ALPHABET, [*range(1, 9), 1, 2, 3, 4, 5, 7, 9, *range(2, 10), *range(10)], strict=True))
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_PACIFIC = timezone(timedelta(hours=-8))
_SOLD_AGAIN, _WRONG_CHECK_DIGIT, _NO_ODOMETER, _ROLLED_BACK = 0.12, 0.01, 0.01, 0.15


def made_up_vin(chance: random.Random) -> str:
    """A VIN of no maker, with a right check digit."""
    draft = ["9", "9", "Z", *chance.choices(_ALPHABET, k=5), "0", *chance.choices(_ALPHABET, k=8)]
    remainder = sum(_VALUES[letter] * weight for letter, weight in zip(draft, _WEIGHTS, strict=True)) % 11
    draft[8] = "X" if remainder == 10 else str(remainder)
    return "".join(draft)


def write_sales(file: Path, vehicles: int = 300, seed: int = SEED) -> Path:
    """Write sales of `vehicles` cars, some sold twice and a few of those with a senseless reading."""
    chance = random.Random(seed)
    rows = [row for _vehicle in range(vehicles) for row in _sales_of_one(chance)]
    chance.shuffle(rows)
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([HEADER, *rows])
    return file


def _sales_of_one(chance: random.Random) -> list[tuple[str, ...]]:
    vin = made_up_vin(chance)
    if chance.random() < _WRONG_CHECK_DIGIT:
        vin = vin[:8] + ("1" if vin[8] == "0" else "0") + vin[9:]
    sold = datetime(2014, 12, 1, 9, 30, tzinfo=_PACIFIC) + timedelta(days=chance.randrange(60))
    miles = chance.randrange(8_000, 180_000)
    rows = [_row(vin, None if chance.random() < _NO_ODOMETER else miles, sold, chance)]
    if chance.random() < _SOLD_AGAIN:
        later = miles // 2 if chance.random() < _ROLLED_BACK else miles + chance.randrange(2_000)
        rows.append(_row(vin, later, sold + timedelta(days=chance.randrange(14, 150)), chance))
    return rows


def _row(vin: str, miles: int | None, sold: datetime, chance: random.Random) -> tuple[str, ...]:
    date = sold.strftime("%a %b %d %Y %H:%M:%S GMT%z (PST)")
    price = str(chance.randrange(500, 20_000, 50))
    return vin.lower(), "2010", "Sample", "Car", "LE", "" if miles is None else str(miles), "", price, date
