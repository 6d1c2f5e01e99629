"""The relayer: signed messages come in by HTTP, wait in the store, and go to the chain in batches; nothing is lost."""

from dongne.relay.intake import Answer, Intake, Quotas
from dongne.relay.kinds import Item, Kind
from dongne.relay.metrics import RelayMetrics
from dongne.relay.payments import Payments
from dongne.relay.queue import Carrier, Queue
from dongne.relay.singles import Authorizations, CashOuts, VoucherPayments
from dongne.relay.votes import Votes
from dongne.relay.worker import Pace, Worker

__all__ = [
    "Answer",
    "Authorizations",
    "Carrier",
    "CashOuts",
    "Intake",
    "Item",
    "Kind",
    "Pace",
    "Payments",
    "Queue",
    "Quotas",
    "RelayMetrics",
    "Votes",
    "VoucherPayments",
    "Worker",
]
