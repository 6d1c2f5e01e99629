"""Cuts what is too much for one transaction or request into parts."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

_Item = TypeVar("_Item")


def parts(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    """The items in order, at most `size` at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))
