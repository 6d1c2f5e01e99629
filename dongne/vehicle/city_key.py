"""The city's key, with which VINs and documents are salted; kept by the registrar's office as hexadecimal digits."""

from pathlib import Path

from dongne.vehicle.errors import CityKeyUnreadable, NotACityKey
from dongne.vehicle.identity import SHORTEST_KEY


def read_city_key(file: Path) -> bytes:
    """The key that a file holds.

    Raises:
        SettingError: the file cannot be read, or does not hold a key of at least `SHORTEST_KEY` bytes.
    """
    try:
        text = file.read_bytes().decode("ascii")
    except OSError as error:
        raise CityKeyUnreadable(file, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise NotACityKey(file, 2 * SHORTEST_KEY) from error
    try:
        key = bytes.fromhex(text.strip().removeprefix("0x"))
    except ValueError as error:
        raise NotACityKey(file, 2 * SHORTEST_KEY) from error
    if len(key) < SHORTEST_KEY:
        raise NotACityKey(file, 2 * SHORTEST_KEY)
    return key
