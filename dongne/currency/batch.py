"""Packed batches of the local currency, byte by byte as docs/formats.md draws them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eth_typing import ChecksumAddress
from web3 import Web3

from dongne.currency.messages import ORDER_BYTES, Payment, SignedPayment
from dongne.errors import InputError
from dongne.explanations.sentence import Sentence

MAX_AMOUNT = 2**48 - 1
"""Largest amount of one item of a batch, in base units."""
_MAX_DEADLINE = 2**40 - 1
_MAX_SIGNATURE = 2**16 - 1
_HEAD = 85


@dataclass(frozen=True, slots=True)
class Issue:
    """New money for one account.

    Attributes:
        account: who receives it.
        amount: base units, below 2^48.
    """

    account: ChecksumAddress
    amount: int


def pack_accounts(accounts: Iterable[ChecksumAddress]) -> bytes:
    """Addresses for `register`, 20 bytes each."""
    return b"".join(_address(account) for account in accounts)


def pack_issues(issues: Iterable[Issue]) -> bytes:
    """Items for `issueBatch`: address (20), amount (6).

    Raises:
        InputError: an amount is negative or too large.
    """
    return b"".join(_address(issue.account) + _amount(issue.amount) for issue in issues)


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
            raise InputError(
                Sentence(
                    f"The batch of {len(packed)} bytes does not hold {len(nonces)} whole payments",
                    f"{len(packed)}바이트의 묶음에 온전한 결제 {len(nonces)}건이 들어 있지 않습니다",
                )
            )
        payments.append(_unpack(packed[offset:end], nonces[len(payments)]))
        offset = end
    if len(payments) != len(nonces):
        raise InputError(
            Sentence(
                f"The batch holds {len(payments)} payments, but {len(nonces)} nonces were given",
                f"묶음의 결제는 {len(payments)}건인데 순번은 {len(nonces)}개입니다",
            )
        )
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
    if not 0 <= payment.deadline <= _MAX_DEADLINE:
        raise InputError(
            Sentence(
                f"Deadline {payment.deadline} is not a Unix time in seconds",
                f"기한 {payment.deadline}은(는) 유닉스 초가 아닙니다",
            )
        )
    if len(payment.order) != ORDER_BYTES or length > _MAX_SIGNATURE:
        raise InputError(
            Sentence(
                f"An order has {ORDER_BYTES} bytes and a signature at most {_MAX_SIGNATURE}; "
                f"got {len(payment.order)} and {length}",
                f"주문 번호는 {ORDER_BYTES}바이트, 서명은 최대 {_MAX_SIGNATURE}바이트입니다. "
                f"받은 길이는 {len(payment.order)}바이트와 {length}바이트입니다",
            )
        )
    head = _address(payment.payer) + _address(payment.payee) + _amount(payment.amount)
    return head + payment.deadline.to_bytes(5, "big") + payment.order + length.to_bytes(2, "big") + signed.signature


def _address(account: ChecksumAddress) -> bytes:
    return bytes.fromhex(account[2:])


def _amount(amount: int) -> bytes:
    if not 0 <= amount <= MAX_AMOUNT:
        raise InputError(
            Sentence(
                f"Amount {amount} does not fit a batch: 0 to {MAX_AMOUNT} base units",
                f"금액 {amount}은(는) 묶음에 들어가지 않습니다. 0~{MAX_AMOUNT} 기본 단위를 지정하세요",
            )
        )
    return amount.to_bytes(6, "big")
