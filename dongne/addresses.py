"""The one place where what a person wrote becomes an address."""

from dataclasses import dataclass

from eth_typing import ChecksumAddress
from web3 import Web3

from dongne.errors import InputError
from dongne.language import _


@dataclass(eq=False)
class NotAnAddress(InputError):
    """A text is not an address."""

    template = _(
        "{text!r} is not an address: 0x and 40 hexadecimal digits, with a right checksum if in mixed case (EIP-55)"
    )
    text: str


def address_of(text: str) -> ChecksumAddress:
    """A checksummed address; digits in one case are taken as they are, mixed case must have a right checksum (EIP-55).

    Raises:
        InputError: not an address.
    """
    digits = text[2:]
    sound = digits in (digits.lower(), digits.upper()) or Web3.is_checksum_address(text)
    if not (text.startswith("0x") and Web3.is_address(text) and sound):
        raise NotAnAddress(text)
    return Web3.to_checksum_address(text)
