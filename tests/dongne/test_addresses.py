"""Addresses as people paste them."""

import pytest

from dongne.addresses import NotAnAddress, WrongChecksum, address_of

ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


@pytest.mark.parametrize(
    "text",
    [
        ADDRESS,
        ADDRESS.lower(),
        "0x" + ADDRESS[2:].upper(),
        f" {ADDRESS}\n",
        f"\ufeff{ADDRESS}\u200b",
        f"\xa0{ADDRESS}\u2060",
    ],
)
def test_an_address_is_taken_with_whatever_was_pasted_around_it(text):
    assert address_of(text) == ADDRESS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0x",
        ADDRESS[2:],
        ADDRESS[:-1],
        ADDRESS + "0",
        "0X" + ADDRESS[2:],
        ADDRESS.replace("5", "g"),
        "동네",
        ADDRESS.replace("5", "５"),
        ADDRESS[:10] + "\u200b" + ADDRESS[10:],
        f"{ADDRESS},{ADDRESS}",
    ],
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(NotAnAddress, match="0x and 40 hexadecimal digits"):
        address_of(text)


def test_mixed_case_must_be_the_checksum():
    with pytest.raises(WrongChecksum, match="fails its checksum"):
        address_of(ADDRESS.replace("aA", "Aa"))
