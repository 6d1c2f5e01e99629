"""Digests and signatures: the same bytes as eth-account's, for any message, and their compact form."""

import gc
import re
from dataclasses import dataclass

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_keys.constants import SECPK1_N
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from dongne import signing
from dongne.errors import SigningError
from dongne.signing import COMPACT_SIGNATURE_BYTES, Domain, TypedMessage, compact_of, expand, sign

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


@dataclass(frozen=True, slots=True)
class AnyMessage(TypedMessage):
    """A message whose type is given, as hypothesis draws it."""

    given: dict

    def values(self):
        return self.given


VALUES = {
    "address": st.binary(min_size=20, max_size=20).map(to_checksum_address),
    "bool": st.booleans(),
    "string": st.text(max_size=80),
    "bytes": st.binary(max_size=100),
    "bytes4": st.binary(min_size=4, max_size=4),
    "bytes32": st.binary(min_size=32, max_size=32),
    "uint8": st.integers(0, 2**8 - 1),
    "uint48": st.integers(0, 2**48 - 1),
    "uint256": st.integers(0, 2**256 - 1),
    "int16": st.integers(-(2**15), 2**15 - 1),
    "int256": st.integers(-(2**255), 2**255 - 1),
}


@st.composite
def messages(draw):
    """A class of messages with one to eight fields of any type, arrays among them, and a message of it."""
    fields, given = [], {}
    for number in range(draw(st.integers(1, 8))):
        kind, length = draw(st.sampled_from(sorted(VALUES))), draw(st.sampled_from((None, "", "2")))
        value = VALUES[kind]
        if length is not None:
            size = {"min_size": 2, "max_size": 2} if length else {"max_size": 3}
            kind, value = f"{kind}[{length}]", st.lists(value, **size)
        fields.append((f"field{number}", kind))
        given[f"field{number}"] = draw(value)
    name = draw(st.sampled_from(("Payment", "Vote", "표")))
    return type(name, (AnyMessage,), {"TYPE": name, "FIELDS": tuple(fields), "__slots__": ()})(given)


domains = st.builds(Domain, st.text(max_size=31), st.text(max_size=5), st.integers(0, 2**256 - 1), VALUES["address"])


@given(messages(), domains)
def test_any_message_has_the_digest_that_eth_account_computes(message, domain):
    signable = encode_typed_data(full_message=message.typed_data(domain))

    assert message.digest(domain) == keccak(b"\x19" + signable.version + signable.header + signable.body)


@given(st.binary(min_size=32, max_size=32), st.integers(1, SECPK1_N - 1))
def test_any_key_signs_any_digest_as_eth_account_does(digest, secret):
    key = Account.from_key(secret.to_bytes(32, "big"))

    signature = sign(digest, key)

    assert expand(signature) == bytes(key.unsafe_sign_hash(digest).signature)
    assert compact_of(signature, digest, key.address) == signature
    assert compact_of(signature, digest, KEY.address) is None


@given(st.binary(min_size=64, max_size=65), st.binary(min_size=32, max_size=32))
def test_no_bytes_at_all_pass_for_the_signature_of_a_key(signature, digest):
    assert compact_of(signature, digest, KEY.address) is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uint8", 256),
        ("uint256", -1),
        ("uint256", 2**256),
        ("uint256", "7"),
        ("int8", 128),
        ("int8", -129),
        ("bytes32", b"x" * 31),
        ("bytes32", "0x"),
        ("address", "0x1234"),
        ("address", "nobody"),
        ("address", None),
        ("bool", 2),
        ("string", b"bytes"),
        ("bytes", "text"),
        ("uint8[2]", [1]),
        ("uint8[]", 5),
    ],
)
def test_a_value_that_its_type_has_not_is_named_with_its_field(kind, value):
    fields = (("before", "uint256"), ("wrong", kind))
    message = type("Wrong", (AnyMessage,), {"TYPE": "Wrong", "FIELDS": fields, "__slots__": ()})
    domain = Domain("Dongne Won", "1", 1, KEY.address)

    with pytest.raises(SigningError, match=rf"“wrong” cannot be signed: .* is not a value of type {re.escape(kind)}"):
        message({"before": 1, "wrong": value}).digest(domain)


def test_a_key_is_held_no_longer_than_its_account():
    key = Account.create()
    sign(bytes(32), key)
    before = len(signing._keys)

    del key
    gc.collect()

    assert len(signing._keys) < before
