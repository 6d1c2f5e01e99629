"""Gas of the local currency."""

from collections.abc import Iterator

from eth_account.signers.local import LocalAccount
from web3 import Web3
from web3.types import TxReceipt

from dongne.currency import Issue, Kind, LocalCurrency, Payment, Permit, SignedPayment
from dongne.suite import Role
from scripts.gas.measurement import Measurement
from scripts.localchain.suite import LocalSuite, person

_PURPOSE = Web3.keccak(text="top-up")
_AMOUNT = 12_500
_BATCH = 50
_ISSUES = 500


def measure(stage: LocalSuite) -> Iterator[Measurement]:
    """Measure with all balances, nonces and receipts already non-zero: the everyday case."""
    city = _City(stage)
    yield Measurement("transfer", city.transfer(), 35_464, 36_500)
    yield Measurement("transferFrom", city.transfer_from(), 40_832, 42_500)
    yield Measurement("permit", city.permit(), 55_100, 57_500)
    yield Measurement("pay", city.pay(), 40_250, 42_500)
    yield Measurement("payMany_50_each", city.pay_many(), 13_400, 16_000)
    yield Measurement("issueBatch_500_each", city.issue_batch(), 7_148, 7_600)


class _City:
    """Fifty residents and five merchants that have all paid and been paid before."""

    def __init__(self, stage: LocalSuite) -> None:
        self.stage = stage
        self.currency = LocalCurrency(stage.chain, stage.book.address("LocalCurrency"))
        self.domain = self.currency.domain()
        self.wallet = funded(8)
        self.residents = [person(f"payer {number}") for number in range(_BATCH)]
        self.merchants = [person(f"shop {number}").address for number in range(5)]
        self.issuer = stage.officers[Role.CURRENCY_OFFICER]
        self._register()
        self.pay_many()

    def transfer(self) -> int:
        return _gas(self.currency.transfer(self.wallet, self.merchants[0], _AMOUNT))

    def transfer_from(self) -> int:
        spender = self.stage.relayer
        self.currency.approve(self.wallet, spender.address, 10**9)
        return _gas(self.currency.transfer_from(spender, self.wallet.address, self.merchants[0], _AMOUNT))

    def permit(self) -> int:
        owner, deadline = self.residents[0], self.stage.chain.timestamp() + 3_600
        nonce = self.currency.account(owner.address).nonce
        message = Permit(owner.address, self.stage.relayer.address, _AMOUNT, nonce, deadline)
        return _gas(self.currency.permit(self.stage.relayer, message, message.sign(owner, self.domain)))

    def pay(self) -> int:
        return _gas(self.currency.pay(self.stage.relayer, self._payment(self.residents[1], 1)))

    def pay_many(self) -> float:
        payments = [self._payment(resident, number) for number, resident in enumerate(self.residents)]
        before = self.stage.chain.web3.eth.block_number
        outcomes = self.currency.pay_many(self.stage.relayer, payments)
        assert not any(outcome.refusal for outcome in outcomes), "a skipped payment would falsify the figure"
        block = self.stage.chain.web3.eth.get_block(before + 1)
        return block["gasUsed"] / _BATCH

    def issue_batch(self) -> float:
        accounts = [person(f"recipient {number}").address for number in range(_ISSUES)]
        self.currency.register(self.stage.officers[Role.MEMBERSHIP_OFFICER], Kind.RESIDENT, accounts)
        issues = [Issue(account, 30_000) for account in accounts]
        return _gas(self.currency.issue_batch(self.issuer, issues, _PURPOSE)) / _ISSUES

    def _register(self) -> None:
        officer = self.stage.officers[Role.MEMBERSHIP_OFFICER]
        payers = [self.wallet.address, *(resident.address for resident in self.residents)]
        self.currency.register(officer, Kind.RESIDENT, payers)
        self.currency.register(officer, Kind.MERCHANT, self.merchants, category=5_411)
        self.currency.set_issuance_allowance(self.issuer, self.issuer.address, 10**12)
        self.currency.issue_batch(self.issuer, [Issue(payer, 10**6) for payer in payers], _PURPOSE)

    def _payment(self, payer: LocalAccount, number: int) -> SignedPayment:
        deadline = self.stage.chain.timestamp() + 3_600
        nonce = self.currency.account(payer.address).nonce
        order = Web3.keccak(text=f"order {number} {nonce}")
        return Payment(payer.address, self.merchants[number % 5], _AMOUNT, nonce, deadline, order).sign(
            payer, self.domain
        )


def _gas(receipt: TxReceipt) -> int:
    return int(receipt["gasUsed"])
