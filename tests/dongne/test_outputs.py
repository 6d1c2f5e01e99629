"""The fast decoder of what views return says what eth-abi says, and refuses what it refuses."""

import random

import pytest
from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError

from dongne.outputs import decoder

CHANCE = random.Random(20_261_128)
TYPES = [
    ("uint256",),
    ("bool",),
    ("uint24", "bool", "uint256"),
    ("(uint64,uint32,bool)",),
    ("uint8", "(uint24,uint24,bool)", "uint40"),
    ("uint256[]",),
    ("(uint64,string)",),
    ("(uint64,(bool,uint8))",),
    ("(uint8,uint8)[]",),
    ("(uint8,uint8)[2]",),
    ("uint8[2]",),
    ("bytes32", "address", "int8"),
]


def outcome(decode_, raw):
    try:
        return decode_(raw)
    except DecodingError:
        return "refused"


def words(size):
    """Bytes at random in which words are small, large, or anything."""
    return b"".join(
        CHANCE.choice((0, 1, 2, 32, 64, 2**24 - 1, 2**24, 2**64, CHANCE.getrandbits(256))).to_bytes(32, "big")
        for _ in range(size)
    )


@pytest.mark.parametrize("types", TYPES, ids=" ".join)
def test_it_says_what_eth_abi_says(types):
    for _ in range(300):
        raw = words(CHANCE.randrange(6)) + bytes(CHANCE.choice((0, 0, 5)))

        assert outcome(decoder(types), raw) == outcome(lambda data: decode(types, data), raw)


def test_what_was_encoded_is_read_back():
    types, values = ("uint24", "(uint64,uint32,bool)"), (7, (2**64 - 1, 5, True))

    read = decoder(types)(encode(types, values))

    assert read == values
    assert read[1][2] is True
