"""Deploys the suite: `brownie run deploy development`, `brownie run deploy live --network <id>`.

Without brownie, which shows a traceback where it cannot reach a network: `python -m scripts.deploy --network <id>`.
"""

import sys
from typing import Any

from dongne.book import AddressBook
from scripts.deployment import entry
from scripts.localchain.development import development as development_suite


def development() -> AddressBook:
    """Deploy to brownie's development chain, with its first accounts as officers."""
    from brownie import network

    provider: Any = network.web3.provider
    return development_suite(provider.endpoint_uri)


def live() -> None:
    """Deploy to brownie's active network from an encrypted keystore; docs/operations.md lists the settings."""
    from brownie._config import CONFIG

    if status := entry.run(CONFIG.active_network["id"]):
        sys.exit(status)


if __name__ == "__main__":
    sys.exit(entry.main(sys.argv[1:]))
