"""Refunds within what a merchant received this month, as a Korean calendar counts months."""

from datetime import datetime, timedelta, timezone

import pytest

from dongne.currency import Kind, Refusal, pack_payments
from tests.contracts.currency.conftest import PAYOUT, START, happened, travel
from tests.contracts.currency.words import Word, store, stored
from tests.reverting import reverts

KOREA = timezone(timedelta(hours=9))


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


def test_receipts_count_what_residents_paid(currency, chain, resident, merchant, neighbour, orders):
    currency.transfer(merchant, 2_000, {"from": resident})
    orders.pay(orders.signed(neighbour, merchant, 3_000))

    shop = stored(currency, merchant)
    assert (shop.balance, shop.receipts, shop.month) == (5_000, 5_000, month_of(chain[-1].timestamp))


def test_receipts_count_neither_institutions_nor_system_contracts(city, currency, institution, system, merchant):
    city.issue_many((institution, 500), (system, 500))

    currency.transfer(merchant, 500, {"from": institution})
    currency.transfer(merchant, 500, {"from": system})

    assert stored(currency, merchant).receipts == 0


def test_a_refund_takes_from_the_receipts(currency, shop_was_paid, resident, merchant):
    tx = currency.transfer(resident, 2_000, {"from": merchant})

    assert happened(tx, "Transfer") == [{"from": merchant, "to": resident, "value": 2_000}]
    shop = stored(currency, merchant)
    assert (shop.balance, shop.receipts) == (3_000, 3_000)


def test_a_merchant_refunds_all_it_received_and_not_one_unit_more(
    currency, shop_was_paid, institution, city, resident, merchant
):
    city.issue(institution, 1_000)
    currency.transfer(merchant, 1_000, {"from": institution})  # money that is not of residents

    with reverts("RefundExceedsReceipts", merchant, 5_000, 5_001):
        currency.transfer(resident, 5_001, {"from": merchant})
    currency.transfer(resident, 5_000, {"from": merchant})

    shop = stored(currency, merchant)
    assert (shop.balance, shop.receipts) == (1_000, 0)
    with reverts("RefundExceedsReceipts", merchant, 0, 1):
        currency.transfer(resident, 1, {"from": merchant})


def test_a_refund_beyond_the_balance_is_refused_for_the_balance(currency, shop_was_paid, merchant, resident):
    currency.redeem(4_000, PAYOUT, {"from": merchant})

    with reverts("ERC20InsufficientBalance", merchant, 1_000, 1_001):
        currency.transfer(resident, 1_001, {"from": merchant})


def test_cashing_out_leaves_the_receipts(currency, shop_was_paid, merchant):
    currency.redeem(4_000, PAYOUT, {"from": merchant})

    assert stored(currency, merchant).receipts == 5_000


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
    assert stored(currency, shopkeeper).receipts == 1


def test_a_batch_refuses_a_refund_beyond_the_receipts(currency, orders, relayer, chain, shopkeeper, payer):
    month = month_of(chain[-1].timestamp)
    store(currency, shopkeeper, Word(balance=100, receipts=40, month=month, kind=Kind.MERCHANT))
    batch = [
        orders.signed(shopkeeper, payer, 41, nonce=0),
        orders.signed(shopkeeper, payer, 40, nonce=0),
        orders.signed(shopkeeper, payer, 1, nonce=1),
    ]

    tx = currency.payMany(pack_payments(batch), {"from": relayer})

    refused = [(event["index"], event["reason"]) for event in happened(tx, "PaymentSkipped")]
    assert refused == [(0, Refusal.REFUND_EXCEEDS_RECEIPTS), (2, Refusal.REFUND_EXCEEDS_RECEIPTS)]
    assert stored(currency, shopkeeper) == Word(balance=60, nonce=1, month=month, kind=Kind.MERCHANT)


@pytest.mark.parametrize(
    ("year", "month"),
    [(2026, 12), (2027, 1), (2027, 3), (2028, 2), (2028, 3), (2028, 5), (2100, 3), (2400, 3)],
    ids=lambda part: str(part),
)
def test_receipts_last_to_the_end_of_the_korean_month(currency, resident, merchant, year, month):
    turn = first_second(year, month)
    travel(turn - 2)
    last = currency.transfer(merchant, 5_000, {"from": resident})
    travel(turn - 1)
    currency.transfer(resident, 1, {"from": merchant})

    travel(turn)
    with reverts("RefundExceedsReceipts", merchant, 0, 1):
        currency.transfer(resident, 1, {"from": merchant})
    travel(turn + 1)
    first = currency.transfer(merchant, 7, {"from": resident})

    assert (last.timestamp, first.timestamp) == (turn - 2, turn + 1)
    assert stored(currency, merchant).month == month_of(turn) == month_of(turn - 1) + 1
    assert stored(currency, merchant).receipts == 7


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
    assert stored(currency, merchant).receipts == 5


def test_receipts_of_the_same_month_a_year_ago_are_not_refunded(currency, resident, merchant):
    travel(first_second(2027, 1))
    currency.transfer(merchant, 5, {"from": resident})
    travel(first_second(2028, 1))

    with reverts("RefundExceedsReceipts", merchant, 0, 1):
        currency.transfer(resident, 1, {"from": merchant})


def test_receipts_hold_64_bits(currency, chain, resident, merchant):
    month = month_of(chain[-1].timestamp)
    store(currency, merchant, Word(receipts=2**64 - 2, month=month, kind=Kind.MERCHANT, category=65_535))

    currency.transfer(merchant, 1, {"from": resident})

    full = Word(balance=1, receipts=2**64 - 1, month=month, kind=Kind.MERCHANT, category=65_535)
    assert stored(currency, merchant) == full
    currency.transfer(resident, 1, {"from": merchant})
    assert stored(currency, merchant).receipts == 2**64 - 2


def test_receipts_beyond_64_bits_leave_none_to_refund_and_touch_no_other_field(currency, chain, resident, merchant):
    month = month_of(chain[-1].timestamp)
    before = Word(balance=9, receipts=2**64 - 1, month=month, kind=Kind.MERCHANT, category=65_535)
    store(currency, merchant, before)

    currency.transfer(merchant, 3, {"from": resident})

    after = stored(currency, merchant)
    assert (after.balance, after.kind, after.category, after.nonce) == (12, Kind.MERCHANT, 65_535, 0)
    with reverts("RefundExceedsReceipts", merchant, 0, 1):
        currency.transfer(resident, 1, {"from": merchant})
    currency.transfer(merchant, 4, {"from": resident})
    assert stored(currency, merchant) == Word(balance=16, receipts=4, month=month, kind=Kind.MERCHANT, category=65_535)


def test_residents_have_no_receipts(currency, shop_was_paid, resident, merchant):
    currency.transfer(resident, 2_000, {"from": merchant})

    assert stored(currency, resident) == Word(balance=START - 3_000, kind=Kind.RESIDENT)
