"""What officers, issuers and spenders do through the typed client."""

import pytest
from eth_utils.crypto import keccak

from dongne.currency import DEFAULT_TABLE, Issue, Kind, LocalCurrency, Permit, Treasury, table_pairs
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
        currency = LocalCurrency(city.chain, city.book.entry("LocalCurrency"))
        issuer = city.officers[Role.CURRENCY_OFFICER]
        currency.register(Kind.RESIDENT, [RESIDENT.address]).transact(city.officers[Role.MEMBERSHIP_OFFICER])
        currency.register(Kind.MERCHANT, [SHOP.address]).transact(city.officers[Role.MEMBERSHIP_OFFICER])
        city.back(1_000)
        city.client(Treasury).issue_batch([Issue(RESIDENT.address, 1_000)], PURPOSE).transact(issuer)
        yield city


@pytest.fixture(autouse=True)
def each_test_undone(on):
    with undone(on.chain):
        yield


@pytest.fixture
def currency(on):
    return LocalCurrency(on.chain, on.book.entry("LocalCurrency"))


def test_one_account_is_issued_to(currency):
    assert currency.balance_of(RESIDENT.address) == currency.total_supply() == 1_000


def test_a_merchant_without_money_is_struck_off(on, currency):
    currency.reclassify(SHOP.address, Kind.NONE).transact(on.officers[Role.MEMBERSHIP_OFFICER])

    assert currency.account(SHOP.address).kind is Kind.NONE


def test_a_holder_of_money_keeps_its_kind(on, currency):
    with pytest.raises(ContractRefused) as refused:
        currency.reclassify(RESIDENT.address, Kind.MERCHANT).transact(on.officers[Role.MEMBERSHIP_OFFICER])

    assert refused.value.name == "AccountNotEmpty"
    assert refused.value.values["balance"] == 1_000


def test_a_published_table_is_read_back(on, currency):
    currency.set_transfer_table(table_pairs(DEFAULT_TABLE)).transact(on.officers[Role.CURRENCY_SUPERVISOR])

    assert currency.allowed_pairs() == table_pairs(DEFAULT_TABLE)


def test_a_pause_ends_when_it_says(on, currency):
    currency.pause(3_600).transact(on.officers[Role.GUARDIAN])

    assert currency.paused_until() == on.chain.timestamp() + 3_600


def test_a_spender_takes_what_was_approved_and_no_more(currency):
    currency.approve(SPENDER.address, 300).transact(RESIDENT)
    currency.transfer_from(RESIDENT.address, SHOP.address, 200).transact(SPENDER)

    with pytest.raises(ContractRefused) as refused:
        currency.transfer_from(RESIDENT.address, SHOP.address, 200).transact(SPENDER)

    assert refused.value.name == "ERC20InsufficientAllowance"
    assert currency.balance_of(SHOP.address) == 200


def test_a_signed_permit_is_as_good_as_an_approval(on, currency):
    permit = Permit(RESIDENT.address, SPENDER.address, 500, 0, on.chain.timestamp() + 60)
    currency.permit(permit, permit.sign(RESIDENT, currency.domain())).transact(on.relayer)

    currency.transfer_from(RESIDENT.address, SHOP.address, 500).transact(SPENDER)

    assert currency.balance_of(SHOP.address) == 500
    assert currency.permit_nonce(RESIDENT.address) == 1


def test_a_permit_is_signed_by_its_owner_only(currency):
    permit = Permit(RESIDENT.address, SPENDER.address, 500, 0, 2**40 - 1)

    with pytest.raises(SigningError, match="use the owner's key"):
        permit.sign(SHOP, currency.domain())
