"""Commands of lost keys: announce, cancel, complete."""

from pathlib import Path
from typing import Annotated

import typer

from dongne.cli.commands import command
from dongne.cli.money import Who
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.currency import LocalCurrency, Recovery
from dongne.currency.files import account_of
from dongne.documents import hash_of_file
from dongne.language import Message, _
from dongne.signing import signature_of

app = typer.Typer(no_args_is_help=True)

New = Annotated[str, typer.Argument(metavar="NEW", help=_("The new address"))]


@command(app, "show", epilog=_("Example: dongne currency recovery show 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"))
def show(session: Session, who: Who) -> None:
    """Show the announced recovery of an account, or the address that it has now."""
    account = account_of(who)
    found = session.client(Recovery).announcement(account)
    present = session.client(LocalCurrency).present_address(account)
    data = {"account": account, "present": present, "to": found.to if found else None, "ready": found and found.ready}
    facts = [Fact(_("present address"), present)]
    if found:
        facts += [Fact(_("will become"), found.to), Fact(_("from"), session.time(found.ready))]
    else:
        facts.append(Fact(_("recovery"), Message(_("none is announced"))))
    session.show(data, lambda: session.facts(account, *facts))


@command(
    app,
    "announce",
    sends=True,
    epilog=_("Example: dongne currency recovery announce 0x… 0x… --consent 0x… --document identity-check.pdf"),
)
def announce(
    session: Session,
    who: Who,
    new: New,
    consent: Annotated[str, typer.Option(help=_("Signature of the new key: `dongne sign recovery`"))],
    document: Annotated[
        Path,
        typer.Option(help=_("How the person was checked; only its salted hash is recorded, the salt kept beside it")),
    ],
) -> None:
    """Announce that an account is to have a new key, a week ahead (membership officer)."""
    account, to = account_of(who), account_of(new)
    session.confirm(
        _("Give the account {account} to {to} in 7 days, unless the old key cancels it?"), account=account, to=to
    )
    call = session.client(Recovery).announce(account, to, hash_of_file(document), signature_of(consent))
    if session.sender.deliver(call):
        show(session, who)


@command(app, "complete", sends=True, epilog=_("Example: dongne currency recovery complete 0x…"))
def complete(session: Session, who: Who) -> None:
    """Complete a recovery whose week is over; anyone may."""
    if session.sender.deliver(session.client(Recovery).complete(account_of(who))):
        show(session, who)


@command(app, "cancel", sends=True, epilog=_("Example: dongne currency recovery cancel --keystore resident.json"))
def cancel(session: Session) -> None:
    """Cancel the recovery of one's own account: its key is not lost."""
    if session.sender.deliver(session.client(Recovery).cancel()):
        show(session, session.sender.address)


@command(app, "veto", sends=True, epilog=_("Example: dongne currency recovery veto 0x…"))
def veto(session: Session, who: Who) -> None:
    """Cancel a recovery out of doubt (guardian)."""
    if session.sender.deliver(session.client(Recovery).veto(account_of(who))):
        show(session, who)
