"""The address book: where each contract of one deployment lives and how it came there.

One file a chain, `deployments/<chainId>.json`; committed for public chains.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from dongne.errors import SettingError
from dongne.language import Message, _

DEFAULT_TIME_ZONE = "Asia/Seoul"


@dataclass(eq=False)
class NoDeployment(SettingError):
    """No deployment is known on a chain."""

    template = _(
        "No deployment is known on chain {chain_id}: {file} is missing. "
        "Deploy first (README, “To a testnet”), or name the folder with --deployments or DONGNE_DEPLOYMENTS."
    )
    chain_id: int
    file: Path


@dataclass(eq=False)
class NotAnAddressBook(SettingError):
    """A file is not an address book."""

    template = _("{file} is not an address book ({cause}). Restore it from version control.")
    file: Path
    cause: str


@dataclass(eq=False)
class ContractNotDeployed(SettingError):
    """A deployment lacks a contract."""

    template = _("Chain {chain_id} has no {contract} (deployed: {known}). Finish the deployment first.")
    chain_id: int
    contract: str
    known: Message | tuple[str, ...]


@dataclass(eq=False)
class FileNotWritable(SettingError):
    """A file of the deployment cannot be written."""

    template = _("{file} cannot be written: {reason}")
    file: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One deployed contract.

    Attributes:
        address: where it lives.
        block: number of the block that created it; its logs start here.
        transaction: hash of the transaction that created it.
        arguments: constructor arguments as JSON values.
    """

    address: ChecksumAddress
    block: int
    transaction: str = ""
    arguments: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Everything that a client, an explorer or an auditor needs of one deployment.

    Attributes:
        chain_id: EIP-155 number of the chain.
        contracts: entries by contract name.
        compiler: settings that reproduce the bytecode.
        commit: git commit of the sources; empty where no commit holds them.
        standard_json_hash: SHA-256 of the compiler's standard-JSON input.
        roles: holder of each administrative role, by role name.
        delays: seconds that each role's holder must announce a call ahead, by role name.
        second_administrator: who holds the administrator's role too; empty if nobody does.
        time_zone: IANA name of the city's time zone, in which people read times.
        complete: False while a deployment is under way or was cut off.
    """

    chain_id: int
    contracts: dict[str, Entry] = field(default_factory=dict)
    compiler: dict[str, Any] = field(default_factory=dict)
    commit: str = ""
    standard_json_hash: str = ""
    roles: dict[str, str] = field(default_factory=dict)
    delays: dict[str, int] = field(default_factory=dict)
    second_administrator: str = ""
    time_zone: str = DEFAULT_TIME_ZONE
    complete: bool = False

    def entry(self, contract: str) -> Entry:
        """Where a contract lives.

        Raises:
            SettingError: this deployment has no such contract.
        """
        if contract not in self.contracts:
            known = tuple(sorted(self.contracts)) or Message(_("none yet"))
            raise ContractNotDeployed(self.chain_id, contract, known)
        return self.contracts[contract]

    def names(self) -> dict[str, str]:
        """Names of the contracts by address."""
        return {entry.address: name for name, entry in self.contracts.items()}


def path(folder: Path, chain_id: int) -> Path:
    """File of one chain's address book."""
    return folder / f"{chain_id}.json"


def load(folder: Path, chain_id: int) -> AddressBook:
    """Read the address book of a chain.

    Raises:
        SettingError: there is none, or it is not one of ours.
    """
    file = path(folder, chain_id)
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        contracts = {name: _entry(**entry) for name, entry in raw.pop("contracts").items()}
        return AddressBook(contracts=contracts, **raw)
    except FileNotFoundError as error:
        raise NoDeployment(chain_id, file) from error
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotAnAddressBook(file, str(error)) from error


def save(book: AddressBook, folder: Path) -> Path:
    """Write the address book whole or not at all."""
    file = path(folder, book.chain_id)
    write_whole(file, json.dumps(asdict(book), indent=2, ensure_ascii=False) + "\n")
    return file


def write_whole(file: Path, text: str, mode: int = 0o666) -> None:
    """Replace a file by new text; whatever happens meanwhile, the old text or the new one is on the disk.

    Args:
        mode: permissions, less what the umask takes; 0600 for what others must not read.

    Raises:
        FileNotWritable: the folder cannot be made or written, or the disk is full.
    """
    draft = file.with_suffix(".lock")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)  # left by a crash, with permissions of its own
        with open(draft, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, mode)) as lines:
            lines.write(text)
            lines.flush()
            os.fsync(lines.fileno())
        draft.replace(file)
        sync_folder(file.parent)
    except OSError as error:
        raise FileNotWritable(file, error.strerror or str(error)) from error


def make_folder(folder: Path) -> None:
    """Make a folder of the deployment, if it is not there yet.

    Raises:
        FileNotWritable: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileNotWritable(folder, error.strerror or str(error)) from error


def sync_folder(folder: Path) -> None:
    """A new name in a folder survives a power cut only once the folder itself is on the disk."""
    if os.name == "nt":
        return  # there folders cannot be opened; renaming is written through
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _entry(address: str, block: int, transaction: str, arguments: list[Any]) -> Entry:
    return Entry(to_checksum_address(address), block, transaction, arguments)
