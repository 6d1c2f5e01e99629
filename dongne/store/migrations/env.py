"""Alembic runs this for each step; the connection and its transaction are the caller's."""

from alembic import context

from dongne.store.rows import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
