"""Brings the tables of a database up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from dongne.store.errors import StoreNewer

FOLDER = Path(__file__).parent


def configuration() -> Config:
    """Alembic's settings: where the steps are. Every subject has a line of its own; the last step of each is a head."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def upgrade(connection: Connection, address: str) -> None:
    """Run the steps that the database has not seen, in the caller's transaction.

    Raises:
        StoreNewer: it has seen steps that this version does not know.
    """
    config = configuration()
    known = ScriptDirectory.from_config(config)
    seen = MigrationContext.configure(connection).get_current_heads()
    if set(seen) == set(known.get_heads()):
        return
    for revision in seen:
        _refuse_unknown(known, revision, address)
    config.attributes["connection"] = connection
    command.upgrade(config, "heads")


def _refuse_unknown(known: ScriptDirectory, revision: str, address: str) -> None:
    try:
        known.get_revision(revision)
    except CommandError as error:
        raise StoreNewer(address, revision) from error
