"""The document that explains a poll, or the reason for cancelling one: its hash is on the chain."""

from dataclasses import dataclass
from pathlib import Path

from dongne.ballot.errors import DocumentNotReadable
from dongne.hashing import keccak


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read.

    Attributes:
        file: where it is.
        hash: keccak256 of its bytes.
    """

    file: Path
    hash: bytes


def read_document(file: Path) -> Document:
    """Read a document. It is public, so its hash has no salt.

    Raises:
        DocumentNotReadable: it is missing, a folder, or forbidden.
    """
    try:
        return Document(file, keccak(file.read_bytes()))
    except (OSError, ValueError) as error:
        raise DocumentNotReadable(file, getattr(error, "strerror", None) or str(error)) from error
