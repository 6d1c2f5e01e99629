"""The whole suite on a fresh local chain: for the demo, the gas figures, `make chain` and tests of the real thing."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from eth_account import Account
from eth_account.signers.local import LocalAccount

from dongne.book import AddressBook
from dongne.chain import Chain
from dongne.contract import ContractClient
from dongne.currency import Issue, LocalCurrency, Treasury
from dongne.deployment.city import City
from dongne.deployment.deployment import deploy
from dongne.suite import OFFICES, Role
from scripts.localchain.anvil import anvil, funded, move_clock_to, officer, pass_time

GAS_LIMIT = 60_000_000
"""Block gas limit of the local chain, that of Ethereum mainnet in 2026."""

RELAYER = 9

ATTESTED_FOR = 30 * 86_400
"""Seconds for which the local reserve is attested each time."""

STATEMENT = hashlib.sha256(b"a bank's statement").digest()

_Client = TypeVar("_Client", bound=ContractClient)


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

    def client(self, kind: type[_Client]) -> _Client:
        """The typed client of one of the contracts."""
        return kind(self.chain, self.book.entry(kind.NAME))

    def back(self, amount: int) -> None:
        """Let the treasury issue `amount` base units more: attest the reserve for a month, raise the allowance."""
        currency, treasury = self.client(LocalCurrency), self.client(Treasury)
        allowed = currency.issuance_allowance(treasury.address)
        behind = currency.total_supply() + allowed + amount
        expires = self.chain.timestamp() + ATTESTED_FOR
        treasury.attest(behind, self.chain.timestamp(), expires, STATEMENT).transact(
            self.officers[Role.RESERVE_ATTESTER]
        )
        supervisor = self.officers[Role.CURRENCY_SUPERVISOR]
        currency.increase_issuance_allowance(treasury.address, amount).transact(supervisor)

    def issue(self, issues: Sequence[Issue], purpose: bytes) -> None:
        """Issue a list of money that is in reserve."""
        self.back(sum(each.amount for each in issues))
        self.client(Treasury).issue_batch(issues, purpose).transact(self.officers[Role.CURRENCY_OFFICER])

    def pass_time(self, seconds: int) -> None:
        """Move the chain's clock forward and mine a block."""
        pass_time(self.chain, seconds)

    def move_clock_to(self, moment: int) -> None:
        """Mine a block at a later `moment`, in Unix seconds."""
        move_clock_to(self.chain, moment)


def person(purpose: str) -> LocalAccount:
    """The key of an imaginary person: the same name gives the same key. Never for real money."""
    account: LocalAccount = Account.from_key(hashlib.sha256(f"dongne, local chain: {purpose}".encode()).digest())
    return account


def officers() -> dict[Role, LocalAccount]:
    """The key that holds each role on local chains."""
    return {role: officer(role) for role in OFFICES}


def city_of_officers() -> City:
    """The default city with the local officers."""
    return City(officers={role: key.address for role, key in officers().items()})


@contextmanager
def local_suite(
    *,
    start: int | None = None,
    port: int | None = None,
    folder: Path | None = None,
    prepare: Callable[[], None] = lambda: None,
) -> Iterator[LocalSuite]:
    """Start Anvil, deploy the suite and hand the roles to funded accounts.

    Args:
        start: the chain's clock at its start, Unix seconds; None takes the machine's.
        port: TCP port of the node; None takes a free one.
        folder: of the address book; None takes a temporary one.
        prepare: called once the node is up, before anything is deployed.

    Raises:
        SettingError: Anvil is not there, or the port is taken.
    """
    clock = () if start is None else ("--timestamp", str(start))
    with ExitStack() as stack:
        flags = (
            "--gas-limit",
            str(GAS_LIMIT),
            "--base-fee",
            "0",
            "--gas-price",
            "0",
            *clock,
        )
        rpc = stack.enter_context(anvil(*flags, port=port))
        prepare()
        folder = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        chain = Chain(rpc, poll_seconds=0.005)
        book = deploy(funded(0), 1, city=city_of_officers(), chain=chain, folder=folder)
        yield LocalSuite(chain, book, officers(), funded(RELAYER))
