"""Reads the file from which a voucher programme is opened (TOML); docs/formats.md shows one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from eth_typing import ChecksumAddress

from dongne.currency.files import account_of, amount_of
from dongne.currency.termsfile import (
    Parser,
    categories_in,
    hash_in,
    moment_in,
    number_in,
    read_settings,
    text_in,
)

LEAST_SHARE, MOST_SHARE = 60, 80
"""Percent of a voucher of which at least so much must be spent before the rest is paid out."""

MOST_CATEGORIES = 64
_BPS = 100
_REQUIRED = ("funder", "start", "expiry", "rest_after_percent", "cap", "categories")


@dataclass(frozen=True, slots=True)
class Terms:
    """A programme's terms, as `Vouchers` takes them.

    Attributes:
        funder: institution that pays in and gets the rest back.
        start: first Unix second at which vouchers are good.
        expiry: Unix second from which they are not.
        refund_bps: share, in 1/10,000, that must be spent before the rest is paid out.
        cap: most that one person is granted in all, base units.
        categories: trade codes that accept the voucher.
        document: hash of the decision, 32 bytes; zeros if there is none.
        uri: where wallets find a description.
    """

    funder: ChecksumAddress
    start: int
    expiry: int
    refund_bps: int
    cap: int
    categories: tuple[int, ...]
    document: bytes = bytes(32)
    uri: str = ""

    def as_struct(self) -> tuple[Any, ...]:
        """In the order of the contract's struct."""
        times = (self.start, self.expiry, self.refund_bps)
        return (self.funder, *times, self.cap, list(self.categories), self.document, self.uri)


def read_terms(file: Path, decimals: int, zone: ZoneInfo) -> Terms:
    """A programme's terms as its file states them.

    Args:
        decimals: of the currency, in which the cap is written.
        zone: the city's; counts for times that name none.

    Raises:
        RejectedFile: with everything that is missing, misspelt or impossible.
        UnreadableFile: it cannot be read, or is not TOML.
    """
    parsers: dict[str, Parser] = {
        "funder": lambda value: account_of(text_in("funder", value)),
        "start": lambda value: moment_in("start", value, zone),
        "expiry": lambda value: moment_in("expiry", value, zone),
        "rest_after_percent": lambda value: number_in("rest_after_percent", value, LEAST_SHARE, MOST_SHARE) * _BPS,
        "cap": lambda value: amount_of(str(value), decimals),
        "categories": lambda value: categories_in("categories", value, MOST_CATEGORIES),
        "document_hash": lambda value: hash_in("document_hash", value),
        "uri": lambda value: text_in("uri", value),
    }
    values = read_settings(file, parsers, _REQUIRED)
    share, document = values.pop("rest_after_percent"), values.pop("document_hash") or bytes(32)
    return Terms(**values | {"refund_bps": share, "document": document, "uri": values["uri"] or ""})
