"""What officers, issuers and spenders do through the typed client."""

import pytest
from eth_utils.crypto import keccak

from dongne.currency import DEFAULT_TABLE, Kind, LocalCurrency, Permit, table_pairs
from dongne.errors import ContractRefused, SigningError
from dongne.suite import Role
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite
from tests.undoing import undone

PURPOSE = keccak(b"welfare")
RESIDENT, SHOP, SPENDER = funded(8), funded(7), funded(9)


@pytest.fixture(scope="module")
def on():
    """A city with a resident who holds 1,000 and a merchant."""
    with local_suite() as city:
        currency = LocalCurrency(city.chain, city.book.address("LocalCurrency"))
        issuer = city.officers[Role.CURRENCY_OFFICER]
        currency.register(city.officers[Role.MEMBERSHIP_OFFICER], Kind.RESIDENT, [RESIDENT.address])
        currency.register(city.officers[Role.MEMBERSHIP_OFFICER], Kind.MERCHANT, [SHOP.address])
        currency.set_issuance_allowance(issuer, issuer.address, 1_000)
        currency.issue(issuer, RESIDENT.address, 1_000, PURPOSE)
        yield city


@pytest.fixture(autouse=True)
def each_test_undone(on):
    with undone(on.chain):
        yield


@pytest.fixture
def currency(on):
    return LocalCurrency(on.chain, on.book.address("LocalCurrency"))


def test_one_account_is_issued_to(currency):
    assert currency.balance_of(RESIDENT.address) == currency.total_supply() == 1_000


def test_a_merchant_without_money_is_struck_off(on, currency):
    currency.reclassify(on.officers[Role.MEMBERSHIP_OFFICER], SHOP.address, Kind.NONE)

    assert currency.account(SHOP.address).kind is Kind.NONE


def test_a_holder_of_money_keeps_its_kind(on, currency):
    with pytest.raises(ContractRefused) as refused:
        currency.reclassify(on.officers[Role.MEMBERSHIP_OFFICER], RESIDENT.address, Kind.MERCHANT)

    assert refused.value.name == "AccountNotEmpty"
    assert refused.value.values["balance"] == 1_000


def test_a_published_table_is_read_back(on, currency):
    currency.set_transfer_table(on.officers[Role.CURRENCY_OFFICER], table_pairs(DEFAULT_TABLE))

    assert currency.allowed_pairs() == table_pairs(DEFAULT_TABLE)


def test_a_pause_ends_when_it_says(on, currency):
    currency.pause(on.officers[Role.GUARDIAN], 3_600)

    assert currency.paused_until() == on.chain.timestamp() + 3_600


def test_a_spender_takes_what_was_approved_and_no_more(currency):
    currency.approve(RESIDENT, SPENDER.address, 300)
    currency.transfer_from(SPENDER, RESIDENT.address, SHOP.address, 200)

    with pytest.raises(ContractRefused) as refused:
        currency.transfer_from(SPENDER, RESIDENT.address, SHOP.address, 200)

    assert refused.value.name == "ERC20InsufficientAllowance"
    assert currency.balance_of(SHOP.address) == 200


def test_a_signed_permit_is_as_good_as_an_approval(on, currency):
    permit = Permit(RESIDENT.address, SPENDER.address, 500, 0, on.chain.timestamp() + 60)
    currency.permit(on.relayer, permit, permit.sign(RESIDENT, currency.domain()))

    currency.transfer_from(SPENDER, RESIDENT.address, SHOP.address, 500)

    assert currency.balance_of(SHOP.address) == 500
    assert currency.account(RESIDENT.address).nonce == 1


def test_a_permit_is_signed_by_its_owner_only(currency):
    permit = Permit(RESIDENT.address, SPENDER.address, 500, 0, 2**40 - 1)

    with pytest.raises(SigningError, match="use the owner's key"):
        permit.sign(SHOP, currency.domain())
