"""The store as tests have it: every test that takes `store_url` runs on SQLite and on a real PostgreSQL."""

import os
from collections.abc import Iterator

import pytest

from dongne.store.database import sqlite_file
from scripts.postgresql import PostgresqlMissing, Server, postgresql

REQUIRED = "DONGNE_TEST_POSTGRESQL"
"""Set where a missing server is a failure and no reason to skip: on the build server."""


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A PostgreSQL server of the tests' own."""
    try:
        with postgresql() as server:
            yield server
    except PostgresqlMissing as missing:
        if os.environ.get(REQUIRED):
            raise
        pytest.skip(f"{missing} {REQUIRED}=1 makes this a failure.")


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request, tmp_path) -> str:
    """The address of a new, empty database, of each kind in turn."""
    if request.param == "sqlite":
        return sqlite_file(tmp_path / "store.sqlite")
    return request.getfixturevalue("postgresql_server").database()
