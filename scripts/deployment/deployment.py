"""Deploys the suite: `brownie run deploy development` or `brownie run deploy live --network <id>`.

A deployment that was cut off goes on where it stopped: every transaction is written down before it is sent, so it
is never sent twice, and roles are granted only where they are missing.
"""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from eth_utils.abi import function_abi_to_4byte_selector
from hexbytes import HexBytes
from web3 import Web3

from dongne import book as books
from dongne.book import AddressBook, Entry
from dongne.chain import Call, Chain
from dongne.errors import DongneError, SettingError
from dongne.suite import SUITE as TABLE
from dongne.suite import Role
from scripts.deployment.artifacts import ROOT, artifact, standard_json_hash
from scripts.deployment.city import City

SUITE = ("CityAccess", "LocalCurrency", "VehicleRegistry", "ElectoralRoll", "BallotBox")
CONFIRMATIONS_LIVE = 2


class DeploymentMismatch(DongneError):
    """What the address book says is not what is on the chain."""


def development() -> AddressBook:
    """Deploy to brownie's development chain, with its first accounts as officers."""
    from brownie import network

    from scripts.localchain.anvil import funded

    folder = ROOT / "deployments"
    chain = Chain(network.web3.provider.endpoint_uri)
    books.path(folder, chain.id).unlink(missing_ok=True)  # a development chain starts empty each time
    city = City(officers={role: funded(1 + role).address for role in Role})
    return deploy(funded(0), 1, city=city, chain=chain, folder=folder, say=print)


def live() -> AddressBook:
    """Deploy to brownie's active network from an encrypted keystore.

    Environment: DONGNE_KEYSTORE (file, or name in brownie's accounts), DONGNE_KEYSTORE_PASSWORD_FILE (else asked for),
    DONGNE_CITY (the city's TOML file, docs/operations.md).
    """
    from brownie import accounts, network

    password_file = os.environ.get("DONGNE_KEYSTORE_PASSWORD_FILE")
    password = Path(password_file).read_text(encoding="utf-8").strip() if password_file else None
    keystore = accounts.load(_required("DONGNE_KEYSTORE"), password=password)
    return deploy(
        Account.from_key(keystore.private_key),
        CONFIRMATIONS_LIVE,
        city=City.from_file(Path(_required("DONGNE_CITY"))),
        chain=Chain(network.web3.provider.endpoint_uri, network.chain.id),
        folder=Path(os.environ.get("DONGNE_DEPLOYMENTS", ROOT / "deployments")),
        say=print,
    )


def deploy(
    admin: LocalAccount,
    confirmations: int,
    *,
    city: City,
    chain: Chain,
    folder: Path,
    say: Callable[[str], None] = lambda _line: None,
) -> AddressBook:
    """Deploy what is missing, wire the roles, hand over to the city; the deployer ends with no role.

    Args:
        admin: account that pays and signs; it administers the suite only until the end of this call.
        confirmations: blocks that must hold each transaction.
        city: names, limits and holders of the roles.
        chain: where to.
        folder: of the address books.
        say: hears what was done, line by line.

    Raises:
        SettingError: the city names the deployer as an officer.
        DeploymentMismatch: the address book names a contract that the chain does not have, or the sources have changed
            since the deployment began.
        ChainError: the node failed; call again to go on.
    """
    _refuse_officer(admin.address, city)
    deployment = Deployment(admin, confirmations, city, chain, folder, say)
    if deployment.book.complete:
        say(f"{books.path(folder, chain.id)} is complete; nothing to do")
        return deployment.book
    for name in SUITE:
        deployment.create(name)
    deployment.wire_roles()
    deployment.hand_over()
    return deployment.finish()


@dataclass(slots=True)
class Deployment:
    """One run of a deployment, resuming what an earlier run left."""

    admin: LocalAccount
    confirmations: int
    city: City
    chain: Chain
    folder: Path
    say: Callable[[str], None]
    book: AddressBook = field(init=False)
    journal: "Journal" = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.journal = Journal(self.folder / f"{self.chain.id}.journal.json")
        self.book = self._resumed() or AddressBook(
            chain_id=self.chain.id,
            compiler=artifact(SUITE[0]).compiler,
            commit=_git_commit(),
            standard_json_hash=standard_json_hash(SUITE),
        )

    def create(self, name: str) -> None:
        """Create a contract unless that is done."""
        if name in self.book.contracts:
            return
        arguments = self._arguments(name)
        receipt = self._send_once(name, None, _creation(name, arguments))
        address = receipt["contractAddress"]
        assert address is not None, "a creation's receipt carries the address"
        entry = Entry(address, receipt["blockNumber"], HexBytes(receipt["transactionHash"]).to_0x_hex(), arguments)
        self._record(replace(self.book, contracts={**self.book.contracts, name: entry}))
        self.say(f"{name} at {entry.address}, block {entry.block}")

    def wire_roles(self) -> None:
        """Open functions to roles and grant the roles, where that is missing; all in one transaction."""
        calls = self._role_changes()
        roles = {role.name: holder for role, holder in self.city.officers.items()}
        if not self.book.roles:
            # Written down before it is sent: a later run with other officers must know whom to take roles from.
            self._record(replace(self.book, roles=roles))
        if calls:
            self._manage("multicall", calls)
        if self._role_changes():
            raise DeploymentMismatch("The roles are not as the city's file says; the deployer stays administrator")
        self._record(replace(self.book, roles=roles))
        self.say(f"{len(self.city.officers)} roles granted")

    def hand_over(self) -> None:
        """Give up the administrator's role."""
        if self._holds(Role.ADMINISTRATOR, self.admin.address):
            self._manage("renounceRole", Role.ADMINISTRATOR, self.admin.address)
        kept = [role.name for role in Role if self._holds(role, self.admin.address)]
        if kept:
            raise DeploymentMismatch(
                f"The deployer {self.admin.address} still holds {', '.join(kept)}; "
                "name other holders in the city's file"
            )

    def finish(self) -> AddressBook:
        """Mark the address book complete."""
        self._record(replace(self.book, complete=True))
        self.journal.discard()
        self.say(f"The deployer holds no role. Address book: {books.path(self.folder, self.chain.id)}")
        return self.book

    def _resumed(self) -> AddressBook | None:
        if not books.path(self.folder, self.chain.id).exists():
            return None
        book = books.load(self.folder, self.chain.id)
        if not book.complete and book.standard_json_hash != standard_json_hash(SUITE):
            raise DeploymentMismatch(
                f"The contracts have changed since this deployment began. Check out {book.commit or 'its sources'} "
                f"to finish it, or move {books.path(self.folder, self.chain.id)} away to deploy anew."
            )
        for name, entry in book.contracts.items():
            if not self.chain.web3.eth.get_code(entry.address):
                file = books.path(self.folder, self.chain.id)
                raise DeploymentMismatch(
                    f"{file} says that {name} is at {entry.address}, but chain {self.chain.id} has no code there. "
                    "Is it another chain of that number? Move the file away to deploy anew."
                )
        return book

    def _arguments(self, name: str) -> list[Any]:
        city = self.city
        if name == "CityAccess":
            return [self.admin.address]
        authority = self.book.entry("CityAccess").address
        if name == "LocalCurrency":
            return [
                city.currency_name,
                city.currency_symbol,
                city.currency_decimals,
                city.transfer_table,
                authority,
            ]
        if name == "VehicleRegistry":
            return [city.registry_name, city.registry_symbol, city.plausible_km_per_day, authority]
        if name == "BallotBox":
            return [self.book.entry("ElectoralRoll").address, authority]
        return [authority]

    def _role_changes(self) -> list[bytes]:
        return [*self._openings(), *self._grants(), *self._revocations()]

    def _openings(self) -> Iterator[bytes]:
        access = self._access()
        for contract, roles in ((name, each.opens) for name, each in TABLE.items()):
            target = self.book.entry(contract).address
            for role, functions in roles.items():
                selectors = _selectors(contract, functions)
                if any(access.functions.getTargetFunctionRole(target, s).call() != role for s in selectors):
                    yield self._encoded("setTargetFunctionRole", target, selectors, role)

    def _grants(self) -> Iterator[bytes]:
        for role, holder in self.city.officers.items():
            if not self._holds(role, holder):
                delay = self.city.administrator_delay if role is Role.ADMINISTRATOR else 0
                yield self._encoded("grantRole", role, holder, delay)

    def _revocations(self) -> Iterator[bytes]:
        for name, holder in self.book.roles.items():
            former = Web3.to_checksum_address(holder)
            if former != self.city.officers[Role[name]] and self._holds(Role[name], former):
                yield self._encoded("revokeRole", Role[name], former)

    def _holds(self, role: Role, account: ChecksumAddress) -> bool:
        member, _delay = self._access().functions.hasRole(role, account).call()
        return bool(member)

    def _encoded(self, function: str, *arguments: Any) -> bytes:
        return bytes(HexBytes(self._access().encode_abi(function, list(arguments))))

    def _manage(self, function: str, *arguments: Any) -> None:
        self._send_once(function, self._access().address, self._encoded(function, *arguments))

    def _access(self) -> Any:
        return self.chain.contract("CityAccess", self.book.entry("CityAccess").address)

    def _send_once(self, step: str, to: ChecksumAddress | None, data: bytes) -> Any:
        # With its data in the name, a step whose terms have changed since is not taken for the one that was sent.
        step = f"{step} {hashlib.sha256(data).hexdigest()[:16]}"
        raw = self.journal.get(step)
        if raw is None or self._is_void(raw):
            raw = self.chain.prepare(self.admin, Call(self.chain, to, data, step))
            self.journal.put(step, raw)
        return self.chain.wait(self.chain.broadcast(raw), self.confirmations)

    def _is_void(self, raw: bytes) -> bool:
        """Whether another transaction took this one's nonce, so that it can never be mined."""
        if self.chain.knows(HexBytes(Web3.keccak(raw))):
            return False
        used = self.chain.web3.eth.get_transaction_count(self.admin.address)
        return _nonce(raw) < used

    def _record(self, book: AddressBook) -> None:
        self.book = book
        books.save(book, self.folder)


@dataclass(frozen=True, slots=True)
class Journal:
    """Signed transactions of a deployment, written down before they are sent."""

    file: Path

    def get(self, step: str) -> bytes | None:
        """The raw transaction of a step, if it was prepared."""
        raw = self._read().get(step)
        return bytes.fromhex(raw) if raw else None

    def put(self, step: str, raw: bytes) -> None:
        """Write a step's transaction down."""
        books.write_whole(self.file, json.dumps({**self._read(), step: raw.hex()}, indent=1))

    def discard(self) -> None:
        """Forget everything: the deployment is complete."""
        self.file.unlink(missing_ok=True)

    def _read(self) -> dict[str, str]:
        if not self.file.exists():
            return {}
        steps: dict[str, str] = json.loads(self.file.read_text(encoding="utf-8"))
        return steps


def _refuse_officer(deployer: ChecksumAddress, city: City) -> None:
    named = [role.name.lower() for role, holder in city.officers.items() if holder == deployer]
    if named:
        raise SettingError(
            f"The city's file names the deployer {deployer} as {', '.join(named)}, "
            "but the deployer ends with no role. Name another holder, or deploy from another account."
        )


def _creation(name: str, arguments: list[Any]) -> bytes:
    contract = Web3().eth.contract(abi=artifact(name).abi, bytecode=artifact(name).creation_code)
    return bytes(HexBytes(contract.constructor(*arguments).data_in_transaction))


def _selectors(contract: str, functions: tuple[str, ...]) -> list[bytes]:
    abi = artifact(contract).abi
    entries = {entry["name"]: entry for entry in abi if entry["type"] == "function"}
    return [bytes(function_abi_to_4byte_selector(entries[function])) for function in functions]


def _nonce(raw: bytes) -> int:
    from eth_account.typed_transactions import TypedTransaction

    return int(TypedTransaction.from_bytes(HexBytes(raw)).as_dict()["nonce"])


def _git_commit() -> str:
    try:
        return subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _required(variable: str, environment: Mapping[str, str] = os.environ) -> str:
    if not environment.get(variable):
        raise SettingError(f"{variable} is not set; docs/operations.md says what it must name")
    return environment[variable]
