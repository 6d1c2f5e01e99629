"""Abuses that volunteer rewards withstand, each by name; where something can be lost, how much."""

import pytest
from brownie.exceptions import VirtualMachineError

from dongne.currency import Kind
from dongne.currency.volunteering import ShiftList
from dongne.months import begin_of, month_of
from dongne.signing import Domain
from dongne.words import ShiftRefusal
from tests.contracts.currency.conftest import START, happened, key, travel, wallet
from tests.contracts.currency.volunteering.conftest import CAP, DAY, FUNDED, HOUR, RATE, SHEET, shift
from tests.reverting import reverts


def refused(volunteer, begins, reason):
    return reverts("NoShiftPayable", volunteer, begins, int(reason))


@pytest.mark.parametrize("how", ["the same", "under another document", "a part of it", "a longer one", "by others"])
def test_a_replayed_attestation(activity, office, rewards, officers, institution, currency, resident, morning, how):
    """Time is what is spent: whatever is signed about the same half hours, they are paid once."""
    office.settle(shift(resident, morning, 4))
    again = {"a part of it": shift(resident, morning + HOUR, 1), "a longer one": shift(resident, morning - HOUR, 8)}
    listed, signers = again.get(how, shift(resident, morning, 4)), {}
    if how == "by others":
        one, other = key("second coordinator"), key("second inspector")
        rewards.setAttester(one.address, True, {"from": institution})
        rewards.appointCityAttester(other.address, {"from": officers.rewards})
        signers = {"one": office.attest(one, listed), "other": office.attest(other, listed)}
    document = bytes(32) if how == "under another document" else SHEET

    with refused(resident, listed.begins, ShiftRefusal.PAID_BEFORE):
        office.settle(listed, document=document, **signers)
    assert currency.balanceOf(resident) == START + 4 * RATE


def test_one_shift_for_two_activities_or_two_programmes(
    activity, office, currency, institution, foundation, resident, morning
):
    other = office.open()
    office.fund(other, FUNDED)
    twins = [
        office.certify(institution),
        office.certify(foundation, programme=other),
        office.certify(institution, other),
    ]
    office.settle(shift(resident, morning))

    for twin in (twins[0], twins[2]):
        with refused(resident, morning, ShiftRefusal.PAID_BEFORE):
            office.settle(shift(resident, morning), activity=twin)
    assert currency.balanceOf(resident) == START + 2 * RATE


def test_a_shift_under_the_old_and_the_new_key(activity, office, currency, recover, resident, morning):
    listed, new = shift(resident, morning), key("new key of a volunteer")
    office.settle(listed)
    moved = recover(resident, new)

    for who in (resident, moved):
        with refused(who, morning, ShiftRefusal.PAID_BEFORE):
            office.settle(shift(who, morning))
    assert currency.balanceOf(moved) == START + 2 * RATE


def test_a_new_key_brings_no_second_cap(activity, office, currency, recover, resident, morning):
    office.settle(shift(resident, morning - 9 * HOUR, 15))
    moved = recover(resident, key("new key of a volunteer"))

    with refused(moved, morning + 6 * HOUR, ShiftRefusal.CAP_REACHED):
        office.settle(shift(moved, morning + 6 * HOUR, 2))
    assert currency.balanceOf(moved) == START + CAP


def test_splitting_under_the_cap_over_activities_and_lists(activity, office, currency, institution, resident, morning):
    begins = [morning - 9 * HOUR + number * 2 * HOUR for number in range(14)]
    activities = [activity, office.certify(institution), office.certify(institution)]
    travel(morning + 2 * DAY)
    for at, begin in enumerate(begins):
        try:
            office.settle(shift(resident, begin), activity=activities[at % 3])
        except VirtualMachineError as error:
            assert error.revert_msg.endswith(str(int(ShiftRefusal.CAP_REACHED)))

    assert currency.balanceOf(resident) == START + CAP


@pytest.mark.parametrize("side", ["institution", "city"])
def test_a_volunteer_attests_itself(activity, office, rewards, officers, institution, payer, morning, side):
    listed = shift(payer, morning)
    if side == "institution":
        rewards.setAttester(payer.address, True, {"from": institution})
        signed = {"one": office.attest(payer, listed)}
    else:
        rewards.appointCityAttester(payer.address, {"from": officers.rewards})
        signed = {"other": office.attest(payer, listed)}

    with refused(payer.address, morning, ShiftRefusal.ATTESTED_BY_VOLUNTEER):
        office.settle(listed, **signed)


def test_a_volunteer_attests_itself_with_its_new_key(
    activity, office, rewards, institution, recover, payer, resident, morning
):
    new = key("new key of a volunteer")
    recover(resident, new)
    rewards.setAttester(new.address, True, {"from": institution})
    listed = shift(payer, morning)

    with refused(payer.address, morning, ShiftRefusal.ATTESTED_BY_VOLUNTEER):
        office.settle(listed, one=office.attest(new, listed))


def test_one_person_attests_for_both_sides(activity, office, rewards, officers, institution, resident, morning):
    rewards.appointCityAttester(office.coordinator.address, {"from": officers.rewards})
    listed = shift(resident, morning)

    with reverts("AttesterNotIndependent", office.coordinator.address, institution):
        office.settle(listed, other=office.attest(office.coordinator, listed))


def test_two_people_of_the_institution_attest(activity, office, rewards, officers, institution, resident, morning):
    colleague, listed = key("colleague of a coordinator"), shift(resident, morning)
    rewards.setAttester(colleague.address, True, {"from": institution})
    rewards.appointCityAttester(colleague.address, {"from": officers.rewards})

    with reverts("AttesterNotIndependent", colleague.address, institution):
        office.settle(listed, other=office.attest(colleague, listed))


def test_the_institution_attests_for_the_city(activity, office, rewards, officers, city, resident, morning):
    school, listed = key("a school"), shift(resident, morning)
    city.register(Kind.INSTITUTION, wallet(school))
    number = office.certify(wallet(school))
    rewards.setAttester(office.coordinator.address, True, {"from": wallet(school)})
    rewards.appointCityAttester(school.address, {"from": officers.rewards})

    with reverts("AttesterNotIndependent", school.address, school.address):
        office.settle(listed, activity=number, other=office.attest(school, listed, activity=number))


@pytest.mark.parametrize("side", ["institution", "city"])
def test_a_lost_key_attests_no_more_once_its_account_was_recovered(
    activity, office, rewards, officers, institution, recover, payer, neighbour, morning, side
):
    """Nobody has dismissed it; the key that was announced lost may be in the hands of a thief."""
    if side == "institution":
        rewards.setAttester(payer.address, True, {"from": institution})
    else:
        rewards.appointCityAttester(payer.address, {"from": officers.rewards})
    recover(wallet(payer), key("new key of an attester"))
    listed = shift(neighbour, morning)
    signed = office.attest(payer, listed)

    with reverts("AttesterSuspended", payer.address):
        office.settle(listed, **{"one" if side == "institution" else "other": signed})


def test_a_frozen_attester_attests_nothing(activity, office, rewards, city, institution, payer, neighbour, morning):
    rewards.setAttester(payer.address, True, {"from": institution})
    listed = shift(neighbour, morning)
    city.freeze(wallet(payer))

    with reverts("AttesterSuspended", payer.address):
        office.settle(listed, one=office.attest(payer, listed))


@pytest.mark.parametrize("change", ["more hours", "another person", "another document", "another activity"])
def test_a_list_that_was_changed_after_it_was_signed(
    activity, office, institution, currency, resident, neighbour, morning, change
):
    signed = shift(resident, morning)
    office.certify(institution)
    pair = {"one": office.attest(office.coordinator, signed), "other": office.attest(office.inspector, signed)}
    changes = {
        "more hours": (shift(resident, morning, 3), {}),
        "another person": (shift(neighbour, morning), {}),
        "another document": (signed, {"document": bytes(32)}),
        "another activity": (signed, {"activity": 2}),
    }
    listed, others = changes[change]

    with reverts("AttestationInvalid", office.coordinator.address):
        office.settle(listed, **pair, **others)
    assert currency.balanceOf(resident) == START


def test_an_attestation_for_another_contract_or_chain(activity, office, rewards, resident, morning):
    listed = shift(resident, morning)
    for domain in (
        Domain(office.domain.name, "1", office.domain.chain_id + 1, rewards.address),
        Domain(office.domain.name, "1", office.domain.chain_id, resident.address),
    ):
        with reverts("AttestationInvalid", office.inspector.address):
            office.settle(listed, other=office.attest(office.inspector, listed, domain=domain))


def test_one_side_alone_pays_nobody(activity, office, rewards, institution, resident, morning):
    """Whoever has the institution's key names attesters, but none for the city; and the other way round."""
    thief = key("thief")
    rewards.setAttester(thief.address, True, {"from": institution})
    listed = shift(resident, morning)

    with reverts("NotTheCitysAttester", thief.address):
        office.settle(listed, one=office.attest(office.coordinator, listed), other=office.attest(thief, listed))


def test_the_attester_of_another_institution(activity, office, rewards, foundation, institution, resident, morning):
    stranger = key("coordinator of a foundation")
    rewards.setAttester(stranger.address, True, {"from": foundation})
    listed = shift(resident, morning)

    with reverts("NotTheInstitutionsAttester", stranger.address, institution):
        office.settle(listed, one=office.attest(stranger, listed))


def test_a_budget_is_not_raced_for(activity, office, rewards, currency, city, institution, morning):
    """Ten volunteers, money for three: three are paid in full, the others nothing, and the rest once there is more."""
    people = [wallet(key(f"racer {number}")) for number in range(10)]
    city.register(Kind.RESIDENT, *people)
    poor = office.certify(institution, programme=office.open())
    office.fund(2, 3 * 2 * RATE + RATE)
    tx = office.settle(*(shift(each, morning) for each in people), activity=poor)

    assert [currency.balanceOf(each) for each in people] == [2 * RATE] * 3 + [0] * 7
    assert {each["reason"] for each in happened(tx, "ShiftSkipped")} == {int(ShiftRefusal.FUND_TOO_SMALL)}
    assert rewards.programmeOf(2)[4] == RATE


def test_a_programme_pays_nothing_of_anothers_money(activity, office, rewards, institution, resident, morning):
    office.certify(institution, programme=office.open())

    with refused(resident, morning, ShiftRefusal.FUND_TOO_SMALL):
        office.settle(shift(resident, morning), activity=2)
    assert rewards.programmeOf(1)[4] == FUNDED


@pytest.mark.parametrize("second", [-1, 0])
def test_the_second_in_which_a_claim_expires_and_the_last_second_of_a_month(
    activity, office, rewards, currency, resident, morning, second
):
    """A shift that begins a half hour before midnight counts in its month; its claim ends to the second."""
    following = begin_of(month_of(morning) + 1)
    listed = shift(resident, following - 1_800, 1)
    travel(following + 1_800 + 30 * DAY + second)
    if second < 0:
        office.settle(listed)
    else:
        with refused(resident, following - 1_800, ShiftRefusal.CLAIM_EXPIRED):
            office.settle(listed)

    assert rewards.earned(1, month_of(morning), resident) == (RATE if second < 0 else 0)
    assert rewards.earned(1, month_of(morning) + 1, resident) == 0


def test_stolen_keys_of_both_attesters_cost_the_cap_for_each_accomplice_until_somebody_stops_them(
    activity, office, rewards, currency, officers, institution, resident, neighbour, morning
):
    """The institution, the guardian and the holds officer each stop them at once."""
    travel(morning + 2 * DAY)
    for who in (resident, neighbour):
        office.settle(shift(who, morning - 9 * HOUR, 24))
    rewards.dismissCityAttester(office.inspector.address, {"from": officers.guardian})

    with reverts("NotTheCitysAttester", office.inspector.address):
        office.settle(shift(resident, morning + 15 * HOUR, 24))
    assert FUNDED - rewards.programmeOf(1)[4] == 2 * CAP


@pytest.mark.parametrize("stolen", ["attester of the institution", "attester of the city", "institution", "rewards"])
def test_one_stolen_key_costs_nothing(
    activity, office, rewards, currency, officers, institution, resident, morning, stolen
):
    """It signs for its own side, and names whom it may name; the other side is missing."""
    thief, listed = key("thief"), shift(resident, morning)
    signers = {
        "attester of the institution": {"one": office.coordinator, "other": office.coordinator},
        "attester of the city": {"one": office.inspector, "other": office.inspector},
        "institution": {"one": thief, "other": thief},
        "rewards": {"one": thief, "other": thief},
    }[stolen]
    if stolen == "institution":
        rewards.setAttester(thief.address, True, {"from": institution})
    if stolen == "rewards":
        rewards.appointCityAttester(thief.address, {"from": officers.rewards})
        rewards.openActivity(1, institution, 1_000, bytes(32), {"from": officers.rewards})

    for number in range(1, rewards.activities() + 1):
        signed = {side: office.attest(who, listed, activity=number) for side, who in signers.items()}
        with pytest.raises(VirtualMachineError, match="Attester"):
            office.settle(listed, activity=number, **signed)
    assert rewards.programmeOf(1)[4] == FUNDED


def test_stolen_keys_of_the_rewards_officer_and_an_institution_cost_the_cap_for_each_accomplice(
    activity, office, rewards, currency, officers, foundation, resident, neighbour, morning
):
    """At the highest rate of the programme: rates only say how fast."""
    thief = key("thief")
    number = office.certify(foundation, rate=1_000)
    rewards.setAttester(key("accomplice").address, True, {"from": foundation})
    rewards.appointCityAttester(thief.address, {"from": officers.rewards})
    travel(morning + 2 * DAY)
    for who in (resident, neighbour):
        listed = [shift(who, morning - 9 * HOUR, 24), shift(who, morning + 15 * HOUR, 24)]
        signed = [office.attest(each, *listed, activity=number) for each in (key("accomplice"), thief)]
        office.settle(*listed, activity=number, one=signed[0], other=signed[1])

    assert FUNDED - rewards.programmeOf(1)[4] == 2 * CAP
    rewards.closeActivity(number, {"from": officers.guardian})
    with reverts("ActivityIsClosed", number):
        office.settle(shift(resident, morning), activity=number)


def test_all_officers_together_take_nothing_out_of_a_programme(
    activity, office, rewards, currency, officers, resident, merchant, morning
):
    keys = [officers.admin, officers.currency, officers.membership, officers.guardian, officers.rewards]
    acts = [
        lambda who: rewards.sweep(1, {"from": who}),
        lambda who: rewards.fund(1, 1, {"from": who}),
        lambda who: currency.transferFrom(rewards, merchant, 1, {"from": who}),
    ]

    for who in keys:
        for act in acts:
            with pytest.raises(VirtualMachineError):
                act(who)
    office.settle(shift(resident, morning))
    assert currency.balanceOf(rewards) == FUNDED - 2 * RATE


def test_what_attesters_sign_names_every_person_and_time(resident, morning):
    """Wallets show it: no hash stands for the list."""
    message = ShiftList.of(1, SHEET, [shift(resident, morning)])
    data = message.typed_data(Domain("Dongne VolunteerRewards", "1", 1, resident.address))

    assert data["message"]["volunteers"] == [resident.address]
    assert (data["message"]["begins"], data["message"]["ends"]) == ([morning], [morning + 2 * HOUR])
