"""Whose turn it is, where a contract takes a signer's messages by their sequence only."""

from collections.abc import Container

from dongne.errors import InputError
from dongne.relay.errors import NonceTooEarly, NonceUsed
from dongne.relay.kinds import Item


def out_of_turn(item: Item, next_: int, there: Container[int]) -> InputError | None:
    """Why a message is not the signer's next one; None if it is, or is one of those that are there.

    Args:
        next_: sequence that the contract takes next.
        there: sequences that wait or are under way, and so come before it.
    """
    if item.sequence < next_:
        return NonceUsed(item.sequence, next_)
    expected = next_
    while expected in there:
        expected += 1
    return NonceTooEarly(item.sequence, expected) if item.sequence > expected else None
