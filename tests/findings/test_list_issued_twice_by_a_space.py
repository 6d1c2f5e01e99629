"""Found by trying: the same purpose, pasted with a space behind it or typed on macOS, issued a list a second time."""

import unicodedata

import pytest
from web3 import Web3

from dongne.currency.errors import PurposeMissing
from dongne.currency.files import purpose_of

KOREAN = "2026-12 \ubcf5\uc9c0 \uc218\ub2f9"
"""In composed letters, as Windows types them."""


@pytest.mark.parametrize(
    "typed", ["welfare 2026-12 ", " welfare 2026-12", "welfare  2026-12", "welfare\u00a02026-12\ufeff"]
)
def test_a_purpose_with_other_spaces_is_the_same_purpose(typed):
    assert purpose_of(typed) == Web3.keccak(text="welfare 2026-12")


def test_a_korean_purpose_of_decomposed_letters_is_the_same_purpose():
    decomposed = unicodedata.normalize("NFD", KOREAN)

    assert decomposed != KOREAN
    assert purpose_of(decomposed) == purpose_of(KOREAN) == Web3.keccak(text=KOREAN)


@pytest.mark.parametrize("typed", ["", "  ", "\u200b"])
def test_a_list_is_not_issued_for_an_empty_purpose(typed):
    with pytest.raises(PurposeMissing):
        purpose_of(typed)
