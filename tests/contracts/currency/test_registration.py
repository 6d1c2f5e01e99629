"""Who is who: registering, reclassifying, striking off."""

import pytest

from dongne.currency import Kind, pack_accounts
from tests.contracts.currency.conftest import START, TRADE, ZERO, City, happened, key
from tests.contracts.currency.words import Word, store, stored
from tests.reverting import reverts

ASSIGNABLE = (Kind.RESIDENT, Kind.MERCHANT, Kind.INSTITUTION, Kind.SYSTEM_CONTRACT)


@pytest.mark.parametrize("kind", ASSIGNABLE)
def test_registering_gives_each_account_its_kind_and_category(city, currency, kind):
    newcomers = [key(f"newcomer {number}").address for number in range(3)]

    tx = city.register(kind, *newcomers, category=TRADE)

    assert happened(tx, "AccountClassified") == [
        {"account": account, "kind": kind, "category": TRADE} for account in newcomers
    ]
    for account in newcomers:
        assert stored(currency, account) == Word(kind=kind, category=TRADE)
        assert currency.accountOf(account) == (0, 0, kind, Kind.NONE, TRADE, 0, 0, 0, 0)


@pytest.mark.parametrize("category", [0, 1, 65_534, 65_535])
def test_every_16_bit_category_is_kept(city, currency, category):
    newcomer = key("newcomer").address

    city.register(Kind.MERCHANT, newcomer, category=category)

    assert stored(currency, newcomer) == Word(kind=Kind.MERCHANT, category=category)


def test_a_key_is_no_city_contract(currency, officers):
    newcomer = key("newcomer").address
    with reverts("SystemContractWithoutCode", newcomer):
        currency.register(Kind.SYSTEM_CONTRACT, 0, pack_accounts([newcomer]), {"from": officers.membership})
    currency.register(Kind.RESIDENT, 0, pack_accounts([newcomer]), {"from": officers.membership})
    with reverts("SystemContractWithoutCode", newcomer):
        currency.reclassify(newcomer, Kind.SYSTEM_CONTRACT, 0, {"from": officers.membership})

    currency.register(Kind.SYSTEM_CONTRACT, 0, pack_accounts([currency.address]), {"from": officers.membership})

    assert stored(currency, currency) == Word(kind=Kind.SYSTEM_CONTRACT)


@pytest.mark.parametrize("kind", [Kind.NONE, Kind.FROZEN])
def test_nobody_is_registered_as_none_or_frozen(city, kind):
    with reverts("KindNotAssignable", kind):
        city.register(kind, key("newcomer").address)


@pytest.mark.parametrize("held", [Kind.RESIDENT, Kind.FROZEN])
def test_a_registered_account_is_not_registered_again(city, resident, held):
    if held == Kind.FROZEN:
        city.freeze(resident)

    with reverts("AlreadyRegistered", resident, held):
        city.register(Kind.MERCHANT, resident)


def test_an_account_twice_in_one_batch_is_refused_and_nothing_of_it_stays(city, currency):
    newcomer, twice = key("newcomer").address, key("twice").address

    with reverts("AlreadyRegistered", twice, Kind.RESIDENT):
        city.register(Kind.RESIDENT, newcomer, twice, twice)

    assert stored(currency, newcomer) == Word()


@pytest.mark.parametrize("length", [0, 1, 19, 21, 39, 41])
def test_a_list_that_is_not_whole_addresses_is_refused(currency, officers, length):
    with reverts("BadItemsLength", length):
        currency.register(Kind.RESIDENT, 0, b"\x01" * length, {"from": officers.membership})


def test_the_zero_address_is_never_registered(city, currency):
    with reverts("ERC20InvalidReceiver", ZERO):
        city.register(Kind.RESIDENT, key("newcomer").address, ZERO)

    assert stored(currency, ZERO) == Word()


def test_a_category_changes_while_money_nonce_and_purchases_stay(city, currency, merchant):
    before = Word(balance=70, nonce=3, counted=50, month=682, closed=9, category=TRADE, kind=Kind.MERCHANT)
    store(currency, merchant, before)

    tx = city.reclassify(merchant, Kind.MERCHANT, 65_535)

    assert happened(tx, "AccountClassified") == [{"account": merchant, "kind": Kind.MERCHANT, "category": 65_535}]
    assert stored(currency, merchant) == Word(
        balance=70, nonce=3, counted=50, month=682, closed=9, category=65_535, kind=Kind.MERCHANT
    )


@pytest.mark.parametrize("kind", ASSIGNABLE)
def test_an_empty_account_changes_its_kind_and_keeps_only_its_nonce(city, currency, merchant, kind):
    store(currency, merchant, Word(nonce=3, counted=50, month=682, closed=9, category=TRADE, kind=Kind.MERCHANT))
    fresh = Word(nonce=3, category=7, kind=kind)

    city.reclassify(merchant, kind, 7)

    kept = Word(nonce=3, counted=50, month=682, closed=9, category=7, kind=kind)
    assert stored(currency, merchant) == (kept if kind == Kind.MERCHANT else fresh)


@pytest.mark.parametrize("kind", [Kind.NONE, Kind.MERCHANT])
def test_an_account_with_money_keeps_its_kind(city, resident, kind):
    with reverts("AccountNotEmpty", resident, START):
        city.reclassify(resident, kind)


def test_an_account_that_was_struck_off_can_be_registered_again_but_old_orders_stay_void(
    city, currency, orders, payer, resident, merchant
):
    paid = orders.signed(payer, merchant, START)
    orders.pay(paid)
    city.reclassify(resident, Kind.NONE)
    assert stored(currency, resident) == Word(nonce=1)

    city.register(Kind.RESIDENT, resident)
    city.issue(resident, START)

    with reverts("PaymentSignatureInvalid", resident, 1):
        orders.pay(paid)


def test_an_unregistered_account_is_not_reclassified(city, stranger):
    with reverts("NotRegistered", stranger):
        city.reclassify(stranger, Kind.RESIDENT)


def test_nobody_is_frozen_by_reclassifying(city, merchant):
    with reverts("KindNotAssignable", Kind.FROZEN):
        city.reclassify(merchant, Kind.FROZEN)


@pytest.mark.parametrize("kind", Kind)
def test_a_frozen_account_is_not_reclassified(city, merchant, kind):
    city.freeze(merchant)

    with reverts("CannotReclassifyFrozen", merchant):
        city.reclassify(merchant, kind)


def test_registering_is_for_the_membership_officer(currency, officers, stranger):
    for other in (stranger, officers.admin, officers.currency, officers.holds, officers.guardian):
        with reverts("AccessManagedUnauthorized", other):
            currency.register(Kind.RESIDENT, 0, b"\x01" * 20, {"from": other})
        with reverts("AccessManagedUnauthorized", other):
            currency.reclassify(stranger, Kind.RESIDENT, 0, {"from": other})


def test_a_name_as_long_as_a_domain_takes_leaves_slot_zero_empty(open_currency, officers):
    longest = "A name of thirty-one characters"

    currency = open_currency(longest)
    City(currency, officers).register(Kind.RESIDENT, key("newcomer").address)

    assert currency.name() == currency.eip712Domain()[1] == longest
    assert stored(currency, ZERO) == Word()
    with reverts("StringTooLong", longest + "!"):
        open_currency(longest + "!")
