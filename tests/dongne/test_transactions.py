"""The bytes of a transaction are those of eth-account, and no key shows in what is printed."""

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from dongne.fees import Fees
from dongne.transactions import KeySigner, Transaction, hash_of, signer_of

KEY = Account.from_key(b"\x07" * 32)

numbers = st.integers(0, 2**64 - 1)
transactions = st.builds(
    Transaction,
    chain_id=st.integers(1, 2**53),
    nonce=numbers,
    fees=st.tuples(numbers, numbers).map(lambda pair: Fees(max(pair), min(pair))),
    gas=st.integers(21_000, 2**40),
    to=st.one_of(st.just(b""), st.binary(min_size=20, max_size=20)),
    data=st.binary(max_size=300),
)


def as_eth_account_takes_it(transaction):
    fields = transaction.as_json()
    fields["data"] = fields.pop("input")
    return {**fields, "to": to_checksum_address(transaction.to)} if transaction.to else fields


@given(transactions)
def test_any_transaction_is_signed_as_eth_account_signs_it(transaction):
    signed = KEY.sign_transaction(as_eth_account_takes_it(transaction))

    raw = KeySigner(KEY).sign(transaction)

    assert raw == bytes(signed.raw_transaction)
    assert hash_of(raw) == signed.hash.to_0x_hex()


@given(transactions)
def test_a_raw_transaction_says_what_was_signed(transaction):
    assert Transaction.of(KeySigner(KEY).sign(transaction)) == transaction


@pytest.mark.parametrize(
    "raw", [b"", b"\x02", b"\x02\xc0", b"\x01\xc0", b"\x02\xc8\x01\x02\x03", b"\xf8\x6b", b"\x02\x80"]
)
def test_bytes_that_are_no_transaction_are_refused(raw):
    with pytest.raises(ValueError, match=r"."):
        Transaction.of(raw)


def test_a_key_does_not_show_where_its_signer_is_printed():
    signer = signer_of(KEY)

    assert signer_of(signer) is signer
    assert KEY.address in repr(signer)
    for printed in (repr(signer), str(signer), f"{[signer]}"):
        assert KEY.key.hex()[2:] not in printed
