"""A whole city on a fresh local chain: for the demo, the gas figures and tests of the real thing."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eth_account import Account
from eth_account.signers.local import LocalAccount

from dongne.book import AddressBook
from dongne.chain import Chain
from dongne.suite import Role
from scripts.localchain.anvil import anvil, funded, pass_time
from scripts.deployment.city import City
from scripts.deployment.deployment import deploy

GAS_LIMIT = 60_000_000
"""Block gas limit of the local chain, that of Ethereum mainnet in 2026."""


@dataclass(frozen=True, slots=True)
class LocalSuite:
    """A deployed suite with the keys of its officers.

    Attributes:
        chain: the local chain.
        book: addresses of the contracts.
        officers: key of each role's holder.
        relayer: a funded account without any role.
    """

    chain: Chain
    book: AddressBook
    officers: dict[Role, LocalAccount]
    relayer: LocalAccount

    def pass_time(self, seconds: int) -> None:
        """Move the chain's clock forward and mine a block."""
        pass_time(self.chain, seconds)


def person(purpose: str) -> LocalAccount:
    """The key of an imaginary person: the same name gives the same key. Never for real money."""
    account: LocalAccount = Account.from_key(hashlib.sha256(f"dongne stage: {purpose}".encode()).digest())
    return account


@contextmanager
def local_suite() -> Iterator[LocalSuite]:
    """Start Anvil, deploy the suite and hand the roles to funded accounts."""
    officers = {role: funded(1 + role) for role in Role}
    with (
        anvil("--gas-limit", str(GAS_LIMIT), "--base-fee", "0", "--gas-price", "0") as rpc,
        tempfile.TemporaryDirectory() as folder,
    ):
        chain = Chain(rpc, poll_seconds=0.005)
        city = City(officers={role: key.address for role, key in officers.items()})
        book = deploy(funded(0), 1, city=city, chain=chain, folder=Path(folder))
        yield LocalSuite(chain, book, officers, funded(9))
