"""Found by reading: a supervisor who abolished the fee, naming nobody, sent the fees of running sales to nobody."""

import pytest
from brownie import CityAccess
from eth_utils.crypto import keccak

from tests.contracts.vehicle.conftest import people, registry  # noqa: F401
from tests.contracts.vehicle.saleroom import FEE, Saleroom
from tests.reverting import reverts

NOBODY = "0x" + "00" * 20


@pytest.fixture(scope="module")
def room(registry, people, accounts):  # noqa: F811
    return Saleroom(registry, people, accounts, CityAccess.at(registry.authority()))


def test_somebody_gets_the_fees_of_running_sales(room):
    terms = room.at("confirmed", room.register(keccak(b"a car with a fee")))

    with reverts("FeeWithoutRecipient", 0):
        room.sales.setFee(0, NOBODY, {"from": room.supervisor})
    room.sales.setFee(0, room.treasury, {"from": room.supervisor})
    room.release(terms)

    assert room.owed(room.treasury, room.currency) == FEE
