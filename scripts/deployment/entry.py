"""What a person starts a deployment with: settings, a summary, a question, and no traceback."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from dongne.book import AddressBook
from dongne.chain import Chain
from dongne.config import Settings, language_of
from dongne.errors import Declined, DongneError, Interrupted
from dongne.keys import KeystoreNotUsable, load_key
from dongne.language import Message, Readable, _
from scripts.deployment.artifacts import ROOT
from scripts.deployment.city import City
from scripts.deployment.deployment import Deployment
from scripts.deployment.errors import VariableNotSet
from scripts.deployment.networks import network_of
from scripts.deployment.plan import Plan

CONFIRMATIONS_LIVE = 2
BROWNIE_ACCOUNTS = Path(".brownie", "accounts")


def run(network: str, environment: Mapping[str, str] = os.environ) -> int:
    """Deploy to a network of `networks.yaml`; returns the exit code. What went wrong is said in one message."""
    try:
        live(network, environment)
    except DongneError as error:
        print(f"dongne: {error.explain(language_of(environment))}", file=sys.stderr)
        return 130 if isinstance(error, Interrupted) else 1
    return 0


def live(network_name: str, environment: Mapping[str, str]) -> AddressBook:
    """Read the settings, show the plan, ask, deploy.

    Raises:
        DongneError: something is missing or wrong; a transaction that was sent is resumed by the next run.
    """
    say = printer(environment)
    network = network_of(network_name, environment)
    settings = Settings.from_environment(environment, ROOT)
    keystore = _keystore(environment)
    city = City.from_file(_named(environment, "DONGNE_CITY", _("the path of the city's file (docs/operations.md)")))
    chain = Chain(network.rpc, network.chain_id)
    key = load_key(keystore, settings.password_file, lambda: _password(keystore))
    deployment = Deployment(key, CONFIRMATIONS_LIVE, city, chain, settings.deployments, say)
    if deployment.book.complete:
        return deployment.book
    for line in Plan.of(deployment).lines():
        say(line)
    _ask(environment)
    try:
        return deployment.run()
    except KeyboardInterrupt:
        raise Interrupted(tuple(deployment.sender.under_way())) from None


def main(arguments: Sequence[str]) -> int:
    """The command line without brownie."""
    parser = argparse.ArgumentParser(prog="python -m scripts.deploy", description="Deploy the suite to a live network.")
    parser.add_argument("--network", required=True, help="id in networks.yaml")
    parser.add_argument("--yes", action="store_true", help="deploy without asking; else DONGNE_YES=1")
    given = parser.parse_args(arguments)
    return run(given.network, {**os.environ, **({"DONGNE_YES": "1"} if given.yes else {})})


def printer(environment: Mapping[str, str]) -> Callable[[Readable], None]:
    language = language_of(environment)
    return lambda message: print(message.text(language), flush=True)


def _named(environment: Mapping[str, str], variable: str, expected: str) -> Path:
    if not environment.get(variable):
        raise VariableNotSet(variable, Message(expected))
    return Path(environment[variable])


def _keystore(environment: Mapping[str, str]) -> Path:
    """A file, or a name among brownie's accounts."""
    named = _named(environment, "DONGNE_KEYSTORE", _("the path of the deployer's keystore"))
    of_brownie = Path.home() / BROWNIE_ACCOUNTS / f"{named}.json"
    return of_brownie if not named.exists() and of_brownie.exists() else named


def _password(keystore: Path) -> str:
    try:
        return getpass.getpass(f"{keystore}: ")
    except EOFError as error:
        reason = Message(_("nobody is there to give its password; name a file with DONGNE_KEYSTORE_PASSWORD_FILE"))
        raise KeystoreNotUsable(keystore, reason) from error


def _ask(environment: Mapping[str, str]) -> None:
    if environment.get("DONGNE_YES") == "1":
        return
    question = Message(_("Deploy? [y/N] ")).text(language_of(environment))
    try:
        answer = input(question)
    except EOFError:
        answer = ""
        print(flush=True)
    if answer.strip().lower() not in ("y", "yes"):
        reason = _("Nothing was sent: the question was not answered with y. Scripts give --yes, or set DONGNE_YES=1.")
        raise Declined(Message(reason))
