"""Found by the model of the town: whoever recovered an account to a new key could deposit a month's most once more.

Deposits were counted by address. So was the week in which officers hold an account's money without the reviewer, which
began anew as well. Both are counted by the first address that the account had now.
"""

import pytest
from brownie import chain

from dongne.months import begin_of, month_of
from dongne.suite import Role
from tests.contracts.currency.town.town import DAY, EVIDENCE, Town, at
from tests.reverting import reverts

CAP, BONUS_BPS = 10_000, 1_000


@pytest.fixture
def town(fn_isolation):
    town = Town()
    town.settle()
    town.attest(1_000_000)
    town.as_(Role.CURRENCY_SUPERVISOR, town.treasury.setTopUpTerms, (BONUS_BPS, CAP, 100 * CAP))
    town.as_(Role.CURRENCY_SUPERVISOR, town.treasury.increaseBonusBudget, 10 * CAP)
    _month_turns(town)
    return town


def _month_turns(town):
    first = begin_of(month_of(chain[-1].timestamp) + 1)
    at(first)
    town.attest(1_000_000, now=first)


def recovered(town, actor):
    old, new = town.address(actor), town.new_key()
    ready = town.announce(old, new).timestamp + 7 * DAY
    at(ready)
    town.recovery.complete(old, {"from": town.relayer})
    town.keys[actor] = new
    return old


def test_deposits_of_the_month_follow_the_account(town):
    town.top_up((town.address(0), CAP - 1))
    old = recovered(town, 0)

    with reverts("MonthlyCapExceeded", town.address(0), 1, 2):
        town.top_up((town.address(0), 2))
    town.top_up((town.address(0), 1))

    assert town.treasury.depositedThisMonth(town.address(0)) == CAP
    with reverts("TopUpNotAllowed", old, 6):
        town.top_up((old, 1))


def test_deposits_of_a_month_that_is_over_do_not(town):
    town.top_up((town.address(0), CAP))
    _month_turns(town)
    recovered(town, 0)

    town.top_up((town.address(0), CAP))


def test_the_week_of_holds_follows_the_account(town):
    address = town.address(0)
    town.as_(Role.HOLDS_OFFICER, town.holds.freeze, address, EVIDENCE)
    ends = town.holds.weekEnds(address)
    town.as_(Role.HOLDS_OFFICER, town.holds.unfreeze, address)
    recovered(town, 0)

    with reverts("AccountRests", town.address(0), ends + 28 * DAY):
        town.as_(Role.HOLDS_OFFICER, town.holds.freeze, town.address(0), EVIDENCE)
