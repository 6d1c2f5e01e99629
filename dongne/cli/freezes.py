"""Commands of frozen accounts: freeze, confirm or lift, appeal, and what follows by itself."""

from pathlib import Path
from typing import Annotated

import typer

from dongne.chain import Call
from dongne.cli.commands import command
from dongne.cli.money import Who
from dongne.cli.output import Fact
from dongne.cli.session import Session, Yes
from dongne.currency import Holds, LocalCurrency
from dongne.currency.files import account_of
from dongne.documents import hash_of_file
from dongne.language import Message, _

app = typer.Typer(no_args_is_help=True)

Evidence = Annotated[
    Path,
    typer.Option("--document", help=_("The document; only its salted hash is recorded, and the salt kept beside it")),
]


@command(app, "show", epilog=_("Example: dongne currency freeze show 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"))
def show(session: Session, who: Who) -> None:
    """Show whether an account is frozen, until when, and by whom."""
    holds, account = session.client(Holds), account_of(who)
    found, week = holds.freeze_of(account), holds.week_ends(account)
    data = {
        "account": account,
        "frozen": found is not None,
        "until": found and found.until,
        "confirmed": found and found.confirmed,
        "frozen_by": found and found.frozen_by,
        "week_ends": week or None,
    }
    facts = [Fact(_("frozen"), Yes(found is not None))]
    if found:
        facts += [Fact(_("until"), session.time(found.until)), Fact(_("confirmed"), Yes(found.confirmed))]
        facts += [Fact(_("frozen by"), found.frozen_by)]
    facts.append(Fact(_("last week of holds ends"), session.time(week) if week else Message(_("never"))))
    session.show(data, lambda: session.facts(account, *facts))


@command(
    app,
    "place",
    sends=True,
    epilog=_("Example: dongne currency freeze place 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --document report.pdf"),
)
def place(session: Session, who: Who, document: Evidence) -> None:
    """Stop an account from paying and being paid, for 7 days at most (holds officer)."""
    account = account_of(who)
    session.confirm(
        _("Freeze {account}? It can neither pay nor be paid for 7 days, unless that is undone or confirmed."),
        account=account,
    )
    _decide(session, who, session.client(Holds).freeze(account, hash_of_file(document)))


@command(
    app,
    "confirm",
    sends=True,
    epilog=_(
        "Example: dongne currency freeze confirm 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --document ruling.pdf"
    ),
)
def confirm(session: Session, who: Who, document: Evidence) -> None:
    """Decide that an account stays frozen for 180 days from now (holds reviewer)."""
    account = account_of(who)
    session.confirm(_("Keep {account} frozen for 180 days?"), account=account)
    _decide(session, who, session.client(Holds).confirm_freeze(account, hash_of_file(document)))


@command(
    app, "undo", sends=True, epilog=_("Example: dongne currency freeze undo 0x70997970C51812dc3A010C7d01b50e0d17dc79C8")
)
def undo(session: Session, who: Who) -> None:
    """End a freeze that was not confirmed (holds officer)."""
    _decide(session, who, session.client(Holds).unfreeze(account_of(who)))


@command(
    app, "lift", sends=True, epilog=_("Example: dongne currency freeze lift 0x70997970C51812dc3A010C7d01b50e0d17dc79C8")
)
def lift(session: Session, who: Who) -> None:
    """End any freeze (holds reviewer)."""
    _decide(session, who, session.client(Holds).lift_freeze(account_of(who)))


@command(
    app, "end", sends=True, epilog=_("Example: dongne currency freeze end 0x70997970C51812dc3A010C7d01b50e0d17dc79C8")
)
def end(session: Session, who: Who) -> None:
    """End a freeze whose term is over; anyone may."""
    _decide(session, who, session.client(Holds).end_freeze(account_of(who)))


@command(
    app,
    "appeal",
    sends=True,
    epilog=_("Example: dongne currency freeze appeal 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --document letter.pdf"),
)
def appeal(session: Session, who: Who, document: Evidence) -> None:
    """Object to a freeze, as the owner of the account."""
    _decide(session, who, session.client(Holds).appeal_freeze(account_of(who), hash_of_file(document)))


def _decide(session: Session, who: str, call: Call) -> None:
    if session.sender.deliver(call):
        show(session, session.client(LocalCurrency).present_address(account_of(who)))
