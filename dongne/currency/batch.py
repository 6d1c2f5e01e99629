"""Packed batches of the local currency, byte by byte as docs/formats.md draws them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from eth_typing import ChecksumAddress
from web3 import Web3

from dongne.currency.errors import (
    AmountDoesNotFit,
    BatchCutOff,
    DeadlineDoesNotFit,
    NoncesLeftOver,
    PaymentDoesNotFit,
)
from dongne.currency.messages import ORDER_BYTES, Payment, SignedPayment
from dongne.hashing import keccak

MAX_AMOUNT = 2**48 - 1
"""Largest amount of one item of a batch, in base units."""
MAX_DEADLINE = 2**40 - 1
"""Last Unix second that an item of a batch can name."""
LIST_ID_BYTES = 24
_MAX_SIGNATURE = 2**16 - 1
_HEAD = 85


@dataclass(frozen=True, slots=True)
class Issue:
    """New money for one account.

    Attributes:
        account: who receives it.
        amount: base units, below 2^48.
        line: where it stands in a file, from 1; 0 where there is none.
    """

    account: ChecksumAddress
    amount: int
    line: int = field(default=0, compare=False)


def pack_accounts(accounts: Iterable[ChecksumAddress]) -> bytes:
    """Addresses for `register`, 20 bytes each."""
    return b"".join(_address(account) for account in accounts)


def pack_issues(issues: Iterable[Issue]) -> bytes:
    """Items for `issueBatch`: address (20), amount (6).

    Raises:
        InputError: an amount is negative or too large.
    """
    return b"".join(_address(issue.account) + _amount(issue.amount) for issue in issues)


def canonical(issues: Iterable[Issue]) -> list[Issue]:
    """The list in the order in which it is served, whatever the order of the file: by address, then amount."""
    return sorted(issues, key=lambda issue: (_address(issue.account), issue.amount))


def list_id(issues: Iterable[Issue]) -> bytes:
    """What names a list on the chain: the first 24 bytes of keccak256 of its packed items in canonical order.

    Raises:
        InputError: an amount is negative or too large.
    """
    return keccak(pack_issues(canonical(issues)))[:LIST_ID_BYTES]


def pack_payments(payments: Iterable[SignedPayment]) -> bytes:
    """Items for `payMany`: payer (20), payee (20), amount (6), deadline (5), order (32), length (2), signature.

    Raises:
        InputError: a field does not fit its bytes.
    """
    return b"".join(_payment(payment) for payment in payments)


def unpack_payments(packed: bytes, nonces: Sequence[int]) -> list[SignedPayment]:
    """The payments of a batch; `nonces` are not part of it and come from the chain.

    Raises:
        InputError: the batch is cut off, or there is not one nonce for each payment.
    """
    payments: list[SignedPayment] = []
    offset = 0
    while offset < len(packed):
        end = offset + _HEAD + int.from_bytes(packed[offset + _HEAD - 2 : offset + _HEAD], "big")
        if end > len(packed) or len(payments) == len(nonces):
            raise BatchCutOff(len(packed), len(nonces))
        payments.append(_unpack(packed[offset:end], nonces[len(payments)]))
        offset = end
    if len(payments) != len(nonces):
        raise NoncesLeftOver(len(payments), len(nonces))
    return payments


def _unpack(item: bytes, nonce: int) -> SignedPayment:
    payment = Payment(
        payer=Web3.to_checksum_address(item[:20]),
        payee=Web3.to_checksum_address(item[20:40]),
        amount=int.from_bytes(item[40:46], "big"),
        nonce=nonce,
        deadline=int.from_bytes(item[46:51], "big"),
        order=item[51:83],
    )
    return SignedPayment(payment, item[_HEAD:])


def _payment(signed: SignedPayment) -> bytes:
    payment, length = signed.payment, len(signed.signature)
    if not 0 <= payment.deadline <= MAX_DEADLINE:
        raise DeadlineDoesNotFit(payment.deadline)
    if len(payment.order) != ORDER_BYTES or length > _MAX_SIGNATURE:
        raise PaymentDoesNotFit(ORDER_BYTES, _MAX_SIGNATURE, len(payment.order), length)
    head = _address(payment.payer) + _address(payment.payee) + _amount(payment.amount)
    return head + payment.deadline.to_bytes(5, "big") + payment.order + length.to_bytes(2, "big") + signed.signature


def _address(account: ChecksumAddress) -> bytes:
    return bytes.fromhex(account[2:])


def _amount(amount: int) -> bytes:
    if not 0 <= amount <= MAX_AMOUNT:
        raise AmountDoesNotFit(amount, MAX_AMOUNT)
    return amount.to_bytes(6, "big")
