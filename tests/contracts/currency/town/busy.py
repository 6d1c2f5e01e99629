"""A town in which everything is under way: money held, money at the desk, a voucher that is not spent."""

from brownie import chain

from dongne.months import begin_of, month_of
from dongne.suite import Role
from tests.contracts.currency.town.town import DAY, EVIDENCE, INSTITUTIONS, MERCHANTS, TRADE, Town, at

VICTIM, ACCOMPLICE, SHOP = 0, 5, MERCHANTS[0]
OWNED, AT_DESK, HELD, VOUCHER = 20_000, 3_000, 500, 1_000
RESERVE = 1_000_000


def town_with_money():
    """A resident and an institution with money, at the begin of a month."""
    town = Town()
    town.settle()
    month = begin_of(month_of(chain[-1].timestamp) + 1)
    at(month)
    town.attest(RESERVE, now=month)
    town.issue((town.address(VICTIM), OWNED), (town.address(INSTITUTIONS[0]), OWNED))
    return town


def busy_town():
    """The same with everything under way."""
    town = town_with_money()
    get_busy(town)
    return town


def get_busy(town):
    """The resident pays the shop, which cashes out; some of the resident's money is held, and it has a voucher."""
    town.pay(VICTIM, town.address(SHOP), 2 * AT_DESK)
    town.cash_out(SHOP, AT_DESK)
    town.as_(Role.DETECTOR, town.holds.flag, town.address(VICTIM), HELD, EVIDENCE)
    town.as_(Role.HOLDS_OFFICER, town.holds.place, 0, HELD)
    now = chain[-1].timestamp
    terms = (town.address(INSTITUTIONS[0]), now, now + 60 * DAY, 6_000, OWNED, [TRADE], EVIDENCE, "")
    town.as_(Role.CURRENCY_SUPERVISOR, town.vouchers.open, terms)
    funder = {"from": town.wallet(INSTITUTIONS[0])}
    town.currency.approve(town.vouchers, OWNED, funder)
    town.vouchers.fund(1, OWNED, funder)
    town.grant(1, town.address(VICTIM), VOUCHER)
