"""Commands of the vehicle registry."""

from dongne.cli.vehicle import (
    accrediting,
    bonding,
    certifying,
    inspecting,
    looking,
    recording,
    registering,
    restricting,
    selling,
)
from dongne.cli.vehicle.group import app

__all__ = [
    "accrediting",
    "app",
    "bonding",
    "certifying",
    "inspecting",
    "looking",
    "recording",
    "registering",
    "restricting",
    "selling",
]
