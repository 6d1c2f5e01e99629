"""`make scale`: a ballot of a city's size on a local chain, recounted with every signature: reports/scale.json."""

import json
import os
import sys
from pathlib import Path

from scripts.scale.derived import derived
from scripts.scale.election import run

REPORT = Path("reports/scale.json")
VOTERS, VOTES = 100_000, 50_000


def main() -> int:
    """Run it; 1 if the recount finds anything."""
    voters = int(os.environ.get("VOTERS") or VOTERS)
    votes = int(os.environ.get("VOTES") or min(VOTES, voters))
    figures = run(voters, votes, lambda line: print(line, flush=True))
    figures["derived"] = derived(figures["gas_per_vote"], figures["bytes_per_vote"], figures["roll_gas_per_voter"])
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2))
    return 0 if figures["audit_ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
