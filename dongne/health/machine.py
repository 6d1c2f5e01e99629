"""Checks of this machine: versions, and room on the disk."""

import os
import platform
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from dongne.health.finding import Finding, fault, fine, weak
from dongne.language import LOCALE, _

VERSIONS, DISK = _("versions"), _("disk")

LEAST_BYTES, FEW_BYTES = 200_000_000, 2_000_000_000
"""Free bytes below which a transaction may not be saved before it is sent, and below which somebody should look."""


def versions() -> Iterator[Finding]:
    """What is installed, and whether it is whole."""
    names = {each: version(each) for each in ("dongne", "web3", "typer")}
    told = ", ".join(f"{name} {number}" for name, number in names.items())
    yield fine(VERSIONS, _("{told}; Python {python}"), told=told, python=platform.python_version())
    if not list(LOCALE.glob("ko/LC_MESSAGES/*.mo")):
        yield weak(
            VERSIONS,
            _("the Korean texts are not compiled"),
            _("Run `make setup`, or install a wheel."),
        )


def disk(folder: Path) -> Iterator[Finding]:
    """Whether transactions can be saved before they are sent."""
    place = next(each for each in (folder, *folder.absolute().parents) if os.path.exists(each))  # noqa: PTH110
    free = shutil.disk_usage(place).free
    values = {"folder": folder, "gigabytes": f"{free / 1e9:,.1f}"}
    if not os.access(place, os.W_OK):
        yield fault(
            DISK, _("{folder} cannot be written"), _("Give the folder to the user who runs `dongne`."), folder=folder
        )
    if free < LEAST_BYTES:
        yield fault(DISK, _("{gigabytes} GB are free at {folder}"), _("Make room: nothing is sent unsaved."), **values)
    elif free < FEW_BYTES:
        yield weak(DISK, _("{gigabytes} GB are free at {folder}"), _("Make room before the disk is full."), **values)
    else:
        yield fine(DISK, _("{gigabytes} GB are free at {folder}"), **values)
