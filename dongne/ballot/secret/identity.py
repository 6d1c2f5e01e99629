"""A voter's secret: 32 random bytes in a file that only its owner can read, from which the identity follows.

Semaphore's libraries take the same bytes as the private key of an identity.
"""

import re
import secrets
from collections.abc import Callable
from pathlib import Path

from dongne.ballot.secret.errors import SecretNotUsable
from dongne.keys import write_secret
from dongne.language import Message, _

SECRET_BYTES = 32
_SECRET = re.compile(r"[0-9a-f]{64}")
_NOT_A_SECRET = _("it is not 64 hexadecimal digits")


def new_secret(file: Path, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """Make a secret and write it to a new file that only its owner can read (mode 0600).

    Raises:
        KeyFileExists: the file is there already.
        KeyFileNotWritable: it cannot be written.
    """
    secret = random_bytes(SECRET_BYTES)
    write_secret(file, secret.hex() + "\n")
    return secret


def read_secret(file: Path) -> bytes:
    """The secret in a file.

    Raises:
        SecretNotUsable: it is missing, or holds something else.
    """
    try:
        text = file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SecretNotUsable(file, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise SecretNotUsable(file, Message(_NOT_A_SECRET)) from error
    if not _SECRET.fullmatch(text):
        raise SecretNotUsable(file, Message(_NOT_A_SECRET))
    return bytes.fromhex(text)
