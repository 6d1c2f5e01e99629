"""Commands of the reserve: what stands behind the money, terms of top-ups, and their budget."""

from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from dongne.cli import reserve_reports
from dongne.cli.commands import command
from dongne.cli.money import Amount, Money
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.currency import CashOutDesk, LocalCurrency, TopUpTerms, Treasury
from dongne.currency.errors import AllowanceChangeUnclear
from dongne.currency.files import amount_of
from dongne.documents import hash_of_file
from dongne.language import Message, _
from dongne.moments import past_moment
from dongne.numbers import whole_number
from dongne.units import to_base_units

LONGEST_ATTESTATION = 35
"""Days after the bank's statement until which the contract takes an attestation."""

MOST_BONUS_BPS = 3_000
MOST_RESERVE = 2**64 - 1

app = typer.Typer(no_args_is_help=True)
command(app, "report", epilog=reserve_reports.EPILOG)(reserve_reports.report)


@command(app, "show", epilog=_("Example: dongne currency reserve show"))
def show(session: Session) -> None:
    """Show what is in reserve, how much more can be issued, and the terms of top-ups."""
    treasury, currency = session.client(Treasury), session.client(LocalCurrency)
    money, reserve, attested = Money.of(currency), treasury.reserve(), treasury.attestation()
    settled = session.client(CashOutDesk).settled_total()
    terms, budget, supply = treasury.top_up_terms(), treasury.bonus_budget(), currency.total_supply()
    data = {
        "attested": money.plain(attested.reserve),
        "document": "0x" + attested.document.hex(),
        "as_of": attested.as_of,
        "expires": attested.expires,
        "left": money.plain(reserve.left),
        "in_circulation": money.plain(supply),
        "issuable": money.plain(reserve.issuable),
        "settled_total": money.plain(settled),
        "bonus_bps": terms.bonus_bps,
        "monthly_cap": money.plain(terms.monthly_cap),
        "holding_cap": money.plain(terms.holding_cap),
        "bonus_budget": money.plain(budget),
    }
    good = Message(_("until {time}"), {"time": session.time(attested.expires)}) if attested.expires else "-"
    facts = [
        Fact(_("attested reserve"), money(attested.reserve)),
        Fact(_("counted by the bank"), session.time(attested.as_of) if attested.as_of else "-"),
        Fact(_("attestation good"), good),
        Fact(_("left of it after cash-outs"), money(reserve.left)),
        Fact(_("in circulation"), money(supply)),
        Fact(_("can be issued now"), money(reserve.issuable)),
        Fact(_("cash-outs ever settled"), money(settled)),
        Fact(_("bonus of a top-up"), f"{terms.bonus_bps / 100:g} %"),
        Fact(_("deposits of a resident a month"), money(terms.monthly_cap)),
        Fact(_("most that a resident holds"), money(terms.holding_cap)),
        Fact(_("left of the bonus budget"), money(budget)),
    ]
    session.show(data, lambda: session.facts(session.text(_("Reserve")), *facts))


@command(
    app,
    "attest",
    sends=True,
    epilog=_(
        'Example: dongne currency reserve attest 1,200,000,000 --as-of "2026-12-01 18:00" --document statement.pdf'
    ),
)
def attest(
    session: Session,
    amount: Amount,
    document: Annotated[
        Path,
        typer.Option(help=_("The bank's statement; only its salted hash is recorded, and the salt kept beside it")),
    ],
    as_of: Annotated[str, typer.Option(help=_("When the bank counted it, as its statement says: date and time"))],
    days: Annotated[
        str, typer.Option(help=_("For how many days after the statement money may be issued on it, 1 to 35"))
    ] = "30",
) -> None:
    """State what is in the reserve account (reserve attester)."""
    treasury, money = session.client(Treasury), Money.of(session.client(LocalCurrency))
    base = whole_number(str(to_base_units(amount, money.decimals)), 0, MOST_RESERVE)
    counted = past_moment(as_of, session.chain.timestamp(), ZoneInfo(session.book.time_zone))
    expires = counted + whole_number(days, 1, LONGEST_ATTESTATION) * 86_400
    settled = session.client(CashOutDesk).settled_until(counted)
    session.confirm(
        _(
            "State that {amount} were in the reserve account at {counted}, when {settled} had been settled; good until "
            "{time}?"
        ),
        amount=money(base),
        counted=session.time(counted),
        settled=money(settled),
        time=session.time(expires),
    )
    if session.sender.deliver(treasury.attest(base, counted, expires, hash_of_file(document))):
        show(session)


@command(
    app,
    "terms",
    sends=True,
    epilog=_("Example: dongne currency reserve terms --bonus-bps 1000 --monthly-cap 500,000 --holding-cap 2,000,000"),
)
def terms(
    session: Session,
    bonus_bps: Annotated[str, typer.Option(help=_("Bonus in hundredths of a percent, 0 to 3,000"))],
    monthly_cap: Annotated[str, typer.Option(help=_("What a resident can pay in within a calendar month"))],
    holding_cap: Annotated[str, typer.Option(help=_("What a resident can hold after a top-up"))],
) -> None:
    """Set the terms of later top-ups (currency supervisor)."""
    treasury, money = session.client(Treasury), Money.of(session.client(LocalCurrency))
    caps = [amount_of(text, money.decimals) for text in (monthly_cap, holding_cap)]
    wanted = TopUpTerms(whole_number(bonus_bps, 0, MOST_BONUS_BPS), *caps)
    session.confirm(
        _("Give a bonus of {percent} percent on deposits, at most {monthly} a month, up to {holding} in hand?"),
        percent=f"{wanted.bonus_bps / 100:g}",
        monthly=money(wanted.monthly_cap),
        holding=money(wanted.holding_cap),
    )
    if session.sender.deliver(treasury.set_top_up_terms(wanted)):
        show(session)


@command(app, "budget", sends=True, epilog=_("Example: dongne currency reserve budget --more 10,000,000"))
def budget(
    session: Session,
    more: Annotated[str | None, typer.Option(help=_("Let bonuses cost so much more (currency supervisor)"))] = None,
    less: Annotated[
        str | None, typer.Option(help=_("Take so much from what they can still cost, or all of it (guardian)"))
    ] = None,
) -> None:
    """Change what bonuses can still cost."""
    treasury, money = session.client(Treasury), Money.of(session.client(LocalCurrency))
    if (more is None) == (less is None):
        raise AllowanceChangeUnclear
    base = whole_number(str(to_base_units(more or less or "", money.decimals)), 1, MOST_RESERVE)
    call: Any = treasury.increase_bonus_budget if more is not None else treasury.decrease_bonus_budget
    if session.sender.deliver(call(base)):
        show(session)
