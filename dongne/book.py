"""The address book: where each contract of one deployment lives and how it came there.

One file a chain, `deployments/<chainId>.json`; committed for public chains.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eth_typing import ChecksumAddress
from web3 import Web3

from dongne.errors import SettingError
from dongne.explanations.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Entry:
    """One deployed contract.

    Attributes:
        address: where it lives.
        block: number of the block that created it; logs start here.
        transaction: hash of the transaction that created it.
        arguments: constructor arguments as JSON values.
    """

    address: ChecksumAddress
    block: int
    transaction: str
    arguments: list[Any]


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Everything that a client, an explorer or an auditor needs of one deployment.

    Attributes:
        chain_id: EIP-155 number of the chain.
        contracts: entries by contract name.
        compiler: settings that reproduce the bytecode.
        commit: git commit of the sources; empty outside a checkout.
        standard_json_hash: SHA-256 of the compiler's standard-JSON input.
        roles: holder of each administrative role, by role name.
        complete: False while a deployment is under way or was cut off.
    """

    chain_id: int
    contracts: dict[str, Entry] = field(default_factory=dict)
    compiler: dict[str, Any] = field(default_factory=dict)
    commit: str = ""
    standard_json_hash: str = ""
    roles: dict[str, str] = field(default_factory=dict)
    complete: bool = False

    def address(self, contract: str) -> ChecksumAddress:
        """Address of a contract.

        Raises:
            SettingError: this deployment has no such contract.
        """
        if contract not in self.contracts:
            known = ", ".join(sorted(self.contracts))
            raise SettingError(
                Sentence(
                    f"Chain {self.chain_id} has no {contract} (deployed: {known or 'none yet'}). "
                    "Finish the deployment first.",
                    f"체인 {self.chain_id}에 {contract} 계약이 없습니다(배포됨: {known or '아직 없음'}). "
                    "먼저 배포를 마치세요.",
                )
            )
        return self.contracts[contract].address

    @property
    def first_block(self) -> int:
        """Block of the oldest contract: no log of the suite is older."""
        return min((entry.block for entry in self.contracts.values()), default=0)


def path(folder: Path, chain_id: int) -> Path:
    """File of one chain's address book."""
    return folder / f"{chain_id}.json"


def load(folder: Path, chain_id: int) -> AddressBook:
    """Read the address book of a chain.

    Raises:
        SettingError: there is none, or it is not one of ours.
    """
    file = path(folder, chain_id)
    if not file.exists():
        raise SettingError(
            Sentence(
                f"No deployment is known on chain {chain_id}: {file} is missing. "
                "Deploy first (README, “To a testnet”), or set DONGNE_DEPLOYMENTS.",
                f"체인 {chain_id}의 배포 기록이 없습니다({file} 파일 없음). "
                "먼저 배포하거나(README의 “To a testnet”) DONGNE_DEPLOYMENTS를 지정하세요.",
            )
        )
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        contracts = {name: _entry(**entry) for name, entry in raw.pop("contracts").items()}
        return AddressBook(contracts=contracts, **raw)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SettingError(
            Sentence(
                f"{file} is not an address book ({error}). Restore it from version control.",
                f"{file} 파일은 올바른 주소록이 아닙니다({error}). 버전 관리에서 복원하세요.",
            )
        ) from error


def save(book: AddressBook, folder: Path) -> Path:
    """Write the address book whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    file = path(folder, book.chain_id)
    write_whole(file, json.dumps(asdict(book), indent=2, ensure_ascii=False) + "\n")
    return file


def write_whole(file: Path, text: str) -> None:
    """Replace a file by new text, so that a cut leaves the old one or the new one."""
    draft = file.with_suffix(".lock")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


def _entry(address: str, block: int, transaction: str, arguments: list[Any]) -> Entry:
    return Entry(Web3.to_checksum_address(address), block, transaction, arguments)
