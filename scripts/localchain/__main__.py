"""A local chain with a loaded city that stays up until Ctrl-C: `make chain`.

Environment: PORT of the node, 8545 if not set; FOLDER for its files, the project's if not set; DONGNE_LANG is en or ko.
"""

import os
import sys
from collections.abc import Mapping

from dongne.config import language_of
from dongne.errors import DongneError
from scripts.localchain.serving import Place, guide, serving, wait_until_stopped
from scripts.localchain.stopping import stoppable


def main(environment: Mapping[str, str] = os.environ) -> int:
    """Serve the chain until it is stopped."""
    language = language_of(environment)
    try:
        place = Place.from_environment(environment)
        with serving(place) as suite:
            for line in guide(place, suite):
                print(line.text(language), flush=True)
            wait_until_stopped()
    except DongneError as error:
        print(f"chain: {error.explain(language)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(stoppable(main))
