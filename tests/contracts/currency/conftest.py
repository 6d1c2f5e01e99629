"""A city's currency, its officers, its people, and the orders that they sign."""

from contextlib import contextmanager
from itertools import count
from types import SimpleNamespace

import pytest
from brownie import accounts as brownie_accounts
from brownie import web3
from eth_account import Account
from eth_utils.crypto import keccak

from dongne.currency import (
    DEFAULT_TABLE,
    AcceptRecovery,
    Issue,
    Kind,
    Payment,
    Permit,
    list_id,
    pack_accounts,
    pack_issues,
)
from dongne.signing import Domain, expand, sign
from dongne.suite import Role
from tests.contracts.wiring import wire

FOREVER = 2**40 - 1
MOST = 2**256 - 1
ORDER = keccak(b"order 1")
PURPOSE = keccak(b"top-up")
PAYOUT = keccak(b"payout 1")
ZERO = "0x" + "00" * 20
START = 100_000
"""What each resident has at the start of a test."""
TRADE = 5_411
MODES = (
    "HONEST",
    "WRONG_MAGIC",
    "SHORT_ANSWER",
    "DIRTY_MAGIC",
    "REVERTING",
    "BURNING_GAS",
    "HUGE_ANSWER",
    "REENTERING",
    "HUNGRY",
    "COMPACT",
)
"""Modes of the mock `ERC1271Wallet`, as it numbers them."""


def key(purpose):
    """The key of an imaginary person; the same name gives the same key."""
    return Account.from_key(keccak(text=f"currency test: {purpose}"))


def wallet(signer):
    """The same person as an account that brownie sends from."""
    return brownie_accounts.add(signer.key)


def travel(timestamp):
    """The next transaction is mined at this very second."""
    web3.provider.make_request("evm_setNextBlockTimestamp", [int(timestamp)])


def happened(tx, name):
    """The values of a transaction's events of one name, in order."""
    return [dict(event) for event in tx.events[name]] if name in tx.events else []


class Orders:
    """Signs payments and permits for one currency and hands them in."""

    def __init__(self, currency, relayer):
        self.currency, self.relayer = currency, relayer
        _fields, name, version, chain_id, contract, _salt, _extensions = currency.eip712Domain()
        self.domain = Domain(name, version, chain_id, contract)

    def payment(self, payer, payee, amount, nonce=None, deadline=FOREVER, order=ORDER):
        nonce = self.currency.accountOf(payer)[1] if nonce is None else nonce
        return Payment(str(payer), str(payee), amount, nonce, deadline, order)

    def signed(self, signer, payee, amount, domain=None, **fields):
        """An order by a person's own key."""
        return self.payment(signer.address, getattr(payee, "address", payee), amount, **fields).sign(
            signer, domain or self.domain
        )

    def pay(self, signed, signature=None):
        order = signed.payment
        signature = signed.signature if signature is None else signature
        return self.currency.pay(
            order.payer,
            order.payee,
            order.amount,
            order.deadline,
            order.order,
            signature[:32],
            signature[32:],
            {"from": self.relayer},
        )

    def permit(self, signer, spender, value, nonce=None, deadline=FOREVER, owner=None):
        """Hand in a permit by `signer`, in the name of `owner` (by default its own)."""
        owner = owner or signer.address
        nonce = self.currency.nonces(owner) if nonce is None else nonce
        message = Permit(owner, str(spender), value, nonce, deadline)
        signature = signer.unsafe_sign_hash(message.digest(self.domain))
        r, s = signature.r.to_bytes(32, "big"), signature.s.to_bytes(32, "big")
        return self.currency.permit(owner, spender, value, deadline, signature.v, r, s, {"from": self.relayer})

    def signed_by_wallet(self, contract, owner, payee, amount, **fields):
        """An order by a smart account, with the 65-byte signature of its owner."""
        payment = self.payment(contract.address, payee.address, amount, **fields)
        signature = owner.unsafe_sign_hash(payment.digest(self.domain)).signature
        return payment, bytes(signature)

    def pay_by_wallet(self, payment, signature):
        return self.currency.payFromSmartAccount(
            payment.payer,
            payment.payee,
            payment.amount,
            payment.deadline,
            payment.order,
            signature,
            {"from": self.relayer},
        )


_PURPOSES = count()
"""A purpose names one list: each issue of the tests has its own, unless a test says otherwise."""


def _issue(who, amount):
    return Issue(str(getattr(who, "address", who)), amount)


@contextmanager
def _having_code(accounts):
    """City contracts must have code when they are registered; keys that stand for them have it only then."""
    addresses = [str(getattr(account, "address", account)) for account in accounts]
    lent = [address for address in addresses if not web3.eth.get_code(address)]
    for address in lent:
        web3.provider.make_request("anvil_setCode", [address, "0x00"])
    try:
        yield
    finally:
        for address in lent:
            web3.provider.make_request("anvil_setCode", [address, "0x"])


class City:
    """What the officers of the currency do."""

    def __init__(self, currency, officers):
        self.currency, self.officers = currency, officers

    def register(self, kind, *accounts, category=0):
        addresses = [str(getattr(account, "address", account)) for account in accounts]
        if kind == Kind.SYSTEM_CONTRACT:
            return [self.register_contract(address) for address in addresses][-1]
        packed = pack_accounts(addresses)
        return self.currency.register(kind, category, packed, {"from": self.officers.membership})

    def register_contract(self, account, is_one=True):
        with _having_code([account]):
            return self.currency.registerContract(account, is_one, {"from": self.officers.supervisor})

    def reclassify(self, account, kind, category=0):
        return self.currency.reclassify(account, kind, category, {"from": self.officers.membership})

    def issue(self, account, amount, purpose=None):
        return self.issue_many((account, amount), purpose=purpose)

    def issue_many(self, *issues, purpose=None, listed=None, first=0, issuer=None):
        """Issues a batch; `listed`: the whole list that it is a part of, if it is not all of it."""
        issues, listed = ([_issue(*each) for each in some or ()] for some in (issues, listed))
        purpose = purpose or keccak(text=f"purpose {next(_PURPOSES)}")
        sender = {"from": issuer or self.officers.currency}
        return self.currency.issueBatch(pack_issues(issues), purpose, list_id(listed or issues), first, sender)

    def allow_issuing(self, amount, issuer=None):
        issuer = issuer or self.officers.currency
        """Lets an issuer issue `amount` in all from now on; the currency officer stands for the treasury."""
        self.currency.decreaseIssuanceAllowance(issuer, MOST, {"from": self.officers.guardian})
        return self.currency.increaseIssuanceAllowance(issuer, amount, {"from": self.officers.supervisor})

    def freeze(self, account):
        return self.currency.freeze(account, {"from": self.officers.holds_contract})

    def unfreeze(self, account):
        return self.currency.unfreeze(account, {"from": self.officers.holds_contract})

    def pause(self, seconds):
        return self.currency.pause(seconds, {"from": self.officers.guardian})

    def publish(self, table):
        return self.currency.setTransferTable(table, {"from": self.officers.supervisor})


@pytest.fixture(scope="module")
def officers(accounts):
    names = ("admin", "currency", "membership", "holds", "guardian")
    contracts = {"holds_contract": wallet(key("holds contract")), "recovery": wallet(key("recovery contract"))}
    return SimpleNamespace(**dict(zip(names, accounts, strict=False)), supervisor=accounts[7], **contracts)


@pytest.fixture(scope="module")
def access(officers, CityAccess):
    return CityAccess.deploy(officers.admin, {"from": officers.admin})


@pytest.fixture(scope="module")
def appoint(officers, Unclaimed):
    """Appoints contracts, or keys that stand for them, and one that keeps what is left over of accounts."""

    def appointed(currency, treasury=None, holds=None, recovery=None):
        four = [
            treasury or officers.currency,
            holds or officers.holds_contract,
            recovery or officers.recovery,
            Unclaimed.deploy(currency, {"from": officers.admin}),
        ]
        with _having_code(four):
            currency.appoint(*four, {"from": officers.admin})
        currency.registerContract(four[3], True, {"from": officers.admin})
        return four[3]

    return appointed


@pytest.fixture(scope="module")
def open_currency(access, officers, appoint, LocalCurrency):
    """Deploys a currency whose officers have their roles."""

    def opened(name="Dongne Won", table=DEFAULT_TABLE):
        currency = LocalCurrency.deploy(name, "DNW", 0, table, access, {"from": officers.admin})
        holders = {
            Role.CURRENCY_OFFICER: officers.currency,
            Role.CURRENCY_SUPERVISOR: officers.supervisor,
            Role.MEMBERSHIP_OFFICER: officers.membership,
            Role.GUARDIAN: officers.guardian,
        }
        appoint(currency)
        wire(access, currency, holders, officers.admin)
        return currency

    return opened


@pytest.fixture(scope="module")
def open_recoverable_currency(access, officers, appoint, LocalCurrency, Recovery):
    """The same with a real contract for recoveries: a module names it `open_currency`."""

    def opened(name="Dongne Won", table=DEFAULT_TABLE):
        currency = LocalCurrency.deploy(name, "DNW", 0, table, access, {"from": officers.admin})
        recovery = Recovery.deploy(currency, access, {"from": officers.admin})
        appoint(currency, recovery=recovery)
        holders = {
            Role.CURRENCY_OFFICER: officers.currency,
            Role.CURRENCY_SUPERVISOR: officers.supervisor,
            Role.MEMBERSHIP_OFFICER: officers.membership,
            Role.GUARDIAN: officers.guardian,
        }
        wire(access, currency, holders, officers.admin)
        wire(access, recovery, {}, officers.admin)
        return currency

    return opened


@pytest.fixture(scope="module")
def recover(currency, Recovery, officers, relayer):
    """Moves an account to a new key, as the recovery contract does after a week; gives the new wallet."""
    recovery = Recovery.at(currency.appointed()[2])
    _fields, name, version, chain_id, contract, _salt, _extensions = recovery.eip712Domain()
    domain = Domain(name, version, chain_id, contract)

    def recovered(account, new):
        consent = sign(AcceptRecovery(str(account), new.address).digest(domain), new)
        tx = recovery.announce(account, new.address, keccak(b"check"), consent, {"from": officers.membership})
        travel(tx.timestamp + 7 * 86_400)
        recovery.complete(account, {"from": relayer})
        return wallet(new)

    return recovered


@pytest.fixture(scope="module")
def relayer(accounts):
    """Someone without a role who pays the gas."""
    return accounts[5]


@pytest.fixture(scope="module")
def stranger(accounts):
    """Someone whom the city has not registered."""
    return accounts[6]


@pytest.fixture(scope="module")
def payer():
    """A resident's key: signs orders."""
    return key("payer")


@pytest.fixture(scope="module")
def resident(payer):
    """The same resident's wallet: sends transactions."""
    return wallet(payer)


@pytest.fixture(scope="module")
def neighbour():
    """A second resident's key."""
    return key("neighbour")


@pytest.fixture(scope="module")
def shopkeeper():
    """A merchant's key."""
    return key("shopkeeper")


@pytest.fixture(scope="module")
def merchant(shopkeeper):
    """The same merchant's wallet."""
    return wallet(shopkeeper)


@pytest.fixture(scope="module")
def other_merchant():
    return wallet(key("other merchant"))


@pytest.fixture(scope="module")
def institution():
    return wallet(key("institution"))


@pytest.fixture(scope="module")
def system():
    """An address that stands for one of the city's own contracts."""
    return wallet(key("system contract"))


@pytest.fixture(scope="module")
def currency(open_currency, officers, resident, neighbour, merchant, other_merchant, institution, system):
    """A currency with two residents who hold `START` each, two merchants and one account of each other kind."""
    currency = open_currency()
    city = City(currency, officers)
    city.register(Kind.RESIDENT, resident, neighbour)
    city.register(Kind.MERCHANT, merchant, other_merchant, category=TRADE)
    city.register(Kind.INSTITUTION, institution)
    city.register(Kind.SYSTEM_CONTRACT, system)
    city.allow_issuing(MOST)
    city.issue_many((resident, START), (neighbour, START))
    return currency


@pytest.fixture(scope="module")
def unclaimed(currency, Unclaimed):
    """Keeps what is left over of accounts that ended."""
    return Unclaimed.at(currency.appointed()[3])


@pytest.fixture(scope="module")
def city(currency, officers):
    return City(currency, officers)


@pytest.fixture(scope="module")
def cash_out(currency, system):
    """Moves a merchant's money to the city's contract and destroys it there, as the cash-out desk does."""

    def done(merchant, amount):
        currency.transfer(system, amount, {"from": merchant})
        return currency.redeem(amount, PAYOUT, {"from": system})

    return done


@pytest.fixture(scope="module")
def orders(currency, relayer):
    return Orders(currency, relayer)


@pytest.fixture(scope="module")
def open_wallet(ERC1271Wallet, city, officers):
    """Deploys a smart account of one of the mock's modes and registers it, with money, as a resident's."""

    def opened(owner, mode, kind=Kind.RESIDENT, amount=START):
        contract = ERC1271Wallet.deploy(owner.address, MODES.index(mode), {"from": officers.admin})
        city.register(kind, contract)
        city.issue(contract, amount)
        return contract

    return opened


def flip(compact):
    """The other signature of the same key for the same message: s negated, parity flipped."""
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    r, s, v = compact[:32], int.from_bytes(expand(compact)[32:64], "big"), expand(compact)[64]
    return r, (order - s).to_bytes(32, "big"), 55 - v
