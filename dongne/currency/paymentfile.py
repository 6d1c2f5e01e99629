"""Reads and writes files of signed payments: JSON lines or CSV, one payment a line (docs/formats.md).

Payments are acted on one by one: a line that is not usable is left out, and the others are relayed.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dongne.currency.batch import MAX_AMOUNT, MAX_DEADLINE
from dongne.currency.errors import (
    AmountTooLarge,
    OrderTooLong,
    PaymentFileNotWritable,
)
from dongne.currency.files import Mapped, account_of
from dongne.currency.messages import ORDER_BYTES, Payment, SignedPayment
from dongne.currency.signedfile import read_signed_rows, row_of_line
from dongne.numbers import whole_number
from dongne.problems import Problems
from dongne.signing import Domain, signature_of
from dongne.tables import Row, Table, parse_rows
from dongne.texts import excerpt
from dongne.units import from_base_units, to_base_units

FIELDS = ("payer", "payee", "amount", "nonce", "deadline", "order", "signature")
"""Fields of a payment, in JSON lines and as columns of a CSV file."""

_MAX_NONCE = 2**40 - 1
_HEXADECIMAL = re.compile("0x(?:[0-9a-fA-F]{2})*")
_Parsers = Mapping[str, Callable[[str], Any]]


@dataclass(frozen=True, slots=True)
class ListedPayment:
    """A signed payment of a file.

    Attributes:
        line: where it stands, from 1.
        signed: the payment and its signature.
    """

    line: int
    signed: SignedPayment


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """What a file of signed payments holds.

    Attributes:
        table: its rows, for the results beside it.
        payments: the usable ones, in the order of the file.
        problems: why the others are not.
    """

    table: Table
    payments: tuple[ListedPayment, ...]
    problems: Problems


def read_payments(file: Path, decimals: int, domain: Domain, mapping: Mapped = None) -> PaymentFile:
    """Read a file of signed payments; signatures of wallets (65 bytes) are turned into those of a batch.

    Args:
        decimals: of the currency, in which amounts are written.
        domain: for which the payments are signed.

    Raises:
        UnreadableFile: the file cannot be read.
        RejectedFile: it is a CSV file without the columns of a payment.
    """
    problems, parsers = Problems(file), _parsers(decimals)
    table = read_signed_rows(file, FIELDS, problems, mapping, optional=("order",))
    payments = parse_rows(table, problems, lambda row: ListedPayment(row.line, _payment(row, parsers, domain)))
    return PaymentFile(table, tuple(payments), problems)


def payment_of_line(text: str, decimals: int, domain: Domain) -> SignedPayment:
    """The payment that a JSON line holds.

    Raises:
        InputError: it holds none.
    """
    return _payment(row_of_line(text, FIELDS, ("order",)), _parsers(decimals), domain)


def payment_line(signed: SignedPayment, decimals: int) -> str:
    """The payment as one JSON line."""
    payment = signed.payment
    values = {
        "payer": payment.payer,
        "payee": payment.payee,
        "amount": str(from_base_units(payment.amount, decimals)),
        "nonce": payment.nonce,
        "deadline": payment.deadline,
        "order": "0x" + payment.order.hex(),
        "signature": "0x" + signed.signature.hex(),
    }
    return json.dumps(values)


def append_payment(file: Path, line: str) -> None:
    """Add a JSON line to a file of payments.

    Raises:
        PaymentFileNotWritable: the operating system does not let us.
    """
    try:
        with file.open("a", encoding="utf-8") as lines:
            lines.write(line + "\n")
    except OSError as error:
        raise PaymentFileNotWritable(file, error.strerror or str(error)) from error


def order_of(text: str) -> bytes:
    """The payee's reference as 32 bytes: 0x and hexadecimal digits, or up to 32 bytes of text, filled up with zeros.

    Raises:
        OrderTooLong: it has more than 32 bytes.
    """
    order = bytes.fromhex(text[2:]) if _HEXADECIMAL.fullmatch(text) else text.encode()
    if len(order) > ORDER_BYTES:
        raise OrderTooLong(excerpt(text), len(order), ORDER_BYTES)
    return order.ljust(ORDER_BYTES, b"\0")


def nonce_of(text: str) -> int:
    """A payment's nonce.

    Raises:
        InputError: not a whole number of 40 bits.
    """
    return whole_number(text, 0, _MAX_NONCE)


def _parsers(decimals: int) -> _Parsers:
    return {
        "payer": account_of,
        "payee": account_of,
        "amount": lambda text: _amount(text, decimals),
        "nonce": nonce_of,
        "deadline": lambda text: whole_number(text, 0, MAX_DEADLINE),
        "order": order_of,
        "signature": signature_of,
    }


def _amount(text: str, decimals: int) -> int:
    amount = to_base_units(text, decimals)
    if amount > MAX_AMOUNT:
        raise AmountTooLarge(excerpt(str(amount)), MAX_AMOUNT)
    return amount


def _payment(row: Row, parsers: _Parsers, domain: Domain) -> SignedPayment:
    *values, signature = row.values(*((name, parsers[name]) for name in FIELDS))
    return Payment(*values).with_signature(signature, domain)
