"""What a deployment is about to do, said before anything is sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dongne.bytecode import build
from dongne.deployment.deployment import Deployment
from dongne.deployment.errors import NotEnoughEther
from dongne.language import Message, Readable, _
from dongne.suite import SUITE, Role

FEE_CAP_FACTOR = 2
"""The cap of the deployment's fees, over what blocks cost now."""

_CREATION_GAS = 53_000 + 250_000
"""A creating transaction, and more than any constructor of the suite takes."""
_CODE_BYTE_GAS = 200
_DATA_BYTE_GAS = 16
_CALL_GAS = 60_000
"""At most, for a grant, for a role's guardian, for opening one function, and for giving up the administrator's role."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A deployment's terms.

    Attributes:
        deployment: what will run.
        balance: wei that the deployer holds.
        fee_cap: wei a gas that no transaction of it exceeds.
        gas: at most; only for what is still to be done.
    """

    deployment: Deployment
    balance: int
    fee_cap: int
    gas: int

    @classmethod
    def of(cls, deployment: Deployment) -> "Plan":
        """The plan, at the fees of now; from here on those of the deployment are capped.

        Raises:
            NotEnoughEther: the deployer cannot pay.
        """
        chain = deployment.chain
        cap = FEE_CAP_FACTOR * chain.fees().most
        deployment.cap_fees(cap)
        plan = cls(deployment, chain.balance(deployment.admin.address), cap, most_gas(deployment))
        if plan.balance < plan.cost:
            raise NotEnoughEther(deployment.admin.address, _ether(plan.balance), _ether(plan.cost))
        return plan

    @property
    def cost(self) -> int:
        """Wei at most."""
        return self.gas * self.fee_cap

    def lines(self) -> Iterator[Readable]:
        """The summary, line by line."""
        admin, city = self.deployment.admin.address, self.deployment.city
        yield Message(
            _("Chain {chain_id} at {url}"), {"chain_id": self.deployment.chain.id, "url": self.deployment.chain.node}
        )
        yield Message(_("Deployer {deployer}, {balance} ether"), {"deployer": admin, "balance": _ether(self.balance)})
        cost = {"cost": _ether(self.cost), "gas": self.gas, "fee": _gwei(self.fee_cap)}
        yield Message(_("Costs at most {cost} ether: {gas:,} gas at a fee cap of {fee} gwei"), cost)
        for contract in (name for name in SUITE if name not in self.deployment.book.contracts):
            yield Message(_("Creates {contract}"), {"contract": contract})
        for role, holder in city.holders():
            values: dict[str, object] = {"role": role, "holder": holder, "delay": city.delays.get(role, 0)}
            delayed, direct = _("Role {role}: {holder}, announces {delay:,} seconds ahead"), _("Role {role}: {holder}")
            yield Message(delayed if values["delay"] else direct, values)
        yield Message(_("Times are read in {zone}"), {"zone": city.time_zone})
        yield Message(
            _(
                "For ever, once deployed: the contracts' code; {name} ({symbol}), {decimals} decimals; {registry}, "
                "{pace} km a day by class of vehicles. The deployer ends with no role: only the administrator changes "
                "roles afterwards."
            ),
            {
                "name": city.currency_name,
                "symbol": city.currency_symbol,
                "decimals": city.currency_decimals,
                "registry": city.registry_name,
                "pace": tuple(city.plausible_km_per_day),
            },
        )


def most_gas(deployment: Deployment) -> int:
    """Gas that the rest of a deployment takes at most, by arithmetic over its bytecode."""
    to_create = [name for name in SUITE if name not in deployment.book.contracts]
    opened = sum(len(functions) for contract in SUITE.values() for functions in contract.opens.values())
    # Opening, granting and giving up: counted whole where they may be done already.
    return sum(_creation_gas(name) for name in to_create) + _CALL_GAS * (opened + 2 * len(Role) + 2)


def _creation_gas(name: str) -> int:
    code = len(build().contracts[name].creation)
    return _CREATION_GAS + code * (_CODE_BYTE_GAS + _DATA_BYTE_GAS)


def _ether(wei: int) -> str:
    return f"{Decimal(wei).scaleb(-18):.6f}"


def _gwei(wei: int) -> str:
    return f"{Decimal(wei).scaleb(-9):f}"
