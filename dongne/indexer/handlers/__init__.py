"""Handlers of the products' events; a module a subject."""

from dongne.indexer.handlers import currency, vehicle, vouchers
from dongne.indexer.handling import handlers_of

HANDLERS = tuple(handler for module in (currency, vouchers, vehicle) for handler in handlers_of(module))
"""Every handler. Whoever changes what one derives raises `DERIVATION` in `dongne/indexer/tables.py`."""
