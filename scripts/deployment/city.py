"""What distinguishes one city's deployment from another's: names, limits and who holds which role."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_typing import ChecksumAddress
from web3 import Web3

from dongne.currency import DEFAULT_TABLE, RESIDENTS_MAY_GIVE
from dongne.errors import SettingError
from dongne.suite import Role

LONGEST_NAME = 31
"""Bytes of a name that wallets sign for; longer ones do not fit one word."""

MOST_DECIMALS = 6
"""More would leave too few whole units: there can be at most 2^64 - 1 base units."""


@dataclass(frozen=True, slots=True)
class City:
    """Arguments of a deployment.

    Attributes:
        officers: holder of each role; one account may hold several, the deployer none.
        administrator_delay: seconds between an administrator's announcing and doing something.
        currency_name: shown by wallets and part of what residents sign.
        currency_symbol: shown by wallets.
        currency_decimals: 0 for won.
        residents_may_give: whether a resident may pay another resident.
        registry_name: name of the vehicle titles.
        registry_symbol: symbol of the vehicle titles.
        plausible_km_per_day: odometer readings that rose faster are flagged as implausible.
    """

    officers: dict[Role, ChecksumAddress]
    administrator_delay: int = 0
    currency_name: str = "Dongne Won"
    currency_symbol: str = "DNW"
    currency_decimals: int = 0
    residents_may_give: bool = True
    registry_name: str = "Dongne Vehicle Title"
    registry_symbol: str = "DVT"
    plausible_km_per_day: int = 1000

    @property
    def transfer_table(self) -> int:
        """Who may pay whom, as `LocalCurrency` takes it."""
        return DEFAULT_TABLE | RESIDENTS_MAY_GIVE if self.residents_may_give else DEFAULT_TABLE

    @classmethod
    def from_file(cls, file: Path) -> "City":
        """Read a city's TOML file (docs/operations.md).

        Raises:
            SettingError: the file is missing, or lacks or misspells a setting.
        """
        try:
            raw = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise SettingError(f"The city's file {file} cannot be read: {error}") from error
        officers = _officers(raw.pop("officers", {}), file)
        try:
            city = cls(officers=officers, **raw)
        except TypeError as error:
            raise SettingError(f"{file}: {error}. docs/operations.md lists the settings.") from error
        _check_limits(city, file)
        return city


def _check_limits(city: City, file: Path) -> None:
    """What the constructors would refuse, said before anything is sent."""
    if not 0 < len(city.currency_name.encode()) <= LONGEST_NAME:
        raise SettingError(f"{file}: currency_name must have 1 to {LONGEST_NAME} bytes in UTF-8; a Korean letter has 3")
    if not 0 <= city.currency_decimals <= MOST_DECIMALS:
        raise SettingError(f"{file}: currency_decimals must be 0 (won) to {MOST_DECIMALS}; balances have 64 bits")
    if not 0 < city.plausible_km_per_day < 2**24:
        raise SettingError(f"{file}: plausible_km_per_day must be 1 to {2**24 - 1:,}")


def _officers(raw: dict[str, Any], file: Path) -> dict[Role, ChecksumAddress]:
    unknown = set(raw) - {role.name.lower() for role in Role}
    if unknown:
        raise SettingError(
            f"{file}: no such role: {', '.join(sorted(unknown))}. "
            f"Roles: {', '.join(role.name.lower() for role in Role)}"
        )
    missing = [role.name.lower() for role in Role if role.name.lower() not in raw]
    if missing:
        raise SettingError(f"{file}: [officers] names no holder of {', '.join(missing)}")
    return {role: _address(raw[role.name.lower()], role, file) for role in Role}


def _address(text: object, role: Role, file: Path) -> ChecksumAddress:
    if not isinstance(text, str) or not Web3.is_address(text):
        raise SettingError(
            f"{file}: {role.name.lower()} is {text!r}, which is no address (0x and 40 hexadecimal digits)"
        )
    return Web3.to_checksum_address(text)
