"""Signed messages of the vouchers (EIP-712), one home for each."""

from dataclasses import dataclass
from typing import ClassVar

from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress

from dongne.currency.errors import NotTheOwner
from dongne.signing import Domain, TypedMessage, sign


@dataclass(frozen=True, slots=True)
class VoucherPayment(TypedMessage):
    """A holder's order to pay a merchant with a voucher; anyone may relay it.

    Attributes:
        holder: account whose key signs, or whose contract approves.
        merchant: who is paid.
        programme: number of the programme whose voucher pays.
        amount: base units of the currency.
        nonce: the voucher's next nonce; each programme counts its own.
        deadline: last Unix second at which the order is good.
        order: the merchant's reference, 32 bytes; opaque to the chain.
    """

    TYPE: ClassVar[str] = "VoucherPayment"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("holder", "address"),
        ("merchant", "address"),
        ("programme", "uint256"),
        ("amount", "uint256"),
        ("nonce", "uint256"),
        ("deadline", "uint256"),
        ("order", "bytes32"),
    )

    holder: ChecksumAddress
    merchant: ChecksumAddress
    programme: int
    amount: int
    nonce: int
    deadline: int
    order: bytes

    def sign(self, key: LocalAccount, domain: Domain) -> bytes:
        """Sign for one chain and one contract: 64 bytes, EIP-2098.

        Raises:
            SigningError: `key` is not the holder's.
        """
        return _signed(self, self.holder, key, domain)


@dataclass(frozen=True, slots=True)
class VoucherRest(TypedMessage):
    """A holder's order to pay out the rest of a voucher of which enough is spent.

    Attributes:
        holder: account whose key signs, or whose contract approves; it is paid.
        programme: number of the programme.
        nonce: the voucher's next nonce.
        deadline: last Unix second at which the order is good.
    """

    TYPE: ClassVar[str] = "VoucherRest"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("holder", "address"),
        ("programme", "uint256"),
        ("nonce", "uint256"),
        ("deadline", "uint256"),
    )

    holder: ChecksumAddress
    programme: int
    nonce: int
    deadline: int

    def sign(self, key: LocalAccount, domain: Domain) -> bytes:
        """Sign for one chain and one contract: 64 bytes, EIP-2098.

        Raises:
            SigningError: `key` is not the holder's.
        """
        return _signed(self, self.holder, key, domain)


def _signed(message: TypedMessage, holder: ChecksumAddress, key: LocalAccount, domain: Domain) -> bytes:
    if key.address != holder:
        raise NotTheOwner(key.address, holder)
    return sign(message.digest(domain), key)
