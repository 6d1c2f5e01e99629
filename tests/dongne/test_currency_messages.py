"""Signed messages of the currency: what wallets sign is what the package computes."""

from dataclasses import replace

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from dongne.currency import Payment, Permit
from dongne.errors import SigningError
from dongne.signing import Domain, expand

KEY = Account.from_key(b"\x01" * 32)
OTHER = Account.from_key(b"\x02" * 32)
DOMAIN = Domain("Dongne Won", "1", 31_337, "0x" + "12" * 20)
PAYMENT = Payment(KEY.address, OTHER.address, 12_500, 7, 1_900_000_000, keccak(b"order"))
PERMIT = Permit(KEY.address, OTHER.address, 2**256 - 1, 2**32 - 1, 2**256 - 1)


def padded(value):
    """A value as EIP-712 encodes it: 32 bytes, right-aligned."""
    return bytes.fromhex(value[2:]).rjust(32, b"\0") if isinstance(value, str) else value.to_bytes(32, "big")


def test_a_payments_digest_is_the_one_of_eip_712_written_out_by_hand():
    payment_type = keccak(
        b"Payment(address payer,address payee,uint256 amount,uint256 nonce,uint256 deadline,bytes32 order)"
    )
    domain_type = keccak(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
    fields = [padded(field) for field in (KEY.address, OTHER.address, 12_500, 7, 1_900_000_000)]
    message = keccak(b"".join([payment_type, *fields, keccak(b"order")]))
    here = [padded(31_337), padded(DOMAIN.verifying_contract)]
    separator = keccak(b"".join([domain_type, keccak(b"Dongne Won"), keccak(b"1"), *here]))

    assert PAYMENT.digest(DOMAIN) == keccak(b"\x19\x01" + separator + message)


def test_a_wallet_that_signs_the_typed_data_gives_the_same_signature():
    by_wallet = KEY.sign_typed_data(full_message=PAYMENT.typed_data(DOMAIN))

    signed = PAYMENT.sign(KEY, DOMAIN)

    assert signed.payment == PAYMENT
    assert len(signed.signature) == 64
    assert expand(signed.signature) == bytes(by_wallet.signature)


@pytest.mark.parametrize("message", [PAYMENT, PERMIT], ids=["payment", "permit"])
def test_a_signature_over_the_digest_is_the_signers(message):
    signable = encode_typed_data(full_message=message.typed_data(DOMAIN))
    signature = KEY.unsafe_sign_hash(message.digest(DOMAIN)).signature

    assert Account.recover_message(signable, signature=signature) == KEY.address


@pytest.mark.parametrize("field", ["payer", "payee", "amount", "nonce", "deadline", "order"])
def test_every_field_of_a_payment_is_signed(field):
    changed = {"payer": OTHER.address, "payee": KEY.address, "order": keccak(b"another")}

    other = replace(PAYMENT, **{field: changed.get(field, 1)})

    assert other.digest(DOMAIN) != PAYMENT.digest(DOMAIN)


@pytest.mark.parametrize("field", ["owner", "spender", "value", "nonce", "deadline"])
def test_every_field_of_a_permit_is_signed(field):
    changed = {"owner": OTHER.address, "spender": KEY.address}

    other = replace(PERMIT, **{field: changed.get(field, 1)})

    assert other.digest(DOMAIN) != PERMIT.digest(DOMAIN)


@pytest.mark.parametrize(
    "change",
    [{"name": "Won"}, {"version": "2"}, {"chain_id": 1}, {"verifying_contract": "0x" + "13" * 20}],
    ids=lambda change: next(iter(change)),
)
def test_a_signature_is_for_one_name_version_chain_and_contract(change):
    assert PAYMENT.digest(replace(DOMAIN, **change)) != PAYMENT.digest(DOMAIN)


def test_nobody_signs_for_another():
    with pytest.raises(SigningError, match=f"{OTHER.address} cannot sign for {KEY.address}: use the payer's key"):
        PAYMENT.sign(OTHER, DOMAIN)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_reference_of_another_length_is_not_signed(length):
    with pytest.raises(SigningError, match=f"The order has {length} bytes; hash longer references to 32"):
        replace(PAYMENT, order=b"x" * length).sign(KEY, DOMAIN)
