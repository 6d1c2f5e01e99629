"""Refunds within what both sides have of purchases, as a Korean calendar counts months."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from dongne.currency import DEFAULT_TABLE, RESIDENTS_MAY_GIVE, Kind, Refusal, pack_payments
from tests.contracts.currency.conftest import START, happened, travel, wallet
from tests.contracts.currency.words import Word, store, stored
from tests.reverting import reverts

KOREA = timezone(timedelta(hours=9))
WEEK = 7 * 86_400


def month_of(timestamp):
    """Months since January 1970 on a Korean calendar."""
    moment = datetime.fromtimestamp(timestamp, KOREA)
    return (moment.year - 1970) * 12 + moment.month - 1


def first_second(year, month):
    """Midnight of the first, Korean time."""
    return int(datetime(year, month, 1, tzinfo=KOREA).timestamp())


@pytest.fixture
def shop_was_paid(currency, resident, merchant):
    """The merchant received 5,000 this month."""
    currency.transfer(merchant, 5_000, {"from": resident})


def test_purchases_count_on_both_sides(currency, chain, resident, merchant, neighbour, orders):
    currency.transfer(merchant, 2_000, {"from": resident})
    orders.pay(orders.signed(neighbour, merchant, 3_000))

    shop = stored(currency, merchant)
    month = month_of(chain[-1].timestamp)
    assert (shop.balance, shop.counted, shop.month) == (5_000, 5_000, month)
    assert [(stored(currency, each).counted, stored(currency, each).month) for each in (resident, neighbour)] == [
        (2_000, month),
        (3_000, month),
    ]


def test_institutions_purchases_count_and_those_of_system_contracts_do_not(
    city, currency, resident, institution, system, merchant
):
    city.issue(institution, 500)
    currency.transfer(system, 400, {"from": resident})

    currency.transfer(merchant, 500, {"from": institution})
    currency.transfer(merchant, 400, {"from": system})

    counted = [stored(currency, each).counted for each in (merchant, institution, system)]
    assert counted == [500, 500, 0]


def test_gifts_are_not_purchases(city, currency, resident, neighbour):
    city.publish(DEFAULT_TABLE | RESIDENTS_MAY_GIVE)

    currency.transfer(neighbour.address, 500, {"from": resident})

    assert stored(currency, resident) == Word(balance=START - 500, kind=Kind.RESIDENT)


def test_a_refund_takes_from_both_sides(currency, shop_was_paid, resident, merchant):
    tx = currency.transfer(resident, 2_000, {"from": merchant})

    assert happened(tx, "Transfer") == [{"from": merchant, "to": resident, "value": 2_000}]
    shop, buyer = stored(currency, merchant), stored(currency, resident)
    assert (shop.balance, shop.counted) == (3_000, 3_000)
    assert (buyer.balance, buyer.counted) == (START - 3_000, 3_000)


def test_an_institution_gets_its_purchase_back(city, currency, institution, merchant):
    city.issue(institution, 500)
    currency.transfer(merchant, 500, {"from": institution})

    currency.transfer(institution, 500, {"from": merchant})

    with reverts("ERC20InsufficientBalance", merchant, 0, 1):
        currency.transfer(institution, 1, {"from": merchant})
    assert (stored(currency, merchant).counted, stored(currency, institution).counted) == (0, 0)


def test_nobody_is_refunded_who_has_bought_nothing(currency, shop_was_paid, merchant, neighbour, institution):
    for other in (neighbour.address, institution):
        with reverts("RefundExceedsPurchases", merchant, other, 0, 1):
            currency.transfer(other, 1, {"from": merchant})


def test_a_merchant_refunds_all_it_received_and_not_one_unit_more(
    currency, shop_was_paid, institution, city, resident, merchant
):
    city.issue(institution, 1_000)
    currency.transfer(merchant, 1_000, {"from": institution})  # money that is not the resident's

    assert currency.refundable(merchant, resident) == 5_000
    with reverts("RefundExceedsPurchases", merchant, resident, 5_000, 5_001):
        currency.transfer(resident, 5_001, {"from": merchant})
    currency.transfer(resident, 5_000, {"from": merchant})

    shop = stored(currency, merchant)
    assert (shop.balance, shop.counted) == (1_000, 1_000)
    with reverts("RefundExceedsPurchases", merchant, resident, 0, 1):
        currency.transfer(resident, 1, {"from": merchant})


def test_a_merchant_refunds_no_more_than_it_was_paid_whatever_the_buyer_spent_elsewhere(
    currency, shop_was_paid, city, resident, merchant, other_merchant, system
):
    currency.transfer(other_merchant, 7_000, {"from": resident})
    currency.transfer(system, 9_000, {"from": resident})
    currency.transfer(merchant, 9_000, {"from": system})

    with reverts("RefundExceedsPurchases", merchant, resident, 5_000, 5_001):
        currency.transfer(resident, 5_001, {"from": merchant})


def test_a_refund_beyond_the_balance_is_refused_for_the_balance(currency, cash_out, shop_was_paid, merchant, resident):
    cash_out(merchant, 4_000)

    with reverts("ERC20InsufficientBalance", merchant, 1_000, 1_001):
        currency.transfer(resident, 1_001, {"from": merchant})


def test_cashing_out_leaves_what_is_refundable(currency, cash_out, shop_was_paid, merchant):
    cash_out(merchant, 4_000)

    assert stored(currency, merchant).counted == 5_000


@pytest.mark.parametrize("way", ["pay", "payMany"])
def test_signed_refunds_obey_the_same_limit(currency, orders, relayer, shop_was_paid, shopkeeper, payer, way):
    within, beyond = orders.signed(shopkeeper, payer, 4_999), orders.signed(shopkeeper, payer, 2, nonce=1)

    if way == "pay":
        orders.pay(within)
        with reverts("ERC20InsufficientBalance", shopkeeper.address, 1, 2):
            orders.pay(beyond)
    else:
        tx = currency.payMany(pack_payments([within, beyond]), {"from": relayer})
        assert [event["reason"] for event in happened(tx, "PaymentSkipped")] == [Refusal.INSUFFICIENT_BALANCE]
    assert stored(currency, shopkeeper).counted == 1


def test_a_batch_refuses_a_refund_beyond_the_purchases(currency, orders, relayer, chain, shopkeeper, payer):
    month = month_of(chain[-1].timestamp)
    store(currency, shopkeeper, Word(balance=100, counted=40, month=month, kind=Kind.MERCHANT))
    store(currency, payer, Word(counted=90, month=month, kind=Kind.RESIDENT))
    batch = [
        orders.signed(shopkeeper, payer, 41, nonce=0),
        orders.signed(shopkeeper, payer, 40, nonce=0),
        orders.signed(shopkeeper, payer, 1, nonce=1),
    ]

    tx = currency.payMany(pack_payments(batch), {"from": relayer})

    refused = [(event["index"], event["reason"]) for event in happened(tx, "PaymentSkipped")]
    assert refused == [(0, Refusal.REFUND_EXCEEDS_PURCHASES), (2, Refusal.REFUND_EXCEEDS_PURCHASES)]
    assert stored(currency, shopkeeper) == Word(balance=60, nonce=1, month=month, kind=Kind.MERCHANT)


@pytest.mark.parametrize(
    ("year", "month"),
    [(2026, 12), (2027, 1), (2027, 3), (2028, 2), (2028, 3), (2028, 5), (2100, 3), (2400, 3)],
    ids=lambda part: str(part),
)
def test_a_month_of_purchases_is_closed_at_the_end_of_the_korean_month(currency, resident, merchant, year, month):
    turn = first_second(year, month)
    travel(turn - 2)
    last = currency.transfer(merchant, 5_000, {"from": resident})
    travel(turn - 1)
    currency.transfer(resident, 1, {"from": merchant})

    travel(turn)
    first = currency.transfer(merchant, 7, {"from": resident})

    assert (last.timestamp, first.timestamp) == (turn - 2, turn)
    assert month_of(turn) == month_of(turn - 1) + 1
    for who in (resident, merchant):
        word = stored(currency, who)
        assert (word.month, word.counted, word.closed) == (month_of(turn), 7, 4_999)


def test_a_purchase_of_the_last_second_is_refunded_in_the_first_week_and_no_later(currency, resident, merchant):
    turn = first_second(2027, 3)
    travel(turn - 1)
    currency.transfer(merchant, 5_000, {"from": resident})
    travel(turn)
    currency.transfer(resident, 1_000, {"from": merchant})
    travel(turn + WEEK - 1)
    currency.transfer(resident, 3_000, {"from": merchant})

    travel(turn + WEEK)
    with reverts("RefundExceedsPurchases", merchant, resident, 0, 1):
        currency.transfer(resident, 1, {"from": merchant})

    for who in (resident, merchant):
        word = stored(currency, who)
        assert (word.month, word.counted, word.closed) == (month_of(turn), 0, 1_000)


def test_a_refund_takes_from_this_month_first(currency, resident, merchant):
    turn = first_second(2027, 3)
    travel(turn - 1)
    currency.transfer(merchant, 5_000, {"from": resident})
    travel(turn)
    currency.transfer(merchant, 300, {"from": resident})

    assert currency.refundable(merchant, resident) == 5_300
    with reverts("ERC20InsufficientBalance", merchant, 5_300, 5_301):
        currency.transfer(resident, 5_301, {"from": merchant})
    currency.transfer(resident, 400, {"from": merchant})

    for who in (resident, merchant):
        assert (stored(currency, who).counted, stored(currency, who).closed) == (0, 4_900)


def test_purchases_of_different_months_do_not_match(currency, resident, neighbour, merchant, other_merchant):
    turn = first_second(2027, 3)
    travel(turn - 1)
    currency.transfer(merchant, 5_000, {"from": resident})
    travel(turn)
    currency.transfer(other_merchant, 800, {"from": wallet(neighbour)})

    with reverts("RefundExceedsPurchases", merchant, neighbour.address, 0, 1):
        currency.transfer(neighbour.address, 1, {"from": merchant})


def test_a_month_without_purchases_forgets_the_one_before(currency, resident, merchant):
    travel(first_second(2027, 3) - 1)
    currency.transfer(merchant, 5_000, {"from": resident})

    travel(first_second(2027, 4))
    with reverts("RefundExceedsPurchases", merchant, resident, 0, 1):
        currency.transfer(resident, 1, {"from": merchant})


def test_a_closed_month_counts_to_48_bits(currency, resident, merchant):
    turn = first_second(2027, 3)
    for who, kind in ((resident, Kind.RESIDENT), (merchant, Kind.MERCHANT)):
        full = Word(balance=9, counted=2**63 - 1, month=month_of(turn - 1), category=65_535, kind=kind)
        store(currency, who, full)
    travel(turn)

    currency.transfer(merchant, 2, {"from": resident})

    closed = Word(balance=11, counted=2, month=month_of(turn), closed=2**48 - 1, category=65_535, kind=Kind.MERCHANT)
    assert stored(currency, merchant) == closed
    assert stored(currency, resident) == replace(closed, balance=7, kind=Kind.RESIDENT)


@pytest.mark.parametrize("day", [28, 29])
def test_february_has_29_days_in_a_leap_year_and_28_in_others(currency, resident, merchant, day):
    year = 2027 if day == 28 else 2028
    travel(datetime(year, 2, day, 23, 59, 58, tzinfo=KOREA).timestamp())
    currency.transfer(merchant, 9, {"from": resident})
    travel(datetime(year, 2, day, 23, 59, 59, tzinfo=KOREA).timestamp())

    tx = currency.transfer(resident, 9, {"from": merchant})

    assert stored(currency, merchant).month == month_of(tx.timestamp)
    assert datetime.fromtimestamp(tx.timestamp + 1, KOREA).day == 1


def test_the_first_payment_of_a_month_announces_it_and_no_other_does(currency, resident, merchant):
    turns = [first_second(2027, month) for month in (1, 2, 7)]

    announced = []
    for turn in turns:
        travel(turn)
        announced += happened(currency.transfer(merchant, 1, {"from": resident}), "MonthTurned")
        announced += happened(currency.transfer(merchant, 1, {"from": resident}), "MonthTurned")

    assert announced == [{"month": month_of(turn)} for turn in turns]


def test_a_batch_turns_the_month_too(currency, orders, relayer, payer, merchant):
    travel(first_second(2027, 1))

    tx = currency.payMany(pack_payments([orders.signed(payer, merchant, 5)]), {"from": relayer})

    assert happened(tx, "MonthTurned") == [{"month": month_of(first_second(2027, 1))}]
    assert stored(currency, merchant).counted == 5


def test_purchases_of_the_same_month_a_year_ago_are_not_refunded(currency, resident, merchant):
    travel(first_second(2027, 1))
    currency.transfer(merchant, 5, {"from": resident})
    travel(first_second(2028, 1))

    with reverts("RefundExceedsPurchases", merchant, resident, 0, 1):
        currency.transfer(resident, 1, {"from": merchant})


MOST = 2**63 - 1
"""What a month counts at most."""


def test_purchases_hold_63_bits(currency, chain, resident, merchant):
    month = month_of(chain[-1].timestamp)
    store(currency, merchant, Word(counted=MOST - 1, month=month, kind=Kind.MERCHANT, category=65_535))

    currency.transfer(merchant, 1, {"from": resident})

    full = Word(balance=1, counted=MOST, month=month, kind=Kind.MERCHANT, category=65_535)
    assert stored(currency, merchant) == full
    currency.transfer(resident, 1, {"from": merchant})
    assert stored(currency, merchant).counted == MOST - 1


@pytest.mark.parametrize("amount", [1, 3, MOST])
@pytest.mark.parametrize("full", ["resident", "merchant", "both"])
def test_purchases_beyond_63_bits_stop_the_counter_and_touch_no_other_field(
    currency, chain, resident, merchant, full, amount
):
    month = month_of(chain[-1].timestamp)
    counts = {who: MOST if full in (who, "both") else 7 for who in ("resident", "merchant")}
    paying = Word(amount, 5, counts["resident"], month, 8, 65_535, Kind.NONE, Kind.RESIDENT)
    paid = Word(0, 6, counts["merchant"], month, 9, 65_535, Kind.NONE, Kind.MERCHANT)
    store(currency, resident, paying)
    store(currency, merchant, paid)

    currency.transfer(merchant, amount, {"from": resident})

    counted = {who: min(MOST, count + amount) for who, count in counts.items()}
    assert stored(currency, resident) == replace(paying, balance=0, counted=counted["resident"])
    assert stored(currency, merchant) == replace(paid, balance=amount, counted=counted["merchant"])


def test_a_full_counter_of_last_month_is_closed_and_not_carried_into_this_one(currency, resident, merchant):
    turn = first_second(2027, 3)
    for who, kind in ((resident, Kind.RESIDENT), (merchant, Kind.MERCHANT)):
        store(currency, who, Word(MOST if kind == Kind.RESIDENT else 0, 0, MOST, month_of(turn - 1), kind=kind))
    travel(turn)

    currency.transfer(merchant, MOST, {"from": resident})

    assert stored(currency, merchant) == Word(MOST, 0, MOST, month_of(turn), 2**48 - 1, kind=Kind.MERCHANT)
    assert stored(currency, resident) == Word(0, 0, MOST, month_of(turn), 2**48 - 1, kind=Kind.RESIDENT)
