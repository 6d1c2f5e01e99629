"""The `brownie` of `tools/run`: its development chain on a free port, its scripts found in every folder.

Brownie attaches to whatever is on a taken port. It imports a script by its whole path from / as a dotted name, which
fails where a folder above the project has a dot in its name.
"""

import importlib
import sys
from pathlib import Path
from types import ModuleType

from brownie._cli.__main__ import main
from brownie._config import CONFIG

from scripts.deployment.artifacts import ROOT
from scripts.localchain.anvil import free_port


def import_script(path: Path) -> ModuleType:
    """Import a script of this project by its name within the project."""
    return importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


if __name__ == "__main__":
    CONFIG.networks["development"]["cmd_settings"]["port"] = free_port()
    importlib.import_module("brownie.project.scripts")._import_from_path = import_script
    sys.argv[0] = "brownie"
    main()
