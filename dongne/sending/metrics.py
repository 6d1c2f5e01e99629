"""Figures and log lines of a sender."""

from collections.abc import Callable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge
from web3.types import TxReceipt

from dongne.sending.flight import Listener


class SenderMetrics:
    """What Prometheus reads of one sender.

    Args:
        registry: where the figures are kept.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._sent = Counter("dongne_sender_sent", "Transactions signed and handed in", registry=registry)
        self._replaced = Counter("dongne_sender_replaced", "Versions that pay more than a stuck one", registry=registry)
        self._mined = Counter(
            "dongne_sender_mined", "Transactions whose outcome was told", ["outcome"], registry=registry
        )
        self._gas = Counter("dongne_sender_gas", "Gas used", registry=registry)
        self._spent = Counter("dongne_sender_spent_wei", "Wei paid for gas", registry=registry)
        self._last = Gauge(
            "dongne_sender_last_outcome_timestamp_seconds", "When an outcome was told last", registry=registry
        )

    def counting(self, then: Listener, counted: Callable[[], None] = lambda: None) -> Listener:
        """Counts what a sender tells, passes it on to another listener, and says when something was counted."""

        def sent(transaction: str, title: str) -> None:
            self._sent.inc()
            counted()
            then.sent(transaction, title)

        def replaced(transaction: str, title: str) -> None:
            self._replaced.inc()
            counted()
            then.replaced(transaction, title)

        def mined(receipt: TxReceipt) -> None:
            self._mined.labels("passed" if receipt["status"] == 1 else "reverted").inc()
            self._gas.inc(receipt["gasUsed"])
            self._spent.inc(receipt["gasUsed"] * receipt["effectiveGasPrice"])
            self._last.set_to_current_time()
            counted()
            then.mined(receipt)

        return Listener(sent, replaced, mined)

    def listener(self, log: Any) -> Listener:
        """Counts what a sender tells, and writes a line of the log for each."""

        def sent(transaction: str, title: str) -> None:
            log.info("sent", transaction=transaction, call=title)

        def replaced(transaction: str, title: str) -> None:
            log.warning("replaced by a dearer version", transaction=transaction, call=title)

        def mined(receipt: TxReceipt) -> None:
            outcome, gas = "passed" if receipt["status"] == 1 else "reverted", receipt["gasUsed"]
            transaction = receipt["transactionHash"].to_0x_hex()
            log.info("outcome", transaction=transaction, block=receipt["blockNumber"], outcome=outcome, gas=gas)

        return self.counting(Listener(sent, replaced, mined))
