"""Payments that payers signed: those of keys in large batches, those of smart accounts in small ones of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.chain import Call
from dongne.currency import LocalCurrency, Refusal, SignedPayment
from dongne.currency.paymentfile import payment_of_line
from dongne.currency.relay import BATCH, KEY_GAS, SMART_BATCH, SMART_GAS
from dongne.relay.errors import NotSignedBy
from dongne.relay.kinds import Item, Reasons, Weight, gas_for
from dongne.signing import compact_of

_HEAD_BYTES = 85
_SMART = "payments of smart accounts"


class Payments:
    """Payments of the local currency."""

    NAME: ClassVar[str] = "payments"
    IN_TURN: ClassVar[bool] = True

    def __init__(self, currency: LocalCurrency) -> None:
        self._currency = currency
        self._decimals, self._domain = currency.decimals(), currency.domain()

    def read(self, content: str) -> Item:
        """A payment; what the payer's key did not sign may be a smart account's, which only its contract can tell."""
        signed = payment_of_line(content, self._decimals, self._domain)
        payment, digest = signed.payment, signed.payment.digest(self._domain)
        lane = self.NAME if compact_of(signed.signature, digest, payment.payer) else self._lane_of_contract(signed)
        return Item(digest, self.NAME, lane, payment.payer, payment.nonce, payment.deadline, content, signed)

    def probe(self, item: Item) -> Call:
        """The single payment, which reverts with its reason."""
        signed: SignedPayment = item.message
        return self._currency.pay(signed) if item.lane == self.NAME else self._currency.pay_from_smart_account(signed)

    def next_of(self, signers: Sequence[ChecksumAddress]) -> Mapping[ChecksumAddress, int]:
        """Payers' next nonces."""
        states = self._currency.accounts(list(signers))
        return {payer: state.nonce for payer, state in zip(signers, states, strict=True)}

    def spoilt(self, items: Sequence[Item]) -> Reasons:
        """Nonces and deadlines say it all."""
        return {}

    def most(self, lane: str) -> int:
        """A smart account's contract may burn all the gas that it gets: few share a transaction."""
        return BATCH if lane == self.NAME else SMART_BATCH

    def weight(self, item: Item) -> Weight:
        """The packed payment."""
        signed: SignedPayment = item.message
        return Weight(_HEAD_BYTES + len(signed.signature), KEY_GAS if item.lane == self.NAME else SMART_GAS)

    def call(self, items: Sequence[Item]) -> Call:
        """One batch."""
        return replace(self._currency.pay_many([item.message for item in items]), gas=gas_for(self, items))

    def refusals(self, items: Sequence[Item], receipt: TxReceipt) -> Reasons:
        """Those that the contract skipped."""
        outcomes = self._currency.outcomes(receipt, [item.message for item in items])
        return {
            item.id: outcome.refusal
            for item, outcome in zip(items, outcomes, strict=True)
            if outcome.refusal is not Refusal.NONE
        }

    def _lane_of_contract(self, signed: SignedPayment) -> str:
        payer = signed.payment.payer
        if not self._currency.chain.code(payer):
            raise NotSignedBy(payer)
        return _SMART
