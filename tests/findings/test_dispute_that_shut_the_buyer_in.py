"""Found by attack: a seller who saw an accident recorded called the arbiter, and so the buyer could not leave over it.

In a dispute a sale is still shown what is recorded, and the buyer still leaves over what is adverse.
"""

import pytest
from brownie import CityAccess
from eth_utils.crypto import keccak

from dongne.vehicle import Kind
from dongne.words import SaleStage
from tests.contracts.vehicle.conftest import event, people, reading, registry  # noqa: F401
from tests.contracts.vehicle.saleroom import DAY, DEPOSIT, FEE, PRICE, TODAY, Saleroom, travel
from tests.reverting import reverts


@pytest.fixture(scope="module")
def room(registry, people, accounts):  # noqa: F811
    return Saleroom(registry, people, accounts, CityAccess.at(registry.authority()))


@pytest.fixture
def disputed(room):
    """A sale about which the seller calls the arbiter as soon as an accident is recorded."""
    room.written.clear()
    car = room.register(keccak(b"a car in dispute"))
    terms = room.at("inspected", car)
    room.record(car, event(TODAY + 1, Kind.ACCIDENT))
    room.sales.dispute(terms.argument(), {"from": room.account(room.seller.address)})
    return terms


def test_a_buyer_leaves_over_adverse_evidence_from_a_dispute_too(room, people, disputed):  # noqa: F811
    room.review(disputed)
    left = room.sales.exit(disputed.argument(), 0, {"from": room.account(room.buyer.address)}).timestamp

    assert (room.owed(room.buyer), room.owed(room.buyer, room.currency)) == (PRICE - DEPOSIT, FEE)
    with reverts("WrongSaleStage", bytes(room.sales.saleOf(disputed.argument())), int(SaleStage.DISPUTED)):
        room.sales.exit(disputed.argument(), 0, {"from": room.account(room.buyer.address)})
    travel(left + 7 * DAY)
    room.sales.timeOut(disputed.argument(), {"from": people.stranger})
    assert room.owed(room.buyer) == PRICE


def test_a_dispute_stays_one_whatever_is_recorded_of_the_inspection(room, disputed):
    room.inspect(disputed.vehicle)
    room.review(disputed)

    assert SaleStage(room.progress(disputed)["stage"]) is SaleStage.DISPUTED
