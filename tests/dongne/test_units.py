"""Amounts and distances: exact, and clear about what is not one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dongne.errors import InputError
from dongne.units import from_base_units, miles_to_kilometres, to_base_units


@pytest.mark.parametrize(
    ("amount", "decimals", "base"),
    [
        ("12,500", 0, 12_500),
        (" 12500 ", 0, 12_500),
        (12_500, 0, 12_500),
        (Decimal("3.5"), 2, 350),
        ("0", 18, 0),
        ("0.000000000000000001", 18, 1),
        ("1e3", 0, 1_000),
        ("12500.00", 0, 12_500),
        ("18446744073709551615", 0, 2**64 - 1),
    ],
)
def test_amounts_as_people_write_them_become_base_units(amount, decimals, base):
    assert to_base_units(amount, decimals) == base


@pytest.mark.parametrize("amount", ["", "won", "12.5.0", "１２x", "--1"])
def test_what_is_no_number_is_refused(amount):
    with pytest.raises(InputError, match="is not an amount; write digits"):
        to_base_units(amount, 0)


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "-Infinity"])
def test_what_is_no_money_is_refused(amount):
    with pytest.raises(InputError, match="it must be zero or more"):
        to_base_units(amount, 0)


@pytest.mark.parametrize(("amount", "decimals"), [("0.5", 0), ("1.005", 2)])
def test_nothing_finer_than_the_smallest_unit_is_rounded_away(amount, decimals):
    with pytest.raises(InputError, match=f"more than {decimals} decimal places"):
        to_base_units(amount, decimals)


@given(st.integers(0, 2**64 - 1), st.integers(0, 18))
def test_base_units_read_back_exactly(base, decimals):
    assert to_base_units(from_base_units(base, decimals), decimals) == base


@pytest.mark.parametrize(("miles", "kilometres"), [(0, 0), (1, 2), (3, 5), (100_000, 160_934), (62_137, 100_000)])
def test_miles_become_whole_kilometres(miles, kilometres):
    assert miles_to_kilometres(miles) == kilometres


@given(st.integers(0, 10**9))
def test_the_nearest_kilometre_is_taken(miles):
    # A mile is 1,609,344 mm; no whole number of miles lies half-way between two kilometres.
    assert abs(miles_to_kilometres(miles) * 1_000_000 - miles * 1_609_344) < 500_000
