"""A voucher programme's rest was owed to an address that the currency pays no more: its funder's key was replaced.

Nobody could sweep, withdraw or pay in: what residents had not spent was stuck for ever. The random town did not find
it, because its model did not try.
"""

import pytest

from tests.contracts.currency.town.busy import OWNED, VICTIM, VOUCHER, busy_town
from tests.contracts.currency.town.town import DAY, INSTITUTIONS, at
from tests.reverting import reverts

FUNDER = INSTITUTIONS[0]


@pytest.fixture
def town(fn_isolation):
    town = busy_town()
    old, new = town.address(FUNDER), town.new_key()
    at(town.announce(old, new).timestamp + 7 * DAY)
    town.recovery.complete(old, {"from": town.relayer})
    town.keys[FUNDER] = new
    return town


def test_the_rest_goes_to_the_funder_at_its_new_key(town):
    at(town.vouchers.programmeOf(1)[2])
    town.vouchers.sweep(1, {"from": town.relayer})

    assert town.currency.balanceOf(town.address(FUNDER)) == OWNED
    assert town.currency.balanceOf(town.vouchers) == 0


def test_the_funder_withdraws_and_pays_in_with_its_new_key_alone(town):
    old, new = town.vouchers.programmeOf(1)[0], town.wallet(FUNDER)
    with reverts("NotTheFunder", town.relayer, new):
        town.vouchers.withdraw(1, 1, {"from": town.relayer})
    town.vouchers.withdraw(1, OWNED - VOUCHER, {"from": new})
    town.currency.approve(town.vouchers, 700, {"from": new})
    town.vouchers.fund(1, 700, {"from": new})

    assert old != new.address
    assert town.currency.balanceOf(new) == OWNED - VOUCHER - 700
    assert town.vouchers.fundOf(1)[:2] == (VOUCHER + 700, VOUCHER)
    assert town.vouchers.balanceOf(town.address(VICTIM), 1) == VOUCHER
