"""Signed messages of the local currency (EIP-712), one home for each."""

from dataclasses import dataclass
from typing import Any, ClassVar

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
        nonce: the payer's next payment nonce; strictly sequential.
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
        nonce: the owner's next permit nonce.
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


@dataclass(frozen=True, slots=True)
class Authorization(TypedMessage):
    """Base of EIP-3009's authorizations to move money; they need no order among each other.

    Attributes:
        payer: account whose key, or contract, signs.
        payee: account that is paid.
        value: base units.
        valid_after: Unix seconds; it counts from the next second on. Where the payer was something else before, not
            before that ended (`LocalCurrency.kind_ended_at`).
        valid_before: Unix seconds; it counts until the second before.
        nonce: 32 random bytes. A number below 2^40 is the payer's next payment nonce.
    """

    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("from", "address"),
        ("to", "address"),
        ("value", "uint256"),
        ("validAfter", "uint256"),
        ("validBefore", "uint256"),
        ("nonce", "bytes32"),
    )

    payer: ChecksumAddress
    payee: ChecksumAddress
    value: int
    valid_after: int
    valid_before: int
    nonce: bytes

    def values(self) -> dict[str, Any]:
        """The fields by their EIP-712 names, one of which Python keeps for itself."""
        ours = (self.payer, self.payee, self.value, self.valid_after, self.valid_before, self.nonce)
        return {name: value for (name, _type), value in zip(self.FIELDS, ours, strict=True)}

    def sign(self, key: LocalAccount, domain: Domain) -> "SignedAuthorization":
        """Sign for one chain and one contract.

        Raises:
            SigningError: `key` is not the payer's.
        """
        if key.address != self.payer:
            raise NotThePayer(key.address, self.payer)
        return SignedAuthorization(self, sign(self.digest(domain), key))


@dataclass(frozen=True, slots=True)
class TransferAuthorization(Authorization):
    """Money to be moved by whoever hands it in."""

    TYPE: ClassVar[str] = "TransferWithAuthorization"


@dataclass(frozen=True, slots=True)
class ReceiveAuthorization(Authorization):
    """Money to be moved by the payee only."""

    TYPE: ClassVar[str] = "ReceiveWithAuthorization"


@dataclass(frozen=True, slots=True)
class SignedAuthorization:
    """An authorization with its signature.

    Attributes:
        authorization: what was signed.
        signature: 64 or 65 bytes of the payer's key, or whatever the payer's ERC-1271 contract takes.
    """

    authorization: Authorization
    signature: bytes


@dataclass(frozen=True, slots=True)
class CancelAuthorization(TypedMessage):
    """Voids an authorization that was not used yet (EIP-3009).

    Attributes:
        authorizer: account that signed it.
        nonce: of the authorization.
    """

    TYPE: ClassVar[str] = "CancelAuthorization"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (("authorizer", "address"), ("nonce", "bytes32"))

    authorizer: ChecksumAddress
    nonce: bytes

    def sign(self, key: LocalAccount, domain: Domain) -> bytes:
        """Sign for one chain and one contract: 64 bytes, EIP-2098.

        Raises:
            SigningError: `key` is not the authorizer's.
        """
        if key.address != self.authorizer:
            raise NotThePayer(key.address, self.authorizer)
        return sign(self.digest(domain), key)


@dataclass(frozen=True, slots=True)
class Appeal(TypedMessage):
    """An owner objects to a hold; signed for the `Holds` contract.

    Attributes:
        id: number of the case.
        statement: salted hash of what the owner says.
    """

    TYPE: ClassVar[str] = "Appeal"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("id", "uint256"),
        ("statement", "bytes32"),
    )

    id: int
    statement: bytes


@dataclass(frozen=True, slots=True)
class AppealFreeze(TypedMessage):
    """An owner objects to a freeze; signed for the `Holds` contract.

    Attributes:
        account: which was frozen.
        statement: salted hash of what the owner says.
    """

    TYPE: ClassVar[str] = "AppealFreeze"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("account", "address"),
        ("statement", "bytes32"),
    )

    account: ChecksumAddress
    statement: bytes


@dataclass(frozen=True, slots=True)
class ClaimMoney(TypedMessage):
    """An owner claims what is kept for an account that ended; signed for the `Unclaimed` contract.

    Attributes:
        account: whose key signs.
        to: which account gets it.
        deadline: last Unix second at which the claim is good.
    """

    TYPE: ClassVar[str] = "ClaimMoney"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("account", "address"),
        ("to", "address"),
        ("deadline", "uint256"),
    )

    account: ChecksumAddress
    to: ChecksumAddress
    deadline: int


@dataclass(frozen=True, slots=True)
class AcceptRecovery(TypedMessage):
    """A new key agrees to take an account over; signed for the `Recovery` contract.

    Attributes:
        account: the account whose key was lost.
        to: the new address, whose key signs.
    """

    TYPE: ClassVar[str] = "AcceptRecovery"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("from", "address"),
        ("to", "address"),
    )

    account: ChecksumAddress
    to: ChecksumAddress

    def values(self) -> dict[str, Any]:
        """The fields by their EIP-712 names, one of which Python keeps for itself."""
        return {"from": self.account, "to": self.to}


@dataclass(frozen=True, slots=True)
class CancelRecovery(TypedMessage):
    """The old key cancels a recovery; signed for the `Recovery` contract.

    Attributes:
        account: whose key signs.
        to: the announced address.
        ready: Unix seconds of the announcement, so that a signature cancels one recovery only.
    """

    TYPE: ClassVar[str] = "CancelRecovery"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("from", "address"),
        ("to", "address"),
        ("ready", "uint256"),
    )

    account: ChecksumAddress
    to: ChecksumAddress
    ready: int

    def values(self) -> dict[str, Any]:
        """The fields by their EIP-712 names, one of which Python keeps for itself."""
        return {"from": self.account, "to": self.to, "ready": self.ready}
