"""What the currency's commands share: amounts, accounts and columns on the command line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from dongne.currency import LocalCurrency
from dongne.language import _
from dongne.units import from_base_units

Who = Annotated[str, typer.Argument(metavar="ADDRESS", help=_("Address of the account"))]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help=_("In the currency, e.g. 12500 or 12,500"))]
Columns = Annotated[
    Path | None,
    typer.Option("--columns", help=_("TOML or CSV file that names the column for headings that are not known")),
]


@dataclass(frozen=True, slots=True)
class Money:
    """How amounts of the currency are written.

    Attributes:
        decimals: of the currency.
        symbol: behind the amount.
    """

    decimals: int
    symbol: str

    @classmethod
    def of(cls, currency: LocalCurrency) -> "Money":
        """As the contract states it."""
        return cls(currency.decimals(), currency.symbol())

    def __call__(self, base: int) -> str:
        """Base units for people."""
        return f"{from_base_units(base, self.decimals):,} {self.symbol}"

    def plain(self, base: int) -> str:
        """Base units for programs: the amount in the currency, exact."""
        return str(from_base_units(base, self.decimals))
