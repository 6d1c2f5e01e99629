"""A sale: what both signed, step by step to title and price at once, or back; nobody else gets the money."""

from dataclasses import replace

import pytest
from brownie import CityAccess
from eth_utils.crypto import keccak

from dongne.signing import sign
from dongne.suite import Role
from dongne.vehicle import Entry, History, Kind, mask
from dongne.words import SaleStage
from tests.contracts.vehicle.conftest import DOCUMENT, FOREVER, T0, event
from tests.contracts.vehicle.saleroom import DAY, DEPOSIT, FEE, PRICE, Saleroom, key, now, travel
from tests.reverting import reverts

CAR = keccak(b"a car for sale")
PAID = ("funded", "inspected", "confirmed")


@pytest.fixture(scope="module")
def room(registry, people, accounts):
    return Saleroom(registry, people, accounts, CityAccess.at(registry.authority()))


@pytest.fixture
def car(room):
    room.written.clear()
    return room.register(CAR)


def stage(room, terms):
    return SaleStage(room.progress(terms)["stage"])


def everything_went_back(room):
    return (room.owed(room.buyer), room.owed(room.buyer, room.currency)) == (PRICE, FEE)


def test_title_and_price_change_hands_in_one_transaction(room, car):
    terms = room.at("confirmed", car)

    room.release(terms)

    assert room.owner(car) == room.buyer.address
    assert room.owed(room.seller) == PRICE
    assert room.owed(room.treasury, room.currency) == FEE
    assert stage(room, terms) is SaleStage.RELEASED
    assert int(str(room.sales.runningSale(car)), 16) == 0
    last = room.written[car][-1]
    assert last.record.kind is Kind.OWNERSHIP_CHANGE
    assert last.document == terms.document


def test_anyone_releases_a_day_after_the_confirmation(room, people, car):
    terms = room.at("inspected", car)
    confirmed = room.confirm(terms).timestamp

    travel(confirmed + DAY - 1)
    with reverts("TooEarly", confirmed + DAY):
        room.release(terms, people.stranger)
    travel(confirmed + DAY)
    room.release(terms, people.stranger)

    assert room.owner(car) == room.buyer.address


def test_what_is_owed_is_paid_to_its_owner_whoever_sends_it(room, people, car):
    room.at("released", car)

    room.sales.withdraw(room.money, room.seller.address, {"from": people.stranger})

    assert room.money.balanceOf(room.seller.address) == PRICE
    with reverts("NothingOwed", room.money, room.seller.address):
        room.sales.withdraw(room.money, room.seller.address, {"from": people.stranger})


@pytest.mark.parametrize("who", ["seller", "buyer"])
def test_both_must_have_signed(room, car, who):
    with reverts("NotSignedBy", getattr(room, who).address):
        room.open(room.terms(car), **{f"by_{who}": key("thief")})


@pytest.mark.parametrize(
    "field",
    ["price", "deposit", "fund_by", "inspect_by", "settle_by", "buyer", "document"],
)
def test_nothing_that_was_signed_can_be_changed(room, car, field):
    terms = room.terms(car)
    digest = terms.digest(room.domain)
    changes = {"buyer": key("another buyer").address, "document": keccak(b"another contract")}
    other = replace(terms, **{field: changes.get(field) or getattr(terms, field) - 1})

    with reverts("NotSignedBy", room.seller.address):
        room.sales.open(
            other.argument(), sign(digest, room.seller), sign(digest, room.buyer), {"from": room.people.stranger}
        )


def test_terms_that_make_no_sense_are_refused(room, car):
    start = now()
    for changed in (
        {"buyer": room.seller.address},
        {"price": 0, "deposit": 0},
        {"price": 2**128},
        {"deposit": PRICE + 1},
        {"fund_by": start - 1},
        {"inspect_by": start + 3 * DAY},
        {"settle_by": start + 9 * DAY},
        {"settle_by": start + 181 * DAY},
    ):
        terms = room.terms(car, **changed)
        with reverts("TermsNotSound", bytes(room.sales.saleOf(terms.argument()))):
            room.open(terms, by_buyer=room.seller if "buyer" in changed else None)


def test_a_sale_is_of_money_that_the_city_allows(room, car):
    with reverts("TokenNotAllowed", room.currency):
        room.open(room.terms(car, token=room.currency.address))


def test_the_fee_is_the_citys(room, car):
    with reverts("OtherFee", FEE):
        room.open(room.terms(car, fee=0))


def test_only_the_holder_of_the_title_sells(room, people):
    car = room.register(keccak(b"another's car"), people.owner)

    with reverts("SellerNotOwner", room.seller.address, people.owner):
        room.open(room.terms(car))


def test_a_car_is_sold_once_at_a_time(room, car):
    terms = room.at("offered", car)

    with reverts("VehicleInSale", car, bytes(room.sales.saleOf(terms.argument()))):
        room.open(room.terms(car, price=PRICE - 1))


def test_the_same_terms_are_opened_once(room, car):
    terms = room.at("offered", car)
    room.sales.cancel(terms.argument(), {"from": room.account(room.seller.address)})

    with reverts("WrongSaleStage", bytes(room.sales.saleOf(terms.argument())), int(SaleStage.CANCELLED)):
        room.open(terms)


def test_a_sale_is_pinned_to_the_history_that_was_agreed_on(room, car):
    terms = room.terms(car)
    room.record(car, event(1_001, Kind.MAINTENANCE))

    with reverts("HistoryMoved", car, bytes(room.registry.headOf(car))):
        room.open(terms)


def test_nobody_pays_for_another_history_than_was_signed(room, car):
    terms = room.at("offered", car)
    room.approve(terms)
    room.record(car, event(1_001, Kind.ACCIDENT))

    with reverts("HistoryMoved", car, bytes(room.registry.headOf(car))):
        room.sales.fund(terms.argument(), {"from": room.people.stranger})


def test_a_price_is_paid_in_time_or_not_at_all(room, people, car):
    terms = room.at("offered", car)
    room.approve(terms)
    travel(terms.fund_by)

    with reverts("TooLate", terms.fund_by):
        room.sales.fund(terms.argument(), {"from": people.stranger})


@pytest.mark.parametrize("step", ["fund", "review", "confirm", "release", "exit", "dispute", "decide"])
def test_steps_come_in_their_order(room, people, car, step):
    terms = room.terms(car)
    extra = {"review": ([],), "exit": (0,), "decide": (0,)}.get(step, ())
    sender = {"confirm": room.officer, "decide": room.arbiter}.get(step, people.stranger)

    with reverts("WrongSaleStage", bytes(room.sales.saleOf(terms.argument())), int(SaleStage.NONE)):
        getattr(room.sales, step)(terms.argument(), *extra, {"from": sender})


def test_without_an_inspection_nothing_is_confirmed(room, car):
    terms = room.at("funded", car)
    room.record(car, event(1_001, Kind.PERFORMANCE_INSPECTION))
    room.review(terms)

    with reverts("WrongSaleStage", bytes(room.sales.saleOf(terms.argument())), int(SaleStage.FUNDED)):
        room.confirm(terms)


def test_a_party_does_not_inspect_its_own_car(room, people, car, registry):
    terms = room.at("funded", car)
    seller = room.account(room.seller.address)
    kinds = mask(frozenset({Kind.PERFORMANCE_INSPECTION}))
    registry.accredit(seller, kinds, 1, FOREVER, {"from": people.accreditor})
    room.inspect(car, by=seller)
    room.review(terms)

    assert stage(room, terms) is SaleStage.FUNDED


def test_a_withdrawn_inspection_is_none(room, people, car):
    terms = room.at("confirmed", car)
    number = len(room.written[car])
    witness = History(car, tuple(room.written[car])).witness(number).argument()
    withdrawal = Entry(Kind.CORRECTION, T0).word()
    room.note(car, room.registry.correct(car, withdrawal, DOCUMENT, witness, {"from": people.inspector}))
    room.review(terms)

    assert stage(room, terms) is SaleStage.FUNDED
    assert room.progress(terms)["inspection"] == 0


def test_what_was_recorded_since_must_be_seen_before_release(room, car):
    terms = room.at("confirmed", car)
    room.record(car, event(1_002, Kind.ACCIDENT))

    with reverts("ReviewBehind", room.progress(terms)["reviewed"]):
        room.release(terms)


def test_a_confirmation_leaves_time_to_release(room, car):
    terms = room.at("inspected", car)
    last = terms.settle_by - 2 * DAY
    travel(last + 1)

    with reverts("TooLate", last):
        room.confirm(terms)


def test_after_its_last_day_nothing_is_released(room, car):
    terms = room.at("confirmed", car)
    travel(terms.settle_by)

    with reverts("TooLate", terms.settle_by):
        room.release(terms)


@pytest.mark.parametrize("who", ["seller", "buyer"])
def test_an_unpaid_sale_is_cancelled_by_either_and_costs_nothing(room, car, who):
    terms = room.at("offered", car)

    room.sales.cancel(terms.argument(), {"from": room.account(getattr(room, who).address)})

    assert stage(room, terms) is SaleStage.CANCELLED
    assert room.owed(room.seller) == room.owed(room.buyer) == 0
    room.open(room.terms(car, price=PRICE - 5))


@pytest.mark.parametrize("reached", PAID)
def test_a_buyer_who_changes_its_mind_leaves_the_deposit(room, car, reached):
    terms = room.at(reached, car)

    room.sales.cancel(terms.argument(), {"from": room.account(room.buyer.address)})

    assert room.owed(room.seller) == DEPOSIT
    assert room.owed(room.buyer) == PRICE - DEPOSIT
    assert room.owed(room.buyer, room.currency) == FEE


@pytest.mark.parametrize("reached", PAID)
def test_a_seller_who_changes_its_mind_after_the_price_was_paid_gets_nothing_and_owes_nothing(room, car, reached):
    terms = room.at(reached, car)

    room.sales.cancel(terms.argument(), {"from": room.account(room.seller.address)})

    assert room.owed(room.seller) == 0
    assert everything_went_back(room)


@pytest.mark.parametrize("step", ["cancel", "dispute"])
def test_strangers_end_no_sale(room, people, car, step):
    terms = room.at("funded", car)

    with reverts("NotAParty", people.stranger):
        getattr(room.sales, step)(terms.argument(), {"from": people.stranger})


@pytest.mark.parametrize(
    ("reached", "deadline"),
    [("offered", "fund_by"), ("funded", "inspect_by"), ("inspected", "settle_by"), ("confirmed", "settle_by")],
)
def test_each_stage_ends_at_its_date(room, people, car, reached, deadline):
    terms = room.at(reached, car)
    date = getattr(terms, deadline)

    travel(date - 1)
    with reverts("TooEarly", date):
        room.sales.timeOut(terms.argument(), {"from": people.stranger})
    travel(date)
    room.sales.timeOut(terms.argument(), {"from": people.stranger})

    assert stage(room, terms) is SaleStage.TIMED_OUT
    assert room.owed(room.seller) == 0
    assert everything_went_back(room) or reached == "offered"
    assert int(str(room.sales.runningSale(car)), 16) == 0


def test_an_ended_sale_does_not_time_out(room, people, car):
    terms = room.at("released", car)

    with reverts("WrongSaleStage", bytes(room.sales.saleOf(terms.argument())), int(SaleStage.RELEASED)):
        room.sales.timeOut(terms.argument(), {"from": people.stranger})


@pytest.mark.parametrize("who", ["seller", "buyer"])
def test_the_arbiter_divides_the_deposit_and_nothing_else(room, car, who):
    terms = room.at("inspected", car)
    room.sales.dispute(terms.argument(), {"from": room.account(getattr(room, who).address)})

    with reverts("MoreThanDeposit", DEPOSIT + 1, DEPOSIT):
        room.sales.decide(terms.argument(), DEPOSIT + 1, {"from": room.arbiter})
    room.sales.decide(terms.argument(), 400_000, {"from": room.arbiter})

    assert (room.owed(room.seller), room.owed(room.buyer)) == (400_000, PRICE - 400_000)
    assert room.owed(room.buyer, room.currency) == FEE
    assert stage(room, terms) is SaleStage.DECIDED


def test_a_buyer_who_calls_an_arbiter_that_stays_silent_has_cancelled(room, people, car):
    terms = room.at("confirmed", car)
    began = room.sales.dispute(terms.argument(), {"from": room.account(room.buyer.address)}).timestamp
    travel(began + 30 * DAY)

    room.sales.timeOut(terms.argument(), {"from": people.stranger})

    assert (room.owed(room.seller), room.owed(room.buyer)) == (DEPOSIT, PRICE - DEPOSIT)
    assert room.owed(room.buyer, room.currency) == FEE
    assert stage(room, terms) is SaleStage.TIMED_OUT


def test_a_seller_who_calls_an_arbiter_that_stays_silent_gets_nothing(room, people, car):
    terms = room.at("confirmed", car)
    began = room.sales.dispute(terms.argument(), {"from": room.account(room.seller.address)}).timestamp
    travel(began + 30 * DAY)
    with reverts("TooLate", began + 30 * DAY):
        room.sales.decide(terms.argument(), DEPOSIT, {"from": room.arbiter})

    room.sales.timeOut(terms.argument(), {"from": people.stranger})

    assert everything_went_back(room)


def test_officers_do_not_act_in_their_own_cause(room, people, car, registry):
    terms = room.at("inspected", car)
    buyer, access = room.account(room.buyer.address), CityAccess.at(registry.authority())
    for role in (Role.SALE_OFFICER, Role.ARBITER):
        access.grantRole(role, buyer, 0, {"from": people.admin})
    with reverts("OwnCause", buyer):
        room.sales.confirm(terms.argument(), {"from": buyer})
    room.sales.dispute(terms.argument(), {"from": buyer})
    with reverts("OwnCause", buyer):
        room.sales.decide(terms.argument(), 0, {"from": buyer})


@pytest.mark.parametrize("function", ["allowToken", "setFee", "confirm", "decide"])
def test_only_officers_do_what_officers_do(room, people, car, function):
    terms = room.at("inspected", car)
    arguments = {
        "allowToken": (room.currency, True),
        "setFee": (0, people.stranger),
        "confirm": (terms.argument(),),
        "decide": (terms.argument(), 0),
    }[function]

    with reverts("AccessManagedUnauthorized", people.stranger):
        getattr(room.sales, function)(*arguments, {"from": people.stranger})


def test_a_fee_that_changes_touches_no_running_sale(room, people, car):
    terms = room.at("confirmed", car)
    room.sales.setFee(0, people.stranger, {"from": room.supervisor})
    room.sales.allowToken(room.money, False, {"from": room.supervisor})

    room.release(terms)

    assert room.owed(room.seller) == PRICE
    assert room.owed(people.stranger, room.currency) == FEE
