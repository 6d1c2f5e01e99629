"""Storage and headers proven from the hash of a block, on a real Anvil chain and on Ethereum's first block."""

import pytest

from dongne.errors import NodeRefused, NodeTalksNonsense
from dongne.proofs import Header, HeaderMismatch, ProofMismatch, prove_storage, proven_header
from scripts.localchain.suite import local_suite

EMPTY = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
GENESIS_HASH = "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"
GENESIS = {
    "parentHash": "0x" + "00" * 32,
    "sha3Uncles": "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
    "miner": "0x" + "00" * 20,
    "stateRoot": "0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544",
    "transactionsRoot": EMPTY,
    "receiptsRoot": EMPTY,
    "logsBloom": "0x" + "00" * 256,
    "difficulty": "0x400000000",
    "number": "0x0",
    "gasLimit": "0x1388",
    "gasUsed": "0x0",
    "timestamp": "0x0",
    "extraData": "0x11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa",
    "mixHash": "0x" + "00" * 32,
    "nonce": "0x0000000000000042",
}
"""Ethereum's first block, as its nodes give it."""


class Node:
    """A node that gives prepared answers."""

    node = "http://prepared"

    def __init__(self, **answers):
        self.answers = answers

    def batch(self, requests):
        found = [self.answers[method] for method, _parameters in requests]
        for each in found:
            if isinstance(each, Exception):
                raise each
        return found


@pytest.fixture(scope="module")
def city():
    with local_suite() as running:
        yield running


@pytest.fixture
def header(city):
    block = city.chain.block_number()
    return proven_header(city.chain, block, city.chain.block_hash(block))


@pytest.fixture
def registry(city):
    return city.book.entry("VehicleRegistry").address


def given(city, registry, header, slots):
    """What the node answers to a request for proofs."""
    asked = [registry, [f"{slot:#066x}" for slot in slots], hex(header.number)]
    return city.chain.batch([("eth_getProof", asked)])[0]


def test_the_first_block_of_ethereum_has_its_hash():
    header = proven_header(Node(eth_getBlockByNumber=GENESIS), 0, GENESIS_HASH)

    assert header == Header(0, bytes.fromhex(GENESIS["stateRoot"][2:]), 0)


@pytest.mark.parametrize("field", sorted(GENESIS))
def test_a_header_with_one_digit_changed_is_refused(field):
    text = GENESIS[field]
    forged = {**GENESIS, field: text[:-1] + f"{int(text[-1], 16) ^ 1:x}"}

    with pytest.raises(HeaderMismatch, match="does not have the block's hash"):
        proven_header(Node(eth_getBlockByNumber=forged), 0, GENESIS_HASH)


@pytest.mark.parametrize("answer", [None, {}, [], "0x", {**GENESIS, "number": 5}, {**GENESIS, "nonce": "0xzz"}])
def test_a_block_that_is_none_is_nonsense(answer):
    with pytest.raises(NodeTalksNonsense):
        proven_header(Node(eth_getBlockByNumber=answer), 0, GENESIS_HASH)


def test_every_block_of_a_chain_has_its_hash(city):
    for block in range(city.chain.block_number() + 1):
        header = proven_header(city.chain, block, city.chain.block_hash(block))
        assert (header.number, header.time) == (block, city.chain.timestamp(block))


def test_stored_and_empty_words_are_proven(city, registry, header):
    slots = [0, 1, 10, 2**256 - 1]

    proven = prove_storage(city.chain, registry, slots, header)

    stored = [int.from_bytes(city.chain.web3.eth.get_storage_at(registry, slot), "big") for slot in slots]
    assert [proven.words[slot] for slot in slots] == stored
    assert stored[0] != 0 and stored[3] == 0
    assert proven.code_hash == bytes(city.chain.web3.keccak(city.chain.code(registry)))


def test_an_address_without_a_contract_has_nothing(city, header):
    proven = prove_storage(city.chain, "0x" + "12" * 20, [7], header)

    assert (proven.code_hash, proven.words) == (b"", {7: 0})


def test_a_proof_under_another_root_is_refused(city, registry, header):
    other = Header(header.number, bytes(32), header.time)

    with pytest.raises(ProofMismatch, match="does not follow from the hash"):
        prove_storage(city.chain, registry, [0], other)


def test_no_damage_to_a_proof_goes_unseen(city, registry, header):
    honest = prove_storage(city.chain, registry, [0, 1], header)
    proof = given(city, registry, header, [0, 1])
    texts = [(proof["accountProof"], place) for place in range(len(proof["accountProof"]))]
    texts += [(each["proof"], place) for each in proof["storageProof"] for place in range(len(each["proof"]))]
    for nodes, place in texts:
        whole = nodes[place]
        for damaged in (whole[:-1] + f"{int(whole[-1], 16) ^ 1:x}", whole[:-2], "0x", "nonsense", None):
            nodes[place] = damaged
            with pytest.raises(ProofMismatch):
                prove_storage(Node(eth_getProof=proof), registry, [0, 1], header)
        nodes[place] = whole
    assert prove_storage(Node(eth_getProof=proof), registry, [0, 1], header) == honest


@pytest.mark.parametrize("left_out", ["accountProof", "storageProof"])
def test_a_proof_without_its_parts_is_refused(city, registry, header, left_out):
    proof = given(city, registry, header, [0])
    del proof[left_out]

    with pytest.raises(ProofMismatch):
        prove_storage(Node(eth_getProof=proof), registry, [0], header)


def test_a_proof_of_another_slot_or_contract_is_refused(city, registry, header):
    of_the_next = given(city, registry, header, [1])
    of_the_next["storageProof"][0]["key"] = f"{0:#066x}"
    of_another = given(city, city.book.entry("VehicleLiens").address, header, [0])

    # Both are proofs that the asked slot's path ends elsewhere: they prove nothing, or another word.
    for proof in (of_the_next, of_another):
        try:
            found = prove_storage(Node(eth_getProof=proof), registry, [0], header)
        except ProofMismatch:
            continue
        pytest.fail(f"{found} was proven")


@pytest.mark.parametrize("answer", [None, NodeRefused("http://prepared", "the method does not exist")])
def test_a_node_without_proofs_proves_nothing(header, registry, answer):
    assert prove_storage(Node(eth_getProof=answer), registry, [0], header) is None
