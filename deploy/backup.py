"""Backs up what cannot be derived from the chain: address books, outboxes, encrypted keys, in one file.

    python backup.py TARGET DEPLOYMENTS [KEYS]

Writes TARGET/dongne-<UTC time>.tar.gz, readable by its owner only, and prints its name. It needs nothing but Python.
Outboxes and a store in SQLite are copied by SQLite itself, so that a copy made while a command sends is whole. Files
whose names speak of a password are left out and told: who gets hold of a backup should not get a key and its password.
"""

import os
import sqlite3
import sys
import tarfile
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

DATABASES = (".db", ".sqlite")
PASSWORDS = ("password", "secret", "pgpass")


def main(arguments: list[str]) -> int:
    """Make one backup; 2 where the command line is not valid."""
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    os.umask(0o077)
    target, *sources = map(Path, arguments)
    made = target / f"dongne-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar.gz"
    with tempfile.TemporaryDirectory() as work:
        for name, source in zip(("deployments", "keys"), sources, strict=False):
            copy(source, Path(work) / name)
        draft = made.with_suffix(".part")
        with tarfile.open(draft, "w:gz") as archive:
            for folder in sorted(Path(work).iterdir()):
                archive.add(folder, folder.name)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.rename(made)
    print(made)
    return 0


def copy(source: Path, to: Path) -> None:
    """Copy a folder; databases by SQLite, locks not at all."""
    to.mkdir(parents=True)
    for file in sorted(source.iterdir()):
        if file.is_dir():
            copy(file, to / file.name)
        elif any(word in file.name for word in PASSWORDS):
            print(f"left out: {file}: passwords are kept elsewhere than keystores", file=sys.stderr)
        elif file.suffix in DATABASES:
            snapshot(file, to / file.name)
        elif file.suffix not in (".inuse", ".lock") and not file.name.endswith(("-wal", "-shm")):
            (to / file.name).write_bytes(file.read_bytes())


def snapshot(database: Path, to: Path) -> None:
    """A database as of one moment, with what is still in its write-ahead log."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(to)) as copied:
        source.backup(copied)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
