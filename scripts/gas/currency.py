"""Gas of the local currency."""

from collections.abc import Callable, Iterator
from functools import cached_property

from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from web3 import Web3
from web3.types import TxReceipt

from dongne.currency import (
    CashOutDesk,
    Issue,
    Kind,
    LocalCurrency,
    Payment,
    Permit,
    ReceiveAuthorization,
    SignedPayment,
    TopUpTerms,
    TransferAuthorization,
    Treasury,
)
from dongne.currency.incentives import CashbackList, Incentives, Place, Rate
from dongne.currency.incentives import Terms as IncentiveTerms
from dongne.currency.merkle import MerkleTree
from dongne.currency.vouchers import Grant, GrantPlan, Terms, VoucherPayment, Vouchers
from dongne.months import begin_of, month_of
from dongne.suite import Role
from scripts.gas.measurement import Measurement
from scripts.localchain.anvil import funded
from scripts.localchain.suite import LocalSuite, person

_DAY = 86_400
_PURPOSE = Web3.keccak(text="top-up")
_AMOUNT = 12_500
_BATCH = 50
_ISSUES = 500
_SHOPS = 5
_SEEDS = range(9)
_MONTH = 32 * 86_400
_CASH_OUTS = 100
_DEPOSITS = 100


def measure(suite: LocalSuite) -> Iterator[Measurement]:
    """The everyday case, with all balances, nonces and counts of purchases non-zero; then what happens less often."""
    city = _City(suite)
    yield Measurement("transfer", [city.transfer(city.shops[seed % _SHOPS]) for seed in _SEEDS], 35_464, 36_700)
    yield Measurement("transferFrom", [city.transfer_from() for _ in _SEEDS], 42_932, 44_700)
    yield Measurement("permit", [city.permit(seed) for seed in _SEEDS], 57_200, 59_800)
    yield Measurement("pay", [city.pay(seed, city.shops[seed % _SHOPS]) for seed in _SEEDS], 41_375, 43_700)
    yield Measurement("payMany_50_each", [city.pay_many() for _ in _SEEDS], 13_400, 16_000)
    yield Measurement("issueBatch_500_each", [city.issue_batch()], 7_148, 7_700)
    yield Measurement("transfer_to_empty_merchant", [city.transfer(city.empty_shop()) for _ in _SEEDS], 35_464, 37_200)
    yield Measurement("pay_to_empty_merchant", [city.pay(seed, city.empty_shop()) for seed in _SEEDS], 41_375, 44_400)
    yield Measurement("refund", [city.refund() for _ in _SEEDS], 35_464, 37_300)
    sequential = [city.authorized(seed, city.next_nonce) for seed in _SEEDS]
    yield Measurement("transferWithAuthorization_sequential", sequential, 42_700, 45_000)
    drawn = [city.authorized(seed, city.drawn_nonce) for seed in _SEEDS]
    yield Measurement("transferWithAuthorization_random", drawn, 64_800, 68_000)
    yield Measurement("topUpBatch_100_each", [city.top_up_batch()], 12_100, 24_500)
    cash_outs = [city.cash_out(seed) for seed in range(_CASH_OUTS)]
    yield Measurement("cashOut_request", cash_outs[1:], 105_000, 125_000)
    yield Measurement("settleBatch_100_each", [city.settle()], 4_100, 6_200)
    yield Measurement("voucher_grantBatch_500_each", [city.grant_batch()], 24_100, 27_500)
    yield Measurement("voucher_spend", [city.spend_voucher(seed) for seed in _SEEDS], 60_000, 110_000)
    yield Measurement("voucher_claim_20deep", [city.claim_voucher(seed) for seed in _SEEDS], 55_000, 100_000)
    first, *later = [city.cashback(number) for number in range(4)]
    yield Measurement("cashback_settle_100_each", later, 14_500, 27_500)
    yield Measurement("cashback_settle_first_time_100_each", [first], 31_600, 45_000)
    yield Measurement("transfer_first_of_month", [city.first_transfer() for _ in _SEEDS], 40_464, 43_000)
    yield Measurement("pay_first_of_month", [city.first_payment(seed) for seed in _SEEDS], 46_375, 50_200)


class _City:
    """Fifty residents and five merchants that have all paid and been paid before, and merchants without money."""

    def __init__(self, suite: LocalSuite) -> None:
        self.suite = suite
        self.currency = suite.client(LocalCurrency)
        self.desk, self.domain = suite.client(CashOutDesk), self.currency.domain()
        self.vouchers = suite.client(Vouchers)
        self.wallet, self.merchant = funded(8), suite.relayer
        self.residents = [person(f"payer {number}") for number in range(_BATCH)]
        self.shops = [person(f"shop {number}").address for number in range(_SHOPS)]
        self._empty_shops = iter([person(f"empty shop {number}").address for number in range(2 * len(_SEEDS))])
        self._register()
        self.pay_many()
        self.transfer(self.merchant.address)

    def empty_shop(self) -> ChecksumAddress:
        """A merchant that was never paid."""
        shop = next(self._empty_shops)
        officer = self.suite.officers[Role.MEMBERSHIP_OFFICER]
        self.currency.register(Kind.MERCHANT, [shop], category=5_411).transact(officer)
        return shop

    def transfer(self, shop: ChecksumAddress) -> int:
        """A resident's payment from its own wallet."""
        return _gas(self.currency.transfer(shop, _AMOUNT).transact(self.wallet))

    def refund(self) -> int:
        """A merchant's payment back, out of what it received this month."""
        self.transfer(self.merchant.address)
        return _gas(self.currency.transfer(self.wallet.address, _AMOUNT // 2).transact(self.merchant))

    def transfer_from(self) -> int:
        """A payment by a spender that the payer approved."""
        spender = self.suite.relayer
        self.currency.approve(spender.address, 10**9).transact(self.wallet)
        return _gas(self.currency.transfer_from(self.wallet.address, self.shops[0], _AMOUNT).transact(spender))

    def permit(self, number: int) -> int:
        """A resident's signed approval of a new spender; it has approved another one by permit before."""
        owner, deadline = self.residents[number], self._deadline()
        for spender in (self.shops[0], self.suite.relayer.address):
            nonce = self.currency.permit_nonce(owner.address)
            message = Permit(owner.address, spender, _AMOUNT, nonce, deadline)
            receipt = self.currency.permit(message, message.sign(owner, self.domain)).transact(self.suite.relayer)
        return _gas(receipt)

    def pay(self, number: int, shop: ChecksumAddress) -> int:
        """A signed payment, relayed alone."""
        return _gas(self.currency.pay(self._payment(self.residents[number], shop)).transact(self.suite.relayer))

    def authorized(self, number: int, nonce: Callable[[LocalAccount], bytes]) -> int:
        """An EIP-3009 transfer to a shop, relayed."""
        payer = self.residents[number]
        given = TransferAuthorization(payer.address, self.shops[0], _AMOUNT, 0, self._deadline(), nonce(payer))
        call = self.currency.transfer_with_authorization(given.sign(payer, self.domain))
        return _gas(call.transact(self.suite.relayer))

    def next_nonce(self, payer: LocalAccount) -> bytes:
        """The payer's next payment nonce, as an authorization's."""
        return self._nonce(payer).to_bytes(32, "big")

    def drawn_nonce(self, payer: LocalAccount) -> bytes:
        """A nonce as wallets draw it."""
        return bytes(Web3.keccak(text=f"nonce of {payer.address}"))

    def cash_out(self, number: int) -> int:
        """A merchant's cash-out, handed in by somebody else; the merchant keeps money."""
        self.transfer(self.merchant.address)
        reference = bytes(Web3.keccak(text=f"cash-out {number}"))
        given = ReceiveAuthorization(
            self.merchant.address, self.desk.address, _AMOUNT // 2, 0, self._deadline(), reference
        )
        return _gas(self.desk.request(given.sign(self.merchant, self.domain)).transact(funded(7)))

    def settle(self) -> float:
        """A cash-out of a batch, paid by the bank."""
        self.suite.pass_time(4 * _DAY)
        officer = self.suite.officers[Role.SETTLEMENT_OFFICER]
        receipt = self.desk.settle(range(_CASH_OUTS), Web3.keccak(text="bank")).transact(officer)
        return _gas(receipt) / _CASH_OUTS

    def first_transfer(self) -> int:
        """The payment that finds the month over: it turns the month for all accounts."""
        self.suite.pass_time(_MONTH)
        return self.transfer(self.shops[0])

    def first_payment(self, number: int) -> int:
        """The same by a signed payment."""
        self.suite.pass_time(_MONTH)
        return self.pay(number, self.shops[number % _SHOPS])

    def pay_many(self) -> float:
        """A signed payment of a batch."""
        payments = [self._payment(payer, self.shops[number % _SHOPS]) for number, payer in enumerate(self.residents)]
        receipt = self.currency.pay_many(payments).transact(self.suite.relayer)
        outcomes = self.currency.outcomes(receipt, payments)
        assert not any(outcome.refusal for outcome in outcomes), "a skipped payment would falsify the figure"
        return _gas(receipt) / _BATCH

    def issue_batch(self) -> float:
        """New money for an account of a batch."""
        accounts = [person(f"recipient {number}").address for number in range(_ISSUES)]
        self.currency.register(Kind.RESIDENT, accounts).transact(self.suite.officers[Role.MEMBERSHIP_OFFICER])
        issues = [Issue(account, 30_000) for account in accounts]
        self.suite.back(30_000 * _ISSUES)
        treasury, issuer = self.suite.client(Treasury), self.suite.officers[Role.CURRENCY_OFFICER]
        return _gas(treasury.issue_batch(issues, Web3.keccak(text="welfare")).transact(issuer)) / _ISSUES

    def top_up_batch(self) -> float:
        """A resident's deposit with its bonus, of a batch: the resident has money, and deposited the month before."""
        treasury, officers = self.suite.client(Treasury), self.suite.officers
        accounts = [person(f"depositor {number}").address for number in range(_DEPOSITS)]
        self.currency.register(Kind.RESIDENT, accounts).transact(officers[Role.MEMBERSHIP_OFFICER])
        supervisor, issuer = officers[Role.CURRENCY_SUPERVISOR], officers[Role.CURRENCY_OFFICER]
        treasury.set_top_up_terms(TopUpTerms(1_000, 500_000, 2_000_000)).transact(supervisor)
        treasury.increase_bonus_budget(10**9).transact(supervisor)
        for month in range(2):
            self.suite.pass_time(_MONTH)
            self.suite.back(10**9)
            deposits = [Issue(account, 300_000) for account in accounts]
            receipt = treasury.top_up_batch(deposits, Web3.keccak(text=f"deposits {month}")).transact(issuer)
        return _gas(receipt) / _DEPOSITS

    def grant_batch(self) -> float:
        """A first grant of a list, out of a programme that the gas city funds."""
        self._open_programme()
        plan = GrantPlan.of(1, _PURPOSE, [Grant(person(f"recipient {n}").address, 30_000) for n in range(_ISSUES)])
        officer = self.suite.officers[Role.VOUCHER_OFFICER]
        receipt = self.vouchers.grant_batch(1, plan.list_id, 0, plan.grants).transact(officer)
        return _gas(receipt) / _ISSUES

    def spend_voucher(self, number: int) -> int:
        """A signed payment by voucher at a shop where it has paid before."""
        holder, shop = person(f"recipient {number}"), self.merchant.address
        for _ in range(2):
            nonce = self.vouchers.voucher(1, holder.address).nonce
            order = bytes(Web3.keccak(text=f"voucher of {number}"))
            payment = VoucherPayment(holder.address, shop, 1, 1_000, nonce, self._deadline(), order)
            signature = payment.sign(holder, self.vouchers.domain())
            receipt = self.vouchers.spend_by_signature(payment, signature).transact(self.suite.relayer)
        return _gas(receipt)

    def claim_voucher(self, number: int) -> int:
        """A claim of somebody who holds a voucher already, from a published list as deep as one of a million places."""
        holder, purpose = person(f"recipient {number}").address, bytes(Web3.keccak(text=f"deep {number}"))
        plan = _DeepPlan(1, purpose, (Grant(holder, 9),))
        self.vouchers.publish(plan).transact(self.suite.officers[Role.VOUCHER_OFFICER])
        return _gas(self.vouchers.claim(plan, 0).transact(self.suite.relayer))

    def cashback(self, month: int) -> float:
        """A resident's cash-back of a part of 100, who was rewarded the month before unless `month` is 0."""
        incentives, officer = self.suite.client(Incentives), self.suite.officers[Role.INCENTIVE_OFFICER]
        now = month_of(self.suite.chain.timestamp())
        if month == 0:
            self._open_incentive(now)
        buyers = [person(f"depositor {number}") for number in range(_DEPOSITS)]
        self.currency.pay_many([self._payment(each, self.shops[0]) for each in buyers]).transact(self.suite.relayer)
        self.suite.move_clock_to(begin_of(now + 1) + 7 * _DAY)
        listed = CashbackList.of(now, Rate(1_000, 10**6), [Place(each.address, _AMOUNT) for each in buyers])
        incentives.publish(1, listed).transact(officer)
        self.suite.pass_time(3 * _DAY)
        return _gas(incentives.pay(1, listed, 0).transact(self.suite.relayer)) / _DEPOSITS

    def _open_incentive(self, month: int) -> None:
        """A programme of two years with money for all of them; the clock stands at its first month's begin."""
        incentives, funder = self.suite.client(Incentives), funded(6)
        self.suite.issue([Issue(funder.address, 10**9)], bytes(Web3.keccak(text="cash-back")))
        terms = IncentiveTerms(funder.address, month, month + 20, 1_000, 10**6, (5_411,))
        incentives.open(terms).transact(self.suite.officers[Role.CURRENCY_SUPERVISOR])
        self.currency.approve(incentives.address, 10**9).transact(funder)
        incentives.fund(1, 10**9).transact(funder)

    def _open_programme(self) -> None:
        """A programme whose funder is an institution, with money for all grants."""
        officers, funder = self.suite.officers, funded(6)
        self.currency.register(Kind.INSTITUTION, [funder.address]).transact(officers[Role.MEMBERSHIP_OFFICER])
        self.suite.issue([Issue(funder.address, 10**9)], bytes(Web3.keccak(text="heating")))
        now = self.suite.chain.timestamp()
        terms = Terms(funder.address, now, now + 20 * _MONTH, 6_000, 10**6, (5_411,))
        self.vouchers.open(terms).transact(officers[Role.CURRENCY_SUPERVISOR])
        self.currency.approve(self.vouchers.address, 10**9).transact(funder)
        self.vouchers.fund(1, 10**9).transact(funder)

    def _register(self) -> None:
        officer = self.suite.officers[Role.MEMBERSHIP_OFFICER]
        payers = [self.wallet.address, *(resident.address for resident in self.residents)]
        self.currency.register(Kind.RESIDENT, payers).transact(officer)
        shops = [*self.shops, self.merchant.address]
        self.currency.register(Kind.MERCHANT, shops, category=5_411).transact(officer)
        self.suite.issue([Issue(payer, 10**7) for payer in payers], _PURPOSE)

    def _payment(self, payer: LocalAccount, shop: ChecksumAddress) -> SignedPayment:
        nonce = self._nonce(payer)
        order = Web3.keccak(text=f"order of {payer.address} {nonce}")
        return Payment(payer.address, shop, _AMOUNT, nonce, self._deadline(), order).sign(payer, self.domain)

    def _nonce(self, payer: LocalAccount) -> int:
        return self.currency.account(payer.address).nonce

    def _deadline(self) -> int:
        """A midnight ahead: seconds that differ between runs would change the zero bytes of what is signed."""
        return (self.suite.chain.timestamp() // _DAY + 10) * _DAY


class _DeepPlan(GrantPlan):
    """A list of one person whose proof has 20 hashes: the other branches are made up, which a contract cannot tell."""

    @cached_property
    def tree(self) -> MerkleTree:
        """The root that the proof leads to."""
        node = self.leaf(0)
        for branch in self.proof(0):
            node = bytes(Web3.keccak(min(node, branch) + max(node, branch)))
        return MerkleTree((node,), {})

    def proof(self, place: int) -> list[bytes]:
        """Twenty branches."""
        return [bytes(Web3.keccak(text=f"branch {level} of {place}")) for level in range(20)]


def _gas(receipt: TxReceipt) -> int:
    return int(receipt["gasUsed"])
