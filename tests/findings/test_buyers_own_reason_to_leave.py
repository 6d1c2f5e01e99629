"""Found by attack: a buyer who is a garage itself wrote the accident over which it then left.

What a buyer records about the car is no reason to leave, and does not keep others from releasing the sale.
"""

import pytest
from brownie import CityAccess
from eth_utils.crypto import keccak

from dongne.vehicle import Kind
from tests.contracts.vehicle.conftest import FOREVER, event, people, registry  # noqa: F401
from tests.contracts.vehicle.saleroom import DAY, TODAY, Saleroom, travel


@pytest.fixture(scope="module")
def room(registry, people, accounts):  # noqa: F811
    return Saleroom(registry, people, accounts, CityAccess.at(registry.authority()))


def test_a_buyer_does_not_write_its_own_reason_to_leave(room, people):  # noqa: F811
    car = room.register(keccak(b"a car for a garage"))
    buyer = room.account(room.buyer.address)
    room.registry.accredit(buyer, 1 << Kind.ACCIDENT, 1, FOREVER, {"from": people.accreditor})
    terms = room.at("confirmed", car)
    room.record(car, event(TODAY + 1, Kind.ACCIDENT), by=buyer)
    room.review(terms)

    assert room.sales.adverseCount(room.sales.saleOf(terms.argument())) == 0
    travel(room.progress(terms)["until"] + DAY)
    room.release(terms, people.stranger)
    assert room.owner(car) == buyer
