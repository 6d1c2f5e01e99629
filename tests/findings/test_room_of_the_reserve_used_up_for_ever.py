"""A thief of the issuing key could issue to one of the city's contracts, where nobody can hold, move or destroy it.

Docs said that what it issues comes back by due process. From the desk it did not: the supply stayed higher for ever,
and the city would have had to keep as many won in reserve, which belong to nobody.
"""

import pytest

from dongne.currency import Kind
from tests.contracts.currency.town.busy import RESERVE, town_with_money
from tests.reverting import reverts


@pytest.fixture
def town(fn_isolation):
    return town_with_money()


@pytest.mark.parametrize("name", ["desk", "vouchers", "unclaimed"])
def test_nothing_is_issued_to_a_contract_of_the_city(town, name):
    contract, before = getattr(town, name), town.currency.totalSupply()

    with reverts("IssueNotAllowed", contract, Kind.SYSTEM_CONTRACT):
        town.issue((contract.address, RESERVE - before))

    assert town.currency.totalSupply() == before
