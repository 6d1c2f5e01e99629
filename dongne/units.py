"""The one place where people's quantities become the chain's integers and back. Never float."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from dongne.errors import InputError
from dongne.language import _


@dataclass(eq=False)
class NotAnAmount(InputError):
    """A text is not an amount."""

    template = _("{text!r} is not an amount")
    text: str


KILOMETRES_PER_MILE = Decimal("1.609344")
"""International mile of 1959, exact."""


def to_base_units(amount: str | int | Decimal, decimals: int) -> int:
    """Base units of the currency from an amount such as "12,500" or Decimal("3.5").

    Raises:
        InputError: not a number, negative, or finer than the currency's `decimals`.
    """
    try:
        value = Decimal(str(amount).replace(",", "").strip())
    except InvalidOperation:
        raise NotAnAmount(str(amount)) from None
    if not value.is_finite() or value < 0:
        raise NotAnAmount(str(amount))
    base = value.scaleb(decimals)
    if base != base.to_integral_value():
        raise NotAnAmount(str(amount))
    return int(base)


def from_base_units(base: int, decimals: int) -> Decimal:
    """The amount that people read, exact."""
    return Decimal(base).scaleb(-decimals)


def miles_to_kilometres(miles: int) -> int:
    """Whole kilometres, half to even."""
    return int((miles * KILOMETRES_PER_MILE).quantize(Decimal(1), ROUND_HALF_EVEN))
