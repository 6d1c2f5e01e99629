"""Reads the file from which a voucher programme is opened (TOML); docs/formats.md shows one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from eth_typing import ChecksumAddress

from dongne.currency.files import MAX_CATEGORY, account_of, amount_of
from dongne.currency.vouchers.errors import TermsIncomplete, TermsNotValid, TermsUnknown
from dongne.errors import InputError
from dongne.language import Message, Readable, _
from dongne.problems import Problems
from dongne.texts import excerpt, read_toml

LEAST_SHARE, MOST_SHARE = 60, 80
"""Percent of a voucher of which at least so much must be spent before the rest is paid out."""

MOST_CATEGORIES = 64
_BPS = 100
_LATEST = 2**40 - 1
_REQUIRED = ("funder", "start", "expiry", "rest_after_percent", "cap", "categories")
_OPTIONAL = ("document_hash", "uri")


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
    raw, problems = read_toml(file), Problems(file)
    for name in sorted(raw.keys() - {*_REQUIRED, *_OPTIONAL}):
        problems.add(TermsUnknown(excerpt(name), (*_REQUIRED, *_OPTIONAL)))
    parsers: dict[str, Callable[[Any], Any]] = {
        "funder": lambda value: account_of(_text("funder", value)),
        "start": lambda value: _moment("start", value, zone),
        "expiry": lambda value: _moment("expiry", value, zone),
        "rest_after_percent": _share,
        "cap": lambda value: amount_of(str(value), decimals),
        "categories": _categories,
        "document_hash": _hash,
        "uri": lambda value: _text("uri", value),
    }
    values = {name: _parsed(raw, name, parse, problems) for name, parse in parsers.items()}
    problems.raise_if_any()
    share, document = values.pop("rest_after_percent"), values.pop("document_hash") or bytes(32)
    return Terms(**values | {"refund_bps": share, "document": document, "uri": values["uri"] or ""})


def _parsed(raw: dict[str, Any], name: str, parse: Callable[[Any], Any], problems: Problems) -> Any:
    if name not in raw:
        if name in _REQUIRED:
            problems.add(TermsIncomplete(name))
        return None
    try:
        return parse(raw[name])
    except InputError as error:
        problems.add(error)
        return None


def _refuse(setting: str, expected: Readable) -> TermsNotValid:
    return TermsNotValid(setting, expected)


def _text(setting: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _refuse(setting, Message(_("text in quotes")))
    return value


def _moment(setting: str, value: Any, zone: ZoneInfo) -> int:
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime):
        raise _refuse(setting, Message(_("a date and time without quotes, such as 2026-12-01T00:00:00")))
    moment = int((value if value.tzinfo else value.replace(tzinfo=zone)).timestamp())
    if not 0 <= moment <= _LATEST:
        raise _refuse(setting, Message(_("a date from 1970 on")))
    return moment


def _share(value: Any) -> int:
    if type(value) is not int or not LEAST_SHARE <= value <= MOST_SHARE:
        values = {"least": LEAST_SHARE, "most": MOST_SHARE}
        raise _refuse("rest_after_percent", Message(_("a whole number from {least} to {most}"), values))
    return value * _BPS


def _categories(value: Any) -> tuple[int, ...]:
    codes = value if isinstance(value, list) else []
    sound = all(type(code) is int and 0 <= code <= MAX_CATEGORY for code in codes)
    if not sound or not 1 <= len(codes) <= MOST_CATEGORIES:
        raise _refuse("categories", Message(_("a list of 1 to {most} trade codes"), {"most": MOST_CATEGORIES}))
    return tuple(dict.fromkeys(codes))


def _hash(value: Any) -> bytes:
    try:
        found = bytes.fromhex(_text("document_hash", value).removeprefix("0x"))
    except ValueError:
        found = b""
    if len(found) != 32:
        raise _refuse("document_hash", Message(_("0x and 64 hexadecimal digits")))
    return found
