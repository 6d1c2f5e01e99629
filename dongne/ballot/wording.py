"""Which words a poll can have: voters must be able to read its question and to tell its options apart."""

import unicodedata
from collections.abc import Sequence

from dongne.ballot.choices import MOST_OPTIONS
from dongne.ballot.errors import LabelsAlike, TextInvisible, TextLength, WrongNumberOfOptions

MOST_QUESTION_BYTES = 1_000
MOST_LABEL_BYTES = 400
MOST_NAME_BYTES = 200
LEAST_OPTIONS = 2

_UNREADABLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Categories of characters that print nothing, or change the order of what is printed."""


def check_question(question: str) -> str:
    """The question, if a wallet can show it.

    Raises:
        InputError: it is empty, too long, or has characters that cannot be seen.
    """
    return _readable("question", question, MOST_QUESTION_BYTES)


def check_name(name: str) -> str:
    """The name of a district, if people can read it.

    Raises:
        InputError: it is empty, too long, or has characters that cannot be seen.
    """
    return _readable("name", name, MOST_NAME_BYTES)


def check_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """The labels of a poll's options, if a wallet can show them and people can tell them apart.

    Raises:
        InputError: there are too few or too many; one is empty, too long or has characters that cannot be seen; two are
            alike but for case, spaces or the form of their letters.
    """
    if not LEAST_OPTIONS <= len(labels) <= MOST_OPTIONS:
        raise WrongNumberOfOptions(len(labels), LEAST_OPTIONS, MOST_OPTIONS)
    found: dict[str, int] = {}
    for option, label in enumerate(labels):
        first = found.setdefault(_folded(_readable(f"options[{option}]", label, MOST_LABEL_BYTES)), option)
        if first != option:
            raise LabelsAlike(first, option, label)
    return tuple(labels)


def _readable(name: str, text: str, most: int) -> str:
    length = len(text.encode("utf-8", "surrogatepass"))
    if not 1 <= length <= most:
        raise TextLength(name, length, most)
    hidden = next((char for char in text if unicodedata.category(char) in _UNREADABLE), None)
    if hidden is not None:
        raise TextInvisible(name, f"U+{ord(hidden):04X}")
    if text != text.strip():
        raise TextInvisible(name, " ")
    return text


def _folded(label: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", label).casefold().split())
