"""The one place where what a person wrote becomes an address."""

import re
from dataclasses import dataclass
from functools import lru_cache

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from dongne.errors import InputError
from dongne.language import _
from dongne.texts import excerpt, trimmed

_ADDRESS = re.compile("0x([0-9a-fA-F]{40})")
_KEY = re.compile("(0x)?[0-9a-fA-F]{64}")


@dataclass(eq=False)
class NotAnAddress(InputError):
    """A text that is not an address."""

    template = _("“{text}” is not an address. An address is 0x and 40 hexadecimal digits.")
    text: str


@dataclass(eq=False)
class WrongChecksum(NotAnAddress):
    """Mixed case that is not the address's checksum (EIP-55): most likely a typing error."""

    template = _("{text} fails its checksum, so a digit is wrong, or a letter's case. Copy the address again.")


@dataclass(eq=False)
class KeyForAnAddress(NotAnAddress):
    """32 bytes where an address should be: they may be a private key, and are not shown."""

    template = _(
        "32 bytes are not an address, which has 20. If they are a private key, keep it in a keystore, and give the "
        "address of it."
    )
    text: str = ""


def address_of(text: str) -> ChecksumAddress:
    """A checksummed address; digits in one case are taken as they are, mixed case must have a right checksum (EIP-55).

    Invisible characters around it, as spreadsheets and word processors paste them, do not matter.

    Raises:
        NotAnAddress: not an address, or one that fails its checksum.
    """
    found = _ADDRESS.fullmatch(trimmed(text))
    if found is None:
        if _KEY.fullmatch(trimmed(text)):
            raise KeyForAnAddress
        raise NotAnAddress(excerpt(text))
    address, digits = _checksummed(found[0].lower()), found[1]
    if digits not in (digits.lower(), digits.upper()) and address != found[0]:
        raise WrongChecksum(found[0])
    return address


@lru_cache(65_536)
def _checksummed(address: str) -> ChecksumAddress:
    """Shops and payers come again and again, and a checksum takes longer than checking a signature."""
    return to_checksum_address(address)
