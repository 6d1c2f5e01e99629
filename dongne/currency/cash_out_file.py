"""Reads and writes files of cash-outs: those that merchants signed, and those that a bank is to pay."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_typing import ChecksumAddress

from dongne.currency.batch import MAX_DEADLINE
from dongne.currency.cash_out_desk import CashOut
from dongne.currency.errors import CashOutListedTwice, PayoutFileExists
from dongne.currency.files import Mapped, account_of, amount_of
from dongne.currency.messages import ReceiveAuthorization, SignedAuthorization
from dongne.currency.paymentfile import order_of
from dongne.currency.signedfile import read_signed_rows, row_of_line
from dongne.numbers import whole_number
from dongne.problems import Problems
from dongne.signing import signature_of
from dongne.tables import Column, Row, Table, parse_rows, read_table
from dongne.units import from_base_units

FIELDS = ("merchant", "amount", "valid_before", "nonce", "signature", "valid_after")
"""Fields of a signed cash-out; the last one is 0 where it is left out."""

PAYOUT_COLUMNS = ("id", "merchant", "amount", "due")
"""Columns of a list for the bank; the office adds the merchants' bank accounts, which are on no chain."""

_MOST_ID = 2**32 - 1


@dataclass(frozen=True, slots=True)
class ListedCashOut:
    """A signed cash-out of a file.

    Attributes:
        line: where it stands, from 1.
        signed: the merchant's authorization for the desk.
    """

    line: int
    signed: SignedAuthorization


@dataclass(frozen=True, slots=True)
class Payout:
    """A cash-out of the list that the bank has paid.

    Attributes:
        line: where it stands, from 1.
        id: number of the cash-out.
        merchant: whom the bank paid.
        amount: base units.
    """

    line: int
    id: int
    merchant: ChecksumAddress
    amount: int

    def is_of(self, found: CashOut) -> bool:
        """Whether the list speaks of the cash-out that the chain holds."""
        return (self.merchant, self.amount) == (found.merchant, found.amount)


@dataclass(frozen=True, slots=True)
class CashOutFile:
    """What a file of signed cash-outs holds.

    Attributes:
        table: its rows, for the results beside it.
        cash_outs: the usable ones, in the order of the file.
        problems: why the others are not.
    """

    table: Table
    cash_outs: tuple[ListedCashOut, ...]
    problems: Problems


def cash_out_line(signed: SignedAuthorization, decimals: int) -> str:
    """A signed cash-out as one JSON line."""
    given = signed.authorization
    values = {
        "merchant": given.payer,
        "amount": str(from_base_units(given.value, decimals)),
        "valid_before": given.valid_before,
        "nonce": "0x" + given.nonce.hex(),
        "signature": "0x" + signed.signature.hex(),
    }
    return json.dumps(values | ({"valid_after": given.valid_after} if given.valid_after else {}))


def cash_out_of_line(text: str, decimals: int, desk: ChecksumAddress) -> SignedAuthorization:
    """The cash-out that a JSON line holds.

    Raises:
        InputError: it holds none.
    """
    return _signed(row_of_line(text, FIELDS, FIELDS[-1:]), _parsers(decimals), desk)


def read_cash_outs(file: Path, decimals: int, desk: ChecksumAddress, mapping: Mapped = None) -> CashOutFile:
    """Read a file of cash-outs that merchants signed: JSON lines or CSV, one a line.

    Args:
        decimals: of the currency, in which amounts are written.
        desk: for which they are signed.

    Raises:
        UnreadableFile: the file cannot be read.
        RejectedFile: it is a CSV file without the columns.
    """
    problems, parsers = Problems(file), _parsers(decimals)
    table = read_signed_rows(file, FIELDS, problems, mapping, optional=FIELDS[-1:])
    found = parse_rows(table, problems, lambda row: ListedCashOut(row.line, _signed(row, parsers, desk)))
    return CashOutFile(table, tuple(found), problems)


def write_payouts(file: Path, cash_outs: Sequence[CashOut], decimals: int, time: Callable[[int], str]) -> None:
    """Write what the bank is to pay; a file that is there already is never changed.

    Raises:
        PayoutFileExists: there is a file of that name.
    """
    try:
        with file.open("x", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(PAYOUT_COLUMNS)
            for each in cash_outs:
                writer.writerow((each.id, each.merchant, from_base_units(each.amount, decimals), time(each.due)))
    except FileExistsError:
        raise PayoutFileExists(file) from None


def read_payouts(file: Path, decimals: int, mapping: Mapped = None) -> tuple[Table, list[Payout]]:
    """Read a list that the bank has paid: CSV with the columns id, merchant and amount; each number once.

    Raises:
        RejectedFile: with every problem in it; nothing of the file is used then.
        UnreadableFile: the file cannot be read.
    """
    problems, seen = Problems(file), dict[int, int]()
    table = read_table(file, [Column(name) for name in PAYOUT_COLUMNS[:3]], problems=problems, mapping=mapping)

    def once(row: Row) -> Payout:
        number, merchant, amount = row.values(
            ("id", lambda text: whole_number(text, 0, _MOST_ID)),
            ("merchant", account_of),
            ("amount", lambda text: amount_of(text, decimals)),
        )
        payout = Payout(row.line, number, merchant, amount)
        if payout.id in seen:
            raise CashOutListedTwice(payout.id, seen[payout.id])
        seen[payout.id] = row.line
        return payout

    payouts = parse_rows(table, problems, once)
    problems.raise_if_any()
    return table, payouts


def _parsers(decimals: int) -> Mapping[str, Callable[[str], Any]]:
    return {
        "merchant": account_of,
        "amount": lambda text: amount_of(text, decimals),
        "valid_before": lambda text: whole_number(text, 0, MAX_DEADLINE),
        "nonce": order_of,
        "signature": signature_of,
        "valid_after": lambda text: whole_number(text, 0, MAX_DEADLINE) if text else 0,
    }


def _signed(row: Row, parsers: Mapping[str, Callable[[str], Any]], desk: ChecksumAddress) -> SignedAuthorization:
    values: tuple[Any, ...] = row.values(*((name, parsers[name]) for name in FIELDS))
    merchant, amount, valid_before, nonce, signature, valid_after = values
    return SignedAuthorization(
        ReceiveAuthorization(merchant, desk, amount, valid_after, valid_before, nonce), signature
    )
