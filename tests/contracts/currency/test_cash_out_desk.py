"""The cash-out desk: merchants' money on its way to the bank."""

import random

import pytest
from brownie import chain
from eth_utils.crypto import keccak

from dongne.currency import Kind, ReceiveAuthorization, RiskClass, pack_accounts
from dongne.currency.cash_out_desk import pack_ids
from dongne.suite import Role
from tests.contracts.currency.conftest import FOREVER, ZERO, happened, key, travel
from tests.contracts.wiring import wire
from tests.reverting import reverts

DAY = 86_400
BANK = keccak(b"the bank's list")
CLOSED = b"account closed".ljust(32, b"\0")


class Desk:
    """The desk as merchants and the settlement office use it."""

    def __init__(self, contract, currency, orders, relayer, officer):
        self.contract, self.currency, self.domain = contract, currency, orders.domain
        self.relayer, self.officer, self.drawn = relayer, officer, 0

    def authorization(self, merchant, amount, nonce=None, after=0, before=FOREVER):
        self.drawn += 1
        nonce = nonce or keccak(text=f"cash-out {self.drawn}")
        given = ReceiveAuthorization(merchant.address, self.contract.address, amount, after, before, nonce)
        return given, bytes(merchant.unsafe_sign_hash(given.digest(self.domain)).signature)

    def hand_in(self, given, signature, sender=None):
        terms = (given.payer, given.value, given.valid_after, given.valid_before, given.nonce, signature)
        return self.contract.request(*terms, {"from": sender or self.relayer})

    def request(self, merchant, amount, **fields):
        return self.hand_in(*self.authorization(merchant, amount, **fields))

    def settle(self, *ids):
        return self.contract.settleBatch(pack_ids(ids), BANK, {"from": self.officer})

    def give_back(self, number):
        return self.contract.returnCashOut(number, CLOSED, {"from": self.officer})

    def risk(self, risk_class, *merchants, officer):
        return self.contract.setRiskClass(risk_class, pack_accounts(merchants), {"from": officer})


@pytest.fixture(scope="module")
def settlement_officer(accounts):
    return accounts[8]


@pytest.fixture(scope="module")
def contract(currency, access, city, officers, settlement_officer, CashOutDesk):
    deployed = CashOutDesk.deploy(currency, access, {"from": officers.admin})
    holders = {
        Role.SETTLEMENT_OFFICER: settlement_officer,
        Role.HOLDS_OFFICER: officers.holds,
        Role.CURRENCY_SUPERVISOR: officers.supervisor,
    }
    wire(access, deployed, holders, officers.admin)
    city.register(Kind.SYSTEM_CONTRACT, deployed)
    return deployed


@pytest.fixture(scope="module")
def desk(contract, currency, orders, relayer, settlement_officer):
    return Desk(contract, currency, orders, relayer, settlement_officer)


@pytest.fixture
def earned(currency, resident, merchant):
    """The merchant was paid 10,000."""
    currency.transfer(merchant, 10_000, {"from": resident})


def test_a_merchants_money_waits_at_the_desk(desk, contract, currency, earned, shopkeeper, merchant):
    tx = desk.request(shopkeeper, 4_000, nonce=keccak(b"November"))

    due = tx.timestamp + 3 * DAY
    assert tx.return_value == 0
    assert happened(tx, "CashOutRequested") == [
        {
            "id": 0,
            "merchant": merchant,
            "amount": 4_000,
            "due": due,
            "merchantReference": "0x" + keccak(b"November").hex(),
        }
    ]
    assert contract.cashOut(0) == (merchant, 4_000, due)
    assert currency.balanceOf(contract) == 4_000
    assert currency.balanceOf(merchant) == 6_000
    assert contract.cashOuts() == 1


def test_money_at_the_desk_is_in_circulation_until_the_bank_has_paid(desk, contract, currency, earned, shopkeeper):
    supply = currency.totalSupply()
    requested = desk.request(shopkeeper, 4_000)
    assert currency.totalSupply() == supply

    travel(requested.timestamp + 3 * DAY)
    tx = desk.settle(0)

    assert happened(tx, "CashOutsSettled") == [
        {"bankReference": "0x" + BANK.hex(), "ids": "0x00000000", "total": 4_000}
    ]
    assert happened(tx, "Redeemed") == [{"holder": contract, "payoutReference": "0x" + BANK.hex(), "amount": 4_000}]
    assert currency.totalSupply() == supply - 4_000
    assert contract.settledTotal() == 4_000
    assert contract.cashOut(0) == (ZERO, 0, 0)


def test_nothing_is_settled_a_second_before_it_is_due(desk, earned, shopkeeper):
    due = desk.request(shopkeeper, 4_000).timestamp + 3 * DAY

    travel(due - 1)
    with reverts("CashOutNotDue", 0, due):
        desk.settle(0)
    travel(due)
    desk.settle(0)


def test_a_batch_is_settled_whole_or_not_at_all(desk, contract, currency, earned, shopkeeper):
    first = desk.request(shopkeeper, 1_000)
    travel(first.timestamp + 3 * DAY)
    later = desk.request(shopkeeper, 2_000).timestamp + 3 * DAY

    with reverts("CashOutNotDue", 1, later):
        desk.settle(0, 1)
    assert currency.balanceOf(contract) == 3_000


def test_a_number_twice_in_a_list_settles_nothing(desk, contract, currency, earned, shopkeeper):
    travel(desk.request(shopkeeper, 1_000).timestamp + 3 * DAY)

    with reverts("CashOutNotOpen", 0):
        desk.settle(0, 0)
    assert currency.balanceOf(contract) == 1_000


@pytest.mark.parametrize("length", [0, 1, 3, 5, 402])
def test_a_list_with_half_a_number_settles_nothing(contract, settlement_officer, length):
    with reverts("BadCashOutIds", length):
        contract.settleBatch(bytes(length), BANK, {"from": settlement_officer})


def test_what_was_settled_or_given_back_is_neither_again(desk, earned, shopkeeper, contract, relayer):
    for _ in range(2):
        requested = desk.request(shopkeeper, 1_000)
    travel(requested.timestamp + 3 * DAY)
    desk.settle(0)
    desk.give_back(1)

    for number in (0, 1, 2, 2**32 - 1):
        for again in (desk.settle, desk.give_back, lambda id: contract.reclaim(id, {"from": relayer})):
            with reverts("CashOutNotOpen", number):
                again(number)


def test_money_goes_back_where_the_bank_could_not_pay(desk, contract, currency, earned, shopkeeper, merchant):
    desk.request(shopkeeper, 4_000)

    tx = desk.give_back(0)

    returned = {"id": 0, "merchant": merchant, "amount": 4_000, "reason": "0x" + CLOSED.hex()}
    assert happened(tx, "CashOutReturned") == [returned]
    assert currency.balanceOf(merchant) == 10_000
    assert contract.settledTotal() == 0


def test_a_merchant_takes_back_what_the_city_leaves_for_14_days(desk, contract, currency, earned, shopkeeper, stranger):
    due = desk.request(shopkeeper, 4_000).timestamp + 3 * DAY

    travel(due + 14 * DAY - 1)
    with reverts("ReclaimTooEarly", 0, due + 14 * DAY):
        contract.reclaim(0, {"from": stranger})
    travel(due + 14 * DAY)
    tx = contract.reclaim(0, {"from": stranger})

    assert happened(tx, "CashOutReturned")[0]["reason"] == "0x" + "00" * 32
    assert currency.balanceOf(shopkeeper.address) == 10_000


@pytest.mark.parametrize("kind", [Kind.RESIDENT, Kind.INSTITUTION])
def test_only_merchants_cash_out(desk, city, kind):
    someone = key("someone who is no merchant")
    city.register(kind, someone)
    city.issue(someone.address, 100)

    with reverts("CashOutNotAllowed", someone.address, kind):
        desk.request(someone, 100)


def test_strangers_and_frozen_merchants_do_not_cash_out(desk, city, earned, shopkeeper, merchant):
    stranger = key("nobody")
    with reverts("CashOutNotAllowed", stranger.address, Kind.NONE):
        desk.request(stranger, 1)
    city.freeze(merchant)
    with reverts("CashOutNotAllowed", merchant, Kind.FROZEN):
        desk.request(shopkeeper, 100)


def test_nobody_cashes_out_nothing_or_more_than_it_has(desk, earned, shopkeeper, merchant):
    with reverts("CashOutOfNothing", merchant):
        desk.request(shopkeeper, 0)
    with reverts("ERC20InsufficientBalance", merchant, 10_000, 10_001):
        desk.request(shopkeeper, 10_001)
    with reverts("ERC20InsufficientBalance", merchant, 10_000, 2**64 + 1):
        desk.request(shopkeeper, 2**64 + 1)


def test_an_authorization_cashes_out_once_whoever_hands_it_in(desk, earned, shopkeeper, merchant, stranger):
    signed = desk.authorization(shopkeeper, 4_000, nonce=keccak(b"once"))
    desk.hand_in(*signed, sender=stranger)

    with reverts("AuthorizationAlreadyUsed", merchant, keccak(b"once")):
        desk.hand_in(*signed)


def test_nobody_signs_for_a_merchant(desk, earned, shopkeeper, neighbour, merchant):
    given, _ = desk.authorization(shopkeeper, 4_000, nonce=keccak(b"forged"))
    forged = bytes(neighbour.unsafe_sign_hash(given.digest(desk.domain)).signature)

    with reverts("AuthorizationSignatureInvalid", merchant, keccak(b"forged")):
        desk.hand_in(given, forged)


def test_a_merchant_with_a_smart_account_cashes_out(desk, contract, currency, city, resident, neighbour, ERC1271Wallet):
    shop = ERC1271Wallet.deploy(neighbour.address, 0, {"from": resident})
    city.register(Kind.MERCHANT, shop)
    currency.transfer(shop, 500, {"from": resident})
    given = ReceiveAuthorization(shop.address, contract.address, 500, 0, FOREVER, keccak(b"shop"))
    signature = bytes(neighbour.unsafe_sign_hash(given.digest(desk.domain)).signature)

    desk.hand_in(given, signature)

    assert currency.balanceOf(contract) == 500


def test_merchants_cash_out_and_are_settled_in_a_pause(desk, city, currency, earned, shopkeeper, contract):
    requested = desk.request(shopkeeper, 1_000)
    travel(requested.timestamp + 3 * DAY)
    until = city.pause(72 * 3_600).timestamp + 72 * 3_600

    desk.request(shopkeeper, 2_000)
    desk.settle(0)
    with reverts("TransfersPaused", until):
        desk.give_back(1)

    assert currency.balanceOf(contract) == 2_000


def test_the_money_of_a_merchant_frozen_meanwhile_stays_at_the_desk(desk, city, currency, earned, shopkeeper, merchant):
    desk.request(shopkeeper, 4_000)
    city.freeze(merchant)

    with reverts("TransferNotAllowed", desk.contract, merchant):
        desk.give_back(0)
    city.unfreeze(merchant)
    desk.give_back(0)

    assert currency.balanceOf(merchant) == 10_000


@pytest.mark.parametrize(("risk", "days"), [(0, 3), (1, 1), (2, 7), (3, 14)])
def test_a_merchant_waits_as_long_as_its_class(desk, contract, officers, earned, shopkeeper, merchant, risk, days):
    tx = desk.risk(risk, merchant.address, officer=officers.holds)
    requested = desk.request(shopkeeper, 10)

    assert happened(tx, "RiskClassSet") == [{"merchant": merchant, "class": risk}]
    assert contract.riskClassOf(merchant) == risk
    assert contract.cashOut(0)[2] == requested.timestamp + days * DAY


def test_a_class_says_nothing_of_what_is_at_the_desk_already(desk, contract, officers, earned, shopkeeper, merchant):
    before = desk.request(shopkeeper, 10).timestamp + 3 * DAY
    desk.risk(RiskClass.HIGH, merchant.address, officer=officers.holds)
    contract.setWaitingDays([30, 30, 30, 30], {"from": officers.supervisor})

    assert contract.cashOut(0)[2] == before


def test_waiting_days_are_published_and_bounded(desk, contract, officers, earned, shopkeeper):
    tx = contract.setWaitingDays([0, 0, 30, 30], {"from": officers.supervisor})
    requested = desk.request(shopkeeper, 10)

    assert happened(tx, "WaitingDaysSet") == [{"waitingDays": (0, 0, 30, 30)}]
    assert contract.cashOut(0)[2] == requested.timestamp
    with reverts("WaitingTooLong", RiskClass.HIGH, 31):
        contract.setWaitingDays([0, 0, 0, 31], {"from": officers.supervisor})


@pytest.mark.parametrize("length", [0, 19, 21])
def test_a_list_of_half_an_address_sets_no_class(contract, officers, length):
    with reverts("BadCashOutIds", length):
        contract.setRiskClass(1, bytes(length), {"from": officers.holds})


def test_each_office_does_its_own_and_nobody_elses(contract, officers, settlement_officer, stranger):
    acts = {
        settlement_officer: [
            lambda who: contract.settleBatch(bytes(4), BANK, {"from": who}),
            lambda who: contract.returnCashOut(0, CLOSED, {"from": who}),
        ],
        officers.holds: [lambda who: contract.setRiskClass(1, bytes(20), {"from": who})],
        officers.supervisor: [lambda who: contract.setWaitingDays([1, 1, 1, 1], {"from": who})],
    }
    everybody = (*acts, officers.admin, officers.currency, officers.guardian, officers.membership, stranger)
    for own, some in acts.items():
        for other in everybody:
            for act in some:
                if other != own:
                    with reverts("AccessManagedUnauthorized", other):
                        act(other)


def test_the_desk_gives_money_to_nobody_but_its_merchant(contract):
    """What the desk can do with money: destroy what is due, or give it back. No function names another receiver."""
    takes_an_address = {
        entry["name"]
        for entry in contract.abi
        if entry["type"] == "function"
        and entry["stateMutability"] == "nonpayable"
        and any(each["type"] == "address" for each in entry["inputs"])
    }
    assert takes_an_address == {"request", "setAuthority"}


def test_a_stolen_settlement_key_destroys_at_most_what_is_due(desk, contract, currency, earned, shopkeeper, merchant):
    first = desk.request(shopkeeper, 1_000)
    travel(first.timestamp + 3 * DAY)
    second = desk.request(shopkeeper, 2_000)

    desk.settle(0)
    with reverts("CashOutNotDue", 1, second.timestamp + 3 * DAY):
        desk.settle(1)

    assert currency.balanceOf(contract) == 2_000
    assert currency.balanceOf(merchant) == 7_000


@pytest.mark.parametrize("seed", range(3))
def test_the_desk_holds_what_is_open_whatever_happens(desk, contract, currency, city, resident, relayer, seed):
    """Random requests, settlements, returns and weeks, against a plain model."""
    dice, shops, open_, settled = random.Random(seed), [key(f"shop {n}") for n in range(3)], {}, 0
    city.register(Kind.MERCHANT, *shops)
    for shop in shops:
        currency.transfer(shop.address, 5_000, {"from": resident})
    supply = currency.totalSupply()
    for _ in range(40):
        step, now = dice.random(), chain[-1].timestamp
        if step < 0.5:
            shop, amount = dice.choice(shops), dice.randrange(1, 900)
            if currency.balanceOf(shop.address) >= amount:
                tx = desk.request(shop, amount)
                open_[tx.return_value] = (shop.address, amount, tx.timestamp + 3 * DAY)
        elif step < 0.7:
            due = [number for number, (_, _, when) in open_.items() if when <= now]
            if due:
                desk.settle(*due)
                settled += sum(open_.pop(number)[1] for number in due)
        elif step < 0.8 and open_:
            number = dice.choice(list(open_))
            open_.pop(number)
            desk.give_back(number)
        elif step < 0.9:
            left = [number for number, (_, _, when) in open_.items() if when + 14 * DAY <= now]
            for number in left:
                contract.reclaim(number, {"from": relayer})
                open_.pop(number)
        else:
            travel(now + dice.randrange(20) * DAY + 1)

        assert currency.balanceOf(contract) == sum(amount for _, amount, _ in open_.values())
        assert currency.totalSupply() == supply - settled
        assert contract.settledTotal() == settled
        for number, held in open_.items():
            assert contract.cashOut(number) == held
