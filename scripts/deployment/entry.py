"""A deployment to a network of `networks.yaml`: that network's node and chain for `dongne deploy`."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from dongne.cli import run as command_line
from dongne.config import Settings, language_of
from dongne.errors import DongneError
from dongne.language import Message, Readable, _
from scripts.deployment.artifacts import ROOT
from scripts.deployment.errors import VariableNotSet
from scripts.deployment.networks import network_of

BROWNIE_ACCOUNTS = Path(".brownie", "accounts")


def run(network: str, *options: str) -> int:
    """Deploy to a network by its id; returns the exit code. What went wrong is said in one message."""
    try:
        arguments = _arguments(network, os.environ)
    except DongneError as error:
        print(f"dongne: {error.explain(language_of(os.environ))}", file=sys.stderr)
        return error.exit_code
    return command_line(["deploy", *arguments, *options], os.environ)


def _arguments(name: str, environment: Mapping[str, str]) -> list[str]:
    """The network's node and chain; the project's folder of address books, unless another one is set."""
    network, books = network_of(name, environment), Settings.from_environment(environment, ROOT).deployments
    keystore = _keystore(environment)
    place = ["--rpc", network.rpc, "--chain-id", str(network.chain_id), "--deployments", str(books)]
    answer = ["--yes"] if environment.get("DONGNE_YES") == "1" else []
    return [*place, "--keystore", str(keystore), *answer]


def main(arguments: Sequence[str]) -> int:
    """The command line without brownie: the network, and options of `dongne deploy`."""
    parser = argparse.ArgumentParser(prog="python -m scripts.deploy", description="Deploy the suite to a live network.")
    parser.add_argument("--network", required=True, help="id in networks.yaml")
    given, options = parser.parse_known_args(arguments)
    return run(given.network, *options)


def printer(environment: Mapping[str, str]) -> Callable[[Readable], None]:
    """Prints messages in the environment's language."""
    language = language_of(environment)
    return lambda message: print(message.text(language), flush=True)


def _keystore(environment: Mapping[str, str]) -> Path:
    """A file, or a name among brownie's accounts."""
    if not environment.get("DONGNE_KEYSTORE"):
        raise VariableNotSet("DONGNE_KEYSTORE", Message(_("the path of the deployer's keystore")))
    named = Path(environment["DONGNE_KEYSTORE"])
    of_brownie = Path.home() / BROWNIE_ACCOUNTS / f"{named}.json"
    return of_brownie if not named.exists() and of_brownie.exists() else named
