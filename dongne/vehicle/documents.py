"""Documents behind records: the chain gets a salted hash, and the salt stays in a file beside the document."""

import secrets
from pathlib import Path

from dongne.keys import write_secret
from dongne.texts import read_bytes
from dongne.vehicle.errors import NotASalt
from dongne.vehicle.identity import document_hash

SALT_BYTES = 32
SALT_SUFFIX = ".salt"


def salt_file(document: Path) -> Path:
    """Where the salt of a document is: `report.pdf.salt` beside `report.pdf`."""
    return document.with_name(document.name + SALT_SUFFIX)


def hash_of_file(document: Path) -> bytes:
    """The salted hash of a document; the first time, a random salt is written beside it.

    Whoever has document and salt can prove what was recorded; without the salt nobody can try out likely documents.

    Raises:
        UnreadableFile: the document or its salt cannot be read.
        NotASalt: the file beside it does not hold a salt.
        SettingError: the salt cannot be written.
    """
    content = read_bytes(document)
    file = salt_file(document)
    if not file.exists():
        write_secret(file, secrets.token_hex(SALT_BYTES) + "\n")
    return document_hash(content, _salt_in(file))


def _salt_in(file: Path) -> bytes:
    try:
        salt = bytes.fromhex(read_bytes(file).decode("ascii").strip())
    except ValueError as error:
        raise NotASalt(file, 2 * SALT_BYTES) from error
    if len(salt) != SALT_BYTES:
        raise NotASalt(file, 2 * SALT_BYTES)
    return salt
