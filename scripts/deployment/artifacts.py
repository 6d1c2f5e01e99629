"""What the compiler made of the contracts: bytecode and the standard JSON that reproduces it."""

import hashlib
import json
import posixpath
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scripts.deployment.errors import NotBuilt

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "contracts"
REMAPPINGS = tuple(f"{name}=node_modules/{name}" for name in ("@openzeppelin", "@semaphore-protocol", "solady"))

_IMPORT = re.compile(r'^import\s+(?:[^";]*\sfrom\s+)?"([^"]+)";', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Artifact:
    """One compiled contract.

    Attributes:
        name: its name.
        abi: its interface.
        creation_code: bytecode that creates it, without constructor arguments.
        runtime_code: bytecode that its address holds, immutables zero.
        sources: paths of all sources it is made from.
        compiler: version and settings.
    """

    name: str
    abi: list[dict[str, Any]]
    creation_code: bytes
    runtime_code: bytes
    sources: tuple[str, ...]
    compiler: dict[str, Any]


@cache
def artifact(name: str) -> Artifact:
    """The compiled contract `name`.

    Raises:
        NotBuilt: the contracts have not been compiled; run `make compile`.
    """
    file = BUILD / f"{name}.json"
    if not file.exists():
        raise NotBuilt(file)
    raw = json.loads(file.read_text(encoding="utf-8"))
    return Artifact(
        name=name,
        abi=raw["abi"],
        creation_code=bytes.fromhex(raw["bytecode"]),
        runtime_code=bytes.fromhex(raw["deployedBytecode"]),
        sources=tuple(sorted(_with_imports(raw["sourcePath"]))),
        compiler=raw["compiler"],
    )


def _with_imports(path: str) -> set[str]:
    """A source and all that it imports. Brownie's list lacks what only a base contract's functions use."""
    found, waiting = {path}, [path]
    while waiting:
        at = waiting.pop()
        for imported in _IMPORT.findall((ROOT / at).read_text(encoding="utf-8")):
            local = posixpath.normpath(posixpath.join(posixpath.dirname(at), imported))
            source = local if imported.startswith(".") else f"node_modules/{imported}"
            if source not in found:
                found.add(source)
                waiting.append(source)
    return found


def standard_json(names: tuple[str, ...]) -> dict[str, Any]:
    """The compiler input from which anyone gets the same bytecode, as block explorers and Sourcify take it."""
    compiler = artifact(names[0]).compiler
    sources = sorted({path for name in names for path in artifact(name).sources})
    return {
        "language": "Solidity",
        "sources": {path: {"content": (ROOT / path).read_text(encoding="utf-8")} for path in sources},
        "settings": {
            "evmVersion": compiler["evm_version"],
            "optimizer": compiler["optimizer"],
            "remappings": list(REMAPPINGS),
            "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object"]}},
        },
    }


def standard_json_hash(names: tuple[str, ...]) -> str:
    """SHA-256 of the compiler input, in canonical JSON."""
    text = json.dumps(standard_json(names), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
