"""The currency's audit against web3.py's `get_logs` and `process_log` on the same chain: payments a second."""

from collections.abc import Iterator
from time import process_time

from dongne.currency import supply_from_logs
from dongne.currency.events import Transfer
from scripts.bench.figures import Figure
from scripts.bench.payers import payers

_PAYMENTS, LEAST_RATIO = 10_000, 8


def measure() -> Iterator[Figure]:
    """By the processor's time of the program itself."""
    with payers() as busy:
        busy.pay_until(_PAYMENTS)
        chain, currency = busy.suite.chain, busy.currency
        began = process_time()
        supply_from_logs(currency)
        ours = _PAYMENTS / (process_time() - began)
        decoder, began, done = currency.contract.events.Transfer(), process_time(), 0
        for block in range(currency.entry.block, chain.block_number() + 1, 5):
            span = {"address": currency.address, "fromBlock": block, "toBlock": block + 4}
            logs = chain.web3.eth.get_logs({**span, "topics": [Transfer.topic()]})  # type: ignore[typeddict-item]
            done += len([decoder.process_log(log) for log in logs])
        theirs = done / (process_time() - began)
        yield Figure("audit_per_second", ours, "payments/s")
        yield Figure("audit_ratio_to_web3", ours / theirs, "times", least=LEAST_RATIO)
