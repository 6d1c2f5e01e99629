"""The live networks of `networks.yaml`, as brownie reads them, so that a deployment can say what is wrong with one."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from dongne.config import Settings
from dongne.language import Message, _
from scripts.deployment.artifacts import ROOT
from scripts.deployment.errors import NetworksNotReadable, UnknownNetwork, VariableNotSet

FILE = ROOT / "networks.yaml"


@dataclass(frozen=True, slots=True)
class Network:
    """A chain to deploy to.

    Attributes:
        name: its id in the file.
        chain_id: the chain that must answer.
        rpc: JSON-RPC address of its node.
    """

    name: str
    chain_id: int
    rpc: str


def network_of(name: str, environment: Mapping[str, str] = os.environ, file: Path = FILE) -> Network:
    """A network by its id, variables of its node's address filled in.

    Raises:
        UnknownNetwork: the file has none of that id.
        VariableNotSet: its node's address is in a variable that is not set.
        NetworksNotReadable: the file is damaged.
    """
    try:
        groups = yaml.safe_load(file.read_text(encoding="utf-8"))["live"]
        hosts = {
            each["id"]: (int(each["chainid"]), str(each["host"])) for group in groups for each in group["networks"]
        }
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise NetworksNotReadable(file, str(error)) from error
    if name not in hosts:
        raise UnknownNetwork(name, file, tuple(hosts))
    chain_id, host = hosts[name]
    return Network(name, chain_id, _filled(host, environment))


def _filled(host: str, environment: Mapping[str, str]) -> str:
    if not host.startswith("$"):
        return host
    variable = host.strip("${}")
    if not environment.get(variable):
        raise VariableNotSet(variable, Message(_("the address of a node, e.g. https://…")))
    return Settings.from_environment({"DONGNE_RPC": environment[variable]}).rpc
