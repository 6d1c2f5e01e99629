"""Terms of an incentive programme, and the file (TOML) from which one is opened; docs/formats.md shows one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_typing import ChecksumAddress

from dongne.currency.files import account_of, amount_of
from dongne.currency.termsfile import Parser, categories_in, hash_in, number_in, read_settings, text_in
from dongne.moments import month_named

BPS = 10_000
MOST_RATE_BPS = 2_000
"""Highest rate that the contract takes, in 1/10,000."""

MOST_CATEGORIES = 256
_REQUIRED = ("funder", "first_month", "last_month", "rate_bps", "cap", "categories")


@dataclass(frozen=True, slots=True)
class Terms:
    """A programme's terms, as `Incentives` takes them.

    Attributes:
        funder: institution that pays in and gets the rest back.
        first_month: whose purchases are rewarded first; months since January 1970.
        last_month: whose purchases are rewarded last.
        rate_bps: share of purchases that is paid back, in 1/10,000.
        cap: most that one person is paid for a month, base units.
        categories: trade codes of the merchants whose sales are rewarded.
        document: hash of the decision, 32 bytes; zeros if there is none.
    """

    funder: ChecksumAddress
    first_month: int
    last_month: int
    rate_bps: int
    cap: int
    categories: tuple[int, ...]
    document: bytes = bytes(32)

    def as_struct(self) -> tuple[Any, ...]:
        """In the order of the contract's struct."""
        months = (self.first_month, self.last_month)
        return (self.funder, *months, self.rate_bps, self.cap, list(self.categories), self.document)


def read_terms(file: Path, decimals: int) -> Terms:
    """A programme's terms as its file states them.

    Args:
        decimals: of the currency, in which the cap is written.

    Raises:
        RejectedFile: with everything that is missing, misspelt or impossible.
        UnreadableFile: it cannot be read, or is not TOML.
    """
    parsers: dict[str, Parser] = {
        "funder": lambda value: account_of(text_in("funder", value)),
        "first_month": lambda value: month_named(text_in("first_month", value)),
        "last_month": lambda value: month_named(text_in("last_month", value)),
        "rate_bps": lambda value: number_in("rate_bps", value, 1, MOST_RATE_BPS),
        "cap": lambda value: amount_of(str(value), decimals),
        "categories": lambda value: categories_in("categories", value, MOST_CATEGORIES),
        "document_hash": lambda value: hash_in("document_hash", value),
    }
    values = read_settings(file, parsers, _REQUIRED)
    return Terms(document=values.pop("document_hash") or bytes(32), **values)
