"""Proves a vehicle's history at one block, and asks other nodes whether they know the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from dongne.errors import ChainMoved
from dongne.proofs import proven_header
from dongne.vehicle.errors import NodesDisagree
from dongne.vehicle.history import History
from dongne.vehicle.identity import VehicleId
from dongne.vehicle.proving import Proof, prove_records
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
        proof: what follows from the hash of the block, as one of the nodes proves.
    """

    history: History
    block: int
    block_hash: str
    time: int
    nodes: int
    proof: Proof


def verify_history(
    registry: VehicleRegistry,
    vehicle: VehicleId,
    others: Sequence[VehicleRegistry] = (),
    seen: Seen | None = None,
    *,
    prove: bool = True,
) -> Verification:
    """Read a history from one node, prove it by the head at one block, and compare block and head with other nodes.

    Args:
        registry: at the node that is read from.
        vehicle: whose history.
        others: the registry at other nodes.
        seen: hears how many more blocks have been read.
        prove: whether headers must have the block's hash, and the head follow from it where a node gives proofs.

    Raises:
        EvidenceMismatch: a record is missing or altered, the block was dropped meanwhile, or a node disagrees or lies.
    """
    chain = registry.chain
    block = chain.block_number()
    block_hash, time = chain.block_hash(block), chain.timestamp(block)
    history = registry.verified_history(vehicle, seen, block)
    for other in others:
        _compare(other, vehicle, block, (block_hash, registry.head(vehicle, block)))
    proven = False
    for node in (registry, *others) if prove else ():
        header = proven_header(node.chain, block, block_hash)
        time, proven = header.time, prove_records(node, history, header) or proven
    if chain.block_hash(block) != block_hash:
        raise ChainMoved(block)
    proof = Proof.RECORDS if proven else Proof.NOTHING
    return Verification(history, block, block_hash, time, 1 + len(others), proof)


def _compare(other: VehicleRegistry, vehicle: VehicleId, block: int, expected: tuple[str, bytes]) -> None:
    if (other.chain.block_hash(block), other.head(vehicle, block)) != expected:
        raise NodesDisagree(other.chain.node, vehicle, block)
