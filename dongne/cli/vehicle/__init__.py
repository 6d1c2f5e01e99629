"""Commands of the vehicle registry."""

from dongne.cli.vehicle import accrediting, looking, recording, registering
from dongne.cli.vehicle.group import app

__all__ = ["accrediting", "app", "looking", "recording", "registering"]
