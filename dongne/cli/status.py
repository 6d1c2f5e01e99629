"""The command that shows a deployment as the chain has it."""

from collections.abc import Iterator
from dataclasses import dataclass

import typer

from dongne.access import CityAccess, Holder
from dongne.access.weaknesses import weaknesses
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.session import Session, Yes
from dongne.errors import EvidenceMismatch
from dongne.language import Message, Readable, _
from dongne.suite import SUITE, Role

app = typer.Typer()


@dataclass(eq=False)
class DeploymentIncomplete(EvidenceMismatch):
    """Part of a deployment is missing."""

    template = _(
        "The deployment on chain {chain_id} is not complete: {missing}. Run the deployment again to finish it; if the "
        "chain was reset, move its address book away first."
    )
    chain_id: int
    missing: Message | tuple[str, ...]


@command(app, epilog=_("Example: dongne status --rpc http://127.0.0.1:8545"))
def status(session: Session) -> None:
    """Show the deployment: contracts, roles, delays."""
    book, chain = session.book, session.chain
    there = {name: bool(chain.code(entry.address)) for name, entry in book.contracts.items()}
    missing = tuple(name for name in SUITE if not there.get(name, False))
    complete = book.complete and not missing
    holders = _holders(session) if there.get(CityAccess.NAME) else {}
    guardians = session.client(CityAccess).guardians() if holders else {}
    data = {
        "chain_id": chain.id,
        "block": chain.block_number(),
        "complete": complete,
        "time_zone": book.time_zone,
        "contracts": {
            name: {"address": entry.address, "block": entry.block, "on_chain": there[name]}
            for name, entry in book.contracts.items()
        },
        "roles": {
            role.name: {
                "holders": [{"account": each.account, "delay": each.delay, "since": each.since} for each in found],
                "guardian": Role(guardians[role]).name if guardians[role] in list(Role) else guardians[role],
            }
            for role, found in holders.items()
        },
    }
    weak = list(weaknesses(holders, guardians)) if holders else []
    data["weaknesses"] = [each.text("en") for each in weak]
    facts = [
        Fact(_("chain"), str(chain.id)),
        Fact(_("complete"), Yes(complete)),
        *_contract_facts(session, there),
        *_role_facts(session, holders, guardians),
        *(Fact(_("weak"), each) for each in weak),
    ]
    session.show(data, lambda: session.facts(session.text(_("Deployment")), *facts))
    if not complete:
        what = missing or Message(_("the roles are not handed over to the city yet"))
        raise DeploymentIncomplete(chain.id, what)


def _holders(session: Session) -> dict[Role, list[Holder]]:
    access = session.client(CityAccess)
    return {role: access.holders(role) for role in Role}


def _contract_facts(session: Session, there: dict[str, bool]) -> Iterator[Fact]:
    for name, entry in session.book.contracts.items():
        template = _("{address}, since block {block}") if there[name] else _("{address}: NOTHING IS THERE")
        yield Fact(name, Message(template, {"address": entry.address, "block": entry.block}))


def _role_facts(session: Session, holders: dict[Role, list[Holder]], guardians: dict[Role, int]) -> Iterator[Fact]:
    for role, found in holders.items():
        for holder in found:
            yield Fact(role.label, holder_message(session, holder))
        if not found:
            yield Fact(role.label, Message(_("nobody")))
        if guardians[role] != Role.ADMINISTRATOR and any(holder.delay for holder in found):
            number = guardians[role]
            values = {"guardian": Role(number) if number in list(Role) else str(number)}
            yield Fact(role.label, Message(_("the {guardian} may cancel what is announced"), values))


def holder_message(session: Session, holder: Holder) -> Readable:
    """A holder of a role in words, a contract by its name, with the delay and what is still to come."""
    account = session.book.names().get(holder.account, holder.account)
    values = {"account": account, "delay": holder.delay, "since": session.time(holder.since)}
    if holder.since > session.chain.timestamp():
        return Message(_("{account}, from {since} on"), values)
    if holder.delay:
        return Message(_("{account}, announces {delay:,} seconds ahead"), values)
    return Message(_("{account}"), values)
