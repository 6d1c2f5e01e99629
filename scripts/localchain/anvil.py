"""A local Anvil chain as a child process, on a free port, gone when the block ends."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from eth_account import Account
from eth_account.signers.local import LocalAccount

from dongne.chain import Chain
from dongne.errors import NodeUnreachable, SettingError

MNEMONIC = "test test test test test test test test test test test junk"
"""Anvil's published test mnemonic: its keys are known to everyone and worth nothing."""

START_SECONDS = 60
"""Anvil starts and stops in a tenth of a second; a busy machine gets a minute."""


def funded(index: int) -> LocalAccount:
    """One of the accounts that Anvil funds at its start."""
    Account.enable_unaudited_hdwallet_features()
    account: LocalAccount = Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}")
    return account


@contextmanager
def anvil(*flags: str) -> Iterator[str]:
    """Start Anvil with extra `flags`; gives its RPC address.

    Raises:
        SettingError: the program is not there.
        NodeUnreachable: it did not start within a minute.
    """
    if shutil.which("anvil") is None:
        raise SettingError("anvil is not on the path: run through `make`, or `tools/run COMMAND`")
    port = free_port()
    command = ["anvil", "--silent", "--port", str(port), "--mnemonic", MNEMONIC, *flags]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    rpc = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(rpc, process)
        yield rpc
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def pass_time(chain: Chain, seconds: int) -> None:
    """Move a local chain's clock forward and mine a block."""
    chain.web3.provider.make_request("evm_increaseTime", [seconds])  # type: ignore[arg-type]
    chain.web3.provider.make_request("evm_mine", [])  # type: ignore[arg-type]


def free_port() -> int:
    """A TCP port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(rpc: str, process: subprocess.Popen[bytes]) -> None:
    latest = time.monotonic() + START_SECONDS
    while True:
        try:
            Chain(rpc)
            return
        except NodeUnreachable:
            if process.poll() is not None or time.monotonic() > latest:
                raise
            time.sleep(0.1)
