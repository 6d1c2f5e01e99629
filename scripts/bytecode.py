"""Writes the bytecode from brownie's build into the package, as the last step of `make compile`."""

import json
import subprocess

from dongne.book import write_whole
from dongne.bytecode import FILE
from dongne.suite import SUITE
from scripts.deployment.artifacts import ROOT, artifact, standard_json_hash

PLACE = ROOT / "dongne" / FILE
SOURCES = ("contracts", "brownie-config.yaml", "package.json")


def compiled() -> str:
    """Text of the file."""
    made = {name: artifact(name) for name in SUITE}
    contracts = {
        name: {"creation": each.creation_code.hex(), "runtime": each.runtime_code.hex()} for name, each in made.items()
    }
    build = {
        "compiler": next(iter(made.values())).compiler,
        "standard_json_hash": standard_json_hash(tuple(SUITE)),
        "commit": _commit(),
        "contracts": contracts,
    }
    return json.dumps(build, indent=1) + "\n"


def _commit() -> str:
    """The commit that holds the sources as they are compiled; empty where none does."""
    changed = _git("status", "--porcelain", "--", *SOURCES)
    return "" if changed is None or changed else _git("rev-parse", "HEAD") or ""


def _git(*arguments: str) -> str | None:
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def main() -> None:
    """Write the file, unless it says the same already."""
    text = compiled()
    if not PLACE.exists() or PLACE.read_text(encoding="utf-8") != text:
        write_whole(PLACE, text)


if __name__ == "__main__":
    main()
