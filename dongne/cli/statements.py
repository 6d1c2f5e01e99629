"""An account's month as a statement, from the chain's logs alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from dongne.cli.money import Money, Who
from dongne.cli.output import Fact, Number
from dongne.cli.session import Session, Yes
from dongne.currency import LocalCurrency
from dongne.currency.errors import StatementDiffers
from dongne.currency.files import account_of
from dongne.currency.report_file import write_report
from dongne.currency.statement import Entry, Statement, statement_of
from dongne.language import Template, _
from dongne.moments import month_named
from dongne.months import month_of, month_text

EPILOG = _("Example: dongne currency statement 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --month 2026-12")

Month = Annotated[str | None, typer.Option(help=_("Calendar month, e.g. 2026-12; else that of the last block"))]
Csv = Annotated[Path | None, typer.Option("--csv", help=_("File to which it is written as CSV, too"))]

_COLUMNS: tuple[Template, ...] = (
    _("time"),
    _("what"),
    _("with"),
    _("amount"),
    _("balance"),
    _("order"),
    _("transaction"),
)


def statement(session: Session, who: Who, month: Month = None, csv: Csv = None) -> None:
    """Tell every movement of an account in a month, recomputed from the chain's logs alone."""
    account, currency = account_of(who), session.client(LocalCurrency)
    number = month_of(session.chain.timestamp()) if month is None else month_named(month)
    found, money, names = statement_of(currency, account, number), Money.of(currency), session.book.names()
    if csv is not None:
        headings = [session.text(each) for each in _COLUMNS]
        write_report(csv, headings, (_row(session, each, money.plain, names) for each in found.entries))
    rows = [_row(session, each, lambda base: Number(money(base)), names) for each in found.entries]
    title = session.text(_("Movements of {month}"), month=month_text(number))
    session.show(
        _data(found, money),
        lambda: _facts(session, found, money),
        *([lambda: session.table(title, _COLUMNS, rows)] if rows else []),
    )
    if not found.is_reconciled:
        raise StatementDiffers(account, money(found.by_logs), money(found.stated), found.block)


def _row(session: Session, entry: Entry, amount: Callable[[int], object], names: dict[str, str]) -> list[object]:
    return [
        session.time(entry.time),
        entry.movement.text(session.settings.language),
        names.get(entry.other or "", entry.other or "–"),
        amount(entry.amount),
        amount(entry.balance),
        _order(entry.order),
        entry.transaction,
    ]


def _order(order: bytes | None) -> str:
    """A reference as its text, where it is one: up to 32 printable characters."""
    if order is None:
        return ""
    text = order.rstrip(b"\0")
    return text.decode("ascii") if text.isascii() and text.decode("ascii").isprintable() else "0x" + order.hex()


def _facts(session: Session, found: Statement, money: Money) -> object:
    return session.facts(
        found.account,
        Fact(_("month"), month_text(found.month)),
        Fact(_("balance before"), money(found.opening)),
        Fact(_("came in"), money(found.received)),
        Fact(_("left"), money(found.paid)),
        Fact(_("balance after"), money(found.closing)),
        Fact(_("purchases, less refunds"), money(found.purchases)),
        Fact(_("until block"), found.block),
        Fact(_("balance by the logs"), money(found.by_logs)),
        Fact(_("balance by the contract"), money(found.stated)),
        Fact(_("reconciled"), Yes(found.is_reconciled)),
    )


def _data(found: Statement, money: Money) -> dict[str, object]:
    return {
        "account": found.account,
        "month": month_text(found.month),
        "opening": money.plain(found.opening),
        "received": money.plain(found.received),
        "paid": money.plain(found.paid),
        "closing": money.plain(found.closing),
        "purchases": money.plain(found.purchases),
        "entries": [
            {
                "time": each.time,
                "movement": each.movement.name,
                "with": each.other,
                "amount": money.plain(each.amount),
                "balance": money.plain(each.balance),
                "order": "0x" + each.order.hex() if each.order is not None else None,
                "transaction": each.transaction,
            }
            for each in found.entries
        ],
        "block": found.block,
        "by_logs": money.plain(found.by_logs),
        "stated": money.plain(found.stated),
        "reconciled": found.is_reconciled,
    }
