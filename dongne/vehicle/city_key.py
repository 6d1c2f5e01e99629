"""The city's key, with which VINs are salted; kept by the registrar's office: hexadecimal digits, an edition a line."""

from pathlib import Path

from dongne.vehicle.errors import CityKeyUnreadable, NotACityKey
from dongne.vehicle.identity import SHORTEST_KEY, CityKey


def read_city_key(file: Path) -> CityKey:
    """The key that a file holds, the newest edition on the last line.

    Raises:
        SettingError: the file cannot be read, or does not hold keys of at least `SHORTEST_KEY` bytes.
    """
    try:
        lines = file.read_bytes().decode("ascii").split()
    except OSError as error:
        raise CityKeyUnreadable(file, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise NotACityKey(file, 2 * SHORTEST_KEY) from error
    try:
        editions = tuple(bytes.fromhex(line.removeprefix("0x")) for line in lines)
    except ValueError as error:
        raise NotACityKey(file, 2 * SHORTEST_KEY) from error
    if not editions or any(len(edition) < SHORTEST_KEY for edition in editions):
        raise NotACityKey(file, 2 * SHORTEST_KEY)
    return CityKey(editions)
