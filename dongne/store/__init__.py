"""The store: tables of one city in SQLite or PostgreSQL. A module of tables a subject; the steps to them in migrations.

Importing it makes all tables known.
"""

from dongne.store import currency, progress, relay, vehicle
from dongne.store.database import Store

__all__ = ["Store", "currency", "progress", "relay", "vehicle"]
