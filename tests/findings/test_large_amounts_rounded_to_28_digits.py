"""Found while rewriting: amounts of more than 28 digits were rounded to Decimal's default precision, both ways."""

import pytest

from dongne.units import from_base_units, to_base_units

EXACT = "12345678901234567890.123456789012345678"


@pytest.mark.parametrize("base", [2**256 - 1, int(EXACT.replace(".", ""))])
def test_no_digit_is_lost(base):
    assert int(str(from_base_units(base, 18)).replace(".", "")) == base
    assert to_base_units(EXACT, 18) == int(EXACT.replace(".", ""))
