"""A local chain with a loaded city that stays up: its node, address book, keystores and sample files."""

import json
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eth_account.signers.local import LocalAccount

from dongne import book as books
from dongne.errors import SettingError
from dongne.keys import write_secret
from dongne.language import Message, Readable, _
from scripts.deployment.artifacts import ROOT
from scripts.localchain.anvil import DEFAULT_PORT
from scripts.localchain.inhabitants import CITY_KEY, Inhabitants, settle
from scripts.localchain.samples import write_samples
from scripts.localchain.suite import LocalSuite, local_suite

CHAIN_ID = 31_337
PASSWORD = "only for this local chain"
FOLDER = "localchain"
_SETTLING = 300
"""Seconds before now at which the chain starts, so that its clock is right once the city is loaded."""


@dataclass(eq=False)
class PortNotValid(SettingError):
    """PORT is not a port."""

    template = _("PORT is {value!r}; it must be a number from 1 to 65535, e.g. {example}")
    value: str
    example: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where the chain is and where its files go.

    Attributes:
        port: of the node.
        root: folder of `deployments/` and `localchain/`.
    """

    port: int = DEFAULT_PORT
    root: Path = ROOT

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Place":
        """Read PORT and FOLDER.

        Raises:
            PortNotValid: PORT is not a port.
        """
        port = environment.get("PORT") or str(DEFAULT_PORT)
        if not (port.isascii() and port.isdecimal() and 0 < int(port) < 2**16):
            raise PortNotValid(port, DEFAULT_PORT)
        return cls(int(port), Path(environment.get("FOLDER") or ROOT))

    @property
    def folder(self) -> Path:
        """Of the files that a person uses."""
        return self.root / FOLDER


@contextmanager
def serving(place: Place) -> Iterator[LocalSuite]:
    """Start the chain, load the city and write its files anew.

    Raises:
        SettingError: the port is taken, or Anvil is not there.
    """
    deployments = place.root / "deployments"
    with local_suite(
        start=int(time.time()) - _SETTLING,
        port=place.port,
        folder=deployments,
        prepare=lambda: _clear(place, deployments),
    ) as suite:
        city = settle(suite)
        suite.move_clock_to(max(int(time.time()), suite.chain.timestamp() + 1))
        _write_keys(place, suite, city)
        write_samples(place.folder / "samples", suite, city)
        yield suite


def guide(place: Place, suite: LocalSuite) -> Iterator[Readable]:
    """What a person needs to know first, line by line."""
    folder = FOLDER if place.root == ROOT else str(place.folder)
    yield Message(_("A local chain with a loaded city. Ctrl-C stops it; the next start begins anew."))
    yield Message(_("  node          {rpc}, chain {id}"), {"rpc": suite.chain.rpc, "id": suite.chain.id})
    yield Message(_("  address book  {file}"), {"file": books.path(Path("deployments"), suite.chain.id)})
    yield Message(
        _("  keystores     {folder}/keystores, all with the password in {folder}/password"), {"folder": folder}
    )
    yield Message(_("  sample files  {folder}/samples"), {"folder": folder})
    yield Message(_("In another terminal, for example:"))
    for line in _first_commands(place, folder):
        yield Message("  {line}", {"line": line})
    yield Message(_("docs/tour.md leads through a day of each office."))


def wait_until_stopped() -> None:
    """Return on Ctrl-C: that is how a chain is meant to end."""
    try:
        while True:
            signal.pause()
    except KeyboardInterrupt:
        return


def _first_commands(place: Place, folder: str) -> Iterator[str]:
    if place.port != DEFAULT_PORT:
        yield f"export DONGNE_RPC=http://127.0.0.1:{place.port}"
    keystores, samples, run = f"{folder}/keystores", f"{folder}/samples", "tools/run dongne"
    yield f"export DONGNE_KEYSTORE_PASSWORD_FILE={folder}/password"
    yield f"{run} status"
    yield f"{run} currency register {samples}/accounts.csv --keystore {keystores}/membership_officer.json"
    yield f"{run} currency relay {samples}/payments.jsonl --keystore {keystores}/relayer.json"
    yield f"{run} currency audit"


def _clear(place: Place, deployments: Path) -> None:
    """Remove what a former start left: its chain is gone, so its address book and its outbox mean nothing any more."""
    books.path(deployments, CHAIN_ID).unlink(missing_ok=True)
    for left in (deployments / "outbox").glob(f"{CHAIN_ID}-*"):
        left.unlink(missing_ok=True)
    for name in ("keystores", "samples"):
        shutil.rmtree(place.folder / name, ignore_errors=True)
    for name in ("password", "city.key"):
        (place.folder / name).unlink(missing_ok=True)


def _write_keys(place: Place, suite: LocalSuite, city: Inhabitants) -> None:
    keystores = place.folder / "keystores"
    keystores.mkdir(parents=True)
    officers = {role.name.lower(): key for role, key in suite.officers.items()}
    for name, key in {**officers, "relayer": suite.relayer, **city.people}.items():
        write_secret(keystores / f"{name}.json", _keystore(key))
    write_secret(place.folder / "password", PASSWORD + "\n")
    write_secret(place.folder / "city.key", CITY_KEY.hex() + "\n")


def _keystore(key: LocalAccount) -> str:
    """Encrypted weakly and quickly: the keys of local chains are known to everyone."""
    return json.dumps(key.encrypt(PASSWORD, kdf="pbkdf2", iterations=1_000)) + "\n"
