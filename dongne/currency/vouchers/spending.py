"""Files of payments with vouchers that holders signed, and what became of each when it was relayed."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from web3.types import TxReceipt

from dongne.chain import Call
from dongne.currency.batch import MAX_DEADLINE
from dongne.currency.files import Mapped, account_of, amount_of
from dongne.currency.paymentfile import nonce_of, order_of
from dongne.currency.signedfile import read_signed_rows, row_of_line
from dongne.currency.vouchers.client import Vouchers
from dongne.currency.vouchers.messages import VoucherPayment
from dongne.errors import ContractRefused
from dongne.language import Message, _
from dongne.numbers import whole_number
from dongne.problems import Problems
from dongne.results import Outcome
from dongne.signing import signature_of
from dongne.tables import Row, Table, parse_rows
from dongne.units import from_base_units

FIELDS = ("holder", "merchant", "programme", "amount", "nonce", "deadline", "order", "signature")
"""Fields of a signed payment with a voucher."""

PAID, REFUSED = Message(_("paid")), Message(_("refused"))

Deliver = Callable[[Call], TxReceipt | None]
"""Carries a call out; None where it was only rehearsed."""
Heard = Callable[[int], object]
"""Hears how many payments more were dealt with."""


@dataclass(frozen=True, slots=True)
class ListedSpending:
    """A signed payment of a file.

    Attributes:
        line: where it stands, from 1.
        payment: what was signed.
        signature: of the holder's key, or what its contract takes.
    """

    line: int
    payment: VoucherPayment
    signature: bytes


@dataclass(frozen=True, slots=True)
class SpendingFile:
    """What a file of signed payments holds.

    Attributes:
        table: its rows, for the results beside it.
        spendings: the usable ones, in the order of the file.
        problems: why the others are not.
    """

    table: Table
    spendings: tuple[ListedSpending, ...]
    problems: Problems


def spending_line(payment: VoucherPayment, signature: bytes, decimals: int) -> str:
    """A signed payment as one JSON line."""
    values = {
        "holder": payment.holder,
        "merchant": payment.merchant,
        "programme": payment.programme,
        "amount": str(from_base_units(payment.amount, decimals)),
        "nonce": payment.nonce,
        "deadline": payment.deadline,
        "order": "0x" + payment.order.hex(),
        "signature": "0x" + signature.hex(),
    }
    return json.dumps(values)


def spending_of_line(text: str, decimals: int) -> tuple[VoucherPayment, bytes]:
    """The payment that a JSON line holds, and its signature.

    Raises:
        InputError: it holds none.
    """
    listed = _listed(row_of_line(text, FIELDS, ("order",)), _parsers(decimals))
    return listed.payment, listed.signature


def read_spendings(file: Path, decimals: int, mapping: Mapped = None) -> SpendingFile:
    """Read payments with vouchers: JSON lines or CSV, one a line; a line that is not usable is left out.

    Raises:
        UnreadableFile: the file cannot be read.
        RejectedFile: it is a CSV file without the columns.
    """
    problems, parsers = Problems(file), _parsers(decimals)
    table = read_signed_rows(file, FIELDS, problems, mapping, optional=("order",))
    found = parse_rows(table, problems, lambda row: _listed(row, parsers))
    return SpendingFile(table, tuple(found), problems)


def relay_spendings(
    vouchers: Vouchers,
    spendings: Sequence[ListedSpending],
    deliver: Deliver,
    heard: Heard = lambda _count: None,
) -> Iterator[dict[int, Outcome]]:
    """Relay signed payments, each in a transaction of its own; gives what became of each, by line.

    A voucher's nonce is used up by one payment: relaying the same again is refused and harms nobody.

    Raises:
        ChainError: the node failed; relaying the same again is harmless.
    """
    for each in spendings:
        yield {each.line: _relayed(vouchers, each, deliver)}
        heard(1)


def _relayed(vouchers: Vouchers, listed: ListedSpending, deliver: Deliver) -> Outcome:
    try:
        receipt = deliver(vouchers.spend_by_signature(listed.payment, listed.signature))
    except ContractRefused as refused:
        return Outcome(REFUSED, refused.message)
    return Outcome(PAID, receipt["transactionHash"].to_0x_hex() if receipt else "")


def _listed(row: Row, parsers: Mapping[str, Callable[[str], Any]]) -> ListedSpending:
    *values, signature = row.values(*((name, parsers[name]) for name in FIELDS))
    return ListedSpending(row.line, VoucherPayment(*values), signature)


def _parsers(decimals: int) -> Mapping[str, Callable[[str], Any]]:
    return {
        "holder": account_of,
        "merchant": account_of,
        "programme": lambda text: whole_number(text, 1, 2**64),
        "amount": lambda text: amount_of(text, decimals),
        "nonce": nonce_of,
        "deadline": lambda text: whole_number(text, 0, MAX_DEADLINE),
        "order": order_of,
        "signature": signature_of,
    }
