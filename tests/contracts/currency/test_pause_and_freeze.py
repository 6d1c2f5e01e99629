"""Stopping everyone for a while, and one account until further notice."""

from dataclasses import replace

import pytest

from dongne.currency import DEFAULT_TABLE, Kind, Refusal, pack_issues, pack_payments, transfer_table
from tests.contracts.currency.conftest import (
    PURPOSE,
    START,
    TRADE,
    ZERO,
    happened,
    key,
    travel,
)
from tests.contracts.currency.words import Word, store, stored
from tests.reverting import reverts

LONGEST = 72 * 3_600


@pytest.fixture(params=["a new currency", "a currency in use"])
def used(request, currency, resident, merchant):
    """What the shop was paid before: the first payment of a month sets the time of the policy's next review."""
    if request.param == "a new currency":
        return 0
    currency.transfer(merchant, 1, {"from": resident})
    return 1


@pytest.mark.parametrize("duration", [1, 3_600, LONGEST])
def test_a_pause_ends_by_itself_after_its_last_second(city, currency, resident, merchant, duration, used):
    tx = city.pause(duration)
    until = tx.timestamp + duration
    assert happened(tx, "PausedUntil") == [{"until": until}]
    assert currency.policy() == (DEFAULT_TABLE, until)

    if duration > 1:
        travel(until - 1)
        with reverts("TransfersPaused", until):
            currency.transfer(merchant, 1, {"from": resident})
    travel(until)
    currency.transfer(merchant, 1, {"from": resident})

    assert currency.balanceOf(merchant) == used + 1
    assert currency.policy()[0] == DEFAULT_TABLE


@pytest.mark.parametrize("duration", [0, LONGEST + 1, 2**40, 2**256 - 1])
def test_a_pause_is_neither_empty_nor_longer_than_72_hours(city, duration):
    with reverts("BadPause", duration):
        city.pause(duration)


def test_a_running_pause_is_not_prolonged(city):
    until = city.pause(3_600).timestamp + 3_600

    with reverts("PausedRecently", until + LONGEST):
        city.pause(LONGEST)


def test_the_next_pause_is_possible_72_hours_after_the_last_ones_end(city):
    until = city.pause(60).timestamp + 60
    travel(until + LONGEST - 2)
    with reverts("PausedRecently", until + LONGEST):
        city.pause(1)

    travel(until + LONGEST)
    city.pause(LONGEST)


def test_a_stolen_guardians_key_pauses_at_most_half_of_the_time(city, currency):
    """Pausing as long and as soon as it can, for a month."""
    begin = city.pause(LONGEST).timestamp
    paused = LONGEST
    for _ in range(4):
        travel(currency.policy()[1] + LONGEST)
        city.pause(LONGEST)
        paused += LONGEST

    assert paused <= (currency.policy()[1] + LONGEST - begin) / 2


def test_a_running_pause_can_be_shortened(city, currency, resident, merchant):
    city.pause(LONGEST)
    shorter = city.pause(10)

    travel(shorter.timestamp + 10)

    currency.transfer(merchant, 1, {"from": resident})
    assert currency.policy()[1] == shorter.timestamp + 10


def test_a_pause_stops_every_way_of_paying_and_issuing(
    city, currency, orders, officers, payer, resident, merchant, relayer, used
):
    currency.approve(relayer, START, {"from": resident})
    until = city.pause(LONGEST).timestamp + LONGEST

    ways = (
        lambda: currency.transfer(merchant, 1, {"from": resident}),
        lambda: currency.transferFrom(resident, merchant, 1, {"from": relayer}),
        lambda: orders.pay(orders.signed(payer, merchant, 1)),
        lambda: city.issue(resident, 1),
        lambda: currency.issueBatch(pack_issues([]), PURPOSE, bytes(24), 0, {"from": officers.currency}),
    )
    for way in ways:
        with reverts("TransfersPaused", until):
            way()


def test_a_paused_batch_is_skipped_whole_and_can_be_relayed_again(
    city, currency, orders, relayer, payer, neighbour, merchant
):
    batch = [orders.signed(signer, merchant, 10) for signer in (payer, neighbour)]
    paused = city.pause(60)

    tx = currency.payMany(pack_payments(batch), {"from": relayer})
    travel(paused.timestamp + 60)
    again = currency.payMany(pack_payments(batch), {"from": relayer})

    assert [event["reason"] for event in happened(tx, "PaymentSkipped")] == [Refusal.PAUSED] * 2
    assert happened(tx, "OrdersPaid") == [{"orders": "0x"}]
    assert tx.return_value == 0
    assert again.return_value == 2
    assert currency.balanceOf(merchant) == 20


def test_during_a_pause_a_merchant_cashes_out_and_owners_approve(
    city, currency, cash_out, orders, payer, resident, merchant, stranger
):
    currency.transfer(merchant, 500, {"from": resident})
    city.pause(LONGEST)

    cash_out(merchant, 500)
    currency.approve(stranger, 5, {"from": resident})
    orders.permit(payer, stranger, 6)

    assert currency.balanceOf(merchant) == 0
    assert currency.allowance(resident, stranger) == 6


def test_the_table_published_during_a_pause_counts_after_it(city, currency, resident, merchant):
    paused = city.pause(60)
    city.publish(0)

    with reverts("TransfersPaused", paused.timestamp + 60):
        currency.transfer(merchant, 1, {"from": resident})
    travel(paused.timestamp + 60)
    with reverts("TransferNotAllowed", resident, merchant):
        currency.transfer(merchant, 1, {"from": resident})


def test_pausing_is_the_guardians(currency, officers, stranger):
    for other in (stranger, officers.admin, officers.membership, officers.holds, officers.currency):
        with reverts("AccessManagedUnauthorized", other):
            currency.pause(60, {"from": other})


@pytest.mark.parametrize("kind", [Kind.RESIDENT, Kind.MERCHANT, Kind.INSTITUTION])
def test_a_frozen_account_gets_back_what_it_was(city, currency, kind):
    full = Word(balance=2**63 - 1, nonce=2**40 - 1, counted=2**63 - 1, month=65_535, closed=2**48 - 1, category=65_535)
    before = replace(full, kind=kind)
    someone = key("someone").address
    store(currency, someone, before)

    frozen = city.freeze(someone)
    held = stored(currency, someone)
    unfrozen = city.unfreeze(someone)

    assert happened(frozen, "AccountFrozen") == [{"account": someone}]
    assert (held.kind, held.held_kind) == (Kind.FROZEN, kind)
    assert happened(unfrozen, "AccountUnfrozen") == [{"account": someone, "kind": kind}]
    assert stored(currency, someone) == before


def test_a_frozen_account_takes_part_in_nothing(city, currency, orders, relayer, payer, resident, merchant):
    currency.approve(relayer, START, {"from": resident})
    currency.transfer(merchant, 50, {"from": resident})
    city.freeze(resident)

    ways = (
        lambda: currency.transfer(merchant, 1, {"from": resident}),
        lambda: currency.transferFrom(resident, merchant, 1, {"from": relayer}),
        lambda: orders.pay(orders.signed(payer, merchant, 1)),
    )
    for way in ways:
        with reverts("TransferNotAllowed", resident, merchant):
            way()
    with reverts("TransferNotAllowed", merchant, resident):
        currency.transfer(resident, 1, {"from": merchant})
    with reverts("IssueNotAllowed", resident, Kind.FROZEN):
        city.issue(resident, 1)
    with reverts("IssueNotAllowed", resident, Kind.FROZEN):
        city.issue_many((resident, 1))


def test_a_pause_leaves_merchants_no_other_way_than_out(city, currency, resident, merchant, institution, system):
    currency.transfer(system, 5, {"from": resident})
    currency.transfer(merchant, 500, {"from": resident})
    until = city.pause(LONGEST).timestamp + LONGEST

    for payer, payee in ((merchant, resident), (merchant, institution), (resident, system), (system, merchant)):
        with reverts("TransfersPaused", until):
            currency.transfer(payee, 1, {"from": payer})


def test_a_pause_opens_no_way_that_the_table_closes(city, currency, resident, merchant, system):
    currency.transfer(merchant, 500, {"from": resident})
    city.publish(transfer_table([(Kind.RESIDENT, Kind.MERCHANT)]))
    until = city.pause(LONGEST).timestamp + LONGEST

    with reverts("TransfersPaused", until):
        currency.transfer(system, 1, {"from": merchant})


def test_a_frozen_merchant_does_not_cash_out(city, currency, resident, merchant, system):
    currency.transfer(merchant, 50, {"from": resident})
    city.freeze(merchant)

    with reverts("TransferNotAllowed", merchant, system):
        currency.transfer(system, 50, {"from": merchant})
    assert stored(currency, merchant).category == TRADE


def test_nobody_is_frozen_twice_or_unfrozen_without_being_frozen(city, resident):
    with reverts("NotFrozen", resident, Kind.RESIDENT):
        city.unfreeze(resident)
    city.freeze(resident)

    with reverts("CannotFreeze", resident, Kind.FROZEN):
        city.freeze(resident)


def test_the_unregistered_are_neither_frozen_nor_unfrozen(city, stranger):
    for account in (stranger, ZERO):
        with reverts("CannotFreeze", account, Kind.NONE):
            city.freeze(account)
        with reverts("NotFrozen", account, Kind.NONE):
            city.unfreeze(account)


def test_a_city_contract_is_not_frozen(city, system):
    with reverts("CannotFreeze", system, Kind.SYSTEM_CONTRACT):
        city.freeze(system)


def test_a_frozen_spender_spends_nobodys_money(city, currency, resident, merchant, institution, used):
    currency.approve(institution, 2**256 - 1, {"from": resident})
    city.freeze(institution)

    with reverts("SpenderFrozen", institution):
        currency.transferFrom(resident, merchant, 1, {"from": institution})
    city.unfreeze(institution)
    currency.transferFrom(resident, merchant, 1, {"from": institution})

    assert currency.balanceOf(merchant) == used + 1


def test_freezing_is_the_holds_contracts(currency, officers, resident, stranger):
    for other in (stranger, officers.admin, officers.membership, officers.guardian, officers.currency, officers.holds):
        with reverts("NotAppointed", other, officers.holds_contract):
            currency.freeze(resident, {"from": other})
        with reverts("NotAppointed", other, officers.holds_contract):
            currency.unfreeze(resident, {"from": other})
