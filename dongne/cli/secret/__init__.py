"""Commands of secret ballots: `dongne ballot secret …`."""

from dongne.cli.secret import counting, opening, voting
from dongne.cli.secret.group import app

__all__ = ["app", "counting", "opening", "voting"]
