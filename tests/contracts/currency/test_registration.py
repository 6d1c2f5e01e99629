"""Who is who: registering, reclassifying, striking off."""

import pytest
from eth_account.messages import encode_typed_data

from dongne.currency import Kind, pack_accounts
from tests.contracts.currency.conftest import ORDER, START, TRADE, ZERO, City, Orders, happened, key, wallet
from tests.contracts.currency.words import Word, store, stored
from tests.reverting import reverts

MEMBERS = (Kind.RESIDENT, Kind.MERCHANT, Kind.INSTITUTION)
EPOCH = 2**32
"""What the nonce grows by each time that an account's kind ends."""


@pytest.mark.parametrize("kind", MEMBERS)
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
        currency.registerContract(newcomer, True, {"from": officers.supervisor})

    tx = currency.registerContract(currency, True, {"from": officers.supervisor})

    assert happened(tx, "AccountClassified") == [{"account": currency, "kind": Kind.SYSTEM_CONTRACT, "category": 0}]
    assert stored(currency, currency) == Word(kind=Kind.SYSTEM_CONTRACT)
    with reverts("AlreadyRegistered", currency, Kind.SYSTEM_CONTRACT):
        currency.registerContract(currency, True, {"from": officers.supervisor})


def test_a_city_contract_is_retired_when_it_holds_nothing(city, currency, officers, resident, system):
    currency.transfer(system, 1, {"from": resident})
    with reverts("AccountNotEmpty", system, 1):
        city.register_contract(system, is_one=False)
    currency.redeem(1, b"burnt".ljust(32, b"\0"), {"from": system})

    city.register_contract(system, is_one=False)

    assert stored(currency, system) == Word(nonce=EPOCH)
    for account, kind in ((system, Kind.NONE), (resident, Kind.RESIDENT)):
        with reverts("CannotReclassify", account, kind):
            city.register_contract(account, is_one=False)


def test_city_contracts_are_the_supervisors_and_members_the_membership_officers(city, currency, officers, system):
    for other in (officers.admin, officers.currency, officers.membership, officers.guardian):
        with reverts("AccessManagedUnauthorized", other):
            currency.registerContract(currency, True, {"from": other})
    with reverts("CannotReclassify", system, Kind.SYSTEM_CONTRACT):
        city.reclassify(system, Kind.NONE)


@pytest.mark.parametrize("kind", [each for each in Kind if each not in MEMBERS])
def test_nobody_is_registered_as_anything_but_a_member(currency, officers, kind):
    with reverts("KindNotAssignable", kind):
        currency.register(kind, 0, pack_accounts([key("newcomer").address]), {"from": officers.membership})


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


@pytest.mark.parametrize("kind", [Kind.NONE, *MEMBERS])
def test_an_empty_account_changes_its_kind_and_begins_an_epoch(city, currency, merchant, kind):
    store(currency, merchant, Word(nonce=3, counted=50, month=682, closed=9, category=TRADE, kind=Kind.MERCHANT))
    fresh = Word(nonce=EPOCH, category=7, kind=kind)

    tx = city.reclassify(merchant, kind, 7)

    assert currency.kindEndedAt(merchant) == (0 if kind == Kind.MERCHANT else tx.timestamp)

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
    assert stored(currency, resident) == Word(nonce=EPOCH)

    city.register(Kind.RESIDENT, resident)
    city.issue(resident, START)

    with reverts("PaymentSignatureInvalid", resident, EPOCH):
        orders.pay(paid)


# What ends with a kind


@pytest.fixture(params=[Kind.NONE, Kind.INSTITUTION])
def changed(request, city, currency, resident, merchant):
    """What makes the resident something else, or strikes it off, and a resident with money again."""

    def change():
        currency.transfer(merchant, currency.balanceOf(resident), {"from": resident})
        city.reclassify(resident, request.param)
        if request.param == Kind.NONE:
            city.register(Kind.RESIDENT, resident)
        else:
            city.reclassify(resident, Kind.RESIDENT)
        city.issue(resident, START)

    return change


def test_allowances_end_with_the_kind(changed, currency, resident, merchant, stranger):
    currency.approve(stranger, 2**256 - 1, {"from": resident})
    changed()

    assert currency.allowance(resident, stranger) == 0
    with reverts("ERC20InsufficientAllowance", stranger, 0, 1):
        currency.transferFrom(resident, merchant, 1, {"from": stranger})
    currency.approve(stranger, 7, {"from": resident})
    currency.transferFrom(resident, merchant, 5, {"from": stranger})
    assert currency.allowance(resident, stranger) == 2


def test_permits_that_nobody_handed_in_end_with_the_kind(changed, currency, orders, payer, resident, stranger):
    first = currency.nonces(resident)
    changed()

    epochs = currency.accountOf(resident)[1] // EPOCH
    assert currency.nonces(resident) == first + epochs * EPOCH
    with reverts("PermitSignatureInvalid", resident, epochs * EPOCH):
        orders.permit(payer, stranger, 5, nonce=first)
    orders.permit(payer, stranger, 5)
    assert currency.allowance(resident, stranger) == 5


def test_orders_that_nobody_relayed_end_with_the_kind(changed, currency, orders, payer, resident, merchant):
    ahead = [orders.signed(payer, merchant, 1, nonce=nonce) for nonce in (0, 1, 5)]
    changed()

    nonce = currency.accountOf(resident)[1]
    assert nonce >= EPOCH and nonce % EPOCH == 0
    for order in ahead:
        with reverts("PaymentSignatureInvalid", resident, nonce):
            orders.pay(order)
    orders.pay(orders.signed(payer, merchant, 1))
    assert currency.accountOf(resident)[1] == nonce + 1


def test_epochs_of_two_accounts_are_apart(changed, currency, neighbour, stranger):
    owner = wallet(neighbour)
    currency.approve(stranger, 5, {"from": owner})
    changed()

    assert currency.allowance(owner, stranger) == 5


def test_an_account_ends_255_kinds_and_no_more(city, currency, officers, merchant, resident, stranger):
    last = Word(nonce=254 * EPOCH + 9, kind=Kind.MERCHANT)
    store(currency, merchant, last)

    city.reclassify(merchant, Kind.RESIDENT)

    assert stored(currency, merchant) == Word(nonce=255 * EPOCH, kind=Kind.RESIDENT)
    with reverts("CannotReclassify", merchant, Kind.RESIDENT):
        city.reclassify(merchant, Kind.NONE)
    store(currency, merchant, Word(balance=5, nonce=2**40 - 1, kind=Kind.RESIDENT))
    currency.approve(stranger, 3, {"from": merchant})
    assert currency.allowance(merchant, stranger) == 3
    assert currency.nonces(merchant) == 255 * EPOCH


# The last few won


def test_an_account_with_999_won_is_struck_off_and_they_stay_its_owners(city, currency, unclaimed, resident, merchant):
    currency.transfer(merchant, START - 999, {"from": resident})

    tx = city.reclassify(resident, Kind.NONE)

    kept = {"account": resident, "amount": 999, "until": tx.timestamp + 5 * 365 * 86_400}
    assert happened(tx, "Transfer") == [{"from": resident, "to": unclaimed, "value": 999}]
    assert happened(tx, "MoneyKept") == [kept]
    assert unclaimed.kept(resident) == (999, kept["until"])
    assert currency.balanceOf(resident) == 0
    assert stored(currency, resident) == Word(nonce=EPOCH)


def test_a_thousand_won_are_no_dust(city, currency, resident, merchant):
    currency.transfer(merchant, START - 1_000, {"from": resident})

    with reverts("AccountNotEmpty", resident, 1_000):
        city.reclassify(resident, Kind.NONE)


def test_dust_is_a_thousand_whole_units_whatever_the_decimals(access, officers, appoint, LocalCurrency, resident):
    currency = LocalCurrency.deploy("Cents", "C", 2, 0, access, {"from": officers.admin})
    appoint(currency)
    for amount, error in ((99_999, None), (100_000, "AccountNotEmpty")):
        store(currency, resident, Word(balance=amount, kind=Kind.RESIDENT))
        if error:
            with reverts(error, resident, amount):
                currency.reclassify(resident, Kind.NONE, 0, {"from": officers.admin})
        else:
            currency.reclassify(resident, Kind.NONE, 0, {"from": officers.admin})


def test_an_unregistered_account_is_not_reclassified(city, stranger):
    with reverts("CannotReclassify", stranger, Kind.NONE):
        city.reclassify(stranger, Kind.RESIDENT)


@pytest.mark.parametrize("kind", [Kind.SYSTEM_CONTRACT, Kind.FROZEN, Kind.SUPERSEDED])
def test_members_are_reclassified_as_members_only(city, merchant, kind):
    with reverts("KindNotAssignable", kind):
        city.reclassify(merchant, kind)


@pytest.mark.parametrize("kind", Kind)
def test_a_frozen_account_is_not_reclassified(city, merchant, kind):
    city.freeze(merchant)

    with reverts("CannotReclassify", merchant, Kind.FROZEN):
        city.reclassify(merchant, kind)


def test_registering_is_for_the_membership_officer(currency, officers, stranger):
    for other in (stranger, officers.admin, officers.currency, officers.holds, officers.guardian):
        with reverts("AccessManagedUnauthorized", other):
            currency.register(Kind.RESIDENT, 0, b"\x01" * 20, {"from": other})
        with reverts("AccessManagedUnauthorized", other):
            currency.reclassify(stranger, Kind.RESIDENT, 0, {"from": other})


@pytest.mark.parametrize("length", [0, 1, 31, 32, 200])
def test_a_name_of_any_length_is_signed_and_leaves_slot_zero_empty(open_currency, officers, relayer, length):
    name, payer = "n" * length, key("newcomer")

    currency = open_currency(name)
    city, orders = City(currency, officers), Orders(currency, relayer)
    city.register(Kind.RESIDENT, payer)
    city.register(Kind.MERCHANT, key("shop"))
    city.allow_issuing(5)
    city.issue(payer.address, 5)
    signed = orders.signed(payer, key("shop"), 5, order=ORDER)
    orders.pay(signed)

    assert currency.name() == currency.eip712Domain()[1] == name
    assert currency.eip712Domain()[0] == "0x0f"
    header = encode_typed_data(full_message=signed.payment.typed_data(orders.domain)).header
    assert currency.DOMAIN_SEPARATOR() == "0x" + header.hex()
    assert stored(currency, ZERO) == Word()
