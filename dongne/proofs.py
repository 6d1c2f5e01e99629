"""Words of a contract's storage, proven from the hash of a block: its header, its state root, Merkle-Patricia proofs.

A node states a block's header, which must have the block's hash, and proofs (EIP-1186) under the header's state root.
So a node that lies about storage has to lie about the hash as well, which anyone compares with other nodes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rlp
from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak
from rlp.exceptions import RLPException
from trie import HexaryTrie
from trie.exceptions import BadTrieProof, InvalidNode, ValidationError

from dongne.chain import Chain
from dongne.errors import EvidenceMismatch, NodeRefused, NodeTalksNonsense
from dongne.language import _

_HEADER = (
    *(("parentHash", bytes), ("sha3Uncles", bytes), ("miner", bytes), ("stateRoot", bytes)),
    *(("transactionsRoot", bytes), ("receiptsRoot", bytes), ("logsBloom", bytes), ("difficulty", int)),
    *(("number", int), ("gasLimit", int), ("gasUsed", int), ("timestamp", int)),
    *(("extraData", bytes), ("mixHash", bytes), ("nonce", bytes)),
)
"""Fields that every header has, in the order in which they are hashed."""

_ADDED = (
    *(("baseFeePerGas", int), ("withdrawalsRoot", bytes), ("blobGasUsed", int), ("excessBlobGas", int)),
    *(("parentBeaconBlockRoot", bytes), ("requestsHash", bytes)),
)
"""Fields that forks have added since, in this order; a header has those until its chain's fork."""

_STORAGE_ROOT, _CODE_HASH = 2, 3
"""Places in an account, as the state root covers it: nonce, balance, storage root, code hash."""


@dataclass(eq=False)
class HeaderMismatch(EvidenceMismatch):
    """A header that does not have the hash of its block."""

    template = _(
        "What the node at {node} says of block {block} does not have the block's hash {hash}. Do not rely on this "
        "node: it lies; or the chain hashes its blocks in another way, then ask several nodes and give --without-proof."
    )
    node: str
    block: int
    hash: str


@dataclass(eq=False)
class ProofMismatch(EvidenceMismatch):
    """A proof that does not follow from the state root of its block."""

    template = _(
        "The node at {node} gives a proof that does not follow from the hash of block {block}. Do not rely on this "
        "node: it lies or is broken. Ask another one with --rpc."
    )
    node: str
    block: int


@dataclass(frozen=True, slots=True)
class Header:
    """A block's header that has the block's hash.

    Attributes:
        number: of the block.
        state_root: root of the trie of all accounts.
        time: of the block, Unix seconds.
    """

    number: int
    state_root: bytes
    time: int


@dataclass(frozen=True, slots=True)
class ProvenStorage:
    """What follows from the hash of a block.

    Attributes:
        code_hash: keccak256 of the contract's code; empty where there was no contract.
        words: by slot; 0 where nothing is stored.
    """

    code_hash: bytes
    words: dict[int, int]


def proven_header(chain: Chain, block: int, block_hash: str) -> Header:
    """The header of a block, which has the block's hash.

    Args:
        chain: the node that is asked.
        block: number of the block.
        block_hash: with 0x.

    Raises:
        HeaderMismatch: it has another hash.
    """
    (given,) = chain.batch([("eth_getBlockByNumber", [hex(block), False])])
    try:
        fields = [_field(given[name], kind) for name, kind in _HEADER]
        fields += [_field(given[name], kind) for name, kind in _ADDED if given.get(name) is not None]
        header = Header(
            _field(given["number"], int), _field(given["stateRoot"], bytes), _field(given["timestamp"], int)
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NodeTalksNonsense(chain.node, type(error).__name__) from error
    if header.number != block or "0x" + keccak(rlp.encode(fields)).hex() != block_hash:
        raise HeaderMismatch(chain.node, block, block_hash)
    return header


def prove_storage(chain: Chain, address: ChecksumAddress, slots: Sequence[int], header: Header) -> ProvenStorage | None:
    """Words of a contract's storage at a block; None where the node gives no proofs of that block.

    Raises:
        ProofMismatch: the node lies about the storage.
    """
    asked: list[Any] = [address, [f"{slot:#066x}" for slot in slots], hex(header.number)]
    try:
        (proof,) = chain.batch([("eth_getProof", asked)])
    except NodeRefused:
        return None
    if proof is None:
        return None
    try:
        return _proven(header.state_root, bytes.fromhex(address[2:]), slots, proof)
    except _FLAWS as error:
        raise ProofMismatch(chain.node, header.number) from error


_FLAWS = (
    *(BadTrieProof, InvalidNode, ValidationError, RLPException),
    *(AttributeError, KeyError, IndexError, TypeError, ValueError, RecursionError),
)
"""What a proof that is none raises, here or in the libraries that read it."""


def _proven(root: bytes, address: bytes, slots: Sequence[int], proof: Any) -> ProvenStorage:
    stored = _value(root, address, proof["accountProof"])
    if not stored:
        return ProvenStorage(b"", dict.fromkeys(slots, 0))
    account = rlp.decode(stored)
    given = {int(each["key"], 16): each["proof"] for each in proof["storageProof"]}
    words = {slot: _word(account[_STORAGE_ROOT], slot, given[slot]) for slot in slots}
    return ProvenStorage(account[_CODE_HASH], words)


def _field(text: str, kind: type) -> Any:
    return int(text, 16) if kind is int else bytes.fromhex(text.removeprefix("0x"))


def _word(root: bytes, slot: int, proof: Sequence[str]) -> int:
    stored = _value(root, slot.to_bytes(32, "big"), proof)
    return int.from_bytes(rlp.decode(stored), "big") if stored else 0


def _value(root: bytes, key: bytes, proof: Sequence[str]) -> bytes:
    """What the trie of a root has under a key, which it hashes; empty where the proof is one of absence."""
    nodes = [rlp.decode(bytes.fromhex(each.removeprefix("0x"))) for each in proof]
    return bytes(HexaryTrie.get_from_proof(root, keccak(key), nodes))
