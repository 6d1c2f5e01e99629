"""EIP-2612: allowances by signature, which share their nonces with payments."""

import pytest

from dongne.currency import Kind, Permit
from tests.contracts.currency.conftest import FOREVER, START, ZERO, happened, key, travel
from tests.contracts.currency.words import Word, store, stored
from tests.reverting import reverts

UNLIMITED = 2**256 - 1


def hand_in(orders, message, v, r, s):
    """A permit with any signature at all."""
    return orders.currency.permit(
        message.owner, message.spender, message.value, message.deadline, v, r, s, {"from": orders.relayer}
    )


@pytest.mark.parametrize("value", [0, 500, UNLIMITED])
def test_a_permit_sets_the_allowance(currency, orders, payer, stranger, value):
    tx = orders.permit(payer, stranger, value)

    assert happened(tx, "Approval") == [{"owner": payer.address, "spender": stranger, "value": value}]
    assert currency.allowance(payer.address, stranger) == value
    assert currency.nonces(payer.address) == 1
    assert stored(currency, payer) == Word(balance=START, kind=Kind.RESIDENT)


def test_a_permitted_spender_pays_the_merchant(currency, orders, payer, merchant, stranger):
    orders.permit(payer, stranger, 500)

    currency.transferFrom(payer.address, merchant, 500, {"from": stranger})

    assert currency.balanceOf(merchant) == 500


def test_a_permit_counts_once(orders, payer, stranger):
    orders.permit(payer, stranger, 500)

    with reverts("PermitSignatureInvalid", payer.address, 1):
        orders.permit(payer, stranger, 500, nonce=0)


def test_a_permit_and_a_payment_signed_at_once_are_both_good(currency, orders, payer, merchant, stranger):
    payment = orders.signed(payer, merchant, 10)
    orders.permit(payer, stranger, 500)

    orders.pay(payment)

    assert currency.balanceOf(merchant) == 10


def test_a_permit_is_good_to_its_last_second(currency, chain, orders, payer, stranger):
    deadline = chain[-1].timestamp + 100

    travel(deadline)
    orders.permit(payer, stranger, 7, deadline=deadline)
    travel(deadline + 1)
    with reverts("PermitExpired", deadline):
        orders.permit(payer, stranger, 8, deadline=deadline)

    assert currency.allowance(payer.address, stranger) == 7


def test_a_permit_by_another_key_is_void(orders, payer, neighbour, stranger):
    with reverts("PermitSignatureInvalid", payer.address, 0):
        orders.permit(neighbour, stranger, 500, owner=payer.address)


def test_nobody_permits_in_the_zero_addresss_name(currency, orders, stranger):
    """ecrecover answers zero for nonsense: it must not count as the zero address's word."""
    message = Permit(ZERO, stranger.address, 500, 0, FOREVER)

    for v in (0, 27, 28, 255):
        with reverts("PermitSignatureInvalid", ZERO, 0):
            hand_in(orders, message, v, bytes(32), bytes(32))
    assert stored(currency, ZERO) == Word()


@pytest.mark.parametrize("v", [0, 1, 26, 29, 255])
def test_a_permit_with_a_parity_other_than_27_or_28_is_void(orders, payer, stranger, v):
    message = Permit(payer.address, stranger.address, 500, 0, FOREVER)
    signature = payer.unsafe_sign_hash(message.digest(orders.domain))
    r, s = signature.r.to_bytes(32, "big"), signature.s.to_bytes(32, "big")

    with reverts("PermitSignatureInvalid", payer.address, 0):
        hand_in(orders, message, v, r, s)


def test_nobody_permits_the_zero_address(orders, payer):
    with reverts("ERC20InvalidSpender", ZERO):
        orders.permit(payer, ZERO, 1)


def test_whoever_permits_before_being_registered_keeps_the_allowance(city, currency, orders, stranger, merchant):
    newcomer = key("newcomer")
    orders.permit(newcomer, stranger, 5)
    assert stored(currency, newcomer) == Word()
    with reverts("TransferNotAllowed", newcomer.address, merchant):
        currency.transferFrom(newcomer.address, merchant, 0, {"from": stranger})

    city.register(Kind.RESIDENT, newcomer)

    currency.transferFrom(newcomer.address, merchant, 0, {"from": stranger})
    assert currency.nonces(newcomer.address) == 1


def test_a_permit_leaves_the_account_as_it_is(currency, orders, shopkeeper, stranger):
    full = Word(2**63 - 1, 2**32 - 1, 2**63 - 1, 65_535, 65_535, 65_535, Kind.NONE, Kind.MERCHANT)
    store(currency, shopkeeper, full)

    orders.permit(shopkeeper, stranger, 1)

    assert stored(currency, shopkeeper) == full
