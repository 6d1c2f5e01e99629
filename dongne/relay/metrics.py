"""Figures of the relayer: of its intake, and of its workers."""

from math import nan

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from dongne.relay.queue import Count
from dongne.store.relay import State


class IntakeMetrics:
    """What Prometheus reads of a process that takes messages in, and of the queue.

    Args:
        registry: where the figures are kept.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._taken = Counter(
            "dongne_relay_taken", "Messages handed in, by what was answered", ["kind", "answer"], registry=registry
        )
        self._queue = Gauge(
            "dongne_relay_messages", "Messages in the store, by kind and state", ["kind", "state"], registry=registry
        )
        self._oldest = Gauge(
            "dongne_relay_oldest_seconds", "How long the first message in no block yet has waited", registry=registry
        )

    def took(self, kind: str, answer: str) -> None:
        """A message was handed in."""
        self._taken.labels(kind, answer).inc()

    def waiting(self, counts: list[Count]) -> None:
        """What is in the store now."""
        self._queue.clear()
        for each in counts:
            self._queue.labels(each.kind, each.state.value).set(each.messages)
        # While a worker fails, what it has taken counts as sent.
        waiting = (each.seconds for each in counts if each.state in (State.QUEUED, State.SENT))
        self._oldest.set(max(waiting, default=0))


class RelayMetrics:
    """What Prometheus reads of a worker.

    Args:
        registry: where the figures are kept.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._balance = Gauge("dongne_relay_balance_wei", "Wei that the worker's key holds", registry=registry)
        self._balance.set(nan)  # until it was looked at: 0 would be an alarm
        self._carried = Counter("dongne_relay_carried", "Messages in transactions that were mined", registry=registry)
        self._refused = Counter("dongne_relay_refused", "Messages refused by the worker", ["kind"], registry=registry)
        self._skipped = Counter("dongne_relay_skipped", "Messages that a contract skipped", registry=registry)
        self._gas = Histogram(
            "dongne_relay_gas",
            "Gas of a transaction",
            registry=registry,
            buckets=(100_000, 300_000, 1_000_000, 3_000_000, 10_000_000),
        )
        self._failures = Counter(
            "dongne_relay_failures", "Turns of a worker that failed, by the kind of error", ["error"], registry=registry
        )

    def holds(self, wei: int) -> None:
        """What the worker's key has for gas."""
        self._balance.set(wei)

    def carried(self, messages: int, skipped: int, gas: int) -> None:
        """A transaction was mined."""
        self._carried.inc(messages)
        self._skipped.inc(skipped)
        self._gas.observe(gas)

    def refused(self, kind: str, messages: int) -> None:
        """Messages were refused without a transaction."""
        if messages:
            self._refused.labels(kind).inc(messages)

    def failed(self, error: BaseException) -> None:
        """A turn failed and will be tried again."""
        self._failures.labels(type(error).__name__).inc()
