"""A shift of which a list said only the day began at midnight, and was signed and paid as that.

A spreadsheet whose cells have a date's format exports no time. The columns had no Korean headings either.
"""

from zoneinfo import ZoneInfo

import pytest

from dongne.currency.volunteering import read_shifts
from dongne.currency.volunteering.errors import BeginWithoutTime
from dongne.errors import RejectedFile

SEOUL, WHO = ZoneInfo("Asia/Seoul"), "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


def listed(tmp_path, begins):
    file = tmp_path / "shifts.csv"
    file.write_text(f"주소,시작 일시,봉사 시간\n{WHO},{begins},3\n", encoding="cp949")
    return read_shifts(file, SEOUL)[1]


@pytest.mark.parametrize("day", ["2026-11-01", "2026. 11. 1.", "2026년 11월 1일", "20261101", "2026-11-01 (일)"])
def test_a_day_alone_is_no_begin(tmp_path, day):
    with pytest.raises(RejectedFile) as refused:
        listed(tmp_path, day)

    assert [type(problem.reason) for problem in refused.value.problems] == [BeginWithoutTime]


@pytest.mark.parametrize("begin", ["2026-11-01 0:00", "2026. 11. 1. 오전 12:00", "2026-11-01T00:00:00+09:00"])
def test_midnight_is_a_begin_where_it_is_written(tmp_path, begin):
    (shift,) = listed(tmp_path, begin)

    assert shift.begins == 1_793_458_800
