"""Commands of the cash-out desk: hand in what merchants signed, list what the bank is to pay, settle, return."""

from pathlib import Path
from typing import Annotated, Any

import typer

from dongne.cli.commands import command
from dongne.cli.lists import results_beside
from dongne.cli.money import Columns, Money, Who
from dongne.cli.output import Fact, Number
from dongne.cli.session import Session
from dongne.currency import CashOut, CashOutDesk, LocalCurrency, RiskClass
from dongne.currency.cash_out_file import read_cash_outs, read_payouts, write_payouts
from dongne.currency.errors import NoPayoutsLeft, NotARiskClass
from dongne.currency.files import account_of
from dongne.currency.paymentfile import order_of
from dongne.currency.settling import REFUSED, REQUESTED, SETTLED, request_all, settle_all, sort_out
from dongne.language import _
from dongne.numbers import whole_number
from dongne.results import Outcome, left_out
from dongne.tables import Table, read_mapping
from dongne.texts import folded

MOST_ID = 2**32 - 1

app = typer.Typer(no_args_is_help=True)

Number_ = Annotated[str, typer.Argument(metavar="NUMBER", help=_("Number of the cash-out, as `list` shows it"))]


@command(app, "relay", sends=True, epilog=_("Example: dongne currency cash-out relay cash-outs.jsonl"))
def relay(
    session: Session,
    file: Annotated[Path, typer.Argument(help=_("Cash-outs that merchants signed: `dongne sign cash-out`"))],
    columns: Columns = None,
) -> None:
    """Hand in cash-outs that merchants signed; says of each what became of it, in a CSV file beside the list."""
    desk, currency = session.client(CashOutDesk), session.client(LocalCurrency)
    mapping = read_mapping(columns) if columns else None
    listed = read_cash_outs(file, currency.decimals(), desk.address, mapping)
    outcomes = left_out(listed.problems.found)
    session.sender.settle()
    try:
        with session.progress(_("handing in"), len(listed.cash_outs)) as heard:
            for part in request_all(desk, currency, listed.cash_outs, session.sender.deliver, heard):
                outcomes |= part
    finally:
        _show_outcomes(session, listed.table, outcomes)


@command(app, "list", epilog=_("Example: dongne currency cash-out list --due --payouts november-24.csv"))
def list_open(
    session: Session,
    due: Annotated[bool, typer.Option("--due", help=_("Only those that the bank is to pay now"))] = False,
    payouts: Annotated[
        Path | None, typer.Option(help=_("CSV file for the bank, to which the office adds the bank accounts"))
    ] = None,
    without: Annotated[
        list[Path] | None,
        typer.Option(help=_("A list that the bank has got and that is not settled yet; may be repeated")),
    ] = None,
) -> None:
    """List the cash-outs whose money is at the desk; what is not settled yet is listed again, unless --without."""
    desk, money = session.client(CashOutDesk), Money.of(session.client(LocalCurrency))
    now = session.chain.timestamp()
    before = {each.id for file in without or () for each in read_payouts(file, money.decimals)[1]}
    found = [each for each in desk.open_cash_outs() if (each.due <= now or not due) and each.id not in before]
    if payouts is not None:
        write_payouts(payouts, found, money.decimals, session.time)
    data = [_data(each, money) for each in found]
    columns = [_("number"), _("merchant"), _("amount"), _("due")]
    rows = [(str(each.id), each.merchant, Number(money(each.amount)), session.time(each.due)) for each in found]
    session.show(data, lambda: session.table(session.text(_("Open cash-outs")), columns, rows))
    if payouts is not None:
        session.note(_("{count:,} cash-outs written to {file}"), count=len(found), file=payouts)


@command(
    app, "settle", sends=True, epilog=_("Example: dongne currency cash-out settle november-24.csv --reference KB-1124")
)
def settle(
    session: Session,
    file: Annotated[Path, typer.Argument(help=_("List that the bank has paid: CSV with id, merchant, amount"))],
    reference: Annotated[str, typer.Option(help=_("The bank's reference of the transfers, at most 32 bytes"))],
    columns: Columns = None,
) -> None:
    """Destroy the money of cash-outs that the bank has paid; says of each line what became of it."""
    desk, money = session.client(CashOutDesk), Money.of(session.client(LocalCurrency))
    table, payouts = read_payouts(file, money.decimals, read_mapping(columns) if columns else None)
    code = order_of(reference)
    session.sender.settle()
    outcomes = sort_out(payouts, desk.cash_outs([each.id for each in payouts]), session.chain.timestamp())
    rest = [each for each in payouts if each.line not in outcomes]
    if not rest:
        _show_outcomes(session, table, outcomes)
        raise NoPayoutsLeft(len(payouts))
    session.confirm(
        _("Settle {count:,} cash-outs over {amount} as paid with the reference “{reference}”?"),
        count=len(rest),
        amount=money(sum(each.amount for each in rest)),
        reference=reference,
    )
    try:
        with session.progress(_("settling"), len(rest)) as heard:
            for part in settle_all(desk, rest, code, session.sender.deliver, heard):
                outcomes |= part
    finally:
        _show_outcomes(session, table, outcomes)


@command(app, "return", sends=True, epilog=_("Example: dongne currency cash-out return 17 --reason account-closed"))
def give_back(
    session: Session,
    number: Number_,
    reason: Annotated[str, typer.Option(help=_("Why the bank could not pay: at most 32 bytes, on the chain"))],
) -> None:
    """Give the money of a cash-out back to its merchant, because the bank could not pay."""
    desk, money = session.client(CashOutDesk), Money.of(session.client(LocalCurrency))
    found = desk.cash_out(_id(number))
    session.confirm(
        _("Give {amount} back to {merchant}? The bank must not pay it any more."),
        amount=money(found.amount),
        merchant=found.merchant,
    )
    if session.sender.deliver(desk.return_cash_out(found.id, order_of(reason))):
        _show_one(session, found, money)


@command(app, "reclaim", sends=True, epilog=_("Example: dongne currency cash-out reclaim 17"))
def reclaim(session: Session, number: Number_) -> None:
    """Take a cash-out back that the city has left unpaid for 14 days; the money goes to its merchant."""
    desk, money = session.client(CashOutDesk), Money.of(session.client(LocalCurrency))
    found = desk.cash_out(_id(number))
    if session.sender.deliver(desk.reclaim(found.id)):
        _show_one(session, found, money)


@command(
    app,
    "risk",
    sends=True,
    epilog=_("Example: dongne currency cash-out risk watched 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
)
def risk(
    session: Session,
    risk_class: Annotated[str, typer.Argument(metavar="CLASS", help=_("standard, trusted, watched or high"))],
    merchants: Annotated[list[str], typer.Argument(metavar="ADDRESS...", help=_("Addresses of merchants"))],
) -> None:
    """Say how long the later cash-outs of merchants wait."""
    desk, wanted = session.client(CashOutDesk), _risk_class(risk_class)
    addresses = [account_of(text) for text in merchants]
    if session.sender.deliver(desk.set_risk_class(wanted, addresses)) is None:
        return
    days = desk.waiting_days(wanted)
    data = [{"merchant": each, "class": wanted.name, "days": days} for each in addresses]
    columns = [_("merchant"), _("risk class"), _("days")]
    rows = [(each, wanted, str(days)) for each in addresses]
    session.show(data, lambda: session.table(session.text(_("Waiting times")), columns, rows))


@command(app, "waiting", sends=True, epilog=_("Example: dongne currency cash-out waiting 3 1 7 14"))
def waiting(
    session: Session,
    days: Annotated[
        list[str], typer.Argument(metavar="DAYS...", help=_("Days of the classes standard, trusted, watched, high"))
    ],
) -> None:
    """Say how many days the later cash-outs of each risk class wait, 0 to 30."""
    desk = session.client(CashOutDesk)
    if len(days) != len(RiskClass):
        raise NotARiskClass(" ".join(days), tuple(RiskClass))
    session.sender.deliver(desk.set_waiting_days([whole_number(text, 0, 30) for text in days]))
    facts = [Fact(each.label, desk.waiting_days(each)) for each in RiskClass]
    data = {each.name: desk.waiting_days(each) for each in RiskClass}
    session.show(data, lambda: session.facts(session.text(_("Days until a cash-out is due")), *facts))


@command(app, "class", epilog=_("Example: dongne currency cash-out class 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"))
def show_class(session: Session, who: Who) -> None:
    """Show how long a merchant's next cash-out waits."""
    desk, merchant = session.client(CashOutDesk), account_of(who)
    found = desk.risk_class(merchant)
    days = desk.waiting_days(found)
    data = {"merchant": merchant, "class": found.name, "days": days}
    session.show(data, lambda: session.facts(merchant, Fact(_("risk class"), found), Fact(_("days"), days)))


def _id(text: str) -> int:
    return whole_number(text, 0, MOST_ID)


def _risk_class(text: str) -> RiskClass:
    words = {folded(word): each for each in RiskClass for word in (each.name, each.text("ko"))}
    if folded(text) not in words:
        raise NotARiskClass(text, tuple(RiskClass))
    return words[folded(text)]


def _data(found: CashOut, money: Money) -> dict[str, Any]:
    return {"id": found.id, "merchant": found.merchant, "amount": money.plain(found.amount), "due": found.due}


def _show_one(session: Session, found: CashOut, money: Money) -> None:
    facts = [Fact(_("merchant"), found.merchant), Fact(_("given back"), money(found.amount))]
    session.show(_data(found, money), lambda: session.facts(session.text(_("Cash-out {id}"), id=found.id), *facts))


def _show_outcomes(session: Session, table: Table, outcomes: dict[int, Outcome]) -> None:
    results = results_beside(session, table, outcomes)
    done = sum(each.result in (SETTLED, REQUESTED) for each in outcomes.values())
    refused = sum(each.result is REFUSED for each in outcomes.values())
    listed = len(table.rows) + len(table.rejected)
    data = {"file": str(table.file), "listed": listed, "done": done, "refused": refused, "results": str(results or "")}
    facts = [
        Fact(_("cash-outs in the file"), listed),
        Fact(_("done now"), done),
        Fact(_("refused"), refused),
        Fact(_("left out"), len(outcomes) - done - refused),
    ]
    session.show(data, lambda: session.facts(str(table.file), *facts))
    if results:
        session.note(_("What became of each cash-out: {file}"), file=results)
