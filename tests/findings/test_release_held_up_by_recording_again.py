"""Found by reading: whoever may record could hold a release up for ever, by recording once more just before each try.

What is recorded after the buyer's day delays nothing any more once the sale has seen everything until then; and a
record of after that day, shown up to a checkpoint, proves that it has. So at most 32 reviews can be outrun.
"""

import pytest
from brownie import CityAccess
from eth_utils.crypto import keccak

from dongne.vehicle import History, Kind
from tests.contracts.vehicle.conftest import event, people, registry  # noqa: F401
from tests.contracts.vehicle.saleroom import TODAY, Saleroom, travel
from tests.reverting import reverts


@pytest.fixture(scope="module")
def room(registry, people, accounts):  # noqa: F811
    return Saleroom(registry, people, accounts, CityAccess.at(registry.authority()))


@pytest.fixture
def confirmed(room):
    """A sale whose buyer's day is over."""
    room.written.clear()
    terms = room.at("confirmed", room.register(keccak(b"a car that somebody wants to keep")))
    travel(room.progress(terms)["until"] + 1)
    return terms


def oil_change(room, terms):
    return room.record(terms.vehicle, event(TODAY + 2, Kind.MAINTENANCE))


def test_a_record_after_the_last_review_delays_no_release(room, people, confirmed):  # noqa: F811
    room.review(confirmed, [])
    oil_change(room, confirmed)

    room.release(confirmed, people.stranger)

    assert room.owner(confirmed.vehicle) == room.buyer.address


def test_whoever_outruns_every_review_is_stopped_by_a_checkpoint(room, people, confirmed):  # noqa: F811
    outrun = 0
    seen = room.progress(confirmed)["reviewed"]
    while len(room.written[confirmed.vehicle]) < 33:
        shown = room.written[confirmed.vehicle][seen:]
        oil_change(room, confirmed)
        if outrun < 2:
            with reverts("ReviewMismatch", confirmed.vehicle, seen):
                room.review(confirmed, shown)
        outrun += 1

    room.review(confirmed, room.written[confirmed.vehicle][seen:32])
    room.release(confirmed, people.stranger)

    assert outrun <= 32
    assert room.owner(confirmed.vehicle) == room.buyer.address


def test_what_was_recorded_on_the_buyers_day_must_still_be_seen(room, people):  # noqa: F811
    terms = room.at("confirmed", room.register(keccak(b"another car")))
    room.record(terms.vehicle, event(TODAY + 2, Kind.ACCIDENT))
    travel(room.progress(terms)["until"] + 1)
    with reverts("ReviewMismatch", terms.vehicle, room.progress(terms)["reviewed"]):
        room.review(terms, [])

    with reverts("ReviewBehind", room.progress(terms)["reviewed"]):
        room.release(terms, people.stranger)
    room.review(terms)
    with reverts("BuyerMustAgree", terms.buyer):
        room.release(terms, people.stranger)


def test_a_new_confirmation_starts_a_new_day(room, people, confirmed):  # noqa: F811
    room.review(confirmed, [])
    inspection = room.progress(confirmed)["inspection"]
    witness = History(confirmed.vehicle, tuple(room.written[confirmed.vehicle])).witness(inspection).argument()
    withdrawal = confirmed.vehicle, event(TODAY, Kind.CORRECTION), bytes(32), witness
    room.note(confirmed.vehicle, room.registry.correct(*withdrawal, {"from": people.inspector}))
    room.review(confirmed)
    assert room.progress(confirmed)["inspection"] == 0

    room.inspect(confirmed.vehicle)
    room.review(confirmed)
    room.confirm(confirmed)

    assert not room.progress(confirmed)["caughtUp"]
