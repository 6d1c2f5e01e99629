"""Terms of a programme of volunteer rewards, and the file (TOML) from which one is opened: docs/formats.md."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from eth_typing import ChecksumAddress

from dongne.currency.files import account_of, amount_of
from dongne.currency.termsfile import Parser, hash_in, moment_in, number_in, read_settings, text_in

MOST_CLAIM_DAYS, MOST_CAP_MONTHS = 365, 12
_REQUIRED = ("funder", "start", "end", "claim_days", "most_rate", "cap", "cap_months")


@dataclass(frozen=True, slots=True)
class Terms:
    """A programme's terms, as `VolunteerRewards` takes them.

    Attributes:
        funder: institution that pays in and gets the rest back.
        start: first Unix second at which a shift may begin.
        end: Unix second before which it must begin.
        claim_days: days after its end within which it must be handed in.
        most_rate: most that an activity may pay for an hour, base units.
        cap: most that one person is paid for the shifts of a period, base units.
        cap_months: length of that period in calendar months.
        document: hash of the decision, 32 bytes; zeros if there is none.
    """

    funder: ChecksumAddress
    start: int
    end: int
    claim_days: int
    most_rate: int
    cap: int
    cap_months: int
    document: bytes = bytes(32)

    def as_struct(self) -> tuple[Any, ...]:
        """In the order of the contract's struct."""
        times = (self.start, self.end, self.claim_days)
        return (self.funder, *times, self.most_rate, self.cap, self.cap_months, self.document)


def read_terms(file: Path, decimals: int, zone: ZoneInfo) -> Terms:
    """A programme's terms as its file states them.

    Args:
        decimals: of the currency, in which amounts are written.
        zone: the city's; counts for times that name none.

    Raises:
        RejectedFile: with everything that is missing, misspelt or impossible.
        UnreadableFile: it cannot be read, or is not TOML.
    """
    parsers: dict[str, Parser] = {
        "funder": lambda value: account_of(text_in("funder", value)),
        "start": lambda value: moment_in("start", value, zone),
        "end": lambda value: moment_in("end", value, zone),
        "claim_days": lambda value: number_in("claim_days", value, 1, MOST_CLAIM_DAYS),
        "most_rate": lambda value: amount_of(str(value), decimals),
        "cap": lambda value: amount_of(str(value), decimals),
        "cap_months": lambda value: number_in("cap_months", value, 1, MOST_CAP_MONTHS),
        "document_hash": lambda value: hash_in("document_hash", value),
    }
    values = read_settings(file, parsers, _REQUIRED)
    return Terms(document=values.pop("document_hash") or bytes(32), **values)
