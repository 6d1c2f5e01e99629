"""Found by reading: evidence seen before its recorder was revoked still made the release the buyer's alone.

So a buyer with a friend in a garage let the sale run out and got everything back, the deposit too, without a decision.
Whoever wants to may dismiss such evidence now; what counts cannot be dismissed.
"""

import pytest
from brownie import CityAccess
from eth_utils.crypto import keccak

from dongne.vehicle import Kind
from tests.contracts.vehicle.conftest import event, people, registry  # noqa: F401
from tests.contracts.vehicle.saleroom import DAY, TODAY, Saleroom, travel
from tests.reverting import reverts


@pytest.fixture(scope="module")
def room(registry, people, accounts):  # noqa: F811
    return Saleroom(registry, people, accounts, CityAccess.at(registry.authority()))


@pytest.fixture
def slandered(room):
    """A confirmed sale of a car of which a garage tells an accident."""
    room.written.clear()
    terms = room.at("confirmed", room.register(keccak(b"a car of good repute")))
    room.record(terms.vehicle, event(TODAY + 2, Kind.ACCIDENT))
    room.review(terms)
    travel(room.progress(terms)["until"] + DAY)
    return terms


def dismiss(room, terms, *indices):
    return room.sales.dismiss(terms.argument(), indices, {"from": room.people.stranger})


def test_the_word_of_a_revoked_garage_keeps_nobody_from_releasing(room, people, slandered):  # noqa: F811
    since = room.written[slandered.vehicle][-1].record.recorded_at
    room.registry.revoke(people.garage, since, {"from": people.accreditor})

    dismiss(room, slandered, 0)
    room.release(slandered, people.stranger)

    assert room.owner(slandered.vehicle) == room.buyer.address
    assert room.owed(room.seller) == slandered.price


def test_what_counts_is_not_dismissed(room, people, slandered):  # noqa: F811
    with reverts("EvidenceCounts", room.written[slandered.vehicle][-1].record.number):
        dismiss(room, slandered, 0)
    with reverts("BuyerMustAgree", slandered.buyer):
        room.release(slandered, people.stranger)


def test_evidence_is_dismissed_once_so_that_it_makes_up_for_no_other(room, people, slandered):  # noqa: F811
    room.record(slandered.vehicle, event(TODAY + 2, Kind.FLOOD), by=people.inspector)
    room.review(slandered)
    lie = room.written[slandered.vehicle][-2].record
    room.registry.revoke(people.garage, lie.recorded_at, {"from": people.accreditor})

    with reverts("AlreadyDismissed", lie.number):
        dismiss(room, slandered, 0, 0)
    dismiss(room, slandered, 0)

    with reverts("BuyerMustAgree", slandered.buyer):
        room.release(slandered, people.stranger)


def test_a_buyer_leaves_over_dismissed_evidence_if_the_revocation_is_lifted(room, people, slandered):  # noqa: F811
    room.registry.revoke(people.garage, 1, {"from": people.accreditor})
    dismiss(room, slandered, 0)
    buyer = room.account(slandered.buyer)
    with reverts("EvidenceTainted", room.written[slandered.vehicle][-1].record.number):
        room.sales.exit(slandered.argument(), 0, {"from": buyer})
    room.registry.liftRevocation(people.garage, {"from": people.admin})

    room.sales.exit(slandered.argument(), 0, {"from": buyer})

    assert room.progress(slandered)["exited"]
