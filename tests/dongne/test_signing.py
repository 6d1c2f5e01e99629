"""Compact signatures and their long form."""

import pytest
from eth_account import Account
from eth_utils.crypto import keccak

from dongne.signing import COMPACT_SIGNATURE_BYTES, Domain, expand, sign

KEY = Account.from_key(b"\x07" * 32)
HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


@pytest.mark.parametrize("number", range(16))
def test_a_compact_signature_is_the_keys_own_signature_in_64_bytes(number):
    digest = keccak(bytes([number]))

    compact = sign(digest, KEY)

    assert len(compact) == COMPACT_SIGNATURE_BYTES
    assert expand(compact) == bytes(KEY.unsafe_sign_hash(digest).signature)
    assert Account._recover_hash(digest, signature=expand(compact)) == KEY.address


def test_both_parities_occur_and_stand_in_the_top_bit():
    parities = {sign(keccak(bytes([number])), KEY)[32] >> 7 for number in range(16)}

    assert parities == {0, 1}


@pytest.mark.parametrize("number", range(16))
def test_s_is_always_the_lower_one(number):
    s = int.from_bytes(expand(sign(keccak(bytes([number])), KEY))[32:64], "big")

    assert 0 < s <= HALF_ORDER


def test_a_domain_is_shown_to_wallets_by_its_four_fields():
    domain = Domain("Dongne Won", "1", 11_155_111, "0x" + "ab" * 20)

    assert domain.as_dict() == {
        "name": "Dongne Won",
        "version": "1",
        "chainId": 11_155_111,
        "verifyingContract": "0x" + "ab" * 20,
    }
