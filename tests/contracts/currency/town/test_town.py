"""A town's whole money against a plain Python model: twelve people, every office, every contract, at random.

What must hold after each step: all balances add up to the supply, which no issue raises above the attested reserve,
cash-outs that wait included; bonuses stay within their budget; merchants cash out at most what they were paid; a
voucher's money goes to its shops, its holders' rest, or back to its funder; nobody who is not registered has anything.

DONGNE_CURRENCY_STEPS says how many steps: some hundred by default, 2,000 take about ten minutes.
"""

import os

import pytest
from brownie import CashOutDesk, CityAccess, Holds, LocalCurrency, Recovery, Treasury, Unclaimed, Vouchers

from tests.contracts.currency.town.play import Play
from tests.contracts.currency.town.town import Town

STEPS = int(os.environ.get("DONGNE_CURRENCY_STEPS", "240"))
WORDS_EVERY = 10
BUILT = {
    each._name: each
    for each in (CityAccess, LocalCurrency, CashOutDesk, Treasury, Holds, Recovery, Vouchers, Unclaimed)
}


@pytest.fixture(scope="module")
def town():
    town = Town(BUILT)
    town.settle()
    return town


@pytest.mark.parametrize("seed", [1, 2])
def test_a_towns_money_agrees_with_the_model(town, seed):
    town.keys = town.first_keys()
    play = Play(town, seed)
    for number in range(STEPS // 2):
        play.step()
        play.check()
        if number % WORDS_EVERY == 0:
            play.check_words()

    done = {act for act, error in play.outcomes if error is None}
    assert len(done) > len(Play.ACTS) // 2, sorted(set(Play.ACTS) - done)
