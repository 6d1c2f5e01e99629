"""Commands of roles: list, grant, revoke, and what is announced because a delay demands it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import typer
from eth_typing import ChecksumAddress

from dongne.access import CityAccess, Operation
from dongne.access.announced import calls_of, loser_of
from dongne.addresses import address_of
from dongne.chain import Call
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.sender import NotReady
from dongne.cli.session import Session
from dongne.cli.status import holder_message
from dongne.errors import InputError
from dongne.language import Message, _
from dongne.suite import Role

app = typer.Typer(no_args_is_help=True)

MOST_DELAY = 365 * 24 * 3600

RoleName = Annotated[str, typer.Argument(metavar="ROLE", help=_("Name of the role, such as currency-officer"))]
Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help=_("Address of its holder"))]
NoAdministratorLeft = Annotated[
    bool, typer.Option("--no-administrator-left", help=_("Revoke even the last administrator"))
]


@dataclass(eq=False)
class NotARole(InputError):
    """A text is not the name of a role."""

    template = _("{text!r} is not a role. The roles are: {roles}.")
    text: str
    roles: tuple[str, ...]


@dataclass(eq=False)
class NotAHolder(InputError):
    """A role cannot be taken from an account without it."""

    template = _("{account} does not hold the role {role}. `dongne roles list` shows who does.")
    account: str
    role: Role


@dataclass(eq=False)
class LastAdministrator(InputError):
    """Without an administrator no role can be changed any more, ever."""

    template = _(
        "{account} is the last administrator: without one, no role can ever be changed again. Nothing was sent. "
        "Grant the role to another account first; if you really mean it, give --no-administrator-left."
    )
    account: str


@dataclass(eq=False)
class NotAnnounced(InputError):
    """An operation is not among those that are announced."""

    template = _("{text!r} is not an announced operation. `dongne roles list` shows them.")
    text: str


@command(app, "list", epilog=_("Example: dongne roles list"))
def list_(session: Session) -> None:
    """Who holds which role, as the chain says, and what is announced."""
    access = session.client(CityAccess)
    holders, operations = {role: access.holders(role) for role in Role}, access.operations()
    data = {
        "roles": {role.name: [each.account for each in found] for role, found in holders.items()},
        "announced": [_as_json(session, access, operation) for operation in operations],
    }
    facts = [Fact(role.label, holder_message(session, each)) for role, found in holders.items() for each in found]
    parts = [lambda: session.facts(session.text(_("Roles")), *facts)]
    if operations:
        parts.append(lambda: session.facts(session.text(_("Announced")), *_announced(session, access, operations)))
    session.show(data, *parts)


@command(app, sends=True, epilog=_("Example: dongne roles grant currency-officer 0x… --keystore administrator.json"))
def grant(
    session: Session,
    role: RoleName,
    account: Account,
    delay: Annotated[
        int, typer.Option(min=0, max=MOST_DELAY, help=_("Seconds that the holder must announce a call ahead"))
    ] = 0,
) -> None:
    """Give a role. Where the administrator has a delay: announce it; run the same command again after the delay."""
    access, holder, wanted = session.client(CityAccess), address_of(account), _role(role)
    found = access.membership(wanted, holder)
    if found.held and found.delay == delay:
        session.show({"done": True}, lambda: session.text(_("{account} holds the role already."), account=holder))
        return
    question = _("Give the role {role} to {account}?")
    _administer(session, wanted, access.grant(wanted, holder, delay), question, holder)


@command(app, sends=True, epilog=_("Example: dongne roles revoke currency-officer 0x… --keystore administrator.json"))
def revoke(
    session: Session,
    role: RoleName,
    account: Account,
    no_administrator_left: NoAdministratorLeft = False,
) -> None:
    """Take a role away. Where the administrator has a delay: announce it; run it again after the delay."""
    access, holder, wanted = session.client(CityAccess), address_of(account), _role(role)
    holders = [each.account for each in access.holders(wanted)]
    if holder not in holders:
        raise NotAHolder(holder, wanted)
    if wanted is Role.ADMINISTRATOR:
        _guard_administrators(session, access, {holder}, no_administrator_left)
    question = _("Take the role {role} from {account}?")
    _administer(session, wanted, access.revoke(wanted, holder), question, holder)


@command(app, sends=True, epilog=_("Example: dongne roles execute 0x… --keystore administrator.json"))
def execute(
    session: Session,
    operation: Annotated[str, typer.Argument(help=_("Number of the announced operation, from `dongne roles list`"))],
    no_administrator_left: NoAdministratorLeft = False,
) -> None:
    """Carry out an announced call once its delay is over; only the account that announced it can."""
    access = session.client(CityAccess)
    found = _operation(access, operation)
    _refuse_unready(session, found.ready)
    losers = {loser_of(call, Role.ADMINISTRATOR) for call in calls_of(found, session.book.names())}
    _guard_administrators(session, access, losers, no_administrator_left)
    _deliver(session, access.execute(access.call_of(found, "announced call")))


@command(app, sends=True, epilog=_("Example: dongne roles cancel 0x… --keystore guardian.json"))
def cancel(
    session: Session,
    operation: Annotated[str, typer.Argument(help=_("Number of the announced operation, from `dongne roles list`"))],
) -> None:
    """Take back an announced call: for the account that announced it, the role's guardian or an administrator."""
    access = session.client(CityAccess)
    _deliver(session, access.cancel(_operation(access, operation)))


def _guard_administrators(
    session: Session, access: CityAccess, losers: set[ChecksumAddress | None], agreed: bool
) -> None:
    """Make sure that an administrator is left when these accounts are none any more, or that none is really wanted."""
    holders = {each.account for each in access.holders(Role.ADMINISTRATOR)}
    if holders - losers:
        return
    last = ", ".join(sorted(holders))
    if not agreed:
        raise LastAdministrator(last)
    session.confirm(_("{account} is the last administrator. Really leave the suite without one?"), account=last)


def _administer(session: Session, role: Role, call: Call, question: str, account: ChecksumAddress) -> None:
    """Send a change of a role, or announce it, or carry out what was announced."""
    session.sender.settle()
    session.confirm(question, role=role, account=account)
    _deliver(session, call)


def _deliver(session: Session, call: Call) -> None:
    receipt = session.sender.deliver(call)
    if receipt is not None:
        transaction = receipt["transactionHash"].to_0x_hex()
        session.show({"transaction": transaction}, lambda: session.text(_("Done: {hash}"), hash=transaction))


def _refuse_unready(session: Session, ready: int) -> None:
    if ready > session.chain.timestamp():
        raise NotReady(session.time(ready))


def _role(text: str) -> Role:
    name = text.upper().replace("-", "_")
    if name not in Role.__members__:
        raise NotARole(text, tuple(role.name.lower().replace("_", "-") for role in Role))
    return Role[name]


def _operation(access: CityAccess, text: str) -> Operation:
    wanted = text.removeprefix("0x").lower()
    for operation in access.operations():
        if operation.operation_id.hex() == wanted:
            return operation
    raise NotAnnounced(text)


def _announced(session: Session, access: CityAccess, operations: list[Operation]) -> Iterator[Fact]:
    lifetime = access.expiration()
    for each in operations:
        calls = "; ".join(str(call) for call in calls_of(each, session.book.names()))
        times = {"time": session.time(each.ready), "end": session.time(each.ready + lifetime)}
        values = {"calls": calls, "caller": each.caller, **times}
        what = Message(_("{calls}, announced by {caller}; can be carried out from {time} to {end}"), values)
        yield Fact("0x" + each.operation_id.hex(), what)


def _as_json(session: Session, access: CityAccess, operation: Operation) -> dict[str, object]:
    return {
        "operation": "0x" + operation.operation_id.hex(),
        "ready": operation.ready,
        "expires": operation.ready + access.expiration(),
        "caller": operation.caller,
        "target": operation.target,
        "calls": [str(call) for call in calls_of(operation, session.book.names())],
        "data": "0x" + operation.data.hex(),
    }
