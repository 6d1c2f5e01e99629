"""Disputed money: three decide, the owner sees and appeals, and nobody takes more than was disputed."""

import pytest
from eth_utils.crypto import keccak

from dongne.currency import Appeal, AppealFreeze, Kind, Stage
from dongne.signing import Domain, sign
from dongne.suite import Role
from tests.contracts.currency.conftest import START, ZERO, happened, travel
from tests.contracts.wiring import wire
from tests.reverting import reverts

DAY = 86_400
EVIDENCE, RULING, LETTER = keccak(b"evidence"), keccak(b"ruling"), keccak(b"letter")


@pytest.fixture(scope="module")
def people(accounts, officers):
    return {"detector": accounts[8], "holder": officers.holds, "reviewer": accounts[9]}


@pytest.fixture(scope="module")
def open_currency(access, officers, people, appoint, LocalCurrency, Recovery, Holds):
    """As for all tests, with a real contract for holds."""

    def opened(name="Dongne Won"):
        from dongne.currency import DEFAULT_TABLE

        currency = LocalCurrency.deploy(name, "DNW", 0, DEFAULT_TABLE, access, {"from": officers.admin})
        recovery = Recovery.deploy(currency, access, {"from": officers.admin})
        holds = Holds.deploy(currency, recovery, access, {"from": officers.admin})
        appoint(currency, holds=holds, recovery=recovery)
        holders = {
            Role.CURRENCY_OFFICER: officers.currency,
            Role.CURRENCY_SUPERVISOR: officers.supervisor,
            Role.MEMBERSHIP_OFFICER: officers.membership,
            Role.HOLDS_OFFICER: people["holder"],
            Role.GUARDIAN: officers.guardian,
            Role.DETECTOR: people["detector"],
            Role.HOLDS_REVIEWER: people["reviewer"],
        }
        wire(access, currency, holders, officers.admin)
        wire(access, holds, {}, officers.admin)
        return currency

    return opened


class Court:
    """The offices that decide about disputed money."""

    def __init__(self, holds, people):
        self.holds, self.people = holds, people

    def flag(self, account, amount):
        return self.holds.flag(account, amount, EVIDENCE, {"from": self.people["detector"]})

    def place(self, case, amount, sender="holder"):
        return self.holds.place(case, amount, {"from": self.people[sender]})

    def confirm(self, case, beneficiary, sender="reviewer"):
        return self.holds.confirm(case, beneficiary, RULING, {"from": self.people[sender]})

    def lift(self, case):
        return self.holds.lift(case, {"from": self.people["reviewer"]})

    def admit(self, account):
        return self.holds.admit(account, {"from": self.people["reviewer"]})

    def hold(self, account, amount):
        """Flags and holds; gives the number of the case, and until when it is held."""
        case = self.flag(account, amount).return_value
        self.place(case, amount)
        return case, self.holds.caseOf(case)[4]

    def freeze(self, account):
        return self.holds.freeze(account, EVIDENCE, {"from": self.people["holder"]})

    def unfreeze(self, account):
        return self.holds.unfreeze(account, {"from": self.people["holder"]})

    def confirm_freeze(self, account, sender="reviewer"):
        return self.holds.confirmFreeze(account, RULING, {"from": self.people[sender]})

    def lift_freeze(self, account):
        return self.holds.liftFreeze(account, {"from": self.people["reviewer"]})


@pytest.fixture(scope="module")
def holds(currency, Holds):
    return Holds.at(currency.appointed()[1])


@pytest.fixture(scope="module")
def court(holds, people):
    return Court(holds, people)


@pytest.fixture
def held(court, resident):
    """300 of the resident's money are held; gives the time at which that ends."""
    court.flag(resident, 500)
    return court.place(0, 300).timestamp + 7 * DAY


def test_a_flag_holds_nothing(court, holds, currency, resident, merchant):
    tx = court.flag(resident, 500)

    flagged = {"id": 0, "account": resident, "amount": 500, "evidence": "0x" + EVIDENCE.hex()}
    assert happened(tx, "Flagged") == [flagged]
    assert holds.caseOf(0)[:5] == (resident, 500, Stage.FLAGGED, False, tx.timestamp + 3 * DAY)
    currency.transfer(merchant, START, {"from": resident})


def test_only_the_disputed_amount_is_held_and_it_stays_the_owners(held, holds, currency, resident, merchant):
    assert currency.balanceOf(resident) == START
    assert currency.getFrozenTokens(resident) == 300
    assert currency.accountOf(resident)[0] == START - 300
    assert holds.caseOf(0)[1:5] == (300, Stage.HELD, False, held)

    with reverts("ERC20InsufficientBalance", resident, START - 300, START - 299):
        currency.transfer(merchant, START - 299, {"from": resident})
    currency.transfer(merchant, START - 300, {"from": resident})

    assert currency.balanceOf(resident) == 300
    assert not currency.canTransfer(resident, merchant, 1)


def test_what_nobody_confirms_in_time_is_freed_by_anyone(held, holds, currency, resident, stranger):
    travel(held - 1)
    with reverts("TermRuns", 0, held):
        holds.release(0, {"from": stranger})
    travel(held)
    tx = holds.release(0, {"from": stranger})

    assert happened(tx, "HoldReleased") == [{"id": 0, "account": resident, "amount": 300}]
    assert currency.accountOf(resident)[0] == START
    with reverts("WrongStage", 0, Stage.ENDED):
        holds.release(0, {"from": stranger})


def test_a_hold_cannot_be_confirmed_once_its_term_is_over(held, court, neighbour):
    travel(held)

    with reverts("TermOver", 0, held):
        court.confirm(0, neighbour.address)


def test_a_flag_lapses_after_three_days(court, resident):
    lapses = court.flag(resident, 500).timestamp + 3 * DAY

    travel(lapses)
    with reverts("TermOver", 0, lapses):
        court.place(0, 500)


def test_a_confirmed_amount_goes_to_whom_the_decision_names(
    held, court, holds, currency, resident, neighbour, stranger
):
    confirmed = court.confirm(0, neighbour.address)
    ends = confirmed.timestamp + 14 * DAY

    travel(ends - 1)
    with reverts("TermRuns", 0, ends):
        holds.carryOut(0, {"from": stranger})
    travel(ends)
    tx = holds.carryOut(0, {"from": stranger})

    assert happened(tx, "HoldCarriedOut") == [{"id": 0, "beneficiary": neighbour.address, "amount": 300}]
    assert happened(tx, "Transfer") == [{"from": resident, "to": neighbour.address, "value": 300}]
    assert happened(tx, "ForcedTransfer") == [{"from": resident, "to": neighbour.address, "amount": 300}]
    assert currency.balanceOf(resident) == START - 300
    assert currency.getFrozenTokens(resident) == 0
    with reverts("WrongStage", 0, Stage.ENDED):
        holds.carryOut(0, {"from": stranger})


def test_an_appeal_gives_two_weeks_more_once(held, court, holds, resident, neighbour, stranger):
    ends = court.confirm(0, neighbour.address).timestamp + 14 * DAY
    tx = holds.appeal(0, LETTER, {"from": resident})

    assert happened(tx, "Appealed") == [{"id": 0, "ends": ends + 14 * DAY, "statement": "0x" + LETTER.hex()}]
    with reverts("CannotAppeal", 0, resident):
        holds.appeal(0, LETTER, {"from": resident})
    travel(ends)
    with reverts("TermRuns", 0, ends + 14 * DAY):
        holds.carryOut(0, {"from": stranger})


def test_an_appeal_makes_an_unconfirmed_hold_no_longer(held, holds, resident):
    tx = holds.appeal(0, LETTER, {"from": resident})

    assert happened(tx, "Appealed")[0]["ends"] == held
    assert holds.caseOf(0)[3:5] == (True, held)


def test_who_appeals_before_the_decision_has_two_weeks_more_after_it(held, court, holds, resident, neighbour, stranger):
    """Before, an appeal in the first week used the only one up and gave nothing."""
    holds.appeal(0, LETTER, {"from": resident})
    confirmed = court.confirm(0, neighbour.address)

    assert happened(confirmed, "HoldConfirmed")[0]["ends"] == confirmed.timestamp + 28 * DAY
    travel(confirmed.timestamp + 28 * DAY - 1)
    with reverts("TermRuns", 0, confirmed.timestamp + 28 * DAY):
        holds.carryOut(0, {"from": stranger})


def test_the_reviewer_lifts_a_hold_after_an_appeal(held, court, holds, currency, resident, neighbour):
    court.confirm(0, neighbour.address)
    holds.appeal(0, LETTER, {"from": resident})

    court.lift(0)

    assert currency.accountOf(resident)[0] == START
    with reverts("WrongStage", 0, Stage.ENDED):
        court.lift(0)


@pytest.mark.parametrize("compact", [False, True])
def test_an_owner_appeals_by_signature_without_ether(held, holds, payer, neighbour, relayer, compact):
    _fields, name, version, chain_id, contract, _salt, _extensions = holds.eip712Domain()
    digest = Appeal(0, LETTER).digest(Domain(name, version, chain_id, contract))
    by_other = bytes(neighbour.unsafe_sign_hash(digest).signature)
    by_owner = sign(digest, payer) if compact else bytes(payer.unsafe_sign_hash(digest).signature)

    with reverts("CannotAppeal", 0, payer.address):
        holds.appealBySignature(0, LETTER, by_other, {"from": relayer})
    holds.appealBySignature(0, LETTER, by_owner, {"from": relayer})

    assert holds.caseOf(0)[3]


def test_nobody_else_appeals_and_not_after_the_term(held, holds, resident, stranger):
    with reverts("CannotAppeal", 0, resident):
        holds.appeal(0, LETTER, {"from": stranger})
    travel(held)
    with reverts("TermOver", 0, held):
        holds.appeal(0, LETTER, {"from": resident})


def test_three_decisions_need_three_people(access, officers, court, holds, people, resident, neighbour):
    """One person that holds all three roles gets no further than a flag."""
    for role in (Role.DETECTOR, Role.HOLDS_OFFICER, Role.HOLDS_REVIEWER):
        access.grantRole(role, people["detector"], 0, {"from": officers.admin})
    court.flag(resident, 500)

    with reverts("SamePersonDecides", 0, people["detector"]):
        court.place(0, 300, sender="detector")
    court.place(0, 300)
    with reverts("SamePersonDecides", 0, people["detector"]):
        court.confirm(0, neighbour.address, sender="detector")


def test_who_placed_a_hold_does_not_confirm_it(access, officers, held, court, people, neighbour):
    access.grantRole(Role.HOLDS_REVIEWER, people["holder"], 0, {"from": officers.admin})

    with reverts("SamePersonDecides", 0, people["holder"]):
        court.confirm(0, neighbour.address, sender="holder")


@pytest.mark.parametrize("who", ["detector", "holder", "reviewer"])
def test_nobody_decides_for_the_own_pocket(held, court, people, who):
    with reverts("BeneficiaryDecided", 0, people[who]):
        court.confirm(0, people[who])


def test_no_more_than_is_disputed_and_there_is_held(court, currency, resident, merchant):
    court.flag(resident, 500)
    with reverts("CannotHold", 0, 500, 501):
        court.place(0, 501)
    with reverts("CannotHold", 0, 500, 0):
        court.place(0, 0)
    currency.transfer(merchant, START - 200, {"from": resident})

    tx = court.place(0, 500)

    assert happened(tx, "HoldPlaced")[0]["amount"] == 200
    assert currency.accountOf(resident)[0] == 0


def test_an_empty_account_has_nothing_to_hold(court, currency, resident, merchant):
    court.flag(resident, 500)
    currency.transfer(merchant, START, {"from": resident})

    with reverts("CannotHold", 0, 500, 500):
        court.place(0, 500)


def test_two_holds_of_one_account_are_apart(court, holds, currency, resident):
    for case, amount in enumerate((100, 250)):
        court.flag(resident, amount)
        court.place(case, amount)
    court.lift(0)

    assert currency.getFrozenTokens(resident) == 250
    court.lift(1)
    assert currency.accountOf(resident)[0] == START


def test_a_city_contract_and_a_stranger_hold_nothing(court, system, stranger):
    for case, (account, kind) in enumerate(((system, Kind.SYSTEM_CONTRACT), (stranger, Kind.NONE))):
        court.flag(account, 5)
        with reverts("CannotFreeze", account, kind):
            court.place(case, 5)


def test_a_decision_for_a_stranger_cannot_be_carried_out(held, court, holds, currency, resident, stranger):
    ends = court.confirm(0, stranger).timestamp + 14 * DAY
    travel(ends)

    with reverts("TransferNotAllowed", resident, stranger):
        holds.carryOut(0, {"from": stranger})
    assert currency.getFrozenTokens(resident) == 300


def test_an_account_with_held_money_is_not_struck_off(held, city, currency, resident, merchant):
    currency.transfer(merchant, START - 300, {"from": resident})

    with reverts("AccountNotEmpty", resident, 300):
        city.reclassify(resident, Kind.NONE)


def test_no_office_holds_or_moves_money_itself(currency, officers, people, resident, neighbour, held):
    for who in (officers.admin, officers.guardian, officers.membership, officers.currency, *people.values()):
        with reverts("NotAppointed", who, currency.appointed()[1]):
            currency.setFrozenTokens(resident, 5, {"from": who})
        with reverts("NotAppointed", who, currency.appointed()[1]):
            currency.forcedTransfer(resident, neighbour.address, 5, {"from": who})


def test_nobody_is_appointed_a_second_time(currency, officers, stranger):
    with reverts("AlreadyAppointed", currency.appointed()[0]):
        currency.appoint(stranger, stranger, stranger, stranger, {"from": officers.admin})


def test_stages_come_one_after_another(court, holds, resident, neighbour, stranger):
    court.flag(resident, 500)
    for act in (
        lambda: court.confirm(0, neighbour.address),
        lambda: court.lift(0),
        lambda: holds.release(0, {"from": stranger}),
        lambda: holds.carryOut(0, {"from": stranger}),
        lambda: holds.appeal(0, LETTER, {"from": resident}),
    ):
        with reverts("WrongStage", 0, Stage.FLAGGED):
            act()
    with reverts("WrongStage", 1, Stage.NONE):
        court.place(1, 5)
    court.place(0, 5)
    with reverts("WrongStage", 0, Stage.HELD):
        court.place(0, 5)


def test_each_office_does_its_own_and_nobody_elses(holds, officers, people, resident, stranger):
    acts = {
        "detector": [lambda who: holds.flag(resident, 1, EVIDENCE, {"from": who})],
        "holder": [
            lambda who: holds.place(0, 1, {"from": who}),
            lambda who: holds.freeze(resident, EVIDENCE, {"from": who}),
            lambda who: holds.unfreeze(resident, {"from": who}),
        ],
        "reviewer": [
            lambda who: holds.confirm(0, resident, RULING, {"from": who}),
            lambda who: holds.lift(0, {"from": who}),
            lambda who: holds.admit(resident, {"from": who}),
            lambda who: holds.confirmFreeze(resident, RULING, {"from": who}),
            lambda who: holds.liftFreeze(resident, {"from": who}),
        ],
    }
    for own, some in acts.items():
        for other in (*people.values(), officers.admin, officers.guardian, stranger):
            for act in some:
                if other != people[own]:
                    with reverts("AccessManagedUnauthorized", other):
                        act(other)


# One week without the reviewer, then rest


def test_the_same_money_is_not_held_week_after_week(court, holds, currency, resident, stranger):
    case, ends = court.hold(resident, 500)
    travel(ends)
    holds.release(case, {"from": stranger})

    again = court.flag(resident, 500).return_value
    with reverts("AccountRests", resident, ends + 28 * DAY):
        court.place(again, 500)
    travel(ends + 28 * DAY - 10)
    late = court.flag(resident, 500).return_value
    travel(ends + 28 * DAY - 1)
    with reverts("AccountRests", resident, ends + 28 * DAY):
        court.place(late, 500)
    travel(ends + 28 * DAY)
    court.place(late, 500)

    assert currency.getFrozenTokens(resident) == 500
    assert holds.weekEnds(resident) == ends + 35 * DAY


def test_a_hold_that_nobody_releases_is_not_followed_by_another(court, resident):
    _case, ends = court.hold(resident, 500)
    travel(ends + 5 * DAY)
    other = court.flag(resident, 200).return_value

    with reverts("AccountRests", resident, ends + 28 * DAY):
        court.place(other, 200)


def test_holds_of_the_same_week_end_together(court, holds, resident):
    _first, ends = court.hold(resident, 100)
    travel(ends - 60)
    second, until = court.hold(resident, 300)

    assert until == ends
    travel(ends)
    holds.release(second, {"from": resident})


def test_the_reviewer_admits_another_week(court, holds, resident):
    case, ends = court.hold(resident, 500)
    travel(ends)
    holds.release(case, {"from": resident})

    assert happened(court.admit(resident), "AccountAdmitted") == [{"account": resident}]
    _case, until = court.hold(resident, 500)
    assert until > ends + 6 * DAY


def test_accounts_rest_apart(court, resident, neighbour):
    _case, ends = court.hold(resident, 500)
    travel(ends)

    court.hold(neighbour.address, 500)


# Frozen accounts


def test_an_account_is_frozen_for_a_week_and_anyone_ends_it(
    court, holds, currency, people, resident, merchant, stranger
):
    tx = court.freeze(resident)
    until = tx.timestamp + 7 * DAY

    assert happened(tx, "FreezePlaced") == [{"account": resident, "until": until, "evidence": "0x" + EVIDENCE.hex()}]
    assert holds.freezeOf(resident) == (until, False, people["holder"])
    with reverts("TransferNotAllowed", resident, merchant):
        currency.transfer(merchant, 1, {"from": resident})
    travel(until - 1)
    with reverts("FreezeRuns", resident, until):
        holds.endFreeze(resident, {"from": stranger})
    travel(until)
    assert happened(holds.endFreeze(resident, {"from": stranger}), "FreezeEnded") == [
        {"account": resident, "by": stranger}
    ]
    currency.transfer(merchant, 1, {"from": resident})
    assert holds.freezeOf(resident) == (0, False, ZERO)


def test_the_holds_officer_undoes_a_freeze_by_mistake(court, holds, currency, resident, merchant):
    court.freeze(resident)

    court.unfreeze(resident)

    currency.transfer(merchant, 1, {"from": resident})
    with reverts("NoFreeze", resident):
        court.unfreeze(resident)


def test_an_account_is_not_frozen_week_after_week_nor_frozen_and_held_in_turn(court, holds, resident, stranger):
    until = court.freeze(resident).timestamp + 7 * DAY
    travel(until)
    holds.endFreeze(resident, {"from": stranger})

    with reverts("AccountRests", resident, until + 28 * DAY):
        court.freeze(resident)
    case = court.flag(resident, 5).return_value
    with reverts("AccountRests", resident, until + 28 * DAY):
        court.place(case, 5)


def test_the_reviewer_confirms_a_freeze_and_alone_lifts_it(court, holds, currency, resident, merchant, stranger):
    until = court.freeze(resident).timestamp + 7 * DAY
    confirmed = court.confirm_freeze(resident)
    longer = confirmed.timestamp + 180 * DAY

    decided = {"account": resident, "until": longer, "decision": "0x" + RULING.hex()}
    assert happened(confirmed, "FreezeConfirmed") == [decided]
    travel(until)
    with reverts("FreezeWasConfirmed", resident):
        court.unfreeze(resident)
    with reverts("FreezeRuns", resident, longer):
        holds.endFreeze(resident, {"from": stranger})
    again = court.confirm_freeze(resident).timestamp + 180 * DAY
    assert holds.freezeOf(resident)[0] == again
    court.lift_freeze(resident)
    currency.transfer(merchant, 1, {"from": resident})


def test_a_confirmed_freeze_ends_as_well(court, holds, resident, stranger):
    court.freeze(resident)
    until = court.confirm_freeze(resident).timestamp + 180 * DAY
    travel(until)

    with reverts("FreezeOver", resident, until):
        court.confirm_freeze(resident)
    holds.endFreeze(resident, {"from": stranger})


def test_who_froze_does_not_confirm(access, officers, court, holds, people, resident):
    access.grantRole(Role.HOLDS_REVIEWER, people["holder"], 0, {"from": officers.admin})
    court.freeze(resident)

    with reverts("SamePersonFreezes", resident, people["holder"]):
        court.confirm_freeze(resident, sender="holder")


def test_what_was_never_frozen_is_neither_confirmed_nor_ended(court, holds, currency, system, resident, stranger):
    for act in (
        lambda: court.confirm_freeze(resident),
        lambda: court.lift_freeze(resident),
        lambda: holds.endFreeze(resident, {"from": stranger}),
        lambda: holds.appealFreeze(resident, LETTER, {"from": resident}),
    ):
        with reverts("NoFreeze", resident):
            act()
    for account, kind in ((system, Kind.SYSTEM_CONTRACT), (stranger, Kind.NONE)):
        with reverts("CannotFreeze", account, kind):
            court.freeze(account)
    assert holds.weekEnds(stranger) == 0


@pytest.mark.parametrize("by_signature", [False, True])
def test_the_owner_of_a_frozen_account_objects(court, holds, payer, neighbour, resident, relayer, by_signature):
    court.freeze(resident)
    _fields, name, version, chain_id, contract, _salt, _extensions = holds.eip712Domain()
    digest = AppealFreeze(resident.address, LETTER).digest(Domain(name, version, chain_id, contract))

    if by_signature:
        with reverts("CannotAppealFreeze", resident):
            holds.appealFreezeBySignature(resident, LETTER, sign(digest, neighbour), {"from": relayer})
        tx = holds.appealFreezeBySignature(resident, LETTER, sign(digest, payer), {"from": relayer})
    else:
        with reverts("CannotAppealFreeze", resident):
            holds.appealFreeze(resident, LETTER, {"from": relayer})
        tx = holds.appealFreeze(resident, LETTER, {"from": resident})

    assert happened(tx, "FreezeAppealed") == [{"account": resident, "statement": "0x" + LETTER.hex()}]


def test_the_holds_contract_names_nobody_as_owner_of_nothing(holds):
    assert holds.caseOf(7) == (ZERO, 0, Stage.NONE, False, 0, ZERO, ZERO, ZERO)
    assert holds.cases() == 0
