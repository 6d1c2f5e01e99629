"""Abuses that cash-back withstands, each by name; where something can be lost, how much."""

import pytest
from brownie.exceptions import VirtualMachineError
from eth_utils.crypto import keccak

from dongne.currency import Kind
from dongne.currency.incentives import Skip
from dongne.months import begin_of
from tests.contracts.currency.conftest import START, happened, key, travel, wallet
from tests.contracts.currency.incentives.conftest import CAP, DAY, FUNDED, PUB, RATE, due
from tests.reverting import reverts


def reasons(tx):
    return [Skip(each["reason"]) for each in happened(tx, "CashbackSkipped")]


def test_discount_arbitrage_costs_the_city_the_cap_and_no_more(
    programme, office, currency, city, cash_out, month, resident, merchant
):
    """Resident and shop recycle the same 50,000 ten times: the shop cashes out, the resident is issued it again."""
    for _ in range(10):
        currency.transfer(merchant, 50_000, {"from": resident})
        cash_out(merchant, 50_000)
        city.issue(resident, 50_000)
    listed = office.listed((resident, 500_000), month=month)
    office.publish_and_wait(listed)
    office.pay(listed)

    lost = FUNDED - office.incentives.programmeOf(programme)[5]
    assert lost == CAP == currency.balanceOf(resident) - START


def test_purchases_that_a_shop_takes_back_are_not_rewarded(programme, office, currency, month, resident, merchant):
    currency.transfer(merchant, 20_000, {"from": resident})
    currency.transfer(resident, 15_000, {"from": merchant})
    greedy = office.listed((resident, 20_000), month=month)
    office.publish_and_wait(greedy)

    assert reasons(office.pay(greedy)) == [Skip.EXCEEDS_PURCHASES]
    assert currency.balanceOf(resident) == START - 5_000


@pytest.mark.parametrize("second", [-1, 0])
def test_a_refund_after_the_month_closed(programme, office, currency, month, resident, merchant, second):
    """Until the last second of the grace it takes from the closed month; from then on a list can be published."""
    currency.transfer(merchant, 20_000, {"from": resident})
    travel(due(month) + second)
    if second < 0:
        currency.transfer(resident, 20_000, {"from": merchant})
    else:
        with reverts("RefundExceedsPurchases", merchant, resident, 0, 20_000):
            currency.transfer(resident, 20_000, {"from": merchant})
    listed = office.listed((resident, 20_000), month=month)
    travel(due(month) + 1)
    office.publish(listed)
    travel(due(month) + 4 * DAY)

    assert reasons(office.pay(listed)) == ([Skip.EXCEEDS_PURCHASES] if second < 0 else [])


def test_a_refund_after_the_cashback_takes_it_from_the_next_months(
    programme, office, currency, month, resident, merchant
):
    """Bought, rewarded, given back later: the refund lowers the month in which it happens, so nothing is gained."""
    currency.transfer(merchant, 20_000, {"from": resident})
    listed = office.listed((resident, 20_000), month=month)
    office.publish_and_wait(listed)
    office.pay(listed)
    currency.transfer(merchant, 20_000, {"from": resident})
    currency.transfer(resident, 20_000, {"from": merchant})
    again = office.listed((resident, 20_000), month=month + 1)
    office.publish_and_wait(again)

    assert reasons(office.pay(again)) == [Skip.EXCEEDS_PURCHASES]
    assert currency.balanceOf(resident) == START - 20_000 + 2_000


@pytest.mark.parametrize("second", [-1, 0])
def test_a_purchase_at_the_end_of_the_month_counts_in_the_month_of_its_second(
    programme, office, currency, month, resident, merchant, second
):
    travel(begin_of(month + 1) + second)
    currency.transfer(merchant, 10_000, {"from": resident})
    listed = office.listed((resident, 10_000), month=month)
    office.publish_and_wait(listed)

    assert reasons(office.pay(listed)) == ([] if second < 0 else [Skip.EXCEEDS_PURCHASES])


def test_a_person_listed_twice_in_one_part_or_in_two(programme, office, currency, month, resident, merchant):
    currency.transfer(merchant, 20_000, {"from": resident})
    listed = office.listed((resident, 9_000), (resident, 11_000), month=month)
    office.publish_and_wait(listed)

    assert reasons(office.pay(listed)) == [Skip.PAID_BEFORE]
    assert currency.balanceOf(resident) - (START - 20_000) in (900, 1_100)


def test_a_person_listed_under_the_old_and_the_new_key(
    programme, office, currency, incentives, recover, month, resident, merchant
):
    """The new key is known a week before the recovery is complete, so a list may hold both."""
    new = key("new key")
    currency.transfer(merchant, 20_000, {"from": resident})
    listed = office.listed((resident, 20_000), (new, 20_000), month=month)
    travel(due(month))
    office.publish(listed)
    travel(due(month) + 3 * DAY)
    first = office.pay(listed)
    recover(resident, new)
    second = office.pay(listed)

    assert sorted(reasons(first)) == [Skip.NOT_RESIDENT]
    assert reasons(second) == [Skip.PAID_BEFORE, Skip.PAID_BEFORE]
    assert currency.balanceOf(new.address) == START - 20_000 + 2_000
    assert incentives.rewardedPurchases(month, resident) == 20_000


def test_a_key_that_was_recovered_to_twice_is_one_person_with_its_last_owner(
    programme, office, currency, city, recover, month, resident, neighbour, merchant
):
    """The first owner is struck off and the address given to another: both on the list, one counter, one payment."""
    shared = key("shared key")
    for who in (resident, wallet(neighbour)):
        currency.transfer(merchant, START, {"from": who})
    listed = office.listed((resident, 10_000), (neighbour, 10_000), (shared, 10_000), month=month)
    first = recover(resident, shared)
    city.reclassify(first, Kind.NONE)
    recover(neighbour.address, shared)
    office.publish_and_wait(listed)

    tx = office.pay(listed)

    assert reasons(tx) == [Skip.PAID_BEFORE, Skip.PAID_BEFORE]
    assert currency.balanceOf(shared.address) == 1_000


def test_two_programmes_reward_no_purchase_twice(programme, office, currency, month, resident, merchant, pub):
    other = office.open(categories=[PUB], rateBps=2_000)
    office.fund(other, 10_000)
    currency.transfer(merchant, 8_000, {"from": resident})
    currency.transfer(pub, 2_000, {"from": resident})
    honest = office.listed((resident, 8_000), month=month)
    greedy = office.listed((resident, 3_000), month=month, programme=other)
    travel(due(month))
    office.publish(honest)
    office.publish(greedy, other)
    travel(due(month) + 4 * DAY)
    office.pay(honest)

    assert reasons(office.pay(greedy, programme=other)) == [Skip.EXCEEDS_PURCHASES]
    office.reject(other)
    right = office.listed((resident, 2_000), month=month, programme=other)
    office.publish(right, other)
    travel(due(month) + 8 * DAY)
    office.pay(right, programme=other)
    assert currency.balanceOf(resident) == START - 10_000 + 800 + 400


def test_a_budget_is_not_raced_for(programme, office, currency, city, month, merchant):
    """A list of ten who would each get the cap, of a programme that has money for four: everyone gets four tenths."""
    small = office.open(categories=[PUB])
    office.fund(small, 4 * CAP)
    people = [wallet(key(f"racer {number}")) for number in range(10)]
    city.register(Kind.RESIDENT, *people)
    city.issue_many(*((each, START) for each in people))
    for each in people:
        currency.transfer(merchant, START, {"from": each})
    listed = office.listed(*((each, START) for each in people), month=month, programme=small)
    office.publish_and_wait(listed, small)
    office.pay(listed, programme=small)

    assert {currency.balanceOf(each) for each in people} == {CAP * 4 // 10}
    assert office.incentives.programmeOf(small)[5] == 0
    assert office.incentives.programmeOf(programme)[5] == FUNDED


def test_an_institution_or_a_shop_is_not_rewarded_for_what_it_counts(programme, office, currency, month, merchant):
    currency.transfer(merchant, 30_000, {"from": wallet(key("institution"))})
    listed = office.listed((key("institution"), 30_000), (merchant, 30_000), month=month)
    office.publish_and_wait(listed)

    assert reasons(office.pay(listed)) == [Skip.NOT_RESIDENT, Skip.NOT_RESIDENT]


def test_a_shop_that_becomes_a_resident_brings_no_purchases_along(
    programme, office, currency, city, cash_out, month, resident, merchant
):
    currency.transfer(merchant, 30_000, {"from": resident})
    cash_out(merchant, 30_000)
    city.reclassify(merchant, Kind.RESIDENT)
    listed = office.listed((merchant, 30_000), month=month)
    office.publish_and_wait(listed)

    assert reasons(office.pay(listed)) == [Skip.EXCEEDS_PURCHASES]


def test_the_stolen_key_of_the_incentive_officer_loses_the_cap_times_the_buyers_and_the_guardian_stops_it(
    programme, office, currency, month, resident, merchant, pub
):
    """It lists a resident who bought at a pub for all of it: three days later that would cost 3,000."""
    currency.transfer(pub, 80_000, {"from": resident})
    forged = office.listed((resident, 80_000), month=month)
    office.publish_and_wait(forged)
    at_stake = min(80_000 // 10, CAP)

    office.reject()
    with reverts("NoCashbackList", 1):
        office.pay(forged)

    assert at_stake == 3_000
    assert office.incentives.programmeOf(1)[5] == FUNDED


def test_the_stolen_key_of_the_guardian_rejects_a_months_lists_and_loses_nothing_if_it_is_taken_in_time(
    programme, office, currency, month, resident, merchant
):
    currency.transfer(merchant, 20_000, {"from": resident})
    right = office.listed((resident, 20_000), month=month)
    office.publish_and_wait(right)
    office.reject()
    travel(office.publish(right).timestamp + 3 * DAY)
    office.pay(right)

    assert currency.balanceOf(resident) == START - 20_000 + 2_000


def test_the_stolen_key_of_the_guardian_loses_residents_a_months_cash_back_if_it_still_rejects_in_the_last_three_days(
    programme, office, incentives, currency, month, resident, merchant
):
    """The money stays in the programme, and goes back to its funder."""
    currency.transfer(merchant, 20_000, {"from": resident})
    right = office.listed((resident, 20_000), month=month)
    travel(begin_of(month + 2) - 7 * DAY - 1)
    office.publish(right)
    office.reject()
    travel(begin_of(month + 2) - 3 * DAY - 1)
    office.publish(right)
    office.reject()
    travel(begin_of(month + 2) - 3 * DAY)
    with reverts("MonthNotDue", month):
        office.publish(right)

    lost = min(20_000 * RATE // 10_000, CAP)
    assert lost == 2_000
    assert incentives.programmeOf(1)[5] == FUNDED


def test_all_officers_together_take_nothing_out_of_a_programme(
    programme, office, incentives, currency, officers, month, resident, merchant
):
    currency.transfer(merchant, 20_000, {"from": resident})
    listed = office.listed((resident, 20_000), month=month)
    office.publish_and_wait(listed)
    keys = [officers.admin, officers.currency, officers.membership, officers.guardian, officers.incentive]
    acts = [
        lambda who: incentives.sweep(programme, {"from": who}),
        lambda who: incentives.fund(programme, 1, {"from": who}),
        lambda who: currency.transferFrom(incentives, merchant, 1, {"from": who}),
        lambda who: currency.redeem(1, keccak(b"x"), {"from": who}),
    ]

    for who in keys:
        for act in acts:
            with pytest.raises(VirtualMachineError):
                act(who)
    incentives.close(programme, {"from": officers.guardian})
    office.pay(listed)
    assert currency.balanceOf(resident) == START - 20_000 + 2_000
