"""The one place where people's quantities become the chain's integers and back. Never float."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from dongne.errors import InputError
from dongne.language import _
from dongne.numbers import WHOLE
from dongne.texts import excerpt, trimmed

KILOMETRES_PER_MILE = Decimal("1.609344")
"""International mile of 1959, exact."""

_AMOUNT = re.compile(rf"(?P<units>{WHOLE})(?:\.(?P<parts>[0-9]+))?")
_NEGATIVE = re.compile(r"-[0-9,.]+")
_LONGEST_AMOUNT = 200
"""Characters of an amount: more than any that the chain can hold."""


@dataclass(eq=False)
class NotAnAmount(InputError):
    """A text that is not an amount."""

    template = _("“{amount}” is not an amount. Write digits, e.g. 12500 or 12,500.")
    amount: str


@dataclass(eq=False)
class NegativeAmount(InputError):
    """Less than nothing."""

    template = _("{amount} is below zero. An amount of money is zero or more.")
    amount: str


@dataclass(eq=False)
class FloatAmount(InputError):
    """A binary floating-point number, which is hardly ever the amount that was meant."""

    template = _("The float {amount!r} is not exact. Give an int, a Decimal, or text such as '12.50'.")
    amount: float


@dataclass(eq=False)
class AmountTooFine(InputError):
    """Decimal places that the currency does not have."""

    template = _("{amount} has more than the {decimals} decimal places of the currency. Round it first.")
    amount: str
    decimals: int


def to_base_units(amount: str | int | Decimal, decimals: int) -> int:
    """Base units of the currency from an amount such as "12,500" or Decimal("3.5").

    Raises:
        InputError: not a number, a float, negative, or finer than the currency's `decimals`.
    """
    text = _written_out(amount)
    found = _AMOUNT.fullmatch(text) if len(text) <= _LONGEST_AMOUNT else None
    if found is None:
        kind = NegativeAmount if _NEGATIVE.fullmatch(text) else NotAnAmount
        raise kind(excerpt(text))
    parts = (found["parts"] or "").rstrip("0")
    if len(parts) > decimals:
        raise AmountTooFine(text, decimals)
    return int(found["units"].replace(",", "") + parts.ljust(decimals, "0"))


def from_base_units(base: int, decimals: int) -> Decimal:
    """The amount that people read, exact at any size."""
    sign, digits, _exponent = Decimal(base).as_tuple()
    return Decimal((sign, digits, -decimals))


def miles_to_kilometres(miles: int) -> int:
    """Whole kilometres, half to even."""
    return int((miles * KILOMETRES_PER_MILE).quantize(Decimal(1), ROUND_HALF_EVEN))


def _written_out(amount: str | int | Decimal) -> str:
    """The amount in digits, without an exponent."""
    if isinstance(amount, float):
        raise FloatAmount(amount)
    if isinstance(amount, str):
        return trimmed(amount)
    if isinstance(amount, Decimal) and abs(amount.adjusted()) < _LONGEST_AMOUNT:
        return f"{amount:f}"
    return str(amount)
