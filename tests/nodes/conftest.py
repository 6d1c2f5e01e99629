"""Three real execution clients, and a city on their chain: `make nodes`. Without DONGNE_NODES=1 none of it is run."""

import os
from pathlib import Path

import pytest

from dongne.chain import Chain
from dongne.deployment.deployment import deploy
from scripts.localchain.anvil import funded
from scripts.localchain.suite import RELAYER, LocalSuite, city_of_officers, officers
from tests.nodes.network import PATIENCE_SECONDS, network
from tests.nodes.office import Office
from tests.relay.relaying import hand_out_money

collect_ignore_glob = [] if os.environ.get("DONGNE_NODES") else ["test_*.py"]


@pytest.fixture(scope="session")
def connected(tmp_path_factory):
    with network(tmp_path_factory.mktemp("nodes")) as made:
        yield made


@pytest.fixture
def net(connected, suite):
    """The network with the city on it, each client connected."""
    connected.reconnect()
    return connected


@pytest.fixture(scope="session")
def suite(connected, tmp_path_factory):
    """The city, deployed through the second client; its people have money."""
    chain = Chain(connected.clients[1].rpc, poll_seconds=0.1, wait_seconds=PATIENCE_SECONDS)
    folder = tmp_path_factory.mktemp("book")
    with connected.side.proposing():
        book = deploy(funded(0), 1, city=city_of_officers(), chain=chain, folder=folder)
        city = LocalSuite(chain, book, officers(), funded(RELAYER))
        hand_out_money(city)
    return city


@pytest.fixture
def office_at(suite, tmp_path: Path):
    """Makes services that ask the clients it is given; they are closed afterwards."""
    made: list[Office] = []

    def at(*clients) -> Office:
        made.append(Office.at(list(clients), suite, tmp_path / str(len(made))))
        return made[-1]

    yield at
    for each in made:
        each.close()
