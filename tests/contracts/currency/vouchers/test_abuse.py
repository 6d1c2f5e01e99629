"""Abuses that vouchers withstand, each by name; where something can be lost, how much."""

import pytest
from brownie.exceptions import VirtualMachineError
from eth_utils.crypto import keccak

from dongne.currency import Kind
from tests.contracts.currency.conftest import ORDER, START, key, travel, wallet
from tests.contracts.currency.vouchers.conftest import CAP, FUNDED, plan_of
from tests.reverting import reverts


def lists():
    """Ids of lists that nobody has used."""
    number = 0
    while True:
        number += 1
        yield keccak(text=f"list {number}")


@pytest.mark.parametrize("second", [-1, 0, 1])
def test_a_voucher_spent_in_the_second_of_its_expiry(office, vouchers, currency, programme, resident, merchant, second):
    office.grant(programme, (resident, 500))
    _funder, start, expiry, _bps = vouchers.programmeOf(programme)

    travel(expiry + second)
    if second < 0:
        vouchers.spend(programme, merchant, 500, ORDER, {"from": resident})
    else:
        with reverts("ProgrammeNotRunning", programme, start, expiry):
            vouchers.spend(programme, merchant, 500, ORDER, {"from": resident})
    assert currency.balanceOf(merchant) == (500 if second < 0 else 0)


@pytest.mark.parametrize("second", [-1, 0])
def test_a_second_is_for_spending_or_for_sweeping_never_for_both(
    office, vouchers, currency, programme, resident, merchant, stranger, second
):
    office.grant(programme, (resident, 500))
    expiry = vouchers.programmeOf(programme)[2]

    travel(expiry + second)
    if second < 0:
        with reverts("ProgrammeNotExpired", programme, expiry):
            vouchers.sweep(programme, {"from": stranger})
    else:
        vouchers.sweep(programme, {"from": stranger})
    assert currency.balanceOf(vouchers) == (FUNDED if second < 0 else 0)


@pytest.mark.parametrize("second", [-1, 0])
def test_the_clock_one_second_before_and_at_the_start(chain, office, vouchers, currency, resident, merchant, second):
    start = chain[-1].timestamp + 1_000
    programme = office.open(start=start)
    office.fund(programme, 500)
    office.grant(programme, (resident, 500))

    travel(start + second)
    if second < 0:
        with reverts("ProgrammeNotRunning", programme, start, vouchers.programmeOf(programme)[2]):
            vouchers.spend(programme, merchant, 1, ORDER, {"from": resident})
    else:
        vouchers.spend(programme, merchant, 1, ORDER, {"from": resident})
    assert currency.balanceOf(merchant) == second + 1


@pytest.mark.parametrize("second", [-1, 0])
def test_the_rest_is_not_paid_out_from_the_expiry_on(office, vouchers, currency, programme, resident, merchant, second):
    office.grant(programme, (resident, 500))
    vouchers.spend(programme, merchant, 300, ORDER, {"from": resident})
    _funder, start, expiry, _bps = vouchers.programmeOf(programme)

    travel(expiry + second)
    if second < 0:
        vouchers.redeemRest(programme, {"from": resident})
    else:
        with reverts("ProgrammeNotRunning", programme, start, expiry):
            vouchers.redeemRest(programme, {"from": resident})
    assert currency.balanceOf(resident) == START + (200 if second < 0 else 0)


def test_a_voucher_turned_into_cash_through_a_refund(office, vouchers, currency, programme, resident, merchant):
    office.grant(programme, (resident, CAP))
    vouchers.spend(programme, merchant, CAP, ORDER, {"from": resident})

    with pytest.raises(VirtualMachineError):  # what a voucher paid is no receipt from a resident: nothing to refund
        currency.transfer(resident, 1, {"from": merchant})
    vouchers.refund(programme, resident, CAP, ORDER, {"from": merchant})

    assert currency.balanceOf(resident) == START
    assert vouchers.balanceOf(resident, programme) == CAP


def test_a_shop_that_returns_everything_turns_at_most_two_fifths_into_cash(
    office, vouchers, currency, programme, resident, merchant
):
    office.grant(programme, (resident, CAP))

    vouchers.spend(programme, merchant, CAP * 6 // 10, ORDER, {"from": resident})
    vouchers.redeemRest(programme, {"from": resident})
    vouchers.refund(programme, resident, CAP * 6 // 10, ORDER, {"from": merchant})
    vouchers.spend(programme, merchant, CAP * 5 // 10, ORDER, {"from": resident})
    with reverts("RestAlreadyRedeemed", resident):
        vouchers.redeemRest(programme, {"from": resident})

    assert currency.balanceOf(resident) == START + CAP * 4 // 10
    assert vouchers.balanceOf(resident, programme) == CAP // 10


def test_a_refund_before_the_rest_takes_back_what_counted_as_spent(office, vouchers, programme, resident, merchant):
    office.grant(programme, (resident, CAP))
    vouchers.spend(programme, merchant, CAP * 6 // 10, ORDER, {"from": resident})
    vouchers.refund(programme, resident, 1, ORDER, {"from": merchant})

    with reverts("RestNotRedeemable", resident, CAP * 6 // 10 - 1, CAP * 6 // 10):
        vouchers.redeemRest(programme, {"from": resident})


def test_splitting_under_the_cap_over_batches_lists_and_claims(office, vouchers, programme, resident):
    one, other = list(zip(lists(), range(2), strict=False))
    plan = plan_of(programme, (resident, 300))
    office.publish(plan)
    office.grant(programme, (resident, 400), (resident, 400), list_id=one[0])

    with reverts("PersonalCapExceeded", resident, 800, 201, CAP):
        office.grant(programme, (resident, 201), list_id=other[0])
    with reverts("PersonalCapExceeded", resident, 800, 300, CAP):
        office.claim(plan, 0)
    assert vouchers.voucherOf(programme, resident)[1] == 800


def test_spending_and_refunds_make_no_room_under_the_cap(office, vouchers, programme, resident, merchant):
    one, other = list(zip(lists(), range(2), strict=False))
    office.grant(programme, (resident, CAP), list_id=one[0])
    vouchers.spend(programme, merchant, CAP, ORDER, {"from": resident})
    vouchers.refund(programme, resident, 1, ORDER, {"from": merchant})

    with reverts("PersonalCapExceeded", resident, CAP, 1, CAP):
        office.grant(programme, (resident, 1), list_id=other[0])


@pytest.mark.parametrize("ghost", ["stranger", "neighbour", "institution", "of another trade", "frozen", "struck off"])
def test_ghost_merchants(office, vouchers, city, currency, programme, request, resident, ghost):
    office.grant(programme, (resident, 500))
    trade = 0
    if " " in ghost or ghost == "frozen":
        payee, trade = wallet(key(ghost)), 7_011 if ghost == "of another trade" else 5_411
        city.register(Kind.MERCHANT, payee, category=trade)
        if ghost == "frozen":
            city.freeze(payee)
        if ghost == "struck off":
            city.reclassify(payee, Kind.NONE)
            trade = 0
    else:
        payee = request.getfixturevalue(ghost)
    address = payee.address
    kind = currency.accountOf(address)[2]

    with reverts("MerchantNotAccepted", address, kind, trade):
        vouchers.spend(programme, address, 1, ORDER, {"from": resident})
    assert vouchers.balanceOf(resident, programme) == 500


def test_a_holder_who_is_a_shop_pays_nobody(office, vouchers, programme, merchant, other_merchant):
    office.grant(programme, (merchant, 500))

    with reverts("HolderMayNotSpend", merchant, Kind.MERCHANT):
        vouchers.spend(programme, other_merchant, 1, ORDER, {"from": merchant})


def test_the_stolen_key_of_the_voucher_officer_loses_what_is_not_granted_and_the_funder_stops_it(
    office, vouchers, currency, programme, resident, neighbour, institution
):
    office.grant(programme, (neighbour, 700))
    thief, ids = wallet(key("thief")), lists()

    office.grant(programme, (thief, CAP), list_id=next(ids))
    with reverts("PersonalCapExceeded", thief, CAP, 1, CAP):
        office.grant(programme, (thief, 1), list_id=next(ids))
    vouchers.withdraw(programme, FUNDED - 700 - CAP, {"from": institution})
    with reverts("FundTooSmall", programme, 0, 1):
        office.grant(programme, (resident, 1), list_id=next(ids))

    lost = FUNDED - 700 - (FUNDED - 700 - CAP)
    assert lost == CAP
    assert vouchers.balanceOf(neighbour.address, programme) == 700


def test_the_guardian_stops_the_stolen_key_of_the_voucher_officer(office, vouchers, programme, resident, institution):
    vouchers.close(programme, {"from": office.officers.guardian})

    with reverts("ProgrammeIsClosed", programme):
        office.grant(programme, (resident, 1))
    vouchers.withdraw(programme, FUNDED, {"from": institution})


def test_all_officers_together_take_nothing_of_what_was_granted(
    office, vouchers, currency, officers, programme, resident, merchant, institution
):
    office.grant(programme, (resident, CAP))
    keys = [officers.admin, officers.currency, officers.membership, officers.guardian, officers.voucher]
    acts = [
        lambda who: vouchers.withdraw(programme, 1, {"from": who}),
        lambda who: vouchers.sweep(programme, {"from": who}),
        lambda who: vouchers.refund(programme, resident, 1, ORDER, {"from": who}),
        lambda who: vouchers.redeemRest(programme, {"from": who}),
        lambda who: vouchers.spend(programme, merchant, 1, ORDER, {"from": who}),
        lambda who: currency.transferFrom(vouchers, merchant, 1, {"from": who}),
    ]

    for who in keys:
        for act in acts:
            with pytest.raises(VirtualMachineError):
                act(who)
    vouchers.close(programme, {"from": officers.guardian})
    vouchers.spend(programme, merchant, CAP, ORDER, {"from": resident})
    assert currency.balanceOf(merchant) == CAP


def test_the_stolen_key_of_a_merchant_or_of_a_relayer_takes_nothing(
    office, vouchers, currency, programme, payer, merchant, relayer
):
    office.grant(programme, (payer, CAP))
    forged = office.payment(programme, payer.address, merchant, CAP)

    with reverts("VoucherSignatureInvalid", payer.address, 0):
        office.spend_signed(forged, forged.sign(payer, office.domain)[:63] + b"\0")
    for who in (merchant, relayer):
        with reverts("ERC1155InsufficientBalance", who, 0, 1, programme):
            vouchers.spend(programme, merchant, 1, ORDER, {"from": who})
    assert vouchers.balanceOf(payer.address, programme) == CAP
