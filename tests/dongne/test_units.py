"""Amounts and distances: exact, and clear about what is not one."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dongne.units import (
    AmountTooFine,
    FloatAmount,
    NegativeAmount,
    NotAnAmount,
    from_base_units,
    miles_to_kilometres,
    to_base_units,
)


@pytest.mark.parametrize(
    ("amount", "decimals", "base"),
    [
        ("12,500", 0, 12_500),
        ("1,234,567.80", 2, 123_456_780),
        (" 12500\u200b", 0, 12_500),
        (12_500, 0, 12_500),
        (Decimal("3.5"), 2, 350),
        (Decimal("1E+3"), 0, 1_000),
        ("0", 18, 0),
        ("0.000000000000000001", 18, 1),
        ("12500.00", 0, 12_500),
        ("007", 0, 7),
        ("18446744073709551615", 0, 2**64 - 1),
        ("12345678901234567890.123456789012345678", 18, 12_345_678_901_234_567_890_123_456_789_012_345_678),
    ],
)
def test_amounts_as_people_write_them_become_base_units(amount, decimals, base):
    assert to_base_units(amount, decimals) == base


@pytest.mark.parametrize(
    "amount",
    [
        "",
        "won",
        "12.5.0",
        "１２",
        "１２x",
        "--1",
        "1,2,3",
        "1e3",
        "1_000",
        "1 000",
        "+5",
        "5.",
        ".5",
        "12,50",
        "0,123",
        "NaN",
        "Infinity",
        "-Infinity",
        "١٢",
        "9" * 1000,
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1E+999999"),
        True,
        "1.234,5",
    ],
)
def test_what_is_no_number_is_refused(amount):
    with pytest.raises(NotAnAmount, match=r"is not an amount. Write digits, e.g. 12500 or 12,500"):
        to_base_units(amount, 0)


@pytest.mark.parametrize("amount", ["-1", "-0.5", "-1,000", -1, Decimal("-3")])
def test_what_is_no_money_is_refused(amount):
    with pytest.raises(NegativeAmount, match="zero or more"):
        to_base_units(amount, 0)


@pytest.mark.parametrize("amount", [0.1, 12_500.0, float("nan")])
def test_a_float_is_refused(amount):
    with pytest.raises(FloatAmount, match=r"is not exact. Give an int, a Decimal, or text"):
        to_base_units(amount, 2)


@pytest.mark.parametrize(("amount", "decimals"), [("0.5", 0), ("1.005", 2), (Decimal("1E-19"), 18)])
def test_nothing_finer_than_the_smallest_unit_is_rounded_away(amount, decimals):
    with pytest.raises(AmountTooFine, match=f"more than the {decimals} decimal places"):
        to_base_units(amount, decimals)


@given(st.integers(0, 2**256 - 1), st.integers(0, 18))
@settings(deadline=None)
def test_base_units_read_back_exactly(base, decimals):
    assert to_base_units(from_base_units(base, decimals), decimals) == base


@pytest.mark.parametrize(("miles", "kilometres"), [(0, 0), (1, 2), (3, 5), (100_000, 160_934), (62_137, 100_000)])
def test_miles_become_whole_kilometres(miles, kilometres):
    assert miles_to_kilometres(miles) == kilometres


@given(st.integers(0, 10**9))
@settings(deadline=None)
def test_the_nearest_kilometre_is_taken(miles):
    # A mile is 1,609,344 mm; no whole number of miles lies half-way between two kilometres.
    assert abs(miles_to_kilometres(miles) * 1_000_000 - miles * 1_609_344) < 500_000
