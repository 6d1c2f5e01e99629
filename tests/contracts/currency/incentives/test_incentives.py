"""Programmes, lists and payments: every function, every refusal, every field at its bounds."""

import pytest
from brownie import web3
from eth_utils.crypto import keccak

from dongne.currency import Kind, pack_issues
from dongne.currency.batch import Issue
from dongne.currency.incentives import Skip
from dongne.months import begin_of
from tests.contracts.currency.conftest import START, TRADE, happened, key, travel, wallet
from tests.contracts.currency.incentives.conftest import CAP, DAY, FUNDED, PUB, RATE, due
from tests.reverting import reverts


@pytest.fixture
def bought(programme, currency, office, month, resident, merchant):
    """The resident has bought for 20,000 in the programme's first month; the list that says so."""
    currency.transfer(merchant, 20_000, {"from": resident})
    return office.listed((resident, 20_000), month=month)


def test_a_closed_months_purchases_are_rewarded(programme, office, incentives, currency, bought, month, resident):
    office.publish_and_wait(bought)
    tx = office.pay(bought)

    assert currency.balanceOf(resident) == START - 20_000 + 2_000
    assert happened(tx, "CashbackPaid") == [
        {"programme": 1, "month": month, "part": 0, "paid": 1, "total": 2_000},
    ]
    assert incentives.programmeOf(1)[5] == currency.balanceOf(incentives) == FUNDED - 2_000
    assert incentives.listOf(1)[4:6] == (2_000, 2_000)
    assert incentives.isPaid(1, month, resident)
    assert incentives.rewardedPurchases(month, resident) == 20_000


def test_nobody_gets_more_than_the_cap(programme, office, currency, month, resident, merchant):
    currency.transfer(merchant, 90_000, {"from": resident})
    listed = office.listed((resident, 90_000), month=month)
    office.publish_and_wait(listed)
    office.pay(listed)

    assert currency.balanceOf(resident) == START - 90_000 + CAP


def test_a_part_that_is_handed_in_again_pays_nobody_twice(programme, office, currency, bought, resident):
    office.publish_and_wait(bought)
    office.pay(bought)
    again = office.pay(bought)

    assert happened(again, "CashbackSkipped") == [{"programme": 1, "account": resident, "reason": Skip.PAID_BEFORE}]
    assert currency.balanceOf(resident) == START - 20_000 + 2_000


def test_parts_are_paid_in_any_order(programme, office, incentives, currency, city, month, merchant):
    people = [wallet(key(f"buyer {number}")) for number in range(103)]
    city.register(Kind.RESIDENT, *people)
    city.issue_many(*((each, 100) for each in people))
    for each in people[:3]:
        currency.transfer(merchant, 100, {"from": each})
    listed = office.listed(*((each, 100) for each in people), month=month)
    office.publish_and_wait(listed)

    paid = [happened(office.pay(listed, part), "CashbackPaid")[0] for part in (1, 0)]

    assert len(listed.parts) == 2
    assert sum(each["paid"] for each in paid) == 3
    assert [incentives.isPaid(1, month, each) for each in people[:4]] == [True, True, True, False]


@pytest.mark.parametrize("when", ["this month", "a month later"])
def test_who_has_bought_nothing_since_is_known_as_well(programme, office, currency, month, resident, merchant, when):
    """The currency closes an account's month when it pays again: until then the closed month is `counted`."""
    currency.transfer(merchant, 10_000, {"from": resident})
    travel(due(month))
    if when == "a month later":
        currency.transfer(merchant, 5_000, {"from": resident})
    listed = office.listed((resident, 10_000), month=month)
    office.publish(listed)
    travel(due(month) + 4 * DAY)
    before = currency.balanceOf(resident)
    office.pay(listed)

    assert currency.balanceOf(resident) == before + 1_000


def test_what_the_currency_did_not_count_is_not_rewarded(programme, office, currency, bought, month, resident):
    listed = office.listed((resident, 20_001), month=month)
    office.publish_and_wait(listed)
    tx = office.pay(listed)

    assert happened(tx, "CashbackSkipped")[0]["reason"] == Skip.EXCEEDS_PURCHASES
    assert currency.balanceOf(resident) == START - 20_000


def test_purchases_of_the_month_after_are_not_rewarded_with_it(programme, office, currency, month, resident, merchant):
    travel(begin_of(month + 1))
    currency.transfer(merchant, 10_000, {"from": resident})
    listed = office.listed((resident, 10_000), month=month)
    office.publish_and_wait(listed)

    assert happened(office.pay(listed), "CashbackSkipped")[0]["reason"] == Skip.EXCEEDS_PURCHASES


@pytest.mark.parametrize("fate", ["frozen", "struck off", "now a merchant", "an institution"])
def test_only_residents_are_paid(programme, office, currency, city, month, merchant, institution, fate):
    who = wallet(key(fate))
    if fate == "an institution":
        who = institution
    else:
        city.register(Kind.RESIDENT, who)
        city.issue(who, 5_000)
    currency.transfer(merchant, 5_000, {"from": who})
    if fate == "frozen":
        city.freeze(who)
    elif fate != "an institution":
        city.reclassify(who, Kind.MERCHANT if fate == "now a merchant" else Kind.NONE)
    before = currency.balanceOf(who)
    listed = office.listed((who, 5_000), month=month)
    office.publish_and_wait(listed)

    assert happened(office.pay(listed), "CashbackSkipped") == [
        {"programme": 1, "account": who, "reason": Skip.NOT_RESIDENT}
    ]
    assert currency.balanceOf(who) == before


def test_who_was_frozen_is_paid_once_that_ends(programme, office, currency, city, bought, resident):
    city.freeze(resident)
    office.publish_and_wait(bought)
    office.pay(bought)
    city.unfreeze(resident)
    office.pay(bought)

    assert currency.balanceOf(resident) == START - 20_000 + 2_000


def test_what_a_frozen_resident_was_and_is_again_makes_no_second_person(
    programme, office, currency, city, incentives, bought, month, resident
):
    office.publish_and_wait(bought)
    office.pay(bought)
    city.freeze(resident)
    city.unfreeze(resident)

    assert happened(office.pay(bought), "CashbackSkipped")[0]["reason"] == Skip.PAID_BEFORE


def test_an_account_that_was_recovered_is_paid_at_its_new_key(
    programme, office, currency, incentives, recover, bought, month, resident
):
    travel(due(month))
    office.publish(bought)
    new = recover(resident, key("new key"))
    office.pay(bought)

    assert currency.balanceOf(new) == START - 20_000 + 2_000
    assert currency.balanceOf(resident) == 0
    assert [incentives.isPaid(1, month, each) for each in (resident, new)] == [True, True]


def test_several_months_follow_one_another(programme, office, incentives, currency, month, resident, merchant):
    for number in range(3):
        currency.transfer(merchant, 10_000, {"from": resident})
        listed = office.listed((resident, 10_000), month=month + number)
        office.publish_and_wait(listed)
        office.pay(listed)

    assert currency.balanceOf(resident) == START - 30_000 + 3_000
    assert not incentives.isPaid(1, month, resident)
    assert incentives.isPaid(1, month + 2, resident)


def test_too_little_money_is_shared_alike(programme, office, currency, city, month, resident, neighbour, merchant):
    cheap = office.open(categories=[1])
    office.fund(cheap, 1_500)
    for who, amount in ((resident, 20_000), (wallet(neighbour), 10_000)):
        currency.transfer(merchant, amount, {"from": who})
    listed = office.listed((resident, 20_000), (neighbour, 10_000), month=month, programme=cheap)
    office.publish_and_wait(listed, cheap)
    office.pay(listed, programme=cheap)

    assert currency.balanceOf(resident) == START - 20_000 + 1_000
    assert currency.balanceOf(neighbour.address) == START - 10_000 + 500


def test_money_paid_in_after_the_list_changes_nobodys_share(programme, office, currency, bought, incentives, resident):
    poor = office.open(categories=[1])
    office.fund(poor, 500)
    travel(due(bought.month))
    office.publish(bought, poor)
    office.fund(poor, 5_000)
    travel(due(bought.month) + 4 * DAY)
    office.pay(bought, programme=poor)

    assert currency.balanceOf(resident) == START - 20_000 + 500


def test_the_rest_returns_to_the_funder_alone_and_only_afterwards(
    programme, office, incentives, currency, month, institution, stranger
):
    travel(begin_of(month + 13) - 1)
    with reverts("IncentiveNotOver", 1, month + 11):
        incentives.sweep(1, {"from": stranger})
    travel(begin_of(month + 13))
    tx = incentives.sweep(1, {"from": stranger})

    assert currency.balanceOf(institution) == 10 * FUNDED
    assert happened(tx, "IncentiveSwept") == [{"programme": 1, "funder": institution, "amount": FUNDED}]
    with reverts("IncentiveAmountZero"):
        incentives.sweep(1, {"from": stranger})


def test_a_funder_whose_key_was_lost_pays_in_and_is_paid_back_at_its_new_key(
    programme, office, incentives, currency, recover, month, institution, stranger
):
    new = recover(institution, key("new key of the institution"))
    currency.approve(incentives, 2**256 - 1, {"from": new})
    with reverts("NotTheIncentiveFunder", institution, new):
        incentives.fund(1, 1, {"from": institution})
    incentives.fund(1, 500, {"from": new})
    travel(begin_of(month + 13))
    incentives.sweep(1, {"from": stranger})

    assert currency.balanceOf(new) == 10 * FUNDED


def test_the_guardian_ends_a_programme_with_the_present_month(programme, office, incentives, officers, month, bought):
    tx = incentives.close(1, {"from": officers.guardian})

    assert happened(tx, "IncentiveClosed") == [{"programme": 1, "lastMonth": month}]
    with reverts("IncentiveIsOver", 1, month):
        incentives.close(1, {"from": officers.guardian})
    office.publish_and_wait(bought)
    assert happened(office.pay(bought), "CashbackPaid")[0]["total"] == 2_000
    travel(begin_of(month + 2) + 7 * DAY)
    with reverts("MonthNotRewarded", 1, month + 1):
        office.publish(bought, month=month + 1)
    with reverts("IncentiveIsOver", 1, month):
        office.fund(1, 1)


def test_a_programme_that_is_ended_before_it_began_gives_everything_back(
    programme, office, incentives, currency, officers, month, institution, stranger
):
    later = office.open(firstMonth=month + 3, lastMonth=month + 5, categories=[PUB])
    office.fund(later, 700)
    incentives.close(later, {"from": officers.guardian})
    travel(begin_of(month + 2))
    incentives.sweep(later, {"from": stranger})

    assert currency.balanceOf(institution) == 10 * FUNDED - FUNDED
    assert office.open(firstMonth=month + 2, lastMonth=month + 2, categories=[PUB]) == later + 1


def test_the_terms_are_in_the_event_and_in_the_contract(programme, office, incentives, month, institution):
    tx = incentives.open(office.terms(categories=[7, 8]), {"from": office.officers.supervisor})
    (opened,) = happened(tx, "IncentiveOpened")

    assert tuple(opened["terms"][:6]) == (institution.address, month, month + 11, RATE, CAP, (7, 8))
    assert (opened["programme"], opened["funder"]) == (2, institution.address)
    assert incentives.programmeOf(2) == (institution.address, month, month + 11, RATE, CAP, 0)
    assert (incentives.programmes(), incentives.programmeOfTrade(7), incentives.programmeOfTrade(TRADE)) == (2, 2, 1)


@pytest.mark.parametrize(
    ("changes", "error", "values"),
    [
        ({"rateBps": 0}, "BadIncentiveRate", (0,)),
        ({"rateBps": 2_001}, "BadIncentiveRate", (2_001,)),
        ({"cap": 0}, "IncentiveCapIsZero", ()),
        ({"categories": []}, "BadTradeCount", (0,)),
        ({"categories": list(range(257))}, "BadTradeCount", (257,)),
    ],
)
def test_terms_that_are_not_possible(month, office, changes, error, values):
    with reverts(error, *values):
        office.open(**changes)


@pytest.mark.parametrize(("first", "last"), [(-1, 3), (2, 1), (0, 24)])
def test_months_that_are_not_possible(month, office, first, last):
    with reverts("BadIncentiveMonths", month + first, month + last):
        office.open(firstMonth=month + first, lastMonth=month + last)


def test_the_bounds_of_the_terms_are_possible(month, office, incentives):
    number = office.open(lastMonth=month + 23, rateBps=2_000, cap=2**48 - 1, categories=list(range(65_280, 65_536)))

    assert incentives.programmeOf(number)[2:5] == (month + 23, 2_000, 2**48 - 1)


def test_only_an_institution_funds(month, office, resident, stranger):
    for funder, kind in ((resident, Kind.RESIDENT), (stranger, Kind.NONE)):
        with reverts("IncentiveFunderNotAnInstitution", funder, kind):
            office.open(funder=funder)


def test_a_trade_belongs_to_one_programme_at_a_time(programme, office, incentives, month):
    with reverts("TradeTaken", TRADE, 1, month + 11):
        office.open(categories=[PUB, TRADE], firstMonth=month + 11, lastMonth=month + 12)

    assert office.open(firstMonth=month + 12, lastMonth=month + 13, categories=[TRADE, TRADE]) == 2
    assert incentives.programmeOfTrade(TRADE) == 2


def test_at_most_128_programmes_run_at_once(programme, office, incentives, month):
    """As if 127 more had been opened: their number is the second word of the contract's storage."""
    web3.provider.make_request("anvil_setStorageAt", [incentives.address, "0x1", f"0x{128:064x}"])
    assert incentives.programmes() == 128

    with reverts("TooManyIncentives", 1, month + 11):
        office.open(categories=[PUB])
    assert office.open(categories=[PUB], firstMonth=month + 12, lastMonth=month + 12) == 129


def test_a_list_is_published_once_the_months_refunds_are_over(programme, office, bought, month):
    for moment in (begin_of(month + 1) - 1, begin_of(month + 1), due(month) - 1):
        travel(moment)
        with reverts("MonthNotDue", month):
            office.publish(bought)

    travel(due(month))
    published = happened(office.publish(bought), "CashbackListPublished")

    assert published == [
        {
            "programme": 1,
            "month": month,
            "root": "0x" + bought.tree.root.hex(),
            "total": 2_000,
            "granted": 2_000,
            "payableFrom": due(month) + 3 * DAY,
        }
    ]


@pytest.mark.parametrize("second", [-1, 0])
@pytest.mark.parametrize(("list_of_the_month", "days"), [("the first", 7), ("another", 3)])
def test_a_list_is_published_while_there_is_time_to_check_and_pay_it(
    programme, office, bought, month, resident, list_of_the_month, days, second
):
    """Seven days before the month's end, so that another can follow if the guardian rejects it."""
    if list_of_the_month == "another":
        travel(begin_of(month + 2) - 7 * DAY - 1)
        office.publish(office.listed((resident, 30_000), month=month))
        office.reject()
    travel(begin_of(month + 2) - days * DAY + second)
    if second < 0:
        office.publish(bought)
    else:
        with reverts("MonthNotDue", month):
            office.publish(bought)


def test_only_the_month_before_is_published(programme, office, bought, month):
    travel(due(month))
    with reverts("MonthNotRewarded", 1, month - 1):
        office.publish(bought, month=month - 1)
    with reverts("MonthNotDue", month + 1):
        office.publish(bought, month=month + 1)


def test_one_list_a_month(programme, office, incentives, bought, month, resident):
    travel(due(month))
    office.publish(bought)

    with reverts("CashbackListStands", 1, month):
        office.publish(office.listed((resident, 50), month=month))


def test_a_rejected_list_is_not_paid_and_gives_way_to_a_right_one(programme, office, currency, bought, month, resident):
    travel(due(month))
    office.publish(office.listed((resident, 30_000), month=month))
    tx = office.reject()
    office.publish(bought)
    travel(due(month) + 4 * DAY)
    office.pay(bought)

    assert happened(tx, "CashbackListRejected")[0]["month"] == month
    assert currency.balanceOf(resident) == START - 20_000 + 2_000


def test_a_list_that_is_rejected_while_it_is_paid_gives_way_to_one_that_pays_the_others(
    programme, office, incentives, currency, bought, month, resident, neighbour, merchant
):
    currency.transfer(merchant, 10_000, {"from": wallet(neighbour)})
    office.publish_and_wait(bought)
    office.pay(bought)
    office.reject()
    with reverts("NoCashbackList", 1):
        office.pay(bought)
    with reverts("NoCashbackList", 1):
        office.reject()
    right = office.listed((resident, 20_000), (neighbour, 10_000), month=month)
    travel(office.publish(right).timestamp + 3 * DAY)
    tx = office.pay(right)

    assert happened(tx, "CashbackSkipped") == [{"programme": 1, "account": resident, "reason": Skip.PAID_BEFORE}]
    assert currency.balanceOf(resident) == START - 20_000 + 2_000
    assert currency.balanceOf(neighbour.address) == START - 10_000 + 1_000
    assert incentives.listOf(1)[3:6] == (3_000, 3_000, 1_000)


def test_nothing_is_published_without_a_total_or_without_money(programme, office, bought, month):
    empty = office.open(categories=[PUB])
    travel(due(month))
    with reverts("IncentiveAmountZero"):
        office.publish(bought, total=0)
    with reverts("IncentiveFundEmpty", empty):
        office.publish(bought, programme=empty)


@pytest.mark.parametrize("second", [-1, 0])
def test_a_list_is_paid_from_its_time_on(programme, office, bought, month, second):
    travel(due(month))
    office.publish(bought)
    travel(due(month) + 3 * DAY + second)
    if second < 0:
        with reverts("CashbackNotYetPayable", 1, due(month) + 3 * DAY):
            office.pay(bought)
    else:
        office.pay(bought)


@pytest.mark.parametrize("second", [-1, 0])
def test_a_list_is_paid_until_the_end_of_the_month(programme, office, bought, month, second):
    travel(due(month))
    office.publish(bought)
    travel(begin_of(month + 2) + second)
    if second < 0:
        office.pay(bought)
    else:
        with reverts("CashbackTooLate", 1, month):
            office.pay(bought)


def test_only_the_published_items_are_paid(programme, office, bought, month, neighbour):
    office.publish_and_wait(bought)
    other = pack_issues([Issue(neighbour.address, 20_000)])

    for changes in ({"items": other}, {"number": 1}, {"proof": [keccak(b"x")]}):
        with reverts("PartNotOnList", 1, changes.get("number", 0)):
            office.pay(bought, **changes)
    for items in (b"", other[:-1], other + b"\0"):
        with reverts("BadCashbackItems", len(items)):
            office.pay(bought, items=items)


def test_a_total_below_the_sum_of_the_list_pays_no_more_than_it(programme, office, currency, bought, resident):
    travel(due(bought.month))
    office.publish(bought, total=1_999)
    travel(due(bought.month) + 4 * DAY)

    with reverts("CashbackExceedsGranted", 1, 1_999, 2_000):
        office.pay(bought)
    assert currency.balanceOf(resident) == START - 20_000


def test_a_pause_stops_payments_and_its_end_lets_them_go_on(programme, office, city, bought):
    office.publish_and_wait(bought)
    until = happened(city.pause(3_600), "PausedUntil")[0]["until"]
    with reverts("TransfersPaused", until):
        office.pay(bought)

    travel(until)
    assert happened(office.pay(bought), "CashbackPaid")[0]["total"] == 2_000


def test_only_the_funder_pays_in_and_more_than_nothing(programme, office, incentives, institution, resident):
    with reverts("NotTheIncentiveFunder", resident, institution):
        incentives.fund(1, 5, {"from": resident})
    with reverts("IncentiveAmountZero"):
        office.fund(1, 0)


def test_nothing_is_done_with_a_programme_that_is_not_there(month, office, incentives, officers, institution, bought):
    acts = [
        lambda: incentives.programmeOf(9),
        lambda: office.fund(9, 1),
        lambda: incentives.close(9, {"from": officers.guardian}),
        lambda: office.publish(bought, programme=9),
        lambda: office.reject(9),
        lambda: office.pay(bought, programme=9),
        lambda: incentives.sweep(9, {"from": institution}),
    ]

    for act in acts:
        with reverts("UnknownIncentive", 9):
            act()


def test_each_office_does_its_own_and_nobody_elses(programme, office, incentives, officers, bought, stranger):
    acts = {
        "supervisor": lambda who: incentives.open(office.terms(), {"from": who}),
        "guardian": lambda who: incentives.close(1, {"from": who}),
        "incentive": lambda who: incentives.publish(1, bought.month, bought.tree.root, 1, {"from": who}),
    }

    for own, act in [*acts.items(), ("guardian", lambda who: incentives.rejectList(1, {"from": who}))]:
        others = {"supervisor", "guardian", "incentive", "admin", "currency"} - {own}
        for who in [stranger, *(getattr(officers, name) for name in others)]:
            with reverts("AccessManagedUnauthorized", who):
                act(who)
