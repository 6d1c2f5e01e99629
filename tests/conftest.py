"""Set-up for all tests: brownie made faster, and a free port for the chain it starts where a test asks for one."""

import socket

from brownie._config import CONFIG

from tests import brownie_speed


def pytest_configure(config):
    brownie_speed.apply()
    CONFIG.networks["development"]["cmd_settings"]["port"] = free_port()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
