"""Packed batches of the currency, byte by byte and back."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web3 import Web3

from dongne.currency import (
    DEFAULT_TABLE,
    RESIDENTS_MAY_GIVE,
    Issue,
    Kind,
    Payment,
    SignedPayment,
    pack_accounts,
    pack_issues,
    pack_payments,
    table_pairs,
    transfer_table,
    unpack_payments,
)
from dongne.errors import InputError

ONE, TWO = "0x" + "11" * 20, "0x" + "22" * 20
SIGNED = SignedPayment(Payment(ONE, TWO, 0x010203040506, 9, 0x0A0B0C0D0E, b"\x33" * 32), b"\x44" * 64)
MOST = 2**48 - 1

addresses = st.binary(min_size=20, max_size=20).map(Web3.to_checksum_address)
payments = st.builds(
    SignedPayment,
    st.builds(
        Payment,
        payer=addresses,
        payee=addresses,
        amount=st.integers(0, MOST),
        nonce=st.integers(0, 2**32 - 1),
        deadline=st.integers(0, 2**40 - 1),
        order=st.binary(min_size=32, max_size=32),
    ),
    st.binary(max_size=200),
)


def test_a_payment_is_packed_as_it_is_drawn():
    drawn = "11" * 20 + "22" * 20 + "010203040506" + "0a0b0c0d0e" + "33" * 32 + "0040" + "44" * 64

    assert pack_payments([SIGNED]).hex() == drawn


def test_an_issue_is_20_bytes_of_address_and_6_of_amount():
    packed = pack_issues([Issue(ONE, 0), Issue(TWO, MOST)])

    assert packed.hex() == "11" * 20 + "00" * 6 + "22" * 20 + "ff" * 6


def test_accounts_are_20_bytes_each():
    assert pack_accounts([ONE, TWO]).hex() == "11" * 20 + "22" * 20
    assert pack_accounts([]) == b""


@given(st.lists(payments, max_size=5))
@settings(deadline=None, max_examples=60)
def test_what_was_packed_is_what_is_unpacked(batch):
    nonces = [signed.payment.nonce for signed in batch]

    assert unpack_payments(pack_payments(batch), nonces) == batch


@given(st.lists(payments, min_size=1, max_size=3), st.data())
@settings(deadline=None, max_examples=60)
def test_a_batch_cut_off_anywhere_between_items_or_within_one_is_refused(batch, data):
    packed = pack_payments(batch)
    cut = data.draw(st.integers(0, len(packed) - 1))

    with pytest.raises(InputError):
        unpack_payments(packed[:cut], [signed.payment.nonce for signed in batch])


@pytest.mark.parametrize("nonces", [[], [9, 10]])
def test_a_batch_needs_one_nonce_for_each_payment(nonces):
    with pytest.raises(InputError, match=f"{len(nonces)} "):
        unpack_payments(pack_payments([SIGNED]), nonces)


@pytest.mark.parametrize("amount", [-1, MOST + 1])
def test_an_amount_that_does_not_fit_is_refused(amount):
    with pytest.raises(InputError, match=f"Amount {amount} does not fit a batch: 0 to {MOST}"):
        pack_issues([Issue(ONE, amount)])
    with pytest.raises(InputError, match=f"Amount {amount} does not fit a batch"):
        pack_payments([replace(SIGNED, payment=replace(SIGNED.payment, amount=amount))])


@pytest.mark.parametrize("deadline", [-1, 2**40])
def test_a_deadline_that_does_not_fit_is_refused(deadline):
    with pytest.raises(InputError, match=f"Deadline {deadline} is not a Unix time in seconds"):
        pack_payments([replace(SIGNED, payment=replace(SIGNED.payment, deadline=deadline))])


def test_a_reference_or_signature_that_does_not_fit_is_refused():
    with pytest.raises(InputError, match="got 31 and 64"):
        pack_payments([replace(SIGNED, payment=replace(SIGNED.payment, order=b"x" * 31))])
    with pytest.raises(InputError, match="got 32 and 65536"):
        pack_payments([replace(SIGNED, signature=bytes(65_536))])


def test_the_longest_signature_fits():
    longest = replace(SIGNED, signature=b"\x01" * 65_535)

    assert unpack_payments(pack_payments([longest]), [9]) == [longest]


def test_a_table_has_a_bit_for_each_pair_and_reads_back():
    pairs = [(Kind.RESIDENT, Kind.MERCHANT), (Kind.MERCHANT, Kind.RESIDENT)]

    assert transfer_table(pairs) == 1 << 10 | 1 << 17
    assert table_pairs(transfer_table([*pairs, pairs[0]])) == pairs
    assert table_pairs(0) == []


def test_the_default_table_serves_shops_and_lets_nobody_outside_in():
    pairs = table_pairs(DEFAULT_TABLE)

    assert (Kind.RESIDENT, Kind.MERCHANT) in pairs
    assert (Kind.MERCHANT, Kind.RESIDENT) in pairs
    assert (Kind.MERCHANT, Kind.MERCHANT) not in pairs
    assert not [pair for pair in pairs if Kind.NONE in pair or Kind.FROZEN in pair]
    assert table_pairs(DEFAULT_TABLE | RESIDENTS_MAY_GIVE) == [(Kind.RESIDENT, Kind.RESIDENT), *pairs]
