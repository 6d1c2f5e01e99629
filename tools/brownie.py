"""Runs brownie with its development chain on a free port: brownie attaches to whatever is on a taken one."""

import sys

from brownie._cli.__main__ import main
from brownie._config import CONFIG

from scripts.localchain.anvil import free_port

if __name__ == "__main__":
    CONFIG.networks["development"]["cmd_settings"]["port"] = free_port()
    sys.argv[0] = "brownie"
    main()
