"""A local Anvil chain as a child process, on a free port unless one is asked for, gone when the block ends."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3.types import RPCEndpoint

from dongne.chain import Chain
from dongne.errors import ChainError, NodeUnreachable, SettingError
from dongne.language import _

MNEMONIC = "test test test test test test test test test test test junk"
"""Anvil's published test mnemonic: its keys are known to everyone and worth nothing."""

DEFAULT_PORT = 8545
"""Where a chain is expected if nothing else is said, as in `dongne.config.DEFAULT_RPC`."""

STARTING_SECONDS = 60
"""How long a start may take: it is a tenth of a second on an idle machine, and much more on a busy one."""

_STOPPING_SECONDS = 10


@dataclass(eq=False)
class AnvilMissing(SettingError):
    """Anvil is not installed where it is looked for."""

    template = _("Anvil is not on the path. Run this through `make`, or as `tools/run COMMAND`.")


@dataclass(eq=False)
class AnvilStopped(ChainError):
    """Anvil ended before it answered."""

    template = _("Anvil stopped while it was starting: {output}")
    output: str


@dataclass(eq=False)
class PortTaken(SettingError):
    """Another program listens where the chain should."""

    template = _(
        "Port {port} of this machine is taken, perhaps by another chain. Stop that program, or choose another port: "
        "make chain PORT={other}"
    )
    port: int
    other: int


ACCOUNTS = 64
"""Accounts with ether: 0 deploys, 9 relays, those from 10 on are inhabitants, those from 16 on hold the roles."""

_FIRST_OFFICER = 16


def funded(index: int) -> LocalAccount:
    """One of the accounts that Anvil funds at its start."""
    Account.enable_unaudited_hdwallet_features()
    account: LocalAccount = Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}")
    return account


def officer(role: int) -> LocalAccount:
    """The account that holds a role on local chains; `role` is its number."""
    return funded(_FIRST_OFFICER + role)


@contextmanager
def anvil(*flags: str, port: int | None = None) -> Iterator[str]:
    """Start Anvil with extra `flags`; gives its RPC address.

    Args:
        flags: of Anvil's command line.
        port: TCP port from 1 to 65,535; None takes a free one.

    Raises:
        AnvilMissing: the program is not there.
        PortTaken: something else listens on `port`.
        AnvilStopped: it ended at once.
        NodeUnreachable: it did not answer within `STARTING_SECONDS`.
    """
    if shutil.which("anvil") is None:
        raise AnvilMissing
    port = free_port() if port is None else _unused(port)
    accounts = () if "--accounts" in flags else ("--accounts", str(ACCOUNTS))
    command = ["anvil", "--quiet", "--port", str(port), "--mnemonic", MNEMONIC, *accounts, *flags]
    with TemporaryFile() as errors:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=errors, stderr=subprocess.STDOUT)
        rpc = f"http://127.0.0.1:{port}"
        try:
            _wait_until_up(rpc, process, errors)
            yield rpc
        finally:
            _stop(process)


def pass_time(chain: Chain, seconds: int) -> None:
    """Move a local chain's clock forward and mine a block."""
    _ask(chain, "evm_increaseTime", seconds)
    _ask(chain, "evm_mine")


def move_clock_to(chain: Chain, moment: int) -> None:
    """Mine a block at `moment` (Unix seconds), which must be later than the latest block; the clock goes on there."""
    _ask(chain, "evm_setNextBlockTimestamp", moment)
    _ask(chain, "evm_mine")


def free_port() -> int:
    """A TCP port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ask(chain: Chain, method: str, *arguments: object) -> None:
    with chain.answers():
        chain.web3.manager.request_blocking(RPCEndpoint(method), list(arguments))


def _unused(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortTaken(port, free_port()) from None
    return port


def _wait_until_up(rpc: str, process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            Chain(rpc)
            return
        except NodeUnreachable:
            if process.poll() is not None:
                raise AnvilStopped(_text(errors)) from None
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def _text(errors: IO[bytes]) -> str:
    errors.seek(0)
    return errors.read().decode(errors="replace").strip()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=_STOPPING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
