"""`with reverts("ErrorName", value, …)`: the one way tests expect a custom error, values included."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from brownie.exceptions import VirtualMachineError


@contextmanager
def reverts(error: str, *values: object) -> Iterator[None]:
    with pytest.raises(VirtualMachineError) as raised:
        yield
    expected = f"{error}: {', '.join(_shown(value) for value in values)}"
    assert raised.value.revert_msg == expected, f"expected {expected!r}, got {raised.value.revert_msg!r}"


def _shown(value: object) -> str:
    """A value as brownie prints it: addresses in lower case, bytes as a Python literal."""
    if hasattr(value, "address"):
        return str(value.address).lower()
    if isinstance(value, str) and value.startswith("0x") and len(value) == 42:
        return value.lower()
    if isinstance(value, bytes):
        return str(bytes(value))
    return str(value)
