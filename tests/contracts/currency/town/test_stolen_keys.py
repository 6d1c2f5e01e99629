"""Every role's key stolen: what is lost before somebody can stop it, as a number of won; docs/currency.md lists them.

The thief has accomplices: a resident and a shop, both honestly registered. Delays are those of a city's file that says
nothing about them.
"""

import pytest
from brownie import chain
from brownie.exceptions import VirtualMachineError

from dongne.currency import DEFAULT_TABLE, RESIDENTS_MAY_GIVE, Kind, pack_accounts
from dongne.suite import Role
from tests.contracts.currency.conftest import MOST, key, wallet
from tests.contracts.currency.town.town import (
    DAY,
    EVIDENCE,
    INSTITUTIONS,
    MERCHANTS,
    OFFICES,
    RULING,
    TRADE,
    Town,
    at,
)
from tests.reverting import reverts

VICTIM, ACCOMPLICE = 0, 5
SHOP, ACCOMPLICES_SHOP = MERCHANTS[0], MERCHANTS[1]
FUNDER = INSTITUTIONS[0]
RESERVE, OWNED, ROOM = 100_000, 20_000, 37_000
"""Won in reserve, what the victim has of them, and what could still be issued."""
FUNDED, CAP = 10_000, 2_000
"""Won in a voucher programme, and the most that one person is granted of them."""


@pytest.fixture(scope="module")
def town():
    town = Town()
    town.settle()
    town.attest(RESERVE)
    rest = RESERVE - ROOM - OWNED - FUNDED
    town.issue(*((town.address(actor), won) for actor, won in ((VICTIM, OWNED), (1, rest), (FUNDER, FUNDED))))
    town.take_delays()
    return town


def wealth(town, *actors):
    return sum(town.balances([town.address(actor) for actor in actors]))


def open_programme(town):
    now = chain[-1].timestamp
    terms = (town.address(FUNDER), now, now + 60 * DAY, 6_000, CAP, [TRADE], EVIDENCE, "")
    supervisor = town.officers[Role.CURRENCY_SUPERVISOR]
    town.announced(supervisor, town.vouchers, "open", terms)
    town.currency.approve(town.vouchers, FUNDED, {"from": town.wallet(FUNDER)})
    town.vouchers.fund(1, FUNDED, {"from": town.wallet(FUNDER)})


def test_every_role_that_decides_about_money_is_here():
    tested = {name for name in globals() if name.startswith("test_the_stolen_key_of_the_")}

    for role in (*OFFICES, Role.ADMINISTRATOR):
        assert any(name.startswith(f"test_the_stolen_key_of_the_{role.name.lower()}_") for name in tested), role


def test_the_stolen_key_of_the_currency_officer_makes_the_room_of_the_reserve_and_the_bank_pays_none_of_it(town):
    town.issue((town.address(ACCOMPLICE), ROOM))
    with reverts("ReserveExceeded", RESERVE, RESERVE + 1):
        town.issue((town.address(ACCOMPLICE), 1))
    town.pay(ACCOMPLICE, town.address(ACCOMPLICES_SHOP), ROOM)
    due = town.cash_out(ACCOMPLICES_SHOP, ROOM).timestamp + 3 * DAY

    town.as_(Role.GUARDIAN, town.currency.decreaseIssuanceAllowance, town.treasury, MOST)
    at(due - 1)
    with reverts("CashOutNotDue", 0, due):
        town.settle_cash_outs(0)
    town.as_(Role.SETTLEMENT_OFFICER, town.desk.returnCashOut, 0, EVIDENCE)
    back = _seized(town, ACCOMPLICES_SHOP, ROOM)

    paid_by_the_bank, lost = town.desk.settledTotal(), ROOM - back
    assert (paid_by_the_bank, lost) == (0, 0)
    assert town.currency.totalSupply() == RESERVE
    with reverts("IssuanceAllowanceExceeded", town.treasury, 0, 1):
        town.issue((town.address(ACCOMPLICE), 1))


def _seized(town, actor, amount):
    """What comes back to an institution of the city by due process, two weeks after the decision."""
    before = wealth(town, INSTITUTIONS[1])
    case = town.holds.cases()
    town.as_(Role.DETECTOR, town.holds.flag, town.address(actor), amount, EVIDENCE)
    town.as_(Role.HOLDS_OFFICER, town.holds.place, case, amount)
    decided = town.as_(Role.HOLDS_REVIEWER, town.holds.confirm, case, town.address(INSTITUTIONS[1]), RULING)
    at(decided.timestamp + 14 * DAY)
    town.holds.carryOut(case, {"from": town.relayer})
    return wealth(town, INSTITUTIONS[1]) - before


def test_the_stolen_key_of_the_reserve_attester_loses_nothing(town):
    town.attest(2**63)
    with reverts("AccessManagedUnauthorized", town.officers[Role.RESERVE_ATTESTER]):
        town.treasury.issueBatch(bytes(26), EVIDENCE, bytes(24), 0, {"from": town.officers[Role.RESERVE_ATTESTER]})
    town.attest(0)

    assert town.currency.totalSupply() == RESERVE - ROOM
    with reverts("ReserveExceeded", 0, RESERVE - ROOM + 1):
        town.issue((town.address(VICTIM), 1))


def test_the_stolen_keys_of_attester_and_currency_officer_lose_the_allowance_unless_the_guardian_takes_it(town):
    allowance = 50_000
    town.as_(Role.GUARDIAN, town.currency.decreaseIssuanceAllowance, town.treasury, MOST)
    supervisor = town.officers[Role.CURRENCY_SUPERVISOR]
    town.announced(supervisor, town.currency, "increaseIssuanceAllowance", town.treasury, allowance)

    town.attest(2**63)
    town.issue((town.address(ACCOMPLICE), allowance - 1))
    with reverts("IssuanceAllowanceExceeded", town.treasury, 1, 2):
        town.issue((town.address(ACCOMPLICE), 2))

    beyond_the_reserve = town.currency.totalSupply() - RESERVE
    assert beyond_the_reserve == allowance - 1 - ROOM


def test_the_stolen_key_of_the_settlement_officer_loses_what_falls_due_until_the_role_is_taken(town):
    town.pay(VICTIM, town.address(SHOP), 6_000)
    first = town.cash_out(SHOP, 3_000).timestamp
    at(first + DAY)
    town.cash_out(SHOP, 2_000)
    at(first + 2 * DAY + 60)
    third = town.cash_out(SHOP, 1_000).timestamp
    at(first + 3 * DAY)
    town.settle_cash_outs(0)  # the theft; from now on the administrator's revocation takes a day

    def the_next():
        at(first + 4 * DAY)
        town.settle_cash_outs(1)

    thief = town.officers[Role.SETTLEMENT_OFFICER]
    revoked = ("revokeRole", Role.SETTLEMENT_OFFICER, thief)
    town.announced(town.admin, town.access, *revoked, meanwhile=the_next)
    with reverts("AccessManagedUnauthorized", thief):
        town.settle_cash_outs(2)

    lost = town.desk.settledTotal()
    assert lost == 3_000 + 2_000
    at(third + (3 + 14) * DAY)
    town.desk.reclaim(2, {"from": town.relayer})
    assert wealth(town, SHOP) == 1_000


def test_the_stolen_key_of_the_membership_officer_loses_nothing_as_long_as_guardian_or_owner_looks_in_a_week(town):
    thiefs = key("thief's new key")
    ready = town.announce(town.address(VICTIM), thiefs).timestamp + 7 * DAY
    at(ready - 2)
    with reverts("RecoveryNotReady", town.address(VICTIM), ready):
        town.recovery.complete(town.address(VICTIM), {"from": town.relayer})
    town.as_(Role.GUARDIAN, town.recovery.veto, town.address(VICTIM))
    town.announce(town.address(VICTIM), thiefs)
    town.recovery.cancel({"from": town.wallet(VICTIM)})
    with pytest.raises(VirtualMachineError):
        town.as_(Role.MEMBERSHIP_OFFICER, town.currency.reclassify, town.address(VICTIM), Kind.NONE, 0)

    assert wealth(town, VICTIM) == OWNED


def test_the_stolen_key_of_the_membership_officer_strikes_off_at_most_999_won_and_they_stay_their_owners(town):
    town.issue((town.address(2), 999))
    town.as_(Role.MEMBERSHIP_OFFICER, town.currency.reclassify, town.address(2), Kind.NONE, 0)
    town.register(Kind.RESIDENT, town.address(2))
    town.unclaimed.claim(town.address(2), town.address(2), {"from": town.wallet(2)})

    assert wealth(town, 2) == 999


def test_the_stolen_key_of_the_holds_officer_stops_an_account_for_a_week_and_loses_nothing(town):
    placed = town.as_(Role.HOLDS_OFFICER, town.holds.freeze, town.address(VICTIM), EVIDENCE)
    at(placed.timestamp + 7 * DAY)
    town.holds.endFreeze(town.address(VICTIM), {"from": town.relayer})
    with pytest.raises(VirtualMachineError):
        town.as_(Role.HOLDS_OFFICER, town.holds.freeze, town.address(VICTIM), EVIDENCE)
    town.pay(VICTIM, town.address(SHOP), OWNED)

    assert wealth(town, SHOP) == OWNED


def test_the_stolen_key_of_the_holds_officer_makes_a_shop_wait_30_days_at_most(town):
    town.as_(Role.HOLDS_OFFICER, town.desk.setRiskClass, 3, pack_accounts([town.address(SHOP)]))
    town.pay(VICTIM, town.address(SHOP), OWNED)

    asked = town.cash_out(SHOP, OWNED).timestamp

    assert town.desk.cashOut(0)[2] - asked == 14 * DAY <= 30 * DAY


def test_the_stolen_key_of_the_detector_loses_nothing(town):
    for amount in (OWNED, 2**64 - 1):
        town.as_(Role.DETECTOR, town.holds.flag, town.address(VICTIM), amount, EVIDENCE)
    town.pay(VICTIM, town.address(SHOP), OWNED)

    assert wealth(town, SHOP) == OWNED


def test_the_stolen_key_of_the_holds_reviewer_lets_go_what_is_held_and_takes_nothing(town):
    disputed = 1_500
    town.as_(Role.DETECTOR, town.holds.flag, town.address(VICTIM), disputed, EVIDENCE)
    town.as_(Role.HOLDS_OFFICER, town.holds.place, 0, disputed)
    with reverts("BeneficiaryDecided", 0, town.officers[Role.HOLDS_REVIEWER]):
        reviewer = town.officers[Role.HOLDS_REVIEWER]
        town.as_(Role.HOLDS_REVIEWER, town.holds.confirm, 0, reviewer, RULING)
    town.as_(Role.HOLDS_REVIEWER, town.holds.lift, 0)
    town.pay(VICTIM, town.address(SHOP), OWNED)

    lost_to_who_disputed_it = disputed
    assert wealth(town, SHOP) == OWNED >= lost_to_who_disputed_it


def test_the_stolen_key_of_the_holds_reviewer_gives_held_money_to_an_accomplice_only_after_14_days(town):
    disputed = 1_500
    town.as_(Role.DETECTOR, town.holds.flag, town.address(VICTIM), disputed, EVIDENCE)
    town.as_(Role.HOLDS_OFFICER, town.holds.place, 0, disputed)
    decided = town.as_(Role.HOLDS_REVIEWER, town.holds.confirm, 0, town.address(ACCOMPLICE), RULING).timestamp
    at(decided + 14 * DAY - 1)
    town.holds.appeal(0, EVIDENCE, {"from": town.wallet(VICTIM)})
    thief, honest = town.officers[Role.HOLDS_REVIEWER], town.relayer
    town.announced(town.admin, town.access, "revokeRole", Role.HOLDS_REVIEWER, thief)
    town.announced(town.admin, town.access, "grantRole", Role.HOLDS_REVIEWER, honest, 0)
    at(decided + 28 * DAY - 1)
    with reverts("TermRuns", 0, decided + 28 * DAY):
        town.holds.carryOut(0, {"from": thief})
    town.holds.lift(0, {"from": honest})

    assert (wealth(town, VICTIM), wealth(town, ACCOMPLICE)) == (OWNED, 0)


def test_the_stolen_key_of_the_guardian_stops_payments_for_half_of_the_time_and_loses_nothing(town):
    town.pay(VICTIM, town.address(SHOP), OWNED)
    paused = town.as_(Role.GUARDIAN, town.currency.pause, 3 * DAY).timestamp
    town.cash_out(SHOP, OWNED)
    at(paused + 6 * DAY - 1)
    with reverts("PausedRecently", paused + 6 * DAY):
        town.as_(Role.GUARDIAN, town.currency.pause, 1)
    town.settle_cash_outs(0)

    assert town.desk.settledTotal() == OWNED


def test_the_stolen_key_of_the_currency_supervisor_waits_a_day_in_which_the_guardian_cancels_and_loses_nothing(town):
    thief, guardian = town.officers[Role.CURRENCY_SUPERVISOR], town.officers[Role.GUARDIAN]
    acts = (
        (town.treasury, "increaseBonusBudget", (2**63,)),
        (town.treasury, "setTopUpTerms", ((3_000, 10_000, 10_000),)),
        (town.currency, "setTransferTable", (DEFAULT_TABLE | RESIDENTS_MAY_GIVE,)),
        (town.currency, "registerContract", (town.access, True)),
        (town.desk, "setWaitingDays", ((0, 0, 0, 0),)),
    )
    for contract, name, given in acts:
        ready = town.announce_call(thief, contract, name, *given)
        with pytest.raises(VirtualMachineError):
            getattr(contract, name)(*given, {"from": thief})
        town.access.cancel(thief, contract, getattr(contract, name).encode_input(*given), {"from": guardian})
        at(ready)
        with pytest.raises(VirtualMachineError):
            getattr(contract, name)(*given, {"from": thief})

    assert (town.treasury.bonusBudget(), town.currency.totalSupply()) == (0, RESERVE - ROOM)


def test_the_stolen_key_of_the_voucher_officer_loses_the_cap_for_each_accomplice_until_the_guardian_closes(town):
    open_programme(town)
    town.grant(1, town.address(ACCOMPLICE), CAP)
    with reverts("PersonalCapExceeded", town.address(ACCOMPLICE), CAP, 1, CAP):
        town.grant(1, town.address(ACCOMPLICE), 1)
    sender = {"from": town.wallet(ACCOMPLICE)}
    town.vouchers.spend(1, town.address(ACCOMPLICES_SHOP), CAP, EVIDENCE, sender)
    town.as_(Role.GUARDIAN, town.vouchers.close, 1)
    with reverts("ProgrammeIsClosed", 1):
        town.grant(1, town.address(2), 1)

    lost = wealth(town, ACCOMPLICES_SHOP)
    town.vouchers.withdraw(1, FUNDED - lost, {"from": town.wallet(FUNDER)})
    assert lost == CAP
    assert wealth(town, FUNDER) == FUNDED - CAP


def test_the_stolen_key_of_the_administrator_waits_a_day_in_which_the_second_cancels_and_loses_nothing(town):
    second, thief = town.relayer, town.admin
    granted = (Role.ADMINISTRATOR, second, DAY)
    town.announced(thief, town.access, "grantRole", *granted)

    ready = town.announce_call(thief, town.access, "grantRole", Role.CURRENCY_OFFICER, thief, 0)
    call = town.access.grantRole.encode_input(Role.CURRENCY_OFFICER, thief, 0)
    town.access.cancel(thief, town.access, call, {"from": second})
    at(ready)
    with pytest.raises(VirtualMachineError):
        town.access.grantRole(Role.CURRENCY_OFFICER, thief, 0, {"from": thief})

    assert not town.access.hasRole(Role.CURRENCY_OFFICER, thief)[0]


def test_the_stolen_key_of_the_administrator_takes_nothing_for_15_days_even_if_nobody_cancels(town):
    """It gives three accomplices the three roles of a hold, which is a day; the decision takes 14 more."""
    thieves = [wallet(key(f"thief {number}")) for number in range(3)]
    for role, thief in zip((Role.DETECTOR, Role.HOLDS_OFFICER, Role.HOLDS_REVIEWER), thieves, strict=True):
        town.announce_call(town.admin, town.access, "grantRole", role, thief, 0)
    begun = chain[-1].timestamp
    at(begun + DAY)
    for role, thief in zip((Role.DETECTOR, Role.HOLDS_OFFICER, Role.HOLDS_REVIEWER), thieves, strict=True):
        town.access.grantRole(role, thief, 0, {"from": town.admin})
    town.holds.flag(town.address(VICTIM), OWNED, EVIDENCE, {"from": thieves[0]})
    town.holds.place(0, OWNED, {"from": thieves[1]})
    decided = town.holds.confirm(0, town.address(ACCOMPLICE), RULING, {"from": thieves[2]}).timestamp

    at(decided + 14 * DAY - 2)
    with reverts("TermRuns", 0, decided + 14 * DAY):
        town.holds.carryOut(0, {"from": thieves[0]})
    at(decided + 14 * DAY - 1)
    town.holds.appeal(0, EVIDENCE, {"from": town.wallet(VICTIM)})
    at(decided + 28 * DAY - 1)
    with reverts("TermRuns", 0, decided + 28 * DAY):
        town.holds.carryOut(0, {"from": thieves[0]})
    town.as_(Role.HOLDS_REVIEWER, town.holds.lift, 0)

    assert decided - begun + 14 * DAY >= 15 * DAY
    assert (wealth(town, VICTIM), wealth(town, ACCOMPLICE)) == (OWNED, 0)


def test_the_stolen_key_of_the_membership_officer_gets_the_bonus_of_a_month_for_each_invented_person_who_pays_in(town):
    """Nobody's account loses anything. The guardian ends it by taking what is left of the budget."""
    bonus_bps, cap, people = 1_000, 10_000, 3
    town.announced(town.officers[Role.CURRENCY_SUPERVISOR], town.treasury, "setTopUpTerms", (bonus_bps, cap, 2 * cap))
    town.announced(town.officers[Role.CURRENCY_SUPERVISOR], town.treasury, "increaseBonusBudget", 5_000)
    for number in range(people):
        invented = key(f"invented {number}").address
        town.register(Kind.RESIDENT, invented)
        town.top_up((invented, cap))
        with reverts("MonthlyCapExceeded", invented, 0, 1):
            town.top_up((invented, 1))
    town.as_(Role.GUARDIAN, town.treasury.decreaseBonusBudget, 5_000)
    town.register(Kind.RESIDENT, key("one more").address)
    with reverts("BonusBudgetExceeded", 0, 10):
        town.top_up((key("one more").address, 100))

    lost = people * cap * bonus_bps // 10_000
    assert lost == 3_000 == town.currency.totalSupply() - (RESERVE - ROOM) - people * cap


def test_the_stolen_keys_of_membership_and_voucher_officer_lose_what_programmes_have_not_granted(town):
    """Five invented people take the cap each, and that is all that the institution had paid in."""
    open_programme(town)
    for number in range(FUNDED // CAP):
        invented = key(f"invented {number}")
        town.register(Kind.RESIDENT, invented.address)
        town.grant(1, invented.address, CAP)
        sender = {"from": wallet(invented)}
        town.vouchers.spend(1, town.address(ACCOMPLICES_SHOP), CAP, EVIDENCE, sender)
    with reverts("FundTooSmall", 1, 0, 1):
        town.grant(1, town.address(ACCOMPLICE), 1)

    lost = wealth(town, ACCOMPLICES_SHOP)
    assert lost == FUNDED


def test_the_stolen_keys_of_currency_and_holds_officer_wait_a_day_for_the_bank_instead_of_three_and_lose_nothing(town):
    town.as_(Role.HOLDS_OFFICER, town.desk.setRiskClass, 1, pack_accounts([town.address(ACCOMPLICES_SHOP)]))
    town.issue((town.address(ACCOMPLICE), ROOM))
    town.pay(ACCOMPLICE, town.address(ACCOMPLICES_SHOP), ROOM)
    due = town.cash_out(ACCOMPLICES_SHOP, ROOM).timestamp + DAY
    at(due - 1)
    with reverts("CashOutNotDue", 0, due):
        town.settle_cash_outs(0)
    town.as_(Role.SETTLEMENT_OFFICER, town.desk.returnCashOut, 0, EVIDENCE)

    assert _seized(town, ACCOMPLICES_SHOP, ROOM) == ROOM
    assert town.desk.settledTotal() == 0


def test_the_stolen_keys_of_holds_officer_and_reviewer_freeze_an_account_for_half_a_year_and_lose_nothing(town):
    town.as_(Role.HOLDS_OFFICER, town.holds.freeze, town.address(VICTIM), EVIDENCE)
    confirmed = town.as_(Role.HOLDS_REVIEWER, town.holds.confirmFreeze, town.address(VICTIM), RULING).timestamp
    assert town.holds.freezeOf(town.address(VICTIM))[0] - confirmed == 180 * DAY
    thief, honest = town.officers[Role.HOLDS_REVIEWER], town.relayer
    town.announced(town.admin, town.access, "revokeRole", Role.HOLDS_REVIEWER, thief)
    town.announced(town.admin, town.access, "grantRole", Role.HOLDS_REVIEWER, honest, 0)
    town.holds.liftFreeze(town.address(VICTIM), {"from": honest})
    town.pay(VICTIM, town.address(SHOP), OWNED)

    assert wealth(town, SHOP) == OWNED
