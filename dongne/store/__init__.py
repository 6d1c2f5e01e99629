"""The store: tables of one city in SQLite or PostgreSQL. A module of tables a subject; the steps to them in migrations.

Importing it makes all tables known.
"""

from dongne.store import ballot, currency, petitions, progress, relay, secret_ballot, vehicle
from dongne.store.database import Store

__all__ = ["Store", "ballot", "currency", "petitions", "progress", "relay", "secret_ballot", "vehicle"]
