"""A seller's bond stands for 30 days and 2,000 km; the odometer judges, and nobody is paid by trick or by silence."""

import pytest
from brownie import CityAccess, DealerBond
from eth_utils.crypto import keccak

from dongne.suite import Role
from dongne.vehicle import Gauge, Kind
from dongne.words import WarrantyStage
from tests.contracts.vehicle.conftest import DAY, T0, event, reading
from tests.contracts.vehicle.saleroom import Saleroom, now, travel
from tests.contracts.wiring import wire
from tests.reverting import reverts

BOND, COVER, CLAIM = 5_000_000, 3_000_000, 1_200_000
CAR = keccak(b"a car with a warranty")
SOLD_AT = 50_100
"""Kilometres at the inspection of the sale."""

SHEET, SIMPLE_REPAIR, ENGINE = 1 << 15, 1 << 0, 1 << 7
"""Bits of an inspection's outcome."""


@pytest.fixture(scope="module")
def room(registry, people, accounts):
    return Saleroom(registry, people, accounts, CityAccess.at(registry.authority()))


@pytest.fixture(scope="module")
def bond(room, registry, people):
    access = CityAccess.at(registry.authority())
    bond = DealerBond.deploy(registry, room.sales, access, {"from": people.admin})
    wire(access, bond, {Role.ARBITER: room.arbiter}, people.admin)
    return bond


@pytest.fixture
def seller(room, bond):
    """The dealer, with a bond."""
    dealer = room.account(room.seller.address)
    room.money.mint(dealer, BOND, {"from": dealer})
    room.money.approve(bond, BOND, {"from": dealer})
    bond.deposit(room.money, BOND, {"from": dealer})
    return dealer


@pytest.fixture
def buyer(room):
    return room.account(room.buyer.address)


@pytest.fixture
def covered(room, bond, seller):
    """The terms of a covered sale that is not released yet."""
    room.written.clear()
    terms = room.at("confirmed", room.register(CAR))
    bond.cover(terms.argument(), COVER, {"from": seller})
    return terms


@pytest.fixture
def sold(room, covered):
    room.release(covered)
    return covered


def inspected(room, km, by=None, kind=Kind.PERFORMANCE_INSPECTION, gauge=Gauge.READ, outcome=SHEET | ENGINE):
    """Record what the odometer shows now, and that the engine is defective; a second later than all before."""
    travel(now() + 60)
    days, rest = divmod(now() - T0, DAY)
    entry = bytearray(reading(km, 0, kind, gauge))
    entry[2:4] = outcome.to_bytes(2, "big")
    entry[4:9] = (T0 + days * DAY + rest).to_bytes(5, "big")
    return room.record(CAR, bytes(entry), by or room.people.inspector)


def since(room, terms):
    return room.written[CAR][room.progress(terms)["reviewed"] :]


def claim(room, bond, terms, amount=CLAIM, evidence=None, index=None, by=None):
    evidence = since(room, terms) if evidence is None else evidence
    shown = [(each.record.pack(), each.document) for each in evidence]
    index = len(shown) - 1 if index is None else index
    sender = by or room.account(terms.buyer)
    return bond.claim(terms.argument(), shown, index, amount, {"from": sender})


def warranty(room, bond, terms):
    return bond.warrantyOf(room.sales.saleOf(terms.argument()))


def stage(room, bond, terms):
    return WarrantyStage(warranty(room, bond, terms)["stage"])


@pytest.fixture
def claimed(room, bond, sold):
    inspected(room, SOLD_AT + 700)
    claim(room, bond, sold)
    return sold


def free(room, bond, who):
    return bond.freeOf(who, room.money)


def test_a_claim_that_nobody_contests_is_paid_after_a_week(room, bond, people, claimed, seller, buyer):
    until = warranty(room, bond, claimed)["until"]
    travel(until - 1)
    with reverts("WarrantyRuns", until):
        bond.settle(claimed.argument(), {"from": people.stranger})
    travel(until)
    bond.settle(claimed.argument(), {"from": people.stranger})

    assert free(room, bond, buyer) == CLAIM
    assert free(room, bond, seller) == BOND - CLAIM
    bond.withdraw(room.money, CLAIM, {"from": buyer})
    assert room.money.balanceOf(buyer) == CLAIM


def test_without_a_claim_the_bond_is_free_again_after_thirty_days(room, bond, people, sold, seller):
    until = room.progress(sold)["until"] + 30 * DAY + 1
    assert free(room, bond, seller) == BOND - COVER
    travel(until - 1)
    with reverts("WarrantyRuns", until):
        bond.settle(sold.argument(), {"from": people.stranger})
    travel(until)
    bond.settle(sold.argument(), {"from": people.stranger})

    assert free(room, bond, seller) == BOND


def test_a_sale_that_came_to_nothing_needs_no_warranty(room, bond, people, covered, seller):
    with reverts("WarrantyRuns", 2**256 - 1):
        bond.settle(covered.argument(), {"from": people.stranger})
    room.sales.cancel(covered.argument(), {"from": seller})

    bond.settle(covered.argument(), {"from": people.stranger})

    assert free(room, bond, seller) == BOND


@pytest.mark.parametrize("to_buyer", [0, 1, CLAIM])
def test_the_arbiter_decides_what_is_contested(room, bond, claimed, seller, buyer, to_buyer):
    bond.contest(claimed.argument(), {"from": seller})
    with reverts("ClaimTooLarge", CLAIM + 1, CLAIM):
        bond.decide(claimed.argument(), CLAIM + 1, {"from": room.arbiter})

    bond.decide(claimed.argument(), to_buyer, {"from": room.arbiter})

    assert (free(room, bond, buyer), free(room, bond, seller)) == (to_buyer, BOND - to_buyer)
    assert stage(room, bond, claimed) is WarrantyStage.ENDED


def test_a_silent_arbiter_leaves_it_at_what_the_inspector_found(room, bond, people, claimed, seller, buyer):
    contested = bond.contest(claimed.argument(), {"from": seller}).timestamp
    travel(contested + 30 * DAY)
    with reverts("WarrantyOver", contested + 30 * DAY):
        bond.decide(claimed.argument(), 0, {"from": room.arbiter})

    bond.settle(claimed.argument(), {"from": people.stranger})

    assert free(room, bond, buyer) == CLAIM


def test_an_inspector_revoked_backwards_pays_nobody(room, bond, people, claimed, seller, buyer):
    bond.contest(claimed.argument(), {"from": seller})
    recorded = warranty(room, bond, claimed)["recordedAt"]
    room.registry.revoke(people.inspector, recorded, {"from": people.accreditor})
    travel(warranty(room, bond, claimed)["until"])

    bond.settle(claimed.argument(), {"from": people.stranger})

    assert (free(room, bond, buyer), free(room, bond, seller)) == (0, BOND)


@pytest.mark.parametrize("km", [SOLD_AT - 1, SOLD_AT + 2_001])
def test_a_reading_outside_the_warranty_claims_nothing(room, bond, sold, km):
    inspected(room, km)

    with reverts("NotWithinWarranty", km, SOLD_AT, SOLD_AT + 2_000):
        claim(room, bond, sold)


@pytest.mark.parametrize("km", [SOLD_AT, SOLD_AT + 2_000])
def test_the_warranty_includes_its_ends(room, bond, sold, km):
    inspected(room, km)

    claim(room, bond, sold)

    assert stage(room, bond, sold) is WarrantyStage.CLAIMED


def test_a_car_driven_on_is_not_turned_back_into_its_warranty(room, bond, people, sold):
    inspected(room, SOLD_AT + 5_000, people.garage)
    inspected(room, SOLD_AT + 900)

    with reverts("NotWithinWarranty", SOLD_AT + 900, SOLD_AT + 5_000, SOLD_AT + 2_000):
        claim(room, bond, sold)


def test_a_reading_inflated_by_a_liar_does_not_end_the_warranty(room, bond, people, sold):
    inflated = inspected(room, SOLD_AT + 5_000, people.garage).timestamp
    inspected(room, SOLD_AT + 900)
    room.registry.revoke(people.garage, inflated, {"from": people.accreditor})

    claim(room, bond, sold)

    assert stage(room, bond, sold) is WarrantyStage.CLAIMED


def test_a_gauge_changed_since_the_sale_ends_the_warranty(room, bond, people, sold):
    inspected(room, 3, people.garage, Kind.MAINTENANCE, Gauge.REPLACED)
    inspected(room, SOLD_AT + 900)

    with reverts("NotWithinWarranty", 3, SOLD_AT, SOLD_AT):
        claim(room, bond, sold)


def test_an_inspection_dated_before_the_sale_claims_nothing(room, bond, sold):
    room.record(CAR, reading(SOLD_AT + 10, 1_002, Kind.PERFORMANCE_INSPECTION), room.people.inspector)

    with reverts("NotSuchInspection", room.written[CAR][-1].record.number):
        claim(room, bond, sold)


def test_only_an_inspection_with_a_reading_claims(room, bond, sold):
    inspected(room, SOLD_AT + 10, kind=Kind.MAINTENANCE)
    with reverts("NotSuchInspection", room.written[CAR][-1].record.number):
        claim(room, bond, sold)


def test_a_tainted_inspection_claims_nothing(room, bond, people, sold):
    recorded = inspected(room, SOLD_AT + 10).timestamp
    room.registry.revoke(people.inspector, recorded, {"from": people.accreditor})

    with reverts("NotSuchInspection", room.written[CAR][-1].record.number):
        claim(room, bond, sold)


def test_records_left_out_are_no_evidence(room, bond, people, sold):
    inspected(room, SOLD_AT + 5_000, people.garage)
    inspected(room, SOLD_AT + 900)
    sale = bytes(room.sales.saleOf(sold.argument()))
    title, _driven, inspection = since(room, sold)

    with reverts("EvidenceMismatch", sale):
        claim(room, bond, sold, evidence=[title, inspection])


def test_after_thirty_days_nothing_is_claimed(room, bond, sold):
    inspected(room, SOLD_AT + 900)
    last = room.progress(sold)["until"] + 30 * DAY
    travel(last + 1)

    with reverts("WarrantyOver", last):
        claim(room, bond, sold)


def test_nothing_is_claimed_before_the_sale_is_released(room, bond, covered):
    with reverts("SaleNotRight", bytes(room.sales.saleOf(covered.argument()))):
        claim(room, bond, covered, evidence=room.written[CAR][-1:])


@pytest.mark.parametrize("amount", [0, COVER + 1])
def test_a_claim_is_at_most_what_the_seller_stands_for(room, bond, sold, amount):
    inspected(room, SOLD_AT + 900)

    with reverts("ClaimTooLarge", amount, COVER):
        claim(room, bond, sold, amount)


def test_each_step_is_for_its_own_party(room, bond, people, claimed, seller, buyer):
    with reverts("OnlyFor", seller):
        bond.contest(claimed.argument(), {"from": buyer})
    with reverts("AccessManagedUnauthorized", people.stranger):
        bond.decide(claimed.argument(), 0, {"from": people.stranger})
    other = room.terms(room.register(keccak(b"another")), document=keccak(b"other"))
    room.open(other)
    with reverts("OnlyFor", seller):
        bond.cover(other.argument(), 1, {"from": buyer})


def test_only_the_buyer_claims(room, bond, people, sold, buyer):
    inspected(room, SOLD_AT + 900)

    with reverts("OnlyFor", buyer):
        claim(room, bond, sold, by=people.stranger)


def test_an_arbiter_does_not_decide_on_its_own_car(room, bond, people, claimed, seller):
    bond.contest(claimed.argument(), {"from": seller})
    CityAccess.at(bond.authority()).grantRole(Role.ARBITER, seller, 0, {"from": people.admin})

    with reverts("PartyDecides", seller):
        bond.decide(claimed.argument(), 0, {"from": seller})


def test_a_bond_covers_no_more_than_it_holds(room, bond, seller, covered):
    with reverts("BondTooSmall", seller, BOND - COVER, BOND):
        bond.withdraw(room.money, BOND, {"from": seller})
    other = room.terms(room.register(keccak(b"another")), document=keccak(b"other"))
    room.open(other)
    with reverts("BondTooSmall", seller, BOND - COVER, BOND):
        bond.cover(other.argument(), BOND, {"from": seller})


def test_a_sale_is_covered_once_and_while_it_is_open(room, bond, seller, covered):
    sale = bytes(room.sales.saleOf(covered.argument()))
    with reverts("WrongWarrantyStage", sale, int(WarrantyStage.COVERED)):
        bond.cover(covered.argument(), 1, {"from": seller})
    never = room.terms(CAR, document=keccak(b"never opened"))
    with reverts("SaleNotRight", bytes(room.sales.saleOf(never.argument()))):
        bond.cover(never.argument(), 1, {"from": seller})


def test_an_ended_warranty_is_not_settled_again(room, bond, people, claimed):
    travel(warranty(room, bond, claimed)["until"])
    bond.settle(claimed.argument(), {"from": people.stranger})

    with reverts("WrongWarrantyStage", bytes(room.sales.saleOf(claimed.argument())), int(WarrantyStage.ENDED)):
        bond.settle(claimed.argument(), {"from": people.stranger})


@pytest.mark.parametrize(("mode", "received"), [(1, 99), (4, 0)])
def test_money_that_charges_or_only_says_so_is_no_bond(room, bond, people, mode, received):
    dealer = people.stranger
    room.money.mint(dealer, 100, {"from": dealer})
    room.money.approve(bond, 100, {"from": dealer})
    room.money.setMode(mode, {"from": dealer})

    with reverts("BadBondAmount", received):
        bond.deposit(room.money, 100, {"from": dealer})


def test_money_that_calls_back_is_not_counted_twice(room, bond, people):
    dealer = people.stranger
    room.money.mint(dealer, 100, {"from": dealer})
    room.money.approve(bond, 100, {"from": dealer})
    room.money.reenter(bond, bond.deposit.encode_input(room.money, 50), {"from": dealer})

    with reverts("ReentrancyGuardReentrantCall"):
        bond.deposit(room.money, 100, {"from": dealer})


@pytest.mark.parametrize("outcome", [0, SHEET])
def test_an_inspection_that_found_nothing_claims_nothing(room, bond, sold, outcome):
    inspected(room, SOLD_AT + 10, outcome=outcome)

    with reverts("NothingNewFound", outcome, 0):
        claim(room, bond, sold)


def test_what_the_buyer_knew_from_the_sales_inspection_is_no_claim(room, bond, seller):
    room.written.clear()
    terms = room.at("funded", room.register(CAR))
    bond.cover(terms.argument(), COVER, {"from": seller})
    known = SHEET | SIMPLE_REPAIR
    inspected(room, SOLD_AT, outcome=known)
    room.review(terms)
    room.confirm(terms)
    room.release(terms)
    inspected(room, SOLD_AT + 10, outcome=known)

    with reverts("NothingNewFound", known, known):
        claim(room, bond, terms)
    inspected(room, SOLD_AT + 20, outcome=known | ENGINE)
    claim(room, bond, terms)

    assert stage(room, bond, terms) is WarrantyStage.CLAIMED


def test_events_of_a_reading_without_kilometres_do_not_matter(room, bond, people, sold):
    room.record(CAR, event(1_001, Kind.MAINTENANCE))
    inspected(room, SOLD_AT + 5)

    claim(room, bond, sold)

    assert stage(room, bond, sold) is WarrantyStage.CLAIMED
