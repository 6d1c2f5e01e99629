"""What gas may cost, from what nodes say about recent blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dongne.errors import FeeAboveCap
from dongne.fees import Fees, Market, gwei

GWEI = 10**9


def history(bases, tips):
    answer = {"baseFeePerGas": [hex(base) for base in bases], "reward": [[hex(tip)] for tip in tips]}
    return {"result": answer}


TIP = {"result": hex(3 * GWEI)}


def test_the_price_is_twice_the_next_base_fee_and_the_median_of_the_tips():
    market = Market.of(history([90, 100], [5, 900, 7]), TIP)

    assert market == Market(base=100, tip=7)
    assert market.fees() == Fees(most=207, tip=7)


def test_empty_blocks_say_nothing_about_tips():
    assert Market.of(history([100], [0, 0, 9]), TIP).tip == 9


def test_where_all_blocks_were_empty_the_node_is_asked_for_a_tip():
    assert Market.of(history([100], [0, 0]), TIP).tip == 3 * GWEI
    assert Market.of(history([100], [0]), {"error": {"message": "no such method"}}).tip == GWEI


@pytest.mark.parametrize("answer", [history([0, 0], [0]), {"error": {"message": "no such method"}}, {"result": None}])
def test_a_chain_without_fees_is_not_paid(answer):
    assert Market.of(answer, TIP).fees() == Fees(0, 0)


def test_a_chain_without_base_fee_whose_blocks_take_tips_is_paid_tips():
    assert Market.of(history([0, 0], [8, 8]), TIP).fees() == Fees(8, 8)


def test_fees_stay_below_the_limit_and_reach_the_next_block():
    market = Market(base=100, tip=70)

    assert market.fees(cap=270) == Fees(270, 70)
    assert market.fees(cap=180) == Fees(180, 70)
    assert market.fees(cap=150) == Fees(150, 50)
    assert market.fees(cap=100) == Fees(100, 0)


def test_nothing_is_priced_that_the_next_block_would_not_take():
    with pytest.raises(FeeAboveCap, match=r"costs 31\.5 gwei now, and at most 30 gwei may be paid"):
        Market(base=31_500_000_000, tip=GWEI).fees(cap=30 * GWEI)


prices = st.integers(0, 10**13)
fees = st.tuples(prices, prices).map(lambda pair: Fees(max(pair), min(pair)))


@given(fees, fees)
def test_a_replacement_pays_an_eighth_more_of_both_at_least_and_never_less_than_blocks_cost(now, before):
    replacing = now.replacing(before)

    assert replacing.most * 8 >= before.most * 9
    assert replacing.tip * 8 >= before.tip * 9
    assert replacing.most >= now.most
    assert replacing.most >= replacing.tip >= now.tip


@pytest.mark.parametrize(("wei", "text"), [(0, "0"), (1, "0.000000001"), (GWEI, "1"), (31_500_000_000, "31.5")])
def test_fees_are_read_in_gwei(wei, text):
    assert gwei(wei) == text
