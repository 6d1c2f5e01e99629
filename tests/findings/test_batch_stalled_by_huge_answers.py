"""Found while testing: smart accounts with huge answers made a batch's gas grow with the square of their number.

Each may burn the gas set aside for it, but the next must not pay for it again: only the answer's first word is read.
"""

from dongne.currency import Kind, SignedPayment, pack_payments
from tests.contracts.currency.conftest import (  # noqa: F401 fixtures
    MODES,
    City,
    Orders,
    access,
    appoint,
    happened,
    key,
    officers,
    open_currency,
)

WALLETS = 8
GAS_FOR_EACH = 500_000


def test_eight_huge_answers_cost_eight_times_one(open_currency, officers, accounts, ERC1271Wallet):  # noqa: F811
    currency, owner, shop = open_currency(), key("owner"), key("shop").address
    city, orders = City(currency, officers), Orders(currency, accounts[5])
    wallet = ERC1271Wallet.deploy(owner.address, MODES.index("HUGE_ANSWER"), {"from": officers.admin})
    city.register(Kind.RESIDENT, wallet, owner)
    city.register(Kind.MERCHANT, shop)
    city.allow_issuing(2)
    city.issue_many((wallet, 1), (owner, 1))
    payment = orders.payment(wallet.address, shop, 1)
    batch = [SignedPayment(payment, bytes(65))] * WALLETS + [orders.signed(owner, shop, 1)]

    tx = currency.payMany(pack_payments(batch), {"from": accounts[5]})

    assert len(happened(tx, "PaymentSkipped")) == WALLETS
    assert len(happened(tx, "Transfer")) == 1
    assert tx.gas_used < (WALLETS + 1) * (GAS_FOR_EACH + 50_000)
