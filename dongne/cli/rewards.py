"""Commands of the volunteer rewards: programmes, activities, attesters, and an institution's list of shifts."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from dongne.cli.commands import command
from dongne.cli.lists import show_paid
from dongne.cli.money import Amount, Columns, Money, Who
from dongne.cli.output import Fact, Number
from dongne.cli.session import Session, Yes
from dongne.currency import LocalCurrency
from dongne.currency.files import account_of, amount_of
from dongne.currency.volunteering import (
    ShiftPlan,
    VolunteerRewards,
    check_shifts,
    read_attestations,
    read_shifts,
    read_terms,
    settle_shifts,
)
from dongne.documents import hash_of_file
from dongne.language import _
from dongne.numbers import whole_number
from dongne.results import Outcome
from dongne.tables import Table, read_mapping
from dongne.words import ShiftRefusal

MOST_PROGRAMMES = 2**32 - 1

app = typer.Typer(no_args_is_help=True)

Programme = Annotated[str, typer.Argument(metavar="PROGRAMME", help=_("Number of the programme, as `list` shows it"))]
ActivityNumber = Annotated[str, typer.Argument(metavar="ACTIVITY", help=_("Number of the activity, as `show` has it"))]
ShiftFile = Annotated[Path, typer.Argument(metavar="FILE", help=_("CSV with the columns address, begins, hours"))]
Dismiss = Annotated[bool, typer.Option("--dismiss", help=_("No longer, from now on"))]


@command(app, "list", epilog=_("Example: dongne currency reward list"))
def list_programmes(session: Session) -> None:
    """List the programmes: when shifts are rewarded, the cap for a person, and the money."""
    rewards, money = session.client(VolunteerRewards), Money.of(session.client(LocalCurrency))
    data = [_data(rewards, number, money) for number in range(1, rewards.count() + 1)]
    rows = [
        (
            str(each["programme"]),
            session.time(each["start"]),
            session.time(each["end"]),
            Number(each["cap"]),
            str(each["cap_months"]),
            Number(each["held"]),
        )
        for each in data
    ]
    columns = [_("programme"), _("shifts from"), _("shifts until before"), _("most a person"), _("months"), _("money")]
    session.show(data, lambda: session.table(session.text(_("Rewards of volunteers")), columns, rows))


@command(app, "show", epilog=_("Example: dongne currency reward show 1"))
def show(session: Session, programme: Programme) -> None:
    """Show a programme's terms and money, and its activities."""
    rewards, money = session.client(VolunteerRewards), Money.of(session.client(LocalCurrency))
    number = _number(programme)
    data = _data(rewards, number, money) | {"activities": _activities(rewards, number, money)}
    facts = [
        Fact(_("funder"), data["funder"]),
        Fact(_("shifts from"), session.time(data["start"])),
        Fact(_("shifts until before"), session.time(data["end"])),
        Fact(_("days to hand a shift in"), data["claim_days"]),
        Fact(_("most for an hour"), data["most_rate"]),
        Fact(_("most a person"), data["cap"]),
        Fact(_("in so many months"), data["cap_months"]),
        Fact(_("money"), data["held"]),
    ]
    columns = [_("activity"), _("institution"), _("for an hour"), _("closed")]
    rows = [
        (str(each["activity"]), each["institution"], Number(each["rate"]), Yes(each["closed"]))
        for each in data["activities"]
    ]
    session.show(
        data,
        lambda: session.facts(session.text(_("Programme {number}"), number=number), *facts),
        lambda: session.table(session.text(_("Activities")), columns, rows),
    )


@command(app, "open", sends=True, epilog=_("Example: dongne currency reward open volunteers.toml"))
def open_programme(
    session: Session, file: Annotated[Path, typer.Argument(help=_("The programme's terms in TOML, docs/formats.md"))]
) -> None:
    """Open a programme, whose terms never change (currency supervisor)."""
    rewards, money = session.client(VolunteerRewards), Money.of(session.client(LocalCurrency))
    terms = read_terms(file, money.decimals, ZoneInfo(session.book.time_zone))
    session.confirm(
        _("Reward shifts from {start} to {end}, at most {rate} an hour and {cap} a person in {months} months?"),
        start=session.time(terms.start),
        end=session.time(terms.end),
        rate=money(terms.most_rate),
        cap=money(terms.cap),
        months=terms.cap_months,
    )
    if receipt := session.sender.deliver(rewards.open(terms)):
        show(session, str(rewards.opened_in(receipt)))


@command(app, "fund", sends=True, epilog=_("Example: dongne currency reward fund 1 5,000,000 --keystore fund.json"))
def fund(session: Session, programme: Programme, amount: Amount) -> None:
    """Pay money into a programme (its funder): approves the amount in the currency, then pays it in."""
    rewards, currency, number = session.client(VolunteerRewards), session.client(LocalCurrency), _number(programme)
    base = amount_of(amount, currency.decimals())
    session.sender.deliver(currency.approve(rewards.address, base))
    if session.sender.deliver(rewards.fund(number, base)):
        show(session, programme)


@command(app, "certify", sends=True, epilog=_("Example: dongne currency reward certify 1 0x… 4,000"))
def certify(
    session: Session,
    programme: Programme,
    institution: Who,
    rate: Annotated[str, typer.Argument(metavar="RATE", help=_("For an hour, in the currency"))],
    document: Annotated[
        Path | None, typer.Option(help=_("What the activity is; only its salted hash is recorded"))
    ] = None,
) -> None:
    """Certify an institution for an activity of a programme (rewards officer)."""
    rewards, money = session.client(VolunteerRewards), Money.of(session.client(LocalCurrency))
    number, account = _number(programme), account_of(institution)
    hashed = hash_of_file(document) if document else bytes(32)
    call = rewards.open_activity(number, account, amount_of(rate, money.decimals), hashed)
    if receipt := session.sender.deliver(call):
        activity = rewards.activity_in(receipt)
        facts = [Fact(_("activity"), activity), Fact(_("institution"), account), Fact(_("for an hour"), rate)]
        data = {"activity": activity, "programme": number, "institution": account, "rate": rate}
        session.show(data, lambda: session.facts(session.text(_("Programme {number}"), number=number), *facts))


@command(app, "close", sends=True, epilog=_("Example: dongne currency reward close 3"))
def close(session: Session, activity: ActivityNumber) -> None:
    """End an activity at once: its shifts are no longer paid, whoever attested them (guardian)."""
    rewards, number = session.client(VolunteerRewards), _number(activity)
    session.confirm(_("End activity {number}? Its shifts are no longer paid, for good."), number=number)
    if session.sender.deliver(rewards.close_activity(number)):
        show(session, str(rewards.activity(number).programme))


@command(app, "attester", sends=True, epilog=_("Example: dongne currency reward attester 0x… --keystore school.json"))
def attester(session: Session, who: Who, dismiss: Dismiss = False) -> None:
    """Name or dismiss somebody who attests shifts for the sender's own institution."""
    rewards, account = session.client(VolunteerRewards), account_of(who)
    if session.sender.deliver(rewards.set_attester(account, appointed=not dismiss)):
        _show_attester(session, account, appointed=rewards.is_attester(session.sender.address, account))


@command(app, "city-attester", sends=True, epilog=_("Example: dongne currency reward city-attester 0x…"))
def city_attester(session: Session, who: Who, dismiss: Dismiss = False) -> None:
    """Name somebody who attests shifts for the city (rewards officer), or dismiss them (guardian)."""
    rewards, account = session.client(VolunteerRewards), account_of(who)
    call = rewards.dismiss_city_attester(account) if dismiss else rewards.appoint_city_attester(account)
    if session.sender.deliver(call):
        _show_attester(session, account, appointed=rewards.is_city_attester(account))


@command(app, "check", epilog=_("Example: dongne currency reward check 3 november.csv"))
def check(session: Session, activity: ActivityNumber, file: ShiftFile, columns: Columns = None) -> None:
    """Check a list of shifts: what each would be paid now, or why not. Nothing is sent or signed."""
    rewards, money = session.client(VolunteerRewards), Money.of(session.client(LocalCurrency))
    _table, plan = _plan(session, activity, file, columns)
    quotes = check_shifts(rewards, plan)
    reasons = Counter(quote.refusal for quote in quotes.values())
    data = {
        "file": str(file),
        "shifts": len(plan.shifts),
        "payable": reasons[ShiftRefusal.NONE],
        "amount": money.plain(sum(quote.amount for quote in quotes.values())),
        "refused": [
            {"line": line, "reason": quote.refusal.name}
            for line, quote in sorted(quotes.items())
            if quote.refusal is not ShiftRefusal.NONE
        ],
    }
    facts = [
        Fact(_("shifts in the file"), len(plan.shifts)),
        Fact(_("can be paid"), reasons[ShiftRefusal.NONE]),
        Fact(_("each on its own, together"), money(sum(quote.amount for quote in quotes.values()))),
        *(Fact(refusal.label, count) for refusal, count in sorted(reasons.items()) if refusal is not ShiftRefusal.NONE),
    ]
    session.show(data, lambda: session.facts(str(file), *facts))


@command(app, "settle", sends=True, epilog=_("Example: dongne currency reward settle 3 november.csv november.jsonl"))
def settle(
    session: Session,
    activity: ActivityNumber,
    file: ShiftFile,
    attestations: Annotated[
        Path, typer.Argument(metavar="ATTESTATIONS", help=_("What both attesters signed: `dongne sign shifts`"))
    ],
    columns: Columns = None,
) -> None:
    """Pay a list of shifts that both sides attested; anyone may, and what was paid is not paid again."""
    rewards, signed = session.client(VolunteerRewards), read_attestations(attestations)
    table, plan = _plan(session, activity, file, columns)
    session.sender.settle()
    outcomes = dict[int, Outcome]()
    try:
        with session.progress(_("paying"), len(plan.shifts)) as heard:
            for part in settle_shifts(rewards, plan, attestations, signed, session.sender.deliver, heard):
                outcomes |= part
    finally:
        show_paid(session, table, outcomes, _("shifts in the file"))


@command(app, "sweep", sends=True, epilog=_("Example: dongne currency reward sweep 1"))
def sweep(session: Session, programme: Programme) -> None:
    """Return the money of a programme that is over to its funder; anyone may."""
    if session.sender.deliver(session.client(VolunteerRewards).sweep(_number(programme))):
        show(session, programme)


def _number(text: str) -> int:
    return whole_number(text, 1, MOST_PROGRAMMES)


def _plan(session: Session, activity: str, file: Path, columns: Path | None) -> tuple[Table, ShiftPlan]:
    mapping = read_mapping(columns) if columns else None
    table, shifts = read_shifts(file, ZoneInfo(session.book.time_zone), mapping)
    return table, ShiftPlan.of(_number(activity), shifts)


def _data(rewards: VolunteerRewards, number: int, money: Money) -> dict[str, Any]:
    programme = rewards.programme(number)
    return {
        "programme": number,
        "funder": programme.funder,
        "start": programme.start,
        "end": programme.end,
        "claim_days": programme.claim_days,
        "most_rate": money(programme.most_rate),
        "cap": money(programme.cap),
        "cap_months": programme.cap_months,
        "held": money(programme.held),
    }


def _activities(rewards: VolunteerRewards, number: int, money: Money) -> list[dict[str, Any]]:
    return [
        {
            "activity": each.activity,
            "institution": each.institution,
            "rate": money(each.rate),
            "closed": rewards.activity(each.activity).closed,
        }
        for each in rewards.activities_of(number)
    ]


def _show_attester(session: Session, account: str, *, appointed: bool) -> None:
    data = {"attester": account, "appointed": appointed}
    session.show(data, lambda: session.facts(account, Fact(_("attests"), Yes(appointed))))
