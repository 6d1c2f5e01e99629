"""Writes the ABIs from brownie's build into the package: `make abi`."""

import json

from dongne.suite import SUITE
from scripts.deployment.artifacts import ROOT, artifact

FOLDER = ROOT / "dongne" / "abi"


def exported(name: str) -> str:
    """Text of one ABI file."""
    return json.dumps(artifact(name).abi, indent=1) + "\n"


def main() -> None:
    """Write every ABI of the suite, and remove those of contracts that are no longer in it."""
    for file in FOLDER.glob("*.json"):
        if file.stem not in SUITE:
            file.unlink()
    for name in SUITE:
        (FOLDER / f"{name}.json").write_text(exported(name), encoding="utf-8")


if __name__ == "__main__":
    main()
