"""The transfer table: who may pay whom, by whatever way."""

import itertools
from dataclasses import replace

import pytest

from dongne.currency import DEFAULT_TABLE, Kind, Refusal, pack_payments, transfer_table
from tests.contracts.currency.conftest import ORDER, START, ZERO, happened, key, wallet
from tests.contracts.currency.test_months import month_of
from tests.contracts.currency.words import Word, store, stored
from tests.reverting import reverts

OUTCASTS = (Kind.NONE, Kind.FROZEN, Kind.SUPERSEDED)
EVERYTHING_ASSIGNABLE = transfer_table(itertools.product([kind for kind in Kind if kind not in OUTCASTS], repeat=2))
PAIRS = list(itertools.product(Kind, repeat=2))


@pytest.fixture(scope="module")
def cast(currency, chain):
    """One signing payer and one payee of every kind; all have money, and purchases that can be refunded."""
    payers, payees = {}, {}
    for kind in Kind:
        payers[kind], payees[kind] = key(f"payer of kind {kind}"), key(f"payee of kind {kind}").address
        held = Kind.RESIDENT if kind == Kind.FROZEN else Kind.NONE
        word = Word(balance=100, kind=kind, held_kind=held, month=month_of(chain[-1].timestamp), counted=100)
        store(currency, payers[kind], word)
        store(currency, payees[kind], replace(word, balance=1))
    return payers, payees


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0].name}-{pair[1].name}")
def test_the_same_pairs_pass_by_every_way(currency, orders, relayer, cast, pair):
    payer, payee = cast[0][pair[0]], cast[1][pair[1]]
    sender = wallet(payer)
    currency.approve(relayer, 100, {"from": sender})
    allowed = DEFAULT_TABLE >> (8 * pair[0] + pair[1]) & 1

    ways = (
        lambda: currency.transfer(payee, 1, {"from": sender}),
        lambda: currency.transferFrom(sender, payee, 1, {"from": relayer}),
        lambda: orders.pay(orders.signed(payer, payee, 1)),
    )
    for way in ways:
        if allowed:
            assert happened(way(), "Transfer") == [{"from": sender, "to": payee, "value": 1}]
        else:
            with reverts("TransferNotAllowed", sender, payee):
                way()
    batch = currency.payMany(pack_payments([orders.signed(payer, payee, 1)]), {"from": relayer})
    reasons = [event["reason"] for event in happened(batch, "PaymentSkipped")]
    assert reasons == ([] if allowed else [Refusal.NOT_ALLOWED])


@pytest.mark.parametrize("amount", [1, 100])
def test_the_unregistered_and_the_frozen_neither_pay_nor_are_paid_under_the_widest_table(
    city, currency, orders, relayer, cast, amount
):
    city.publish(EVERYTHING_ASSIGNABLE)
    pairs = [pair for pair in PAIRS if pair[0] in OUTCASTS or pair[1] in OUTCASTS]

    batch = [orders.signed(cast[0][first], cast[1][second], amount) for first, second in pairs]
    tx = currency.payMany(pack_payments(batch), {"from": relayer})

    assert [event["reason"] for event in happened(tx, "PaymentSkipped")] == [Refusal.NOT_ALLOWED] * len(pairs)
    assert happened(tx, "Transfer") == []
    for first, second in pairs:
        sender, payee = wallet(cast[0][first]), cast[1][second]
        with reverts("TransferNotAllowed", sender, payee):
            currency.transfer(payee, amount, {"from": sender})


@pytest.mark.parametrize("bit", [8 * row + column for row in range(8) for column in range(8)])
def test_a_table_is_taken_only_without_the_unregistered_and_the_frozen(city, currency, bit):
    table = 1 << bit
    row, column = divmod(bit, 8)

    if {row, column} <= {Kind.RESIDENT, Kind.MERCHANT, Kind.INSTITUTION, Kind.SYSTEM_CONTRACT}:
        assert happened(city.publish(table), "TransferTableSet") == [{"table": table}]
        assert currency.policy()[0] == table
    else:
        with reverts("BadTransferTable", table):
            city.publish(table)


def test_a_currency_is_not_deployed_with_a_bad_table(open_currency):
    with reverts("BadTransferTable", 2**64 - 1):
        open_currency(table=2**64 - 1)


def test_an_empty_table_stops_every_payment_until_another_is_published(city, currency, resident, merchant):
    city.publish(0)
    with reverts("TransferNotAllowed", resident, merchant):
        currency.transfer(merchant, 1, {"from": resident})

    city.publish(DEFAULT_TABLE)

    currency.transfer(merchant, 1, {"from": resident})
    assert currency.balanceOf(merchant) == 1


def test_the_table_is_the_currency_supervisors(currency, officers, stranger):
    for other in (stranger, officers.admin, officers.currency, officers.membership, officers.guardian):
        with reverts("AccessManagedUnauthorized", other):
            currency.setTransferTable(DEFAULT_TABLE, {"from": other})


def test_nobody_pays_the_zero_address(currency, orders, relayer, payer, resident):
    with reverts("ERC20InvalidReceiver", ZERO):
        currency.transfer(ZERO, 1, {"from": resident})
    with reverts("ERC20InvalidReceiver", ZERO):
        orders.pay(orders.signed(payer, ZERO, 1))

    tx = currency.payMany(pack_payments([orders.signed(payer, ZERO, 1)]), {"from": relayer})

    assert happened(tx, "PaymentSkipped") == [
        {"index": 0, "payer": resident, "order": "0x" + ORDER.hex(), "reason": Refusal.NOT_ALLOWED}
    ]
    assert stored(currency, ZERO) == Word()


def test_residents_give_to_one_another_only_where_the_table_says_so(city, currency, resident, neighbour):
    with reverts("TransferNotAllowed", resident, neighbour.address):
        currency.transfer(neighbour.address, 1, {"from": resident})

    city.publish(DEFAULT_TABLE | transfer_table([(Kind.RESIDENT, Kind.RESIDENT)]))
    currency.transfer(neighbour.address, 1, {"from": resident})

    assert stored(currency, neighbour) == Word(balance=START + 1, kind=Kind.RESIDENT)


@pytest.mark.parametrize("kind", [Kind.RESIDENT, Kind.MERCHANT, Kind.INSTITUTION, Kind.SYSTEM_CONTRACT])
def test_paying_oneself_moves_nothing_and_uses_up_the_order(city, currency, orders, relayer, cast, kind):
    city.publish(EVERYTHING_ASSIGNABLE)
    payer = cast[0][kind]
    before = stored(currency, payer)

    currency.transfer(payer.address, 60, {"from": wallet(payer)})
    tx = orders.pay(orders.signed(payer, payer.address, 100))
    currency.payMany(pack_payments([orders.signed(payer, payer.address, 1)]), {"from": relayer})

    assert happened(tx, "Transfer") == [{"from": payer.address, "to": payer.address, "value": 100}]
    assert stored(currency, payer) == replace(before, nonce=2)
    with reverts("ERC20InsufficientBalance", payer.address, 100, 101):
        currency.transfer(payer.address, 101, {"from": wallet(payer)})
