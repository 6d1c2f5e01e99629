"""Makes brownie's tests several times faster without changing what they check.

Each override removes work that brownie 1.22.2 repeats for every transaction; all are process-local.
"""

import importlib
import os
import time
import types

KEPT_BLOCKS = 64
"""Blocks whose transactions a long profile keeps."""


def apply() -> None:
    rpc, anvil, state, transaction, contract = (
        importlib.import_module(f"brownie.network.{name}")
        for name in ("rpc", "rpc.anvil", "state", "transaction", "contract")
    )
    _unwrap_stack_inspection(rpc.Rpc)
    state.gc = types.SimpleNamespace(collect=lambda *_: 0)
    # A clock that stands still keeps brownie from taking a transaction for dropped: under load Anvil raises the
    # sender's nonce a moment before it has the receipt.
    transaction.time = types.SimpleNamespace(sleep=lambda seconds: time.sleep(min(seconds, 0.02)), time=lambda: 0.0)
    # As shipped, chain.mine(timestamp=…) hands Anvil a bare number, which it refuses.
    anvil.mine = lambda timestamp=None: anvil._request("evm_mine", [] if timestamp is None else [timestamp])
    if any(name.startswith("DONGNE_") and name.endswith("_STEPS") for name in os.environ):
        web3 = importlib.import_module("brownie.network.web3").web3
        _keep_little(anvil)
        _read_results_without_steps(transaction.TransactionReceipt, web3)
        web3.middleware_onion.remove("validation")  # asks for the chain's number before each call
    # Bytecode with immutables never equals the compiled one; brownie then drops source lines and coverage.
    contract._verify_deployed_code = lambda *_args, **_kwargs: True


def _keep_little(anvil: types.ModuleType) -> None:
    """Anvil keeps each step of every transaction: some 2 MB each, and a long profile sends thousands."""
    launch = anvil.launch

    def launch_small(cmd: str, **settings):
        settings.pop("steps_tracing", None)
        return launch(f"{cmd} --transaction-block-keeper {KEPT_BLOCKS}", **settings)

    anvil.launch = launch_small


def _read_results_without_steps(receipt_class: type, web3) -> None:
    """Brownie reads a transaction step by step for its error or return value: most of a long profile's time."""

    def get_trace(receipt) -> None:
        if receipt._raw_trace is not None:
            return
        asked = [receipt.txid, {"tracer": "callTracer"}]
        call = web3.provider.make_request("debug_traceTransaction", asked)["result"]
        receipt._raw_trace, receipt._trace = [], []
        if not receipt.status:
            receipt._revert_msg, receipt._dev_revert_msg = call.get("error", ""), ""
        if call.get("output", "0x") != "0x":
            (receipt._confirmed_return_value if receipt.status else receipt._reverted_return_value)(call["output"])

    receipt_class._get_trace = get_trace


def _unwrap_stack_inspection(rpc_class: type) -> None:
    for name in ("sleep", "mine", "snapshot", "revert"):
        wrapped = getattr(rpc_class, name)
        for cell in wrapped.__closure__ or ():
            if callable(cell.cell_contents):
                setattr(rpc_class, name, cell.cell_contents)
