"""A node that withheld the log of a payment, or of a cash-out, was no reason for `currency audit` not to reconcile.

A payment between accounts changes no sum: only their balances tell. Accounts whose balances differ are named.
"""

import pytest
from hexbytes import HexBytes

from dongne import book as books
from dongne.chain import Chain
from dongne.currency import CashOutDesk, Issue, Kind, LocalCurrency, ReceiveAuthorization, Treasury, audit_supply
from dongne.currency.events import Redeemed, Transfer
from dongne.receipts import log_of
from dongne.suite import Role
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite
from tests.dongne.command_line import dongne

RESIDENT, MERCHANT = funded(8), funded(7)
PURPOSE = b"\x01" * 32


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        currency = on.client(LocalCurrency)
        members = on.officers[Role.MEMBERSHIP_OFFICER]
        currency.register(Kind.RESIDENT, [RESIDENT.address]).transact(members)
        currency.register(Kind.MERCHANT, [MERCHANT.address]).transact(members)
        on.back(1_000)
        on.client(Treasury).issue_batch([Issue(RESIDENT.address, 1_000)], PURPOSE).transact(
            on.officers[Role.CURRENCY_OFFICER]
        )
        currency.transfer(MERCHANT.address, 1_000).transact(RESIDENT)
        desk, until = on.client(CashOutDesk), on.chain.timestamp() + 3_600
        given = ReceiveAuthorization(MERCHANT.address, desk.address, 400, 0, until, PURPOSE)
        desk.request(given.sign(MERCHANT, currency.domain())).transact(on.relayer)
        on.pass_time(3 * 86_400)
        desk.settle([0], PURPOSE).transact(on.officers[Role.SETTLEMENT_OFFICER])
        yield on


@pytest.fixture
def withhold(monkeypatch):
    """Makes the node withhold some logs."""
    honest = Chain.raw_logs

    def start(is_withheld):
        monkeypatch.setattr(
            Chain,
            "raw_logs",
            lambda *asked: (log for log in honest(*asked) if not is_withheld(log_of(log), HexBytes(log["topics"][0]))),
        )

    return start


def is_payment(log, topic):
    return topic == Transfer.topic() and all(any(party) for party in log["topics"][1:])


def is_redemption(_log, topic):
    return topic == Redeemed.topic()


def test_an_audit_without_the_log_of_a_payment_names_its_payer_and_payee(city, withhold, capsys, tmp_path):
    books.save(city.book, tmp_path)
    withhold(is_payment)

    code, out, err = dongne(
        capsys, "currency", "audit", "--rpc", city.chain.rpc, "--deployments", tmp_path, "--lang", "en"
    )

    assert code == 1
    assert "reconciled                    no" in out
    assert "disagree in 5 points" in err  # three balances, the desk's too, and the purchases on both sides
    assert RESIDENT.address in err
    assert MERCHANT.address in err


def test_an_audit_without_the_log_of_a_cash_out_does_not_reconcile(city, withhold):
    withhold(is_redemption)

    found = audit_supply(city.client(LocalCurrency))

    assert not found.is_reconciled
    assert (found.supply.issued, found.supply.redeemed, found.stated) == (1_000, 0, 600)


def test_an_audit_with_all_logs_reconciles(city):
    found = audit_supply(city.client(LocalCurrency))

    assert found.is_reconciled
    assert (found.supply.issued, found.supply.redeemed, found.held) == (1_000, 400, 600)
