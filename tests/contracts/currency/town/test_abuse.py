"""Abuses that only the whole town can show, each by name; where something can be lost, how much."""

import pytest
from brownie.exceptions import VirtualMachineError

from dongne.currency import Kind
from dongne.suite import Role
from tests.contracts.currency.conftest import MOST, Orders
from tests.contracts.currency.town.busy import (
    ACCOMPLICE,
    AT_DESK,
    OWNED,
    SHOP,
    VICTIM,
    VOUCHER,
    get_busy,
    town_with_money,
)
from tests.contracts.currency.town.town import DAY, EVIDENCE, MERCHANTS, at
from tests.reverting import reverts


@pytest.fixture(scope="module")
def town():
    return town_with_money()


@pytest.fixture(autouse=True)
def keys(town):
    """A test that recovers an account is undone on the chain; so are its keys here."""
    town.keys = town.first_keys()


@pytest.fixture
def busy(town):
    get_busy(town)
    return town


def test_discount_arbitrage_by_top_ups_costs_the_city_the_bonus_on_the_monthly_cap_and_no_more(town):
    """A resident buys nothing from a shop, which cashes out and gives the won back, ten times a month."""
    bonus_bps, cap, budget = 1_000, 10_000, 5_000
    town.as_(Role.CURRENCY_SUPERVISOR, town.treasury.setTopUpTerms, (bonus_bps, cap, 100_000))
    town.as_(Role.CURRENCY_SUPERVISOR, town.treasury.increaseBonusBudget, budget)
    before = town.currency.balanceOf(town.address(ACCOMPLICE))
    for _ in range(10):
        town.top_up((town.address(ACCOMPLICE), cap // 10))
        town.pay(ACCOMPLICE, town.address(SHOP), town.currency.balanceOf(town.address(ACCOMPLICE)))
        town.cash_out(SHOP, town.currency.balanceOf(town.address(SHOP)))
    with reverts("MonthlyCapExceeded", town.address(ACCOMPLICE), 0, 1):
        town.top_up((town.address(ACCOMPLICE), 1))

    gained = town.currency.balanceOf(town.desk) + before - cap
    assert gained == cap * bonus_bps // 10_000 == budget - town.treasury.bonusBudget()


@pytest.mark.parametrize("ghost", ["never registered", "registered and never paid", "struck off", "frozen"])
def test_ghost_merchants_cash_out_nothing(town, ghost):
    """Who is no shop gets no money to hand in; a shop that exists on paper only has none either."""
    actor = MERCHANTS[2] if ghost != "never registered" else 11
    if ghost == "struck off":
        town.as_(Role.MEMBERSHIP_OFFICER, town.currency.reclassify, town.address(actor), Kind.NONE, 0)
    if ghost == "frozen":
        town.as_(Role.HOLDS_OFFICER, town.holds.freeze, town.address(actor), EVIDENCE)
    if ghost != "registered and never paid":
        with reverts("TransferNotAllowed", town.address(VICTIM), town.address(actor)):
            town.pay(VICTIM, town.address(actor), 1)
    with reverts("IssueNotAllowed", town.address(actor), town.currency.accountOf(town.address(actor))[2]):
        town.issue((town.address(actor), 1))
    with pytest.raises(VirtualMachineError):
        town.cash_out(actor, 1)

    assert town.currency.balanceOf(town.desk) == 0


def test_a_permit_that_is_handed_in_first_by_another_gives_the_spender_no_more(town):
    """Front-running a permit sets the very allowance that was signed, once; the payment it was meant for is made."""
    owner, spender, shop = town.keys[VICTIM], town.relayer, town.address(SHOP)
    orders = Orders(town.currency, town.admin)
    orders.permit(owner, spender, 700)
    with pytest.raises(VirtualMachineError):
        orders.permit(owner, spender, 700, nonce=0)
    town.currency.transferFrom(owner.address, shop, 700, {"from": spender})

    assert town.currency.allowance(owner.address, spender) == 0
    assert town.currency.balanceOf(shop) == 700


def test_splitting_payments_and_cash_outs_gives_no_more_than_one(town):
    for _ in range(10):
        town.pay(VICTIM, town.address(SHOP), 10)
        town.cash_out(SHOP, 10)
    with pytest.raises(VirtualMachineError):
        town.cash_out(SHOP, 1)

    assert town.currency.balanceOf(town.desk) == 100


def test_a_voucher_paid_at_a_shop_is_cashed_out_once_however_it_is_refunded(busy):
    """Cashed out first, refunded later: the shop needs the money of others for the refund, so nothing is doubled."""
    shop, before = busy.address(SHOP), busy.currency.balanceOf(busy.address(SHOP))
    busy.vouchers.spend(1, shop, VOUCHER, EVIDENCE, {"from": busy.wallet(VICTIM)})
    busy.cash_out(SHOP, before + VOUCHER)
    busy.currency.approve(busy.vouchers, MOST, {"from": busy.wallet(SHOP)})

    with pytest.raises(VirtualMachineError):
        busy.vouchers.refund(1, busy.address(VICTIM), VOUCHER, EVIDENCE, {"from": busy.wallet(SHOP)})
    assert busy.vouchers.balanceOf(busy.address(VICTIM), 1) == 0


def test_recovering_an_account_with_open_cash_outs_holds_and_vouchers(busy):
    """The shop's and the resident's keys are lost while all of it is under way: everything follows, nothing twice."""
    town, supply = busy, busy.currency.totalSupply()
    olds = {actor: _recovered(town, actor) for actor in (VICTIM, SHOP)}
    town.holds.release(0, {"from": town.relayer})
    town.vouchers.follow(1, olds[VICTIM], {"from": town.relayer})
    town.settle_cash_outs(0)
    town.vouchers.spend(1, town.address(SHOP), VOUCHER, EVIDENCE, {"from": town.wallet(VICTIM)})
    town.pay(VICTIM, town.address(SHOP), OWNED - 2 * AT_DESK)

    assert town.balances([*olds.values(), town.address(VICTIM)]) == [0, 0, 0]
    assert town.currency.balanceOf(town.address(SHOP)) == OWNED - AT_DESK + VOUCHER
    assert [town.vouchers.balanceOf(each, 1) for each in (olds[VICTIM], town.address(VICTIM))] == [0, 0]
    assert town.currency.totalSupply() == supply - AT_DESK
    with reverts("CashOutNotOpen", 0):
        town.settle_cash_outs(0)


def test_a_cash_out_of_a_merchant_whose_key_was_lost_returns_to_the_new_key(busy):
    _recovered(busy, SHOP)

    busy.as_(Role.SETTLEMENT_OFFICER, busy.desk.returnCashOut, 0, EVIDENCE)

    assert busy.currency.balanceOf(busy.address(SHOP)) == 2 * AT_DESK


def _recovered(town, actor):
    old, new = town.address(actor), town.new_key()
    at(town.announce(old, new).timestamp + 7 * DAY)
    town.recovery.complete(old, {"from": town.relayer})
    town.keys[actor] = new
    return old
