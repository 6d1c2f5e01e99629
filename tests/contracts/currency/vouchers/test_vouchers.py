"""Programmes, grants, spending, refunds, the rest, and what is left at the end."""

import pytest
from brownie import ZERO_ADDRESS
from eth_utils.crypto import keccak

from dongne.currency import Kind
from tests.contracts.currency.conftest import FOREVER, ORDER, START, TRADE, happened, key, travel, wallet
from tests.contracts.currency.vouchers.conftest import CAP, DAY, FUNDED, LIST, PURPOSE, plan_of
from tests.reverting import reverts

OTHER_LIST = keccak(b"another list")


def state(vouchers, programme):
    held, committed, _cap, _closed = vouchers.fundOf(programme)
    return held, committed


# Programmes


def test_a_programme_is_opened_with_its_terms(office, vouchers, institution):
    terms = office.terms(categories=[TRADE, 5_812])
    tx = vouchers.open(terms, {"from": office.officers.supervisor})

    assert tx.return_value == 1
    assert vouchers.programmeOf(1) == (institution, terms[1], terms[2], 6_000)
    assert vouchers.fundOf(1) == (0, 0, CAP, False)
    assert [vouchers.accepts(1, trade) for trade in (TRADE, 5_812, 7_011)] == [True, True, False]
    assert vouchers.uri(1) == terms[7]
    assert happened(tx, "ProgrammeOpened")[0]["programme"] == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"refundBps": 5_999}, ("BadRefundThreshold", 5_999)),
        ({"refundBps": 8_001}, ("BadRefundThreshold", 8_001)),
        ({"categories": []}, ("BadCategoryCount", 0)),
        ({"categories": list(range(65))}, ("BadCategoryCount", 65)),
        ({"start": 2**39, "expiry": 2**39}, ("BadProgrammePeriod", 2**39, 2**39)),
        ({"start": 1, "expiry": 2}, ("BadProgrammePeriod", 1, 2)),
    ],
)
def test_impossible_terms_are_refused(office, changes, error):
    with reverts(*error):
        office.open(**changes)


def test_a_cap_of_zero_is_refused(office):
    with reverts("CapIsZero"):
        office.open(cap=0)


@pytest.mark.parametrize("who", ["resident", "stranger"])
def test_a_funder_must_be_an_institution(office, request, who):
    funder, kind = request.getfixturevalue(who), {"resident": Kind.RESIDENT, "stranger": Kind.NONE}[who]

    with reverts("FunderNotAnInstitution", funder, kind):
        office.open(funder=funder)


@pytest.mark.parametrize("bps", [6_000, 8_000])
def test_thresholds_from_60_to_80_percent_are_possible(office, vouchers, bps):
    assert vouchers.programmeOf(office.open(refundBps=bps))[3] == bps


def test_only_their_roles_open_close_grant_and_publish(office, vouchers, programme, stranger, resident):
    calls = [
        lambda: vouchers.open(office.terms(), {"from": stranger}),
        lambda: vouchers.close(programme, {"from": stranger}),
        lambda: vouchers.grantBatch(programme, LIST, 0, b"\0" * 26, {"from": stranger}),
        lambda: vouchers.publish(programme, PURPOSE, LIST, 1, {"from": stranger}),
    ]

    for call in calls:
        with reverts("AccessManagedUnauthorized", stranger):
            call()


def test_the_funder_pays_in_and_takes_back_what_is_not_granted(
    office, vouchers, currency, programme, institution, resident
):
    before = currency.balanceOf(institution)
    office.grant(programme, (resident, 400))

    with reverts("FundTooSmall", programme, FUNDED - 400, FUNDED - 399):
        vouchers.withdraw(programme, FUNDED - 399, {"from": institution})
    vouchers.withdraw(programme, FUNDED - 400, {"from": institution})

    assert currency.balanceOf(institution) == before + FUNDED - 400
    assert state(vouchers, programme) == (400, 400)


def test_nobody_but_the_funder_pays_in_or_takes_back(vouchers, programme, institution, officers):
    for act in (vouchers.fund, vouchers.withdraw):
        with reverts("NotTheFunder", officers.currency, institution):
            act(programme, 1, {"from": officers.currency})


@pytest.mark.parametrize("number", [0, 99])
def test_a_programme_that_is_not_there_is_named(office, vouchers, institution, number):
    plan = plan_of(number, (institution, 1))
    calls = [
        lambda: vouchers.fund(number, 1, {"from": institution}),
        lambda: vouchers.withdraw(number, 1, {"from": institution}),
        lambda: vouchers.close(number, {"from": office.officers.guardian}),
        lambda: office.grant(number, (institution, 1)),
        lambda: office.publish(plan),
        lambda: office.claim(plan, 0),
        lambda: vouchers.spend(number, institution, 1, ORDER, {"from": institution}),
        lambda: vouchers.refund(number, institution, 1, ORDER, {"from": institution}),
        lambda: vouchers.redeemRest(number, {"from": institution}),
        lambda: vouchers.sweep(number, {"from": institution}),
        lambda: vouchers.programmeOf(number),
    ]

    for call in calls:
        with reverts("UnknownProgramme", number):
            call()


def test_nothing_is_moved_by_an_amount_of_zero(office, vouchers, programme, institution, resident, merchant):
    office.grant(programme, (resident, 100))
    calls = [
        lambda: vouchers.fund(programme, 0, {"from": institution}),
        lambda: vouchers.withdraw(programme, 0, {"from": institution}),
        lambda: vouchers.publish(programme, PURPOSE, LIST, 0, {"from": office.officers.voucher}),
        lambda: office.grant(programme, (resident, 0), list_id=OTHER_LIST),
        lambda: vouchers.spend(programme, merchant, 0, ORDER, {"from": resident}),
        lambda: vouchers.refund(programme, resident, 0, ORDER, {"from": merchant}),
    ]

    for call in calls:
        with reverts("VoucherAmountZero"):
            call()


def test_a_closed_programme_grants_nothing_more_and_what_was_granted_stays_good(
    office, vouchers, currency, programme, resident, neighbour, merchant
):
    plan = plan_of(programme, (neighbour, 300))
    office.grant(programme, (resident, 500))
    office.publish(plan)

    vouchers.close(programme, {"from": office.officers.guardian})

    with reverts("ProgrammeIsClosed", programme):
        office.grant(programme, (resident, 1), list_id=OTHER_LIST)
    with reverts("ProgrammeIsClosed", programme):
        office.publish(plan_of(programme, (neighbour, 1)))
    with reverts("ProgrammeIsClosed", programme):
        vouchers.close(programme, {"from": office.officers.guardian})
    office.claim(plan, 0)
    vouchers.spend(programme, merchant, 500, ORDER, {"from": resident})
    assert currency.balanceOf(merchant) == 500
    assert vouchers.balanceOf(neighbour.address, programme) == 300


def test_another_programme_of_the_funder_never_touches_what_was_granted(
    office, vouchers, programme, resident, merchant
):
    office.grant(programme, (resident, 500))
    vouchers.close(programme, {"from": office.officers.guardian})
    other = office.open(categories=[7_011], refundBps=8_000, cap=1)
    office.fund(other, 5)

    assert vouchers.voucherOf(programme, resident) == (500, 500, 0, False)
    assert vouchers.programmeOf(programme)[3] == 6_000
    vouchers.spend(programme, merchant, 300, ORDER, {"from": resident})
    vouchers.redeemRest(programme, {"from": resident})


# Grants


def test_a_batch_grants_its_places(office, vouchers, programme, resident, neighbour, officers):
    tx = office.grant(programme, (resident, 400), (neighbour, 300))

    assert vouchers.voucherOf(programme, resident) == (400, 400, 0, False)
    assert vouchers.balanceOfBatch([resident, neighbour.address], [programme] * 2) == (400, 300)
    assert state(vouchers, programme) == (FUNDED, 700)
    assert vouchers.listOf(LIST) == (2, 0, False)
    assert happened(tx, "ListServed") == [
        {"programme": programme, "list": "0x" + LIST.hex(), "first": 0, "count": 2, "total": 700}
    ]
    minted = {"operator": officers.voucher, "from": ZERO_ADDRESS, "to": resident, "id": programme, "value": 400}
    assert happened(tx, "TransferSingle")[0] == minted


@pytest.mark.parametrize("first", [0, 1, 3])
def test_a_place_of_a_list_is_granted_once_whoever_brings_it(office, programme, resident, neighbour, first):
    office.grant(programme, (resident, 1), (neighbour, 1))

    with reverts("ListPlaceNotNext", LIST, 2, first):
        office.grant(programme, (resident, 1), first=first)


def test_a_list_is_continued_at_its_next_place(office, vouchers, programme, resident, neighbour):
    office.grant(programme, (resident, 1))
    office.grant(programme, (neighbour, 2), first=1)

    assert vouchers.listOf(LIST)[0] == 2


@pytest.mark.parametrize("length", [0, 25, 27])
def test_a_batch_that_is_not_whole_is_refused(vouchers, programme, officers, length):
    with reverts("BadGrantsLength", length):
        vouchers.grantBatch(programme, LIST, 0, b"\1" * length, {"from": officers.voucher})


def test_nobody_is_granted_by_the_zero_address(office, programme):
    with reverts("ERC1155InvalidReceiver", ZERO_ADDRESS):
        office.grant(programme, (ZERO_ADDRESS, 1))


def test_no_more_is_granted_than_was_paid_in(office, vouchers, resident):
    programme = office.open()
    office.fund(programme, 700)
    office.grant(programme, (resident, 600))

    with reverts("FundTooSmall", programme, 100, 101):
        office.grant(programme, (resident, 101), list_id=OTHER_LIST)
    with reverts("FundTooSmall", programme, 100, 101):
        office.publish(plan_of(programme, (resident, 101)))


def test_two_programmes_never_share_money(office, vouchers, programme, resident):
    other = office.open()

    with reverts("FundTooSmall", other, 0, 1):
        office.grant(other, (resident, 1))


@pytest.mark.parametrize("late", [0, 1])
def test_nothing_is_granted_or_paid_in_from_the_expiry_on(office, vouchers, programme, resident, institution, late):
    plan = plan_of(programme, (resident, 5))
    office.publish(plan)
    expiry = vouchers.programmeOf(programme)[2]
    calls = [
        lambda: office.grant(programme, (resident, 1)),
        lambda: office.publish(plan_of(programme, (resident, 6))),
        lambda: office.claim(plan, 0),
        lambda: office.fund(programme, 1),
    ]

    for number, call in enumerate(calls):
        travel(expiry + late + number)
        with reverts("ProgrammeExpired", programme, expiry):
            call()


# Claims


@pytest.mark.parametrize("people", [1, 2, 3, 7])
def test_every_place_of_a_published_list_is_claimed_once(office, vouchers, programme, people):
    plan = plan_of(programme, *((key(f"claimant {number}"), 10 + number) for number in range(people)))
    office.publish(plan)

    for place in range(people):
        office.claim(plan, place)
        with reverts("PlaceAlreadyClaimed", plan.list_id, place):
            office.claim(plan, place)

    assert [vouchers.balanceOf(grant.account, programme) for grant in plan.grants] == [
        grant.amount for grant in plan.grants
    ]
    assert vouchers.listOf(plan.list_id) == (0, 0, True)
    assert state(vouchers, programme) == (FUNDED, plan.total)


def test_another_holder_amount_place_or_proof_claims_nothing(office, programme, resident, neighbour):
    plan = plan_of(programme, (resident, 10), (neighbour, 20))
    office.publish(plan)
    holder = plan.grants[0].account
    other = plan.grants[1].account

    for changes, place, who in (
        ({"amount": 11}, 0, holder),
        ({"holder": other}, 0, other),
        ({"index": 1}, 1, holder),
        ({"index": 2**255}, 2**255, holder),
        ({"proof": []}, 0, holder),
        ({"proof": plan.proof(1)}, 0, holder),
    ):
        with reverts("ClaimProofInvalid", plan.list_id, place, who):
            office.claim(plan, 0, **changes)


def test_a_list_is_claimed_for_its_own_purpose_and_programme_only(office, vouchers, programme, resident):
    plan = plan_of(programme, (resident, 10))
    office.publish(plan)
    other = office.open()

    for changes in ({"purpose": LIST}, {"programme": other}):
        elsewhere = {"programme": programme, "purpose": PURPOSE} | changes
        list_id = vouchers.listId(elsewhere["programme"], elsewhere["purpose"], plan.tree.root)
        with reverts("ListNotPublished", list_id):
            office.claim(plan, 0, **changes)


def test_the_contract_names_a_list_as_the_package_does(vouchers, programme, resident):
    plan = plan_of(programme, (resident, 10))

    assert bytes(vouchers.listId(programme, PURPOSE, plan.tree.root)) == plan.list_id


def test_a_list_is_either_granted_in_batches_or_claimed(office, programme, resident, neighbour):
    published, begun = plan_of(programme, (resident, 10)), plan_of(programme, (neighbour, 20))
    office.publish(published)
    office.grant(programme, (neighbour, 20), list_id=begun.list_id)

    with reverts("ListIsPublished", published.list_id):
        office.grant(programme, (resident, 10), list_id=published.list_id)
    with reverts("ListInUse", published.list_id, 0):
        office.publish(published)
    with reverts("ListInUse", begun.list_id, 1):
        office.publish(begun)


def test_a_list_published_with_too_small_a_total_takes_nothing_from_others(
    office, vouchers, programme, resident, neighbour
):
    plan = plan_of(programme, (resident, 10), (neighbour, 20))
    first, second = plan.grants
    office.publish(plan, total=first.amount + second.amount - 1)

    office.claim(plan, 0)
    with reverts("ListExhausted", plan.list_id, second.amount - 1, second.amount):
        office.claim(plan, 1)


# Spending


def test_a_voucher_pays_a_merchant_in_currency(office, vouchers, currency, programme, resident, merchant):
    office.grant(programme, (resident, 500))

    tx = vouchers.spend(programme, merchant, 120, ORDER, {"from": resident})

    assert currency.balanceOf(merchant) == 120
    assert vouchers.voucherOf(programme, resident) == (380, 500, 0, False)
    assert vouchers.spentAt(programme, resident, merchant) == 120
    assert state(vouchers, programme) == (FUNDED - 120, 380)
    spent = {"programme": programme, "holder": resident, "merchant": merchant, "amount": 120}
    assert happened(tx, "VoucherSpent") == [{**spent, "order": "0x" + ORDER.hex()}]
    burnt = {"operator": resident, "from": resident, "to": ZERO_ADDRESS, "id": programme, "value": 120}
    assert happened(tx, "TransferSingle") == [burnt]


def test_a_signed_order_pays_once(office, vouchers, currency, programme, payer, merchant):
    office.grant(programme, (payer, 500))
    payment = office.payment(programme, payer.address, merchant, 120)
    signature = payment.sign(payer, office.domain)

    office.spend_signed(payment, signature)
    with reverts("VoucherSignatureInvalid", payer.address, 1):
        office.spend_signed(payment, signature)

    assert currency.balanceOf(merchant) == 120
    assert currency.nonces(payer.address) == 0


@pytest.mark.parametrize("form", ["compact", "of a wallet"])
def test_signatures_of_64_and_of_65_bytes_are_taken(office, currency, programme, payer, merchant, form):
    office.grant(programme, (payer, 500))
    payment = office.payment(programme, payer.address, merchant, 120)
    by_wallet = bytes(payer.unsafe_sign_hash(payment.digest(office.domain)).signature)

    office.spend_signed(payment, payment.sign(payer, office.domain) if form == "compact" else by_wallet)

    assert currency.balanceOf(merchant) == 120


def test_every_field_of_an_order_is_signed(office, programme, payer, neighbour, merchant, other_merchant):
    other = office.open()
    office.fund(other, 1_000)
    office.grant(programme, (payer, 500), (neighbour, 500))
    office.grant(other, (payer, 500), list_id=OTHER_LIST)
    signature = office.payment(programme, payer.address, merchant, 100).sign(payer, office.domain)
    altered = [
        office.payment(programme, neighbour.address, merchant, 100),
        office.payment(programme, payer.address, other_merchant, 100),
        office.payment(other, payer.address, merchant, 100),
        office.payment(programme, payer.address, merchant, 101),
        office.payment(programme, payer.address, merchant, 100, deadline=FOREVER - 1),
        office.payment(programme, payer.address, merchant, 100, order=keccak(b"other")),
    ]

    for payment in altered:
        with reverts("VoucherSignatureInvalid", payment.holder, 0):
            office.spend_signed(payment, signature)


@pytest.mark.parametrize("late", [0, 1])
def test_an_order_is_good_up_to_its_deadline(chain, office, currency, programme, payer, merchant, late):
    office.grant(programme, (payer, 500))
    deadline = chain[-1].timestamp + 100
    payment = office.payment(programme, payer.address, merchant, 120, deadline=deadline)
    signature = payment.sign(payer, office.domain)

    travel(deadline + late)
    if late:
        with reverts("VoucherOrderExpired", deadline):
            office.spend_signed(payment, signature)
    else:
        office.spend_signed(payment, signature)
    assert currency.balanceOf(merchant) == (0 if late else 120)


def test_a_voucher_never_pays_more_than_it_holds(office, vouchers, programme, resident, merchant):
    office.grant(programme, (resident, 500))

    for amount in (501, 2**64 + 1, 2**255):
        with reverts("ERC1155InsufficientBalance", resident, 500, amount, programme):
            vouchers.spend(programme, merchant, amount, ORDER, {"from": resident})


def test_a_pause_of_the_currency_stops_spending(office, vouchers, city, chain, programme, resident, merchant):
    office.grant(programme, (resident, 500))
    city.pause(DAY)

    with reverts("TransfersPaused", chain[-1].timestamp + DAY):
        vouchers.spend(programme, merchant, 1, ORDER, {"from": resident})


def test_a_frozen_holder_spends_nothing_and_keeps_the_voucher(office, vouchers, city, programme, resident, merchant):
    office.grant(programme, (resident, 500))
    city.freeze(resident)

    with reverts("HolderMayNotSpend", resident, Kind.FROZEN):
        vouchers.spend(programme, merchant, 1, ORDER, {"from": resident})
    city.unfreeze(resident)
    vouchers.spend(programme, merchant, 500, ORDER, {"from": resident})


def test_a_smart_account_spends_with_its_owners_signature(
    office, currency, open_wallet, programme, merchant, relayer, vouchers
):
    owner = key("owner of a smart account")
    account = open_wallet(owner, "HONEST")
    office.grant(programme, (account, 500))
    payment = office.payment(programme, account.address, merchant, 120)
    signature = bytes(owner.unsafe_sign_hash(payment.digest(office.domain)).signature)

    office.spend_signed(payment, signature)

    assert currency.balanceOf(merchant) == 120
    with reverts("VoucherSignatureInvalid", account.address, 1):
        office.spend_signed(payment, signature)


@pytest.mark.parametrize("mode", ["WRONG_MAGIC", "SHORT_ANSWER", "DIRTY_MAGIC", "REVERTING"])
def test_an_answer_of_a_smart_account_that_is_not_a_clear_yes_is_a_no(
    office, currency, open_wallet, programme, merchant, mode
):
    owner = key("owner of a smart account")
    account = open_wallet(owner, mode)
    office.grant(programme, (account, 500))
    payment = office.payment(programme, account.address, merchant, 120)

    with reverts("VoucherSignatureInvalid", account.address, 0):
        office.spend_signed(payment, bytes(owner.unsafe_sign_hash(payment.digest(office.domain)).signature))


def test_a_smart_account_that_reenters_spends_once(
    office, vouchers, currency, open_wallet, programme, merchant, relayer
):
    owner = key("owner of a smart account")
    account = open_wallet(owner, "REENTERING")
    office.grant(programme, (account, 500))
    account.prepareReentry(vouchers.spend.encode_input(programme, merchant, 300, ORDER), {"from": relayer})
    payment = office.payment(programme, account.address, merchant, 120)

    office.spend_signed(payment, bytes(owner.unsafe_sign_hash(payment.digest(office.domain)).signature))

    assert currency.balanceOf(merchant) == 120
    assert vouchers.voucherOf(programme, account)[0] == 380


def test_vouchers_are_personal(vouchers, office, programme, resident, neighbour):
    office.grant(programme, (resident, 500))
    other = neighbour.address
    calls = [
        lambda: vouchers.safeTransferFrom(resident, other, programme, 1, b"", {"from": resident}),
        lambda: vouchers.safeBatchTransferFrom(resident, other, [programme], [1], b"", {"from": resident}),
        lambda: vouchers.setApprovalForAll(other, True, {"from": resident}),
    ]

    for call in calls:
        with reverts("VoucherNotTransferable"):
            call()
    assert vouchers.isApprovedForAll(resident, other) is False


def test_the_standards_are_declared(vouchers):
    declared = ("0x01ffc9a7", "0xd9b67a26", "0x0e89341c")

    assert [vouchers.supportsInterface(each) for each in (*declared, "0xffffffff")] == [True, True, True, False]


def test_accounts_and_ids_of_a_query_must_match(vouchers, resident):
    with reverts("ERC1155InvalidArrayLength", 0, 1):
        vouchers.balanceOfBatch([resident], [])


# Refunds


def test_a_refund_goes_back_to_the_voucher(office, vouchers, currency, programme, resident, merchant):
    office.grant(programme, (resident, 500))
    vouchers.spend(programme, merchant, 120, ORDER, {"from": resident})

    vouchers.refund(programme, resident, 100, ORDER, {"from": merchant})

    assert currency.balanceOf(merchant) == 20
    assert currency.balanceOf(resident) == START
    assert vouchers.voucherOf(programme, resident) == (480, 500, 0, False)
    assert state(vouchers, programme) == (FUNDED - 20, 480)


def test_no_more_is_refunded_than_was_paid_and_to_nobody_else(
    office, vouchers, programme, resident, neighbour, merchant, other_merchant
):
    office.grant(programme, (resident, 500), (neighbour, 500))
    vouchers.spend(programme, merchant, 120, ORDER, {"from": resident})
    vouchers.refund(programme, resident, 100, ORDER, {"from": merchant})

    with reverts("RefundExceedsSpending", resident, merchant, 20, 21):
        vouchers.refund(programme, resident, 21, ORDER, {"from": merchant})
    with reverts("RefundExceedsSpending", neighbour.address, merchant, 0, 1):
        vouchers.refund(programme, neighbour.address, 1, ORDER, {"from": merchant})
    with reverts("RefundExceedsSpending", resident, other_merchant, 0, 1):
        vouchers.refund(programme, resident, 1, ORDER, {"from": other_merchant})


def test_a_refund_after_the_expiry_goes_to_the_funder(
    office, vouchers, currency, programme, resident, merchant, institution, relayer
):
    office.grant(programme, (resident, 500))
    vouchers.spend(programme, merchant, 120, ORDER, {"from": resident})
    travel(vouchers.programmeOf(programme)[2])
    vouchers.sweep(programme, {"from": relayer})
    before = currency.balanceOf(institution)

    vouchers.refund(programme, resident, 120, ORDER, {"from": merchant})
    vouchers.sweep(programme, {"from": relayer})

    assert currency.balanceOf(institution) == before + 120
    assert vouchers.balanceOf(resident, programme) == 0


# The rest


@pytest.mark.parametrize(("face", "bps", "spent"), [(500, 6_000, 300), (500, 8_000, 400), (333, 6_000, 200)])
def test_the_rest_is_paid_out_once_enough_is_spent(office, vouchers, currency, resident, merchant, face, bps, spent):
    programme = office.open(refundBps=bps)
    office.fund(programme, 1_000)
    office.grant(programme, (resident, face))

    vouchers.spend(programme, merchant, spent - 1, ORDER, {"from": resident})
    with reverts("RestNotRedeemable", resident, spent - 1, spent):
        vouchers.redeemRest(programme, {"from": resident})
    vouchers.spend(programme, merchant, 1, ORDER, {"from": resident})
    vouchers.redeemRest(programme, {"from": resident})

    assert currency.balanceOf(resident) == START + face - spent
    assert vouchers.voucherOf(programme, resident) == (0, face, 0, True)
    assert state(vouchers, programme) == (1_000 - face, 0)


def test_the_rest_is_paid_out_by_a_signed_order_once(office, vouchers, currency, programme, payer, merchant, resident):
    office.grant(programme, (payer, 500))
    vouchers.spend(programme, merchant, 300, ORDER, {"from": resident})

    office.rest_signed(payer, programme)
    with reverts("VoucherSignatureInvalid", payer.address, 1):
        office.rest_signed(payer, programme, nonce=0)
    with reverts("RestAlreadyRedeemed", payer.address):
        office.rest_signed(payer, programme)

    assert currency.balanceOf(payer.address) == START + 200


def test_an_order_for_the_rest_expires(chain, office, programme, payer):
    deadline = chain[-1].timestamp + 10

    travel(deadline + 1)
    with reverts("VoucherOrderExpired", deadline):
        office.rest_signed(payer, programme, deadline=deadline)


def test_an_empty_voucher_has_no_rest(office, vouchers, programme, resident, neighbour):
    with reverts("VoucherAmountZero"):
        vouchers.redeemRest(programme, {"from": resident})


def test_who_is_no_resident_gets_no_rest(office, vouchers, city, programme, resident, merchant):
    office.grant(programme, (resident, 500))
    vouchers.spend(programme, merchant, 300, ORDER, {"from": resident})
    city.freeze(resident)

    with reverts("HolderMayNotSpend", resident, Kind.FROZEN):
        vouchers.redeemRest(programme, {"from": resident})


# The end


def test_what_is_left_returns_to_the_funder_only(
    office, vouchers, currency, programme, resident, neighbour, merchant, institution, stranger
):
    office.grant(programme, (resident, 500))
    office.publish(plan_of(programme, (neighbour, 300)))
    vouchers.spend(programme, merchant, 120, ORDER, {"from": resident})
    before = currency.balanceOf(institution)

    travel(vouchers.programmeOf(programme)[2])
    tx = vouchers.sweep(programme, {"from": stranger})

    assert currency.balanceOf(institution) == before + FUNDED - 120
    assert currency.balanceOf(vouchers) == 0
    assert state(vouchers, programme) == (0, 0)
    assert happened(tx, "Swept") == [{"programme": programme, "funder": institution, "amount": FUNDED - 120}]
    with reverts("VoucherAmountZero"):
        vouchers.sweep(programme, {"from": stranger})


def test_sweeping_one_programme_leaves_the_others(office, vouchers, currency, programme, resident, merchant, stranger):
    short = office.open(expiry=vouchers.programmeOf(programme)[2] - 10)
    office.fund(short, 1_000)
    office.grant(programme, (resident, 500))

    travel(vouchers.programmeOf(short)[2])
    vouchers.sweep(short, {"from": stranger})

    vouchers.spend(programme, merchant, 500, ORDER, {"from": resident})
    assert state(vouchers, programme) == (FUNDED - 500, 0)


def test_a_wallet_without_a_registration_is_granted_but_spends_only_once_registered(
    office, vouchers, city, programme, merchant
):
    newcomer = wallet(key("newcomer"))
    office.grant(programme, (newcomer, 500))

    with reverts("HolderMayNotSpend", newcomer, Kind.NONE):
        vouchers.spend(programme, merchant, 1, ORDER, {"from": newcomer})
    city.register(Kind.RESIDENT, newcomer)
    vouchers.spend(programme, merchant, 500, ORDER, {"from": newcomer})
