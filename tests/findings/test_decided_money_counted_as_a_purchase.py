"""`currency audit` said that the books differ once disputed money had gone to a shop by a decision.

`ForcedTransfer` moves money that no counter of purchases takes note of; the books took its `Transfer` for a purchase,
and one from a shop to a resident for a refund.
"""

import pytest

from dongne.currency import Holds, Issue, Kind, LocalCurrency, audit_supply
from dongne.suite import Role
from scripts.localchain.suite import local_suite, person

RESIDENT, SHOP = person("resident of a dispute"), person("shop of a dispute")
DAY = 86_400


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        currency, members = on.client(LocalCurrency), on.officers[Role.MEMBERSHIP_OFFICER]
        currency.register(Kind.RESIDENT, [RESIDENT.address]).transact(members)
        currency.register(Kind.MERCHANT, [SHOP.address], 5_411).transact(members)
        on.issue([Issue(RESIDENT.address, 1_000)], bytes(32))
        currency.transfer(SHOP.address, 600).transact(RESIDENT)
        yield on


def test_an_audit_of_decided_money_reconciles(city):
    for payer, payee in ((RESIDENT, SHOP), (SHOP, RESIDENT)):
        decide(city, payer, payee, 150)

        assert audit_supply(city.client(LocalCurrency)).differences == ()


def decide(city, payer, payee, amount):
    holds, officers = city.client(Holds), city.officers
    case = holds.flagged_in(holds.flag(payer.address, amount, bytes(32)).transact(officers[Role.DETECTOR]))
    holds.place(case, amount).transact(officers[Role.HOLDS_OFFICER])
    holds.confirm(case, payee.address, bytes(32)).transact(officers[Role.HOLDS_REVIEWER])
    city.pass_time(14 * DAY)
    holds.carry_out(case).transact(city.relayer)
