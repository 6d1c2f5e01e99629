"""Proves a vehicle's history at one block, and asks other nodes whether they know the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from dongne.errors import ChainMoved
from dongne.vehicle.errors import NodesDisagree
from dongne.vehicle.history import History
from dongne.vehicle.identity import VehicleId
from dongne.vehicle.registry import Seen, VehicleRegistry


@dataclass(frozen=True, slots=True)
class Verification:
    """A history that was proven complete.

    Attributes:
        history: the records.
        block: number of the block as of which they are complete.
        block_hash: its hash, with 0x.
        time: of the block, Unix seconds.
        nodes: how many nodes state the same head at that block.
    """

    history: History
    block: int
    block_hash: str
    time: int
    nodes: int


def verify_history(
    registry: VehicleRegistry, vehicle: VehicleId, others: Sequence[VehicleRegistry] = (), seen: Seen | None = None
) -> Verification:
    """Read a history from one node, prove it by the head at one block, and compare block and head with other nodes.

    Raises:
        EvidenceMismatch: a record is missing or altered, the block was dropped meanwhile, or a node disagrees.
    """
    chain = registry.chain
    block = chain.block_number()
    block_hash, time = chain.block_hash(block), chain.timestamp(block)
    history = registry.verified_history(vehicle, seen, block)
    for other in others:
        _compare(other, vehicle, block, (block_hash, registry.head(vehicle, block)))
    if chain.block_hash(block) != block_hash:
        raise ChainMoved(block)
    return Verification(history, block, block_hash, time, 1 + len(others))


def _compare(other: VehicleRegistry, vehicle: VehicleId, block: int, expected: tuple[str, bytes]) -> None:
    if (other.chain.block_hash(block), other.head(vehicle, block)) != expected:
        raise NodesDisagree(other.chain.node, vehicle, block)
