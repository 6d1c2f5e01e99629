"""What can go wrong with a deployment."""

from dataclasses import dataclass
from pathlib import Path

from dongne.errors import ChainError, EvidenceMismatch, SettingError
from dongne.language import Message, Readable, _


@dataclass(eq=False)
class CityNotReadable(SettingError):
    """The city's file is not there, not UTF-8 or not TOML."""

    template = _("The city's file {file} cannot be read: {reason}")
    file: Path
    reason: Message | str


@dataclass(eq=False)
class CityNotValid(SettingError):
    """Settings in the city's file are not valid."""

    template = _("The city's file {file} is not valid: {reason}. docs/operations.md lists the settings.")
    file: Path
    reason: Readable


@dataclass(eq=False)
class DeployerIsOfficer(SettingError):
    """The deployer, who ends with no role, is named as an officer."""

    template = _(
        "The city's file names the deployer {deployer} as {roles}, but the deployer ends with no role. "
        "Nothing was sent. Name another holder, or deploy from another account."
    )
    deployer: str
    roles: tuple[str, ...]


@dataclass(eq=False)
class NotEnoughEther(ChainError):
    """The deployer cannot pay for the deployment."""

    template = _(
        "The deployer {deployer} holds {balance} ether, but the deployment may cost {cost} ether. Nothing was sent. "
        "Send ether to the deployer, then run the command again."
    )
    deployer: str
    balance: str
    cost: str


class DeploymentMismatch(EvidenceMismatch):
    """The address book and the chain do not fit together."""


@dataclass(eq=False)
class SourcesChanged(DeploymentMismatch):
    """The contracts are not those with which the deployment began."""

    template = _(
        "The contracts have changed since this deployment began. Check out {commit} to finish it, "
        "or move {file} away to deploy anew."
    )
    commit: str | Message
    file: Path


@dataclass(eq=False)
class ContractGone(DeploymentMismatch):
    """The address book names a contract that the chain does not have."""

    template = _(
        "{file} says that {contract} is at {address}, but chain {chain_id} has no code there. "
        "Was the chain reset, or is it another one with that number? Move the file away to deploy anew."
    )
    file: Path
    contract: str
    address: str
    chain_id: int


@dataclass(eq=False)
class RolesNotAsAsked(DeploymentMismatch):
    """Wiring the roles did not do what it should have done."""

    template = _("The roles are not as the city's file says. The deployer {deployer} stays administrator.")
    deployer: str


@dataclass(eq=False)
class RolesKept(DeploymentMismatch):
    """The deployer still holds a role."""

    template = _("The deployer {deployer} still holds {roles}. Revoke them before the suite is used.")
    deployer: str
    roles: tuple[str, ...]
