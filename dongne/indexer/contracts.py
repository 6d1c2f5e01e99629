"""What is indexed."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contracts:
    """The contracts of one deployment.

    Attributes:
        addresses: by name.
        first: the block that created the first of them.
    """

    addresses: Mapping[str, str]
    first: int
