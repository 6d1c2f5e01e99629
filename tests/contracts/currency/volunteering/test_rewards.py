"""Programmes, activities, attesters and shifts: every function, every refusal, every field at its bounds."""

import pytest
from eth_utils.crypto import keccak

from dongne.currency import Kind
from dongne.currency.volunteering import Shift, pack_shifts
from dongne.months import begin_of, month_of
from dongne.signing import expand
from dongne.words import ShiftRefusal
from tests.contracts.currency.conftest import START, happened, key, travel, wallet
from tests.contracts.currency.volunteering.conftest import CAP, CLAIM_DAYS, DAY, FUNDED, HOUR, RATE, SHEET, shift
from tests.reverting import reverts


def refused(volunteer, begins, reason):
    return reverts("NoShiftPayable", volunteer, begins, int(reason))


def test_a_shift_that_both_sides_attest_is_paid(
    activity, office, rewards, currency, resident, morning, coordinator, inspector
):
    tx = office.settle(shift(resident, morning, 2.5))

    assert currency.balanceOf(resident) == START + 1_750
    assert happened(tx, "ShiftRewarded") == [
        {
            "activity": 1,
            "volunteer": resident,
            "begins": morning,
            "ends": morning + 9_000,
            "amount": 1_750,
        }
    ]
    assert happened(tx, "ShiftsPaid") == [
        {
            "activity": 1,
            "document": "0x" + SHEET.hex(),
            "byInstitution": coordinator.address,
            "byCity": inspector.address,
            "paid": 1,
            "total": 1_750,
        }
    ]
    assert rewards.programmeOf(1)[4] == currency.balanceOf(rewards) == FUNDED - 1_750
    assert rewards.earned(1, month_of(morning), resident) == 1_750


def test_a_list_pays_what_can_be_paid_and_says_why_the_rest_is_not(
    activity, office, currency, resident, neighbour, stranger, morning
):
    shifts = [shift(resident, morning), shift(neighbour, morning), shift(stranger, morning), shift(resident, morning)]
    tx = office.settle(*shifts)

    assert [ShiftRefusal(each["reason"]) for each in happened(tx, "ShiftSkipped")] == [
        ShiftRefusal.NOT_RESIDENT,
        ShiftRefusal.PAID_BEFORE,
    ]
    assert happened(tx, "ShiftsPaid")[0]["paid"] == 2
    assert currency.balanceOf(resident) == currency.balanceOf(neighbour.address) == START + 2 * RATE


def test_a_list_that_is_handed_in_again_pays_what_is_still_to_be_paid(
    activity, office, currency, city, resident, neighbour, morning
):
    city.freeze(neighbour.address)
    shifts = [shift(resident, morning), shift(neighbour, morning)]
    office.settle(*shifts)
    city.unfreeze(neighbour.address)
    office.settle(*shifts)

    assert currency.balanceOf(resident) == currency.balanceOf(neighbour.address) == START + 2 * RATE
    with refused(neighbour.address, morning, ShiftRefusal.PAID_BEFORE):
        office.settle(*shifts)


def test_a_contract_attests_as_well(activity, office, rewards, currency, institution, resident, morning, open_wallet):
    owner = key("owner of a school's account")
    account = open_wallet(owner, "HONEST", kind=Kind.RESIDENT)
    rewards.setAttester(account, True, {"from": institution})
    listed = shift(resident, morning)
    _owner, signature = office.attest(owner, listed)
    office.settle(listed, one=(account.address, expand(signature)))

    assert currency.balanceOf(resident) == START + 2 * RATE


def test_what_is_above_the_cap_is_not_paid(activity, office, rewards, currency, resident, morning):
    days = [shift(resident, morning - 9 * HOUR, 14), shift(resident, morning + 5 * HOUR, 2)]
    office.settle(*days)

    assert currency.balanceOf(resident) == START + CAP
    with refused(resident, morning + 7 * HOUR, ShiftRefusal.CAP_REACHED):
        office.settle(shift(resident, morning + 7 * HOUR, 1))


def test_a_cap_counts_by_calendar_months_of_the_shifts(activity, office, currency, resident, morning):
    """The last shift of the month is handed in the month after, and counts in its own."""
    following = begin_of(month_of(morning) + 1)
    travel(following + DAY)
    office.settle(shift(resident, following - 16 * HOUR, 15), shift(resident, following, 15))

    assert currency.balanceOf(resident) == START + 2 * CAP


@pytest.mark.parametrize(("months", "paid"), [(2, 1), (12, 1), (1, 2)])
def test_a_cap_of_several_months(office, rewards, currency, institution, morning, resident, months, paid, officers):
    programme = office.open(capMonths=months)
    office.fund(programme, FUNDED)
    first = begin_of(month_of(morning) // 12 * 12 + 12)
    rewards.setAttester(office.coordinator.address, True, {"from": institution})
    rewards.appointCityAttester(office.inspector.address, {"from": officers.rewards})
    lasting = office.open(start=first, end=first + 180 * DAY, capMonths=months, claimDays=365)
    office.fund(lasting, FUNDED)
    activity = office.certify(institution, programme=lasting)
    travel(first + 60 * DAY)
    office.settle(shift(resident, first, 24), shift(resident, begin_of(month_of(first) + 1), 24), activity=activity)

    assert currency.balanceOf(resident) == START + paid * CAP


@pytest.mark.parametrize("second", [-1, 0])
def test_a_shift_is_paid_once_it_is_over(activity, office, currency, resident, morning, second, at):
    listed = shift(resident, morning + 24 * HOUR)
    if second < 0:
        with refused(resident, morning + 24 * HOUR, ShiftRefusal.NOT_OVER):
            at(morning + 26 * HOUR - 1, lambda: office.settle(listed))
    else:
        at(morning + 26 * HOUR, lambda: office.settle(listed))


@pytest.mark.parametrize("second", [-1, 0])
def test_a_claim_expires(activity, office, currency, resident, morning, second, at):
    listed, expires = shift(resident, morning), morning + 2 * HOUR + CLAIM_DAYS * DAY
    if second < 0:
        at(expires - 1, lambda: office.settle(listed))
    else:
        with refused(resident, morning, ShiftRefusal.CLAIM_EXPIRED):
            at(expires, lambda: office.settle(listed))


def test_shifts_outside_the_programme_are_not_paid(activity, office, rewards, resident, morning):
    _funder, start, end, *_rest = rewards.programmeOf(1)
    office.settle(shift(resident, start, 1))
    with refused(resident, start - HOUR, ShiftRefusal.OUTSIDE_PROGRAMME):
        office.settle(shift(resident, start - HOUR, 1))
    travel(end + DAY)
    office.settle(shift(resident, end - 1_800, 1))
    with refused(resident, end, ShiftRefusal.OUTSIDE_PROGRAMME):
        office.settle(shift(resident, end, 1))


@pytest.mark.parametrize(("offset", "half_hours"), [(1, 2), (1_799, 2), (0, 0), (0, 49)])
def test_shifts_are_whole_half_hours_of_a_day_at_most(activity, office, resident, morning, offset, half_hours):
    listed = Shift(resident.address, morning + offset, half_hours)

    with refused(resident, morning + offset, ShiftRefusal.MALFORMED_SHIFT):
        office.settle(listed)


def test_a_shift_of_a_whole_day_is_paid(activity, office, currency, resident, morning):
    travel(morning + 2 * DAY)
    office.settle(Shift(resident.address, morning, 48))

    assert currency.balanceOf(resident) == START + CAP


@pytest.mark.parametrize("kind", ["merchant", "institution", "stranger"])
def test_only_residents_are_paid(activity, office, request, morning, kind):
    who = request.getfixturevalue(kind)

    with refused(who, morning, ShiftRefusal.NOT_RESIDENT):
        office.settle(shift(who, morning))


def test_too_little_money_pays_the_shifts_for_which_it_is_enough(
    activity, office, rewards, currency, institution, resident, neighbour, morning
):
    poor = office.certify(institution, programme=office.open())
    office.fund(2, 3 * RATE)
    tx = office.settle(shift(resident, morning), shift(neighbour, morning), activity=poor)
    assert [each["reason"] for each in happened(tx, "ShiftSkipped")] == [ShiftRefusal.FUND_TOO_SMALL]

    office.fund(2, RATE)
    office.settle(shift(resident, morning), shift(neighbour, morning), activity=poor)
    assert rewards.programmeOf(2)[4] == 0
    assert currency.balanceOf(neighbour.address) == START + 2 * RATE


def test_a_quote_says_what_would_be_paid_or_why_not(activity, office, rewards, resident, stranger, morning):
    assert rewards.quote(1, resident, morning, 3) == (1_050, ShiftRefusal.NONE)
    assert rewards.quote(1, stranger, morning, 3) == (0, ShiftRefusal.NOT_RESIDENT)
    office.settle(shift(resident, morning, 1))
    assert rewards.quote(1, resident, morning, 3) == (0, ShiftRefusal.PAID_BEFORE)


def test_a_volunteer_whose_key_was_lost_is_paid_at_the_new_one(
    activity, office, rewards, currency, recover, resident, morning
):
    new = recover(resident, key("new key of a volunteer"))
    office.settle(shift(resident, morning))

    assert currency.balanceOf(new) == START + 2 * RATE
    assert rewards.earned(1, month_of(morning), resident) == rewards.earned(1, month_of(morning), new) == 2 * RATE


def test_an_institution_whose_key_was_lost_names_attesters_with_the_new_one(
    activity, office, rewards, currency, recover, institution, resident, morning
):
    new = recover(institution, key("new key of a school"))
    with reverts("NotAnInstitution", institution, Kind.SUPERSEDED):
        rewards.setAttester(key("thief").address, True, {"from": institution})
    office.settle(shift(resident, morning))
    rewards.setAttester(office.coordinator.address, False, {"from": new})

    assert not rewards.isAttester(institution, office.coordinator.address)
    with reverts("NotTheInstitutionsAttester", office.coordinator.address, institution):
        office.settle(shift(resident, morning + 2 * HOUR))


def test_the_rest_returns_to_the_funder_alone_once_nothing_can_be_handed_in(
    activity, office, rewards, currency, foundation, stranger, at
):
    end = rewards.programmeOf(1)[2] + DAY + CLAIM_DAYS * DAY
    with reverts("RewardsNotOver", 1, end):
        at(end - 1, lambda: rewards.sweep(1, {"from": stranger}))
    tx = at(end, lambda: rewards.sweep(1, {"from": stranger}))

    assert happened(tx, "RewardsSwept") == [{"programme": 1, "funder": foundation, "amount": FUNDED}]
    assert currency.balanceOf(foundation) == 10 * FUNDED
    with reverts("RewardsAmountZero"):
        rewards.sweep(1, {"from": stranger})
    with reverts("RewardsAreOver", 1, end):
        office.fund(1, 1)


def test_a_funder_whose_key_was_lost_goes_on_with_the_new_one(
    activity, office, rewards, currency, recover, foundation, stranger
):
    new = recover(foundation, key("new key of a foundation"))
    with reverts("NotTheRewardsFunder", foundation, new):
        rewards.fund(1, 1, {"from": foundation})
    travel(rewards.programmeOf(1)[2] + 31 * DAY)
    rewards.sweep(1, {"from": stranger})

    assert currency.balanceOf(new) == 10 * FUNDED


def test_a_closed_activity_pays_no_shift(activity, office, rewards, officers, resident, morning):
    rewards.closeActivity(1, {"from": officers.guardian})

    for act in (
        lambda: office.settle(shift(resident, morning)),
        lambda: rewards.quote(1, resident, morning, 2),
        lambda: rewards.closeActivity(1, {"from": officers.guardian}),
    ):
        with reverts("ActivityIsClosed", 1):
            act()
    assert rewards.activityOf(1)[3]


@pytest.mark.parametrize("side", ["institution", "city"])
def test_what_a_dismissed_attester_has_signed_is_void(
    activity, office, rewards, officers, institution, resident, morning, side
):
    signer = office.coordinator if side == "institution" else office.inspector
    if side == "institution":
        rewards.setAttester(signer.address, False, {"from": institution})
        expected = reverts("NotTheInstitutionsAttester", signer.address, institution)
    else:
        rewards.dismissCityAttester(signer.address, {"from": officers.guardian})
        expected = reverts("NotTheCitysAttester", signer.address)

    with expected:
        office.settle(shift(resident, morning))


def test_an_institution_that_is_frozen_or_struck_off_pays_nobody(
    activity, office, city, institution, resident, morning
):
    city.freeze(institution)
    with reverts("NotAnInstitution", institution, Kind.FROZEN):
        office.settle(shift(resident, morning))


def test_the_terms_are_in_the_event_and_in_the_contract(morning, office, rewards, foundation):
    tx = rewards.open(office.terms(capMonths=12), {"from": office.officers.supervisor})
    programme = tx.return_value
    _funder, start, end, *_rest = office.terms()

    assert tuple(happened(tx, "RewardsOpened")[0]["terms"][:7]) == (
        foundation.address,
        start,
        end,
        CLAIM_DAYS,
        1_000,
        CAP,
        12,
    )
    assert rewards.programmeOf(programme) == (foundation.address, start, end, 12, 0, 1_000, CAP, CLAIM_DAYS)
    assert rewards.programmes() == programme


def test_an_activity_is_in_the_event_and_in_the_contract(activity, rewards, officers, institution):
    tx = rewards.openActivity(1, institution, 1_000, keccak(b"x"), {"from": officers.rewards})

    assert happened(tx, "ActivityOpened") == [
        {
            "activity": 2,
            "programme": 1,
            "institution": institution,
            "rate": 1_000,
            "document": "0x" + keccak(b"x").hex(),
        }
    ]
    assert rewards.activityOf(2) == (institution.address, 1, 1_000, False)


@pytest.mark.parametrize(
    ("changes", "error", "values"),
    [
        ({"claimDays": 0}, "BadClaimDays", (0,)),
        ({"claimDays": 366}, "BadClaimDays", (366,)),
        ({"mostRate": 0}, "BadRewardsCap", (0, CAP, 1)),
        ({"cap": 0}, "BadRewardsCap", (1_000, 0, 1)),
        *(({"capMonths": months}, "BadRewardsCap", (1_000, CAP, months)) for months in (0, 5, 24)),
        ({"start": 5, "end": 5}, "BadRewardsPeriod", (5, 5)),
        ({"start": 5, "end": 6}, "BadRewardsPeriod", (5, 6)),
        (
            {"start": 4 * 10**9, "end": 4 * 10**9 + 731 * DAY + 1},
            "BadRewardsPeriod",
            (4 * 10**9, 4 * 10**9 + 63_158_401),
        ),
    ],
)
def test_terms_that_are_not_possible(morning, office, changes, error, values):
    with reverts(error, *values):
        office.open(**changes)


def test_only_institutions_fund_and_keep_activities(activity, office, resident, stranger):
    for account, kind in ((resident, Kind.RESIDENT), (stranger, Kind.NONE)):
        with reverts("NotAnInstitution", account, kind):
            office.open(funder=account)
        with reverts("NotAnInstitution", account, kind):
            office.certify(account)
        with reverts("NotAnInstitution", account, kind):
            office.rewards.setAttester(account, True, {"from": account})


@pytest.mark.parametrize("rate", [0, 1_001])
def test_rates_that_are_not_possible(activity, office, institution, rate):
    with reverts("BadActivityRate", rate, 1_000):
        office.certify(institution, rate=rate)


def test_lists_that_are_not_whole_are_refused(activity, office, resident, morning):
    whole = pack_shifts([shift(resident, morning)])

    for packed in (b"", whole[:-1], whole + b"\0"):
        with reverts("BadShiftsLength", len(packed)):
            office.settle(shift(resident, morning), packed=packed)


def test_a_pause_stops_payments(activity, office, city, resident, morning):
    until = happened(city.pause(3_600), "PausedUntil")[0]["until"]
    with reverts("TransfersPaused", until):
        office.settle(shift(resident, morning))
    travel(until)
    office.settle(shift(resident, morning))


def test_only_the_funder_pays_in_and_more_than_nothing(activity, office, rewards, foundation, institution):
    with reverts("NotTheRewardsFunder", institution, foundation):
        rewards.fund(1, 5, {"from": institution})
    with reverts("RewardsAmountZero"):
        office.fund(1, 0)


def test_nothing_is_done_with_what_is_not_there(activity, office, rewards, officers, institution, resident, morning):
    programmes = [
        lambda: rewards.programmeOf(9),
        lambda: office.fund(9, 1),
        lambda: office.certify(institution, programme=9),
        lambda: rewards.sweep(9, {"from": resident}),
        lambda: rewards.earned(9, 1, resident),
    ]
    activities = [
        lambda: rewards.activityOf(9),
        lambda: rewards.closeActivity(9, {"from": officers.guardian}),
        lambda: office.settle(shift(resident, morning), activity=9),
        lambda: rewards.quote(9, resident, morning, 1),
    ]

    for error, acts in (("UnknownRewards", programmes), ("UnknownActivity", activities)):
        for act in acts:
            with reverts(error, 9):
                act()


def test_each_office_does_its_own_and_nobody_elses(activity, office, rewards, officers, institution, stranger):
    acts = [
        ("supervisor", lambda who: rewards.open(office.terms(), {"from": who})),
        ("rewards", lambda who: rewards.openActivity(1, institution, 1, bytes(32), {"from": who})),
        ("rewards", lambda who: rewards.appointCityAttester(who, {"from": who})),
        ("guardian", lambda who: rewards.dismissCityAttester(who, {"from": who})),
        ("guardian", lambda who: rewards.closeActivity(1, {"from": who})),
    ]

    for own, act in acts:
        others = {"supervisor", "guardian", "rewards", "admin", "currency"} - {own}
        for who in [stranger, *(getattr(officers, name) for name in others)]:
            with reverts("AccessManagedUnauthorized", who):
                act(who)


def test_who_attests_is_in_the_log(activity, rewards, officers, institution):
    named = wallet(key("another coordinator"))
    tx = rewards.setAttester(named, True, {"from": institution})
    citys = rewards.appointCityAttester(named, {"from": officers.rewards})

    assert happened(tx, "AttesterSet") == [{"institution": institution, "attester": named, "appointed": True}]
    assert happened(citys, "CityAttesterSet") == [{"attester": named, "appointed": True}]
    assert rewards.isAttester(institution, named)
    assert rewards.isCityAttester(named)
    gone = rewards.dismissCityAttester(named, {"from": officers.guardian})
    assert happened(gone, "CityAttesterSet") == [{"attester": named, "appointed": False}]
    assert not rewards.isCityAttester(named)
