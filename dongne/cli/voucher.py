"""Commands of vouchers: money for a purpose, granted to residents, spent at a programme's merchants."""

from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from eth_typing import ChecksumAddress

from dongne.cli.commands import command
from dongne.cli.lists import results_beside
from dongne.cli.money import Amount, Columns, Money, Who
from dongne.cli.output import Fact, Number
from dongne.cli.session import Session, Yes
from dongne.currency import LocalCurrency
from dongne.currency.files import account_of, amount_of, purpose_of
from dongne.currency.paymentfile import order_of
from dongne.currency.vouchers import (
    GrantPlan,
    Vouchers,
    claim_places,
    grant_list,
    publish_list,
    read_grants,
    read_terms,
)
from dongne.currency.vouchers.granting import BEFORE, CLAIMED, GRANTED
from dongne.currency.vouchers.spending import PAID, read_spendings, relay_spendings
from dongne.language import _
from dongne.numbers import whole_number
from dongne.results import Outcome, left_out
from dongne.tables import Table, read_mapping

MOST_PROGRAMMES = 2**64

app = typer.Typer(no_args_is_help=True)

Programme = Annotated[str, typer.Argument(metavar="PROGRAMME", help=_("Number of the programme, as `list` shows it"))]
Purpose = Annotated[str, typer.Option(help=_("What this list is for, e.g. heating 2026-12; one purpose for each list"))]
GrantList = Annotated[Path, typer.Argument(help=_("CSV with the columns address, amount"))]
Order = Annotated[str, typer.Option(help=_("The merchant's reference: at most 32 bytes of text, or 0x…"))]


@command(app, "list", epilog=_("Example: dongne voucher list"))
def list_programmes(session: Session) -> None:
    """List the programmes: when their vouchers are good, and what money they have."""
    vouchers, money = session.client(Vouchers), Money.of(session.client(LocalCurrency))
    data = [_data(vouchers, number, money) for number in range(1, vouchers.count() + 1)]
    rows = [
        (
            str(each["programme"]),
            session.time(each["start"]),
            session.time(each["expiry"]),
            Number(each["held"]),
            Number(each["free"]),
            Yes(each["closed"]),
        )
        for each in data
    ]
    columns = [_("programme"), _("good from"), _("good until before"), _("money"), _("not granted"), _("closed")]
    session.show(data, lambda: session.table(session.text(_("Voucher programmes")), columns, rows))


@command(app, "show", epilog=_("Example: dongne voucher show 1 --holder 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"))
def show(
    session: Session,
    programme: Programme,
    holder: Annotated[str | None, typer.Option(help=_("Address of a person, to show its voucher"))] = None,
) -> None:
    """Show a programme's terms and money, or one person's voucher of it."""
    vouchers, money, number = session.client(Vouchers), Money.of(session.client(LocalCurrency)), _number(programme)
    if holder is not None:
        _show_voucher(session, vouchers, number, account_of(holder), money)
        return
    data, terms = _data(vouchers, number, money), vouchers.opened(number).terms
    data["categories"] = list(terms[5])
    facts = [
        Fact(_("funder"), data["funder"]),
        Fact(_("good from"), session.time(data["start"])),
        Fact(_("good until before"), session.time(data["expiry"])),
        Fact(_("trades"), ", ".join(str(code) for code in data["categories"])),
        Fact(_("most for one person"), data["cap"]),
        Fact(_("rest paid out after"), f"{data['refund_bps'] / 100:g} %"),
        Fact(_("money"), data["held"]),
        Fact(_("not granted"), data["free"]),
        Fact(_("closed"), Yes(data["closed"])),
    ]
    session.show(data, lambda: session.facts(session.text(_("Programme {number}"), number=number), *facts))


@command(app, "open", sends=True, epilog=_("Example: dongne voucher open heating.toml"))
def open_programme(
    session: Session, file: Annotated[Path, typer.Argument(help=_("The programme's terms in TOML, docs/formats.md"))]
) -> None:
    """Open a programme, whose terms never change (currency supervisor)."""
    vouchers, money = session.client(Vouchers), Money.of(session.client(LocalCurrency))
    terms = read_terms(file, money.decimals, ZoneInfo(session.book.time_zone))
    session.confirm(
        _("Open a programme of {funder} from {start} to {expiry}, at most {cap} a person? Its terms never change."),
        funder=terms.funder,
        start=session.time(terms.start),
        expiry=session.time(terms.expiry),
        cap=money(terms.cap),
    )
    if receipt := session.sender.deliver(vouchers.open(terms)):
        show(session, str(vouchers.opened_in(receipt)))


@command(app, "close", sends=True, epilog=_("Example: dongne voucher close 1"))
def close(session: Session, programme: Programme) -> None:
    """End granting from a programme; what was granted stays good (guardian)."""
    number = _number(programme)
    session.confirm(_("Close programme {number}? Nothing more is granted from it, for good."), number=number)
    if session.sender.deliver(session.client(Vouchers).close(number)):
        show(session, programme)


@command(app, "fund", sends=True, epilog=_("Example: dongne voucher fund 1 10,000,000 --keystore institution.json"))
def fund(session: Session, programme: Programme, amount: Amount) -> None:
    """Pay money into a programme (its funder): approves the amount in the currency, then pays it in."""
    vouchers, currency, number = session.client(Vouchers), session.client(LocalCurrency), _number(programme)
    base = amount_of(amount, currency.decimals())
    session.sender.deliver(currency.approve(vouchers.address, base))
    if session.sender.deliver(vouchers.fund(number, base)):
        show(session, programme)


@command(app, "withdraw", sends=True, epilog=_("Example: dongne voucher withdraw 1 500,000 --keystore office.json"))
def withdraw(session: Session, programme: Programme, amount: Amount) -> None:
    """Take back money of a programme that is not granted (its funder)."""
    vouchers, decimals = session.client(Vouchers), session.client(LocalCurrency).decimals()
    if session.sender.deliver(vouchers.withdraw(_number(programme), amount_of(amount, decimals))):
        show(session, programme)


@command(
    app, "grant", sends=True, epilog=_('Example: dongne voucher grant 1 residents.csv --purpose "heating 2026-12"')
)
def grant(session: Session, programme: Programme, file: GrantList, purpose: Purpose, columns: Columns = None) -> None:
    """Grant vouchers to a list of residents, once for its purpose; a list that was cut off is continued."""
    vouchers, currency = session.client(Vouchers), session.client(LocalCurrency)
    table, plan, money = _plan(session, programme, file, purpose, columns)
    session.sender.settle()
    _confirm_list(session, plan, money, _("Grant {amount} to {people:,} residents from programme {number}?"))
    outcomes = dict[int, Outcome]()
    try:
        with session.progress(_("granting"), len(plan.grants)) as heard:
            for part in grant_list(vouchers, currency, plan, session.sender.deliver, heard):
                outcomes |= part
    finally:
        _show_outcomes(session, table, outcomes)


@command(
    app, "publish", sends=True, epilog=_('Example: dongne voucher publish 1 residents.csv --purpose "heating 2026-12"')
)
def publish(session: Session, programme: Programme, file: GrantList, purpose: Purpose, columns: Columns = None) -> None:
    """Let the people of a list claim their vouchers one by one (voucher officer)."""
    vouchers, currency = session.client(Vouchers), session.client(LocalCurrency)
    _table, plan, money = _plan(session, programme, file, purpose, columns)
    session.sender.settle()
    _confirm_list(session, plan, money, _("Keep {amount} of programme {number} for claims of {people:,} residents?"))
    done = publish_list(vouchers, currency, plan, session.sender.deliver)
    data = {"list": "0x" + plan.list_id.hex(), "root": "0x" + plan.tree.root.hex(), "published_now": done}
    facts = [Fact(_("list"), data["list"]), Fact(_("root"), data["root"]), Fact(_("published now"), Yes(done))]
    session.show(data, lambda: session.facts(str(file), *facts))


@command(
    app,
    "claim",
    sends=True,
    epilog=_('Example: dongne voucher claim 1 residents.csv --purpose "heating 2026-12" --holder 0x…'),
)
def claim(
    session: Session,
    programme: Programme,
    file: GrantList,
    purpose: Purpose,
    holder: Annotated[str | None, typer.Option(help=_("Address of one person; else for all of the list"))] = None,
    columns: Columns = None,
) -> None:
    """Claim vouchers of a published list for their holders; anyone may."""
    table, plan, _money = _plan(session, programme, file, purpose, columns)
    wanted = account_of(holder) if holder else None
    places = [place for place, each in enumerate(plan.grants) if wanted in (None, each.account)]
    session.sender.settle()
    outcomes = dict[int, Outcome]()
    try:
        for part in claim_places(session.client(Vouchers), plan, places, session.sender.deliver):
            outcomes |= part
    finally:
        _show_outcomes(session, table, outcomes)


@command(app, "spend", sends=True, epilog=_("Example: dongne voucher spend 1 0x… 12,500 --keystore resident.json"))
def spend(session: Session, programme: Programme, merchant: Who, amount: Amount, order: Order = "") -> None:
    """Pay a merchant with one's own voucher."""
    vouchers, money, number = session.client(Vouchers), Money.of(session.client(LocalCurrency)), _number(programme)
    payee, base = account_of(merchant), amount_of(amount, money.decimals)
    session.confirm(_("Pay {amount} to {payee} with the voucher?"), amount=money(base), payee=payee)
    if session.sender.deliver(vouchers.spend(number, payee, base, order_of(order))):
        _show_voucher(session, vouchers, number, session.sender.address, money)


@command(app, "relay", sends=True, epilog=_("Example: dongne voucher relay spendings.jsonl"))
def relay(
    session: Session,
    file: Annotated[Path, typer.Argument(help=_("Payments that holders signed: `dongne sign voucher`"))],
    columns: Columns = None,
) -> None:
    """Relay signed payments with vouchers; says of each what became of it, in a CSV file beside the list."""
    vouchers, decimals = session.client(Vouchers), session.client(LocalCurrency).decimals()
    listed = read_spendings(file, decimals, read_mapping(columns) if columns else None)
    outcomes = left_out(listed.problems.found)
    session.sender.settle()
    try:
        with session.progress(_("relaying"), len(listed.spendings)) as heard:
            for part in relay_spendings(vouchers, listed.spendings, session.sender.deliver, heard):
                outcomes |= part
    finally:
        _show_outcomes(session, listed.table, outcomes)


@command(app, "refund", sends=True, epilog=_("Example: dongne voucher refund 1 0x… 5,000 --keystore shop.json"))
def refund(session: Session, programme: Programme, holder: Who, amount: Amount, order: Order = "") -> None:
    """Give money back to the voucher that had paid it (a merchant): approves it in the currency, then refunds."""
    vouchers, currency, number = session.client(Vouchers), session.client(LocalCurrency), _number(programme)
    money, who = Money.of(currency), account_of(holder)
    base = amount_of(amount, money.decimals)
    session.confirm(_("Give {amount} back to the voucher of {holder}?"), amount=money(base), holder=who)
    session.sender.deliver(currency.approve(vouchers.address, base))
    if session.sender.deliver(vouchers.refund(number, who, base, order_of(order))):
        _show_voucher(session, vouchers, number, who, money)


@command(app, "rest", sends=True, epilog=_("Example: dongne voucher rest 1 --keystore resident.json"))
def rest(session: Session, programme: Programme) -> None:
    """Have the rest of one's own voucher paid out, once enough of it is spent."""
    vouchers, money, number = session.client(Vouchers), Money.of(session.client(LocalCurrency)), _number(programme)
    if session.sender.deliver(vouchers.redeem_rest(number)):
        _show_voucher(session, vouchers, number, session.sender.address, money)


@command(app, "sweep", sends=True, epilog=_("Example: dongne voucher sweep 1"))
def sweep(session: Session, programme: Programme) -> None:
    """Return what is left of an expired programme to its funder; anyone may."""
    if session.sender.deliver(session.client(Vouchers).sweep(_number(programme))):
        show(session, programme)


@command(app, "follow", sends=True, epilog=_("Example: dongne voucher follow 1 0x…"))
def follow(session: Session, programme: Programme, holder: Who) -> None:
    """Bring a voucher to the new address of a person whose account was recovered; anyone may."""
    vouchers, currency, number = session.client(Vouchers), session.client(LocalCurrency), _number(programme)
    if session.sender.deliver(vouchers.follow(number, account_of(holder))):
        present = currency.present_address(account_of(holder))
        _show_voucher(session, vouchers, number, present, Money.of(currency))


def _number(text: str) -> int:
    return whole_number(text, 1, MOST_PROGRAMMES)


def _data(vouchers: Vouchers, number: int, money: Money) -> dict[str, Any]:
    programme, found = vouchers.programme(number), vouchers.fund_of(number)
    return {
        "programme": number,
        "funder": programme.funder,
        "start": programme.start,
        "expiry": programme.expiry,
        "refund_bps": programme.refund_bps,
        "held": money(found.held),
        "free": money(found.free),
        "cap": money(found.cap),
        "closed": found.closed,
    }


def _show_voucher(session: Session, vouchers: Vouchers, number: int, holder: ChecksumAddress, money: Money) -> None:
    found = vouchers.voucher(number, holder)
    data = {
        "programme": number,
        "holder": holder,
        "balance": money.plain(found.balance),
        "granted": money.plain(found.face),
        "nonce": found.nonce,
        "rest_paid_out": found.redeemed,
    }
    facts = [
        Fact(_("programme"), number),
        Fact(_("left on the voucher"), money(found.balance)),
        Fact(_("granted in all"), money(found.face)),
        Fact(_("next nonce"), str(found.nonce)),
        Fact(_("rest paid out"), Yes(found.redeemed)),
    ]
    session.show(data, lambda: session.facts(holder, *facts))


def _plan(
    session: Session, programme: str, file: Path, purpose: str, columns: Path | None
) -> tuple[Table, GrantPlan, Money]:
    money = Money.of(session.client(LocalCurrency))
    listed = read_grants(file, money.decimals, read_mapping(columns) if columns else None)
    return listed.table, GrantPlan.of(_number(programme), purpose_of(purpose), listed.grants), money


def _confirm_list(session: Session, plan: GrantPlan, money: Money, question: str) -> None:
    session.confirm(question, amount=money(plan.total), people=len(plan.grants), number=plan.programme)


def _show_outcomes(session: Session, table: Table, outcomes: dict[int, Outcome]) -> None:
    results = results_beside(session, table, outcomes)
    done = sum(each.result in (GRANTED, CLAIMED, PAID) for each in outcomes.values())
    before = sum(each.result is BEFORE for each in outcomes.values())
    listed = len(table.rows) + len(table.rejected)
    data = {
        "file": str(table.file),
        "listed": listed,
        "done": done,
        "done_before": before,
        "results": str(results or ""),
    }
    facts = [
        Fact(_("lines in the file"), listed),
        Fact(_("done now"), done),
        Fact(_("done before"), before),
        Fact(_("refused or left out"), len(outcomes) - done - before),
    ]
    session.show(data, lambda: session.facts(str(table.file), *facts))
    if results:
        session.note(_("What became of each line: {file}"), file=results)
