"""Calendar months as the currency counts them: those of Korea, which has no summer time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from dongne.errors import InputError
from dongne.language import _
from dongne.texts import excerpt, trimmed

KOREA = timezone(timedelta(hours=9))


_WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(eq=False)
class NotAMonth(InputError):
    """A text that is not a calendar month since 1970."""

    template = _("“{text}” is not a month. Write it like 2026-12.")
    text: str


def month_from(text: str) -> int:
    """Months since January 1970, from "2026-12".

    Raises:
        NotAMonth: not written so, or earlier.
    """
    found = _WRITTEN.fullmatch(trimmed(text))
    if found is None or int(found[1]) < 1970:
        raise NotAMonth(excerpt(text))
    return (int(found[1]) - 1970) * 12 + int(found[2]) - 1


def month_of(timestamp: int) -> int:
    """Months since January 1970 in Korea, as the contract counts them."""
    moment = datetime.fromtimestamp(timestamp, UTC).astimezone(KOREA)
    return (moment.year - 1970) * 12 + moment.month - 1


def begin_of(month: int) -> int:
    """Unix seconds at which a month begins in Korea."""
    return int(datetime(1970 + month // 12, month % 12 + 1, 1, tzinfo=KOREA).timestamp())


def label_of(month: int) -> str:
    """A month for names: 2026_11."""
    return f"{1970 + month // 12}_{month % 12 + 1:02}"


def month_text(month: int) -> str:
    """A month as people write it: 2026-11."""
    return f"{1970 + month // 12}-{month % 12 + 1:02}"
