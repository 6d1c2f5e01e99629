"""Bytecode of the contracts and how it was made: `make compile` writes the file, and the wheel holds it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from dongne.errors import SettingError
from dongne.language import _

FILE = "bytecode.json"

_IMMUTABLE = b"\x7f" + bytes(32)
"""PUSH32 of zero: solc pushes every other zero in a shorter way, so this is an immutable without its value."""


@dataclass(eq=False)
class NotCompiled(SettingError):
    """The package was installed without the contracts' bytecode."""

    template = _(
        "The contracts' bytecode is not there: {file} is missing. In a checkout of the project run `make compile`; "
        "elsewhere install a wheel that `make package` has made."
    )
    file: str


@dataclass(frozen=True, slots=True)
class Bytecode:
    """One compiled contract.

    Attributes:
        creation: creates it; constructor arguments follow.
        runtime: what its address holds. An immutable's value stands behind PUSH32; here it is zero.
    """

    creation: bytes
    runtime: bytes

    def is_code(self, code: bytes) -> bool:
        """Whether an address holds this contract, whatever the values of its immutables."""
        return len(code) == len(self.runtime) and self._masked(code) == self.runtime

    def _masked(self, code: bytes) -> bytes:
        """The code with zeros where this contract's immutables are."""
        masked, at = bytearray(code), self.runtime.find(_IMMUTABLE)
        while at >= 0:
            masked[at + 1 : at + len(_IMMUTABLE)] = bytes(32)
            at = self.runtime.find(_IMMUTABLE, at + len(_IMMUTABLE))
        return bytes(masked)


@dataclass(frozen=True, slots=True)
class Build:
    """The compiled suite.

    Attributes:
        contracts: bytecode by contract.
        compiler: version and settings.
        standard_json_hash: SHA-256 of the compiler's input.
        commit: git commit of the sources; empty where they were in none.
    """

    contracts: Mapping[str, Bytecode]
    compiler: dict[str, Any]
    standard_json_hash: str
    commit: str


@cache
def build() -> Build:
    """The compiled suite of this installation.

    Raises:
        NotCompiled: it was installed without bytecode.
    """
    file = resources.files("dongne").joinpath(FILE)
    if not file.is_file():
        raise NotCompiled(str(file))
    raw = json.loads(file.read_text(encoding="utf-8"))
    contracts = {
        name: Bytecode(bytes.fromhex(each["creation"]), bytes.fromhex(each["runtime"]))
        for name, each in raw["contracts"].items()
    }
    return Build(contracts, raw["compiler"], raw["standard_json_hash"], raw["commit"])
