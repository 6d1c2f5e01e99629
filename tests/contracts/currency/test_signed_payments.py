"""Payments that a payer signed and anyone relays, one at a time."""

import pytest
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from dongne.currency import Kind
from dongne.signing import Domain, expand
from tests.contracts.currency.conftest import ORDER, START, ZERO, Orders, flip, happened, key, travel
from tests.contracts.currency.words import Word, store, stored
from tests.reverting import reverts

CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
EIP_712_DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"


def test_the_domain_is_what_python_signs_for(currency, orders, chain):
    fields, name, version, chain_id, contract, salt, extensions = currency.eip712Domain()

    assert (fields, name, version, contract) == ("0x0f", "Dongne Won", "1", currency)
    assert (chain_id, salt, extensions) == (chain.id, "0x" + "00" * 32, ())
    domain = orders.domain.as_dict()
    signable = encode_typed_data(domain, {"Nothing": [{"name": "n", "type": "uint256"}]}, {"n": 0})
    assert str(currency.DOMAIN_SEPARATOR()) == "0x" + signable.header.hex()


def test_the_domain_separator_is_the_hash_of_its_fields(currency, chain):
    parts = [keccak(text=EIP_712_DOMAIN), keccak(text="Dongne Won"), keccak(text="1")]
    parts += [chain.id.to_bytes(32, "big"), bytes(12) + bytes.fromhex(currency.address[2:])]

    assert str(currency.DOMAIN_SEPARATOR()) == "0x" + keccak(b"".join(parts)).hex()


def test_a_signed_payment_moves_money_and_uses_one_nonce(currency, orders, payer, merchant):
    tx = orders.pay(orders.signed(payer, merchant, 1_000))

    assert happened(tx, "Transfer") == [{"from": payer.address, "to": merchant, "value": 1_000}]
    assert stored(currency, payer) == Word(
        balance=START - 1_000, nonce=1, counted=1_000, month=stored(currency, merchant).month, kind=Kind.RESIDENT
    )
    assert currency.accountOf(payer.address)[1] == 1
    assert stored(currency, merchant).counted == 1_000


def test_a_payment_counts_once(orders, payer, merchant):
    signed = orders.signed(payer, merchant, 1_000)
    orders.pay(signed)

    with reverts("PaymentSignatureInvalid", payer.address, 1):
        orders.pay(signed)


def test_the_other_signature_for_the_same_payment_does_not_pay_twice(currency, orders, payer, merchant):
    signed = orders.signed(payer, merchant, 1_000)
    r, s, v = flip(signed.signature)
    assert int.from_bytes(s, "big") > CURVE_ORDER // 2
    mutated = r + (int.from_bytes(s, "big") | (v - 27) << 255).to_bytes(32, "big")
    orders.pay(signed)

    with reverts("PaymentSignatureInvalid", payer.address, 1):
        orders.pay(signed, signature=mutated)
    assert currency.balanceOf(merchant) == 1_000


def test_a_payment_for_another_contract_or_chain_is_void(currency, orders, open_currency, payer, merchant):
    here = orders.domain
    other_contract = Orders(open_currency(), orders.relayer).domain
    foreign = (
        other_contract,
        Domain(here.name, here.version, here.chain_id + 1, here.verifying_contract),
        Domain(here.name, "2", here.chain_id, here.verifying_contract),
        Domain("Another Won", here.version, here.chain_id, here.verifying_contract),
    )

    for domain in foreign:
        with reverts("PaymentSignatureInvalid", payer.address, 0):
            orders.pay(orders.signed(payer, merchant, 1_000, domain=domain))


def test_a_signature_by_another_key_is_void(orders, payer, neighbour, merchant):
    theirs = orders.payment(payer.address, merchant.address, 1_000)
    signature = neighbour.unsafe_sign_hash(theirs.digest(orders.domain))
    compact = signature.r.to_bytes(32, "big") + signature.s.to_bytes(32, "big")

    for parity in (0, 1):
        signed = orders.signed(payer, merchant, 1_000)
        wrong = compact[:32] + bytes([compact[32] | parity << 7]) + compact[33:]
        with reverts("PaymentSignatureInvalid", payer.address, 0):
            orders.pay(signed, signature=wrong)


@pytest.mark.parametrize("field", ["payee", "amount", "deadline", "order"])
def test_whoever_changes_a_signed_value_voids_the_signature(
    orders, payer, merchant, other_merchant, field, currency, relayer
):
    signed = orders.signed(payer, merchant, 1_000)
    order = signed.payment
    sent = {"payee": order.payee, "amount": order.amount, "deadline": order.deadline, "order": order.order}
    changed = {"payee": other_merchant.address, "amount": 999, "deadline": 2**41, "order": keccak(b"other")}
    sent[field] = changed[field]

    with reverts("PaymentSignatureInvalid", payer.address, 0):
        currency.pay(payer.address, *sent.values(), *halves(signed.signature), {"from": relayer})


@pytest.mark.parametrize("nonce", [1, 2, 2**32, 2**256 - 1])
def test_nonces_are_used_in_order(orders, payer, merchant, nonce):
    with reverts("PaymentSignatureInvalid", payer.address, 0):
        orders.pay(orders.signed(payer, merchant, 1_000, nonce=nonce))


@pytest.mark.parametrize(
    "signature",
    [
        bytes(64),
        bytes(63) + b"\x01",
        b"\xff" * 64,
        CURVE_ORDER.to_bytes(32, "big") + (1).to_bytes(32, "big"),
        (1).to_bytes(32, "big") + CURVE_ORDER.to_bytes(32, "big"),
    ],
    ids=["zero", "r-zero", "all-ones", "r-is-curve-order", "s-is-curve-order"],
)
def test_signatures_outside_the_curve_are_void(orders, payer, merchant, signature):
    with reverts("PaymentSignatureInvalid", payer.address, 0):
        orders.pay(orders.signed(payer, merchant, 1_000), signature=signature)


def test_s_zero_is_void(orders, payer, merchant):
    signed = orders.signed(payer, merchant, 1_000)

    with reverts("PaymentSignatureInvalid", payer.address, 0):
        orders.pay(signed, signature=signed.signature[:32] + bytes(32))


def test_a_failed_recovery_does_not_speak_for_the_zero_address(currency, orders, relayer, merchant):
    """ecrecover answers zero for nonsense: nobody may pay in the zero address's name with it."""
    with reverts("TransferNotAllowed", ZERO, merchant):
        currency.pay(ZERO, merchant, 1, 2**40, ORDER, bytes(32), bytes(32), {"from": relayer})
    assert stored(currency, ZERO) == Word()


def test_an_order_is_good_to_its_last_second(currency, chain, orders, payer, merchant):
    deadline = chain[-1].timestamp + 100

    travel(deadline)
    orders.pay(orders.signed(payer, merchant, 10, deadline=deadline))
    travel(deadline + 1)
    with reverts("PaymentExpired", deadline):
        orders.pay(orders.signed(payer, merchant, 10, deadline=deadline))

    assert currency.balanceOf(merchant) == 10


@pytest.mark.parametrize("deadline", [2**40, 2**64, 2**256 - 1])
def test_a_single_payment_takes_any_deadline(orders, currency, payer, merchant, deadline):
    orders.pay(orders.signed(payer, merchant, 10, deadline=deadline))

    assert currency.balanceOf(merchant) == 10


def test_a_refused_payment_keeps_its_nonce_and_can_be_relayed_later(city, currency, orders, payer, merchant):
    signed = orders.signed(payer, merchant, START + 1)
    with reverts("ERC20InsufficientBalance", payer.address, START, START + 1):
        orders.pay(signed)
    assert currency.accountOf(payer.address)[1] == 0

    city.issue(payer.address, 1)
    orders.pay(signed)

    assert currency.balanceOf(merchant) == START + 1


def test_an_amount_wider_than_the_balance_is_not_cut_to_it(orders, payer, merchant):
    with reverts("ERC20InsufficientBalance", payer.address, START, 2**64 + 1):
        orders.pay(orders.signed(payer, merchant, 2**64 + 1))


def test_a_payment_of_nothing_is_no_order(currency, orders, payer, merchant):
    with reverts("PaymentOfNothing", payer.address):
        orders.pay(orders.signed(payer, merchant, 0))

    assert currency.accountOf(payer.address)[1] == 0


def test_a_shop_finds_a_single_payment_by_its_order(currency, orders, payer, merchant):
    tx = orders.pay(orders.signed(payer, merchant, 1_000, order=keccak(b"order 17")))

    names = [event.name for event in tx.events]
    assert happened(tx, "OrderPaid") == [{"order": "0x" + keccak(b"order 17").hex()}]
    assert names[-2:] == ["Transfer", "OrderPaid"]
    assert bytes(tx.logs[-1]["topics"][1]) == keccak(b"order 17")


def test_an_unregistered_signer_pays_nobody(orders, merchant):
    nobody = key("nobody")

    with reverts("TransferNotAllowed", nobody.address, merchant):
        orders.pay(orders.signed(nobody, merchant, 1))


@pytest.mark.parametrize("nonce", [2**32 - 1, 2**40 - 2])
def test_the_nonce_goes_on_through_its_40_bits(currency, orders, payer, merchant, nonce):
    store(currency, payer, Word(balance=100, nonce=nonce, kind=Kind.RESIDENT))

    orders.pay(orders.signed(payer, merchant, 1))

    found = stored(currency, payer)
    assert found == Word(balance=99, nonce=nonce + 1, counted=1, month=found.month, kind=Kind.RESIDENT)
    assert currency.accountOf(payer.address)[1] == nonce + 1


def test_a_compact_signature_expands_to_the_65_bytes_that_wallets_return(orders, payer, merchant):
    signed = orders.signed(payer, merchant, 1)
    by_wallet = payer.sign_typed_data(full_message=signed.payment.typed_data(orders.domain))

    assert expand(signed.signature) == bytes(by_wallet.signature)


def halves(signature):
    return signature[:32], signature[32:]
