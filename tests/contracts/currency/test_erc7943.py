"""ERC-7943 as its final text has it: what the views say is what payments do."""

import itertools
import random

import pytest
from brownie import chain, web3
from brownie.exceptions import VirtualMachineError

from dongne.currency import DEFAULT_TABLE, RESIDENTS_MAY_GIVE, Kind, transfer_table
from tests.contracts.currency.conftest import START, happened, key
from tests.contracts.currency.test_months import month_of
from tests.contracts.currency.words import Word, store
from tests.reverting import reverts

TABLES = (DEFAULT_TABLE, DEFAULT_TABLE | RESIDENTS_MAY_GIVE, 0, transfer_table([(Kind.RESIDENT, Kind.MERCHANT)]))


@pytest.fixture(scope="module")
def cast(currency):
    """Two accounts of each kind, with money and purchases."""
    month = month_of(chain[-1].timestamp)
    people = {(kind, number): key(f"{kind.name} {number}").address for kind in Kind for number in range(2)}
    for (kind, _number), account in people.items():
        store(currency, account, Word(balance=100, kind=kind, month=month, counted=40))
    return people


def passes(currency, payer, payee, amount):
    """Whether a transfer would pass in the next block; nothing is sent."""
    data = currency.transfer.encode_input(payee, amount)
    answer = web3.provider.make_request("eth_call", [{"from": payer, "to": currency.address, "data": data}, "latest"])
    return "result" in answer


@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("table", TABLES)
def test_the_views_say_what_payments_do(city, currency, cast, table, paused):
    dice = random.Random(table + paused)
    city.publish(table)
    if paused:
        city.pause(3_600)
    for payer, payee in itertools.product(cast.values(), repeat=2):
        amount = dice.choice((0, 1, 40, 41, 100, 101))
        stated = currency.canTransfer(payer, payee, amount)
        assert stated == passes(currency, payer, payee, amount)
        if stated:
            assert currency.canSend(payer)
            assert currency.canReceive(payee)
    for account in cast.values():
        assert currency.canSend(account) == any(currency.canTransfer(account, other, 0) for other in cast.values())
        assert currency.canReceive(account) == any(currency.canTransfer(other, account, 0) for other in cast.values())


def test_what_is_held_cannot_be_transferred_and_more_than_all_holds_all(currency, officers, resident, merchant):
    tx = currency.setFrozenTokens(resident, 2**256 - 1, {"from": officers.holds_contract})

    assert happened(tx, "Frozen") == [{"account": resident, "amount": START}]
    assert currency.getFrozenTokens(resident) == START
    assert currency.balanceOf(resident) == START
    assert not currency.canTransfer(resident, merchant, 1)


def test_a_forced_transfer_unfreezes_before_it_moves(currency, officers, resident, neighbour):
    currency.setFrozenTokens(resident, 300, {"from": officers.holds_contract})

    tx = currency.forcedTransfer(resident, neighbour.address, 200, {"from": officers.holds_contract})

    assert [event.name for event in tx.events] == ["Frozen", "Transfer", "ForcedTransfer"]
    with reverts("HeldTooLittle", resident, 100, 101):
        currency.forcedTransfer(resident, neighbour.address, 101, {"from": officers.holds_contract})


def test_views_do_not_revert_for_anybody(currency, resident):
    for account in ("0x" + "00" * 20, "0x" + "ff" * 20, currency.address):
        assert not currency.canSend(account)
        assert not currency.canReceive(account)
        assert not currency.canTransfer(account, resident, 2**256 - 1)
    with pytest.raises(VirtualMachineError):
        currency.transfer("0x" + "ff" * 20, 1, {"from": resident})
