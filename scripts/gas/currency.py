"""Gas of the local currency."""

from collections.abc import Iterator

from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from web3 import Web3
from web3.types import TxReceipt

from dongne.currency import Issue, Kind, LocalCurrency, Payment, Permit, SignedPayment
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


def measure(suite: LocalSuite) -> Iterator[Measurement]:
    """The everyday case, with all balances, nonces and counts of purchases non-zero; then what happens less often."""
    city = _City(suite)
    yield Measurement("transfer", [city.transfer(city.shops[seed % _SHOPS]) for seed in _SEEDS], 35_464, 36_700)
    yield Measurement("transferFrom", [city.transfer_from() for _ in _SEEDS], 42_932, 44_700)
    yield Measurement("permit", [city.permit(seed) for seed in _SEEDS], 55_100, 57_500)
    yield Measurement("pay", [city.pay(seed, city.shops[seed % _SHOPS]) for seed in _SEEDS], 41_375, 43_700)
    yield Measurement("payMany_50_each", [city.pay_many() for _ in _SEEDS], 13_400, 16_000)
    yield Measurement("issueBatch_500_each", [city.issue_batch()], 7_148, 7_600)
    yield Measurement("transfer_to_empty_merchant", [city.transfer(city.empty_shop()) for _ in _SEEDS], 35_464, 37_000)
    yield Measurement("pay_to_empty_merchant", [city.pay(seed, city.empty_shop()) for seed in _SEEDS], 41_375, 44_200)
    yield Measurement("refund", [city.refund() for _ in _SEEDS], 35_464, 37_300)
    yield Measurement("transfer_first_of_month", [city.first_transfer() for _ in _SEEDS], 40_464, 43_000)
    yield Measurement("pay_first_of_month", [city.first_payment(seed) for seed in _SEEDS], 46_375, 50_200)


class _City:
    """Fifty residents and five merchants that have all paid and been paid before, and merchants without money."""

    def __init__(self, suite: LocalSuite) -> None:
        self.suite = suite
        self.currency = suite.client(LocalCurrency)
        self.domain = self.currency.domain()
        self.wallet, self.merchant = funded(8), suite.relayer
        self.residents = [person(f"payer {number}") for number in range(_BATCH)]
        self.shops = [person(f"shop {number}").address for number in range(_SHOPS)]
        self._empty_shops = iter([person(f"empty shop {number}").address for number in range(2 * len(_SEEDS))])
        self.issuer = suite.officers[Role.CURRENCY_OFFICER]
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
        """A resident's signed approval."""
        owner, deadline = self.residents[number], self._deadline()
        message = Permit(owner.address, self.suite.relayer.address, _AMOUNT, self._nonce(owner), deadline)
        return _gas(self.currency.permit(message, message.sign(owner, self.domain)).transact(self.suite.relayer))

    def pay(self, number: int, shop: ChecksumAddress) -> int:
        """A signed payment, relayed alone."""
        return _gas(self.currency.pay(self._payment(self.residents[number], shop)).transact(self.suite.relayer))

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
        return _gas(self.currency.issue_batch(issues, Web3.keccak(text="welfare")).transact(self.issuer)) / _ISSUES

    def _register(self) -> None:
        officer = self.suite.officers[Role.MEMBERSHIP_OFFICER]
        payers = [self.wallet.address, *(resident.address for resident in self.residents)]
        self.currency.register(Kind.RESIDENT, payers).transact(officer)
        shops = [*self.shops, self.merchant.address]
        self.currency.register(Kind.MERCHANT, shops, category=5_411).transact(officer)
        supervisor = self.suite.officers[Role.CURRENCY_SUPERVISOR]
        self.currency.increase_issuance_allowance(self.issuer.address, 10**12).transact(supervisor)
        self.currency.issue_batch([Issue(payer, 10**6) for payer in payers], _PURPOSE).transact(self.issuer)

    def _payment(self, payer: LocalAccount, shop: ChecksumAddress) -> SignedPayment:
        nonce = self._nonce(payer)
        order = Web3.keccak(text=f"order of {payer.address} {nonce}")
        return Payment(payer.address, shop, _AMOUNT, nonce, self._deadline(), order).sign(payer, self.domain)

    def _nonce(self, payer: LocalAccount) -> int:
        return self.currency.account(payer.address).nonce

    def _deadline(self) -> int:
        """A midnight ahead: seconds that differ between runs would change the zero bytes of what is signed."""
        return (self.suite.chain.timestamp() // _DAY + 10) * _DAY


def _gas(receipt: TxReceipt) -> int:
    return int(receipt["gasUsed"])
