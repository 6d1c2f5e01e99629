"""The one place where people's quantities become the chain's integers and back. Never float."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from dongne.errors import InputError
from dongne.explanations.sentence import Sentence

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
        raise InputError(
            Sentence(
                f"{amount!r} is not an amount; write digits, e.g. 12500",
                f"{amount!r}은(는) 금액이 아닙니다. 숫자로 쓰세요(예: 12500)",
            )
        ) from None
    if not value.is_finite() or value < 0:
        raise InputError(
            Sentence(
                f"{amount!r} is not an amount of money; it must be zero or more",
                f"{amount!r}은(는) 금액이 될 수 없습니다. 0 이상을 지정하세요",
            )
        )
    base = value.scaleb(decimals)
    if base != base.to_integral_value():
        raise InputError(
            Sentence(
                f"{amount!r} has more than {decimals} decimal places, finer than the currency's smallest unit",
                f"{amount!r}은(는) 소수점 아래가 {decimals}자리를 넘어 화폐의 최소 단위보다 작습니다",
            )
        )
    return int(base)


def from_base_units(base: int, decimals: int) -> Decimal:
    """The amount that people read, exact."""
    return Decimal(base).scaleb(-decimals)


def miles_to_kilometres(miles: int) -> int:
    """Whole kilometres, half to even."""
    return int((miles * KILOMETRES_PER_MILE).quantize(Decimal(1), ROUND_HALF_EVEN))
