"""`currency audit` said reconciled where an account held 1,000,000,000 and the logs left 0 on it.

Every account that a log names is compared, those without money by the logs included, and so are kinds, purchases,
allowances and the places served of lists.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dongne import book as books
from dongne.chain import Chain
from dongne.currency import Compared, Difference, Issue, Kind, LocalCurrency, Treasury, audit_supply
from dongne.months import KOREA, month_of
from dongne.suite import SUITE, Role
from scripts.localchain.anvil import funded, pass_time
from scripts.localchain.suite import local_suite
from tests.dongne.command_line import dongne
from tests.undoing import undone

RESIDENT, MERCHANT, POOR = funded(8), funded(7), funded(6)
PURPOSE = b"\x01" * 32
DAY = 86_400
CONTRACTS = sum(contract.holds_currency for contract in SUITE.values())
"""The city's contracts are accounts too."""


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        currency = on.client(LocalCurrency)
        members = on.officers[Role.MEMBERSHIP_OFFICER]
        currency.register(Kind.RESIDENT, [RESIDENT.address, POOR.address]).transact(members)
        currency.register(Kind.MERCHANT, [MERCHANT.address]).transact(members)
        on.back(1_500)
        on.client(Treasury).issue_batch([Issue(RESIDENT.address, 1_000)], PURPOSE).transact(
            on.officers[Role.CURRENCY_OFFICER]
        )
        currency.transfer(MERCHANT.address, 700).transact(RESIDENT)
        currency.transfer(RESIDENT.address, 100).transact(MERCHANT)
        yield on


@pytest.fixture
def currency(city):
    with undone(city.chain):
        yield city.client(LocalCurrency)


def add_to_word(currency, account, amount):
    """Changes an account's word behind the contract's back."""
    slot = hex(int(account, 16) << 96)
    node = currency.chain.web3.provider
    word = int(node.make_request("eth_getStorageAt", [currency.address, slot, "latest"])["result"], 16)
    node.make_request("anvil_setStorageAt", [currency.address, slot, f"0x{word + amount:064x}"])


def test_an_audit_of_sound_books_reconciles(currency):
    found = audit_supply(currency)

    assert found.is_reconciled
    assert (found.compared, found.held) == (3 + CONTRACTS, 1_000)
    assert found.block_hash == currency.chain.block_hash(found.block)


def test_money_on_an_account_on_which_the_logs_leave_nothing_is_found(currency, city, capsys, tmp_path):
    add_to_word(currency, POOR.address, 1_000_000_000)
    books.save(city.book, tmp_path)

    found = audit_supply(currency)
    code, out, err = dongne(
        capsys, "currency", "audit", "--rpc", city.chain.rpc, "--deployments", tmp_path, "--lang", "en"
    )

    assert found.differences == (Difference(Compared.BALANCE, POOR.address, 0, 1_000_000_000),)
    assert (code, "reconciled                    no" in out) == (1, True)
    assert f"{POOR.address}: balance is 0 DNW by the logs, 1,000,000,000 DNW by the contract" in err


def test_counts_that_no_purchase_explains_are_found(currency):
    add_to_word(currency, MERCHANT.address, 5 << 104)

    (found,) = audit_supply(currency).differences

    assert (found.what, found.of, found.stated - found.by_logs) == (Compared.COUNTED, MERCHANT.address, 5)
    assert found.by_logs == 600


def test_purchases_of_a_month_that_is_over_are_closed(currency):
    pass_time(currency.chain, 32 * DAY)

    found = audit_supply(currency)

    assert month_of(found.time) > month_of(currency.chain.timestamp(currency.entry.block))
    assert found.is_reconciled


def test_purchases_across_a_month_end_count_in_their_month(currency):
    pass_time(currency.chain, 32 * DAY)
    currency.transfer(MERCHANT.address, 50).transact(RESIDENT)

    state = currency.account(MERCHANT.address)
    assert (state.counted, state.closed) == (50, 600)
    assert audit_supply(currency).is_reconciled


def test_a_refund_of_the_month_before_is_booked_there(currency):
    pass_time(currency.chain, _to_the_next_month(currency.chain.timestamp()))
    currency.transfer(MERCHANT.address, 50).transact(RESIDENT)
    currency.transfer(RESIDENT.address, 170).transact(MERCHANT)

    state = currency.account(RESIDENT.address)
    assert (state.counted, state.closed) == (0, 480)
    assert audit_supply(currency).is_reconciled


def test_a_closed_month_that_no_purchase_explains_is_found(currency):
    pass_time(currency.chain, _to_the_next_month(currency.chain.timestamp()))
    currency.transfer(MERCHANT.address, 50).transact(RESIDENT)
    add_to_word(currency, MERCHANT.address, 7 << 184)

    (found,) = audit_supply(currency).differences

    assert (found.what, found.by_logs, found.stated) == (Compared.CLOSED, 600, 607)


def _to_the_next_month(now):
    """Seconds to noon of the next month's first day in Korea."""
    moment = datetime.fromtimestamp(now, KOREA)
    first = (moment.replace(day=28) + timedelta(days=4)).replace(day=1, hour=12, minute=0, second=0, microsecond=0)
    return int(first.timestamp()) - now


def test_an_account_that_is_registered_as_another_kind_is_found(currency, monkeypatch):
    honest = LocalCurrency.accounts
    monkeypatch.setattr(
        LocalCurrency,
        "accounts",
        lambda *asked: [_as_institution(state) for state in honest(*asked)],
    )

    found = audit_supply(currency).differences

    assert {(each.what, each.stated) for each in found} == {(Compared.KIND, Kind.INSTITUTION)}
    assert len(found) == 3 + CONTRACTS


def _as_institution(state):
    return replace(state, kind=Kind.INSTITUTION, held_kind=Kind.NONE)


def test_a_withheld_issue_shows_in_allowance_and_served_places(currency, monkeypatch):
    from dongne.currency.events import Issued

    honest, withheld = Chain.raw_logs, "0x" + Issued.topic().hex()
    monkeypatch.setattr(
        Chain, "raw_logs", lambda *asked: (log for log in honest(*asked) if log["topics"][0] != withheld)
    )

    (found,) = audit_supply(currency).differences

    assert (found.what, found.by_logs, found.stated) == (Compared.ALLOWANCE, 1_500, 500)


def test_an_audit_of_a_block_that_is_replaced_meanwhile_is_void(currency, city, capsys, tmp_path, monkeypatch):
    hashes = iter(["0x01", "0x02"])
    monkeypatch.setattr(Chain, "block_hash", lambda _chain, block: next(hashes))
    monkeypatch.setattr(Chain, "genesis", "0x00")
    books.save(city.book, tmp_path)

    code, _out, err = dongne(
        capsys, "currency", "audit", "--rpc", city.chain.rpc, "--deployments", tmp_path, "--lang", "en"
    )

    assert code == 1
    assert "was replaced by another one while it was being read" in err
