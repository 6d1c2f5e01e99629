"""Signed messages of the local currency (EIP-712), one home for each."""

from dataclasses import dataclass
from typing import ClassVar

from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress

from dongne.currency.errors import NotSignedByPayer, NotTheOwner, NotThePayer, OrderNotSignable
from dongne.signing import Domain, TypedMessage, compact_of, sign

ORDER_BYTES = 32


@dataclass(frozen=True, slots=True)
class Payment(TypedMessage):
    """A payer's order to pay; anyone may relay it.

    Attributes:
        payer: account whose key signs.
        payee: account that is paid: a merchant, or a resident who gets a gift or a refund.
        amount: base units of the currency (1 = one won), below 2^48 to fit a batch.
        nonce: the payer's next nonce; strictly sequential, shared with permits.
        deadline: last Unix second at which the order is good.
        order: the payee's reference, 32 bytes; opaque to the chain.
    """

    TYPE: ClassVar[str] = "Payment"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("payer", "address"),
        ("payee", "address"),
        ("amount", "uint256"),
        ("nonce", "uint256"),
        ("deadline", "uint256"),
        ("order", "bytes32"),
    )

    payer: ChecksumAddress
    payee: ChecksumAddress
    amount: int
    nonce: int
    deadline: int
    order: bytes

    def sign(self, key: LocalAccount, domain: Domain) -> "SignedPayment":
        """Sign for one chain and one contract.

        Raises:
            SigningError: `key` is not the payer's, or the order has not 32 bytes.
        """
        if key.address != self.payer:
            raise NotThePayer(key.address, self.payer)
        if len(self.order) != ORDER_BYTES:
            raise OrderNotSignable(len(self.order), ORDER_BYTES)
        return SignedPayment(self, sign(self.digest(domain), key))

    def with_signature(self, signature: bytes, domain: Domain) -> "SignedPayment":
        """The payment with a signature as wallets give it: 65 bytes of the payer's key become the 64 of a batch.

        Whatever the payer's key did not sign is left as it is: it may be for the payer's ERC-1271 contract.
        """
        return SignedPayment(self, compact_of(signature, self.digest(domain), self.payer) or signature)

    def signed_by_wallet(self, signature: bytes, domain: Domain) -> "SignedPayment":
        """The payment with a wallet's signature by the payer's key, of 64 or 65 bytes.

        Raises:
            NotSignedByPayer: it is not a signature of that key over this payment.
        """
        compact = compact_of(signature, self.digest(domain), self.payer)
        if compact is None:
            raise NotSignedByPayer(self.payer)
        return SignedPayment(self, compact)


@dataclass(frozen=True, slots=True)
class SignedPayment:
    """A payment with the payer's signature, ready to be relayed.

    Attributes:
        payment: what was signed.
        signature: 64 bytes (EIP-2098) of the payer's key, or any other length for the payer's ERC-1271 contract.
    """

    payment: Payment
    signature: bytes


@dataclass(frozen=True, slots=True)
class Permit(TypedMessage):
    """An owner's leave for a spender to take up to `value` (EIP-2612).

    Attributes:
        owner: account whose key signs.
        spender: account that may call `transferFrom`.
        value: base units.
        nonce: the owner's next nonce, shared with payments.
        deadline: last Unix second at which the permit is good.
    """

    TYPE: ClassVar[str] = "Permit"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("owner", "address"),
        ("spender", "address"),
        ("value", "uint256"),
        ("nonce", "uint256"),
        ("deadline", "uint256"),
    )

    owner: ChecksumAddress
    spender: ChecksumAddress
    value: int
    nonce: int
    deadline: int

    def sign(self, key: LocalAccount, domain: Domain) -> bytes:
        """Sign for one chain and one contract: 64 bytes, EIP-2098.

        Raises:
            SigningError: `key` is not the owner's.
        """
        if key.address != self.owner:
            raise NotTheOwner(key.address, self.owner)
        return sign(self.digest(domain), key)
