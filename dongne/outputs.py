"""What views return, decoded: by eth-abi, or much faster where every value is a number in a word of its own."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError, InsufficientDataBytes

Decoder = Callable[[bytes], tuple[Any, ...]]

_WORD = 32
_NUMBER = re.compile(r"uint(\d+)|bool")


@cache
def decoder(types: tuple[str, ...]) -> Decoder:
    """Decodes values of these ABI types.

    What it gives raises DecodingError where the bytes are not values of theirs, as eth-abi does.
    """
    members = [kind[1:-1].split(",") if kind.startswith("(") else [kind] for kind in types]
    if not all(_NUMBER.fullmatch(each) for inner in members for each in inner):
        return lambda raw: decode(types, raw)
    kinds = [each for inner in members for each in inner]
    limits = [2 if kind == "bool" else 1 << int(kind.removeprefix("uint")) for kind in kinds]

    def read(raw: bytes) -> tuple[Any, ...]:
        if len(raw) < _WORD * len(kinds):
            raise InsufficientDataBytes(f"{len(raw)} bytes for {', '.join(types)}")
        numbers = [int.from_bytes(raw[at : at + _WORD], "big") for at in range(0, _WORD * len(kinds), _WORD)]
        if any(number >= limit for number, limit in zip(numbers, limits, strict=True)):
            raise DecodingError(f"a number too large for its type, of {', '.join(types)}")
        values = iter(bool(number) if kind == "bool" else number for kind, number in zip(kinds, numbers, strict=True))
        return tuple(
            tuple(next(values) for _ in inner) if kind.startswith("(") else next(values)
            for kind, inner in zip(types, members, strict=True)
        )

    return read
