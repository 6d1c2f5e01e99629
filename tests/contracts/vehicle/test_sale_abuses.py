"""Ten ways to cheat in a sale, and what becomes of each."""

from dataclasses import replace

import pytest
from brownie import CityAccess
from eth_utils.crypto import keccak

from dongne.signing import Domain, sign
from dongne.suite import Role
from dongne.vehicle import Entry, Gauge, History, Kind, RecordItem, pack_batch
from dongne.vehicle.messages import OpenLien
from dongne.words import SaleStage
from tests.contracts.vehicle.conftest import DOCUMENT, T0, event, reading
from tests.contracts.vehicle.saleroom import DAY, DEPOSIT, FEE, PRICE, TODAY, Saleroom, key, now, travel
from tests.contracts.wiring import wire
from tests.reverting import reverts

CAR = keccak(b"a car for sale")
HONEST, CHARGING, PAUSED, REENTERING, PAYING_NOTHING = range(5)
"""Modes of `HostileToken`."""


@pytest.fixture(scope="module")
def room(registry, people, accounts):
    return Saleroom(registry, people, accounts, CityAccess.at(registry.authority()))


@pytest.fixture
def car(room):
    room.written.clear()
    return room.register(CAR)


@pytest.fixture
def liens(room, registry, people, VehicleLiens):
    access = CityAccess.at(registry.authority())
    liens = VehicleLiens.deploy(registry, access, {"from": people.admin})
    offices = (Role.LIEN_OFFICER, Role.SEIZING_AUTHORITY, Role.POLICE)
    holders = {**dict.fromkeys(offices, room.officer), Role.TITLE_RESTRICTER: liens}
    wire(access, liens, holders, people.admin)
    return liens


def leave(room, terms, index=0):
    return room.sales.exit(terms.argument(), index, {"from": room.account(terms.buyer)})


def correct(room, car, number, entry, by):
    witness = History(car, tuple(room.written[car])).witness(number).argument()
    return room.note(car, room.registry.correct(car, entry, DOCUMENT, witness, {"from": by}))


def refunded(room):
    return (room.owed(room.buyer), room.owed(room.buyer, room.currency)) == (PRICE - DEPOSIT, FEE)


# 1. Washing or changing the gauge between the agreement and the settlement.


def test_a_reading_washed_after_the_agreement_lets_the_buyer_leave(room, people, car):
    terms = room.at("confirmed", car)
    correct(room, car, 2, reading(20_000, TODAY), people.garage)
    room.review(terms)

    leave(room, terms)

    assert refunded(room)


def test_a_gauge_changed_after_the_agreement_lets_the_buyer_leave(room, people, car):
    terms = room.at("funded", car)
    room.record(car, reading(1, TODAY + 2, Kind.MAINTENANCE, Gauge.REPLACED))
    room.review(terms)

    leave(room, terms)

    assert refunded(room)


def test_a_rollback_found_by_the_inspection_lets_the_buyer_leave(room, car):
    terms = room.at("funded", car)
    room.inspect(car, km=20_000)
    room.review(terms)

    leave(room, terms)

    assert refunded(room)


# 2. Withdrawing what is adverse.


def test_adverse_evidence_that_was_withdrawn_lets_the_buyer_leave(room, people, car):
    terms = room.at("funded", car)
    room.record(car, event(TODAY + 1, Kind.ACCIDENT))
    correct(room, car, 3, Entry(Kind.CORRECTION, T0).word(), people.garage)
    room.inspect(car)
    room.review(terms)
    room.confirm(terms)

    with reverts("BuyerMustAgree", room.buyer.address):
        room.release(terms, people.stranger)
    leave(room, terms)

    assert refunded(room)


# 3. Burying what is adverse.


def test_adverse_evidence_buried_under_two_thousand_records_is_found(room, people, car):
    terms = room.at("funded", car)
    room.record(car, event(TODAY + 1, Kind.FLOOD))
    junk = pack_batch([RecordItem(car, Entry(Kind.MAINTENANCE, T0))] * 250)
    for _ in range(8):
        room.note(car, room.registry.recordBatch(junk, {"from": people.garage}))

    room.review(terms, room.written[car][2:32])
    leave(room, terms)

    assert room.progress(terms)["reviewed"] == 32
    assert refunded(room)


def test_a_release_has_seen_every_record(room, people, car):
    terms = room.at("funded", car)
    room.inspect(car)
    junk = pack_batch([RecordItem(car, Entry(Kind.MAINTENANCE, T0))] * 250)
    room.note(car, room.registry.recordBatch(junk, {"from": people.garage}))
    room.review(terms, room.written[car][2:128])
    room.confirm(terms)

    with reverts("ReviewBehind", 128):
        room.release(terms)
    room.review(terms)
    room.release(terms)

    assert room.owner(car) == room.buyer.address


def test_records_left_out_altered_or_reordered_are_no_review(room, people, car):
    terms = room.at("funded", car)
    room.record(car, event(TODAY + 1, Kind.ACCIDENT))
    room.record(car, event(TODAY + 1, Kind.MAINTENANCE))
    accident, upkeep = room.written[car][2:]
    harmless = replace(accident, record=replace(accident.record, kind=Kind.MAINTENANCE))

    for evidence in ([upkeep], [accident], [upkeep, accident], [harmless, upkeep], [accident, upkeep, upkeep], []):
        with reverts("ReviewMismatch", car, 2):
            room.review(terms, evidence)


# 4. Buyer and garage make up a reason to leave.


def test_a_made_up_reason_costs_the_deposit_if_the_arbiter_says_so(room, car):
    terms = room.at("confirmed", car)
    room.record(car, event(TODAY + 1, Kind.ACCIDENT))
    room.review(terms)
    leave(room, terms)

    room.sales.decide(terms.argument(), DEPOSIT, {"from": room.arbiter})

    assert room.owed(room.seller) == DEPOSIT
    assert room.owed(room.buyer) == PRICE - DEPOSIT


def test_the_word_of_a_revoked_garage_is_no_reason(room, people, car):
    terms = room.at("confirmed", car)
    at = room.record(car, event(TODAY + 1, Kind.ACCIDENT)).timestamp
    room.review(terms)
    room.registry.revoke(people.garage, at, {"from": people.accreditor})

    with reverts("EvidenceTainted", 4):
        leave(room, terms)


def test_what_was_tainted_before_the_review_is_not_even_noted(room, people, car):
    terms = room.at("confirmed", car)
    at = room.record(car, event(TODAY + 1, Kind.ACCIDENT)).timestamp
    room.registry.revoke(people.garage, at, {"from": people.accreditor})

    room.review(terms)

    assert room.sales.adverseCount(room.sales.saleOf(terms.argument())) == 0


def test_only_the_buyer_leaves(room, people, car):
    terms = room.at("confirmed", car)
    room.record(car, event(TODAY + 1, Kind.ACCIDENT))
    room.review(terms)

    with reverts("NotAParty", room.seller.address):
        room.sales.exit(terms.argument(), 0, {"from": room.account(room.seller.address)})


def test_the_buyer_may_take_the_car_in_spite_of_it(room, car):
    terms = room.at("confirmed", car)
    room.record(car, event(TODAY + 1, Kind.ACCIDENT))
    room.review(terms)

    room.release(terms)

    assert room.owner(car) == room.buyer.address


def test_without_a_decision_the_deposit_goes_back_in_a_week(room, people, car):
    terms = room.at("confirmed", car)
    room.record(car, event(TODAY + 1, Kind.ACCIDENT))
    room.review(terms)
    left = leave(room, terms).timestamp

    travel(left + 7 * DAY)
    room.sales.timeOut(terms.argument(), {"from": people.stranger})

    assert room.owed(room.buyer) == PRICE
    assert room.owed(room.buyer, room.currency) == FEE
    assert room.owed(room.seller) == 0


# 5, 6. A lien just before the settlement, or as a hostage.


def charge(room, liens, car, creditor):
    """A lien to which the seller and a creditor agree, however late."""
    lien = OpenLien(car, room.seller.address, creditor.address, PRICE, liens.lastRank(car) + 1, DOCUMENT)
    _fields, name, version, chain_id, contract, _salt, _extensions = liens.eip712Domain()
    digest = lien.digest(Domain(name, version, chain_id, contract))
    terms = (lien.vehicle, lien.debtor, lien.creditor, lien.amount, lien.document)
    signatures = sign(digest, room.seller), sign(digest, creditor)
    room.note(car, liens.openLien(*terms, *signatures, {"from": room.officer}))


def test_a_lien_that_runs_ahead_of_the_settlement_stops_it_and_lets_the_buyer_leave(room, liens, car):
    terms = room.at("confirmed", car)
    charge(room, liens, car, key("bank"))

    with reverts("ReviewBehind", 3):
        room.release(terms)
    room.review(terms)
    with reverts("TitleRestricted", car, 1):
        room.release(terms)
    leave(room, terms)

    assert refunded(room)


def test_a_lien_by_a_friend_is_no_hostage(room, liens, people, car):
    terms = room.at("confirmed", car)
    charge(room, liens, car, key("the seller's friend"))
    room.review(terms)
    left = leave(room, terms).timestamp

    travel(left + 7 * DAY)
    room.sales.timeOut(terms.argument(), {"from": people.stranger})

    assert (room.owed(room.buyer), room.owed(room.seller)) == (PRICE, 0)
    assert room.owner(car) == room.seller.address


@pytest.mark.parametrize("kind", [Kind.SEIZURE, Kind.THEFT])
def test_a_restriction_before_settlement_stops_it_and_lets_the_buyer_leave(room, liens, car, kind):
    terms = room.at("confirmed", car)
    if kind is Kind.THEFT:
        room.note(car, liens.reportTheft(car, T0, DOCUMENT, {"from": room.officer}))
    else:
        room.note(car, liens.seize(car, kind, DOCUMENT, {"from": room.officer}))

    with reverts("ReviewBehind", 3):
        room.release(terms)
    room.review(terms)
    with reverts("TitleRestricted", car, 1):
        room.release(terms)
    leave(room, terms)

    assert refunded(room)


def test_a_charged_car_is_not_offered(room, liens, car):
    room.note(car, liens.seize(car, Kind.SEIZURE, DOCUMENT, {"from": room.officer}))

    with reverts("TitleNotFree", car, 1):
        room.open(room.terms(car))


# 8. The title moves elsewhere, and is sold twice.


def test_a_title_moved_meanwhile_lets_the_buyer_leave(room, people, car):
    terms = room.at("confirmed", car)
    moved = event(TODAY + 1, Kind.OWNERSHIP_CHANGE)
    room.note(car, room.registry.transferTitle(car, people.stranger, moved, DOCUMENT, {"from": people.titles}))
    room.review(terms)

    with reverts("SellerNotOwner", room.seller.address, people.stranger):
        room.release(terms)
    leave(room, terms)

    assert refunded(room)


# 9. Money that misbehaves.


def test_money_that_charges_for_transfers_is_refused(room, people, car):
    terms = room.at("offered", car)
    room.approve(terms)
    room.money.setMode(CHARGING, {"from": people.admin})

    with reverts("WrongPayment", room.money, PRICE - PRICE // 100, PRICE):
        room.sales.fund(terms.argument(), {"from": people.stranger})


def test_money_that_only_says_it_was_paid_is_refused(room, people, car):
    terms = room.at("offered", car)
    room.approve(terms)
    room.money.setMode(PAYING_NOTHING, {"from": people.admin})

    with reverts("WrongPayment", room.money, 0, PRICE):
        room.sales.fund(terms.argument(), {"from": people.stranger})


def test_money_that_calls_back_pays_no_second_sale_with_the_same_won(room, people, car):
    other = room.register(keccak(b"another car"))
    first, second = room.at("offered", car), room.at("offered", other)
    room.approve(first)
    room.money.reenter(room.sales, room.sales.fund.encode_input(second.argument()), {"from": people.admin})

    with reverts("ReentrancyGuardReentrantCall"):
        room.sales.fund(first.argument(), {"from": people.stranger})


def test_money_that_pauses_holds_up_its_own_payout_only(room, people, car):
    terms = room.at("confirmed", car)
    room.money.setMode(PAUSED, {"from": people.admin})

    room.release(terms)
    with reverts("TokenPaused"):
        room.sales.withdraw(room.money, room.seller.address, {"from": people.stranger})
    room.sales.withdraw(room.currency, room.treasury, {"from": people.stranger})
    room.money.setMode(HONEST, {"from": people.admin})
    room.sales.withdraw(room.money, room.seller.address, {"from": people.stranger})

    assert room.owner(car) == room.buyer.address
    assert room.money.balanceOf(room.seller.address) == PRICE


def test_a_frozen_seller_does_not_keep_the_buyers_refund(room, people, car):
    terms = room.at("funded", car)
    room.money.setFrozen(room.seller.address, True, {"from": people.admin})
    room.sales.cancel(terms.argument(), {"from": room.account(room.buyer.address)})

    room.sales.withdraw(room.money, room.buyer.address, {"from": people.stranger})

    assert room.money.balanceOf(room.buyer.address) == PRICE - DEPOSIT


# 10. The inspector turns out to lie.


def test_an_inspection_by_a_revoked_inspector_releases_nothing(room, people, car):
    terms = room.at("confirmed", car)
    room.registry.revoke(people.inspector, now() - 60, {"from": people.accreditor})

    with reverts("InspectionTainted", 3):
        room.release(terms)
    room.inspect(car, by=people.garage)
    room.review(terms)
    room.release(terms)

    assert SaleStage(room.progress(terms)["stage"]) is SaleStage.RELEASED


def test_an_inspection_after_its_date_does_not_count(room, car):
    terms = room.at("funded", car)
    travel(terms.inspect_by + 1)
    room.inspect(car)
    room.review(terms)

    assert SaleStage(room.progress(terms)["stage"]) is SaleStage.FUNDED
