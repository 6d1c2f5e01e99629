"""The relayer: signed messages come in by HTTP, wait in the store, and go to the chain in batches; nothing is lost."""

from dongne.relay.deployed import every_kind
from dongne.relay.intake import Answer, Intake, Quotas
from dongne.relay.kinds import Item, Kind
from dongne.relay.metrics import IntakeMetrics, RelayMetrics
from dongne.relay.queue import Carrier, Queue
from dongne.relay.worker import Pace, Worker

__all__ = [
    "Answer",
    "Carrier",
    "Intake",
    "IntakeMetrics",
    "Item",
    "Kind",
    "Pace",
    "Queue",
    "Quotas",
    "RelayMetrics",
    "Worker",
    "every_kind",
]
