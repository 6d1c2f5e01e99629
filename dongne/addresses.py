"""The one place where what a person wrote becomes an address."""

from eth_typing import ChecksumAddress
from web3 import Web3

from dongne.errors import InputError
from dongne.explanations.sentence import Sentence


def address_of(text: str) -> ChecksumAddress:
    """A checksummed address; digits in one case are taken as they are, mixed case must have a right checksum (EIP-55).

    Raises:
        InputError: not an address.
    """
    digits = text[2:]
    sound = digits in (digits.lower(), digits.upper()) or Web3.is_checksum_address(text)
    if not (text.startswith("0x") and Web3.is_address(text) and sound):
        raise InputError(
            Sentence(
                f"{text!r} is no address (0x and 40 hexadecimal digits, with a right checksum if in mixed case)",
                f"{text!r}은(는) 주소가 아닙니다(0x와 16진수 40자리, 대소문자가 섞이면 체크섬이 맞아야 합니다)",
            )
        )
    return Web3.to_checksum_address(text)
