"""The sender: bulk against web3.py one by one; a pipelined relayer against one batch after the other, and the chain."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

from dongne.chain import Call, Chain
from dongne.currency.relay import KEY_GAS
from dongne.fees import Fees
from dongne.parts import parts
from dongne.transactions import KeySigner, Transaction
from scripts.bench.figures import Figure
from scripts.bench.payers import Payers, payers
from scripts.localchain.anvil import anvil, funded
from scripts.localchain.suite import GAS_LIMIT

_BULK, _ONE_BY_ONE, _ROUNDS = 2_000, 100, 5
_BATCH, _SINGLY, _PIPELINED = 200, 5, 60
LEAST_BULK, LEAST_RELAYER, LEAST_OF_RAW = 10, 12, 0.5


def measure() -> Iterator[Figure]:
    """By the clock: nodes and disks are part of it."""
    yield from _bulk()
    yield from _relayer()


def _bulk() -> Iterator[Figure]:
    """A round takes seconds, so one hiccup of the machine would be half of it: the median of some."""
    ours, theirs = (median(each) for each in zip(*(_round() for _turn in range(_ROUNDS)), strict=True))
    yield Figure("sender_bulk_per_second", ours, "transactions/s")
    yield Figure("sender_bulk_ratio_to_web3", ours / theirs, "times", least=LEAST_BULK)


def _round() -> tuple[float, float]:
    """Transactions a second on a fresh chain: the sender's, and web3.py's."""
    key, target = funded(0), funded(1).address
    with anvil("--gas-limit", str(GAS_LIMIT)) as rpc, tempfile.TemporaryDirectory() as folder:
        chain = Chain(rpc, poll_seconds=0.005)
        began = perf_counter()
        for number in range(_ONE_BY_ONE):
            _by_web3(chain, key, target, number)
        theirs = _ONE_BY_ONE / (perf_counter() - began)
        calls = (Call(chain, target, number.to_bytes(4, "big"), "note", 30_000) for number in range(_BULK))
        sender = chain.sender(key, Path(folder), policy=replace(chain.policy, window=500))
        began = perf_counter()
        done = sum(each.refusal is None for each in sender.deliver_all(calls))
        return done / (perf_counter() - began), theirs


def _by_web3(chain: Chain, key: Any, target: str, number: int) -> None:
    eth = chain.web3.eth
    fields: dict[str, Any] = {"from": key.address, "to": target, "data": number.to_bytes(4, "big"), "value": 0}
    fields |= {"nonce": eth.get_transaction_count(key.address), "chainId": chain.id, "gas": eth.estimate_gas(fields)}  # type: ignore[arg-type]
    fields |= {"maxFeePerGas": 4 * 10**9, "maxPriorityFeePerGas": eth.max_priority_fee}
    del fields["from"]
    eth.wait_for_transaction_receipt(eth.send_raw_transaction(key.sign_transaction(fields).raw_transaction), 60, 0.005)


def _relayer() -> Iterator[Figure]:
    """On a chain with a block a second."""
    with payers() as busy, tempfile.TemporaryDirectory() as folder, a_block_a_second(busy.suite.chain):
        chain, relayer = busy.suite.chain, busy.suite.relayer
        began = perf_counter()
        for call in _calls(busy, _SINGLY):
            replace(call, gas=None).transact(relayer)
        singly = _SINGLY * _BATCH / (perf_counter() - began)
        calls = _calls(busy, _PIPELINED)
        sender = chain.sender(relayer, Path(folder), policy=replace(chain.policy, window=_PIPELINED))
        began = perf_counter()
        done = sum(each.refusal is None for each in sender.deliver_all(calls))
        ours = done * _BATCH / (perf_counter() - began)
        raw = _raw(busy, _calls(busy, _PIPELINED))
    yield Figure("relayer_payments_per_second", ours, "payments/s")
    yield Figure("relayer_ratio_to_one_by_one", ours / singly, "times", least=LEAST_RELAYER)
    yield Figure("relayer_ratio_to_raw", ours / raw, "times", least=LEAST_OF_RAW)


def _calls(busy: Payers, batches: int) -> list[Call]:
    payments = [busy.payment() for _ in range(batches * _BATCH)]
    return [replace(busy.currency.pay_many(some), gas=KEY_GAS * _BATCH) for some in parts(payments, _BATCH)]


def _raw(busy: Payers, calls: Sequence[Call]) -> float:
    """Payments a second where ready transactions are only handed in."""
    chain, signer = busy.suite.chain, KeySigner(busy.suite.relayer)
    first = chain.nonce(signer.address)
    raws = [signer.sign(_transaction(chain, first + place, call)) for place, call in enumerate(calls)]
    began = perf_counter()
    for some in parts(raws, 20):
        assert not any(chain.nodes.send(some))
    while chain.nonce(signer.address) < first + len(raws):
        sleep(0.01)
    return len(raws) * _BATCH / (perf_counter() - began)


def _transaction(chain: Chain, nonce: int, call: Call) -> Transaction:
    return Transaction(chain.id, nonce, Fees(0, 0), call.gas or 0, bytes.fromhex(str(call.to)[2:]), call.calldata)


@contextmanager
def a_block_a_second(chain: Chain) -> Iterator[None]:
    """The chain makes a block every second, as a city's does."""
    chain.nodes.ask("evm_setAutomine", False)
    chain.nodes.ask("evm_setIntervalMining", 1)
    yield
