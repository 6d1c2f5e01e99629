"""The command that deploys the suite and hands it over to the city."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.deployment.city import City
from dongne.deployment.deployment import Deployment
from dongne.deployment.plan import Plan
from dongne.errors import Interrupted, SettingError
from dongne.language import _
from dongne.suite import SUITE

app = typer.Typer()

CONFIRMATIONS = 2


@dataclass(eq=False)
class CityNotNamed(SettingError):
    """A deployment needs the city's file."""

    template = _("No city's file is named. Give --city FILE or set DONGNE_CITY; `dongne init` makes one.")


@dataclass(eq=False)
class DeployerNotNamed(SettingError):
    """A deployment needs a key that pays."""

    template = _("No key is named that pays for the deployment. Give --keystore FILE or set DONGNE_KEYSTORE.")


@dataclass(eq=False)
class ChainNotNamed(SettingError):
    """A deployment must know which chain it is meant for."""

    template = _(
        "It is not said to which chain. Give --chain-id or set DONGNE_CHAIN_ID, so that a node of another chain is "
        "refused before anything is sent."
    )


@command(
    app,
    "deploy",
    sends=True,
    by_safe=False,
    epilog=_("Example: dongne deploy --city city.toml --chain-id 11155111 --keystore ~/keys/deployer.json"),
)
def deploy(
    session: Session,
    city: Annotated[Path | None, typer.Option(help=_("The city's file; else DONGNE_CITY"))] = None,
    chain_id: Annotated[
        int | None, typer.Option(min=1, help=_("The chain that it is meant for; else DONGNE_CHAIN_ID"))
    ] = None,
    confirmations: Annotated[
        int, typer.Option(min=1, max=100, help=_("Blocks that must hold each transaction, its own included"))
    ] = CONFIRMATIONS,
) -> None:
    """Deploy the suite, or go on where a deployment stopped: creates contracts, grants roles, gives up its own.

    It says first what it is going to do, and asks. It can be repeated: nothing is sent twice.
    """
    deployment = _deployment(session, city, chain_id, confirmations)
    if deployment.book.complete:
        return _show(session, deployment)
    plan = Plan.of(deployment)
    for line in plan.lines():
        session.say(line)
    session.confirm(_("Deploy?"))
    if session.sending.dry_run:
        return session.show(_planned(plan))
    _run(deployment)
    return _show(session, deployment)


def _deployment(session: Session, city: Path | None, chain_id: int | None, confirmations: int) -> Deployment:
    """What is to be deployed; what can be wrong without a node is found before one is asked."""
    settings, options = session.settings, session.sending
    keystore, file, expected = (
        options.keystore or settings.keystore,
        city or settings.city,
        chain_id or settings.chain_id,
    )
    if keystore is None:
        raise DeployerNotNamed()
    if file is None:
        raise CityNotNamed()
    if expected is None:
        raise ChainNotNamed()
    terms = City.from_file(file)
    session.settings = replace(settings, chain_id=expected)
    chain = session.chain
    key = session.unlock(keystore, options.password_file)
    return Deployment(key, confirmations, terms, chain, settings.deployments, session.say)


def _run(deployment: Deployment) -> None:
    """Ctrl-C says what is under way."""
    try:
        deployment.run()
    except KeyboardInterrupt:
        if under_way := deployment.sender.under_way():
            raise Interrupted(tuple(under_way)) from None
        raise


def _planned(plan: Plan) -> dict[str, object]:
    deployment = plan.deployment
    return {
        "chain_id": deployment.chain.id,
        "deployer": deployment.admin.address,
        "balance": plan.balance,
        "most_gas": plan.gas,
        "fee_cap": plan.fee_cap,
        "most_cost": plan.cost,
        "creates": [name for name in SUITE if name not in deployment.book.contracts],
    }


def _show(session: Session, deployment: Deployment) -> None:
    book = deployment.book
    data = {
        "chain_id": book.chain_id,
        "complete": book.complete,
        "file": str(deployment.file),
        "contracts": {name: entry.address for name, entry in book.contracts.items()},
    }
    facts = [Fact(name, entry.address) for name, entry in book.contracts.items()]
    title = session.text(_("Deployed on chain {chain_id}"), chain_id=book.chain_id)
    session.show(data, lambda: session.facts(title, *facts, Fact(_("address book"), str(deployment.file))))
