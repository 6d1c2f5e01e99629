"""Cuts what is too much for one transaction or request into parts."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

_Item = TypeVar("_Item")


def parts(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    """The items in order, at most `size` at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def portions(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """The same of what comes one by one, and need not be held at once."""
    coming = iter(items)
    while portion := list(islice(coming, size)):
        yield portion
