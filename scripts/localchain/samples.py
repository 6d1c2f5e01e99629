"""Sample files of a loaded city: what its offices bring to the `dongne` command (docs/formats.md)."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from web3 import Web3

from dongne.ballot import BallotBox, write_votes
from dongne.currency import LocalCurrency, Payment, payment_line
from scripts.localchain.inhabitants import DISTRICT, DOCUMENT, TOP_UP, Inhabitants
from scripts.localchain.suite import LocalSuite, person

NEW_RESIDENTS = 3
_VINS = ("KMHCT41B1DU123456", "KNAGM4AD2D5012345")
_CONTRACT = "The seller sells the car with VIN KMHEC41DBCA123456 to the buyer, as seen and inspected.\n"
_OTHER_DISTRICT = 1_135_055_000
_WEEK = 7 * 86_400


def write_samples(folder: Path, suite: LocalSuite, city: Inhabitants) -> None:
    """Write a file for each command that takes one."""
    folder.mkdir(parents=True)
    newcomers = [person(f"newcomer {number}").address for number in range(1, NEW_RESIDENTS + 1)]
    bakery = person("bakery").address
    _write_csv(
        folder / "accounts.csv",
        ("address", "kind", "category"),
        [*((address, "resident", "") for address in newcomers), (bakery, "merchant", "5411")],
    )
    _write_csv(folder / "topup.csv", ("address", "amount"), [(address, f"{TOP_UP:,}") for address in newcomers])
    _write_payments(folder / "payments.jsonl", suite, city)
    _write_vehicles(folder, suite, city, newcomers)
    _write_ballot(folder, suite, city, newcomers)


def _write_payments(file: Path, suite: LocalSuite, city: Inhabitants) -> None:
    """Two payments of the neighbour, and one that was altered after it was signed."""
    currency = suite.client(LocalCurrency)
    domain, decimals, deadline = currency.domain(), currency.decimals(), suite.chain.timestamp() + _WEEK
    payer, payee, lines = city.neighbour, city.merchant.address, []
    for nonce, amount in enumerate((12_500, 8_000, 3_000)):
        order = bytes(Web3.keccak(text=f"receipt {nonce + 1}"))
        signed = Payment(payer.address, payee, amount, nonce, deadline, order).sign(payer, domain)
        lines.append(payment_line(signed, decimals))
    altered = lines[2].replace('"3000"', '"30000"')
    file.write_text("\n".join([*lines[:2], altered]) + "\n", encoding="utf-8")


def _write_vehicles(folder: Path, suite: LocalSuite, city: Inhabitants, owners: Sequence[str]) -> None:
    """Two cars to register, a contract, and sales: of one car twice, with fewer kilometres the second time."""
    zone = ZoneInfo(suite.book.time_zone)
    today = datetime.fromtimestamp(suite.chain.timestamp(), zone)
    days = [f"{today - timedelta(days=days):%Y-%m-%d}" for days in (400, 30, 10)]
    _write_csv(
        folder / "vehicles.csv",
        ("vehicle", "owner", "date", "odometer_km"),
        [(_VINS[0], owners[0], days[0], "12,400"), (_VINS[1], owners[1], days[0], "88,000")],
    )
    sales = [(_VINS[0], days[1], "31,800"), (_VINS[1], days[1], "97,300"), (_VINS[1], days[2], "64,000")]
    (folder / "contract.txt").write_text(_CONTRACT, encoding="utf-8")
    _write_csv(folder / "sales.csv", ("vin", "odometer_km", "saledate"), [(vin, km, day) for vin, day, km in sales])


def _write_ballot(folder: Path, suite: LocalSuite, city: Inhabitants, newcomers: Sequence[str]) -> None:
    """A roll and a poll to publish, and votes for the poll that is open."""
    (folder / "library.txt").write_bytes(DOCUMENT)
    voters = [key.address for key in (city.resident, city.neighbour, city.merchant)]
    rows = [*((address, str(DISTRICT)) for address in voters), *((each, str(_OTHER_DISTRICT)) for each in newcomers)]
    _write_csv(folder / "voters.csv", ("address", "district"), rows)
    box = suite.client(BallotBox)
    booth = box.booth(city.poll)
    votes = [booth.sign(city.voter(city.neighbour), 0b001, city.neighbour)]
    votes.append(booth.sign(city.voter(city.merchant), 0b010, city.merchant))
    write_votes(folder / "votes.jsonl", city.poll, votes)
    _write_poll(folder, suite)


def _write_poll(folder: Path, suite: LocalSuite) -> None:
    now = datetime.fromtimestamp(suite.chain.timestamp(), ZoneInfo(suite.book.time_zone))
    start = (now + timedelta(days=1)).replace(hour=9, minute=0, second=0)
    (folder / "trees.txt").write_text("The planting plan: streets, species, costs.\n", encoding="utf-8")
    settings = {
        "question": '"Shall 200 trees be planted along the river?"',
        "options": '["Yes", "No", "Abstain"]',
        "blank": '["Abstain"]',
        "document": '"trees.txt"',
        "document_uri": '"https://vote.example/trees.txt"',
        "roll": "2",
        "rule": '"exactly-one"',
        "start": start.isoformat(),
        "end": (start + timedelta(days=7)).isoformat(),
        "aim": '"decision"',
        "proposal": '["Yes"]',
        "quorum": '"at least 1/4 of eligible"',
        "majority": '"more than 1/2 of valid"',
    }
    lines = (f"{name} = {value}\n" for name, value in settings.items())
    (folder / "poll.toml").write_text("".join(lines), encoding="utf-8")


def _write_csv(file: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, lineterminator="\n").writerows([header, *rows])
