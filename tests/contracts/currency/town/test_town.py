"""A town's whole money against a plain Python model: twelve people, every office, every contract, at random.

What must hold after each step: all balances add up to the supply, which no issue raises above the attested reserve,
cash-outs that wait included; bonuses stay within their budget; merchants cash out at most what they were paid; a
voucher's money goes to its shops, its holders' rest, or back to its funder; nobody who is not registered has anything.

DONGNE_CURRENCY_STEPS says how many steps: some hundred by default; DONGNE_CURRENCY_SEED chooses others.
"""

import os

import pytest

from tests.contracts.currency.town.play import Play
from tests.contracts.currency.town.town import LONG, Town

STEPS = int(os.environ.get("DONGNE_CURRENCY_STEPS", "240"))
SEED = int(os.environ.get("DONGNE_CURRENCY_SEED", "5"))
WORDS_EVERY = 10


@pytest.fixture(scope="module")
def town():
    town = Town()
    town.settle()
    return town


def test_a_towns_money_agrees_with_the_model(town):
    play = Play(town, SEED)
    for number in range(STEPS):
        play.step()
        play.check()
        if number % WORDS_EVERY == 0:
            play.check_words()

    done = {act for act, error in play.outcomes if error is None}
    missing = set(Play.ACTS) - done - {"time_passes"}
    assert len(missing) <= (2 if STEPS >= LONG else len(Play.ACTS) // 2), sorted(missing)
