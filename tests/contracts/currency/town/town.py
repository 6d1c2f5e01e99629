"""A whole town on one chain: all contracts of the currency, every office, and twelve people with their keys."""

from itertools import count

from brownie import (
    CashOutDesk,
    CityAccess,
    Holds,
    LocalCurrency,
    Recovery,
    Treasury,
    Unclaimed,
    Vouchers,
    accounts,
    chain,
    web3,
)
from eth_utils.crypto import keccak

from dongne.currency import (
    DEFAULT_TABLE,
    AcceptRecovery,
    Issue,
    Kind,
    ReceiveAuthorization,
    list_id,
    pack_accounts,
    pack_issues,
)
from dongne.currency.cash_out_desk import pack_ids
from dongne.currency.vouchers import Grant, GrantPlan
from dongne.signing import Domain, sign
from dongne.suite import SUITE, Role
from tests.contracts.currency.conftest import FOREVER, MOST, key, travel, wallet
from tests.contracts.wiring import wire

DAY = 86_400
TRADE, OTHER_TRADE = 5_411, 5_812
BANK, EVIDENCE, RULING = keccak(b"bank"), keccak(b"evidence"), keccak(b"ruling")
RESIDENTS, MERCHANTS, INSTITUTIONS = range(6), range(6, 9), range(9, 11)
STRANGER = 11
ACTORS = range(12)
KINDS = {
    **dict.fromkeys(RESIDENTS, Kind.RESIDENT),
    **dict.fromkeys(MERCHANTS, Kind.MERCHANT),
    **dict.fromkeys(INSTITUTIONS, Kind.INSTITUTION),
    STRANGER: Kind.NONE,
}
TRADES = {**dict.fromkeys(MERCHANTS[:2], TRADE), **dict.fromkeys(MERCHANTS[2:], OTHER_TRADE)}
"""Of merchants when they are registered."""

OFFICES = (
    Role.CURRENCY_OFFICER,
    Role.MEMBERSHIP_OFFICER,
    Role.HOLDS_OFFICER,
    Role.GUARDIAN,
    Role.CURRENCY_SUPERVISOR,
    Role.VOUCHER_OFFICER,
    Role.SETTLEMENT_OFFICER,
    Role.DETECTOR,
    Role.HOLDS_REVIEWER,
    Role.RESERVE_ATTESTER,
)
"""Who decides about money, each with an account of its own."""

CONTRACTS = (LocalCurrency, CashOutDesk, Recovery, Treasury, Holds, Vouchers, Unclaimed)

LONG = 2_000
"""Steps of the long profile, in which every act succeeds with most seeds, and all but two must with each."""


class Town:
    """The contracts, deployed and wired as the suite's table says; what offices and people do there."""

    def __init__(self):
        self.admin = accounts[0]
        self.officers = {role: accounts[number] for number, role in enumerate(OFFICES, 10)}
        self.relayer, self._lists, self._nonces, self._keys = accounts[30], count(), count(), count()
        self.access = CityAccess.deploy(self.admin, {"from": self.admin})
        deployed = {"CityAccess": self.access}
        terms = {
            "currency_name": "Town Won",
            "currency_symbol": "TW",
            "currency_decimals": 0,
            "transfer_table": DEFAULT_TABLE,
        }
        for each in CONTRACTS:
            given = [deployed.get(name, terms.get(name)) for name in SUITE[each._name].arguments]
            deployed[each._name] = each.deploy(*given, {"from": self.admin})
        self.currency, self.desk, self.recovery, self.treasury = list(deployed.values())[1:5]
        self.holds, self.vouchers, self.unclaimed = list(deployed.values())[5:]
        self.currency.appoint(self.treasury, self.holds, self.recovery, self.unclaimed, {"from": self.admin})
        for contract in (self.desk, self.vouchers, self.unclaimed):
            self.currency.registerContract(contract, True, {"from": self.admin})
        for each in CONTRACTS:
            wire(self.access, deployed[each._name], {}, self.admin)
        for role, holder in self.officers.items():
            self.access.grantRole(role, holder, 0, {"from": self.admin})
        self.keys = self.first_keys()
        self.domains = {each: _domain(deployed[each]) for each in ("LocalCurrency", "Recovery", "Holds", "Vouchers")}

    def settle(self):
        """Register everybody, attest a reserve, let the treasury issue, set terms of top-ups and a budget."""
        for kind, some in ((Kind.RESIDENT, RESIDENTS), (Kind.INSTITUTION, INSTITUTIONS)):
            self.register(kind, *(self.address(actor) for actor in some))
        for actor, trade in TRADES.items():
            self.register(Kind.MERCHANT, self.address(actor), trade=trade)
        self.as_(Role.CURRENCY_SUPERVISOR, self.currency.increaseIssuanceAllowance, self.treasury, MOST)

    def take_delays(self):
        """From now on administrator and supervisor announce their calls, and the guardian can cancel them."""
        for role in OFFICES:
            if role != Role.GUARDIAN:
                self.access.setRoleGuardian(role, Role.GUARDIAN, {"from": self.admin})
        supervisor = self.officers[Role.CURRENCY_SUPERVISOR]
        self.access.grantRole(Role.CURRENCY_SUPERVISOR, supervisor, DAY, {"from": self.admin})
        self.access.grantRole(Role.ADMINISTRATOR, self.admin, DAY, {"from": self.admin})

    def announce_call(self, holder, contract, name, *arguments):
        """Announces a call; gives the Unix seconds from which on it can be made."""
        data = getattr(contract, name).encode_input(*arguments)
        return self.access.schedule(contract, data, 0, {"from": holder}).timestamp + DAY

    def announced(self, holder, contract, name, *arguments, meanwhile=None):
        """A call that its sender has announced a day before; `meanwhile` happens in that day."""
        ready = self.announce_call(holder, contract, name, *arguments)
        if meanwhile is not None:
            meanwhile()
        at(ready)
        return getattr(contract, name)(*arguments, {"from": holder})

    # What the chain says

    def balances(self, addresses):
        """Balances of many addresses, asked for in one request."""
        calls = [
            ("eth_call", [{"to": self.currency.address, "data": self.currency.balanceOf.encode_input(each)}, "latest"])
            for each in addresses
        ]
        answers = web3.provider.make_batch_request(calls)
        return [int(answer["result"], 16) for answer in answers]

    # Who is who

    @staticmethod
    def first_keys():
        """The keys that everybody has before any was lost."""
        return {actor: key(f"town {actor}") for actor in ACTORS}

    def address(self, actor):
        return self.keys[actor].address

    def wallet(self, actor):
        return wallet(self.keys[actor])

    def new_key(self):
        return key(f"town, new key {next(self._keys)}")

    def as_(self, role, function, *arguments):
        """What the holder of a role calls."""
        return function(*arguments, {"from": self.officers[role]})

    # What offices do

    def register(self, kind, *addresses, trade=0):
        packed = pack_accounts(addresses)
        return self.as_(Role.MEMBERSHIP_OFFICER, self.currency.register, kind, trade, packed)

    def attest(self, reserve, ago=0, days=30, now=None):
        as_of = (chain[-1].timestamp if now is None else now) - ago
        expires = as_of + days * DAY
        return self.as_(Role.RESERVE_ATTESTER, self.treasury.attest, reserve, as_of, expires, EVIDENCE)

    def issue(self, *pairs):
        return self._serve(self.treasury.issueBatch, pairs)

    def top_up(self, *pairs):
        return self._serve(self.treasury.topUpBatch, pairs)

    def _serve(self, function, pairs):
        items = [Issue(address, amount) for address, amount in pairs]
        purpose = keccak(text=f"town list {next(self._lists)}")
        return self.as_(Role.CURRENCY_OFFICER, function, pack_issues(items), purpose, list_id(items), 0)

    def settle_cash_outs(self, *ids):
        return self.as_(Role.SETTLEMENT_OFFICER, self.desk.settleBatch, pack_ids(ids), BANK)

    def announce(self, address, new):
        digest = AcceptRecovery(address, new.address).digest(self.domains["Recovery"])
        consent = sign(digest, new)
        return self.as_(Role.MEMBERSHIP_OFFICER, self.recovery.announce, address, new.address, EVIDENCE, consent)

    def grant(self, programme, holder, amount):
        purpose = keccak(text=f"town list {next(self._lists)}")
        plan = GrantPlan.of(programme, purpose, [Grant(holder, amount)])
        items = pack_issues([Issue(holder, amount)])
        return self.as_(Role.VOUCHER_OFFICER, self.vouchers.grantBatch, programme, plan.list_id, 0, items)

    # What people do

    def pay(self, payer, payee, amount):
        return self.currency.transfer(payee, amount, {"from": self.wallet(payer)})

    def cash_out(self, merchant, amount):
        nonce = keccak(text=f"town cash-out {next(self._nonces)}")
        address = self.address(merchant)
        after = self.currency.kindEndedAt(address)
        given = ReceiveAuthorization(address, self.desk.address, amount, after, FOREVER, nonce)
        signature = sign(given.digest(self.domains["LocalCurrency"]), self.keys[merchant])
        terms = (given.payer, amount, given.valid_after, FOREVER, nonce, signature)
        return self.desk.request(*terms, {"from": self.relayer})


def _domain(contract):
    _fields, name, version, chain_id, address, _salt, _extensions = contract.eip712Domain()
    return Domain(name, version, chain_id, address)


def at(timestamp):
    """The next transaction is mined at this very second."""
    travel(timestamp)
