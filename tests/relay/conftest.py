"""The relayer as tests have it: a town on a local chain, and a store of each kind in turn."""

import pytest

from dongne.store import Store
from scripts.localchain.suite import local_suite
from tests.dongne.conftest import postgresql_server, store_url
from tests.relay.relaying import Relayer, Town
from tests.undoing import undone

__all__ = ["postgresql_server", "relayer", "store_url", "town", "whole_town"]


@pytest.fixture(scope="module")
def whole_town():
    with local_suite() as suite:
        yield Town.on(suite)


@pytest.fixture
def town(whole_town):
    """The town; what a test does to its chain is undone."""
    with undone(whole_town.chain):
        yield whole_town


@pytest.fixture
def relayer(town, store_url, tmp_path):
    store = Store.open(store_url)
    yield Relayer(town, store, tmp_path / "deployments")
    store.close()
