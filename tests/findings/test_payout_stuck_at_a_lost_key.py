"""A refund in the city's currency was owed to an address that the currency pays no more: the key had been replaced."""

import pytest
from brownie import CityAccess
from eth_utils.crypto import keccak

from tests.contracts.conftest import isolation  # noqa: F401
from tests.contracts.vehicle.conftest import people, registry  # noqa: F401
from tests.contracts.vehicle.saleroom import FEE, Saleroom
from tests.reverting import reverts


@pytest.fixture
def room(registry, people, accounts):  # noqa: F811
    return Saleroom(registry, people, accounts, CityAccess.at(registry.authority()))


def test_a_refund_follows_its_owner_to_the_new_key(room):
    terms = room.at("funded", room.register(keccak(b"a car")))
    room.sales.cancel(terms.argument(), {"from": room.account(room.seller.address)})
    new = room.people.owner
    room.currency.recover(room.buyer.address, new, {"from": room.people.admin})
    room.currency.setFrozen(room.buyer.address, True, {"from": room.people.admin})

    room.sales.withdraw(room.currency, room.buyer.address, {"from": room.people.stranger})

    assert room.currency.balanceOf(new) == FEE


def test_a_fee_goes_to_somebody(room):
    with reverts("FeeWithoutRecipient", FEE):
        room.sales.setFee(FEE, "0x" + "00" * 20, {"from": room.supervisor})
