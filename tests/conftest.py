"""Set-up for all tests: brownie made faster, and a free port for the chain it starts where a test asks for one."""

from brownie._config import CONFIG

from scripts.localchain.anvil import free_port
from tests import brownie_speed


def pytest_configure(config):
    brownie_speed.apply()
    CONFIG.networks["development"]["cmd_settings"]["port"] = free_port()
