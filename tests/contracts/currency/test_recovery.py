"""A new key for an account whose key was lost: announced, agreed, and cancelled by the old key if it is not lost."""

import pytest
from eth_utils.crypto import keccak

from dongne.currency import AcceptRecovery, CancelRecovery, Kind, pack_payments
from dongne.signing import Domain, sign
from tests.contracts.currency.conftest import ORDER, START, Orders, happened, key, travel, wallet
from tests.contracts.currency.words import Word, stored
from tests.reverting import reverts

DAY = 86_400
CHECK = keccak(b"identity check")


@pytest.fixture(scope="module")
def open_currency(open_recoverable_currency):
    """As for all tests, with a real contract for recoveries."""
    return open_recoverable_currency


@pytest.fixture(scope="module")
def recovery(currency, Recovery):
    return Recovery.at(currency.appointed()[2])


@pytest.fixture(scope="module")
def domain(recovery):
    _fields, name, version, chain_id, contract, _salt, _extensions = recovery.eip712Domain()
    return Domain(name, version, chain_id, contract)


@pytest.fixture(scope="module")
def new():
    return key("the new key")


@pytest.fixture
def announce(recovery, domain, officers, resident):
    def announced(to, account=None, by=None):
        account = account or resident.address
        digest = AcceptRecovery(account, to.address).digest(domain)
        consent = bytes((by or to).unsafe_sign_hash(digest).signature)
        return recovery.announce(account, to.address, CHECK, consent, {"from": officers.membership})

    return announced


@pytest.fixture
def ready(announce, new):
    """A recovery of the resident's account is announced; gives when it is ready."""
    return announce(new).timestamp + 7 * DAY


def test_an_account_moves_to_its_new_key_after_a_week(ready, recovery, currency, resident, new, stranger, merchant):
    currency.transfer(merchant, 400, {"from": resident})
    before = stored(currency, resident)

    travel(ready - 1)
    with reverts("RecoveryNotReady", resident, ready):
        recovery.complete(resident, {"from": stranger})
    travel(ready)
    tx = recovery.complete(resident, {"from": stranger})

    assert happened(tx, "AccountRecovered") == [{"from": resident, "to": new.address}]
    assert happened(tx, "Transfer") == [{"from": resident, "to": new.address, "value": START - 400}]
    assert stored(currency, new) == before
    assert stored(currency, resident) == Word(nonce=before.nonce, kind=Kind.SUPERSEDED)
    assert currency.presentAddress(resident) == new.address
    with reverts("NoRecovery", resident):
        recovery.complete(resident, {"from": stranger})


def test_held_money_purchases_and_nonce_move_too(ready, recovery, currency, orders, officers, payer, new, merchant):
    orders.pay(orders.signed(payer, merchant, 1_000))
    currency.setFrozenTokens(payer.address, 300, {"from": officers.holds_contract})
    travel(ready)
    recovery.complete(payer.address, {"from": merchant})

    assert currency.getFrozenTokens(new.address) == 300
    assert currency.getFrozenTokens(payer.address) == 0
    assert currency.balanceOf(new.address) == START - 1_000
    assert currency.accountOf(new.address)[1] == 1
    assert currency.refundable(merchant, new.address) == 1_000


def test_what_the_old_key_signed_is_void(ready, recovery, currency, orders, relayer, payer, merchant, stranger):
    signed = orders.signed(payer, merchant, 500)
    currency.approve(stranger, START, {"from": wallet(payer)})
    travel(ready)
    recovery.complete(payer.address, {"from": stranger})

    with reverts("TransferNotAllowed", payer.address, merchant):
        orders.pay(signed)
    with reverts("TransferNotAllowed", payer.address, merchant):
        currency.transferFrom(payer.address, merchant, 1, {"from": stranger})
    assert currency.payMany(pack_payments([signed]), {"from": relayer}).return_value == 0


def test_the_new_key_pays_with_the_next_nonce(ready, recovery, currency, relayer, payer, new, merchant, stranger):
    orders = Orders(currency, relayer)
    orders.pay(orders.signed(payer, merchant, 500))
    travel(ready)
    recovery.complete(payer.address, {"from": stranger})

    orders.pay(orders.signed(new, merchant, 500, order=ORDER))

    assert currency.accountOf(new.address)[1] == 2
    assert currency.balanceOf(merchant) == 1_000


def test_the_old_address_is_never_registered_again(ready, recovery, currency, city, resident, new, stranger):
    travel(ready)
    recovery.complete(resident, {"from": stranger})

    with reverts("AlreadyRegistered", resident, Kind.SUPERSEDED):
        city.register(Kind.RESIDENT, resident)
    with reverts("CannotReclassify", resident, Kind.SUPERSEDED):
        city.reclassify(resident, Kind.RESIDENT)
    with reverts("CannotFreeze", resident, Kind.SUPERSEDED):
        city.freeze(resident)
    with reverts("NotFrozen", resident, Kind.SUPERSEDED):
        city.unfreeze(resident)


def test_a_lost_key_spends_nothing_of_what_others_had_approved_to_it(
    ready, recovery, currency, city, resident, neighbour, new, stranger, merchant
):
    currency.approve(resident, 500, {"from": wallet(neighbour)})
    travel(ready)
    recovery.complete(resident, {"from": stranger})

    with reverts("SpenderFrozen", resident):
        currency.transferFrom(neighbour.address, merchant, 1, {"from": resident})


def test_what_the_old_address_had_approved_does_not_move_with_the_account(
    ready, recovery, currency, resident, new, stranger, merchant
):
    currency.approve(stranger, 500, {"from": resident})
    travel(ready)
    recovery.complete(resident, {"from": stranger})

    assert currency.allowance(new.address, stranger) == 0
    with reverts("TransferNotAllowed", resident, merchant):
        currency.transferFrom(resident, merchant, 1, {"from": stranger})


def test_a_superseded_address_is_not_recovered_again(ready, recovery, currency, announce, resident, new, stranger):
    travel(ready)
    recovery.complete(resident, {"from": stranger})
    travel(announce(key("thief")).timestamp + 7 * DAY)

    with reverts("CannotRecover", resident, Kind.SUPERSEDED):
        recovery.complete(resident, {"from": stranger})
    assert currency.presentAddress(resident) == new.address


def test_an_account_is_recovered_to_no_old_address(ready, recovery, currency, announce, resident, payer, new, stranger):
    travel(ready)
    recovery.complete(resident, {"from": stranger})
    again = announce(payer, account=new.address).timestamp + 7 * DAY
    travel(again)

    with reverts("AlreadyRegistered", resident, Kind.SUPERSEDED):
        recovery.complete(new.address, {"from": stranger})


def test_a_key_lost_twice_leads_to_the_last_one(ready, recovery, currency, announce, resident, new, stranger):
    third = key("a third key")
    travel(ready)
    recovery.complete(resident, {"from": stranger})
    travel(announce(third, account=new.address).timestamp + 7 * DAY)
    recovery.complete(new.address, {"from": stranger})

    assert currency.presentAddress(resident) == third.address
    assert currency.balanceOf(third.address) == START


def test_a_frozen_account_stays_frozen(ready, recovery, currency, city, resident, new, stranger):
    city.freeze(resident)
    travel(ready)
    recovery.complete(resident, {"from": stranger})

    found = stored(currency, new)
    assert (found.kind, found.held_kind, found.balance) == (Kind.FROZEN, Kind.RESIDENT, START)
    city.unfreeze(new.address)
    assert stored(currency, new).kind == Kind.RESIDENT


def test_the_old_key_cancels_what_it_did_not_ask_for(ready, recovery, resident, new, stranger):
    tx = recovery.cancel({"from": resident})

    assert happened(tx, "RecoveryCancelled") == [{"from": resident, "to": new.address, "by": resident}]
    travel(ready)
    with reverts("NoRecovery", resident):
        recovery.complete(resident, {"from": stranger})


def test_the_old_key_cancels_by_signature_without_ether(ready, recovery, domain, payer, neighbour, new, relayer):
    digest = CancelRecovery(payer.address, new.address, ready).digest(domain)
    by_owner, by_other = (bytes(each.unsafe_sign_hash(digest).signature) for each in (payer, neighbour))

    with reverts("NotTheOldKey", payer.address):
        recovery.cancelBySignature(payer.address, by_other, {"from": relayer})
    recovery.cancelBySignature(payer.address, by_owner, {"from": relayer})

    with reverts("NotTheOldKey", payer.address):
        recovery.cancelBySignature(payer.address, by_owner, {"from": relayer})


def test_the_guardian_vetoes_out_of_doubt(ready, recovery, officers, resident, stranger):
    recovery.veto(resident, {"from": officers.guardian})

    with reverts("NoRecovery", resident):
        recovery.veto(resident, {"from": officers.guardian})
    with reverts("NoRecovery", resident):
        recovery.cancel({"from": resident})


def test_a_key_that_has_not_agreed_gets_no_account(announce, new, neighbour, resident):
    with reverts("NotAcceptedByNewKey", resident, new.address):
        announce(new, by=neighbour)


def test_a_new_key_agrees_by_a_compact_signature(recovery, domain, officers, resident, new):
    digest = AcceptRecovery(resident.address, new.address).digest(domain)

    recovery.announce(resident, new.address, CHECK, sign(digest, new), {"from": officers.membership})

    assert recovery.announcementOf(resident)[0] == new.address


def test_a_new_key_may_be_a_smart_account(recovery, domain, officers, resident, neighbour, ERC1271Wallet, stranger):
    wallet_ = ERC1271Wallet.deploy(neighbour.address, 0, {"from": stranger})
    digest = AcceptRecovery(resident.address, wallet_.address).digest(domain)
    consent = bytes(neighbour.unsafe_sign_hash(digest).signature)

    tx = recovery.announce(resident, wallet_, CHECK, consent, {"from": officers.membership})
    travel(tx.timestamp + 7 * DAY)
    recovery.complete(resident, {"from": stranger})

    assert recovery.announcementOf(resident)[1] == 0


def test_one_recovery_at_a_time(ready, announce, new, resident):
    with reverts("RecoveryRuns", resident, new.address, ready):
        announce(key("yet another key"))


def test_a_forgotten_recovery_lapses(ready, recovery, announce, resident, stranger):
    travel(ready + 30 * DAY)
    with reverts("NoRecovery", resident):
        recovery.complete(resident, {"from": stranger})

    announce(key("yet another key"))


@pytest.mark.parametrize("kind", [Kind.NONE, Kind.SYSTEM_CONTRACT])
def test_only_people_shops_and_institutions_are_recovered(announce, recovery, system, new, stranger, kind):
    account = system.address if kind else key("not registered").address
    travel(announce(new, account=account).timestamp + 7 * DAY)

    with reverts("CannotRecover", account, kind):
        recovery.complete(account, {"from": stranger})


def test_an_account_does_not_take_the_place_of_another(announce, recovery, neighbour, resident, stranger):
    travel(announce(neighbour).timestamp + 7 * DAY)

    with reverts("AlreadyRegistered", neighbour.address, Kind.RESIDENT):
        recovery.complete(resident, {"from": stranger})


def test_no_office_moves_an_account_itself(currency, officers, resident, new):
    for who in (officers.admin, officers.guardian, officers.membership, officers.holds, officers.holds_contract):
        with reverts("NotAppointed", who, currency.appointed()[2]):
            currency.recover(resident, new.address, {"from": who})


def test_each_office_does_its_own_and_nobody_elses(recovery, officers, resident, new, stranger):
    for who in (officers.admin, officers.guardian, stranger):
        with reverts("AccessManagedUnauthorized", who):
            recovery.announce(resident, new.address, CHECK, b"", {"from": who})
    for who in (officers.admin, officers.membership, stranger):
        with reverts("AccessManagedUnauthorized", who):
            recovery.veto(resident, {"from": who})


def test_nonces_that_the_new_key_has_used_are_not_used_again(
    ready, recovery, currency, city, orders, new, resident, merchant, stranger
):
    """The new address was registered once, paid twice, and was struck off."""
    city.register(Kind.RESIDENT, new)
    city.issue(new.address, 2)
    for _ in range(2):
        orders.pay(orders.signed(new, merchant, 1))
    city.reclassify(new.address, Kind.NONE)
    travel(ready)
    recovery.complete(resident, {"from": stranger})

    assert currency.accountOf(new.address)[1] == 2**32


def test_the_first_address_is_the_same_for_all_keys_of_a_person(recovery, recover, resident, new, neighbour):
    once = recover(resident, new)
    again = recover(once, key("yet another key"))

    assert {recovery.firstAddress(each) for each in (resident, once, again)} == {resident.address}
    assert recovery.firstAddress(neighbour.address) == neighbour.address
