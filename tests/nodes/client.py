"""An execution client as a child process: `@ethereumjs/client`, installed by `make nodes` into .home/nodes."""

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import requests

from scripts.deployment.artifacts import ROOT
from scripts.localchain.anvil import free_port
from tests.nodes.engine import Engine

PACKAGE = Path(__file__).parent / "package.json"
HOME = ROOT / ".home" / "nodes"
PROGRAM = HOME / "node_modules" / "@ethereumjs" / "client" / "dist" / "esm" / "bin" / "cli.js"
STARTING_SECONDS = 120
"""How long a start may take: it is four seconds on an idle machine."""

_STOPPING_SECONDS = 20


def install() -> None:
    """Install the client into a folder of its own, where it is not there in the version that is asked for."""
    HOME.mkdir(parents=True, exist_ok=True)
    mine = HOME / "package.json"
    if PROGRAM.exists() and mine.exists() and mine.read_bytes() == PACKAGE.read_bytes():
        return
    shutil.copy(PACKAGE, mine)
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    subprocess.run(command, cwd=HOME, check=True, env=os.environ | {"npm_config_cache": str(HOME.parent / "cache/npm")})


class Client:
    """One client with its data and its log; it keeps its ports when it is started again.

    Args:
        name: for messages.
        folder: for its data.
        genesis: file of the chain's first block.
        secret: of the Engine API.
    """

    def __init__(self, name: str, folder: Path, genesis: Path, secret: bytes) -> None:
        self.name, self._folder, self._genesis = name, folder, genesis
        self.port, self._rpc_port, self._engine_port = free_port(), free_port(), free_port()
        self.rpc = f"http://127.0.0.1:{self._rpc_port}"
        self.engine = Engine(f"http://127.0.0.1:{self._engine_port}", secret)
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True)
        self._secret_file = folder / "secret"
        self._secret_file.write_text(secret.hex())

    def __repr__(self) -> str:
        return self.name

    def start(self, peers: Sequence[str] = ()) -> None:
        """Start it, with the addresses of other clients that it is to dial, and wait until it answers."""
        flags = {
            "gethGenesis": self._genesis,
            "dataDir": self._folder / "data",
            "port": self.port,
            "extIP": "127.0.0.1",
            "rpcAddr": "127.0.0.1",
            "rpcPort": self._rpc_port,
            "rpcEngineAddr": "127.0.0.1",
            "rpcEnginePort": self._engine_port,
            "jwtSecret": self._secret_file,
            "discV4": "false",
            "discDns": "false",
            "logLevelFile": "info",
            "logLevel": "off",
        }
        switches = ["--rpc", "--rpcEngine", "--rpcEngineAuth", "--saveReceipts"]
        dialled = [f"--bootnodes={','.join(peers)}"] if peers else []
        command = ["node", PROGRAM, *switches, *dialled, *(f"--{name}={value}" for name, value in flags.items())]
        with (self._folder / "output").open("ab") as output:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self._wait_until_up()

    def stop(self) -> None:
        """Stop it, if it runs."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    @property
    def enode(self) -> str:
        """Its address for peers, by its own port."""
        return str(self.ask("admin_nodeInfo")["enode"])

    def peers(self) -> int:
        """How many clients it is connected with."""
        return int(self.ask("net_peerCount"), 16)

    def head(self) -> str:
        """Hash of its latest block."""
        return str(self.ask("eth_getBlockByNumber", "latest", False)["hash"])

    def has(self, transaction: str) -> bool:
        """Whether it knows a transaction, mined or waiting."""
        try:
            return self.ask("eth_getTransactionByHash", transaction) is not None or self._waits(transaction)
        except KeyError:
            return self._waits(transaction)

    def _waits(self, transaction: str) -> bool:
        senders = self.ask("txpool_content")["pending"].values()
        return any(each["hash"] == transaction for nonces in senders for each in nonces.values())

    def ask(self, method: str, *parameters: Any) -> Any:
        """One request by plain JSON-RPC."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        return requests.post(self.rpc, json=request, timeout=60).json()["result"]

    def _wait_until_up(self) -> None:
        until = time.monotonic() + STARTING_SECONDS
        while True:
            try:
                self.ask("eth_chainId")
                return
            except (requests.RequestException, KeyError):
                assert self._process is not None
                if self._process.poll() is not None or time.monotonic() > until:
                    said = (self._folder / "output").read_text(errors="replace")[-2_000:]
                    raise AssertionError(f"the client {self.name} does not start: {said}") from None
                time.sleep(0.2)
