"""ERC-20 as wallets and shops know it: transfers, allowances, balances to the last bit."""

from dataclasses import replace

import pytest

from dongne.currency import Kind
from tests.contracts.currency.conftest import START, ZERO, happened
from tests.contracts.currency.words import Word, store, stored
from tests.reverting import reverts

UNLIMITED = 2**256 - 1
MOST = 2**63 - 1


def test_metadata_is_what_the_city_chose(currency):
    assert (currency.name(), currency.symbol(), currency.decimals()) == ("Dongne Won", "DNW", 0)


def test_a_payment_moves_money_and_says_so(currency, resident, merchant):
    tx = currency.transfer(merchant, 1_000, {"from": resident})

    assert tx.return_value is True
    assert happened(tx, "Transfer") == [{"from": resident, "to": merchant, "value": 1_000}]
    assert currency.balanceOf(resident) == START - 1_000
    assert currency.balanceOf(merchant) == 1_000
    assert currency.totalSupply() == 2 * START


def test_all_of_a_balance_can_be_paid_but_not_one_unit_more(currency, resident, merchant):
    with reverts("ERC20InsufficientBalance", resident, START, START + 1):
        currency.transfer(merchant, START + 1, {"from": resident})

    currency.transfer(merchant, START, {"from": resident})

    assert currency.balanceOf(resident) == 0


@pytest.mark.parametrize("amount", [2**64, 2**64 + 1, 2**96, 2**256 - 1])
def test_an_amount_wider_than_the_balance_is_not_cut_to_it(currency, resident, merchant, amount):
    with reverts("ERC20InsufficientBalance", resident, START, amount):
        currency.transfer(merchant, amount, {"from": resident})


def test_a_balance_uses_all_its_63_bits_and_no_neighbouring_field(currency, resident, merchant):
    full = Word(balance=MOST, nonce=2**40 - 1, category=65_535, kind=Kind.RESIDENT)
    store(currency, resident, full)

    currency.transfer(merchant, MOST, {"from": resident})

    paid = stored(currency, merchant)
    assert stored(currency, resident) == replace(full, balance=0, counted=MOST, month=paid.month)
    assert (paid.balance, paid.counted, paid.nonce, paid.kind) == (MOST, MOST, 0, Kind.MERCHANT)


def test_a_payment_of_nothing_is_a_payment(currency, resident, merchant):
    tx = currency.transfer(merchant, 0, {"from": resident})

    assert happened(tx, "Transfer") == [{"from": resident, "to": merchant, "value": 0}]
    assert currency.balanceOf(resident) == START


def test_an_unregistered_spender_moves_money_between_registered_accounts(currency, resident, merchant, stranger):
    approval = currency.approve(stranger, 700, {"from": resident})
    tx = currency.transferFrom(resident, merchant, 500, {"from": stranger})

    assert approval.return_value is True
    assert happened(approval, "Approval") == [{"owner": resident, "spender": stranger, "value": 700}]
    assert tx.return_value is True
    assert happened(tx, "Transfer") == [{"from": resident, "to": merchant, "value": 500}]
    assert currency.allowance(resident, stranger) == 200
    assert currency.balanceOf(merchant) == 500


def test_a_spender_cannot_take_money_for_itself_where_the_table_forbids(currency, resident, stranger):
    currency.approve(stranger, UNLIMITED, {"from": resident})

    with reverts("TransferNotAllowed", resident, stranger):
        currency.transferFrom(resident, stranger, 1, {"from": stranger})


def test_an_allowance_ends_with_its_last_unit(currency, resident, merchant, stranger):
    currency.approve(stranger, 500, {"from": resident})
    currency.transferFrom(resident, merchant, 500, {"from": stranger})

    with reverts("ERC20InsufficientAllowance", stranger, 0, 1):
        currency.transferFrom(resident, merchant, 1, {"from": stranger})


def test_a_refused_transfer_leaves_the_allowance_whole(currency, resident, merchant, stranger):
    currency.approve(stranger, START + 1, {"from": resident})

    with reverts("ERC20InsufficientBalance", resident, START, START + 1):
        currency.transferFrom(resident, merchant, START + 1, {"from": stranger})

    assert currency.allowance(resident, stranger) == START + 1


def test_an_unlimited_allowance_stays_unlimited(currency, resident, merchant, stranger):
    currency.approve(stranger, UNLIMITED, {"from": resident})

    tx = currency.transferFrom(resident, merchant, 500, {"from": stranger})

    assert currency.allowance(resident, stranger) == UNLIMITED
    assert happened(tx, "Approval") == []


def test_the_largest_limited_allowance_is_counted_down(currency, resident, merchant, stranger):
    currency.approve(stranger, UNLIMITED - 1, {"from": resident})

    currency.transferFrom(resident, merchant, 500, {"from": stranger})

    assert currency.allowance(resident, stranger) == UNLIMITED - 501


def test_the_owner_too_needs_an_allowance_for_transfer_from(currency, resident, merchant):
    with reverts("ERC20InsufficientAllowance", resident, 0, 1):
        currency.transferFrom(resident, merchant, 1, {"from": resident})


def test_nobody_approves_the_zero_address(currency, resident):
    with reverts("ERC20InvalidSpender", ZERO):
        currency.approve(ZERO, 1, {"from": resident})


def test_the_zero_address_pays_nobody(currency, merchant, stranger):
    with reverts("TransferNotAllowed", ZERO, merchant):
        currency.transferFrom(ZERO, merchant, 0, {"from": stranger})
