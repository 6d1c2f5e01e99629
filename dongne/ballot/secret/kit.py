"""The prover's kit: Semaphore's circuit and the programs that make and check its proofs, installed by npm in a folder.

The pins are in `node/package.json`. Of the circuits, which come in 32 depths, only one is kept, and used only if its
files have the known hashes.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib import resources
from pathlib import Path

from dongne.ballot.secret.errors import NodeMissing, ProverDamaged, ProverMissing, ProverNotInstalled
from dongne.ballot.secret.polls import DEPTH
from dongne.texts import excerpt

SOURCES = resources.files("dongne.ballot.secret").joinpath("node")

ARTIFACTS: Mapping[str, str] = {
    f"semaphore-{DEPTH}.json": "46b02dcff801899b8df4ec8147fec21fd1750e6adf83a7216d01c49736f395ef",
    f"semaphore-{DEPTH}.wasm": "0ea5d513aaf0c340c5a2bbb1ed60ed6d5843ad162dabcab95dd35c9fb3960b1b",
    f"semaphore-{DEPTH}.zkey": "b02f7c575b5057adf85d2d15f2aa274fd3c964d4ec9f0184d032fec94513263a",
}
"""SHA-256 of the circuit's files: verification key, witness generator and proving key."""

_ARTIFACTS_FOLDER = Path("node_modules/@zk-kit/semaphore-artifacts")
_NPM = ("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--no-update-notifier", "--loglevel=error")
_INSTALL_SECONDS = 1_800


@dataclass(frozen=True)
class ProverKit:
    """An installed kit.

    Attributes:
        folder: where it is.
    """

    folder: Path

    @cached_property
    def checked(self) -> Path:
        """The folder, once it is sure that the circuit is the known one.

        Raises:
            ProverMissing: nothing is installed there.
            ProverDamaged: a file is another one.
        """
        for name, expected in ARTIFACTS.items():
            file = self.folder / _ARTIFACTS_FOLDER / name
            try:
                found = sha256(file.read_bytes()).hexdigest()
            except OSError as error:
                raise ProverMissing(self.folder) from error
            if found != expected:
                raise ProverDamaged(file, found, expected)
        return self.folder

    @property
    def is_sound(self) -> bool:
        """Whether it is installed with the pins of this version."""
        try:
            pins = (self.folder / "package.json").read_bytes()
            return pins == SOURCES.joinpath("package.json").read_bytes() and bool(self.checked)
        except (OSError, ProverMissing, ProverDamaged):
            return False

    def install(self) -> None:
        """Install with npm, unless that is done; what is not used of the circuits is deleted, and npm's cache too.

        Raises:
            NodeMissing: npm does not run.
            ProverNotInstalled: npm failed.
            ProverDamaged: what npm brought is not the known circuit.
        """
        if self.is_sound:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / "package.json").write_bytes(SOURCES.joinpath("package.json").read_bytes())
            with tempfile.TemporaryDirectory() as cache:
                self._run_npm(cache)
            self._prune()
        except OSError as error:
            raise ProverNotInstalled(self.folder, error.strerror or str(error)) from error
        self.__dict__.pop("checked", None)
        self.checked  # noqa: B018  raises where it is another circuit

    def _run_npm(self, cache: str) -> None:
        command = [*_NPM, "--cache", cache]
        try:
            done = subprocess.run(
                command, cwd=self.folder, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False
            )
        except FileNotFoundError as error:
            raise NodeMissing("npm", error.strerror or str(error)) from error
        except subprocess.TimeoutExpired as error:
            raise ProverNotInstalled(self.folder, f"npm > {_INSTALL_SECONDS} s") from error
        if done.returncode:
            raise ProverNotInstalled(self.folder, excerpt(" ".join(done.stderr.split())))

    def _prune(self) -> None:
        """Of 32 depths, 170 MB, one is used; and packages bring documentation and maps that nothing reads."""
        for file in (self.folder / _ARTIFACTS_FOLDER).glob("semaphore-*.*"):
            if file.name not in ARTIFACTS:
                file.unlink()
        shutil.rmtree(self.folder / "node_modules/wasmcurves/.git", ignore_errors=True)
