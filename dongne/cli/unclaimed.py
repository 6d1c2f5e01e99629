"""Commands of the last few won of accounts that ended."""

from typing import Annotated

import typer

from dongne.cli.commands import command
from dongne.cli.money import Money, Who
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.currency import LocalCurrency, Unclaimed
from dongne.currency.files import account_of
from dongne.language import _

app = typer.Typer(no_args_is_help=True)

To = Annotated[str, typer.Argument(metavar="TO", help=_("Account of the city that gets it"))]


@command(app, "show", epilog=_("Example: dongne currency unclaimed show 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"))
def show(session: Session, who: Who) -> None:
    """Show what is kept for an account that changed its kind or was struck off."""
    account, money = account_of(who), Money.of(session.client(LocalCurrency))
    found = session.client(Unclaimed).kept(account)
    data = {"account": account, "amount": money.plain(found.amount), "until": found.until or None}
    facts = [Fact(_("kept"), money(found.amount))]
    if found.amount:
        facts.append(Fact(_("lapses"), session.time(found.until)))
    session.show(data, lambda: session.facts(account, *facts))


@command(
    app,
    "claim",
    sends=True,
    epilog=_("Example: dongne currency unclaimed claim 0x… 0x… --keystore old.json"),
)
def claim(session: Session, who: Who, to: To) -> None:
    """Claim what is kept for an account that ended, with its own key or that of the account it was recovered to."""
    if session.sender.deliver(session.client(Unclaimed).claim(account_of(who), account_of(to))):
        show(session, who)


@command(
    app,
    "lapse",
    sends=True,
    epilog=_("Example: dongne currency unclaimed lapse 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
)
def lapse(session: Session, who: Who) -> None:
    """Destroy what nobody claimed in five years; anyone may. The won behind it are the city's."""
    if session.sender.deliver(session.client(Unclaimed).lapse(account_of(who))):
        show(session, who)
