"""Commands of the city's own contracts in the currency."""

import typer

from dongne.cli.commands import command
from dongne.cli.money import Who
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.currency import LocalCurrency
from dongne.currency.files import account_of
from dongne.language import _

app = typer.Typer(no_args_is_help=True)


@command(
    app, "add", sends=True, epilog=_("Example: dongne currency contract add 0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512")
)
def add(session: Session, who: Who) -> None:
    """Register one of the city's contracts (currency supervisor): members may then pay it, and it them."""
    account = account_of(who)
    session.confirm(
        _("Register the contract {account} as the city's? By the table it may pay merchants, who cash out."),
        account=account,
    )
    _change(session, account, is_one=True)


@command(
    app,
    "retire",
    sends=True,
    epilog=_("Example: dongne currency contract retire 0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"),
)
def retire(session: Session, who: Who) -> None:
    """Strike an empty city contract off (currency supervisor)."""
    account = account_of(who)
    session.confirm(_("Retire the contract {account}? It can neither pay nor be paid then."), account=account)
    _change(session, account, is_one=False)


def _change(session: Session, account: str, is_one: bool) -> None:
    currency, address = session.client(LocalCurrency), account_of(account)
    if session.sender.deliver(currency.register_contract(address, is_one)):
        kind = currency.account(address).kind
        data = {"contract": address, "kind": kind.name}
        session.show(data, lambda: session.facts(address, Fact(_("kind"), kind)))
