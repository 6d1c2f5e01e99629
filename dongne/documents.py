"""Documents behind records and decisions: the chain gets a salted hash, the salt stays beside the document."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from dongne.errors import InputError
from dongne.hashing import keccak
from dongne.keys import write_secret
from dongne.language import _
from dongne.texts import read_bytes

SALT_BYTES = 32
SALT_SUFFIX = ".salt"


@dataclass(eq=False)
class NotASalt(InputError):
    """The file beside a document that should hold its salt."""

    template = _(
        "{file} does not hold a document's salt: one line of {digits} hexadecimal digits. Restore it; without it "
        "nobody can prove what was recorded."
    )
    file: Path
    digits: int


def document_hash(document: bytes, salt: bytes) -> bytes:
    """What the chain gets of a document: keccak256(document || salt)."""
    return keccak(document + salt)


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
    return document_hash(read_bytes(document), salt_of(document))


def salt_of(document: Path) -> bytes:
    """The salt of a document, or of the rows of a list; the first time, a random one is written beside it.

    Raises:
        UnreadableFile: the salt cannot be read.
        NotASalt: the file beside it does not hold a salt.
        SettingError: the salt cannot be written.
    """
    file = salt_file(document)
    if not file.exists():
        write_secret(file, secrets.token_hex(SALT_BYTES) + "\n")
    return _salt_in(file)


def _salt_in(file: Path) -> bytes:
    try:
        salt = bytes.fromhex(read_bytes(file).decode("ascii").strip())
    except ValueError as error:
        raise NotASalt(file, 2 * SALT_BYTES) from error
    if len(salt) != SALT_BYTES:
        raise NotASalt(file, 2 * SALT_BYTES)
    return salt
