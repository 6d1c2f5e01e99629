"""Gives test accounts the roles of a city, from the same table that deployments use."""

from collections.abc import Mapping
from typing import Any

from dongne.suite import SUITE, Role


def wire(access: Any, contract: Any, holders: Mapping[Role, Any], administrator: Any) -> None:
    """Open each function of `contract` to its role and grant the roles to `holders`, without delays."""
    for role, functions in SUITE[contract._name].opens.items():
        selectors = [contract.signatures[function] for function in functions]
        access.setTargetFunctionRole(contract, selectors, role, {"from": administrator})
    for role, holder in holders.items():
        access.grantRole(role, holder, 0, {"from": administrator})
