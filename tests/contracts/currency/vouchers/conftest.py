"""A city's vouchers: an institution pays in, an officer grants, residents spend at the programme's merchants."""

import pytest
from brownie import chain
from eth_utils.crypto import keccak

from dongne.currency import Kind
from dongne.currency.batch import Issue, pack_issues
from dongne.currency.vouchers import Grant, GrantPlan, VoucherPayment, VoucherRest
from dongne.signing import Domain
from dongne.suite import Role
from tests.contracts.currency.conftest import FOREVER, ORDER, TRADE
from tests.contracts.wiring import wire

PURPOSE = keccak(b"winter heating 2026-12")
LIST = keccak(b"a list")
DAY = 86_400
CAP = 1_000
FUNDED = 10_000
"""What the programme's funder has paid in at the start of a test."""


class Office:
    """What people do with vouchers."""

    def __init__(self, vouchers, officers, institution, relayer):
        self.vouchers, self.officers, self.institution, self.relayer = vouchers, officers, institution, relayer
        _fields, name, version, chain_id, contract, _salt, _extensions = vouchers.eip712Domain()
        self.domain = Domain(name, version, chain_id, contract)

    def terms(self, **changes):
        """A programme's terms: thirty days from now, for one trade."""
        now = chain[-1].timestamp
        terms = {
            "funder": self.institution,
            "start": now,
            "expiry": now + 30 * DAY,
            "refundBps": 6_000,
            "cap": CAP,
            "categories": [TRADE],
            "document": keccak(b"decision"),
            "uri": "https://city.example/heating.json",
        }
        return tuple((terms | changes).values())

    def open(self, **changes):
        tx = self.vouchers.open(self.terms(**changes), {"from": self.officers.supervisor})
        return tx.return_value

    def fund(self, programme, amount):
        return self.vouchers.fund(programme, amount, {"from": self.institution})

    def grant(self, programme, *grants, list_id=LIST, first=0):
        packed = pack_issues(Issue(str(getattr(who, "address", who)), amount) for who, amount in grants)
        return self.vouchers.grantBatch(programme, list_id, first, packed, {"from": self.officers.voucher})

    def publish(self, plan, total=None):
        total = plan.total if total is None else total
        return self.vouchers.publish(
            plan.programme, plan.purpose, plan.tree.root, total, {"from": self.officers.voucher}
        )

    def claim(self, plan, place, proof=None, **changes):
        grant = plan.grants[place]
        where = {
            "programme": plan.programme,
            "purpose": plan.purpose,
            "root": plan.tree.root,
            "index": place,
            "holder": grant.account,
            "amount": grant.amount,
        }
        proof = plan.proof(place) if proof is None else proof
        return self.vouchers.claim(tuple((where | changes).values()), proof, {"from": self.relayer})

    def payment(self, programme, holder, merchant, amount, nonce=None, deadline=FOREVER, order=ORDER):
        nonce = self.vouchers.voucherOf(programme, holder)[2] if nonce is None else nonce
        merchant = str(getattr(merchant, "address", merchant))
        return VoucherPayment(str(holder), merchant, programme, amount, nonce, deadline, order)

    def spend_signed(self, payment, signature):
        order = (payment.programme, payment.holder, payment.merchant, payment.amount, payment.deadline, payment.order)
        return self.vouchers.spendBySignature(order, signature, {"from": self.relayer})

    def rest_signed(self, key, programme, deadline=FOREVER, nonce=None):
        nonce = self.vouchers.voucherOf(programme, key.address)[2] if nonce is None else nonce
        signature = VoucherRest(key.address, programme, nonce, deadline).sign(key, self.domain)
        return self.vouchers.redeemRestBySignature(programme, key.address, deadline, signature, {"from": self.relayer})


def plan_of(programme, *grants, purpose=PURPOSE):
    """A list of (account, amount)."""
    return GrantPlan.of(
        programme, purpose, [Grant(str(getattr(who, "address", who)), amount) for who, amount in grants]
    )


@pytest.fixture(scope="module")
def vouchers(currency, access, officers, accounts, city, institution, merchant, other_merchant, Vouchers):
    """The contract, registered with the currency; the institution and the merchants have approved it."""
    officers.voucher = accounts[8]
    contract = Vouchers.deploy(currency, access, {"from": officers.admin})
    wire(access, contract, {Role.VOUCHER_OFFICER: officers.voucher}, officers.admin)
    city.register(Kind.SYSTEM_CONTRACT, contract)
    city.issue(institution, 10 * FUNDED)
    for account in (institution, merchant, other_merchant):
        currency.approve(contract, 2**256 - 1, {"from": account})
    return contract


@pytest.fixture(scope="module")
def office(vouchers, officers, institution, relayer):
    return Office(vouchers, officers, institution, relayer)


@pytest.fixture(scope="module")
def programme(office):
    """A programme that runs, with `FUNDED` paid in and nothing granted."""
    number = office.open()
    office.fund(number, FUNDED)
    return number
