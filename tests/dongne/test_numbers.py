"""Whole numbers: what has one meaning is taken, whatever else it is written like is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dongne.numbers import NotAWholeNumber, NumberOutOfRange, whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("12500", 12500),
        ("12,500", 12500),
        ("1,234,567", 1234567),
        ("007", 7),
        (" 12 ", 12),
        ("\u200b12\xa0", 12),
        ("999", 999),
    ],
)
def test_digits_are_taken_with_or_without_commas_between_thousands(text, number):
    assert whole_number(text, 0, 10**9) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-0",
        "-1",
        "+5",
        "1e3",
        "1_000",
        "1 000",
        "1\xa0000",
        "0x10",
        "12.0",
        "1.000",
        "½",
        "²",
        "Ⅳ",
        "三",
        "1,2,3",
        "1,23",
        ",123",
        "123,",
        "1,,234",
        "12,34,567",
        "0,123",
        "1234,567",
        "1，234",
        "１２３",
        "١٢",
        "१२",
        "१,२३४",
    ],
)
def test_whatever_could_be_meant_otherwise_is_refused(text):
    with pytest.raises(NotAWholeNumber, match=r"Write digits, e.g. 12500 or 12,500"):
        whole_number(text, 0, 10**9)


@pytest.mark.parametrize("text", ["0", "11", "1" + "0" * 5_000, "9" * 100_000])
def test_numbers_outside_of_the_range_are_refused(text):
    with pytest.raises(NumberOutOfRange, match=r"1 to 10 is possible"):
        whole_number(text, 1, 10)


@given(st.integers(0, 10**30), st.booleans())
@settings(deadline=None)
def test_numbers_read_back(number, grouped):
    assert whole_number(f"{number:,}" if grouped else str(number), 0, 10**30) == number
