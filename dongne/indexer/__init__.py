"""The indexer: logs of the contracts become rows of the store, and stay what the chain says."""

from dongne.indexer.contracts import Contracts
from dongne.indexer.handlers import HANDLERS
from dongne.indexer.indexer import Indexer, Step

__all__ = ["HANDLERS", "Contracts", "Indexer", "Step"]
