"""Calendar months as the currency counts them: since January 1970, in Korea, which has no summer time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from dongne.errors import InputError
from dongne.language import _
from dongne.texts import excerpt, trimmed

KOREA = timezone(timedelta(hours=9))
"""The months are those of this zone."""

_MONTH = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1970, 7_000


@dataclass(eq=False)
class NotAMonth(InputError):
    """A text that is not a calendar month."""

    template = _("“{text}” is not a month. Write year and month, e.g. 2026-11.")
    text: str


def month_of(timestamp: int) -> int:
    """The month of a Unix second."""
    moment = datetime.fromtimestamp(timestamp, UTC).astimezone(KOREA)
    return (moment.year - _FIRST_YEAR) * 12 + moment.month - 1


def begin_of(month: int) -> int:
    """First Unix second of a month."""
    return int(datetime(_FIRST_YEAR + month // 12, month % 12 + 1, 1, tzinfo=KOREA).timestamp())


def month_named(text: str) -> int:
    """The month that a text such as "2026-11" means.

    Raises:
        NotAMonth: it means none.
    """
    found = _MONTH.fullmatch(trimmed(text))
    if found is None or not _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR or not 1 <= int(found[2]) <= 12:
        raise NotAMonth(excerpt(text))
    return (int(found[1]) - _FIRST_YEAR) * 12 + int(found[2]) - 1
