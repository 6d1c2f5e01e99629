"""Merkle trees as `StandardMerkleTree` of `@openzeppelin/merkle-tree` builds them, over hashed leaves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eth_abi.abi import encode

from dongne.hashing import keccak


@dataclass(frozen=True, slots=True)
class MerkleTree:
    """A binary tree of hashes, kept as an array: the root first, the sorted leaves backwards at the end.

    Attributes:
        nodes: of the tree; those of place i are at 2i + 1 and 2i + 2.
        places: place of each leaf in the array.
    """

    nodes: tuple[bytes, ...]
    places: dict[bytes, int]

    @classmethod
    def of(cls, leaves: Iterable[bytes]) -> "MerkleTree":
        """The tree over at least one leaf; the order in which leaves are given does not matter."""
        ordered = sorted(leaves)
        if not ordered:
            raise ValueError("a tree needs a leaf")
        inner = len(ordered) - 1
        nodes = [b""] * inner + ordered[::-1]
        for place in range(inner - 1, -1, -1):
            nodes[place] = _parent(nodes[2 * place + 1], nodes[2 * place + 2])
        return cls(tuple(nodes), {leaf: len(nodes) - 1 - at for at, leaf in enumerate(ordered)})

    @property
    def root(self) -> bytes:
        """The hash that commits to all leaves."""
        return self.nodes[0]

    def proof(self, leaf: bytes) -> list[bytes]:
        """The hashes that lead from a leaf to the root."""
        place, proof = self.places[leaf], list[bytes]()
        while place:
            proof.append(self.nodes[place + 1 if place % 2 else place - 1])
            place = (place - 1) // 2
        return proof


def leaf_of(types: Sequence[str], values: Sequence[object]) -> bytes:
    """The leaf of some values: hashed twice, so that it cannot pass for an inner node."""
    return keccak(keccak(encode(types, values)))


def _parent(one: bytes, other: bytes) -> bytes:
    return keccak(min(one, other) + max(one, other))
