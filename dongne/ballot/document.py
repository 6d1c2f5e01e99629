"""The document that words a poll: its hash is on the chain, and where it is JSON it names the options.

{"question": "…", "options": ["Trees", "Benches"]}
"""

import json
from dataclasses import dataclass
from pathlib import Path

from dongne.ballot.errors import DocumentNotReadable, OptionNamesDiffer, WrongDocument
from dongne.ballot.polls import PollSpec
from dongne.hashing import keccak


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read.

    Attributes:
        file: where it is.
        hash: keccak256 of its bytes.
        names: of the options, in their order; empty where it names none.
    """

    file: Path
    hash: bytes
    names: tuple[str, ...]

    def names_of(self, poll: int, spec: PollSpec) -> tuple[str, ...]:
        """Names of the options, once it is sure that the poll was opened with this document.

        Raises:
            WrongDocument: the poll was opened with another one.
        """
        if self.hash != spec.content_hash:
            raise WrongDocument(self.file, poll, self.hash, spec.content_hash)
        return self.names if len(self.names) == spec.options else ()


def read_document(file: Path, options: int | None = None) -> Document:
    """Read a document.

    Args:
        options: how many it must name, if it names any; None accepts what it has.

    Raises:
        DocumentNotReadable: it is missing, a folder, or forbidden.
        OptionNamesDiffer: it names another number of options.
    """
    try:
        data = file.read_bytes()
    except (OSError, ValueError) as error:
        raise DocumentNotReadable(file, getattr(error, "strerror", None) or str(error)) from error
    names = _names(data)
    if options is not None and names and len(names) != options:
        raise OptionNamesDiffer(file, len(names), options)
    return Document(file, keccak(data), names)


def _names(data: bytes) -> tuple[str, ...]:
    """A document may be anything; only JSON with a list of texts as `options` names them."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return ()
    names = content.get("options") if isinstance(content, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return ()
    return tuple(names)
