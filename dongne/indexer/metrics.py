"""Figures of the indexer."""

from time import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from dongne.indexer.indexer import Step


class IndexMetrics:
    """What Prometheus reads of one indexer.

    Args:
        registry: where the figures are kept.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._block = Gauge("dongne_index_block", "Last block that is indexed", registry=registry)
        self._head = Gauge("dongne_index_head", "Latest block of the node", registry=registry)
        self._lag = Gauge("dongne_index_lag_seconds", "Age of the last block when it was indexed", registry=registry)
        self._blocks = Counter("dongne_index_blocks", "Blocks indexed", registry=registry)
        self._logs = Counter("dongne_index_logs", "Logs indexed", registry=registry)
        self._reorganizations = Counter("dongne_index_reorganizations", "Reorganizations followed", registry=registry)
        self._dropped = Counter("dongne_index_dropped_blocks", "Blocks taken back", registry=registry)
        self._failures = Counter(
            "dongne_index_failures", "Steps that failed, by the kind of error", ["error"], registry=registry
        )
        self._seconds = Histogram("dongne_index_step_seconds", "Time of a step that did something", registry=registry)

    def stepped(self, step: Step, seconds: float) -> None:
        """A step went well."""
        self._block.set(step.block)
        self._head.set(step.head)
        if step.is_idle:
            return
        self._seconds.observe(seconds)
        self._blocks.inc(step.blocks)
        self._logs.inc(step.logs)
        if step.blocks:
            self._lag.set(max(0.0, time() - step.time))
        if step.dropped:
            self._reorganizations.inc()
            self._dropped.inc(step.dropped)

    def failed(self, error: BaseException) -> None:
        """A step failed and will be tried again."""
        self._failures.labels(type(error).__name__).inc()
