"""The typed client against a deployed suite: what it says is what the contract holds."""

from dataclasses import replace

import pytest
from eth_utils.crypto import keccak

from dongne.currency import (
    DEFAULT_TABLE,
    RESIDENTS_MAY_GIVE,
    AccountState,
    CashOutDesk,
    Freeze,
    Holds,
    Issue,
    Kind,
    LocalCurrency,
    Payment,
    ReceiveAuthorization,
    Refusal,
    Supply,
    Treasury,
    audit_supply,
    supply_from_logs,
    table_pairs,
)
from dongne.errors import ContractRefused
from dongne.signing import Domain
from dongne.suite import Role
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite, person
from tests.undoing import undone

ISSUED = 100_000
TRADE = 5_411
FOREVER = 2**40 - 1
PURPOSE, PAYOUT = keccak(b"top-up"), keccak(b"payout")


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(autouse=True)
def each_test_undone(city):
    """Each test starts from the deployed city."""
    with undone(city.chain):
        yield


@pytest.fixture(scope="module")
def currency(city):
    return LocalCurrency(city.chain, city.book.entry("LocalCurrency"))


@pytest.fixture
def resident():
    return funded(8)


@pytest.fixture
def merchant():
    return funded(7)


@pytest.fixture
def town(city, currency, resident, merchant):
    """A resident with money and a merchant."""
    members = city.officers[Role.MEMBERSHIP_OFFICER]
    currency.register(Kind.RESIDENT, [resident.address, person("neighbour").address]).transact(members)
    currency.register(Kind.MERCHANT, [merchant.address], category=TRADE).transact(members)
    city.back(10**9)
    city.client(Treasury).issue_batch([Issue(resident.address, ISSUED)], PURPOSE).transact(
        city.officers[Role.CURRENCY_OFFICER]
    )
    return city


def order(currency, payer, payee, amount, nonce=0, reference=b"order"):
    payment = Payment(payer.address, payee.address, amount, nonce, FOREVER, keccak(reference))
    return payment.sign(payer, currency.domain())


def test_a_fresh_currency_is_as_the_city_ordered(city, currency):
    assert (currency.symbol(), currency.decimals(), currency.total_supply()) == ("DNW", 0, 0)
    assert currency.domain() == Domain("Dongne Won", "1", 31_337, currency.address)
    assert currency.allowed_pairs() == table_pairs(DEFAULT_TABLE | RESIDENTS_MAY_GIVE)
    assert currency.paused_until() == 0


def test_an_account_is_shown_field_by_field(town, currency, resident, merchant):
    currency.pay(order(currency, resident, merchant, 700)).transact(town.relayer)

    shop = currency.account(merchant.address)
    buyer = AccountState(ISSUED - 700, 1, Kind.RESIDENT, Kind.NONE, 0, shop.month, 700, 0)
    assert currency.account(resident.address) == buyer
    assert shop == AccountState(700, 0, Kind.MERCHANT, Kind.NONE, TRADE, shop.month, 700, 0)
    assert currency.refundable(merchant.address, resident.address) == 700
    assert currency.balance_of(merchant.address) == 700
    assert currency.account(person("nobody").address).kind == Kind.NONE


def test_the_treasurys_allowance_shrinks_by_what_it_issued(town, currency):
    assert currency.issuance_allowance(currency.appointed().treasury) == 10**9 - ISSUED
    assert currency.total_supply() == ISSUED


def test_a_frozen_account_is_shown_with_what_it_was(town, currency, resident, merchant):
    officer, holds = town.officers[Role.HOLDS_OFFICER], town.client(Holds)

    holds.freeze(resident.address, keccak(b"report")).transact(officer)
    frozen = currency.account(resident.address)
    with pytest.raises(ContractRefused) as refused:
        currency.transfer(merchant.address, 1).transact(resident)
    until = holds.freeze_of(resident.address)
    holds.unfreeze(resident.address).transact(officer)

    assert until == Freeze(holds.week_ends(resident.address), False, officer.address)
    assert holds.freeze_of(resident.address) is None
    assert (frozen.kind, frozen.held_kind) == (Kind.FROZEN, Kind.RESIDENT)
    assert refused.value.name == "TransferNotAllowed"
    assert currency.account(resident.address).kind == Kind.RESIDENT


def test_a_pause_is_shown_with_its_end(town, currency, resident, merchant):
    receipt = currency.pause(3_600).transact(town.officers[Role.GUARDIAN])
    mined = town.chain.web3.eth.get_block(receipt["blockNumber"])["timestamp"]

    assert currency.paused_until() == mined + 3_600
    with pytest.raises(ContractRefused, match="paused until"):
        currency.transfer(merchant.address, 1).transact(resident)


def test_a_refusal_carries_its_values_and_says_what_to_do(town, currency, resident, merchant):
    with pytest.raises(ContractRefused, match=r"holds 100000, less than the 100001 needed\. Top up") as refused:
        currency.transfer(merchant.address, ISSUED + 1).transact(resident)

    assert refused.value.name == "ERC20InsufficientBalance"
    assert (refused.value.values["balance"], refused.value.values["needed"]) == (ISSUED, ISSUED + 1)
    assert "잔액" in refused.value.explain("ko")


def test_a_batch_says_of_each_payment_what_became_of_it(town, currency, resident, merchant):
    neighbour = person("neighbour")
    good = order(currency, resident, merchant, 10)
    batch = [
        good,
        good,
        order(currency, neighbour, merchant, 1),
        order(currency, person("nobody"), merchant, 1),
        order(currency, resident, merchant, 20, nonce=1),
    ]

    outcomes = currency.outcomes(currency.pay_many(batch).transact(town.relayer), batch)

    assert [outcome.payment for outcome in outcomes] == [signed.payment for signed in batch]
    assert [outcome.refusal for outcome in outcomes] == [
        Refusal.NONE,
        Refusal.BAD_SIGNATURE,
        Refusal.INSUFFICIENT_BALANCE,
        Refusal.NOT_ALLOWED,
        Refusal.NONE,
    ]
    assert currency.balance_of(merchant.address) == 30


def test_an_altered_payment_is_refused(town, currency, resident, merchant):
    signed = order(currency, resident, merchant, 10)
    raised = replace(signed, payment=replace(signed.payment, amount=1_000))

    with pytest.raises(ContractRefused) as refused:
        currency.pay(raised).transact(town.relayer)
    assert refused.value.name == "PaymentSignatureInvalid"


def cash_out(town, currency, merchant, amount):
    """The bank pays a merchant, and the money is destroyed."""
    desk = town.client(CashOutDesk)
    until = town.chain.timestamp() + 3_600
    given = ReceiveAuthorization(merchant.address, desk.address, amount, 0, until, PAYOUT)
    number = desk.requested_in(desk.request(given.sign(merchant, currency.domain())).transact(town.relayer))
    town.pass_time(3 * 86_400)
    desk.settle([number], PAYOUT).transact(town.officers[Role.SETTLEMENT_OFFICER])


def test_the_supply_is_summed_up_from_logs_alone(town, currency, resident, merchant):
    currency.transfer(merchant.address, 5_000).transact(resident)
    currency.transfer(resident.address, 1_000).transact(merchant)
    currency.pay_many([order(currency, resident, merchant, 500)]).transact(town.relayer)
    cash_out(town, currency, merchant, 2_500)

    supply = supply_from_logs(currency)

    held = {resident.address: ISSUED - 4_500, merchant.address: 2_000}
    assert supply == Supply(issued=ISSUED, redeemed=2_500, balances=held)
    assert supply.circulating == currency.total_supply() == sum(held.values())


def test_an_account_that_gave_everything_away_is_left_out_of_the_supply(town, currency, resident, merchant):
    currency.transfer(merchant.address, ISSUED).transact(resident)
    cash_out(town, currency, merchant, ISSUED)

    supply = supply_from_logs(currency)

    assert supply == Supply(issued=ISSUED, redeemed=ISSUED, balances={})
    assert supply.circulating == 0


def test_an_audit_reads_logs_and_contract_at_one_block(town, currency, resident, merchant):
    currency.transfer(merchant.address, 5_000).transact(resident)
    heard = []

    found = audit_supply(currency, heard.append)

    assert found.is_reconciled
    assert (found.stated, found.held, found.block) == (ISSUED, ISSUED, town.chain.block_number())
    assert sum(heard) == town.chain.block_number() - currency.entry.block + 1


def test_many_accounts_are_read_as_one_by_one(town, currency, resident, merchant):
    asked = [resident.address, merchant.address, person("nobody").address]

    assert currency.accounts(asked) == [currency.account(each) for each in asked]
