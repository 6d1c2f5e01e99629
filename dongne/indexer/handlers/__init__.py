"""Handlers of the products' events; a module a subject."""

from dongne.indexer.handlers import currency, petitions, polls, rolls, secret_ballot, vehicle, vouchers
from dongne.indexer.handling import handlers_of

_MODULES = (currency, vouchers, vehicle, rolls, polls, petitions, secret_ballot)
HANDLERS = tuple(handler for module in _MODULES for handler in handlers_of(module))
"""Every handler. Whoever changes what one derives raises `DERIVATION` in `dongne/indexer/tables.py`."""
