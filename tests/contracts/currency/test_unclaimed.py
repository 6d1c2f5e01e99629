"""The last few won of accounts that ended: kept for their owners, claimed with their keys, in the end the city's."""

import pytest

from dongne.currency import ClaimMoney, Kind
from dongne.signing import Domain, sign
from tests.contracts.currency.conftest import FOREVER, START, happened, key, travel, wallet
from tests.contracts.currency.words import Word, stored
from tests.reverting import reverts

TERM = 5 * 365 * 86_400


@pytest.fixture
def left(city, currency, resident, merchant):
    """The resident was struck off with 700; gives when that lapses."""
    currency.transfer(merchant, START - 700, {"from": resident})
    return city.reclassify(resident, Kind.NONE).timestamp + TERM


@pytest.fixture(scope="module")
def domain(unclaimed):
    _fields, name, version, chain_id, contract, _salt, _extensions = unclaimed.eip712Domain()
    return Domain(name, version, chain_id, contract)


def test_the_owner_sends_it_to_any_account_that_may_be_paid(left, unclaimed, currency, resident, neighbour):
    tx = unclaimed.claim(resident, neighbour.address, {"from": resident})

    assert happened(tx, "MoneyClaimed") == [{"account": resident, "to": neighbour.address, "amount": 700}]
    assert currency.balanceOf(neighbour.address) == START + 700
    assert stored(currency, unclaimed).balance == 0
    with reverts("NothingKept", resident):
        unclaimed.claim(resident, neighbour.address, {"from": resident})


def test_an_unregistered_account_gets_nothing(left, unclaimed, resident):
    with reverts("TransferNotAllowed", unclaimed, resident):
        unclaimed.claim(resident, resident, {"from": resident})


def test_whoever_is_registered_again_claims_for_itself(left, city, unclaimed, currency, resident):
    city.register(Kind.RESIDENT, resident)

    unclaimed.claim(resident, resident, {"from": resident})

    assert currency.balanceOf(resident) == 700


def test_nobody_else_claims_it(left, unclaimed, officers, resident, neighbour, stranger):
    for who in (stranger, wallet(neighbour), officers.admin, officers.membership, officers.guardian, officers.currency):
        with reverts("NotTheOwner", resident, who):
            unclaimed.claim(resident, neighbour.address, {"from": who})
        with reverts("NothingKept", who):
            unclaimed.claim(who, neighbour.address, {"from": who})


def test_a_signed_claim_is_handed_in_by_anyone(left, unclaimed, currency, domain, payer, neighbour, relayer):
    claim = ClaimMoney(payer.address, neighbour.address, FOREVER)
    signature = sign(claim.digest(domain), payer)

    unclaimed.claimBySignature(payer.address, neighbour.address, FOREVER, signature, {"from": relayer})

    assert currency.balanceOf(neighbour.address) == START + 700
    with reverts("NothingKept", payer.address):
        unclaimed.claimBySignature(payer.address, neighbour.address, FOREVER, signature, {"from": relayer})


@pytest.mark.parametrize("wrong", ["signer", "to", "deadline"])
def test_a_claim_that_was_not_signed_so_is_refused(left, unclaimed, domain, payer, neighbour, merchant, relayer, wrong):
    signer = neighbour if wrong == "signer" else payer
    signature = sign(ClaimMoney(payer.address, neighbour.address, FOREVER).digest(domain), signer)
    to = merchant if wrong == "to" else neighbour.address
    deadline = FOREVER - 1 if wrong == "deadline" else FOREVER

    with reverts("ClaimSignatureInvalid", payer.address):
        unclaimed.claimBySignature(payer.address, to, deadline, signature, {"from": relayer})


def test_a_claim_is_good_to_its_last_second(left, unclaimed, domain, payer, neighbour, relayer):
    deadline = left - TERM + 1_000
    signature = sign(ClaimMoney(payer.address, neighbour.address, deadline).digest(domain), payer)
    arguments = (payer.address, neighbour.address, deadline, signature, {"from": relayer})

    travel(deadline + 1)
    with reverts("ClaimExpired", deadline):
        unclaimed.claimBySignature(*arguments)


def test_what_nobody_claims_in_five_years_is_destroyed(left, unclaimed, currency, resident, stranger):
    supply = currency.totalSupply()

    travel(left - 1)
    with reverts("NotLapsedYet", resident, left):
        unclaimed.lapse(resident, {"from": stranger})
    travel(left)
    tx = unclaimed.lapse(resident, {"from": stranger})

    assert happened(tx, "MoneyLapsed") == [{"account": resident, "amount": 700}]
    assert currency.totalSupply() == supply - 700
    with reverts("NothingKept", resident):
        unclaimed.claim(resident, resident, {"from": resident})


def test_its_owner_claims_it_as_long_as_nobody_has_let_it_lapse(left, unclaimed, currency, resident, neighbour):
    travel(left + TERM)

    unclaimed.claim(resident, neighbour.address, {"from": resident})

    assert currency.balanceOf(neighbour.address) == START + 700


def test_money_of_a_second_end_is_added_and_waits_anew(left, city, unclaimed, resident):
    city.register(Kind.RESIDENT, resident)
    city.issue(resident, 11)
    travel(left - 60)

    again = city.reclassify(resident, Kind.MERCHANT).timestamp

    assert unclaimed.kept(resident) == (711, again + TERM)


def test_whoever_lost_the_key_meanwhile_claims_with_the_new_one(
    left, city, currency, officers, unclaimed, domain, payer, resident, neighbour, relayer
):
    """Found by the model of the town: only the lost key could claim."""
    new = key("new key")
    city.register(Kind.RESIDENT, resident)
    currency.recover(resident, new.address, {"from": officers.recovery})
    digest = ClaimMoney(resident.address, new.address, FOREVER).digest(domain)

    with reverts("NotTheOwner", resident, resident):
        unclaimed.claim(resident, neighbour.address, {"from": resident})
    with reverts("ClaimSignatureInvalid", resident):
        unclaimed.claimBySignature(resident, new.address, FOREVER, sign(digest, payer), {"from": relayer})
    unclaimed.claimBySignature(resident, new.address, FOREVER, sign(digest, new), {"from": relayer})

    assert currency.balanceOf(new.address) == 700


def test_only_the_currency_brings_money(unclaimed, officers, resident):
    for who in (resident, officers.admin, officers.membership):
        with reverts("NotTheCurrency", who):
            unclaimed.keep(resident, 5, {"from": who})


def test_money_that_somebody_pays_here_is_nobodys(unclaimed, currency, resident):
    """It stays where it is, as with any contract that is paid by mistake, and belongs to no claim."""
    currency.transfer(unclaimed, 40, {"from": resident})

    with reverts("NothingKept", resident):
        unclaimed.claim(resident, resident, {"from": resident})


def test_dust_of_a_frozen_account_stays_where_it_is(city, currency, resident, merchant):
    currency.transfer(merchant, START - 5, {"from": resident})
    city.freeze(resident)

    with reverts("CannotReclassify", resident, Kind.FROZEN):
        city.reclassify(resident, Kind.NONE)
    assert stored(currency, resident) == Word(5, 0, START - 5, stored(currency, resident).month, 0, 0, 1, 5)


def test_a_smart_account_claims_by_its_contract(
    city, unclaimed, currency, domain, open_wallet, payer, neighbour, relayer
):
    contract = open_wallet(payer, "HONEST", amount=300)
    city.reclassify(contract, Kind.NONE)
    digest = ClaimMoney(contract.address, neighbour.address, FOREVER).digest(domain)
    signature = bytes(payer.unsafe_sign_hash(digest).signature)

    unclaimed.claimBySignature(contract, neighbour.address, FOREVER, signature, {"from": relayer})

    assert currency.balanceOf(neighbour.address) == START + 300
    assert key("neighbour") == neighbour
