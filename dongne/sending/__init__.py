"""Sending: the outbox, what is under way, and the one sender that every command and script sends through."""

from dongne.sending.flight import Listener, Order, identity, simulated
from dongne.sending.outbox import Entry, FileOutbox, MemoryOutbox, Outbox, State
from dongne.sending.policy import Policy
from dongne.sending.refusals import why_refused
from dongne.sending.sender import Delivery, Sender

__all__ = [
    "Delivery",
    "Entry",
    "FileOutbox",
    "Listener",
    "MemoryOutbox",
    "Order",
    "Outbox",
    "Policy",
    "Sender",
    "State",
    "identity",
    "simulated",
    "why_refused",
]
