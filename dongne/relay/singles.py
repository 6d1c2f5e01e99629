"""Messages that go in a transaction of their own each: authorizations, cash-outs, payments with vouchers.

Their contracts take one at a time and revert with a reason, so each is tried before it is sent.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.chain import Call, Chain
from dongne.currency import CashOutDesk, LocalCurrency, SignedAuthorization, TransferAuthorization
from dongne.currency.batch import MAX_DEADLINE
from dongne.currency.cash_out_file import cash_out_of_line
from dongne.currency.files import account_of, amount_of
from dongne.currency.paymentfile import order_of
from dongne.currency.signedfile import row_of_line
from dongne.currency.vouchers import VoucherPayment, Vouchers
from dongne.currency.vouchers.spending import spending_of_line
from dongne.numbers import whole_number
from dongne.relay.errors import NotSignedBy
from dongne.relay.kinds import Item, Reasons, Weight, gas_for
from dongne.signing import compact_of, signature_of

AUTHORIZATION_FIELDS = ("payer", "payee", "amount", "valid_after", "valid_before", "nonce", "signature")
"""Fields of an authorization (EIP-3009) that is handed in."""

SINGLE_GAS = 1_000_000
"""Gas limit of a transaction that carries one message: a smart account's contract may need most of it."""


class Single(ABC):
    """What such messages have in common.

    Attributes:
        NAME: as of `Kind`.
    """

    NAME: ClassVar[str]
    IN_TURN: ClassVar[bool] = False

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def probe(self, item: Item) -> Call:
        """The very call."""
        return self._call(item)

    def next_of(self, signers: Sequence[ChecksumAddress]) -> Mapping[ChecksumAddress, int]:
        """They come in any order."""
        return {}

    def spoilt(self, items: Sequence[Item]) -> Reasons:
        """Each is tried, which says it all."""
        return {}

    def most(self, lane: str) -> int:
        """One."""
        return 1

    def weight(self, item: Item) -> Weight:
        """It has a transaction of its own."""
        return Weight(0, SINGLE_GAS)

    def refusals(self, items: Sequence[Item], receipt: TxReceipt) -> Reasons:
        """A transaction that passed refused nothing."""
        return {}

    def call(self, items: Sequence[Item]) -> Call:
        """The call that carries the one message, with its gas limit."""
        return replace(self._call(items[0]), gas=gas_for(self, items))

    @abstractmethod
    def read(self, content: str) -> Item:
        """A message from its line."""

    @abstractmethod
    def _call(self, item: Item) -> Call:
        """The call that carries it, without a gas limit."""

    def _item(
        self, content: str, digest: bytes, signature: bytes, signer: ChecksumAddress, deadline: int, message: Any
    ) -> Item:
        """The item of a message that its signer signed, or whose signer is a contract."""
        if compact_of(signature, digest, signer) is None and not self._chain.code(signer):
            raise NotSignedBy(signer)
        return Item(digest, self.NAME, self.NAME, signer, 0, deadline, content, message)


def _authorization(decimals: int) -> Mapping[str, Callable[[str], Any]]:
    return {
        "payer": account_of,
        "payee": account_of,
        "amount": lambda text: amount_of(text, decimals),
        "valid_after": lambda text: whole_number(text, 0, MAX_DEADLINE),
        "valid_before": lambda text: whole_number(text, 0, MAX_DEADLINE),
        "nonce": order_of,
        "signature": signature_of,
    }


class Authorizations(Single):
    """Money that its owner lets anyone move (EIP-3009)."""

    NAME = "authorizations"

    def __init__(self, currency: LocalCurrency) -> None:
        super().__init__(currency.chain)
        self._currency, self._domain = currency, currency.domain()
        self._parsers = _authorization(currency.decimals())

    def read(self, content: str) -> Item:
        """An authorization."""
        row = row_of_line(content, AUTHORIZATION_FIELDS)
        values: tuple[Any, ...] = row.values(*((name, self._parsers[name]) for name in AUTHORIZATION_FIELDS))
        *given, signature = values
        message = TransferAuthorization(*given)
        signed = SignedAuthorization(message, signature)
        digest, last = message.digest(self._domain), message.valid_before - 1
        return self._item(content, digest, signature, message.payer, last, signed)

    def _call(self, item: Item) -> Call:
        return self._currency.transfer_with_authorization(item.message)


class CashOuts(Single):
    """Cash-outs that merchants signed for the desk."""

    NAME = "cash-outs"

    def __init__(self, currency: LocalCurrency, desk: CashOutDesk) -> None:
        super().__init__(currency.chain)
        self._desk, self._domain, self._decimals = desk, currency.domain(), currency.decimals()

    def read(self, content: str) -> Item:
        """A cash-out."""
        signed = cash_out_of_line(content, self._decimals, self._desk.address)
        given = signed.authorization
        digest, last = given.digest(self._domain), given.valid_before - 1
        return self._item(content, digest, signed.signature, given.payer, last, signed)

    def _call(self, item: Item) -> Call:
        return self._desk.request(item.message)


class VoucherPayments(Single):
    """Payments with vouchers that holders signed; each programme counts its own nonces."""

    NAME = "voucher-payments"

    def __init__(self, vouchers: Vouchers, decimals: int) -> None:
        super().__init__(vouchers.chain)
        self._vouchers, self._domain, self._decimals = vouchers, vouchers.domain(), decimals

    def read(self, content: str) -> Item:
        """A payment with a voucher."""
        payment, signature = spending_of_line(content, self._decimals)
        digest = payment.digest(self._domain)
        return self._item(content, digest, signature, payment.holder, payment.deadline, (payment, signature))

    def _call(self, item: Item) -> Call:
        message: tuple[VoucherPayment, bytes] = item.message
        return self._vouchers.spend_by_signature(*message)
