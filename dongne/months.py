"""Calendar months as the currency counts them: those of Korea, which has no summer time."""

from datetime import UTC, datetime, timedelta, timezone

KOREA = timezone(timedelta(hours=9))


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
