"""Batches of signed payments: what is wrong is skipped with its reason, the rest is carried out."""

import pytest
from eth_utils.crypto import keccak

from dongne.currency import Kind, Refusal, SignedPayment, pack_payments
from tests.contracts.currency.conftest import FOREVER, ORDER, START, ZERO, happened, key, travel
from tests.contracts.currency.words import Word, store, stored
from tests.reverting import reverts

HEAD = 85
MOST = 2**48 - 1


@pytest.fixture(scope="module")
def good(orders, payer, neighbour, merchant):
    """Three good orders, with different references."""
    return [
        orders.signed(payer, merchant, 1, nonce=0, order=keccak(b"a")),
        orders.signed(neighbour, merchant, 2, nonce=0, order=keccak(b"b")),
        orders.signed(payer, merchant, 4, nonce=1, order=keccak(b"c")),
    ]


@pytest.fixture
def relay(currency, relayer):
    def relayed(*payments):
        return currency.payMany(pack_payments(payments), {"from": relayer})

    return relayed


def refused(tx):
    return [(event["index"], Refusal(event["reason"])) for event in happened(tx, "PaymentSkipped")]


def test_a_batch_pays_all_and_publishes_the_orders_in_order(currency, relay, good, payer, neighbour, merchant):
    tx = relay(*good)

    assert tx.return_value == 3
    assert happened(tx, "Transfer") == [
        {"from": payer.address, "to": merchant, "value": 1},
        {"from": neighbour.address, "to": merchant, "value": 2},
        {"from": payer.address, "to": merchant, "value": 4},
    ]
    paid = keccak(b"a") + keccak(b"b") + keccak(b"c")
    assert happened(tx, "OrdersPaid") == [{"orders": "0x" + paid.hex()}]
    assert refused(tx) == []
    assert (stored(currency, merchant).balance, stored(currency, merchant).counted) == (7, 7)
    assert (stored(currency, payer).nonce, stored(currency, neighbour).nonce) == (2, 1)


def bad_items(orders, city, chain):
    """A bad order for every reason there is within an unpaused batch."""
    poor, shop = key("poor"), key("bad shop")
    payee = key("bad payee").address
    city.register(Kind.RESIDENT, poor)
    city.register(Kind.MERCHANT, shop, payee)
    store(city.currency, shop, Word(balance=10, kind=Kind.MERCHANT))
    nobody = key("nobody")
    return {
        Refusal.NOT_ALLOWED: orders.signed(nobody, payee, 1),
        Refusal.INSUFFICIENT_BALANCE: orders.signed(poor, payee, 1),
        Refusal.REFUND_EXCEEDS_PURCHASES: orders.signed(shop, poor.address, 1),
        Refusal.EXPIRED: orders.signed(poor, payee, 1, deadline=chain[-1].timestamp - 1),
        Refusal.BAD_SIGNATURE: orders.signed(poor, payee, 1, nonce=1),
        Refusal.NOTHING: orders.signed(poor, payee, 0),
    }


@pytest.mark.parametrize("position", range(4))
@pytest.mark.parametrize("reason", [reason for reason in Refusal if reason not in (Refusal.NONE, Refusal.PAUSED)])
def test_one_bad_order_is_skipped_wherever_it_stands(
    city, currency, orders, chain, relay, good, merchant, reason, position
):
    bad = bad_items(orders, city, chain)[reason]
    before = stored(currency, bad.payment.payer)
    batch = [*good[:position], bad, *good[position:]]

    tx = relay(*batch)

    assert happened(tx, "PaymentSkipped") == [
        {"index": position, "payer": bad.payment.payer, "order": "0x" + ORDER.hex(), "reason": reason}
    ]
    paid = keccak(b"a") + keccak(b"b") + keccak(b"c")
    assert happened(tx, "OrdersPaid") == [{"orders": "0x" + paid.hex()}]
    assert tx.return_value == 3
    assert stored(currency, bad.payment.payer) == before
    assert currency.balanceOf(merchant) == 7


def test_a_batch_of_bad_orders_only_pays_none_and_says_so(city, orders, chain, relay):
    bad = bad_items(orders, city, chain)

    tx = relay(*bad.values())

    assert refused(tx) == list(enumerate(bad))
    assert happened(tx, "OrdersPaid") == [{"orders": "0x"}]
    assert tx.return_value == 0


def test_an_order_twice_in_a_batch_pays_once(currency, relay, good, merchant):
    tx = relay(good[0], good[0], good[0])

    assert refused(tx) == [(1, Refusal.BAD_SIGNATURE), (2, Refusal.BAD_SIGNATURE)]
    assert currency.balanceOf(merchant) == 1


def test_an_order_relayed_again_is_skipped(relay, good):
    relay(*good)

    assert refused(relay(*good)) == [(index, Refusal.BAD_SIGNATURE) for index in range(3)]


def test_orders_of_one_payer_in_the_wrong_order_wait_for_the_next_batch(relay, currency, good, merchant):
    assert refused(relay(good[2], good[0])) == [(0, Refusal.BAD_SIGNATURE)]

    assert refused(relay(good[2])) == []
    assert currency.balanceOf(merchant) == 5


def test_money_received_earlier_in_a_batch_can_be_refunded_later_in_it(currency, orders, relay, payer, shopkeeper):
    tx = relay(
        orders.signed(payer, shopkeeper, 10),
        orders.signed(shopkeeper, payer, 11, nonce=0),
        orders.signed(shopkeeper, payer, 10, nonce=0),
    )

    assert refused(tx) == [(1, Refusal.INSUFFICIENT_BALANCE)]
    assert currency.balanceOf(payer.address) == START
    assert stored(currency, shopkeeper).counted == 0


def test_an_item_uses_its_48_bits_of_amount_and_40_of_deadline(currency, orders, relay, payer, merchant):
    store(currency, payer, Word(balance=MOST, kind=Kind.RESIDENT))

    relay(orders.signed(payer, merchant, MOST, deadline=FOREVER, order=b"\xff" * 32))

    assert currency.balanceOf(merchant) == MOST
    month = stored(currency, merchant).month
    assert stored(currency, payer) == Word(nonce=1, counted=MOST, month=month, kind=Kind.RESIDENT)


def test_an_item_after_its_last_second_is_skipped(chain, orders, relay, payer, merchant):
    deadline = chain[-1].timestamp + 100
    signed = orders.signed(payer, merchant, 1, deadline=deadline)

    travel(deadline + 1)
    assert refused(relay(signed)) == [(0, Refusal.EXPIRED)]


def test_an_item_in_its_last_second_is_paid(chain, orders, relay, payer, merchant):
    deadline = chain[-1].timestamp + 100
    signed = orders.signed(payer, merchant, 1, deadline=deadline)

    travel(deadline)
    assert refused(relay(signed)) == []


def test_nobody_pays_in_the_zero_addresss_name(currency, orders, relay, merchant):
    forged = SignedPayment(orders.payment(ZERO, merchant.address, 1), bytes(64))
    assert refused(relay(forged)) == [(0, Refusal.NOT_ALLOWED)]
    assert stored(currency, ZERO) == Word()


def test_a_persons_65_byte_signature_is_not_taken(orders, relay, payer, merchant):
    payment = orders.payment(payer.address, merchant.address, 1)
    signature = bytes(payer.unsafe_sign_hash(payment.digest(orders.domain)).signature)

    assert refused(relay(SignedPayment(payment, signature))) == [(0, Refusal.BAD_SIGNATURE)]


@pytest.mark.parametrize("signature", [b"", b"\x01", bytes(63), bytes(64), b"\xff" * 64, bytes(66)])
def test_an_item_with_nonsense_for_a_signature_is_skipped(good, orders, relay, payer, merchant, signature):
    nonsense = SignedPayment(orders.payment(payer.address, merchant.address, 1), signature)

    assert refused(relay(nonsense, good[1])) == [(0, Refusal.BAD_SIGNATURE)]


def test_an_empty_batch_is_refused(currency, relayer):
    # brownie takes no empty bytes: the call is encoded by hand
    data = currency.payMany.signature + f"{32:064x}" + f"{0:064x}"

    with reverts("BadItemsLength", 0):
        relayer.transfer(currency, 0, data=data, silent=True)


@pytest.mark.parametrize("cut", [1, 19, 20, 39, 40, 45, 50, 51, 82, 83, 84, 85, 86, 148])
@pytest.mark.parametrize("before", [0, 1])
def test_a_batch_cut_off_anywhere_is_refused_whole(currency, relayer, good, merchant, cut, before):
    whole, last = pack_payments(good[:before]), pack_payments(good[before : before + 1])
    batch = whole + last[:cut]

    with reverts("BadItemsLength", len(batch)):
        currency.payMany(batch, {"from": relayer})
    assert currency.balanceOf(merchant) == 0


@pytest.mark.parametrize("garbage", [b"\x00", b"\x01" * 31, bytes(HEAD - 1)])
def test_garbage_after_the_last_item_refuses_the_batch(currency, relayer, good, garbage):
    batch = pack_payments(good) + garbage

    with reverts("BadItemsLength", len(batch)):
        currency.payMany(batch, {"from": relayer})


@pytest.mark.parametrize("claimed", [65, 1_000, 65_535])
def test_a_length_field_beyond_the_batch_is_refused(currency, relayer, good, claimed):
    batch = bytearray(pack_payments(good[:1]))
    batch[HEAD - 2 : HEAD] = claimed.to_bytes(2, "big")

    with reverts("BadItemsLength", len(batch)):
        currency.payMany(bytes(batch), {"from": relayer})


@pytest.mark.parametrize("claimed", [0, 63])
def test_a_length_field_that_is_too_short_refuses_the_batch(currency, relayer, good, claimed):
    batch = bytearray(pack_payments(good[:1]))
    batch[HEAD - 2 : HEAD] = claimed.to_bytes(2, "big")

    with reverts("BadItemsLength", len(batch)):
        currency.payMany(bytes(batch), {"from": relayer})


def test_an_item_may_not_swallow_its_neighbour(currency, relayer, good, merchant):
    """The first item's length covers the second: both are void, and the third is paid."""
    first, second, third = (pack_payments([item]) for item in (good[0], good[1], good[1]))
    swallowing = bytearray(first)
    swallowing[HEAD - 2 : HEAD] = (64 + len(second)).to_bytes(2, "big")

    tx = currency.payMany(bytes(swallowing) + second + third, {"from": relayer})

    assert refused(tx) == [(0, Refusal.BAD_SIGNATURE)]
    assert currency.balanceOf(merchant) == 2


def test_data_behind_the_batch_in_the_call_is_no_part_of_it(currency, relayer, good, merchant):
    """A caller may append bytes to a call: a cut-off item is not completed with them."""
    packed = pack_payments(good[:1])
    declared = len(packed) - 10
    call = currency.payMany.signature + f"{32:064x}" + f"{declared:064x}" + packed.hex()

    with reverts("BadItemsLength", declared):
        relayer.transfer(currency, 0, data=call, silent=True)
    assert currency.balanceOf(merchant) == 0
