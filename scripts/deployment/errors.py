"""What can go wrong with brownie's build and with the networks."""

from dataclasses import dataclass
from pathlib import Path

from dongne.errors import SettingError
from dongne.language import Message, _


@dataclass(eq=False)
class NotBuilt(SettingError):
    """The compiler's output is not there."""

    template = _("{file} is missing. Compile the contracts first: make compile")
    file: Path


@dataclass(eq=False)
class VariableNotSet(SettingError):
    """An environment variable that a deployment needs has no value."""

    template = _("{variable} is not set. Set it to {expected}.")
    variable: str
    expected: Message


@dataclass(eq=False)
class UnknownNetwork(SettingError):
    """A network is not in networks.yaml."""

    template = _("{network!r} is not a network of {file}. It lists: {known}.")
    network: str
    file: Path
    known: tuple[str, ...]


@dataclass(eq=False)
class NetworksNotReadable(SettingError):
    """The file with the networks is not usable."""

    template = _("The networks cannot be read from {file}: {cause}")
    file: Path
    cause: str
