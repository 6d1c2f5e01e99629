"""Dates as people write them: one meaning, in the city's time zone unless they name another."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dongne.moments import AmbiguousDate, DateBefore1970, DateInFuture, NotADate, moment, past_moment

SEOUL = ZoneInfo("Asia/Seoul")
NOW = int(datetime(2026, 12, 1, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-04",
        "2024/3/4",
        "2024.03.04",
        "2024. 3. 4.",
        "20240304",
        "2024년 3월 4일",
        "2024년3월4일",
        "2024-03-04(월)",
        "2024년 3월 4일 월요일",
        "4 March 2024",
        "4 Mar 2024",
        "Mar 4, 2024",
        "March 4th, 2024",
        "Mon, 4 Mar 2024",
        "4-Mar-2024",
        " 2024-03-04\u200b",
        "\ufeff2024-03-04",
        "2024-03-04 00:00",
    ],
)
def test_a_date_is_the_start_of_the_city_s_day(text):
    assert moment(text, SEOUL) == datetime(2024, 3, 4, tzinfo=SEOUL)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-04 15:30",
        "2024-03-04T15:30:00",
        "2024-03-04 15:30:00.123",
        "2024. 3. 4. 오후 3:30",
        "2024-03-04 3:30 PM",
        "2024년 3월 4일 15시 30분",
        "2024년 3월 4일 오후 3시 30분 0초",
        "2024-03-04T06:30:00Z",
        "2024-03-04T15:30+09:00",
        "2024-03-04 15:30 KST",
        "2024-03-04 06:30 UTC",
        "Mon Mar 04 2024 15:30:00 GMT+0900 (한국 표준시)",
        "Sun Mar 03 2024 22:30:00 GMT-0800 (PST)",
        "Mon, 04 Mar 2024 06:30:00 +0000",
        "2024-03-04t15:30:00+0900",
    ],
)
def test_a_time_is_the_city_s_unless_it_names_a_zone(text):
    assert moment(text, SEOUL) == datetime(2024, 3, 4, 15, 30, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("text", "hour"),
    [("오전 12:00", 0), ("오후 12:00", 12), ("12:00 am", 0), ("12:00 pm", 12), ("오전 9시", 9), ("11:00PM", 23)],
)
def test_noon_and_midnight_are_told_apart(text, hour):
    assert moment(f"2024-03-04 {text}", SEOUL).hour == hour


@pytest.mark.parametrize("text", ["17/12/2014", "12/17/2014", "17.12.2014", "12-17-2014"])
def test_the_day_may_stand_before_or_behind_the_month_where_only_one_is_possible(text):
    assert moment(text, SEOUL) == datetime(2014, 12, 17, tzinfo=SEOUL)


@pytest.mark.parametrize("text", ["03/04/2024", "3.4.2024", "04-03-2024 12:00"])
def test_a_date_with_two_meanings_is_refused_with_both(text):
    with pytest.raises(AmbiguousDate, match=r"could be 2024-0[34]-0[34] or 2024-0[34]-0[34].*year first"):
        moment(text, SEOUL)


def test_equal_day_and_month_have_one_meaning():
    assert moment("04/04/2024", SEOUL) == datetime(2024, 4, 4, tzinfo=SEOUL)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "12500",
        "1,2,3",
        "2024",
        "March 2024",
        "24-03-04",
        "2024-13-01",
        "2024-02-30",
        "2023-02-29",
        "2024-03-04 25:00",
        "2024-03-04 24:00",
        "2024-03-04 12:60",
        "2024-03-04 13:00 pm",
        "2024-03-04 오전 0:30",
        "2024-03-04 12:00 +99:00",
        "2024-03-04 12:00 PST",
        "２０２４-03-04",
        "2024-3/4",
        "Marz 4 2024",
        "0000-01-01",
        "30/30/2024",
        "2024-03-04\n2024-03-05",
        "45355",
        "1709510400",
    ],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(NotADate, match="Write it like 2026-12-01"):
        moment(text, SEOUL)


def test_a_past_moment_is_in_unix_seconds():
    assert past_moment("Wed Dec 17 2014 12:30:00 GMT-0800 (PST)", NOW, SEOUL) == 1_418_848_200
    assert past_moment("2026-12-01 09:00", NOW, SEOUL) == NOW


def test_a_future_moment_is_refused():
    with pytest.raises(DateInFuture):
        past_moment("2026-12-01 09:00:01", NOW, SEOUL)


def test_moments_before_1970_are_refused():
    assert past_moment("1970-01-01 09:00", NOW, SEOUL) == 0
    with pytest.raises(DateBefore1970):
        past_moment("1970-01-01", NOW, SEOUL)


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), st.integers(-23, 23))
@settings(deadline=None)
def test_iso_dates_read_back(when, hours):
    when = when.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))

    assert moment(when.isoformat(), SEOUL) == when


@given(st.text(max_size=30))
@settings(deadline=None)
def test_no_text_breaks_the_reader(text):
    with contextlib.suppress(NotADate, AmbiguousDate):
        moment(text, SEOUL)
