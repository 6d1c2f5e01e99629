"""Commands of the cash-back: programmes, a month's list from the logs, its payment, and a check without a key."""

from pathlib import Path
from typing import Annotated, Any

import typer

from dongne.cli.commands import command
from dongne.cli.lists import show_paid
from dongne.cli.money import Amount, Columns, Money
from dongne.cli.output import Fact, Number
from dongne.cli.session import Session, Yes
from dongne.currency import LocalCurrency
from dongne.currency.files import amount_of
from dongne.currency.incentives import (
    CashbackList,
    Incentives,
    PublishedList,
    Verification,
    compute_list,
    pay_list,
    read_list,
    read_terms,
    verify_month,
    write_list,
)
from dongne.currency.incentives.errors import (
    CashbackDiffers,
    ListFileDiffers,
    ListNotTheOnePublished,
    NobodyToReward,
)
from dongne.currency.incentives.verifying import PaidOtherwise
from dongne.language import Joined, Message, _
from dongne.moments import month_named
from dongne.months import month_of, month_text
from dongne.numbers import whole_number
from dongne.results import Outcome
from dongne.tables import Table, read_mapping

MOST_PROGRAMMES = 2**64 - 1
_NAMED_DIFFERENCES = 5
"""Payments that a message names; --json has them all."""

app = typer.Typer(no_args_is_help=True)

Programme = Annotated[str, typer.Argument(metavar="PROGRAMME", help=_("Number of the programme, as `list` shows it"))]
Month = Annotated[
    str | None, typer.Option("--month", help=_("Whose purchases, e.g. 2026-11; else the month before the present one"))
]
ListFile = Annotated[Path, typer.Argument(metavar="FILE", help=_("A month's list, as `compute` wrote it"))]


@command(app, "list", epilog=_("Example: dongne currency incentive list"))
def list_programmes(session: Session) -> None:
    """List the programmes: their months, rates and money."""
    incentives, money = session.client(Incentives), Money.of(session.client(LocalCurrency))
    data = [_data(incentives, number, money) for number in range(1, incentives.count() + 1)]
    rows = [
        (
            str(each["programme"]),
            each["first_month"],
            each["last_month"],
            Number(f"{each['rate_bps'] / 100:g} %"),
            Number(each["cap"]),
            Number(each["held"]),
        )
        for each in data
    ]
    columns = [_("programme"), _("first month"), _("last month"), _("rate"), _("most a month"), _("money")]
    session.show(data, lambda: session.table(session.text(_("Incentive programmes")), columns, rows))


@command(app, "show", epilog=_("Example: dongne currency incentive show 1"))
def show(session: Session, programme: Programme) -> None:
    """Show a programme's terms and money, and the list of its latest month."""
    incentives, money, number = session.client(Incentives), Money.of(session.client(LocalCurrency)), _number(programme)
    published = incentives.published(number)
    data = _data(incentives, number, money) | {"trades": list(incentives.trades(number))}
    data["list"] = _list_data(published, money) if published.month else None
    facts = [
        Fact(_("funder"), data["funder"]),
        Fact(_("first month"), data["first_month"]),
        Fact(_("last month"), data["last_month"]),
        Fact(_("trades"), ", ".join(str(code) for code in data["trades"])),
        Fact(_("rate"), f"{data['rate_bps'] / 100:g} %"),
        Fact(_("most for one person and month"), data["cap"]),
        Fact(_("money"), data["held"]),
    ]
    if published.month:
        facts += _list_facts(session, published, money)
    session.show(data, lambda: session.facts(session.text(_("Programme {number}"), number=number), *facts))


@command(app, "open", sends=True, epilog=_("Example: dongne currency incentive open winter.toml"))
def open_programme(
    session: Session, file: Annotated[Path, typer.Argument(help=_("The programme's terms in TOML, docs/formats.md"))]
) -> None:
    """Open a programme, whose terms never change (currency supervisor)."""
    incentives, money = session.client(Incentives), Money.of(session.client(LocalCurrency))
    terms = read_terms(file, money.decimals)
    session.confirm(
        _("Reward purchases from {first} to {last} with {percent} %, at most {cap} a person and month, of {funder}'s?"),
        first=month_text(terms.first_month),
        last=month_text(terms.last_month),
        percent=f"{terms.rate_bps / 100:g}",
        cap=money(terms.cap),
        funder=terms.funder,
    )
    if receipt := session.sender.deliver(incentives.open(terms)):
        show(session, str(incentives.opened_in(receipt)))


@command(
    app,
    "fund",
    sends=True,
    epilog=_("Example: dongne currency incentive fund 1 10,000,000 --keystore institution.json"),
)
def fund(session: Session, programme: Programme, amount: Amount) -> None:
    """Pay money into a programme (its funder): approves the amount in the currency, then pays it in."""
    incentives, currency, number = session.client(Incentives), session.client(LocalCurrency), _number(programme)
    base = amount_of(amount, currency.decimals())
    session.sender.deliver(currency.approve(incentives.address, base))
    if session.sender.deliver(incentives.fund(number, base)):
        show(session, programme)


@command(app, "close", sends=True, epilog=_("Example: dongne currency incentive close 1"))
def close(session: Session, programme: Programme) -> None:
    """End a programme with the present month; purchases until its end are still rewarded (guardian)."""
    number = _number(programme)
    session.confirm(_("End programme {number} with the present month, for good?"), number=number)
    if session.sender.deliver(session.client(Incentives).close(number)):
        show(session, programme)


@command(app, "compute", epilog=_("Example: dongne currency incentive compute 1 --month 2026-11 --out november.csv"))
def compute(
    session: Session,
    programme: Programme,
    month: Month = None,
    out: Annotated[Path | None, typer.Option("--out", help=_("CSV file to write the list to"))] = None,
) -> None:
    """Compute from the logs alone who is rewarded for how much; anyone can."""
    money, number = Money.of(session.client(LocalCurrency)), _number(programme)
    listed = _computed(session, number, _month(session, month))
    if out is not None:
        write_list(out, listed, money.decimals)
    data = _computed_data(listed, money) | {"programme": number, "file": str(out) if out else None}
    facts = [
        Fact(_("month"), data["month"]),
        Fact(_("people"), len(listed.places)),
        Fact(_("purchases"), money(sum(place.purchases for place in listed.places))),
        Fact(_("cash-back"), money(listed.total)),
        Fact(_("root"), data["root"]),
    ]
    session.show(data, lambda: session.facts(session.text(_("Programme {number}"), number=number), *facts))
    if out is not None:
        session.note(_("{count:,} people written to {file}"), count=len(listed.places), file=out)


@command(app, "publish", sends=True, epilog=_("Example: dongne currency incentive publish 1 november.csv"))
def publish(
    session: Session, programme: Programme, file: ListFile, month: Month = None, columns: Columns = None
) -> None:
    """Publish a month's list, computed anew and compared with the file; it is paid three days later."""
    incentives, money, number = session.client(Incentives), Money.of(session.client(LocalCurrency)), _number(programme)
    at = _month(session, month)
    _table, listed = _listed(session, number, file, at, money, columns)
    _refuse_other(file, listed, _computed(session, number, at), number)
    session.sender.settle()
    held = incentives.programme(number).held
    session.confirm(
        _("Publish {total} of cash-back to {people:,} people for {month}? Programme {number} has {held} for it."),
        total=money(listed.total),
        people=len(listed.places),
        month=month_text(at),
        number=number,
        held=money(held),
    )
    if session.sender.deliver(incentives.publish(number, listed)):
        show(session, programme)


@command(app, "reject", sends=True, epilog=_("Example: dongne currency incentive reject 1"))
def reject(session: Session, programme: Programme) -> None:
    """Make the published list void; who was paid keeps it (guardian)."""
    number = _number(programme)
    session.confirm(_("Reject the list that is published for programme {number}?"), number=number)
    if session.sender.deliver(session.client(Incentives).reject(number)):
        show(session, programme)


@command(app, "pay", sends=True, epilog=_("Example: dongne currency incentive pay 1 november.csv"))
def pay(session: Session, programme: Programme, file: ListFile, columns: Columns = None) -> None:
    """Pay the published list in parts; anyone may, and a payment that was cut off is continued."""
    incentives, money, number = session.client(Incentives), Money.of(session.client(LocalCurrency)), _number(programme)
    published = incentives.published(number)
    table, listed = _listed(session, number, file, published.month, money, columns)
    if not listed.places or (published.stands and listed.tree.root != published.root):
        raise ListNotTheOnePublished(file, number)
    session.sender.settle()
    outcomes = dict[int, Outcome]()
    try:
        with session.progress(_("paying"), len(listed.places)) as heard:
            for part in pay_list(incentives, number, listed, session.sender.deliver, heard):
                outcomes |= part
    finally:
        show_paid(session, table, outcomes, _("people in the file"))


@command(app, "verify", epilog=_("Example: dongne currency incentive verify 1 --month 2026-11"))
def verify(session: Session, programme: Programme, month: Month = None) -> None:
    """Compute a month's list again and compare it, and every payment, with what was published and paid."""
    incentives, currency, number = session.client(Incentives), session.client(LocalCurrency), _number(programme)
    money, at, blocks = Money.of(currency), _month(session, month), _blocks(session, currency)
    with session.progress(_("reading logs"), blocks) as heard:
        found = verify_month(incentives, currency, number, at, heard)
    facts = [
        Fact(_("month"), month_text(at)),
        Fact(_("people by the logs"), len(found.computed.places)),
        Fact(_("cash-back by the logs"), money(found.computed.total)),
        Fact(_("cash-back as published"), money(found.published.total)),
        Fact(_("the published list is that of the logs"), Yes(found.list_agrees)),
        Fact(_("rejected"), Yes(found.rejected)),
        Fact(_("the contract states the same as its logs"), Yes(found.is_as_stated)),
        Fact(_("people paid as they should be"), found.paid),
        Fact(_("people not paid yet"), found.left),
        Fact(_("people paid otherwise"), len(found.otherwise)),
    ]
    data = _verified_data(found, money) | {"programme": number}
    session.show(data, lambda: session.facts(session.text(_("Programme {number}"), number=number), *facts))
    if not found.agrees:
        lines = tuple(_difference_lines(found, money))
        raise CashbackDiffers(number, month_text(at), len(lines), Joined(lines[:_NAMED_DIFFERENCES], "\n"))


@command(app, "sweep", sends=True, epilog=_("Example: dongne currency incentive sweep 1"))
def sweep(session: Session, programme: Programme) -> None:
    """Return the money of a programme that is over to its funder; anyone may."""
    if session.sender.deliver(session.client(Incentives).sweep(_number(programme))):
        show(session, programme)


def _number(text: str) -> int:
    return whole_number(text, 1, MOST_PROGRAMMES)


def _month(session: Session, text: str | None) -> int:
    return month_of(session.chain.timestamp()) - 1 if text is None else month_named(text)


def _blocks(session: Session, currency: LocalCurrency) -> int:
    return session.chain.block_number() - currency.entry.block + 1


def _computed(session: Session, number: int, month: int) -> CashbackList:
    currency = session.client(LocalCurrency)
    with session.progress(_("reading logs"), _blocks(session, currency)) as heard:
        return compute_list(session.client(Incentives), currency, number, month, heard)


def _listed(
    session: Session, number: int, file: Path, month: int, money: Money, columns: Path | None
) -> tuple[Table, CashbackList]:
    rate, mapping = session.client(Incentives).programme(number).rate, read_mapping(columns) if columns else None
    return read_list(file, month, rate, money.decimals, mapping)


def _refuse_other(file: Path, listed: CashbackList, computed: CashbackList, number: int) -> None:
    if not computed.places:
        raise NobodyToReward(number, month_text(computed.month))
    differing = sorted({account for account, _bought in listed.entries.items() ^ computed.entries.items()})
    if differing:
        raise ListFileDiffers(file, len(differing), differing[0])


def _data(incentives: Incentives, number: int, money: Money) -> dict[str, Any]:
    programme = incentives.programme(number)
    return {
        "programme": number,
        "funder": programme.funder,
        "first_month": month_text(programme.first_month),
        "last_month": month_text(programme.last_month),
        "rate_bps": programme.rate_bps,
        "cap": money(programme.cap),
        "held": money(programme.held),
    }


def _list_data(published: PublishedList, money: Money) -> dict[str, Any]:
    return {
        "month": month_text(published.month),
        "root": "0x" + published.root.hex(),
        "stands": published.stands,
        "payable_from": published.payable_from,
        "total": money.plain(published.total),
        "granted": money.plain(published.granted),
        "paid": money.plain(published.paid),
    }


def _list_facts(session: Session, published: PublishedList, money: Money) -> list[Fact]:
    return [
        Fact(_("month of the latest list"), month_text(published.month)),
        Fact(_("rejected"), Yes(not published.stands)),
        Fact(_("payable from"), session.time(published.payable_from)),
        Fact(_("cash-back of the list"), money(published.total)),
        Fact(_("granted for it"), money(published.granted)),
        Fact(_("paid of it"), money(published.paid)),
    ]


def _computed_data(listed: CashbackList, money: Money) -> dict[str, Any]:
    return {
        "month": month_text(listed.month),
        "people": len(listed.places),
        "total": money.plain(listed.total),
        "root": "0x" + (listed.tree.root.hex() if listed.places else ""),
    }


def _verified_data(found: Verification, money: Money) -> dict[str, Any]:
    return _computed_data(found.computed, money) | {
        "published_root": "0x" + found.published.root.hex(),
        "published_total": money.plain(found.published.total),
        "list_agrees": found.list_agrees,
        "rejected": found.rejected,
        "as_stated": found.is_as_stated,
        "paid": found.paid,
        "paid_total": money.plain(found.paid_total),
        "left": found.left,
        "paid_otherwise": [
            {"account": each.account, "expected": money.plain(each.expected), "paid": money.plain(each.paid)}
            for each in found.otherwise
        ],
        "agrees": found.agrees,
    }


def _difference_lines(found: Verification, money: Money) -> list[Message]:
    lines = [_paid_otherwise(each, money) for each in found.otherwise]
    if not found.is_as_stated:
        lines.insert(0, Message(_("the contract states of the list and its payments something else than its logs")))
    if found.list_agrees:
        return lines
    totals = {"computed": money(found.computed.total), "published": money(found.published.total)}
    return [Message(_("the list: {computed} by the logs, {published} as published, or other people"), totals), *lines]


def _paid_otherwise(found: PaidOtherwise, money: Money) -> Message:
    values = {"account": found.account, "expected": money(found.expected), "paid": money(found.paid)}
    return Message(_("{account}: {expected} by the logs, {paid} paid"), values)
