"""Gas that transactions declare of which several are under way, from what the contracts are known to take: estimates
know nothing of those before, and take more of a node's time than the transaction itself."""

from collections.abc import Sequence

from dongne.ballot.messages import SignedVote
from dongne.transactions import BASE_GAS, BYTE_GAS

VOTE_BYTES = 101
"""Calldata of a vote at most: a group's mask and count, index and signature."""

VOTE_GAS, PICK_GAS, OPTION_GAS = 34_000, 300, 25_000
"""Gas at most of a vote (its word of the roll and of who voted are touched for the first time), of an option that it
picks, and of an option of the poll, whose count is written."""


APPENDED_GAS, APPEND_GAS = 5_100, 250_000
"""Gas at most of a voter who is appended to a roll, bytes and all: 4,490 in ascending order, 5,000 where no address is
above the one before it; and of the blob."""


def append_gas(voters: int) -> int:
    """The gas limit of `append` with so many voters: 6.5 million for a full blob, below the 16.7 of EIP-7825."""
    return APPEND_GAS + APPENDED_GAS * voters


def vote_gas(choices: int) -> int:
    """What a vote adds at most, without its bytes.

    Args:
        choices: bit mask.
    """
    return VOTE_GAS + PICK_GAS * choices.bit_count()


def batch_gas(votes: Sequence[SignedVote], options: int) -> int:
    """The gas limit of `castBatch` with these votes in a poll, or petition, with so many options."""
    each = sum(vote_gas(vote.choices) for vote in votes) + BYTE_GAS * VOTE_BYTES * len(votes)
    return 2 * BASE_GAS + OPTION_GAS * options + each
