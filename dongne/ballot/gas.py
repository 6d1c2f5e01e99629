"""Gas that transactions declare of which several are under way, from what the contracts are known to take: estimates
know nothing of those before, and take more of a node's time than the transaction itself."""

from collections.abc import Iterable

from dongne.transactions import BASE_GAS, BYTE_GAS

VOTE_BYTES = 69
"""Calldata of a vote at most, without its choices: the count of a group, index and signature."""

VOTE_GAS, PICK_GAS, SCORE_GAS = 34_000, 300, 1_300
"""Gas at most of a vote (its word of the roll and of who voted are touched for the first time), of an option that it
picks, and of one to which it gives points."""

_OPTION_GAS, _WORD_GAS, _WORD_OPTIONS = 1_000, 25_000, 8
"""Gas at most of an option of the poll, and of a word of the tally, which counts eight options."""

APPENDED_GAS, APPEND_GAS = 5_100, 250_000
"""Gas at most of a voter who is appended to a roll, bytes and all: 4,490 in ascending order, 5,000 where no address is
above the one before it; and of the blob."""


def append_gas(voters: int) -> int:
    """The gas limit of `append` with so many voters: 6.5 million for a full blob, below the 16.7 of EIP-7825."""
    return APPEND_GAS + APPENDED_GAS * voters


def batch_gas(votes: Iterable[tuple[int, int]], options: int) -> int:
    """The gas limit of `castBatch`.

    Args:
        votes: bytes and gas that each vote adds at most.
        options: of the poll or petition; of a score poll, those with points at most.
    """
    words = -(-options // _WORD_OPTIONS)
    each = sum(gas + BYTE_GAS * calldata for calldata, gas in votes)
    return 2 * BASE_GAS + _OPTION_GAS * options + _WORD_GAS * words + each
