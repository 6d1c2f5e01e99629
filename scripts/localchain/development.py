"""The suite on brownie's development chain, with Anvil's published accounts as officers."""

import os

from dongne import book as books
from dongne.book import AddressBook
from dongne.chain import Chain
from dongne.deployment.city import City
from dongne.deployment.deployment import deploy
from dongne.suite import OFFICES
from scripts.deployment.artifacts import ROOT
from scripts.deployment.entry import printer
from scripts.localchain.anvil import funded, officer


def development(rpc: str) -> AddressBook:
    """Deploy to a development chain, with accounts of Anvil as officers."""
    folder, chain = ROOT / "deployments", Chain(rpc)
    books.path(folder, chain.id).unlink(missing_ok=True)  # a development chain starts empty each time
    city = City(officers={role: officer(role).address for role in OFFICES})
    return deploy(funded(0), 1, city=city, chain=chain, folder=folder, say=printer(os.environ))
