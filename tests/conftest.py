"""Fixtures for all tests; a fresh Anvil per test process, and every test undone after it."""

import socket

import pytest
from brownie._config import CONFIG

from tests import brownie_speed


def pytest_configure(config):
    brownie_speed.apply()
    CONFIG.networks["development"]["cmd_settings"]["port"] = free_port()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(autouse=True)
def isolation(fn_isolation):
    """Each test starts from the chain as its module left it set up."""
